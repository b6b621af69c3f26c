"""What a pack lets follow by itself from a change to a case: tasks that offices are given, or have
done by it; a closed file.
"""

from dataclasses import replace
from datetime import datetime

from domain.case import Case, CaseTask, Milestone
from domain.classification import Role
from domain.conditions import holds
from domain.directory import Directory
from domain.events import Event
from domain.notices import hears_of
from domain.policy import CaseRules, OfficeTask
from domain.relations import kept_out


def with_consequences(
    case: Case, conduct: CaseRules, *, event: Event, at: datetime, by: str
) -> Case:
    """The case after what somebody did to it: restricted, and with its tasks as the pack asks."""
    case = replace(case, tasks=_after(event, case.tasks, conduct, at, by))
    facts = conduct.facts_of(case) | {"event": frozenset({event})}
    opened = tuple(
        CaseTask(
            name=duty.name,
            role=duty.role,
            level=duty.level,
            rule=duty.rule,
            opened_at=at,
            number=sum(each.name == duty.name for each in case.tasks) + 1,
        )
        for duty in conduct.duties
        if holds(duty.when, facts) and _is_wanted(duty, case)
    )
    roles = restricted_by(case, conduct)
    if roles and not case.restricted_to:
        # The unit's own people lose sight of it, the handler among them.
        case = replace(case, restricted_to=roles, handler=None)
    return replace(case, tasks=case.tasks + opened)


def charged_with(task: CaseTask, case: Case, directory: Directory) -> str | None:
    """Who is to do a task: for the handler's the handler, or the supervisor while there is none;
    else whoever holds the role where the pack looks for it. Never the person complained about
    (A-36).
    """
    if task.role is Role.HANDLER:
        return case.handler or hears_of(case, Role.SUPERVISOR, directory)
    unit = directory.unit_at(case.unit, task.level)
    return directory.receiver(task.role, unit, never=kept_out(case))


def _after(
    event: Event, tasks: tuple[CaseTask, ...], conduct: CaseRules, at: datetime, by: str
) -> tuple[CaseTask, ...]:
    """The tasks, those done that asked for what has now happened."""
    asked_for = {each.name for each in conduct.duties if event in each.until}
    return tuple(
        replace(each, done_at=at, done_by=by)
        if each.name in asked_for and each.done_at is None
        else each
        for each in tasks
    )


def _is_wanted(duty: OfficeTask, case: Case) -> bool:
    """A task that an event calls for is given again when the last one is done; one that a state of
    the case calls for is given once, and once more after a reopening.
    """
    given = [each for each in case.tasks if each.name == duty.name]
    if "event" in duty.when:
        return all(each.done_at is not None for each in given)
    reopened = case.reached(Milestone.REOPENED)
    return all(reopened is not None and each.opened_at < reopened for each in given)


def restricted_by(case: Case, conduct: CaseRules) -> tuple[Role, ...]:
    """The office that such a case is handed to; empty for one that is open to ordinary eyes."""
    return next((each.roles for each in conduct.restrictions if conduct.meets(case, each.when)), ())
