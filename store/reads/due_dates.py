"""The dates of a list, day by day of a month, beside the days on which the bank works."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ARRAY, DateTime, collate, func, literal, select
from sqlalchemy.orm import Session

from domain.policy import Nature
from domain.relations import Reader
from domain.working_time import WorkingCalendar
from rulebook.calendars import load_calendar
from store.listed import listed_cases
from store.people.directory import read_directory
from store.policies.packs import current_version, published_pack
from store.reads.dates import instants_of, runs
from store.reads.queues import Filters, conditions_of
from store.tables import ClockRow

INSTANTS = ARRAY(DateTime(timezone=True))

A_MOMENT = timedelta(microseconds=1)
"""A date at the very end of a day is that day's, not the midnight's that begins the next."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DueOnDay:
    """How many cases have a date on a day: one by which a regulation binds, or one of the bank's
    own. A case may have both, and counts once in each."""

    statutory: int = 0
    own: int = 0

    def of(self, nature: Nature) -> int:
        """How many have a date of this nature."""
        return self.statutory if nature is Nature.STATUTORY else self.own


def due_dates(
    session: Session, reader: Reader, filters: Filters, first: date, last: date
) -> Mapping[date, DueOnDay]:
    """For each of these days on which something is due, in how many cases of a list it is."""
    listed = listed_cases(reader)
    days = [first + timedelta(days=after) for after in range((last - first).days + 1)]
    begins, ends = instants_of(first, last)
    # Sorted among the first moments of the days: what day an instant is in a zone takes longer.
    first_moments = literal([instants_of(day, day)[0] + A_MOMENT for day in days], INSTANTS)
    day = func.width_bucket(ClockRow.due_at, first_moments)
    # Told apart, not sorted for anybody: by their bytes that takes half as long.
    reference = collate(ClockRow.reference, "C")
    counts = (
        func.count(reference.distinct()).filter(ClockRow.nature == nature).label(nature)
        for nature in Nature
    )
    rows = session.execute(
        select(day.label("day"), *counts)
        .join(listed, listed.c.reference == ClockRow.reference)
        .where(runs(), ClockRow.due_at > begins, ClockRow.due_at <= ends)
        .where(*conditions_of(listed.c, filters, reader.person))
        .group_by("day")
    )
    return {
        days[row.day - 1]: DueOnDay(
            statutory=getattr(row, Nature.STATUTORY), own=getattr(row, Nature.INTERNAL)
        )
        for row in rows
    }


def calendar_of(session: Session, unit: str) -> WorkingCalendar | None:
    """The days on which a unit works, by the policy it follows now; None where it follows none."""
    pack = read_directory(session).pack_of(unit)
    version = current_version(session, pack) if pack else None
    return load_calendar(published_pack(session, version).calendar) if version else None
