"""The picture of a case's clocks: a lane each, from its start to what it may still come to.

Geometry only; the template draws it and puts the same facts in a table.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from math import ceil

from desk.history.clocks import ClockStory
from domain.case import BREACH
from web.base.phrases import on_the_wall

WIDTH, LEFT, RIGHT = 1000, 24, 24
"""Of the drawing, and of the margins where the first and the last mark find room."""

LANE, TOP = 48, 38
"""Of one clock, whose name stands above its lane, and of what stands above them all."""

TICKS, TICKS_WITH_HOURS = 6, 5
"""At most, so that their dates have room beside each other, also at the ends of the drawing, where
they stand to one side of their line; dates with hours are longer."""

STEPS = tuple(
    timedelta(minutes=minutes)
    for minutes in (5, 15, 30, 60, 120, 180, 360, 720, 1440, 2 * 1440, 7 * 1440, 14 * 1440)
)
"""From one tick to the next; of longer ones, as many weeks as it takes."""


class Sign(StrEnum):
    """What a mark stands for; each has a shape of its own besides its colour."""

    START = "start"
    WARNING = "warning"
    DUE = "due"
    BREACH = "breach"
    RUNG = "rung"
    DONE = "done"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChartMark:
    """One instant on a lane."""

    sign: Sign
    step: str
    at: datetime
    x: float
    is_to_come: bool
    """Not happened yet, and perhaps never will."""
    who: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """From one instant to another on a lane."""

    since: datetime
    until: datetime
    x: float
    width: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockLane:
    """One clock."""

    clock: str
    y: float
    running: Stretch
    pauses: tuple[Stretch, ...]
    extension: Stretch | None
    """From the day the rule itself names to the later date."""
    extended_by: str | None
    marks: tuple[ChartMark, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """The whole picture."""

    lanes: tuple[ClockLane, ...]
    ticks: tuple[tuple[float, datetime], ...]
    """On round hours or days of the bank."""
    ticks_are_days: bool
    now_x: float
    height: float
    width: float = WIDTH
    left: float = LEFT


def chart_of(clocks: Sequence[ClockStory], now: datetime) -> Chart | None:
    """The picture of a case's clocks at an instant; None when none has ever run."""
    if not clocks:
        return None
    instants = [now, *(at for each in clocks for at in _instants(each))]
    first, last = min(instants), max(instants)
    length = max(last - first, timedelta(seconds=1))

    def x(at: datetime) -> float:
        return round(LEFT + (WIDTH - LEFT - RIGHT) * ((at - first) / length), 1)

    def stretch(since: datetime, until: datetime) -> Stretch:
        return Stretch(since=since, until=until, x=x(since), width=round(x(until) - x(since), 1))

    def extension(each: ClockStory) -> Stretch | None:
        until, since = each.derivation.extended_to, _date_of_the_rule(each)
        return stretch(since, until) if until and since and since < until else None

    lanes = tuple(
        ClockLane(
            clock=each.clock.key,
            y=TOP + LANE * number,
            running=stretch(each.clock.anchor_at, _runs_until(each, now)),
            pauses=tuple(
                stretch(pause.since_at, pause.until_at or max(now, pause.since_at))
                for pause in each.derivation.pauses
            ),
            extension=extension(each),
            extended_by=each.derivation.extended_by,
            marks=tuple(
                ChartMark(sign=sign, step=step, at=at, x=x(at), is_to_come=to_come, who=who)
                for sign, step, at, to_come, who in _marks(each, now)
            ),
        )
        for number, each in enumerate(clocks)
    )
    step = _step(length)
    return Chart(
        lanes=lanes,
        ticks=tuple((x(at), at) for at in _ticks(first, last, step)),
        ticks_are_days=step >= timedelta(days=1),
        now_x=x(now),
        height=TOP + LANE * len(lanes) + 24,
    )


def _step(length: timedelta) -> timedelta:
    day, week = timedelta(days=1), timedelta(days=7)
    short = (
        step for step in STEPS if length <= step * (TICKS if step >= day else TICKS_WITH_HOURS)
    )
    return next(short, week * ceil(length / (week * TICKS)))


def _ticks(first: datetime, last: datetime, step: timedelta) -> Sequence[datetime]:
    """Round instants on the bank's clock; the ends themselves where these lie too close."""
    there = on_the_wall(first)
    midnight = there.replace(hour=0, minute=0, second=0, microsecond=0)
    begins = ceil((there - midnight) / step)
    past = ((last - midnight) // step) + 1
    ticks = [(midnight + step * number).astimezone(UTC) for number in range(begins, past)]
    return ticks if len(ticks) > 1 else [first, last]


def _date_of_the_rule(each: ClockStory) -> datetime | None:
    """When the clock would be due without its extension: on the last day that was counted, at the
    hour of its date. None where no days were counted.
    """
    days, until = each.derivation.days, each.derivation.extended_to
    if not days or until is None:
        return None
    there = on_the_wall(until)
    return datetime.combine(days[-1].on, there.timetz()).astimezone(UTC)


def _runs_until(each: ClockStory, now: datetime) -> datetime:
    """A stopped clock's end; a running one's date, or now when it stands still or is past."""
    if each.clock.stopped_at is not None:
        return each.clock.stopped_at
    return max(now, each.clock.anchor_at, each.clock.due_at or now)


def _marks(
    each: ClockStory, now: datetime
) -> Iterator[tuple[Sign, str, datetime, bool, str | None]]:
    clock = each.clock
    yield Sign.START, "start", clock.anchor_at, False, None
    if clock.due_at is not None:
        yield Sign.DUE, "due", clock.due_at, clock.due_at > now, None
    for fired in each.fired:
        yield _sign(fired.step), fired.step, fired.at, False, fired.receiver
    for step in clock.steps:
        if step.name != BREACH:  # The date itself is marked already.
            yield _sign(step.name), step.name, step.fires_at, True, None
    if clock.stopped_at is not None:
        yield Sign.DONE, "done", clock.stopped_at, False, None


def _instants(each: ClockStory) -> Iterable[datetime]:
    yield each.clock.anchor_at
    if each.clock.due_at is not None:
        yield each.clock.due_at
    if each.clock.stopped_at is not None:
        yield each.clock.stopped_at
    yield from (fired.at for fired in each.fired)
    yield from (step.fires_at for step in each.clock.steps)
    for pause in each.derivation.pauses:
        yield pause.since_at


def _sign(step: str) -> Sign:
    if step == BREACH:
        return Sign.BREACH
    return Sign.WARNING if step.startswith("warning") else Sign.RUNG
