"""The bank of the generated year: the large bank, whose branches follow different regulations."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import update
from sqlalchemy.orm import Session

from bench.cases_in_bulk import BRANCHES, HANDLERS, OUTLETS, a_large_bank, branch, outlet
from domain.classification import Level
from domain.directory import Directory, Person
from rulebook.staffing import read_staffing
from store.policies.packs import publish_all
from store.tables import PolicyVersionRow, UnitRow
from tests.bank import Bank

YEAR = 2026

CITY_BRANCH, BELOW_IT = outlet(6), (outlet(16), outlet(26))
"""A branch of the second tier with outlets of its own: while a system goes live it brings their
reports together (D-39)."""

KEY_BRANCHES = (branch(0), branch(1))
"""Those that report their register every half month (A-56)."""

FOLLOWS = {
    "head-office": "association",  # the head office's measure, with an analysis for the bureau
    branch(6): "head-office",  # whose units report daily while a system goes live
    branch(7): "sub-branch",
    branch(8): "client-management",
    branch(9): "tiered",
}
"""The pack of a unit and of those below it; every report of rules.md 1.J.3 is owed by somebody."""


def midnight(year: int, month: int = 1, day: int = 1) -> datetime:
    """When a day begins at the bank (UTC)."""
    zone = ZoneInfo(read_staffing().time_zone)
    return datetime(year, month, day, tzinfo=zone).astimezone(UTC)


BEGINS, ENDS = midnight(YEAR), midnight(YEAR + 1)


def bank_of_the_year() -> Bank:
    """Ten branches with their outlets under six packs."""
    bank = a_large_bank()
    units = {
        name: replace(unit, policy=FOLLOWS.get(name, unit.policy), is_key=name in KEY_BRANCHES)
        for name, unit in bank.units.items()
    }
    units[CITY_BRANCH] = replace(units[CITY_BRANCH], level=Level.TIER_2)
    units |= {each: replace(units[each], parent=CITY_BRANCH) for each in BELOW_IT}
    return Bank(units=units, people=bank.people)


def found(session: Session, bank: Bank) -> None:
    """Write that bank down; its rules are in force, and owed by, from the first day of the year."""
    publish_all(session)
    bank.moves_into(session)
    session.execute(update(PolicyVersionRow).values(published_at=BEGINS))
    session.execute(update(UnitRow).values(checked_since=BEGINS))
    session.execute(update(UnitRow).where(UnitRow.id.in_(KEY_BRANCHES)).values(is_key=True))


@dataclass(frozen=True, slots=True)
class Staff:
    """Who does what in that bank, by unit."""

    bank: Bank

    def branch_of(self, unit: str) -> str:
        """The branch in whose line a unit stands; a branch for the head office too."""
        place: str | None = unit
        while place is not None and place not in _BRANCHES:
            place = self.bank.units[place].parent
        return place or branch(0)

    def supervisor_of(self, unit: str) -> str:
        return f"supervisor-{_BRANCHES.index(self.branch_of(unit))}"

    def outlets_of(self, unit: str) -> list[str]:
        """The outlets of the branch of a unit."""
        number = _BRANCHES.index(self.branch_of(unit))
        return [outlet(each) for each in range(number, OUTLETS, BRANCHES)]

    def handlers_of(self, place: str) -> list[str]:
        """Those who handle complaints in an outlet."""
        number = int(place.removeprefix("outlet-"))
        return [f"handler-{number}-{each}" for each in range(HANDLERS)]

    def directory_of(self, unit: str, *others: str | None) -> Directory:
        """The part of the bank that decides who hears of a case about a unit."""
        line = self.bank.directory.line_of(unit)
        people = {each.id: each for place in line for each in _at(self.bank)[place]}
        known = self.bank.people
        named = {each: known[each] for each in others if each is not None and each in known}
        return Directory(units=self.bank.units, people={**people, **named})


_BRANCHES = [branch(number) for number in range(BRANCHES)]

_PEOPLE: dict[int, Mapping[str, tuple[Person, ...]]] = {}


def _at(bank: Bank) -> Mapping[str, tuple[Person, ...]]:
    """The people of each unit, put together once."""
    if id(bank) not in _PEOPLE:
        _PEOPLE[id(bank)] = {unit: tuple(_of(bank, unit)) for unit in bank.units}
    return _PEOPLE[id(bank)]


def _of(bank: Bank, unit: str) -> Iterator[Person]:
    return (each for each in bank.people.values() if each.unit == unit)
