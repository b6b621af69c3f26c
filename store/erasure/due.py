"""Which cases may be erased, and why not: one that somebody wishes erased, and all whose time is
over.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, or_, select, tuple_
from sqlalchemy import case as when
from sqlalchemy.orm import Session

from domain.acts import Erase, EraseWhenDue
from domain.approvals import ApprovalKind
from domain.case import Case, Status
from domain.classification import Severity
from domain.clocks.ledger import Clock
from domain.errors import Refusal, Refused
from domain.notices import COMPLAINANT, SENDER, Delivery
from domain.retention import KeptFor, RetentionClass, TextStore, class_of, reasons_to_keep
from domain.statuses import ReportStatus
from rulebook.retention import read_retention
from store.approvals.lists import waits
from store.approvals.requests import is_approved
from store.database import transaction_time
from store.erasure.texts import count_texts
from store.scope import is_closed_to_others
from store.tables import ApprovalRow, CaseRow, ClockRow, NoticeRow, RegulatorReportRow
from store.values import CASE, CLOCK

UNTIL = "until"
"""In a request for all that are due: the instant by which they were."""

PAGE = 500
"""Cases looked at together (default)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """The cases whose time is over at an instant, and what of them would go: a dry run."""

    at: datetime
    references: tuple[str, ...]
    """Those that may be erased."""
    by_class: Mapping[RetentionClass, int]
    texts: Mapping[TextStore, int]
    kept: Mapping[KeptFor, int]
    """How many more are over their time, and what keeps them first of all."""


def require_erasable(session: Session, act: Erase | EraseWhenDue, reference: str, by: str) -> None:
    """Raises `Refused` with what keeps a case from being erased now; and, of one of all that are
    due, when nobody has agreed to just that or it was not due by then.
    """
    case, clocks = _case_of(session, reference)
    now = transaction_time(session)
    retention = read_retention()
    if isinstance(act, EraseWhenDue):
        erasable_at = retention.due_at(case)
        _require_agreement(session, act, by, erasable_at)
    else:
        erasable_at = retention.may_be_wished_at(case)
    owes = _owed(session, [reference])[reference]
    for reason in reasons_to_keep(case, clocks, owes=owes, erasable_at=erasable_at, at=now):
        if reason is KeptFor.ERASED:
            raise Refused(Refusal.ERASED)
        if reason is KeptFor.KEPT and erasable_at is not None:
            raise Refused(Refusal.KEPT_UNTIL, until_at=erasable_at.isoformat())
        raise Refused(Refusal.NOT_TO_BE_ERASED, kept_for=reason)


def due_now(session: Session) -> Due:
    """What would be erased now, and what would go; nothing is written."""
    at = transaction_time(session)
    references: list[str] = []
    by_class: Counter[RetentionClass] = Counter()
    kept: Counter[KeptFor] = Counter()
    for case, reasons in _over_their_time(session, at):
        if reasons:
            kept[reasons[0]] += 1
        else:
            references.append(case.reference)
            by_class[class_of(case)] += 1
    texts: Counter[TextStore] = Counter()
    for begin in range(0, len(references), PAGE):
        texts.update(count_texts(session, references[begin : begin + PAGE]))
    return Due(at=at, references=tuple(references), by_class=by_class, texts=texts, kept=kept)


def due_by(session: Session, until: datetime) -> list[str]:
    """References of the cases that were due by then and may be erased now."""
    return [case.reference for case, reasons in _over_their_time(session, until) if not reasons]


