"""Requests that a second person decides on: kept, decided once, each step in the audit trail."""

import secrets
from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from domain.approvals import (
    CHOSEN,
    DECIDED_WITH,
    TO_THE_WHOLE_BANK,
    Approval,
    ApprovalKind,
    ApprovalOutcome,
)
from domain.case import Actor
from domain.classification import Role
from domain.complaint import flaws_of_free_text
from domain.errors import NotFit, Refusal, Refused
from domain.journal import REDRESS
from domain.permission_names import Permission
from domain.permissions import grants_of, may
from domain.relations import Reader, Relation
from rulebook.approvals import read_approval_limits
from rulebook.texts import read_text_limits
from store.approvals.rows import approval_of
from store.asked_from import console_account
from store.database import AdvisoryLock, hold, transaction_time
from store.evidence.audit import Action, note
from store.people.people import actor_of
from store.scope import reader_of, relations_in
from store.tables import ApprovalRow, PersonRow

CarryOut = Callable[[Session, Approval], None]
"""Does what was agreed to, in the transaction of the agreement; raises `Refused` when it cannot be
done any more."""


def hold_requests(session: Session, kind: ApprovalKind, subject: str) -> None:
    """Nobody else asks for this kind of thing about this subject, nor carries it out, before this
    transaction is over: what came of the first of two clicks is known to the second."""
    hold(session, AdvisoryLock.ASKING_FOR_A_DECISION, f"{kind}/{subject}")


def ask_for(
    session: Session,
    kind: ApprovalKind,
    *,
    subject: str,
    request: Mapping[str, Any],
    reason: str,
    by: str,
    id: str | None = None,
) -> Approval:
    """Ask for something. The same again, by the same person, finds the first request.

    Raises `Refused` without a reason, while somebody else's or something else of that kind waits
    about the same subject, when nobody else could decide, and under an id that has been decided;
    `NotFit` for a reason that will not do.
    """
    if not reason.strip():
        raise Refused(Refusal.WORDS_MISSING, missing="reason")
    _require_fit("reason", reason)
    asked = session.scalar(
        insert(ApprovalRow)
        .values(
            id=id or f"a-{secrets.token_hex(6)}",
            kind=kind,
            subject=subject,
            request=dict(request),
            reason=reason,
            requested_by=by,
            expires_at=func.now() + timedelta(days=read_approval_limits().days_to_decide),
            at_console=console_account(),
        )
        .on_conflict_do_nothing()
        .returning(ApprovalRow)
    )
    if asked is None:
        return _asked_before(session, kind, subject, dict(request), by, id)
    if not somebody_else_decides(session, kind, subject, by):
        raise Refused(Refusal.NO_SECOND_PERSON)
    note(
        session, Action.APPROVAL_REQUESTED, by=by, subject=subject, kind=kind, approval=asked.id
    )  # fmt: skip
    return approval_of(asked)


def decide(
    session: Session,
    approval_id: str,
    outcome: ApprovalOutcome,
    *,
    by: Actor,
    carry_out: CarryOut,
    why: str = "",
) -> Approval:
    """End a request. Whoever asked may only take it back, and nobody else may; what another agrees
    to is carried out at once, or is overtaken when that cannot be done any more. The same again by
    the same person changes nothing, and finds the first answer.

    Raises `Refused` for one's own request, for one that is not this person's to decide on, without
    a reason why not, and when it has ended already.
    """
    assert outcome in CHOSEN, "otherwise a request ends by itself"
    _require_fit("note", why)
    row = session.scalar(select(ApprovalRow).where(ApprovalRow.id == approval_id).with_for_update())
    if row is None:
        raise Refused(Refusal.NO_SUCH_REQUEST)
    asked = approval_of(row)
    if (by.person == asked.requested_by) != (outcome is ApprovalOutcome.TAKEN_BACK):
        raise Refused(Refusal.OWN_REQUEST)
    if by.person != asked.requested_by and not _may_decide(session, asked, by):
        raise Refused(Refusal.NO_SUCH_REQUEST)
    if (asked.outcome, row.decided_by, row.note) == (outcome, by.person, why):
        return asked
    if asked.outcome is not None:
        raise Refused(Refusal.DECIDED_ALREADY)
    if asked.expires_at <= transaction_time(session):
        raise Refused(Refusal.REQUEST_EXPIRED)
    if outcome is ApprovalOutcome.DECLINED and not why.strip():
        raise Refused(Refusal.WORDS_MISSING, missing="reason")
    ended = _end(session, approval_id, outcome, by=by.person, why=why)
    if outcome is not ApprovalOutcome.APPROVED:
        return ended
    try:
        with session.begin_nested():
            carry_out(session, ended)
    except Refused as refused:
        return _end(
            session,
            approval_id,
            ApprovalOutcome.OVERTAKEN,
            by=by.person,
            why=why,
            refusal=refused,
        )
    return ended


def hear(session: Session, approval_id: str, person: str) -> None:
    """Whoever asked has taken note of the answer."""
    session.execute(
        update(ApprovalRow)
        .where(ApprovalRow.id == approval_id, ApprovalRow.requested_by == person)
        .where(ApprovalRow.outcome.is_not(None))
        .values(heard_at=func.coalesce(ApprovalRow.heard_at, func.now()))
    )


def is_approved(session: Session, approval_id: str, kind: ApprovalKind, approver: str) -> bool:
    """Whether just this was agreed to by just this person."""
    row = session.get(ApprovalRow, approval_id, populate_existing=True)
    return row is not None and (row.kind, row.outcome, row.decided_by) == (
        kind,
        ApprovalOutcome.APPROVED,
        approver,
    )


