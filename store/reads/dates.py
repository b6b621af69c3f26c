"""Cases by their dates, as conditions of a list: when the next one comes, which fall on a day, and
how old they are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, Select, and_, false, func, or_, select
from sqlalchemy import case as when

from domain.heat import SOON, DueIn
from domain.policy import Nature
from rulebook.analysis.reading import read_analysis
from store.tables import ClockRow


@dataclass(frozen=True, slots=True, kw_only=True)
class DatesOfDay:
    """The dates of one day where the bank is: statutory ones, the bank's own, or both."""

    on: date
    nature: Nature | None = None


def is_due(due_at: ColumnElement[Any], wanted: DueIn) -> ColumnElement[bool]:
    """Whether the next date of a case comes then."""
    now, soon = _instant(), _instant(SOON)
    match wanted:
        case DueIn.PAST:
            return due_at < now
        case DueIn.SOON:
            return and_(due_at >= now, due_at < soon)
        case DueIn.LATER:
            return due_at >= soon
        case DueIn.NONE:
            return due_at.is_(None)


def age_of(received_at: Any) -> ColumnElement[int]:
    """In which of the bank's stretches of ages a case is; the last has no end."""
    ends = read_analysis().age_days
    younger = ((received_at > _instant(-timedelta(days=end)), n) for n, end in enumerate(ends))
    return when(*younger, else_=len(ends))


def _instant(after: timedelta = timedelta(0)) -> ScalarSelect[datetime]:
    """An instant so long after now; PostgreSQL reckons it once, and not for every case."""
    return select(func.now() + after).scalar_subquery()


def is_any(conditions: Sequence[ColumnElement[bool]]) -> ColumnElement[bool]:
    """Whether one of these holds; none of none."""
    return or_(false(), *conditions)


def with_dates_on(day: DatesOfDay) -> Select[str]:
    """References of the cases of which a date falls on this day and is still to be kept."""
    wanted = [ClockRow.counted_on == day.on]
    if day.nature is not None:
        wanted.append(ClockRow.nature == day.nature)
    return select(ClockRow.reference).where(*wanted)
