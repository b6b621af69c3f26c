"""What an analysis is asked of: the months and the unit that were chosen."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from flask import request

from domain.analysis import AnalysisRules, month_after, months_before, months_between
from domain.directory import under
from domain.permission_names import Permission
from domain.permissions import units_for
from rulebook.staffing import today_in_the_bank
from store.reads.analysis.figures import Asked, Figures, asked_of
from web.base.context import bank, reading
from web.kit.access import not_there, reader
from web.kit.days import asked_month

YEAR = 12
"""Months that are looked at where none were chosen (default)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """The months and the unit that were asked for."""

    first: date
    """The first day of the first month."""
    last: date
    """The first day of the last month."""
    unit: str
    """With those below it; empty for all that one answers for."""
    units: tuple[str, ...]
    """Those one may choose among, as the bank lists them."""

    @property
    def months(self) -> tuple[str, ...]:
        return months_between(self.first, self.last)

    @property
    def ends(self) -> date:
        """The last day of the last month."""
        return month_after(self.last) - timedelta(days=1)

    @property
    def address(self) -> dict[str, str]:
        """The same in the address of a page."""
        asked = {"from": self.first.isoformat()[:7], "to": self.last.isoformat()[:7]}
        return asked | ({"unit": self.unit} if self.unit else {})


def chosen(rules: AnalysisRules) -> Chosen:
    """What was asked for; of what there is none the last twelve months, and never more months than
    the bank looks at in one go."""
    mine = units_for(Permission.ANSWER_FOR_REPORTS, reader(), bank().units)
    unit = request.args.get("unit", "")
    if unit and unit not in mine:
        not_there(unit)
    last = asked_month("to") or today_in_the_bank().replace(day=1)
    first = asked_month("from") or months_before(last, YEAR - 1)
    if first > last:
        first, last = last, first
    return Chosen(
        first=max(first, months_before(last, rules.months_at_most - 1)),
        last=last,
        unit=unit,
        units=tuple(each for each in bank().units if each in mine),
    )


def scope(asked: Chosen) -> Asked:
    """These months and units, as the records are asked."""
    parents = {each.id: each.parent for each in bank().units.values()}
    units = under(parents, asked.unit) if asked.unit else frozenset(asked.units)
    return asked_of(asked.first, asked.last, units)


def figures(asked: Chosen, rules: AnalysisRules, at: datetime | None = None) -> Figures:
    """What this reader has counted of these months and units; how old is told at an instant."""
    return Figures(reading(), reader(), scope(asked), rules, at or now())


def now() -> datetime:
    """By which it is told how old a complaint is."""
    return datetime.now(UTC)
