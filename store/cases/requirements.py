"""What must hold when somebody asks for an act on a case, beyond what the act itself demands."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.acts import (
    ActWithLetter,
    AnyAct,
    ApprovedAct,
    Assign,
    CarryOutImprovement,
    Classify,
    DecideDispute,
    Erase,
    EraseWhenDue,
    FinishTask,
    Flag,
    Forward,
    MarkDuplicate,
    NameUnits,
    NoteReportReceipt,
    OwnFindingAct,
    PlanImprovement,
    ProposeImprovement,
    RaiseDispute,
    SubmitCaseReport,
    Undo,
    Urge,
    Withdraw,
    WordCaseReport,
)
from domain.approvals import ApprovalKind
from domain.case import Case
from domain.consequences import restricted_by
from domain.errors import Refusal, Refused
from domain.permission_names import Permission
from domain.permissions import is_barred, may, not_your_role
from domain.relations import Reader, Relation, named_in
from domain.statuses import CommandStatus
from store.approvals.requests import is_approved
from store.cases.charged import require_charged
from store.cases.fit_reports import require_fit_report
from store.customer_letters import require_fit_letter, takes_second_reader
from store.erasure.due import require_erasable
from store.people.leaders import is_led_by
from store.people.leavers import Left, has_left
from store.policies.packs import published_pack
from store.scope import OpenedCase, finds_about, open_case
from store.tables import AttachmentRow, CaseRow, CommandRow, UnitRow
from store.undoing import require_undoable


def require_all(
    session: Session,
    act: AnyAct,
    reader: Reader,
    relations: frozenset[Relation],
    *,
    case: Case,
    command_id: str,
    said: Mapping[str, str],
    seen_version: int | None,
    left: Left | None = None,
) -> None:
    """Raises `Refused` for the first thing that does not hold. `case` is how it stands now, `said`
    are the texts that come with the act; `left` knows who has left, where many cases are asked."""
    reference = case.reference
    _require_right(act, reader, relations, reference)
    if isinstance(act, OwnFindingAct):
        _require_finding(session, reader, reference)
    if case.erased_at is not None:
        # Its texts would lie beside what has none any more.
        raise Refused(Refusal.ERASED)
    _refuse_dead_ends(session, act, case, left or partial(has_left, session))
    if isinstance(act, Undo):
        require_undoable(session, act, reader, reference, seen_version)
    if isinstance(act, FinishTask | CarryOutImprovement):
        conduct = published_pack(session, case.policy).conduct
        require_charged(session, act, conduct, reader, reference)
    for other in _others_of(act):
        if open_case(session, reader, other) is None:
            raise Refused(Refusal.UNKNOWN_REFERENCE, reference=other)
    if isinstance(act, ApprovedAct):
        _require_second_person(session, command_id, act, case)
    if isinstance(act, Flag | Classify):
        opened = open_case(session, reader, reference)
        if opened is not None:
            _require_restricting(session, act, opened, said)
    if isinstance(act, Erase | EraseWhenDue):
        require_erasable(session, act, reference, reader.person)
    if isinstance(act, WordCaseReport | SubmitCaseReport | NoteReportReceipt):
        require_fit_report(session, act, reference, said)
    if isinstance(act, ActWithLetter) and act.enclosed is not None:
        require_fit_letter(
            session, act, reference, command_id=command_id, seen_version=seen_version
        )


def _others_of(act: AnyAct) -> tuple[str, ...]:
    """Further cases that an act names, which whoever does it must be able to read."""
    match act:
        case MarkDuplicate():
            return (act.reference,)
        case ProposeImprovement():
            return act.also
        case _:
            return ()


def _require_right(
    act: AnyAct, reader: Reader, relations: frozenset[Relation], reference: str
) -> None:
    """Raises `Refused` for what the table of rights does not give this person over this case."""
    if isinstance(act, OwnFindingAct):
        return  # Asked of the case itself, below.
    goes_unread = act.is_upkeep or act.is_of_who_did_it
    sees = act.permission if goes_unread else Permission.READ_CASE
    if not may(sees, reader.roles, relations):
        raise Refused(Refusal.UNKNOWN_REFERENCE, reference=reference)
    granted = may(act.permission, reader.roles, relations - {Relation.ASKER})
    if granted and is_barred(act.permission, relations):
        raise Refused(Refusal.OWN_REQUEST)
    if act.is_retired:
        raise Refused(Refusal.TAKES_TWO)
    if not granted:
        raise not_your_role(act.permission)


def _require_finding(session: Session, reader: Reader, reference: str) -> None:
    """Raises `Refused`, as for a case that is not there, unless something is found in it about this
    person."""
    own = select(CaseRow.reference).where(
        CaseRow.reference == reference, finds_about(reader.person)
    )
    if session.scalar(own) is None:
        raise Refused(Refusal.UNKNOWN_REFERENCE, reference=reference)


def _require_second_person(session: Session, command_id: str, act: ApprovedAct, case: Case) -> None:
    """Raises `Refused` for what one person alone must not do, unless a second one has agreed to
    just this; and for evidence that is no file of the case.
    """
    if isinstance(act, Withdraw) and act.evidence is not None:
        _require_file(session, case.reference, act.evidence)
    kind = second_person_for(session, act, case)
    if kind is None and act.approved_by is None:
        return
    approver = act.approved_by
    if kind is None or approver is None or not is_approved(session, command_id, kind, approver):
        raise Refused(Refusal.TAKES_TWO)


def second_person_for(session: Session, act: ApprovedAct, case: Case) -> ApprovalKind | None:
    """As what a second person must agree to an act on this case; None where one may do it."""
    pack = published_pack(session, case.policy)
    if isinstance(act, ActWithLetter):
        read_by_two = pack.letters_read_by_two
        is_read = takes_second_reader(session, act, read_by_two, case.reference)
        return ApprovalKind.LETTER if is_read else None
    return act.takes_second_person(case, pack.conduct)


def _require_file(session: Session, reference: str, digest: str) -> None:
    lies_there = (
        select(AttachmentRow.command)
        .join(CommandRow, CommandRow.id == AttachmentRow.command)
        .where(
            AttachmentRow.reference == reference,
            AttachmentRow.digest == digest,
            CommandRow.status != CommandStatus.REFUSED,
        )
    )
    if session.scalars(lies_there).first() is None:
        raise Refused(Refusal.NO_SUCH_FILE)


def _as_sorted(act: Flag | Classify, case: Case) -> Case:
    if isinstance(act, Flag):
        return replace(case, marks=(*case.marks, act.mark))
    return replace(case, category=act.category, marks=act.marks)


def _require_restricting(
    session: Session, act: Flag | Classify, opened: OpenedCase, said: Mapping[str, str]
) -> None:
    """Raises `Refused` where a mark or a category would close the case to all but one office: that
    is for few, and not without a word why. Only the office opens it again.
    """
    case = opened.case
    conduct = published_pack(session, case.policy).conduct
    if case.restricted_to or not restricted_by(_as_sorted(act, case), conduct):
        return
    if not opened.allows(Permission.RESTRICT):
        raise not_your_role(Permission.RESTRICT)
    if "note" not in said:
        raise Refused(Refusal.WORDS_MISSING, missing="note")


def _refuse_dead_ends(session: Session, act: AnyAct, case: Case, left: Left) -> None:
    """Nothing is given or sent to somebody who comes in no more or whose superior it is about, or
    to a unit that is closed; nor is such a unit drawn in, as a party or to assist.
    """
    match act:
        case PlanImprovement() if left(act.person):
            raise Refused(Refusal.CHOSEN_HAS_LEFT)
        case Assign() if left(act.handler):
            raise Refused(Refusal.CHOSEN_HAS_LEFT)
        case Assign() if is_led_by(session, act.handler_unit, named_in(case)):
            # The next unit up handles what is about the head of a unit.
            raise Refused(Refusal.LED_BY_NAMED)
        case Urge() if left(case.handler):
            raise Refused(Refusal.HANDLER_HAS_LEFT)
        case Undo() if left(act.handler):
            raise Refused(Refusal.CHOSEN_HAS_LEFT)
        case Undo() if _is_closed(session, act.unit):
            raise Refused(Refusal.UNIT_CLOSED)
        case Forward() | RaiseDispute() | DecideDispute() if _is_closed(session, act.unit):
            raise Refused(Refusal.UNIT_CLOSED)
        case NameUnits() if _is_closed(session, act.host_unit, act.assisting_unit):
            raise Refused(Refusal.UNIT_CLOSED)


def _is_closed(session: Session, *units: str) -> bool:
    """Whether one of these units is."""
    closed = select(UnitRow.id).where(UnitRow.id.in_(units), UnitRow.is_closed)
    return session.scalar(closed.limit(1)) is not None
