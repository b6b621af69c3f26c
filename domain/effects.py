"""What follows from a change to a case: who hears of it, who is given what to do, what is due by
then too. Pure: the store asks and writes down what it is told.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from domain.afterwards import Survey
from domain.case import Case, CaseTask, Fired, is_of_a_task
from domain.classification import Role
from domain.clocks.counting import count
from domain.clocks.ledger import Planned, Step
from domain.clocks.plan import plan
from domain.concerns import offices_concerned
from domain.directory import Directory
from domain.escalation import due_now, heard_by, receiver_of
from domain.events import Event
from domain.journal import REDRESS, CaseState, Change, Entry
from domain.notices import (
    Notice,
    notice_of_survey,
    notices_for,
    notices_of_findings,
    notices_of_penalties,
    notices_of_task,
)
from domain.policy import CaseRules, Pack, Span
from domain.statuses import TaskKind
from domain.tasks.charge import Charge, charge_of
from domain.tasks.dates import clock_of
from domain.working_time import WorkingCalendar


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenTask:
    """A task as somebody is given it; once given, only its end is new."""

    key: str
    """Names it among all tasks: what a change gives is given once."""
    kind: TaskKind
    person: str | None
    """None when nobody holds the role."""
    role: Role
    opened_at: datetime
    facts: Mapping[str, Any]
    unit: str
    """Where the office of that role stands."""
    due_at: datetime | None = None
    is_held: bool = True
    """False when nobody holds the office, and the task has gone up."""
    done_at: datetime | None = None
    done_by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportDraft:
    """What a report to the regulator starts from: classes and instants, no personal data."""

    key: str
    drafted_at: datetime
    due_at: datetime | None
    """As the pack has it; None where it says nothing."""
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Effects:
    """A change with everything that follows from it, ready to be written."""

    case: Case
    """As it will be, with the receiver of its step."""
    entry: Entry
    planned: tuple[Planned, ...]
    """All clocks of the case, planned anew."""
    rungs: int
    """How many rungs of ladders have been climbed."""
    concerned: frozenset[Role]
    """The offices for which something of it waits then."""
    notices: tuple[Notice, ...]
    tasks: tuple[GivenTask, ...]
    surveys: tuple[Survey, ...]
    """Those it offers: the link of each can be answered from then on."""
    settled: tuple[str, ...]
    """Keys of escalations that ask for nothing more: heard, or of a clock that runs no longer."""
    drafts: tuple[ReportDraft, ...]

    @property
    def state(self) -> CaseState:
        """Where the case stands then."""
        return CaseState(case=self.case, clocks=tuple(each.clock for each in self.planned))


def all_effects_of(
    change: Change,
    directory: Directory,
    pack: Pack,
    calendar: WorkingCalendar,
    before: Case | None,
) -> Iterator[Effects]:
    """The effects of a change and, after a step of a clock, of the steps that are due by then too,
    such as the first rung of a ladder at the instant of the breach. One after the other.
    """
    due: Change | None = change
    while due is not None:
        effects = effects_of(due, directory, pack, calendar, before)
        yield effects
        last, before = due, effects.case
        due = due_now(effects.state, last.entry.at, pack.conduct) if last.step else None
        # Else the case would ask for the same step again and again, without end.
        assert due is None or due.entry.key != last.entry.key, f"{last.entry.key} is due again"


def effects_of(
    change: Change,
    directory: Directory,
    pack: Pack,
    calendar: WorkingCalendar,
    before: Case | None,
) -> Effects:
    """What follows from one change, under the rules and the calendar the case was received with
    and for the people as they are there now. `before` is the case as it stood; None for a new one.
    """
    case, entry, receiver = change.case, change.entry, None
    if change.step is not None:
        receiver = receiver_of(change.step, case, directory, pack.conduct)
        case = heard_by(case, change.step, receiver)
    given, ended = _moved_tasks(case, before)
    offered = case.surveys[len(before.surveys) if before else 0 :]
    if entry.event is Event.TASK_FINISHED:
        ended = []  # The act has said which.
    moved = {"tasks_given": ", ".join(given), "tasks_done": ", ".join(ended)}
    if receiver is not None:
        entry = replace(entry, facts={**entry.facts, "receiver": receiver})
    entry = replace(entry, facts={**entry.facts, **{name: k for name, k in moved.items() if k}})
    planned = plan(case, pack, calendar)
    rung = change.step if change.step and change.step.wants_acknowledgement else None
    charges = {task.key: charge_of(task, case, directory) for task in case.tasks}
    return Effects(
        case=case,
        entry=entry,
        planned=planned,
        rungs=sum(_is_rung(each, pack) for each in case.fired),
        concerned=offices_concerned(case, pack),
        notices=(
            *notices_for(case, entry, directory, receiver),
            *notices_of_findings(case, entry, before),
            *notices_of_penalties(case, entry, before),
            *_words_of_tasks(case, entry, charges, given, directory),
            *(notice_of_survey(each, case) for each in offered),
        ),
        tasks=(
            *([_to_be_heard(rung, case, entry, receiver, pack.conduct)] if rung else ()),
            *(
                _given(task, charges[task.key], case, entry, pack.conduct, planned)
                for task in case.tasks
            ),
        ),
        surveys=offered,
        settled=tuple(_settled(case, planned)),
        drafts=tuple(_drafts(rung, case, entry, pack, calendar)),
    )


def _words_of_tasks(
    case: Case,
    entry: Entry,
    charges: Mapping[str, Charge],
    given: list[str],
    directory: Directory,
) -> Iterator[Notice]:
    """Word of each task to whoever it is for; none of an import, which would be thousands at once
    of what is old: there the task stands in *My tasks*, and word comes when the case moves.
    """
    if entry.event is Event.IMPORTED:
        return
    for task in case.tasks:
        if task.is_open or _is_told(task, given):
            yield from notices_of_task(task, charges[task.key], case, directory)


def _moved_tasks(case: Case, before: Case | None) -> tuple[list[str], list[str]]:
    """The tasks that a change gave, and those it ended, by their keys."""
    known = {each.key: each.is_open for each in before.tasks} if before else {}
    given = [each.key for each in case.tasks if each.key not in known]
    ended = [each.key for each in case.tasks if not each.is_open and known.get(each.key, False)]
    return given, ended


def _is_told(task: CaseTask, given: list[str]) -> bool:
    """Whether its office is only to know of it, and from this change on."""
    return task.key in given and task.done_by == REDRESS


def _is_rung(fired: Fired, pack: Pack) -> bool:
    """A step of a ladder of the complaint itself; tasks climb ladders of their own."""
    if is_of_a_task(fired.clock):
        return False
    return any(rung.name == fired.step for ladder in pack.ladders.values() for rung in ladder)


def _to_be_heard(
    step: Step, case: Case, entry: Entry, receiver: str | None, conduct: CaseRules
) -> GivenTask:
    task = case.task_of(step.clock)
    title = conduct.task_titles.get(task.name, {}) if task else {}
    return GivenTask(
        key=f"{case.reference}/{step.key}",
        kind=TaskKind.ACKNOWLEDGE,
        person=receiver,
        role=step.role,
        opened_at=entry.at,
        facts={
            "clock": step.clock,
            "step": step.name,
            **({"title": dict(title)} if title else {}),
        },
        unit=case.unit,
    )


def _given(
    task: CaseTask,
    charge: Charge,
    case: Case,
    entry: Entry,
    conduct: CaseRules,
    planned: tuple[Planned, ...],
) -> GivenTask:
    """A task the pack has given over this case, open or done, as whoever is charged reads it."""
    duty = conduct.duty_of(task)
    clock = clock_of(task, conduct, (each.clock for each in planned))
    return GivenTask(
        key=f"{case.reference}/{task.key}",
        kind=TaskKind.DUTY,
        person=charge.person,
        role=charge.role,
        opened_at=task.opened_at,
        facts={
            "task": task.name,
            "number": task.number,
            "title": dict(duty.title) if duty else {},
            "rule": task.rule,
            # Kept from the entry that gives it: once given, the facts of a task stay as they are.
            "asked_by": entry.by,
            "by_name": charge.by_name,
            "until": list(duty.until) if duty else [],
            "asks": list(duty.asks) if duty else [],
            "holds_up": list(duty.holds_up) if duty else [],
        },
        unit=charge.unit,
        due_at=clock.due_at if clock else None,
        is_held=charge.is_held,
        done_at=task.done_at,
        done_by=task.done_by,
    )


def _settled(case: Case, planned: tuple[Planned, ...]) -> Iterator[str]:
    running = {each.clock.key for each in planned if each.clock.is_running}
    for each in case.fired:
        if each.acknowledged_at is not None or each.clock not in running:
            yield f"{case.reference}/{each.key}"


def _drafts(
    rung: Step | None, case: Case, entry: Entry, pack: Pack, calendar: WorkingCalendar
) -> Iterator[ReportDraft]:
    """The report that a rung drafts, or that somebody has asked for just now."""
    if rung is not None and rung.drafts_report:
        ran_out = {"clock": rung.clock, "due_at": str(rung.fires_at)}
        within = _report_within(rung, pack)
        due_at = within and count(within, entry.at, (), calendar, receipt_day_counts=False)[0]
        yield _draft(rung.key, case, entry, due_at or None, ran_out)
    if entry.event is Event.CASE_REPORT_DRAFTED:
        yield _draft(case.reports[-1].key, case, entry, None, {})


def _report_within(rung: Step, pack: Pack) -> Span | None:
    rungs = (each for ladder in pack.ladders.values() for each in ladder)
    return next(
        (each.report_within for each in rungs if each.name == rung.name and each.drafts_report),
        None,
    )


def _draft(
    key: str, case: Case, entry: Entry, due_at: datetime | None, ran_out: Mapping[str, str]
) -> ReportDraft:
    return ReportDraft(
        key=f"{case.reference}/{key}",
        drafted_at=entry.at,
        due_at=due_at,
        facts={
            **ran_out,
            "received_at": str(case.received_at),
            "category": case.category,
            "severity": case.severity,
            "channel": case.channel,
            "unit": case.unit,
            "policy": case.policy,
            "steps": [
                {"clock": each.clock, "step": each.step, "at": str(each.at)} for each in case.fired
            ],
        },
    )
