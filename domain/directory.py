"""Who is there: units, people, deputies and the duty roster; and who hears when somebody must."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from domain.classification import Level, Role


@dataclass(frozen=True, slots=True, kw_only=True)
class BankUnit:
    """A unit of the bank and the one above it; `parent` is None for the head office."""

    id: str
    level: Level
    parent: str | None
    policy: str | None = None
    """The pack this unit handles complaints under, when it has its own (A-26)."""
    is_key: bool = False
    """One of the branches that report more often than the others; the bank says which (A-56)."""
    is_closed: bool = False
    """It takes no complaints any more; those of before may still name it."""


def under(parents: Mapping[str, str | None], unit: str) -> frozenset[str]:
    """A unit and every unit below it, however deep; `parents` says what stands above each."""
    found = {unit}
    while True:
        more = {each for each, parent in parents.items() if parent in found} - found
        if not more:
            return frozenset(found)
        found |= more


def led_from(parents: Mapping[str, str | None], units: Iterable[str]) -> frozenset[str]:
    """The units whose complaints about their head the next unit up handles, when that head sits in
    one of these: it and all below. Above the head office there is none (A-36).
    """
    return frozenset[str]().union(*(under(parents, each) for each in units if parents[each]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who can be told. Names and addresses stay with the store."""

    id: str
    unit: str
    roles: tuple[Role, ...]
    deputy: str | None = None
    away: bool = False
    on_duty: bool = False
    """On the duty roster, which hears when nobody in the line of units does (D-38)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Directory:
    """The bank's units and people as they stand now."""

    units: Mapping[str, BankUnit]
    people: Mapping[str, Person]

    def line_of(self, unit: str) -> Iterator[str]:
        """A unit, then each unit above it up to the head office."""
        here: str | None = unit
        while here is not None and here in self.units:
            yield here
            here = self.units[here].parent

    def pack_of(self, unit: str) -> str | None:
        """The pack a unit follows: its own, else that of the nearest unit above it (A-26)."""
        packs = (self.units[each].policy for each in self.line_of(unit))
        return next((each for each in packs if each), None)

    def unit_at(self, unit: str, level: Level | None) -> str:
        """The unit of that level in whose line a unit stands; the nearest higher where the line
        has none of that level; the unit itself when no level is asked for.
        """
        if level is None:
            return unit
        line = list(self.line_of(unit))
        high_enough = (each for each in line if self.units[each].level.rank >= level.rank)
        return next(high_enough, line[-1] if line else unit)

    def receiver(self, role: Role, unit: str, *, never: frozenset[str] = frozenset()) -> str | None:
        """Who hears for a role: in the unit, else the next unit up, each or the deputy; else the
        duty roster. None when nobody holds the role at all. `never` keeps the person complained
        about out of it (A-36).
        """
        return self.holder(role, unit, never=never) or self.on_duty(never=never)

    def holder(self, role: Role, unit: str, *, never: frozenset[str] = frozenset()) -> str | None:
        """Who holds a role in the unit, else in the next one up, each or the deputy."""
        for place in self.line_of(unit):
            for person in self.holders_in(place, role):
                present = self._present(person, never)
                if present is not None:
                    return present
        return None

    def on_duty(self, *, never: frozenset[str] = frozenset()) -> str | None:
        """Who hears when nobody in the line of units does."""
        there = (each for each in self.people.values() if each.on_duty and not each.away)
        return min((each.id for each in there if each.id not in never), default=None)

    def stand_in_of(self, person: str, *, never: frozenset[str] = frozenset()) -> str | None:
        """Who hears what this person is told while they are absent: the first deputy in turn who
        is there. None for somebody who is there, and for whoever is no person of the bank.
        """
        absent = self.people.get(person)
        if absent is None or not absent.away:
            return None
        return self._present(absent, never)

    def holders_in(self, unit: str, role: Role) -> list[Person]:
        """Everybody who holds a role in the unit itself, absent or not."""
        here = (each for each in self.people.values() if each.unit == unit and role in each.roles)
        return sorted(here, key=lambda person: person.id)

    def _present(self, person: Person, never: frozenset[str]) -> str | None:
        """The person, or the first deputy in turn who is not away."""
        asked: set[str] = set()
        here: Person | None = person
        while here is not None and here.id not in asked:
            if not here.away and here.id not in never:
                return here.id
            asked.add(here.id)
            here = self.people.get(here.deputy) if here.deputy else None
        return None
