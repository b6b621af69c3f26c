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

from domain.case import Case, Fired, Milestone, Pause
from domain.classification import Role
from domain.policy import Limit, Nature, Pack, Rung, Span, Unit, Warn
from domain.working_time import WorkingCalendar

BREACH = "breach"


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

    @property
    def key(self) -> str:
        """Names this step once and for all within its case: what it does is done once."""
        return f"step/{self.clock}/{self.name}"

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


def facts_of(case: Case, pack: Pack) -> dict[str, frozenset[str]]:
    """What the conditions of a pack's limits may ask of a case."""
    return {
        "channel": frozenset({case.channel}),
        "deadline_class": frozenset({pack.conduct.deadline_class_of(case.category)}),
        "severity": frozenset({case.severity}),
        "level": frozenset({case.level}),
        "category": frozenset({case.category} if case.category else ()),
        "mark": frozenset(case.marks),
        "has_sender": frozenset({"yes" if case.sender else "no"}),
    }


def plan(case: Case, pack: Pack, calendar: WorkingCalendar) -> tuple[Planned, ...]:
    """Every clock of the case under its pack, in the order of the pack."""
    facts = facts_of(case, pack)
    return tuple(
        planned
        for limit in pack.limits
        if limit.applies_to(facts)
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
    anchors = [each for each in case.milestones if each.milestone in limit.starts]
    for number, anchor in enumerate(anchors, start=1):
        key = limit.clock if number == 1 else f"{limit.clock}.{number}"
        following = anchors[number].at if number < len(anchors) else None
        stopped_at = _stopped_at(limit, case, anchor.at)
        superseded = following is not None and (stopped_at is None or stopped_at > following)
        derivation = _derive(key, limit, anchor.milestone, anchor.at, case, pack, calendar)
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
                steps=steps,
                proof=derivation.digest(),
            ),
            derivation=derivation,
        )


def _stopped_at(limit: Limit, case: Case, anchor_at: datetime) -> datetime | None:
    """When the last of the milestones that stop the clock was reached, after it had started."""
    instants = []
    for milestone in limit.stops:
        if milestone is Milestone.SENDER_REPLIED and case.sender is None:
            continue  # Nobody handed the complaint over, so nobody is owed this answer.
        reached = [
            each.at
            for each in case.milestones
            if each.milestone is milestone and each.at >= anchor_at
        ]
        if not reached:
            return None
        instants.append(reached[0])
    return max(instants, default=None)


def _breached(
    key: str,
    due_at: datetime | None,
    stopped_at: datetime | None,
    superseded: bool,
    case: Case,
) -> bool:
    if case.has_fired(key, BREACH):
        return True
    if due_at is None or superseded:
        return False
    was_late = stopped_at is not None and stopped_at > due_at
    was_past_at_import = case.steps_from is not None and due_at <= case.steps_from
    return was_late or (was_past_at_import and (stopped_at is None or stopped_at > due_at))


def _derive(
    key: str,
    limit: Limit,
    anchor: Milestone,
    anchor_at: datetime,
    case: Case,
    pack: Pack,
    calendar: WorkingCalendar,
) -> Derivation:
    pauses = case.pauses if limit.pausable else ()
    days: tuple[DayCounted, ...] = ()
    due_at: datetime | None
    if limit.within is None:
        due_at = case.sender_due_at
    else:
        due_at, days = _count(limit.within, anchor_at, pauses, pack, calendar)
    extension = next((each for each in reversed(case.extensions) if each.clock == key), None)
    if extension is not None and due_at is not None:
        due_at = max(due_at, extension.until_at)
    return Derivation(
        clock=key,
        limit=limit.name,
        rule=limit.rule,
        policy=case.policy,
        calendar=f"{calendar.name}@{calendar.version}",
        anchor=anchor,
        anchor_at=anchor_at,
        within=str(limit.within) if limit.within else "sender's date",
        days=days,
        pauses=tuple(each for each in pauses if each.until_at is None or each.until_at > anchor_at),
        extended_to=extension.until_at if extension else None,
        extended_by=extension.approved_by if extension else None,
        due_at=due_at,
        due_on=_day_named(due_at, calendar) if due_at else None,
    )


def _day_named(due_at: datetime, calendar: WorkingCalendar) -> date:
    """The day a person would call the last one: midnight belongs to the day it ends."""
    return (due_at - timedelta(microseconds=1)).astimezone(_zone(calendar)).date()


def _zone(calendar: WorkingCalendar) -> ZoneInfo:
    return ZoneInfo(calendar.time_zone or "UTC")


def _count(
    within: Span,
    anchor_at: datetime,
    pauses: tuple[Pause, ...],
    pack: Pack,
    calendar: WorkingCalendar,
) -> tuple[datetime | None, tuple[DayCounted, ...]]:
    match within.unit:
        case Unit.WORKING_DAY | Unit.CALENDAR_DAY:
            return _count_days(within, anchor_at, pauses, pack, calendar)
        case Unit.WORKING_HOUR | Unit.CLOCK_HOUR | Unit.SECOND:
            return _count_time(within, anchor_at, pauses, calendar)


