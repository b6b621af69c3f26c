"""The list one looks at as a calendar: month by month, what is due on which day."""

from calendar import Calendar
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from flask import Blueprint, render_template, request, url_for

from domain.policy import Nature
from domain.working_time import WorkingCalendar
from rulebook.staffing import today_in_the_bank
from store.reads.due_dates import DueOnDay, calendar_of, due_dates
from web.base.context import reading
from web.base.phrases import day_as
from web.casework.queues.narrowing import (
    FIRST_YEAR,
    LAST_YEAR,
    address_of,
    filters_asked,
    kinds_for,
    shelves_of,
)
from web.kit.access import open_to_staff, reader

blueprint = Blueprint("due_dates", __name__)

MONDAY_FIRST = Calendar(firstweekday=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """One day of the calendar."""

    on: date
    is_of_month: bool
    """Or of one of the weeks with which the month begins and ends."""
    is_today: bool
    works: bool
    why: str
    """Why the bank works on it or not: `working`, `weekend`, `holiday:<name>`, `make-up:<name>`."""
    is_assumed: bool
    """Whether nothing is announced for it yet."""
    due: DueOnDay

    def count(self, nature: Nature) -> int:
        """In how many cases a date of this nature falls on it."""
        return self.due.of(nature)

    def url(self, nature: Nature) -> str:
        """Just those cases."""
        asked = address_of(request.args, "on", "nature")
        on = self.on.isoformat()
        return url_for("queue.my_queue", **{**asked, "on": on, "nature": nature})


@blueprint.get("/calendar")
@open_to_staff
def month() -> str:
    """The month that is asked for, or the one that is now."""
    who = reader()
    shelves = shelves_of(who)
    if not shelves:
        return render_template("casework/no_list.html")
    filters = replace(filters_asked(shelves), dates=None)
    today = today_in_the_bank()
    first = _asked_month() or today.replace(day=1)
    last = _following(first) - timedelta(days=1)
    shown = MONDAY_FIRST.monthdatescalendar(first.year, first.month)
    due = due_dates(reading(), who, filters, shown[0][0], shown[-1][-1])
    calendar = calendar_of(reading(), who.unit)
    weeks = [[_day(each, first, today, calendar, due) for each in week] for week in shown]
    return render_template(
        "casework/due_dates.html",
        first=first,
        weeks=weeks,
        weekdays=[day_as("EEEE", each) for each in _a_week()],
        natures=tuple(Nature),
        whole=_whole(due[each] for each in due if first <= each <= last),
        calendar=calendar,
        filters=filters,
        chosen=[each for each in kinds_for(who, filters) if each.chosen],
        asked=address_of(request.args, "on", "nature"),
        before=_month_url(first - timedelta(days=1)),
        after=_month_url(last + timedelta(days=1)),
        this_month=_month_url(today),
        is_this_month=first == today.replace(day=1),
    )


def _day(
    on: date,
    first: date,
    today: date,
    calendar: WorkingCalendar | None,
    due: Mapping[date, DueOnDay],
) -> Day:
    return Day(
        on=on,
        is_of_month=on.month == first.month,
        is_today=on == today,
        works=calendar is None or calendar.is_working_day(on),
        why=calendar.why(on) if calendar else "working",
        is_assumed=calendar is not None and calendar.is_assumed(on),
        due=due.get(on, DueOnDay()),
    )


def _whole(month: Iterable[DueOnDay]) -> DueOnDay:
    """All days together: a case with dates on two of them counts in both."""
    days = list(month)
    return DueOnDay(
        statutory=sum(each.statutory for each in days), own=sum(each.own for each in days)
    )


def _asked_month() -> date | None:
    """What the address names as `2026-12`; None when it names no month."""
    try:
        first = date.fromisoformat(request.args.get("month", "") + "-01")
    except ValueError:
        return None
    return first if FIRST_YEAR <= first.year <= LAST_YEAR else None


def _following(first: date) -> date:
    return (first + timedelta(days=31)).replace(day=1)


def _month_url(day: date) -> str | None:
    """The month of a day, of the same list; None beyond all years of the calendar."""
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        return None
    asked = address_of(request.args, "on", "nature")
    return url_for("due_dates.month", **{**asked, "month": day.isoformat()[:7]})


def _a_week() -> Iterator[date]:
    """Monday to Sunday, whichever week it is."""
    return iter(MONDAY_FIRST.monthdatescalendar(FIRST_YEAR, 1)[0])