def _over_their_time(session: Session, at: datetime) -> Iterator[tuple[Case, tuple[KeptFor, ...]]]:
    """Cases that are not erased and whose time was over at an instant, with what keeps them."""
    retention = read_retention()
    # In hours, which last as long everywhere: a day of PostgreSQL's is the calendar's where it is.
    hours = when(
        *((class_in_records() == each, 24 * term.days) for each, term in retention.terms.items())
    )
    kept = (
        select(CaseRow.closed_at, CaseRow.reference, CaseRow.state)
        .where(
            CaseRow.status == Status.CLOSED,
            CaseRow.state["erased_at"].astext.is_(None),
            # By the index first, for most were closed lately; then by the term of each.
            CaseRow.closed_at <= at - timedelta(days=retention.shortest_days),
            CaseRow.closed_at <= at - func.make_interval(0, 0, 0, 0, hours),
        )
        .order_by(CaseRow.closed_at, CaseRow.reference)
        .limit(PAGE)
    )
    page = kept
    while True:
        rows = session.execute(page).all()
        cases = [CASE.validate_python(row.state) for row in rows]
        due = {
            case.reference: (case, due_at)
            for case in cases
            if (due_at := retention.due_at(case)) is not None and due_at <= at
        }
        clocks, owed = _clocks_of(session, due), _owed(session, due)
        for reference, (case, due_at) in due.items():
            yield (
                case,
                reasons_to_keep(
                    case, clocks[reference], owes=owed[reference], erasable_at=due_at, at=at
                ),
            )
        if len(rows) < PAGE:
            return
        last = rows[-1]
        page = kept.where(tuple_(CaseRow.closed_at, CaseRow.reference) > (last[0], last[1]))


def class_in_records() -> ColumnElement[str]:
    """The class of a case (`domain.retention.class_of`) as PostgreSQL tells it, so that a case long
    from due is not read."""
    withdrawal = CaseRow.state["disposition"]["withdrawal"].astext
    duplicate_of, steps_from = (
        CaseRow.state[each].astext for each in ("duplicate_of", "steps_from")
    )
    return when(
        (
            or_(CaseRow.severity == Severity.MAJOR, is_closed_to_others()),
            RetentionClass.MAJOR,
        ),
        (or_(withdrawal.is_not(None), duplicate_of.is_not(None)), RetentionClass.NOT_PURSUED),
        (steps_from.is_not(None), RetentionClass.IMPORTED),
        else_=RetentionClass.ORDINARY,
    )


def _require_agreement(
    session: Session, act: EraseWhenDue, by: str, due_at: datetime | None
) -> None:
    agreed = session.get(ApprovalRow, act.agreement)
    is_agreed = is_approved(session, act.agreement, ApprovalKind.ERASE_ALL_DUE, act.approved_by)
    if agreed is None or not is_agreed or agreed.requested_by != by:
        raise Refused(Refusal.TAKES_TWO)
    until = datetime.fromisoformat(agreed.request[UNTIL])
    if due_at is not None and due_at > until:
        raise Refused(Refusal.KEPT_UNTIL, until_at=due_at.isoformat())


def _case_of(session: Session, reference: str) -> tuple[Case, tuple[Clock, ...]]:
    row = session.get_one(CaseRow, reference)
    return CASE.validate_python(row.state), _clocks_of(session, [reference])[reference]


def _clocks_of(
    session: Session, references: Collection[str]
) -> defaultdict[str, tuple[Clock, ...]]:
    """The clocks of each of these cases."""
    found: defaultdict[str, tuple[Clock, ...]] = defaultdict(tuple)
    rows = session.execute(
        select(ClockRow.reference, ClockRow.clock).where(ClockRow.reference.in_(references))
    )
    for row in rows:
        found[row.reference] += (CLOCK.validate_python(row.clock),)
    return found


def _owed(session: Session, references: Collection[str]) -> defaultdict[str, frozenset[KeptFor]]:
    """What lies outside each of these cases and keeps it."""
    questions = {
        KeptFor.REPORT_OWED: select(RegulatorReportRow.reference).where(
            RegulatorReportRow.reference.in_(references),
            RegulatorReportRow.status == ReportStatus.DRAFT,
        ),
        KeptFor.NOTICE_UNSENT: select(NoticeRow.reference).where(
            NoticeRow.reference.in_(references),
            NoticeRow.delivery == Delivery.PENDING,
            # What the customer is still to be told; word within the bank holds nothing of them.
            NoticeRow.recipient.in_([COMPLAINANT, SENDER]),
        ),
        KeptFor.REQUEST_WAITS: select(ApprovalRow.subject).where(
            ApprovalRow.subject.in_(references),
            waits(),
            ApprovalRow.kind != ApprovalKind.ERASURE,
        ),
    }
    found: defaultdict[str, frozenset[KeptFor]] = defaultdict(frozenset)
    for kept_for, question in questions.items():
        for reference in session.scalars(question.distinct()):
            found[str(reference)] |= {kept_for}
    return found
