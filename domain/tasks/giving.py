"""Which tasks a change gives, which it ends, and what waits for them."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from domain.case import Case, CaseTask, Milestone
from domain.conditions import holds
from domain.events import Event
from domain.journal import REDRESS
from domain.policy import CaseRules, OfficeTask


def tasks_after(
    case: Case, conduct: CaseRules, *, event: Event, at: datetime, by: str
) -> tuple[CaseTask, ...]:
    """The tasks of a case after something happened to it: those done that asked for it, and those
    given that the pack now asks for.
    """
    facts = conduct.facts_of(case) | {"event": frozenset({event})}
    before = replace(case, tasks=_ended(event, facts, case.tasks, conduct, at, by))
    improvement = case.improvements[-1] if case.improvements else None
    given = tuple(
        CaseTask(
            name=duty.name,
            role=duty.role,
            level=duty.level,
            rule=duty.rule,
            opened_at=at,
            number=sum(each.name == duty.name for each in case.tasks) + 1,
            for_first_owner=duty.for_first_owner,
            person=improvement.person if improvement and duty.for_planned else None,
            until_at=improvement.until_at if improvement and duty.for_planned else None,
            # Who is only to know has nothing to end.
            done_at=at if duty.is_to_know else None,
            done_by=REDRESS if duty.is_to_know else None,
        )
        for duty in conduct.duties
        if holds(duty.when, facts) and holds(duty.as_long_as, facts) and _is_wanted(duty, before)
    )
    return before.tasks + given


def open_tasks(case: Case) -> tuple[CaseTask, ...]:
    """The tasks that nobody has done yet."""
    return tuple(each for each in case.tasks if each.is_open)


def open_task_named(case: Case, name: str) -> CaseTask | None:
    """The task of this name that waits; of several, the one given first."""
    return next((each for each in open_tasks(case) if each.name == name), None)


def what_holds_up(act: str, case: Case, conduct: CaseRules) -> CaseTask | None:
    """The open task that must be done before this kind of act."""
    waiting = {each.name for each in conduct.duties if act in each.holds_up}
    return next((each for each in open_tasks(case) if each.name in waiting), None)


def _ended(
    event: Event,
    facts: Mapping[str, frozenset[str]],
    tasks: Iterable[CaseTask],
    conduct: CaseRules,
    at: datetime,
    by: str,
) -> tuple[CaseTask, ...]:
    asked_for = {
        each.name
        for each in conduct.duties
        if event in each.until or not holds(each.as_long_as, facts)
    }
    return tuple(
        replace(each, done_at=at, done_by=by) if each.name in asked_for and each.is_open else each
        for each in tasks
    )


def _is_wanted(duty: OfficeTask, case: Case) -> bool:
    """A task that an event calls for is given again when the last one is done; one that a state of
    the case calls for is given once, and once more after a reopening.
    """
    given = [each for each in case.tasks if each.name == duty.name]
    if "event" in duty.when:
        return not any(each.is_open for each in given)
    reopened = case.reached(Milestone.REOPENED)
    return all(reopened is not None and each.opened_at < reopened for each in given)