def find_approved(
    session: Session, kind: ApprovalKind, subject: str, person: str, approval_id: str | None = None
) -> Approval | None:
    """What this person may carry out now: agreed to, not carried out yet, not too long ago. Locked,
    so that two cannot carry out the same.
    """
    kept_for = timedelta(days=read_approval_limits().days_to_collect)
    named = [ApprovalRow.id == approval_id] if approval_id is not None else []
    row = session.scalar(
        select(ApprovalRow)
        .where(
            ApprovalRow.kind == kind,
            ApprovalRow.subject == subject,
            ApprovalRow.requested_by == person,
            ApprovalRow.outcome == ApprovalOutcome.APPROVED,
            ApprovalRow.collected_at.is_(None),
            ApprovalRow.decided_at > func.now() - kept_for,
            *named,
        )
        .order_by(ApprovalRow.decided_at)
        .limit(1)
        .with_for_update()
    )
    return approval_of(row) if row else None


def collect(session: Session, approval: Approval) -> None:
    """Whoever asked has carried it out."""
    session.execute(
        update(ApprovalRow)
        .where(ApprovalRow.id == approval.id)
        .values(collected_at=func.now(), heard_at=func.coalesce(ApprovalRow.heard_at, func.now()))
    )


def expire(session: Session) -> tuple[Approval, ...]:
    """End what nobody has decided in time."""
    late = session.scalars(
        select(ApprovalRow.id)
        .where(ApprovalRow.outcome.is_(None), ApprovalRow.expires_at <= func.now())
        .with_for_update(skip_locked=True)
    ).all()
    return tuple(_end(session, each, ApprovalOutcome.EXPIRED, by=None) for each in late)


def may_be_second(session: Session, approval: Approval, person: str) -> bool:
    """Whether this person may decide on it."""
    return _may_decide(session, approval, actor_of(session, person))


def somebody_else_decides(session: Session, kind: ApprovalKind, subject: str, by: str) -> bool:
    """Whether there is anybody at all who could be the second person."""
    permission = DECIDED_WITH[kind]
    people = session.execute(
        select(PersonRow.id, PersonRow.roles)
        .where(PersonRow.active, PersonRow.id.not_in([by, subject]))
        .order_by(PersonRow.id)
    )
    # Those first who decide anywhere: the answer is mostly yes, and seldom far to find.
    able = sorted(
        (_is_near(permission, row.roles), row.id)
        for row in people
        if any(grants_of(role, permission) for role in row.roles)
    )
    return any(_may(session, kind, subject, actor_of(session, person)) for _far, person in able)


def _is_near(permission: Permission, roles: Iterable[Role]) -> bool:
    """Whether they decide in their own line of units alone."""
    return not any(Relation.ANYWHERE in grants_of(role, permission) for role in roles)


def _may_decide(session: Session, asked: Approval, by: Actor) -> bool:
    reader = reader_of(session, by)
    return asked.may_be_decided_by(reader, _relations(session, asked, reader))


def _relations(session: Session, asked: Approval, reader: Reader) -> frozenset[Relation]:
    if not asked.is_about_a_case:
        return TO_THE_WHOLE_BANK
    return relations_in(session, reader, asked.subject) or frozenset()


def _may(session: Session, kind: ApprovalKind, subject: str, actor: Actor) -> bool:
    permission, reader = DECIDED_WITH[kind], reader_of(session, actor)
    if not permission.is_about_a_case:
        return may(permission, reader.roles, TO_THE_WHOLE_BANK)
    relations = relations_in(session, reader, subject)
    return relations is not None and may(permission, reader.roles, relations)


def _asked_before(
    session: Session,
    kind: ApprovalKind,
    subject: str,
    request: dict[str, Any],
    by: str,
    id: str | None,
) -> Approval:
    """The request that stands in the way of a new one, if it is the same."""
    known = session.get(ApprovalRow, id, populate_existing=True) if id else None
    if known is not None and known.outcome is not None:
        raise Refused(Refusal.DECIDED_ALREADY)
    waits = session.scalar(
        select(ApprovalRow).where(
            ApprovalRow.kind == kind, ApprovalRow.subject == subject, ApprovalRow.outcome.is_(None)
        )
    )
    if waits is None or (waits.requested_by, waits.request) != (by, request):
        raise Refused(Refusal.ASKED_ALREADY)
    return approval_of(waits)


def _end(
    session: Session,
    approval_id: str,
    outcome: ApprovalOutcome,
    *,
    by: str | None,
    why: str = "",
    refusal: Refused | None = None,
) -> Approval:
    row = session.get_one(ApprovalRow, approval_id, populate_existing=True)
    row.outcome, row.decided_by, row.note = outcome, by, why
    row.refusal = refusal.as_kept() if refusal else None
    # Who took a request back needs no answer to it.
    row.heard_at = func.now() if outcome is ApprovalOutcome.TAKEN_BACK else None
    row.decided_at = func.now()
    session.flush()
    session.refresh(row)
    note(
        session,
        Action(f"approval_{outcome}"),
        by=by or REDRESS,
        subject=row.subject,
        kind=row.kind,
        approval=row.id,
    )
    return approval_of(row)


def _require_fit(field: str, text: str) -> None:
    limit = read_text_limits().with_an_act
    flaws = flaws_of_free_text(field, text, limit)
    if flaws:
        raise NotFit(flaws)
