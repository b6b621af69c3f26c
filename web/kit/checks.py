"""What a unit owes and waits for the visitor, read once a request: the menu counts it too."""

from datetime import UTC, datetime

from flask import g

from domain.permission_names import Permission
from domain.permissions import holds
from store.head import HeadCounts, counted_for
from store.reports.checks import NO_CHECKS, ChecksWaiting, checks_waiting
from store.reports.duties import AnsweredFor, what_is_answered_for
from store.reports.waiting import ReportWaiting, reports_waiting
from web.base.context import reading
from web.kit.access import reader


def waiting() -> ChecksWaiting:
    """The daily checks this person is to confirm, and those that others have missed."""
    if not holds(reader().roles, Permission.ANSWER_FOR_REPORTS):
        return NO_CHECKS
    if "checks" not in g:
        g.checks = checks_waiting(reading(), _answered_for(), now())
    found: ChecksWaiting = g.checks
    return found


def reports() -> tuple[ReportWaiting, ...]:
    """The reports this person is to submit."""
    if not holds(reader().roles, Permission.ANSWER_FOR_REPORTS):
        return ()
    if "reports" not in g:
        g.reports = reports_waiting(reading(), _answered_for(), now())
    found: tuple[ReportWaiting, ...] = g.reports
    return found


def _answered_for() -> AnsweredFor:
    if "answered_for" not in g:
        g.answered_for = what_is_answered_for(reading(), reader(), now())
    found: AnsweredFor = g.answered_for
    return found


def counted() -> HeadCounts:
    """How much waits for this person, as the head of the page tells it."""
    if "counted" not in g:
        g.counted = counted_for(reading(), reader())
    found: HeadCounts = g.counted
    return found


def count() -> int:
    """How many of all these can be seen to now, and how many reports wait to be read."""
    to_submit = sum(each.can_be_submitted for each in reports())
    return to_submit + len(waiting().mine) + counted().reports_to_read


def now() -> datetime:
    """By which it is told what is open."""
    return datetime.now(UTC)
