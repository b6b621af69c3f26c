"""Calendars as files: what is read, what is refused, and what makes a new version."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from rulebook.calendars import (
    CALENDARS,
    UnknownCalendar,
    calendar_names,
    load_arrangements,
    load_calendar,
    written,
)
from rulebook.marked_yaml import FileProblems


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of our calendars that a test may spoil."""
    return Path(shutil.copytree(CALENDARS, tmp_path / "calendars"))


def spoil(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def problems(folder: Path) -> list[str]:
    with pytest.raises(FileProblems) as refused:
        load_calendar("cn", folder)
    return [str(problem) for problem in refused.value.problems]


def test_mainland_china_works_from_monday_to_friday_and_on_make_up_days() -> None:
    calendar = load_calendar("cn")
    assert calendar.why(date(2026, 1, 1)) == "holiday:New Year's Day"
    assert calendar.why(date(2026, 1, 4)) == "make-up:New Year's Day"
    assert calendar.why(date(2026, 1, 5)) == "working"
    assert calendar.time_zone == "Asia/Shanghai"
    assert calendar.announced_through == date(2026, 12, 31)


def test_a_make_up_sunday_has_office_hours() -> None:
    calendar = load_calendar("cn")
    sunday = date(2026, 1, 4)
    assert calendar.closing(sunday) > calendar.opening(sunday)


def test_the_december_days_of_next_years_notice_are_known() -> None:
    assert load_calendar("cn").why(date(2018, 12, 31)) == "holiday:New Year's Day"
    assert load_calendar("cn").why(date(2011, 12, 31)) == "make-up:New Year's Day"


def test_every_holiday_of_a_calendar_has_its_chinese_name() -> None:
    calendar = load_calendar("cn")
    named = set(calendar.days_off.values()) | set(calendar.extra_working_days.values())
    arrangements = load_arrangements("cn")
    names = {each.name: each.chinese for year in arrangements for each in year.holidays}
    assert named == names.keys()
    assert names["Spring Festival"] == "春节"


def test_every_calendar_of_ours_can_be_read() -> None:
    assert "cn" in calendar_names()
    for name in calendar_names():
        load_calendar(name)


def test_a_calendar_nobody_has_is_unknown() -> None:
    with pytest.raises(UnknownCalendar, match="there are: cn"):
        load_calendar("atlantis")


def test_the_same_files_are_the_same_version_and_a_changed_day_is_another(folder: Path) -> None:
    ours = load_calendar("cn")
    assert load_calendar("cn", folder).version == ours.version
    spoil(folder / "cn" / "2026.yaml", "make_up: [2026-01-04]", "make_up: [2026-01-10]")
    changed = load_calendar("cn", folder)
    assert changed.version != ours.version
    assert changed.is_working_day(date(2026, 1, 10))


def test_what_is_written_reads_the_same(folder: Path) -> None:
    before = load_arrangements("cn", folder)
    for arrangement in before:
        (folder / "cn" / f"{arrangement.year}.yaml").write_text(written(arrangement))
    assert load_arrangements("cn", folder) == before


def test_everything_wrong_is_reported_at_once_with_its_line(folder: Path) -> None:
    spoil(folder / "cn.yaml", "Asia/Shanghai", "Asia/Nowhere")
    spoil(folder / "cn.yaml", "friday: [09:00-17:00]", "friday: [09:00-25:00]")
    spoil(folder / "cn" / "2026.yaml", "2026-01-01/2026-01-03", "2026-01-32")
    spoil(folder / "cn" / "2026.yaml", "make_up: [2026-01-04]", "makeup: [2026-01-04]")
    spoil(folder / "cn" / "2025.yaml", "year: 2025", "year: 2024")
    found = problems(folder)
    assert "cn.yaml:4: 'Asia/Nowhere' is not a time zone such as Asia/Shanghai" in found
    assert "cn.yaml:16: '25:00' is later than 24:00" in found
    assert (
        "cn/2026.yaml:7: '2026-01-32' is neither a day nor a stretch of days, first/last" in found
    )
    assert "cn/2026.yaml:8: 'makeup' is not known here" in found
    assert "cn/2025.yaml:1: the file is named 2025 but speaks of 2024" in found


def test_a_missing_year_between_two_others_is_refused(folder: Path) -> None:
    (folder / "cn" / "2020.yaml").unlink()
    assert problems(folder) == ["cn.yaml:1: the arrangement of 2020 is missing"]


def test_a_day_listed_twice_is_refused(folder: Path) -> None:
    spoil(folder / "cn" / "2026.yaml", "make_up: [2026-01-04]", "make_up: [2026-01-03]")
    assert problems(folder) == ["cn/2026.yaml:5: 2026-01-03 is listed twice"]


def test_a_day_of_another_year_is_refused(folder: Path) -> None:
    spoil(folder / "cn" / "2026.yaml", "make_up: [2026-01-04]", "make_up: [2025-11-30]")
    assert problems(folder) == [
        "cn/2026.yaml:8: 2025-11-30 is neither in 2026 nor in the December before"
    ]


def test_an_arrangement_without_a_source_is_refused(folder: Path) -> None:
    spoil(folder / "cn" / "2026.yaml", "  - https", "#  - https")
    assert problems(folder)[-1].endswith("an arrangement cites the notice it comes from")


def test_hours_without_a_source_are_refused(folder: Path) -> None:
    spoil(folder / "cn.yaml", "  source: default", "  # source: default")
    assert problems(folder) == ["cn.yaml:10: hours need a source: a citation, or the word default"]


def test_a_week_without_hours_is_refused(folder: Path) -> None:
    (folder / "cn.yaml").write_text(
        "time_zone: Asia/Shanghai\nwarn_below_days: 90\nhours:\n  source: default\n"
    )
    assert problems(folder) == ["cn.yaml:1: calendar 'cn' has no working time in its week"]


def test_a_file_that_is_not_yaml_says_where(folder: Path) -> None:
    spoil(folder / "cn" / "2026.yaml", "holidays:", "holidays: [")
    assert problems(folder)[0].startswith("cn/2026.yaml:")
