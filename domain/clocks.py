"""The clock ledger: which clocks run on a case, when each is due, what happens then, and why.

The whole ledger is a fold: `plan` reads the case, its policy pack and a calendar, and derives every
clock anew. Nothing is added up along the way, so nothing can drift, and the same three inputs give
the same dates years later.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from domain.case import (
    BREACH,
    Case,
    Commitment,
    Fired,
    Milestone,
    Pause,
    Reached,
    step_key,
)
from domain.classification import Role
from domain.conditions import holds
from domain.policy import DateSetBy, Limit, Nature, Pack, Rung, Span, Unit, Warn
from domain.working_time import WorkingCalendar

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Something that happens by itself at an instant unless the clock stops before."""

    clock: str
    name: str
    """`warning-1`, `breach`, or the name of a rung."""
    fires_at: datetime
    role: Role
    """Who is to hear of it."""
    rule: str
    drafts_report: bool = False
    wants_acknowledgement: bool = False
    tells_customer: bool = False
    number: int = 1
    """Counts up when the clock's date was moved after the step had been carried out."""

    @property
    def key(self) -> str:
        """Names this carrying-out within its case: what it does is done once."""
        return step_key(self.clock, self.name, self.number)

    @property
    def label(self) -> str:
        """What the engine's timer for it is called, by which its history can be read."""
        return f"{self.clock}: {self.name} ({self.rule})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """One clock of one case."""

    key: str
    """`reply`, or `reply.2` when the clock was started a second time."""
    limit: str
    rule: str
    nature: Nature
    anchor: Milestone
    anchor_at: datetime
    due_at: datetime | None
    """None while the clock stands still for the customer."""
    due_on: date | None
    """The day the bank would name in a letter, in the calendar's time zone."""
    stopped_at: datetime | None
    superseded: bool
    """The clock was started again before it stopped, so another now counts in its place."""
    breached: bool
    pausable: bool
    extendable: bool
    extendable_until: datetime | None = None
    """How late an extension may reach; None where no rule bounds it."""
    steps: tuple[Step, ...]
    """What is still to come, soonest first, as things stand."""
    proof: str
    """SHA-256 of the derivation stored beside the journal entry."""

    @property
    def is_running(self) -> bool:
        return self.stopped_at is None and not self.superseded


@dataclass(frozen=True, slots=True, kw_only=True)
class DayCounted:
    """One line of a derivation: a day, how much of it counted, and why."""

    on: date
    amount: int
    """Days (0 or 1) for limits in days; seconds for limits in hours or seconds."""
    why: str
    """`working`, `weekend`, `holiday:国庆节`, `make-up:春节`, `receipt`, `waiting`, `calendar`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Derivation:
    """Why a clock is due when it is: everything needed to compute the date again."""

    clock: str
    limit: str
    rule: str
    policy: str
    calendar: str
    """Name and version of the calendar the days were counted in."""
    anchor: Milestone
    anchor_at: datetime
    within: str
    days: tuple[DayCounted, ...]
    pauses: tuple[Pause, ...]
    extended_to: datetime | None
    extended_by: str | None
    due_at: datetime | None
    due_on: date | None

    def digest(self) -> str:
        """A fingerprint that changes when any part of the derivation does."""
        text = json.dumps(asdict(self), default=str, sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A clock together with its proof."""

    clock: Clock
    derivation: Derivation


def plan(case: Case, pack: Pack, calendar: WorkingCalendar) -> tuple[Planned, ...]:
    """Every clock of the case under its pack, in the order of the pack."""
    facts = pack.conduct.facts_of(case)
    return tuple(
        planned
        for limit in pack.limits
        if holds(limit.when, facts)
        for planned in _clocks_of(limit, case, pack, calendar)
    )


def next_step(clocks: tuple[Clock, ...]) -> Step | None:
    """The step that fires soonest; of those due at once, the statutory ones go first."""
    candidates = [
        (clock.steps[0].fires_at, clock.nature is not Nature.STATUTORY, clock.steps[0])
        for clock in clocks
        if clock.steps
    ]
    return min(candidates, key=lambda each: each[:2])[2] if candidates else None


def next_due(clocks: tuple[Clock, ...]) -> datetime | None:
    """When the earliest running clock is due."""
    return min(
        (clock.due_at for clock in clocks if clock.is_running and clock.due_at), default=None
    )


