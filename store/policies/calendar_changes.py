"""What a newer version of a calendar would change for the cases that are under way."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from domain.case import Case, Status
from domain.clocks.plan import plan
from domain.working_time import WorkingCalendar
from store.policies.calendar_versions import published_calendar, version_of
from store.policies.packs import published_pack
from store.tables import CaseRow, ClockRow
from store.values import CASE

CASES_AT_ONCE = 500
"""Cases read together (default)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """A running clock whose date is another by the newer version."""

    clock: str
    due_at: datetime | None
    would_be_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarChange:
    """A case that counts its days by an earlier version, and the dates that would move."""

    reference: str
    version: int
    """Of the case."""
    calendar: str
    """The version it counts by now."""
    moved: tuple[Moved, ...]


def changes_by(session: Session, calendar: WorkingCalendar) -> Iterator[CalendarChange]:
    """Every case with something left to happen that counts by another version of this calendar.
    Nothing is written.
    """
    runs = select(ClockRow.reference).where(
        ClockRow.reference == CaseRow.reference, ClockRow.stopped_at.is_(None)
    )
    counted_by = CaseRow.state["calendar"].astext
    states = session.scalars(
        select(CaseRow.state)
        .where(func.split_part(counted_by, "@", 1) == calendar.name)
        .where(counted_by != version_of(calendar))
        .where(or_(CaseRow.status != Status.CLOSED, runs.exists()))
        .order_by(CaseRow.reference)
        .execution_options(yield_per=CASES_AT_ONCE)
    )
    for state in states:
        yield _change(session, CASE.validate_python(state), calendar)


def _change(session: Session, case: Case, calendar: WorkingCalendar) -> CalendarChange:
    pack = published_pack(session, case.policy)
    now = plan(case, pack, published_calendar(session, case.calendar))
    anew = plan(replace(case, calendar=version_of(calendar)), pack, calendar)
    return CalendarChange(
        reference=case.reference,
        version=case.version,
        calendar=case.calendar,
        moved=tuple(
            Moved(clock=old.clock.key, due_at=old.clock.due_at, would_be_at=new.clock.due_at)
            for old, new in zip(now, anew, strict=True)
            if new.clock.is_running and old.clock.due_at != new.clock.due_at
        ),
    )
