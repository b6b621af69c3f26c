"""The daily checks that wait for the visitor, read once a request: the menu counts them too."""

from datetime import UTC, datetime

from flask import g

from domain.permission_names import Permission
from domain.permissions import holds
from store.reports.checks import NO_CHECKS, ChecksWaiting, checks_waiting
from web.base.context import reading
from web.kit.access import reader


def waiting() -> ChecksWaiting:
    """What this person is to confirm, and what others have missed."""
    if not holds(reader().roles, Permission.ANSWER_FOR_REPORTS):
        return NO_CHECKS
    if "checks" not in g:
        g.checks = checks_waiting(reading(), reader(), now())
    found: ChecksWaiting = g.checks
    return found


def now() -> datetime:
    """By which it is told what is open."""
    return datetime.now(UTC)
