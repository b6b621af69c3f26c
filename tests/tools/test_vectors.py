"""`make vectors`: how questions of other projects are read, and how the count is reported."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from tests.oracles.offsets import NotUnderstood, duration, offset_from_monday
from tests.oracles.vectors import outcome, vectors

DAY = [["10:00", "18:00"]]
CALENDARS = {
    "office": {"tz": None, "week": dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), DAY)},
    "china": {
        "tz": "Asia/Shanghai",
        "week": {day: [["00:00", "24:00"]] for day in ("mon", "tue", "wed", "thu", "fri")},
        "holidays_from": "holiday-cn/<year>.json",
    },
}


def vector(kind: str, *, peer: str = "peer", **data: Any) -> dict[str, Any]:
    asked = {"id": "v-1", "kind": kind, "calendar": "office", "source": {"project": peer}}
    return {**asked, **data}


def failure(kind: str, **data: Any) -> str | None:
    return outcome(vector(kind, **data), CALENDARS).failure


def run(tmp_path: Path, *asked: dict[str, Any]) -> Result:
    file = tmp_path / "vectors.json"
    file.write_text(json.dumps({"calendars": CALENDARS, "vectors": asked}), encoding="utf-8")
    return CliRunner().invoke(vectors, [str(file)])


ONE_HOUR: dict[str, Any] = {"start": "2026-03-02T10:00:00", "duration": {"hours": 1}}


def test_the_last_line_counts_and_what_lies_on_an_edge_is_counted_apart(tmp_path: Path) -> None:
    passes = vector("add_business_time", expected="2026-03-02T11:00:00", **ONE_HOUR)
    edge = vector(
        "add_business_time",
        start="2026-03-02T10:00:00",
        duration={"hours": 8},
        expected="2026-03-03T10:00:00",
        boundary_sensitive=True,
    )
    set_aside = {**passes, "expected": "wrong", "usable": False}
    ran = run(tmp_path, passes, edge, set_aside)
    assert ran.exit_code == 0
    assert ran.output.splitlines() == [
        "boundary-sensitive: 0 as we choose, 1 otherwise; set aside by the file: 1",
        "1 passed, 0 failed",
    ]


def test_a_failure_is_named_and_ends_the_command_with_one(tmp_path: Path) -> None:
    ran = run(tmp_path, vector("add_business_time", expected="2026-03-02T12:00:00", **ONE_HOUR))
    assert ran.exit_code == 1
    assert ran.output.startswith("v-1: expected 2026-03-02 12:00:00, not 2026-03-02 11:00:00")
    assert ran.output.splitlines()[-1] == "0 passed, 1 failed"


def test_a_kind_nobody_knows_has_failed() -> None:
    assert (
        failure("guess", expected=1, **ONE_HOUR) == "not understood: the kind 'guess' is not known"
    )


def test_a_vector_without_its_input_has_failed() -> None:
    assert failure("add_business_time", expected="2026-03-02T12:00:00") == (
        "not understood: the vector has no 'start'"
    )


@pytest.mark.parametrize(
    "pauses",
    [
        [["2026-03-02T11:00:00", "2026-03-02T12:00:00"]],
        [{"from": "2026-03-02T11:00:00", "to": "2026-03-02T12:00:00"}],
    ],
)
def test_a_clock_stands_still_in_its_pauses(pauses: list[Any]) -> None:
    start = "2026-03-02T10:00:00"
    due = "2026-03-02T13:00:00"
    assert not failure(
        "deadline_with_pauses", start=start, duration={"hours": 2}, pauses=pauses, expected=due
    )
    assert not failure(
        "elapsed_with_pauses", start=start, end=due, pauses=pauses, expected={"hours": 2}
    )


def test_a_pause_that_has_not_ended_stops_the_count_and_leaves_a_deadline_open() -> None:
    stands_still = {"start": "2026-03-02T10:00:00", "pauses": [["2026-03-02T11:00:00", None]]}
    elapsed = {"end": "2026-03-02T15:00:00", "expected": {"hours": 1}, **stands_still}
    assert not failure("elapsed_with_pauses", **elapsed)
    deadline = {"duration": {"hours": 2}, "expected": "2026-03-02T13:00:00", **stands_still}
    assert "leaves the deadline open" in (failure("deadline_with_pauses", **deadline) or "")


def test_zammad_counts_whole_minutes() -> None:
    asked = {"start": "2026-03-02T08:00:00", "end": "2026-03-02T10:00:03"}
    assert not failure("elapsed_with_pauses", peer="Zammad", expected={"minutes": 0}, **asked)
    assert failure("elapsed_with_pauses", peer="peer", expected={"minutes": 0}, **asked)


def test_moments_can_be_told_from_monday() -> None:
    assert not failure(
        "add_business_time_relative_week",
        start={"days": 4, "hours": 17},
        duration={"hours": 2},
        expected={"days": 7, "hours": 11},
    )
    assert not failure(
        "elapsed_with_pauses_relative_week",
        start="thu 17:30",
        end="+7d 13:00",
        pauses=[["thu 17:50", "+7d 12:30"]],
        holidays=[4],
        expected={"minutes": 50},
    )


def test_working_days_and_days_of_rest_are_counted_with_both_ends() -> None:
    february = {"calendar": "china", "start": "2018-02-01", "end": "2018-03-01"}
    assert not failure("working_day_count_inclusive", expected=18, **february)
    assert not failure("non_working_day_count_inclusive", expected=11, **february)
    assert not failure(
        "non_working_day_count_inclusive", expected=7, include_weekends=False, **february
    )
    assert not failure(
        "working_day_count_inclusive", expected=16, include_weekends=False, **february
    )


def test_a_plain_sunday_is_a_holiday_to_chinesecalendar_only() -> None:
    sunday = {"calendar": "china", "start": "2017-06-04"}
    assert not failure("is_public_holiday_cn", peer="chinesecalendar", expected=True, **sunday)
    assert not failure("is_public_holiday_cn", peer="workalendar", expected=False, **sunday)


@pytest.mark.parametrize(
    ("told", "hours"),
    [
        ({"days": 4, "hours": 17}, 4 * 24 + 17),
        ({"weekday": "fri", "time": "17:00"}, 4 * 24 + 17),
        ({"day": 4, "time": "17:00"}, 4 * 24 + 17),
        ("fri 17:00", 4 * 24 + 17),
        ("Friday 17:00:00", 4 * 24 + 17),
        ("mon+1w 10:00", 7 * 24 + 10),
        ("next mon 10:00", 7 * 24 + 10),
        ("+4d 17:00", 4 * 24 + 17),
        ("4 days 17:00", 4 * 24 + 17),
        ("P4DT17H", 4 * 24 + 17),
        ("17:00", 17),
        ([4, "17:00"], 4 * 24 + 17),
        (["fri", "17:00"], 4 * 24 + 17),
        (3600, 1),
    ],
)
def test_an_offset_from_monday_is_read(told: Any, hours: int) -> None:
    assert offset_from_monday(told) == timedelta(hours=hours)


@pytest.mark.parametrize("told", ["", "soon", "someday 10:00"])
def test_an_offset_nobody_can_read_is_refused(told: str) -> None:
    with pytest.raises(NotUnderstood):
        offset_from_monday(told)


def test_a_unit_nobody_knows_is_refused() -> None:
    with pytest.raises(NotUnderstood, match="fortnights"):
        duration({"fortnights": 1})
