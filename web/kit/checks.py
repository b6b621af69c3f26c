"""What a unit owes and waits for the visitor, read once a request: the menu counts it too."""

from datetime import UTC, datetime

from domain.permission_names import Permission
from domain.permissions import holds
from store.head import HeadCounts, counted_for
from store.reports.checks import NO_CHECKS, ChecksWaiting, checks_waiting
from store.reports.duties import AnsweredFor, what_is_answered_for
from store.reports.waiting import ReportWaiting, reports_waiting
from web.base.context import once_a_request, reading
from web.kit.access import reader


@once_a_request
def waiting() -> ChecksWaiting:
    """The daily checks this person is to confirm, and those that others have missed."""
    if not holds(reader().roles, Permission.ANSWER_FOR_REPORTS):
        return NO_CHECKS
    return checks_waiting(reading(), _answered_for(), now())


@once_a_request
def reports() -> tuple[ReportWaiting, ...]:
    """The reports this person is to submit."""
    if not holds(reader().roles, Permission.ANSWER_FOR_REPORTS):
        return ()
    return reports_waiting(reading(), _answered_for(), now())


@once_a_request
def _answered_for() -> AnsweredFor:
    return what_is_answered_for(reading(), reader(), now())


@once_a_request
def counted() -> HeadCounts:
    """How much waits for this person, as the head of the page tells it."""
    return counted_for(reading(), reader())


def count() -> int:
    """How many of all these can be seen to now, and how many reports wait to be read."""
    to_submit = sum(each.can_be_submitted for each in reports())
    return to_submit + len(waiting().mine) + counted().reports_to_read


def now() -> datetime:
    """By which it is told what is open."""
    return datetime.now(UTC)