def _clocks_of(
    limit: Limit, case: Case, pack: Pack, calendar: WorkingCalendar
) -> Iterator[Planned]:
    if limit.within is DateSetBy.SENDER and case.sender_due_at is None:
        return  # The sender has set no date, so none can run out.
    anchors = _anchors(limit, case)
    for number, anchor in enumerate(anchors, start=1):
        key = limit.clock if number == 1 else f"{limit.clock}.{number}"
        following = anchors[number].at if number < len(anchors) else None
        stopped_at = _stopped_at(limit, case, anchor)
        superseded = following is not None and (stopped_at is None or stopped_at > following)
        derivation = _derive(key, limit, anchor, case, pack, calendar)
        running = stopped_at is None and not superseded
        steps = tuple(_steps(key, limit, derivation, case, pack, calendar)) if running else ()
        yield Planned(
            clock=Clock(
                key=key,
                limit=limit.name,
                rule=limit.rule,
                nature=limit.nature,
                anchor=anchor.milestone,
                anchor_at=anchor.at,
                due_at=derivation.due_at,
                due_on=derivation.due_on,
                stopped_at=None if superseded else stopped_at,
                superseded=superseded,
                breached=_breached(key, derivation.due_at, stopped_at, superseded, case),
                pausable=limit.pausable,
                extendable=limit.extendable,
                extendable_until=_extendable_until(limit, derivation, pack, calendar),
                steps=steps,
                proof=derivation.digest(),
            ),
            derivation=derivation,
        )


def _anchors(limit: Limit, case: Case) -> list[Reached]:
    """What starts the clock of a limit. Two milestones at one instant, such as a receipt that is a
    delivery too, start one clock.
    """
    found = [each for each in case.milestones if each.milestone in limit.starts]
    return [
        each
        for each, last in zip(found, [None, *found], strict=False)
        if not last or each.at > last.at
    ]


def _stopped_at(limit: Limit, case: Case, anchor: Reached) -> datetime | None:
    """When the clock stopped that this anchor started: at the last of the milestones it waits for,
    or at the first where any will do.
    """
    reopened = case.reached(Milestone.REOPENED) if limit.resumes else None
    instants: list[datetime] = []
    for milestone in limit.stops:
        if milestone is Milestone.SENDER_REPLIED and case.sender is None:
            continue  # Nobody handed the complaint over, so nobody is owed this answer.
        reached = [
            each.at
            for each in case.milestones
            if each.milestone is milestone
            and _follows(each, anchor, case)
            and (reopened is None or each.at >= reopened)
        ]
        if reached:
            instants.append(reached[0])
        elif not limit.stops_at_any:
            return None
    return (min if limit.stops_at_any else max)(instants, default=None)


def _follows(reached: Reached, anchor: Reached, case: Case) -> bool:
    """Whether a milestone came after the anchor; of those at one instant the later written did."""
    if reached.at != anchor.at:
        return reached.at > anchor.at
    return any(each is reached for each in case.milestones[case.milestones.index(anchor) + 1 :])


def _breached(
    key: str,
    due_at: datetime | None,
    stopped_at: datetime | None,
    superseded: bool,
    case: Case,
) -> bool:
    """Whether the clock ever ran out: the breach was carried out, or the end came too late.

    A breach carried out before an end in time was heard of, as after an outage, is none.
    """
    if any(
        stopped_at is None or superseded or each.planned_at < stopped_at
        for each in case.fired
        if each.clock == key and each.step == BREACH
    ):
        return True
    if due_at is None or superseded:
        return False
    if stopped_at is not None:
        return stopped_at > due_at
    return case.steps_from is not None and due_at <= case.steps_from


def _derive(
    key: str,
    limit: Limit,
    anchor: Reached,
    case: Case,
    pack: Pack,
    calendar: WorkingCalendar,
) -> Derivation:
    pauses = _pauses_of(limit, case)
    days: tuple[DayCounted, ...] = ()
    commitment = _commitment_after(anchor, case)
    due_at: datetime | None
    match limit.within:
        case DateSetBy.SENDER:
            due_at = case.sender_due_at
        case DateSetBy.COMMITMENT:
            due_at = commitment.until_at if commitment else None
        case Span():
            due_at, days = _count(
                limit.within,
                anchor.at,
                pauses,
                calendar,
                receipt_day_counts=pack.day_of_receipt_counts,
            )
    moved_to, moved_by = _moved(key, limit, commitment, case)
    if moved_to is not None and due_at is not None:
        due_at = max(due_at, moved_to)
    return Derivation(
        clock=key,
        limit=limit.name,
        rule=limit.rule,
        policy=case.policy,
        calendar=f"{calendar.name}@{calendar.version}",
        anchor=anchor.milestone,
        anchor_at=anchor.at,
        within=str(limit.within),
        days=days,
        pauses=tuple(each for each in pauses if each.until_at is None or each.until_at > anchor.at),
        extended_to=moved_to,
        extended_by=moved_by,
        due_at=due_at,
        due_on=_day_named(due_at, calendar) if due_at else None,
    )


