"""What waits for whom: requests to decide on, one's own, and the answers to them."""

from functools import lru_cache

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select
from sqlalchemy.orm import Session

from domain.approvals import DECIDED_WITH, TO_THE_WHOLE_BANK, Approval, ApprovalKind
from domain.permissions import may
from domain.relations import Reader
from domain.statuses import CommandStatus
from store.approvals.rows import approval_of
from store.scope import ASKING_LATELY, cases_for, visible_cases
from store.tables import ApprovalRow, CaseRow, CommandRow


def to_decide(session: Session, reader: Reader) -> tuple[Approval, ...]:
    """What waits for this person's decision, oldest first."""
    return _read(session, _is_theirs(reader), waits())


def whether_anything_waits(person: str) -> Select[bool]:
    """Asks whether a request waits for anybody, or an answer for this person."""
    anything = select(ApprovalRow.id).where(waits()).exists()
    answers = select(ApprovalRow.id).where(ApprovalRow.requested_by == person, _unheard())
    return select(or_(anything, answers.exists()))


@lru_cache(ASKING_LATELY)
def how_much_waits(reader: Reader) -> Select[int]:
    """Asks how many requests wait for this person, and how many answers to their own."""
    wanted = or_(and_(_is_theirs(reader), waits()), and_(_own(reader), _unheard()))
    return select(func.count()).select_from(ApprovalRow).where(wanted)


def asked_by(session: Session, reader: Reader) -> tuple[Approval, ...]:
    """What this person has asked for and nobody has decided, oldest first."""
    return _read(session, _own(reader), waits())


def answers_to(session: Session, reader: Reader) -> tuple[Approval, ...]:
    """What became of this person's requests, as far as they have not said that they know."""
    return _read(session, _own(reader), _unheard())


def waiting_about(session: Session, subject: str) -> tuple[Approval, ...]:
    """What waits about one subject, for a page of it that this person has opened."""
    rows = session.scalars(
        select(ApprovalRow)
        .where(ApprovalRow.subject == subject, waits())
        .order_by(ApprovalRow.requested_at, ApprovalRow.id)
    )
    return tuple(map(approval_of, rows))


def every_about(session: Session, kind: ApprovalKind, subject: str) -> tuple[Approval, ...]:
    """Whatever was ever asked for of one kind about one subject, oldest first."""
    rows = session.scalars(
        select(ApprovalRow)
        .where(ApprovalRow.kind == kind, ApprovalRow.subject == subject)
        .order_by(ApprovalRow.requested_at, ApprovalRow.id)
    )
    return tuple(map(approval_of, rows))


def subjects_waiting(session: Session, kind: ApprovalKind) -> frozenset[str]:
    """Whom or what something of this kind is being asked for about."""
    return frozenset(
        session.scalars(select(ApprovalRow.subject).where(ApprovalRow.kind == kind, waits()))
    )


def read_approval(session: Session, approval_id: str, reader: Reader) -> Approval | None:
    """One request, if this person asked for it or may decide on it."""
    found = _read(session, ApprovalRow.id == approval_id, or_(_own(reader), _is_theirs(reader)))
    return found[0] if found else None


def waits() -> ColumnElement[bool]:
    """Whether nobody has decided on a request, and it can still be."""
    return and_(ApprovalRow.outcome.is_(None), ApprovalRow.expires_at > func.now())


def _unheard() -> ColumnElement[bool]:
    return and_(ApprovalRow.outcome.is_not(None), ApprovalRow.heard_at.is_(None))


def _own(reader: Reader) -> ColumnElement[bool]:
    """Of one's own requests, those about cases one may still read."""
    about_cases = [kind for kind in ApprovalKind if DECIDED_WITH[kind].is_about_a_case]
    visible = select(CaseRow.reference).where(visible_cases(reader))
    return and_(
        ApprovalRow.requested_by == reader.person,
        or_(ApprovalRow.kind.not_in(about_cases), ApprovalRow.subject.in_(visible)),
    )


def _is_theirs(reader: Reader) -> ColumnElement[bool]:
    """`Approval.may_be_decided_by`, as PostgreSQL says it."""
    theirs: list[ColumnElement[bool]] = []
    for permission in dict.fromkeys(DECIDED_WITH.values()):
        kinds = ApprovalRow.kind.in_(
            [kind for kind in ApprovalKind if DECIDED_WITH[kind] is permission]
        )
        if permission.is_about_a_case:
            cases = select(CaseRow.reference).where(cases_for(permission, reader))
            theirs.append(and_(kinds, ApprovalRow.subject.in_(cases)))
        elif may(permission, reader.roles, TO_THE_WHOLE_BANK):
            theirs.append(kinds)
    return and_(
        ApprovalRow.requested_by != reader.person,
        ApprovalRow.subject != reader.person,
        or_(false(), *theirs),
    )


def _read(session: Session, *conditions: ColumnElement[bool]) -> tuple[Approval, ...]:
    rows = session.execute(
        select(ApprovalRow, CommandRow.refusal)
        .outerjoin(
            CommandRow,
            and_(CommandRow.id == ApprovalRow.id, CommandRow.status == CommandStatus.REFUSED),
        )
        .where(*conditions)
        .order_by(ApprovalRow.requested_at, ApprovalRow.id)
    )
    return tuple(approval_of(row, refused) for row, refused in rows)
