"""Cases of one incident, tried again together: one first, and the others when that one goes on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import case, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from domain.failures import FailureCause, Incident
from domain.statuses import RetryStatus
from store.evidence.audit import Action, note
from store.operations.failures import hurry
from store.tables import RetryRow

SHOWN_FOR = timedelta(hours=1)
"""How long one that is over is still told of (default)."""

UNDER_WAY = (RetryStatus.FIRST, RetryStatus.RUNNING)
AT_REST = (RetryStatus.STOPPED, RetryStatus.FIRST_FAILED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Retries:
    """One such undertaking as it stands."""

    id: str
    incident: str
    """The key of the incident."""
    cause: FailureCause
    cases: Sequence[str]
    """In their order; the first one is tried alone."""
    tried: int
    status: RetryStatus
    asked_by: str
    asked_at: datetime
    changed_at: datetime

    @property
    def next(self) -> str | None:
        """The case whose turn it is; None when all had theirs."""
        return self.cases[self.tried] if self.tried < len(self.cases) else None


def begin(session: Session, incident: Incident, by: str) -> None:
    """Have every case of an incident tried again; while that is under way, or at rest, asking for
    it again changes nothing."""
    cases = list(dict.fromkeys(each.reference for each in incident.failures))
    session.execute(
        insert(RetryRow)
        .values(
            id=str(uuid4()),
            incident=incident.key,
            cause=incident.cause,
            cases=cases,
            status=RetryStatus.FIRST,
            asked_by=by,
        )
        .on_conflict_do_nothing()
    )
    note(session, Action.RETRIES_ASKED_FOR, by=by, subject=incident.key, cases=len(cases))


def stop(session: Session, id: str, by: str) -> bool:
    """Try no further case; says whether it was under way."""
    values = {"status": RetryStatus.STOPPED}
    return _turn(session, id, by, UNDER_WAY, values, Action.RETRIES_STOPPED)


def resume(session: Session, id: str, by: str) -> bool:
    """Go on where it rests; where only the first case was tried, with that one anew. Says whether
    it rested."""
    only_the_first = RetryRow.tried <= 1
    values = {
        "status": case((only_the_first, RetryStatus.FIRST), else_=RetryStatus.RUNNING),
        "tried": case((only_the_first, 0), else_=RetryRow.tried),
    }
    return _turn(session, id, by, AT_REST, values, Action.RETRIES_RESUMED)


def to_show(session: Session) -> tuple[Retries, ...]:
    """Those that are not over, and those that were until a moment ago; the newest first."""
    rows = session.scalars(
        select(RetryRow)
        .where(
            or_(
                RetryRow.status != RetryStatus.DONE,
                RetryRow.changed_at > func.now() - SHOWN_FOR,
            )
        )
        .order_by(RetryRow.asked_at.desc(), RetryRow.id)
    )
    return tuple(map(_retries, rows))


def under_way(session: Session) -> tuple[Retries, ...]:
    """Those of which a case is to be tried, or the first one to be looked after."""
    rows = session.scalars(
        select(RetryRow).where(RetryRow.status.in_(UNDER_WAY)).order_by(RetryRow.asked_at)
    )
    return tuple(map(_retries, rows))


def try_next(session: Session, seen: Retries) -> None:
    """Have the next case's messages run, and note it as tried; nothing, when another worker was
    faster or somebody has stopped it meanwhile."""
    assert seen.next is not None
    is_last = seen.tried + 1 == len(seen.cases) and seen.status is RetryStatus.RUNNING
    if _move(session, seen, RetryStatus.DONE if is_last else seen.status, tried=seen.tried + 1):
        hurry(session, seen.next)
        note(session, Action.REPAIR_RETRIED, by=seen.asked_by, subject=seen.next)


def judge_first(session: Session, seen: Retries, *, goes_on: bool) -> None:
    """Go on with the others, or rest until somebody decides."""
    after = RetryStatus.RUNNING if seen.next else RetryStatus.DONE
    _move(session, seen, after if goes_on else RetryStatus.FIRST_FAILED, tried=seen.tried)


def finish(session: Session, seen: Retries) -> None:
    """Nothing is left to try."""
    _move(session, seen, RetryStatus.DONE, tried=seen.tried)


def _move(session: Session, seen: Retries, status: RetryStatus, *, tried: int) -> bool:
    moved = session.execute(
        update(RetryRow)
        .where(RetryRow.id == seen.id, RetryRow.tried == seen.tried, RetryRow.status == seen.status)
        .values(tried=tried, status=status, changed_at=func.now())
        .returning(RetryRow.id)
    )
    return moved.first() is not None


def _turn(
    session: Session,
    id: str,
    by: str,
    among: Sequence[RetryStatus],
    values: Mapping[str, Any],
    action: Action,
) -> bool:
    turned = session.scalars(
        update(RetryRow)
        .where(RetryRow.id == id, RetryRow.status.in_(among))
        .values(**values, changed_at=func.now())
        .returning(RetryRow.incident)
    ).first()
    if turned is not None:
        note(session, action, by=by, subject=turned)
    return turned is not None


def _retries(row: RetryRow) -> Retries:
    return Retries(
        id=row.id,
        incident=row.incident,
        cause=FailureCause(row.cause),
        cases=row.cases,
        tried=row.tried,
        status=RetryStatus(row.status),
        asked_by=row.asked_by,
        asked_at=row.asked_at,
        changed_at=row.changed_at,
    )
