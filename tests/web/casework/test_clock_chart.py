"""The picture of the clocks: pauses and extensions lie where they were."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from desk.history.clocks import ClockStory
from domain.case import Milestone, Pause
from domain.clocks.ledger import Clock, DayCounted, Derivation
from domain.policy import Nature
from web.casework.clock_chart import Stretch, chart_of

RECEIVED = datetime(2026, 11, 9, 2, tzinfo=UTC)
DUE = datetime(2026, 11, 13, 9, tzinfo=UTC)
"""17:00 where the bank is."""
LATER = datetime(2026, 11, 20, 9, tzinfo=UTC)
ASKED, ANSWERED = datetime(2026, 11, 10, tzinfo=UTC), datetime(2026, 11, 11, tzinfo=UTC)
NOW = datetime(2026, 11, 12, tzinfo=UTC)


def a_clock(*, pauses: tuple[Pause, ...] = (), extended_to: datetime | None = None) -> ClockStory:
    due_at = extended_to or DUE
    counted = tuple(
        DayCounted(on=datetime(2026, 11, day, tzinfo=UTC).date(), amount=1, why="working")
        for day in range(10, 14)
    )
    return ClockStory(
        clock=Clock(
            key="reply", limit="reply", rule="A-34", nature=Nature.STATUTORY,
            anchor=Milestone.RECEIVED, anchor_at=RECEIVED, due_at=due_at, due_on=due_at.date(),
            stopped_at=None, superseded=False, breached=False, pausable=True, extendable=True,
            steps=(), proof="",
        ),
        derivation=Derivation(
            clock="reply", limit="reply", rule="A-34", policy="p", calendar="c",
            anchor=Milestone.RECEIVED, anchor_at=RECEIVED, within="4 working days", days=counted,
            pauses=pauses, extended_to=extended_to, extended_by="sun" if extended_to else None,
            due_at=due_at, due_on=due_at.date(),
        ),
        fired=(),
    )  # fmt: skip


def test_a_pause_is_drawn_from_the_question_to_the_answer() -> None:
    chart = chart_of([a_clock(pauses=(Pause(since_at=ASKED, until_at=ANSWERED),))], NOW)
    assert chart is not None
    (pause,) = chart.lanes[0].pauses
    assert (pause.since, pause.until) == (ASKED, ANSWERED)
    assert is_within(pause, chart.lanes[0].running)


def test_a_pause_that_goes_on_reaches_to_now() -> None:
    chart = chart_of([a_clock(pauses=(Pause(since_at=ASKED, until_at=None),))], NOW)
    assert chart is not None
    assert chart.lanes[0].pauses[0].until == NOW


def test_an_extension_is_drawn_from_the_date_of_the_rule_to_the_later_one() -> None:
    chart = chart_of([a_clock(extended_to=LATER), a_clock()], NOW)
    assert chart is not None
    extended, plain = chart.lanes
    assert extended.extension is not None
    assert (extended.extension.since, extended.extension.until) == (DUE, LATER)
    assert is_within(extended.extension, extended.running)
    assert extended.extended_by == "sun"
    assert plain.extension is None


def test_ticks_stand_on_round_hours_and_days_of_the_bank() -> None:
    chart = chart_of([a_clock(extended_to=LATER)], NOW)
    assert chart is not None
    there = [at.astimezone(ZoneInfo("Asia/Shanghai")) for _x, at in chart.ticks]
    assert [f"{each:%m-%d %H:%M}" for each in there] == [
        "11-11 00:00", "11-13 00:00", "11-15 00:00", "11-17 00:00", "11-19 00:00",
    ]  # fmt: skip
    assert chart.ticks_are_days


@pytest.mark.parametrize("hours", [1, 3, 5, 9, 30, 24 * 9, 24 * 40, 24 * 400])
def test_there_are_as_many_ticks_as_have_room(hours: int) -> None:
    until = RECEIVED + timedelta(hours=hours, minutes=7)
    chart = chart_of([a_clock(extended_to=until)], RECEIVED)
    assert chart is not None
    assert 2 <= len(chart.ticks) <= 7
    assert {at.minute % 5 for _x, at in chart.ticks} == {0}
    assert all(chart.left <= x <= chart.width - chart.left for x, _at in chart.ticks)


AT_THE_EDGE = 70
"""So near the end of the drawing a date stands to one side of its line, else across it."""


@pytest.mark.parametrize("begins", [RECEIVED, RECEIVED + timedelta(hours=11, minutes=27)])
def test_no_date_is_written_over_another(begins: datetime) -> None:
    for hours in range(1, 24 * 12):
        chart = chart_of([a_clock(extended_to=begins + timedelta(hours=hours))], begins)
        assert chart is not None
        ends_at = -1.0
        for x, _at in chart.ticks:
            length = 78 if chart.ticks_are_days else 120
            shift = 0 if x < AT_THE_EDGE else 1 if x > chart.width - AT_THE_EDGE else 0.5
            assert x - length * shift > ends_at, f"{hours} hours"
            ends_at = x - length * shift + length


def is_within(part: Stretch, whole: Stretch) -> bool:
    return whole.x <= part.x and part.x + part.width <= whole.x + whole.width + 0.1