def _count_days(
    within: Span,
    anchor_at: datetime,
    pauses: tuple[Pause, ...],
    pack: Pack,
    calendar: WorkingCalendar,
) -> tuple[datetime | None, tuple[DayCounted, ...]]:
    """Days one by one. A day counts when the clock was running as that day began.

    A working day begins when the bank opens and its limit ends when the bank closes; a calendar day
    begins and ends at midnight. The day of receipt counts only if the pack says so.
    """
    by_working_days = within.unit is Unit.WORKING_DAY
    zone = _zone(calendar)
    day = anchor_at.astimezone(zone).date()
    days: list[DayCounted] = []
    if not pack.day_of_receipt_counts:
        days.append(DayCounted(on=day, amount=0, why="receipt"))
        day += timedelta(days=1)
    left = within.amount
    while left > 0:
        if by_working_days and not calendar.is_working_day(day):
            days.append(DayCounted(on=day, amount=0, why=calendar.why(day)))
        else:
            begins = calendar.opening(day) if by_working_days else _midnight(day, zone)
            stood_still = _pause_at(begins, pauses)
            if stood_still is not None and stood_still.until_at is None:
                return None, tuple(days)
            counts = stood_still is None
            left -= counts
            why = "waiting" if not counts else calendar.why(day) if by_working_days else "calendar"
            days.append(DayCounted(on=day, amount=int(counts), why=why))
        day += timedelta(days=1)
    due_at = calendar.closing(days[-1].on) if by_working_days else _midnight(day, zone)
    stands_still = bool(pauses) and pauses[-1].until_at is None and pauses[-1].since_at < due_at
    return (None if stands_still else due_at), tuple(days)


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=zone)


def _pause_at(instant: datetime, pauses: tuple[Pause, ...]) -> Pause | None:
    return next(
        (
            each
            for each in pauses
            if each.since_at <= instant and (each.until_at is None or instant < each.until_at)
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
    """What is still to happen by itself while this clock runs, soonest first."""
    due_at = derivation.due_at
    if due_at is None or (case.steps_from is not None and due_at <= case.steps_from):
        return
    if not case.has_fired(key, BREACH):
        yield from sorted(
            _warnings(key, limit, derivation, due_at, case, pack, calendar),
            key=lambda step: step.fires_at,
        )
        yield Step(clock=key, name=BREACH, fires_at=due_at, role=Role.HANDLER, rule=limit.rule)
    yield from _rungs(key, pack.ladders[limit.ladder], due_at, case, pack, calendar)


def _warnings(
    key: str,
    limit: Limit,
    derivation: Derivation,
    due_at: datetime,
    case: Case,
    pack: Pack,
    calendar: WorkingCalendar,
) -> Iterator[Step]:
    pauses = case.pauses if limit.pausable else ()
    for warning in limit.warnings:
        fires_at = _warns_at(warning, derivation.anchor_at, due_at, pauses, pack, calendar)
        wanted = fires_at is not None and fires_at < due_at
        missed = case.steps_from is not None and fires_at is not None and fires_at < case.steps_from
        if wanted and not missed and not case.has_fired(key, warning.name):
            assert fires_at is not None
            yield Step(
                clock=key,
                name=warning.name,
                fires_at=fires_at,
                role=Role.HANDLER,
                rule=warning.rule,
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
        return _count(warning.after, anchor_at, pauses, pack, calendar)[0]
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
    pack: Pack,
    calendar: WorkingCalendar,
) -> Iterator[Step]:
    """The ladder from where it stands: each rung once, the next when the last gets no answer."""
    fires_at = due_at
    for rung in ladder:
        fired = next((f for f in case.fired if f.clock == key and f.step == rung.name), None)
        if fired is None:
            yield Step(
                clock=key,
                name=rung.name,
                fires_at=fires_at,
                role=rung.role,
                rule=rung.rule,
                drafts_report=rung.drafts_report,
                wants_acknowledgement=True,
            )
            fires_at = _after(fires_at, rung.acknowledge_within, pack, calendar)
        else:
            fires_at = _goes_on_at(fired, rung, pack, calendar)


def _goes_on_at(fired: Fired, rung: Rung, pack: Pack, calendar: WorkingCalendar) -> datetime:
    if fired.receiver is None:
        return fired.at  # Nobody holds the role: the next rung hears at once.
    if fired.acknowledged_at is not None:
        return _after(fired.acknowledged_at, rung.resolve_within, pack, calendar)
    return _after(fired.at, rung.acknowledge_within, pack, calendar)


def _after(instant: datetime, span: Span, pack: Pack, calendar: WorkingCalendar) -> datetime:
    later, _ = _count(span, instant, (), pack, calendar)
    assert later is not None, "only an open wait for the customer leaves a date open"
    return later
