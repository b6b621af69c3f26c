"""Carrying out the steps of a clock: a warning, a breach, a rung of the ladder. Each once."""

from dataclasses import replace
from datetime import datetime

from domain.case import BREACH, Case, Fired
from domain.classification import Role
from domain.clocks.ledger import Clock, Step
from domain.clocks.steps import next_step
from domain.consequences import with_consequences
from domain.directory import Directory
from domain.events import Event
from domain.findings import is_of_a_finding
from domain.journal import OVERTAKEN, REDRESS, CaseState, Change, Entry
from domain.notices import COMPLAINANT, hears_of
from domain.policy import CaseRules, Pack
from domain.tasks.charge import charge_of, next_up
from domain.tasks.dates import task_on


def due_now(standing: CaseState, now: datetime, conduct: CaseRules) -> Change | None:
    """The change by which the soonest step of the case's clocks is carried out, if it is due."""
    step = next_step(standing.clocks)
    if step is None or step.fires_at > now:
        return None
    overtaken = overtaken_by(step, standing.clocks, now)
    entry = Entry(
        key=step.key,
        event=event_of(step),
        by=REDRESS,
        at=now,
        facts={
            "clock": step.clock,
            "step": step.name,
            "planned_at": step.fires_at.isoformat(),
            "rule": step.rule,
            **({"tells": COMPLAINANT} if step.tells_customer else {}),
            **({OVERTAKEN: overtaken} if overtaken else {}),
        },
    )
    return Change(case=fire(standing.case, step, now, conduct), entry=entry, step=step)


def event_of(step: Step) -> Event:
    """What the journal calls this step."""
    if step.wants_acknowledgement:
        return Event.ESCALATED
    if is_of_a_finding(step.clock):
        return Event.FINDING_FINAL
    return Event.BREACHED if step.name == BREACH else Event.WARNED


def overtaken_by(step: Step, clocks: tuple[Clock, ...], now: datetime) -> str | None:
    """The step that makes this one stale: after an outage, a reminder of a date that has passed by
    now tells nobody anything. It is noted, and only the breach is told.
    """
    if event_of(step) is not Event.WARNED:
        return None
    due = [each for clock in clocks if clock.key == step.clock for each in clock.steps]
    return next((each.name for each in due if each.name == BREACH and each.fires_at <= now), None)


def fire(case: Case, step: Step, at: datetime, conduct: CaseRules) -> Case:
    """The case after a step, one version on. A breach never changes its status or its outcome."""
    fired = Fired(
        clock=step.clock, step=step.name, planned_at=step.fires_at, at=at, number=step.number
    )
    after = replace(case, version=case.version + 1, fired=(*case.fired, fired))
    return with_consequences(after, conduct, event=event_of(step), at=at, by=REDRESS)


def heard_by(case: Case, step: Step, receiver: str | None) -> Case:
    """The case with the receiver of a fired step filled in, once the directory has been asked."""
    return replace(
        case,
        fired=tuple(
            replace(each, receiver=receiver) if each.key == step.key else each
            for each in case.fired
        ),
    )


def unheard(case: Case, pack: Pack) -> tuple[Fired, ...]:
    """The rungs that nobody has said to have heard."""
    rungs = {rung.name for ladder in pack.ladders.values() for rung in ladder}
    return tuple(each for each in case.fired if each.step in rungs and each.acknowledged_at is None)


def receiver_of(step: Step, case: Case, directory: Directory, conduct: CaseRules) -> str | None:
    """Who hears of a step: whoever is charged with the task that its clock runs for; else the
    handler for what concerns the handler, the supervisor while there is none, or whoever holds the
    role in the unit or above it. Never the person complained about (A-36). Of a finding nobody:
    whom it is about hears by themselves, and an office as the pack has it.
    """
    if is_of_a_finding(step.clock):
        return None
    task = task_on(step.clock, case, conduct)
    if task is not None and not step.wants_acknowledgement:
        return charge_of(task, case, directory).person
    if task is not None and task.key == step.clock:
        return next_up(task, step.role, case, directory)
    if not step.wants_acknowledgement and case.handler is not None:
        return case.handler
    role = Role.SUPERVISOR if step.role is Role.HANDLER else step.role
    return hears_of(case, role, directory)
