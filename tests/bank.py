"""The bank of the tests, in two sizes: everybody knows its people by name."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from domain.case import Actor
from domain.classification import Level, Role
from domain.directory import BankUnit, Directory, Person
from store.tables import PersonRow, UnitRow


@dataclass(frozen=True)
class Bank:
    """Units and people, before anybody has written them down anywhere."""

    units: Mapping[str, BankUnit]
    """Those above before those below."""
    people: Mapping[str, Person]

    def actor(self, person: str) -> Actor:
        """One of the bank's people, ready to act."""
        named = self.people[person]
        level = self.units[named.unit].level
        return Actor(person=person, roles=named.roles, unit=named.unit, level=level)

    @property
    def directory(self) -> Directory:
        """The bank as the rules see it."""
        return Directory(units=self.units, people=self.people)

    def moves_into(self, session: Session) -> None:
        """Everybody and everything is in the rows; logins and names are the ids."""
        for unit in self.units.values():
            names = {"name_en": unit.id, "name_zh": unit.id}
            place = {"level": unit.level, "parent": unit.parent, "policy": unit.policy}
            session.add(UnitRow(id=unit.id, **names, **place))
            session.flush()
        for person in self.people.values():
            names = {"login": person.id, "name": person.id}
            session.add(PersonRow(id=person.id, **names, unit=person.unit, roles=[*person.roles]))
        session.flush()

    def cut_to(self, units: set[str], people: set[str]) -> "Bank":
        """The same bank with these units and people alone; what stood in a unit that is left out
        stands in the next one above.
        """

        def kept(unit: str | None) -> str | None:
            line = self.directory.line_of(unit) if unit else ()
            return next((each for each in line if each in units), None)

        return Bank(
            units={
                name: replace(unit, parent=kept(unit.parent))
                for name, unit in self.units.items()
                if name in units
            },
            people={
                name: replace(person, unit=kept(person.unit) or person.unit)
                for name, person in self.people.items()
                if name in people
            },
        )


def _units(*units: tuple[str, Level, str | None]) -> dict[str, BankUnit]:
    """Everybody handles complaints under the head office's pack."""
    return {
        name: BankUnit(
            id=name, level=level, parent=parent, policy=None if parent else "head-office"
        )
        for name, level, parent in units
    }


def _people(*people: tuple[str, str, Role]) -> dict[str, Person]:
    return {name: Person(id=name, unit=unit, roles=(role,)) for name, unit, role in people}


WHOLE = Bank(
    units=_units(
        ("head-office", Level.HEAD_OFFICE, None),
        ("east-branch", Level.TIER_1, "head-office"),
        ("bay-branch", Level.TIER_2, "east-branch"),
        ("harbour-outlet", Level.OUTLET, "bay-branch"),
        ("station-outlet", Level.OUTLET, "bay-branch"),
        ("hotline", Level.HEAD_OFFICE, "head-office"),
    ),
    people=_people(
        ("ines", "hotline", Role.INTAKE),
        ("han", "harbour-outlet", Role.HANDLER),
        ("hugo", "harbour-outlet", Role.HANDLER),
        ("mei", "harbour-outlet", Role.LEADER),
        ("stan", "station-outlet", Role.SUPERVISOR),
        ("sun", "bay-branch", Role.SUPERVISOR),
        ("leo", "bay-branch", Role.LEADER),
        ("max", "bay-branch", Role.MEDIA_OFFICE),
        ("dora", "bay-branch", Role.DISCIPLINE),
        ("line", "east-branch", Role.BUSINESS_LINE),
        ("tess", "east-branch", Role.SUPERVISOR),
        ("mona", "east-branch", Role.MEDIA_OFFICE),
        ("pia", "east-branch", Role.LEADING_GROUP),
        ("hong", "head-office", Role.HR),
        ("lin", "head-office", Role.REGULATOR_LIAISON),
        ("rosa", "head-office", Role.LEADER),
        ("una", "head-office", Role.UNION),
        ("gao", "head-office", Role.LEADING_GROUP),
        ("mark", "head-office", Role.MEDIA_OFFICE),
        ("lex", "head-office", Role.LEGAL),
        ("dean", "head-office", Role.DISCIPLINE),
        ("ada", "head-office", Role.ADMINISTRATOR),
        ("alma", "head-office", Role.ADMINISTRATOR),
    ),
)
"""Every level of a bank, and somebody in every office."""

SMALL = WHOLE.cut_to(
    units={"head-office", "east-branch", "harbour-outlet", "hotline"},
    people={"ines", "han", "hugo", "sun", "hong", "lin", "ada", "alma"},
)
"""A head office, a branch, an outlet, a hotline, and those who handle an everyday complaint."""
