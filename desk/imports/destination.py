"""Where imported complaints go, and who follows them to their end."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from domain.case import Actor
from domain.classification import Level, Role
from domain.errors import Fault, NotFit
from domain.journal import REDRESS
from domain.permissions import FOR_A_SYSTEM
from store.cases.reception import zone_of
from store.database import DatabaseSession
from store.people.directory import read_directory
from store.people.people import actor_of, find_colleague


@dataclass(frozen=True, slots=True, kw_only=True)
class Destination:
    """The unit that must act, with the clock on its wall, and who brings the complaints in."""

    unit: str
    bank_zone: ZoneInfo
    by: Actor


def destination_of(session: DatabaseSession, unit: str | None, login: str | None) -> Destination:
    """The unit that was named, else the head office; the person who was named, else whoever takes
    complaints in there, else nobody but Redress. Raises `NotFit` for what is not there.
    """
    directory = read_directory(session)
    heads = (each.id for each in directory.units.values() if each.parent is None)
    found = unit if unit is not None else next(heads, None)
    if found is None or found not in directory.units:
        says = "there is no such unit" if unit else "the bank has no unit yet"
        raise NotFit([Fault(where=unit or "unit", says=says)])
    person = find_colleague(session, login) if login else None
    if login and person is None:
        raise NotFit([Fault(where=login, says="nobody who works here logs in under this name")])
    receiver = directory.receiver(Role.INTAKE, found) or REDRESS
    by = actor_of(session, person) if person else _whoever_receives(receiver)
    return Destination(unit=found, bank_zone=zone_of(session, found), by=by)


def _whoever_receives(person: str) -> Actor:
    """Who follows the cases, without a unit of one's own that would have been told already."""
    return Actor(person=person, roles=FOR_A_SYSTEM, unit="", level=Level.OUTLET)
