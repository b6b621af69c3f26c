"""Whose turn it is to use a chat robot, kept here so that all workers together keep its limit."""

from datetime import datetime, timedelta

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from domain.robots import A_MINUTE, LATE, RobotRules, Turn, next_turn
from store.database import clock_time
from store.tables import RobotRow, RobotTurnRow


def wait_for_turn(
    session: Session, robot: str, notice_id: int, reference: str, rules: RobotRules
) -> timedelta:
    """How long until a notice may go through a robot; nothing when it is its turn, which is then
    taken. One that must wait has its turn kept for it, and loses it when it comes too late."""
    rests_until, now = _hold(session, robot)
    _forget(session, robot, now - A_MINUTE - LATE)
    kept = session.scalar(
        select(RobotTurnRow).where(RobotTurnRow.robot == robot, RobotTurnRow.waiting == notice_id)
    )
    not_before = now if rests_until is None else max(now, rests_until)
    if kept is not None and not_before < kept.at:
        return kept.at - now
    if kept is not None and not_before == now and now - kept.at <= LATE:
        kept.waiting = None
        return timedelta(0)
    if kept is not None:
        session.delete(kept)
        session.flush()
    at = next_turn(_turns(session, robot), reference, rules, not_before)
    waiting = notice_id if at > now else None
    session.add(RobotTurnRow(robot=robot, at=at, reference=reference, waiting=waiting))
    return at - now


def let_rest(session: Session, robot: str, time: timedelta) -> None:
    """Nobody speaks through a robot for so long."""
    _rests_until, now = _hold(session, robot)
    rests_until = func.greatest(RobotRow.rests_until, now + time)
    session.execute(update(RobotRow).where(RobotRow.name == robot).values(rests_until=rests_until))


def _hold(session: Session, robot: str) -> tuple[datetime | None, datetime]:
    """Hold a robot until the commit, so that no two take one turn; until when it rests, and now:
    not when the transaction began, since it may have waited for others to let go."""
    session.execute(insert(RobotRow).values(name=robot).on_conflict_do_nothing())
    wanted = select(RobotRow.rests_until).where(RobotRow.name == robot).with_for_update()
    rests_until = session.scalar(wanted)
    return rests_until, clock_time(session)


def _forget(session: Session, robot: str, before: datetime) -> None:
    """Turns so long ago that they count no more, taken or not."""
    past = delete(RobotTurnRow).where(RobotTurnRow.robot == robot, RobotTurnRow.at < before)
    session.execute(past)


def _turns(session: Session, robot: str) -> list[Turn]:
    rows = session.execute(
        select(RobotTurnRow.at, RobotTurnRow.reference).where(RobotTurnRow.robot == robot)
    )
    return [Turn(at=row.at, reference=row.reference) for row in rows]