def _commitment_after(anchor: Reached, case: Case) -> Commitment | None:
    """The last date promised to the customer while this clock was running."""
    return next((each for each in reversed(case.commitments) if each.at >= anchor.at), None)


def _moved(
    key: str, limit: Limit, commitment: Commitment | None, case: Case
) -> tuple[datetime | None, str | None]:
    """The later date that was approved or promised for this clock, and by whom."""
    extension = next((each for each in reversed(case.extensions) if each.clock == key), None)
    dates = [(extension.until_at, extension.approved_by)] if extension else []
    if commitment is not None and limit.moved_by_commitment:
        dates.append((commitment.until_at, commitment.by))
    return max(dates, default=(None, None), key=lambda each: each[0])


def _pauses_of(limit: Limit, case: Case) -> tuple[Pause, ...]:
    """The stretches that do not count: waits for the customer, and the time a case was settled
    before it was reopened where the limit resumes. In order, none overlapping another.
    """
    pauses = list(case.pauses) if limit.pausable else []
    if limit.resumes:
        pauses += _settled(limit, case)
    return tuple(sorted(pauses, key=lambda each: each.since_at))


def _settled(limit: Limit, case: Case) -> Iterator[Pause]:
    since: datetime | None = None
    for each in case.milestones:
        if each.milestone in limit.stops and since is None:
            since = each.at
        if each.milestone is Milestone.REOPENED and since is not None:
            yield Pause(since_at=since, until_at=each.at)
            since = None


def _extendable_until(
    limit: Limit, derivation: Derivation, pack: Pack, calendar: WorkingCalendar
) -> datetime | None:
    """How late an extension may reach, where the rule bounds it."""
    if limit.extendable_by is None or derivation.due_at is None:
        return None
    own: datetime | None = derivation.due_at
    if derivation.extended_to is not None and isinstance(limit.within, Span):
        own, _ = _count(
            limit.within,
            derivation.anchor_at,
            derivation.pauses,
            calendar,
            receipt_day_counts=pack.day_of_receipt_counts,
        )
    return None if own is None else _after(own, limit.extendable_by, calendar)


def _day_named(due_at: datetime, calendar: WorkingCalendar) -> date:
    """The day a person would call the last one: midnight belongs to the day it ends."""
    return (due_at - timedelta(microseconds=1)).astimezone(_zone(calendar)).date()


def _zone(calendar: WorkingCalendar) -> ZoneInfo:
    return ZoneInfo(calendar.time_zone or "UTC")


def _count(
    within: Span,
    anchor_at: datetime,
    pauses: tuple[Pause, ...],
    calendar: WorkingCalendar,
    *,
    receipt_day_counts: bool,
) -> tuple[datetime | None, tuple[DayCounted, ...]]:
    match within.unit:
        case Unit.WORKING_DAY | Unit.CALENDAR_DAY:
            return _count_days(
                within, anchor_at, pauses, calendar, receipt_day_counts=receipt_day_counts
            )
        case Unit.WORKING_HOUR | Unit.CLOCK_HOUR | Unit.SECOND:
            return _count_time(within, anchor_at, pauses, calendar)


def _count_days(
    within: Span,
    anchor_at: datetime,
    pauses: tuple[Pause, ...],
    calendar: WorkingCalendar,
    *,
    receipt_day_counts: bool,
) -> tuple[datetime | None, tuple[DayCounted, ...]]:
    """Days one by one. A day counts when the clock was running as that day ended.

    A working day ends when the bank closes, a calendar day at midnight, and so does the limit. A
    wait for the customer that lasts over the end of a day therefore moves the date on by that day,
    and no date ever falls inside a wait. The day of receipt counts only if the pack says so, and
    the bank had not closed yet.
    """
    by_working_days = within.unit is Unit.WORKING_DAY
    zone = _zone(calendar)
    day = anchor_at.astimezone(zone).date()
    days: list[DayCounted] = []
    if not receipt_day_counts:
        days.append(DayCounted(on=day, amount=0, why="receipt"))
        day += timedelta(days=1)
    left = within.amount
    while left > 0:
        if by_working_days and not calendar.is_working_day(day):
            days.append(DayCounted(on=day, amount=0, why=calendar.why(day)))
        else:
            ends = calendar.closing(day) if by_working_days else _midnight(day + ONE_DAY, zone)
            stood_still = _pause_over(ends, pauses)
            if stood_still is not None and stood_still.until_at is None:
                return None, tuple(days)
            why = "waiting" if stood_still else calendar.why(day) if by_working_days else "calendar"
            if ends <= anchor_at:
                why = "receipt"
            counts = stood_still is None and ends > anchor_at
            left -= counts
            days.append(DayCounted(on=day, amount=int(counts), why=why))
        day += ONE_DAY
    last = days[-1].on
    return calendar.closing(last) if by_working_days else _midnight(last + ONE_DAY, zone), tuple(
        days
    )


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=zone)


