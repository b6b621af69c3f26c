"""Which cases may be erased, and why not: one that somebody wishes erased, and all whose time is
over.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from domain.acts import Erase, EraseWhenDue
from domain.approvals import ApprovalKind
from domain.case import Case, Status
from domain.clocks.ledger import Clock
from domain.errors import Refusal, Refused
from domain.notices import COMPLAINANT, SENDER, Delivery
from domain.retention import KeptFor, RetentionClass, TextStore, class_of, reasons_to_keep
from domain.statuses import ReportStatus
from rulebook.retention import read_retention
from store.approvals.lists import waiting_about
from store.approvals.requests import is_approved
from store.erasure.texts import count_texts
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
    now: datetime = session.scalars(select(func.now())).one()
    retention = read_retention()
    if isinstance(act, EraseWhenDue):
        erasable_at = retention.due_at(case)
        _require_agreement(session, act, by, erasable_at)
    else:
        erasable_at = retention.may_be_wished_at(case)
    owes = _owed(session, reference)
    for reason in reasons_to_keep(case, clocks, owes=owes, erasable_at=erasable_at, at=now):
        if reason is KeptFor.ERASED:
            raise Refused(Refusal.ERASED)
        if reason is KeptFor.KEPT and erasable_at is not None:
            raise Refused(Refusal.KEPT_UNTIL, until_at=erasable_at.isoformat())
        raise Refused(Refusal.NOT_TO_BE_ERASED, kept_for=reason)


def due_now(session: Session) -> Due:
    """What would be erased now, and what would go; nothing is written."""
    at: datetime = session.scalars(select(func.now())).one()
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
    retention, after = read_retention(), ""
    while True:
        rows = session.execute(
            select(CaseRow.reference, CaseRow.state)
            .where(
                CaseRow.status == Status.CLOSED,
                CaseRow.closed_at <= at,
                CaseRow.state["erased_at"].astext.is_(None),
                CaseRow.reference > after,
            )
            .order_by(CaseRow.reference)
            .limit(PAGE)
        ).all()
        for row in rows:
            case = CASE.validate_python(row.state)
            due_at = retention.due_at(case)
            if due_at is not None and due_at <= at:
                clocks, owes = _clocks_of(session, row.reference), _owed(session, row.reference)
                yield case, reasons_to_keep(case, clocks, owes=owes, erasable_at=due_at, at=at)
        if len(rows) < PAGE:
            return
        after = rows[-1].reference


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
    return CASE.validate_python(row.state), _clocks_of(session, reference)


def _clocks_of(session: Session, reference: str) -> tuple[Clock, ...]:
    rows = session.scalars(select(ClockRow.clock).where(ClockRow.reference == reference))
    return tuple(CLOCK.validate_python(each) for each in rows)


def _owed(session: Session, reference: str) -> frozenset[KeptFor]:
    """What lies outside the case and keeps it."""
    report = select(RegulatorReportRow.key).where(
        RegulatorReportRow.reference == reference, RegulatorReportRow.status == ReportStatus.DRAFT
    )
    unsent = select(NoticeRow.id).where(
        NoticeRow.reference == reference,
        NoticeRow.delivery == Delivery.PENDING,
        # What the customer is still to be told; word within the bank holds nothing of them.
        NoticeRow.recipient.in_([COMPLAINANT, SENDER]),
    )
    others = [
        each for each in waiting_about(session, reference) if each.kind is not ApprovalKind.ERASURE
    ]
    owed = {
        KeptFor.REPORT_OWED: session.scalars(report).first() is not None,
        KeptFor.NOTICE_UNSENT: session.scalars(unsent).first() is not None,
        KeptFor.REQUEST_WAITS: bool(others),
    }
    return frozenset(each for each, owes in owed.items() if owes)
