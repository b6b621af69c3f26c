"""How somebody stands to a case or a unit: as handler, as office, as the person complained about.

What each of these gives is the table of rights (`domain.permissions`).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from domain.case import Case
from domain.classification import Role


class Relation(StrEnum):
    """One way of standing to a case, or to a unit. Somebody may stand in several at once."""

    ANYWHERE = "anywhere"
    """None in particular: everybody stands so to everything in the bank."""
    OWN_UNIT = "own_unit"
    """It is the unit's in which one works."""
    BELOW = "below"
    """It is a unit's below that."""
    ASSIGNED = "assigned"
    """One handles it."""
    FIRST_OWNER = "first_owner"
    """One heard it first and follows it to its end (首问责任人, A-05)."""
    TOOK_IN = "took_in"
    """Somebody of one's own unit heard it first: the unit tracks what it received (A-12)."""
    WAITING_HERE = "waiting_here"
    """It is one's own unit's, and nobody's yet; and the pack lets handlers read what waits."""
    STANDS_IN = "stands_in"
    """Its handler or first owner is absent, and one is their deputy."""
    CHARGED = "charged"
    """A task of it waits for oneself by name, or for an absent one whose deputy one is."""
    OFFICE = "office"
    """Something of it waits for one's office, in whose line of units it lies
    (`domain.concerns`)."""
    PARTY = "party"
    """One's unit, or one below it, leads or assists, or is in a dispute over it (C-22, C-29)."""
    HANDED = "handed"
    """It was taken from ordinary eyes and handed to one's office (A-43, C-10)."""
    ASKER = "asker"
    """One has asked for the later date that waits for a decision."""
    NAMED = "named"
    """One is the person complained about, or one of them (A-08, A-36)."""
    COLLEAGUE = "colleague"
    """Somebody of one's own unit is complained about."""
    CONFLICT = "conflict"
    """One has said, or it was said, that one is too near to somebody in it."""
    CLOSED = "closed"
    """It was handed to an office that is not one's own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Somebody who asks, and where in the bank they stand."""

    person: str
    roles: frozenset[Role]
    unit: str
    below: frozenset[str] = frozenset()
    """Every unit below the own one, however deep."""


def relations_to_unit(who: Reader, unit: str) -> frozenset[Relation]:
    """How somebody stands to a unit of the bank."""
    found = {Relation.ANYWHERE}
    if unit == who.unit:
        found.add(Relation.OWN_UNIT)
    if unit in who.below:
        found.add(Relation.BELOW)
    return frozenset(found)


def relations_of(
    who: Reader,
    case: Case,
    *,
    took_in: str | None,
    charged: frozenset[str],
    offices: frozenset[Role],
    teams: frozenset[str] = frozenset(),
    waiting_is_read: bool = True,
    stands_in_for: frozenset[str] = frozenset(),
) -> frozenset[Relation]:
    """How somebody stands to a case. `took_in` is the unit of its first owner; `charged` are those
    for whom a task of it waits by name, `offices` those for which something waits; `teams` are the
    units of the persons complained about; `waiting_is_read` is the pack's word on what waits;
    `stands_in_for` are the absent whose deputy this is.
    """
    here = relations_to_unit(who, case.unit)
    is_in_line = bool(here & {Relation.OWN_UNIT, Relation.BELOW})
    handed = bool(who.roles.intersection(case.restricted_to))
    parties = {case.host_unit, case.disputed_with, *case.assisting_units}
    also = {
        Relation.ASSIGNED: case.handler == who.person,
        Relation.FIRST_OWNER: case.first_owner == who.person,
        Relation.TOOK_IN: took_in == who.unit,
        Relation.WAITING_HERE: waiting_is_read and case.handler is None and case.unit == who.unit,
        Relation.STANDS_IN: bool(stands_in_for & {case.handler, case.first_owner}),
        Relation.CHARGED: who.person in charged or bool(stands_in_for & charged),
        Relation.OFFICE: is_in_line and not offices.isdisjoint(who.roles),
        Relation.PARTY: not parties.isdisjoint({who.unit, *who.below}),
        Relation.HANDED: is_in_line and handed,
        Relation.ASKER: asks(case) == who.person,
        Relation.NAMED: who.person in named_in(case),
        Relation.COLLEAGUE: who.unit in teams,
        Relation.CONFLICT: who.person in case.in_conflict,
        Relation.CLOSED: bool(case.restricted_to) and not handed,
    }
    return here | {relation for relation, stands in also.items() if stands}


def named_in(case: Case) -> frozenset[str]:
    """The persons complained about."""
    first = {case.person_complained_about} if case.person_complained_about else set()
    return frozenset(first | set(case.also_complained_about))


def kept_out(case: Case) -> frozenset[str]:
    """Who reads nothing of a case, hears nothing of it and decides nothing in it: the persons
    complained about, and whoever is in conflict (A-08, A-36).
    """
    return named_in(case) | frozenset(case.in_conflict)


def asks(case: Case) -> str | None:
    """Who asked for the later date that waits for a decision; nobody decides their own wish."""
    return case.extension_request.requested_by if case.extension_request else None


def is_closed_to(case: Case, roles: Iterable[Role]) -> bool:
    """Whether it was handed to an office that holds none of these roles (A-43, C-10)."""
    return bool(case.restricted_to) and not is_handed_to(case, roles)


def is_handed_to(case: Case, roles: Iterable[Role]) -> bool:
    """Whether it was handed to an office that holds one of these roles."""
    return not set(case.restricted_to).isdisjoint(roles)