def _pause_over(end: datetime, pauses: tuple[Pause, ...]) -> Pause | None:
    """The wait that lasts over the end of a day."""
    return next(
        (
            each
            for each in pauses
            if each.since_at < end and (each.until_at is None or end <= each.until_at)
        ),
        None,
    )


def _count_time(
    within: Span, anchor_at: datetime, pauses: tuple[Pause, ...], calendar: WorkingCalendar
) -> tuple[datetime | None, tuple[DayCounted, ...]]:
    """Hours or seconds, in stretches between the waits for the customer."""
    by_working_hours = within.unit is Unit.WORKING_HOUR
    left = timedelta(seconds=within.amount * (1 if within.unit is Unit.SECOND else 3600))
    cursor = anchor_at
    stretches: list[tuple[datetime, datetime]] = []
    for pause in pauses:
        if pause.until_at is not None and pause.until_at <= cursor:
            continue
        spent = (
            calendar.working_time_between(cursor, max(cursor, pause.since_at))
            if by_working_hours
            else max(timedelta(0), pause.since_at - cursor)
        )
        if spent >= left:
            break
        if pause.since_at > cursor:
            stretches.append((cursor, pause.since_at))
        left -= spent
        if pause.until_at is None:
            return None, tuple(_stretches_by_day(stretches, by_working_hours, calendar))
        cursor = pause.until_at
    due_at = calendar.add_working_time(cursor, left) if by_working_hours else cursor + left
    stretches.append((cursor, due_at))
    return due_at, tuple(_stretches_by_day(stretches, by_working_hours, calendar))


def _stretches_by_day(
    stretches: list[tuple[datetime, datetime]], by_working_hours: bool, calendar: WorkingCalendar
) -> Iterator[DayCounted]:
    zone = _zone(calendar)
    for begins, ends in stretches:
        day = begins.astimezone(zone).date()
        while (midnight := _midnight(day, zone)) < ends:
            first, last = max(begins, midnight), min(ends, _midnight(day + timedelta(days=1), zone))
            counted = (
                calendar.working_time_between(first, last) if by_working_hours else last - first
            )
            why = calendar.why(day) if by_working_hours else "calendar"
            yield DayCounted(on=day, amount=int(counted.total_seconds()), why=why)
            day += timedelta(days=1)


def _steps(
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
        return _count(warning.after, anchor_at, pauses, calendar, receipt_day_counts=counts)[0]
    assert warning.before is not None
    return _earlier(due_at, warning.before, calendar)


def _earlier(due_at: datetime, span: Span, calendar: WorkingCalendar) -> datetime:
    """The instant so long before a date; days keep to closing time."""
    match span.unit:
        case Unit.WORKING_DAY:
            last = _day_named(due_at, calendar)
            return calendar.closing(calendar.add_working_days(last, -span.amount))
        case Unit.WORKING_HOUR:
            return calendar.subtract_working_time(due_at, timedelta(hours=span.amount))
        case Unit.CALENDAR_DAY:
            return due_at - timedelta(days=span.amount)
        case Unit.CLOCK_HOUR:
            return due_at - timedelta(hours=span.amount)
        case Unit.SECOND:
            return due_at - timedelta(seconds=span.amount)


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
            fires_at = _after(fires_at, rung.acknowledge_within, calendar)
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
        return _after(fired.acknowledged_at, rung.resolve_within, calendar)
    return _after(fired.at, rung.acknowledge_within, calendar)


def _after(instant: datetime, span: Span, calendar: WorkingCalendar) -> datetime:
    """So long after; the day itself never counts, or somebody told at closing would be late.
    Midnight belongs to the day it ends.
    """
    in_days = span.unit in (Unit.WORKING_DAY, Unit.CALENDAR_DAY)
    begins = instant - timedelta(microseconds=1) if in_days else instant
    later, _ = _count(span, begins, (), calendar, receipt_day_counts=False)
    assert later is not None, "only an open wait for the customer leaves a date open"
    return later
