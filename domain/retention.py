"""How long a closed case keeps what people wrote in it, and what keeps it from being erased."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from domain.case import Case, Milestone
from domain.classification import Severity
from domain.clocks.ledger import Clock


class RetentionClass(StrEnum):
    """What decides how long a case keeps its texts; of several the first in this order."""

    MAJOR = "major"
    """Major, or handed to one office alone."""
    NOT_PURSUED = "not_pursued"
    """Withdrawn, or the same letter as another case."""
    IMPORTED = "imported"
    """It came in a file, from before."""
    ORDINARY = "ordinary"


class KeptFor(StrEnum):
    """Why a case may not be erased now. Each has words in both languages in `web/wording`."""

    ERASED = "erased"
    """It is already."""
    OPEN = "open"
    HELD = "held"
    """A legal hold lies on it."""
    TASK_OPEN = "task_open"
    APPEAL_PENDING = "appeal_pending"
    CLOCK_RUNS = "clock_runs"
    """Something is still to happen in it by itself: an answer is owed, an appeal may come."""
    REPORT_OWED = "report_owed"
    """A report on it to the regulator is drafted and not sent."""
    NOTICE_UNSENT = "notice_unsent"
    """The customer, or who handed the complaint over, is still to be sent word."""
    REQUEST_WAITS = "request_waits"
    """Something else that is asked for in it waits for a second person."""
    KEPT = "kept"
    """The time for which its class is kept is not over."""


class TextStore(StrEnum):
    """Where something lies that people have written in a case, or that says who the customer is."""

    COMPLAINT = "complaint"
    """What the customer said, who that is, by what it is found; the cells of a file beside it."""
    JOURNAL = "journal"
    COMMANDS = "commands"
    """What was asked for, with its texts: what the journal copied, and what was refused."""
    REQUESTS = "requests"
    """Reasons and texts of what a second person was asked for."""
    FILES = "files"
    MAILS = "mails"
    """Who wrote to the bank about it, and from where."""
    NOTICES = "notices"
    """What gateways have said of word that was sent."""
    LOOKS = "looks"
    """Why somebody had the customer shown unmasked."""
    IMPORTS = "imports"
    """What is told of the rows of the file that it came in, and that file while it lies there."""
    FORMS = "forms"
    """Forms about it that were sent when a stay had ended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RetentionTerm:
    """How long after its closing a class keeps its texts."""

    days: int
    """Then they are due to be erased."""
    days_despite_wish: int
    """Before that they are not erased for anybody's wish either: the bank must be able to show how
    it answered (PIPL 47)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """The terms of all classes; the bank's choice (`policies/retention/`)."""

    terms: Mapping[RetentionClass, RetentionTerm]

    @property
    def shortest_days(self) -> int:
        """Of all classes; what was closed later than that is due in none."""
        return min(term.days for term in self.terms.values())

    def due_at(self, case: Case) -> datetime | None:
        """From when on it is due to be erased (UTC); None while it is open."""
        return self._after_closing(case, self.terms[class_of(case)].days)

    def may_be_wished_at(self, case: Case) -> datetime | None:
        """From when on it may be erased because somebody wishes it (UTC); None while it is open."""
        return self._after_closing(case, self.terms[class_of(case)].days_despite_wish)

    @staticmethod
    def _after_closing(case: Case, days: int) -> datetime | None:
        closed_at = case.reached(Milestone.CLOSED) if case.is_closed else None
        return None if closed_at is None else closed_at + timedelta(days=days)


def class_of(case: Case) -> RetentionClass:
    """The class whose term a case keeps to."""
    if case.severity is Severity.MAJOR or case.restricted_to:
        return RetentionClass.MAJOR
    is_withdrawn = case.disposition is not None and case.disposition.withdrawal is not None
    if is_withdrawn or case.duplicate_of is not None:
        return RetentionClass.NOT_PURSUED
    return RetentionClass.IMPORTED if case.steps_from is not None else RetentionClass.ORDINARY


def reasons_in(case: Case, clocks: Sequence[Clock]) -> Iterator[KeptFor]:
    """What in the case itself keeps it from being erased, whatever the time."""
    if case.erased_at is not None:
        yield KeptFor.ERASED
    if not case.is_closed:
        yield KeptFor.OPEN
    if case.held_since is not None:
        yield KeptFor.HELD
    if any(task.is_open for task in case.tasks):
        yield KeptFor.TASK_OPEN
    if case.appeal_is_pending:
        yield KeptFor.APPEAL_PENDING
    if any(clock.is_running and clock.steps for clock in clocks):
        yield KeptFor.CLOCK_RUNS


def reasons_to_keep(
    case: Case,
    clocks: Sequence[Clock],
    *,
    owes: frozenset[KeptFor],
    erasable_at: datetime | None,
    at: datetime,
) -> tuple[KeptFor, ...]:
    """Everything that keeps a case from being erased at an instant (UTC); nothing when it may be.
    `owes` is what lies outside the case: a report, a notice, a request."""
    found = [*reasons_in(case, clocks), *(each for each in KeptFor if each in owes)]
    if erasable_at is not None and at < erasable_at:
        found.append(KeptFor.KEPT)
    return tuple(found)
