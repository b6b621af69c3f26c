"""The dates of a list, day by day of a month, beside the days on which the bank works."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from domain.policy import Nature
from domain.relations import Reader
from domain.working_time import WorkingCalendar
from rulebook.calendars import load_calendar
from store.listed import listed_cases
from store.people.directory import read_directory
from store.policies.packs import current_version, published_pack
from store.reads.queues import Filters, conditions_of
from store.tables import ClockRow


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
    counts = (func.count().filter(ClockRow.nature == nature).label(nature) for nature in Nature)
    rows = session.execute(
        select(ClockRow.counted_on, *counts)
        .join(listed, listed.c.reference == ClockRow.reference)
        .where(ClockRow.counted_on.between(first, last))
        .where(*conditions_of(listed.c, filters, reader.person))
        .group_by(ClockRow.counted_on)
    )
    return {
        row.counted_on: DueOnDay(
            statutory=getattr(row, Nature.STATUTORY), own=getattr(row, Nature.INTERNAL)
        )
        for row in rows
    }


def calendar_of(session: Session, unit: str) -> WorkingCalendar | None:
    """The days on which a unit works, by the policy it follows now; None where it follows none."""
    pack = read_directory(session).pack_of(unit)
    version = current_version(session, pack) if pack else None
    return load_calendar(published_pack(session, version).calendar) if version else None
