"""What a clock does by itself: warnings, the breach, the rungs of its ladder."""

from collections.abc import Iterator
from datetime import datetime

from domain.case import (
    BREACH,
    Case,
    Fired,
    Pause,
)
from domain.classification import Role
from domain.clocks.counting import after, count, earlier
from domain.clocks.ledger import Clock, Derivation, Step
from domain.policy import Limit, Nature, Pack, Rung, Warn
from domain.working_time import WorkingCalendar


def next_step(clocks: tuple[Clock, ...]) -> Step | None:
    """The step that fires soonest; of those due at once, the statutory ones go first."""
    candidates = [
        (clock.steps[0].fires_at, clock.nature is not Nature.STATUTORY, clock.steps[0])
        for clock in clocks
        if clock.steps
    ]
    return min(candidates, key=lambda each: each[:2])[2] if candidates else None


def next_due(clocks: tuple[Clock, ...]) -> datetime | None:
    """When the earliest running clock of the complaint is due; tasks have dates of their own."""
    return min(
        (
            clock.due_at
            for clock in clocks
            if clock.is_running and clock.due_at and clock.is_of_the_case
        ),
        default=None,
    )


def steps_of(
    key: str,
    limit: Limit,
    derivation: Derivation,
    case: Case,
    pack: Pack,
    calendar: WorkingCalendar,
) -> Iterator[Step]:
    """What is still to happen by itself while this clock runs, soonest first.

    A step belongs to a date. When the date was moved - by an extension, a promise, another class -
    what was done about the old one does not count for the new: it is warned of, breached and
    escalated anew.
    """
    due_at = derivation.due_at
    if due_at is None or (case.steps_from is not None and due_at <= case.steps_from):
        return
    if not _was_done(case, key, BREACH, due_at):
        yield from sorted(
            _warnings(key, limit, derivation, due_at, case, pack, calendar),
            key=lambda step: step.fires_at,
        )
        yield Step(
            clock=key,
            name=BREACH,
            fires_at=due_at,
            role=Role.HANDLER,
            rule=limit.rule,
            number=_times(case, key, BREACH) + 1,
        )
    yield from _rungs(key, pack.ladders[limit.ladder], due_at, case, calendar)


def _was_done(case: Case, key: str, step: str, planned_at: datetime) -> bool:
    return any(
        each.clock == key and each.step == step and each.planned_at == planned_at
        for each in case.fired
    )


def _times(case: Case, key: str, step: str) -> int:
    """How often a step has been carried out."""
    return sum(each.clock == key and each.step == step for each in case.fired)


def _warnings(
    key: str,
    limit: Limit,
    derivation: Derivation,
    due_at: datetime,
    case: Case,
    pack: Pack,
    calendar: WorkingCalendar,
) -> Iterator[Step]:
    for warning in limit.warnings:
        fires_at = _warns_at(
            warning, derivation.anchor_at, due_at, derivation.pauses, pack, calendar
        )
        if fires_at is None or not derivation.anchor_at < fires_at < due_at:
            continue
        missed = case.steps_from is not None and fires_at < case.steps_from
        if not missed and not _was_done(case, key, warning.name, fires_at):
            yield Step(
                clock=key,
                name=warning.name,
                fires_at=fires_at,
                role=Role.HANDLER,
                rule=warning.rule,
                tells_customer=warning.tells_customer,
                number=_times(case, key, warning.name) + 1,
            )


def _warns_at(
    warning: Warn,
    anchor_at: datetime,
    due_at: datetime,
    pauses: tuple[Pause, ...],
    pack: Pack,
    calendar: WorkingCalendar,
) -> datetime | None:
    if warning.after is not None:
        counts = pack.day_of_receipt_counts
        return count(warning.after, anchor_at, pauses, calendar, receipt_day_counts=counts)[0]
    assert warning.before is not None
    return earlier(due_at, warning.before, calendar)


def _rungs(
    key: str,
    ladder: tuple[Rung, ...],
    due_at: datetime,
    case: Case,
    calendar: WorkingCalendar,
) -> Iterator[Step]:
    """The ladder from where it stands: each rung once, the next when the last gets no answer."""
    fires_at = due_at
    for rung in ladder:
        fired = _fired_for(case, key, rung.name, due_at)
        if fired is None:
            yield Step(
                clock=key,
                name=rung.name,
                fires_at=fires_at,
                role=rung.role,
                rule=rung.rule,
                drafts_report=rung.drafts_report,
                wants_acknowledgement=True,
                number=_times(case, key, rung.name) + 1,
            )
            fires_at = after(fires_at, rung.acknowledge_within, calendar)
        else:
            fires_at = _goes_on_at(fired, rung, calendar)


def _fired_for(case: Case, key: str, rung: str, due_at: datetime) -> Fired | None:
    """The rung as it was reached for this date; what an earlier date reached does not count."""
    return next(
        (
            each
            for each in reversed(case.fired)
            if each.clock == key and each.step == rung and each.planned_at >= due_at
        ),
        None,
    )


def _goes_on_at(fired: Fired, rung: Rung, calendar: WorkingCalendar) -> datetime:
    if fired.receiver is None:
        return fired.at  # Nobody holds the role: the next rung hears at once.
    if fired.acknowledged_at is not None:
        return after(fired.acknowledged_at, rung.resolve_within, calendar)
    return after(fired.at, rung.acknowledge_within, calendar)
