"""Which cases still need their workflow: the sweeper, the verification and the pages of what is
held up must mean the same ones, or a lost one is forgotten by those who mean fewer.
"""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from domain.case import Status
from store.tables import CaseRow


def unfinished(session: Session, patience: timedelta) -> dict[str, datetime]:
    """Cases that need their workflow, by reference, with the time of their last change. Those
    changed within `patience` may still be on their way."""
    rows = session.execute(
        select(CaseRow.reference, CaseRow.updated_at)
        .where(is_unfinished(), CaseRow.updated_at < func.now() - patience)
        .order_by(CaseRow.reference)
    )
    return {row.reference: row.updated_at for row in rows}


def count_unfinished(session: Session, patience: timedelta = timedelta(0)) -> int:
    """How many there are of these."""
    settled = CaseRow.updated_at <= func.now() - patience
    counted = select(func.count()).select_from(CaseRow).where(is_unfinished(), settled)
    return session.scalar(counted) or 0


def latest_unfinished(session: Session, at_most: int) -> list[str]:
    """Those that changed last: where workflow and rows are likeliest to disagree."""
    return list(
        session.scalars(
            select(CaseRow.reference)
            .where(is_unfinished())
            .order_by(CaseRow.updated_at.desc(), CaseRow.reference)
            .limit(at_most)
        )
    )


def is_unfinished() -> ColumnElement[bool]:
    """Not closed; or closed, and a clock of it has something left to do by itself: an appeal may
    be pending, or the answer to whoever handed the complaint over."""
    return or_(CaseRow.status != Status.CLOSED, CaseRow.next_step_at.is_not(None))
