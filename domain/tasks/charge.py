"""Whose a task is: an office, its deputy, the next one up."""

from dataclasses import dataclass

from domain.case import Case, CaseTask
from domain.classification import Role
from domain.directory import Directory
from domain.relations import kept_out


@dataclass(frozen=True, slots=True, kw_only=True)
class Charge:
    """Who is to do a task, and where in the bank its office stands."""

    person: str | None
    """None when nobody in the whole bank can be asked."""
    role: Role
    """Whose holders do it beside that person: the office's, or in a case that was handed to one
    office that office's."""
    unit: str
    """The unit of the office that the pack means."""
    is_held: bool
    """False when nobody there or above holds the office, so that somebody else must see to it."""
    by_name: bool = False
    """It is the handler's or the first owner's, and no office's."""


IN_ITS_PLACE = (Role.SUPERVISOR, Role.HR)
"""Who is asked in turn when nobody holds an office (default)."""


def charge_of(task: CaseTask, case: Case, directory: Directory) -> Charge:
    """Whose a task is. For the handler's the handler, or the supervisor while there is none; for
    the first owner's whoever heard the complaint first; else whoever holds the role where the pack
    looks for it. Never anybody the case keeps out (A-36), and in a case that was handed to one
    office nobody but that office (A-43).

    An office that nobody holds passes its task up: to the duty roster, the supervisor, human
    resources.
    """
    never = kept_out(case)
    by_name = task.for_first_owner or task.person is not None or task.role is Role.HANDLER
    unit = case.unit if by_name else directory.unit_at(case.unit, task.level)
    named = _named(task, case)
    if named is not None and named in directory.people and named not in never:
        present = directory.stand_in_of(named, never=never) or named
        return Charge(person=present, role=task.role, unit=unit, is_held=True, by_name=True)
    if case.restricted_to:
        role = task.role if task.role in case.restricted_to else case.restricted_to[0]
        person = directory.holder(role, unit, never=never)
        return Charge(person=person, role=role, unit=unit, is_held=person is not None)
    wanted = Role.SUPERVISOR if by_name else task.role
    person = directory.holder(wanted, unit, never=never)
    if person is not None:
        return Charge(person=person, role=task.role, unit=unit, is_held=True)
    found = [directory.on_duty(never=never)]
    found += [directory.holder(each, unit, never=never) for each in IN_ITS_PLACE]
    person = next((each for each in found if each is not None), None)
    return Charge(person=person, role=task.role, unit=unit, is_held=False)


def _named(task: CaseTask, case: Case) -> str | None:
    """The person a task is for by name; None when it is an office's."""
    if task.person is not None:
        return None if case.restricted_to else task.person
    if task.for_first_owner:
        return None if case.restricted_to else case.first_owner
    return case.handler if task.role is Role.HANDLER else None


def next_up(task: CaseTask, role: Role, case: Case, directory: Directory) -> str | None:
    """Who hears for a role that a task is overdue: above the office that was to do it, and never
    whoever is charged with it. In a case that was handed to one office, another of that office.
    """
    charge = charge_of(task, case, directory)
    never = kept_out(case) | ({charge.person} if charge.person else frozenset())
    heard = case.restricted_to[0] if case.restricted_to else role
    return directory.receiver(heard, charge.unit, never=never)


@dataclass(frozen=True, slots=True, kw_only=True)
class Charged:
    """An open task as the records have it: who is charged by name, whose office, who else heard."""

    person: str | None
    role: Role
    unit: str
    told: frozenset[str] = frozenset()
    """Those to whom it has climbed."""
