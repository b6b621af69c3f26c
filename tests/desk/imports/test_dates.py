"""Dates in cells: the zone that is written with one is obeyed, wherever the machine stands."""

from datetime import datetime

import pytest

from desk.imports.dates import read_date


@pytest.mark.parametrize(
    ("text", "form", "at"),
    [
        ("2026-11-20 09:30", "%Y-%m-%d %H:%M", "2026-11-20T09:30"),
        ("2026-11-20 09:30 UTC", "%Y-%m-%d %H:%M %Z", "2026-11-20T09:30+00:00"),
        ("2026-11-20 09:30 GMT", "%Y-%m-%d %H:%M %Z", "2026-11-20T09:30+00:00"),
        ("2026-11-20T09:30:00Z", "%Y-%m-%dT%H:%M:%S%Z", "2026-11-20T09:30+00:00"),
        ("2026-11-20T09:30:00Z", "%Y-%m-%dT%H:%M:%SZ", "2026-11-20T09:30+00:00"),
        ("2026-11-20T09:30:00Z", "%Y-%m-%dT%H:%M:%S%z", "2026-11-20T09:30+00:00"),
        ("2026-11-20 09:30 UTC", "%Y-%m-%d %H:%M UTC", "2026-11-20T09:30+00:00"),
        ("2026-11-20 09:30+08:00", "%Y-%m-%d %H:%M+08:00", "2026-11-20T09:30+08:00"),
        ("2026-11-20 09:30 -0500", "%Y-%m-%d %H:%M -0500", "2026-11-20T09:30-05:00"),
        ("2026-11-20 09:30 -0500", "%Y-%m-%d %H:%M %z", "2026-11-20T09:30-05:00"),
    ],
)
def test_a_zone_that_is_written_is_the_one_that_counts(text: str, form: str, at: str) -> None:
    found = read_date(text, (form,))
    assert found is not None
    assert found.at == datetime.fromisoformat(at)
    assert found.at.utcoffset() == datetime.fromisoformat(at).utcoffset()


@pytest.mark.parametrize("name", ["EST", "CST", "BST", "IST", "CET"])
def test_a_name_that_means_several_zones_is_no_date(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("time.tzname", (name, name))
    assert read_date(f"2026-11-20 09:30 {name}", ("%Y-%m-%d %H:%M %Z",)) is None


@pytest.mark.parametrize(
    ("text", "form", "has_time"),
    [
        ("2026-11-20", "%Y-%m-%d", False),
        ("2026年11月20日", "%Y年%m月%d日", False),
        ("2026-11-20 00:00", "%Y-%m-%d %H:%M", True),
        ("20.11.2026 9 AM", "%d.%m.%Y %I %p", True),
    ],
)
def test_a_day_without_an_hour_is_told_from_its_midnight(
    text: str, form: str, has_time: bool
) -> None:
    found = read_date(text, (form,))
    assert found is not None
    assert found.has_time is has_time


def test_the_first_form_that_fits_is_taken() -> None:
    found = read_date("01/02/2026", ("%d/%m/%Y", "%m/%d/%Y"))
    assert found is not None
    assert (found.at.day, found.at.month) == (1, 2)


@pytest.mark.parametrize("text", ["2026-02-29", "", "46352.396", "2026-11-20 "])
def test_what_is_no_date_is_none(text: str) -> None:
    assert read_date(text, ("%Y-%m-%d",)) is None
