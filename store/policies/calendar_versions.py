"""Calendars as they stood when dates were counted in them: a case keeps the one of its receipt, so
a later notice of the State Council moves no running case by itself. An administrator applies it,
after seeing which dates would move (decision 6).
"""

from pydantic import TypeAdapter
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from domain.working_time import WorkingCalendar
from store.tables import CalendarVersionRow

CALENDAR = TypeAdapter(WorkingCalendar)

_published: dict[str, WorkingCalendar] = {}
"""Versions are named by their content, so each is read once a process."""


def version_of(calendar: WorkingCalendar) -> str:
    """What this version of a calendar is called: `name@digest`."""
    return f"{calendar.name}@{calendar.version}"


def publish_calendar(session: Session, calendar: WorkingCalendar) -> str:
    """Keep this version of a calendar for good; returns what it is called, `name@digest`."""
    version = version_of(calendar)
    # Its name alone: every receipt asks, and the text is that of many years.
    kept = select(CalendarVersionRow.version).where(CalendarVersionRow.version == version)
    if session.scalar(kept) is None:
        text = CALENDAR.dump_python(calendar, mode="json", exclude={"_expanded"})
        session.execute(
            insert(CalendarVersionRow)
            .values(version=version, name=calendar.name, text=text)
            .on_conflict_do_nothing(index_elements=["version"])
        )
    return version


def published_calendar(session: Session, version: str) -> WorkingCalendar:
    """The calendar of that version, exactly as it was."""
    if version not in _published:
        row = session.get_one(CalendarVersionRow, version)
        _published[version] = CALENDAR.validate_python(row.text)
    return _published[version]
