"""How long a task may take, and what happens by itself when it takes longer."""

from collections.abc import Iterable

from domain.case import Case, CaseTask, Milestone, Reached
from domain.clocks.ledger import Clock
from domain.policy import CaseRules, DateSetBy, Limit, Nature, Pack
from domain.tasks.giving import open_tasks


def limit_of(task: CaseTask, pack: Pack) -> Limit | None:
    """The limit that a task runs on, as the pack gives it: its own time, or that of every task.
    None in a pack that gives tasks no time, and for one that keeps the time of a clock of the case.
    """
    rules, duty = pack.conduct.tasks, pack.conduct.duty_of(task)
    if rules is None or (duty is not None and duty.keeps_time_of):
        return None
    own = duty.within if duty is not None else None
    return Limit(
        name=task.name,
        clock=task.key,
        rule=task.rule if own or task.until_at else rules.rule,
        within=DateSetBy.TASK if task.until_at else own or rules.within,
        starts=(Milestone.TASK_GIVEN,),
        stops=(),
        when={},
        warnings=rules.warnings,
        ladder=rules.ladder,
        nature=Nature.INTERNAL,
    )


def given_at(task: CaseTask) -> Reached:
    """The moment from which its time is counted."""
    return Reached(milestone=Milestone.TASK_GIVEN, at=task.opened_at)


def clock_of(task: CaseTask, conduct: CaseRules, clocks: Iterable[Clock]) -> Clock | None:
    """The clock whose date is the task's: its own, or the latest of those whose time it keeps."""
    duty = conduct.duty_of(task)
    kept = duty.keeps_time_of if duty is not None else None
    its = [each for each in clocks if each.key == task.key or _name_of(each.key) == kept]
    return its[-1] if its else None


def task_on(clock: str, case: Case, conduct: CaseRules) -> CaseTask | None:
    """The open task that a clock runs for, or that keeps its time; None for any other clock."""
    for task in open_tasks(case):
        duty = conduct.duty_of(task)
        if clock == task.key or (duty is not None and duty.keeps_time_of == _name_of(clock)):
            return task
    return None


def _name_of(clock: str) -> str:
    """What a pack calls a clock, however often it was started."""
    return clock.partition(".")[0]
