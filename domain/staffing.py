"""Setting up a bank: units and people as an administrator describes them, and what cannot stand.

A form and a file make the same records and are judged by the same rules, against the bank as it
would be afterwards.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from domain.addresses import is_address
from domain.classification import Level, Role
from domain.complaint import BadInput, Flaw, Language, flaws_of_text
from domain.directory import BankUnit, Directory, Person
from domain.permission_names import Permission
from domain.permissions import holds


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffingLimits:
    """Characters each text may have; the bank's choice (`policies/people/limits.yaml`)."""

    unit_id: int
    login: int
    name: int
    email: int


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitRecord:
    """A unit as it is set up."""

    id: str
    name_en: str = ""
    name_zh: str = ""
    level: Level | None = None
    parent: str | None = None
    policy: str | None = None
    """The name of its own pack; None for that of the unit above (A-26)."""
    is_key: bool = False
    """One of the branches that report more often (A-56)."""
    is_closed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRecord:
    """Somebody who works with complaints, as set up; known by the login."""

    login: str
    name: str = ""
    email: str = ""
    unit: str = ""
    roles: tuple[Role, ...] = ()
    language: Language = Language.ZH
    deputy: str | None = None
    """Login of who stands in while this person is absent."""
    absent_from: date | None = None
    """First day of an absence, on the bank's calendar."""
    absent_until: date | None = None
    """Its last day; None while nobody knows."""
    on_duty: bool = False
    """On the duty roster (D-38)."""
    is_disabled: bool = False
    """Has left, or may not come in for now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BankRecords:
    """Every unit by its id and every person by login."""

    units: Mapping[str, UnitRecord]
    people: Mapping[str, PersonRecord]

    def administrators(self) -> frozenset[str]:
        """Logins of those who may come in and manage people."""
        return frozenset(
            person.login
            for person in self.people.values()
            if holds(person.roles, Permission.MANAGE_PEOPLE) and not person.is_disabled
        )


def is_absent(first_day: date | None, last_day: date | None, today: date) -> bool:
    """Whether an absence covers a day; both of its ends belong to it."""
    if first_day is None:
        return False
    return first_day <= today and (last_day is None or today <= last_day)


def rights_shrink(before: PersonRecord, after: PersonRecord) -> bool:
    """Whether a change takes something away: a role, the cases of a unit, or the way in."""
    lost = set(before.roles) - set(after.roles)
    return bool(lost) or before.unit != after.unit or (after.is_disabled > before.is_disabled)


def flaws_of_unit(
    unit: UnitRecord,
    bank: BankRecords,
    *,
    is_new: bool,
    limits: StaffingLimits,
    packs: Collection[str],
    open_cases: int,
) -> list[Flaw]:
    """Everything wrong with a unit of this bank, all at once; `open_cases` are those it has now."""
    found: list[Flaw] = []
    if is_new:
        found += _flaws_of_id("id", unit.id, limits.unit_id)
    if not (unit.name_en or unit.name_zh):
        found.append(Flaw.of("name_zh", BadInput.EMPTY))
    for field in ("name_en", "name_zh"):
        found += flaws_of_text(field, getattr(unit, field), limits.name)
    if unit.level is None:
        found.append(Flaw.of("level", BadInput.EMPTY))
    if unit.policy is not None and unit.policy not in packs:
        found.append(Flaw.of("policy", BadInput.NO_SUCH_PACK))
    if unit.parent is None and unit.policy is None:
        found.append(Flaw.of("policy", BadInput.EMPTY))
    found += _flaws_of_place(unit, bank)
    if unit.is_closed:
        found += _flaws_of_closing(unit, bank, open_cases)
    return found


def flaws_of_person(
    person: PersonRecord, bank: BankRecords, *, known: PersonRecord | None, limits: StaffingLimits
) -> list[Flaw]:
    """Everything wrong with a person of this bank, all at once; `known` is as they are so far."""
    found: list[Flaw] = []
    if known is None:
        found += _flaws_of_id("login", person.login, limits.login)
    if not person.name:
        found.append(Flaw.of("name", BadInput.EMPTY))
    found += flaws_of_text("name", person.name, limits.name)
    found += flaws_of_text("email", person.email, limits.email)
    if person.email and not is_address(person.email):
        found.append(Flaw.of("email", BadInput.NOT_AN_EMAIL))
    if not person.roles and not person.is_disabled:
        found.append(Flaw.of("roles", BadInput.EMPTY))
    if person.on_duty and not holds(person.roles, Permission.ACKNOWLEDGE):
        # They would hear of a rung and could not say so, and it would climb past them (D-38).
        found.append(Flaw.of("on_duty", BadInput.CANNOT_SAY_HEARD))
    found += _flaws_of_unit_of(person, bank)
    found += _flaws_of_absence(person)
    # One who has left since they were chosen hears nothing, and stands in the way of nothing.
    if known is None or person.deputy != known.deputy:
        found += _flaws_of_deputy(person, bank)
    return found


def units_nobody_leads(bank: BankRecords) -> Iterator[str]:
    """Open units whose complaints no supervisor would hear of: neither there nor above, nor on the
    duty roster (D-38). A bank may be set up step by step, so this is told and forbids nothing.
    """
    directory = _directory(bank)
    for unit in bank.units.values():
        if not unit.is_closed and directory.receiver(Role.SUPERVISOR, unit.id) is None:
            yield unit.id


def no_administrator_left(before: BankRecords, after: BankRecords) -> frozenset[str]:
    """Logins of the last administrators, when none would be left who can let people in."""
    left = before.administrators()
    return left if left and not after.administrators() else frozenset()


_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]*")
"""What ids and logins are made of: each character is one byte wherever it travels, so that no id
outgrows what Temporal keeps of a search attribute."""


def _flaws_of_id(field: str, text: str, limit: int) -> list[Flaw]:
    if not text:
        return [Flaw.of(field, BadInput.EMPTY)]
    if len(text) > limit or not _ID.fullmatch(text):
        return [Flaw.of(field, BadInput.NOT_AN_ID, limit=limit, found=len(text))]
    return []


def _flaws_of_place(unit: UnitRecord, bank: BankRecords) -> Iterator[Flaw]:
    """One unit stands above all; each other below an open one that is no lower, in no circle."""
    if unit.parent is None:
        tops = Counter(each.parent is None for each in bank.units.values())
        if tops[True] > 1:
            yield Flaw.of("parent", BadInput.NOT_THE_ONLY_TOP)
        return
    above = bank.units.get(unit.parent)
    if above is None:
        yield Flaw.of("parent", BadInput.NO_SUCH_UNIT)
    elif _is_below_itself(unit, bank):
        yield Flaw.of("parent", BadInput.IN_A_CIRCLE)
    else:
        if above.is_closed and not unit.is_closed:
            yield Flaw.of("parent", BadInput.UNIT_CLOSED)
        if unit.level and above.level and above.level.rank < unit.level.rank:
            yield Flaw.of("level", BadInput.HIGHER_THAN_ABOVE)


def _is_below_itself(unit: UnitRecord, bank: BankRecords) -> bool:
    seen: set[str] = set()
    here: UnitRecord | None = unit
    while here is not None and here.id not in seen:
        seen.add(here.id)
        here = bank.units.get(here.parent) if here.parent else None
    return here is not None


def _flaws_of_closing(unit: UnitRecord, bank: BankRecords, open_cases: int) -> Iterator[Flaw]:
    people = sum(each.unit == unit.id and not each.is_disabled for each in bank.people.values())
    below = sum(each.parent == unit.id and not each.is_closed for each in bank.units.values())
    if unit.parent is None:
        yield Flaw.of("is_closed", BadInput.TOP_UNIT)
    if people + below:
        yield Flaw.of("is_closed", BadInput.STILL_HELD, found=people + below)
    if open_cases:
        yield Flaw.of("is_closed", BadInput.STILL_OPEN_CASES, found=open_cases)


def _flaws_of_unit_of(person: PersonRecord, bank: BankRecords) -> Iterator[Flaw]:
    unit = bank.units.get(person.unit)
    if not person.unit:
        yield Flaw.of("unit", BadInput.EMPTY)
    elif unit is None:
        yield Flaw.of("unit", BadInput.NO_SUCH_UNIT)
    elif unit.is_closed and not person.is_disabled:
        yield Flaw.of("unit", BadInput.UNIT_CLOSED)


def _flaws_of_absence(person: PersonRecord) -> Iterator[Flaw]:
    first, last = person.absent_from, person.absent_until
    if last is not None and first is None:
        yield Flaw.of("absent_from", BadInput.EMPTY)
    if first is not None and last is not None and last < first:
        yield Flaw.of("absent_until", BadInput.BEFORE_FIRST_DAY)


def _flaws_of_deputy(person: PersonRecord, bank: BankRecords) -> Iterator[Flaw]:
    if person.deputy is None:
        return
    if person.deputy == person.login:
        yield Flaw.of("deputy", BadInput.OWN_DEPUTY)
    elif person.deputy not in bank.people or bank.people[person.deputy].is_disabled:
        yield Flaw.of("deputy", BadInput.NO_SUCH_PERSON)


def _directory(bank: BankRecords) -> Directory:
    """The bank as it would be, as whoever looks for a receiver sees it on a day nobody is away."""
    return Directory(
        units={
            each.id: BankUnit(id=each.id, level=each.level or Level.OUTLET, parent=each.parent)
            for each in bank.units.values()
        },
        people={
            each.login: Person(
                id=each.login, unit=each.unit, roles=each.roles, on_duty=each.on_duty
            )
            for each in bank.people.values()
            if not each.is_disabled
        },
    )
