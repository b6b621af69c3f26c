"""Erasing every case whose time is over: asked for by one, agreed to by another, then an act on
each of them, which its workflow carries out like any.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from domain.acts import EraseWhenDue
from domain.approvals import SHOWN, Approval, ApprovalKind, ApprovalOutcome
from domain.case import Actor
from domain.errors import Refusal, Refused
from domain.statuses import CommandStatus
from store.approvals.lists import every_about, waiting_about
from store.approvals.requests import ask_for, collect, hold_requests
from store.cases.commands import store_command
from store.database import Sessions
from store.erasure.due import UNTIL, due_by, due_now
from store.people.people import actor_of
from store.tables import CommandRow

ALL_DUE = "all-due"
"""What a request for all that are due is about; no case and no person is called so."""

AT_ONCE = 100
"""Cases asked of in one transaction (default)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ErasureRun:
    """A request for all that are due, and how far it has come."""

    request: Approval
    cases: int
    """How many were due when it was asked for."""
    done: int
    refused: int
    """Of those, cases that something keeps since."""

    @property
    def is_under_way(self) -> bool:
        """Whether it was agreed to and is not over."""
        is_agreed = self.request.outcome is ApprovalOutcome.APPROVED
        return is_agreed and self.request.collected_at is None


def ask_for_all_due(session: Session, *, by: Actor, reason: str) -> Approval:
    """Have a second person agree that every case is erased that is due now. Raises `Refused` when
    none is, without a reason, and while another such request waits or is under way; a second click
    finds the first request.
    """
    hold_requests(session, ApprovalKind.ERASE_ALL_DUE, ALL_DUE)
    for each in waiting_about(session, ALL_DUE):
        if (each.requested_by, each.reason) == (by.person, reason):
            return each
    due = due_now(session)
    if not due.references:
        raise Refused(Refusal.NONE_DUE)
    if any(each.is_under_way for each in erasure_runs(session)):
        raise Refused(Refusal.ASKED_ALREADY)
    return ask_for(
        session,
        ApprovalKind.ERASE_ALL_DUE,
        subject=ALL_DUE,
        request={
            UNTIL: due.at.isoformat(),
            SHOWN: {"cases": len(due.references), "classes": due.by_class, "texts": due.texts},
        },
        reason=reason,
        by=by.person,
    )


def erasure_runs(session: Session) -> tuple[ErasureRun, ...]:
    """Every request for all that are due, newest first, with how far it has come."""
    return tuple(
        ErasureRun(
            request=each,
            cases=each.request[SHOWN]["cases"],
            done=_count(session, each, CommandStatus.ACCEPTED),
            refused=_count(session, each, CommandStatus.REFUSED),
        )
        for each in reversed(every_about(session, ApprovalKind.ERASE_ALL_DUE, ALL_DUE))
    )


def carry_on(sessions: Sessions) -> None:
    """Ask the workflow of every case for its erasure that two have agreed to and that is not asked
    for yet; a run whose cases have all answered is over. Whoever is killed meanwhile has nothing to
    undo: the next one goes on.
    """
    with sessions() as session:
        under_way = [each.request for each in erasure_runs(session) if each.is_under_way]
    for agreed in under_way:
        _ask_each(sessions, agreed)
        with sessions.begin() as session:
            if not _count(session, agreed, CommandStatus.STORED):
                collect(session, agreed)


def _ask_each(sessions: Sessions, agreed: Approval) -> None:
    with sessions() as session:
        asked = set(session.scalars(_commands_of(agreed)))
        due = due_by(session, datetime.fromisoformat(agreed.request[UNTIL]))
    left = [each for each in due if _command_of(agreed, each) not in asked]
    for begin in range(0, len(left), AT_ONCE):
        with sessions.begin() as session:
            _ask_some(session, agreed, left[begin : begin + AT_ONCE])


def _ask_some(session: Session, agreed: Approval, references: Sequence[str]) -> None:
    assert agreed.decided_by is not None
    act = EraseWhenDue(agreement=agreed.id, approved_by=agreed.decided_by)
    by = actor_of(session, agreed.requested_by)
    for reference in references:
        try:
            with session.begin_nested():
                store_command(
                    session,
                    command_id=_command_of(agreed, reference),
                    reference=reference,
                    act=act,
                    words={},
                    by=by,
                    seen_version=None,
                )
        except Refused:
            continue  # Something keeps it since, or whoever asked may do this no more.


def _command_of(agreed: Approval, reference: str) -> str:
    return f"{agreed.id}/{reference}"


def _commands_of(agreed: Approval) -> Select[str]:
    return select(CommandRow.id).where(CommandRow.id.startswith(f"{agreed.id}/", autoescape=True))


def _count(session: Session, agreed: Approval, status: CommandStatus) -> int:
    wanted = _commands_of(agreed).where(CommandRow.status == status)
    return session.scalar(select(func.count()).select_from(wanted.subquery())) or 0
