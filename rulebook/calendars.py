"""Working calendars as files: read whole, refused whole, versioned by their content.

`policies/calendars/cn.yaml` holds the hours of an ordinary week; `policies/calendars/cn/2026.yaml`
holds one year's arrangement, laid out to be read beside the official notice it cites.
"""

import hashlib
from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from domain.arrangements import Arrangement, Holiday, days_merged
from domain.opening_hours import CalendarError, Segment, Weekday
from domain.working_time import WorkingCalendar
from rulebook import marked_yaml
from rulebook.marked_yaml import FileProblems, Page, Problem
from rulebook.named_files import is_there

CALENDARS = Path(__file__).resolve().parent.parent / "policies" / "calendars"

OFFICE_KEYS = {"title", "time_zone", "warn_below_days", "hours"}
YEAR_KEYS = {"year", "sources", "holidays"}
HOLIDAY_KEYS = {"name", "chinese", "off", "make_up"}


class UnknownCalendar(LookupError):
    """No calendar of that name lies in the folder."""


def calendar_names(folder: Path = CALENDARS) -> list[str]:
    """The calendars that lie in the folder."""
    return sorted(path.stem for path in folder.glob("*.yaml"))


def load_calendar(name: str, folder: Path = CALENDARS) -> WorkingCalendar:
    """That calendar, its version being the hash of its files.

    Raises `UnknownCalendar`, or `FileProblems` with everything that is wrong, each with its line.
    """
    files = _files(name, folder)
    return _load(name, folder, _version(files, folder))


def load_arrangements(name: str, folder: Path = CALENDARS) -> tuple[Arrangement, ...]:
    """The yearly arrangements of that calendar, in order; raises as `load_calendar` does."""
    years = [_Year(path, folder) for path in _files(name, folder)[1:]]
    _refuse([problem for year in years for problem in year.page.problems])
    return tuple(year.arrangement for year in years)


def arrangement_file(name: str, year: int, folder: Path = CALENDARS) -> Path:
    """Where that year's arrangement lies."""
    return folder / name / f"{year}.yaml"


def written(arrangement: Arrangement) -> str:
    """That arrangement as the text of its file."""
    lines = [f"year: {arrangement.year}", "sources:"]
    lines += [f"  - {source}" for source in arrangement.sources]
    lines.append("holidays:")
    for holiday in arrangement.holidays:
        lines.append(f"  - name: {holiday.name}")
        lines.append(f"    chinese: {holiday.chinese}")
        lines.append(f"    off: [{', '.join(_stretches(holiday.off))}]")
        if holiday.make_up:
            lines.append(f"    make_up: [{', '.join(_stretches(holiday.make_up))}]")
    return "\n".join(lines) + "\n"


def _files(name: str, folder: Path) -> list[Path]:
    office = folder / f"{name}.yaml"
    if not is_there(office):
        known = ", ".join(calendar_names(folder)) or "none"
        raise UnknownCalendar(f"no calendar {name!r}; there are: {known}")
    return [office, *sorted((folder / name).glob("*.yaml"))]


def _version(files: list[Path], folder: Path) -> str:
    content = hashlib.sha256()
    for path in files:
        content.update(path.relative_to(folder).as_posix().encode() + b"\0")
        content.update(path.read_bytes() + b"\0")
    return content.hexdigest()[:16]


@lru_cache(maxsize=32)
def _load(name: str, folder: Path, version: str) -> WorkingCalendar:
    """Read once per content: parsing takes far longer than hashing."""
    office_file, *year_files = _files(name, folder)
    office = _Office(office_file, folder)
    years = [_Year(path, folder) for path in year_files]
    problems = [*office.page.problems, *(p for year in years for p in year.page.problems)]
    problems += _missing_years(office.page, [year.number for year in years])
    _refuse(problems)
    off, make_up = days_merged(year.arrangement for year in years)
    try:
        return WorkingCalendar(
            name=name,
            version=version,
            time_zone=office.time_zone,
            week=office.week,
            days_off=off,
            extra_working_days=make_up,
            make_up_hours=office.make_up_hours,
            announced_through=date(years[-1].number, 12, 31) if years else date.max,
            warn_below_days=office.warn_below_days,
        )
    except CalendarError as error:
        raise FileProblems([Problem(file=office.page.file, line=1, sentence=str(error))]) from error


def _refuse(problems: list[Problem]) -> None:
    if problems:
        raise FileProblems(problems)


def _missing_years(page: Page, years: list[int]) -> Iterator[Problem]:
    """A hole between two years would silently be counted as plain weeks."""
    for year in range(min(years, default=0), max(years, default=0)):
        if year not in years:
            yield Problem(file=page.file, line=1, sentence=f"the arrangement of {year} is missing")


class _Office:
    """The page with the ordinary week."""

    def __init__(self, path: Path, folder: Path) -> None:
        self.page = marked_yaml.read(path, name=path.relative_to(folder).as_posix())
        data = _mapping(self.page, self.page.data)
        _only(self.page, data, OFFICE_KEYS)
        self.time_zone = self._time_zone(data.get("time_zone"))
        self.warn_below_days = _whole_number(self.page, data, "warn_below_days")
        hours = _mapping(self.page, data.get("hours"), "hours")
        _only(
            self.page, hours, {"source", "make_up", *(day.name.lower() for day in Weekday)}, "hours"
        )
        if not hours.get("source"):
            self.page.wrong("hours need a source: a citation, or the word default", "hours")
        self.week: dict[int, tuple[Segment, ...]] = {
            day: self._segments(hours, day.name.lower()) for day in Weekday
        }
        self.make_up_hours = self._segments(hours, "make_up")

    def _time_zone(self, name: Any) -> str:
        try:
            return ZoneInfo(str(name)).key
        except (KeyError, ValueError, OSError):
            self.page.wrong(f"{name!r} is not a time zone such as Asia/Shanghai", "time_zone")
            return "UTC"

    def _segments(self, hours: dict[str, Any], day: str) -> tuple[Segment, ...]:
        segments = []
        for index, text in enumerate(_listed(self.page, hours.get(day, []), "hours", day)):
            opens, _, closes = str(text).partition("-")
            try:
                segments.append(Segment.between(opens, closes))
            except CalendarError as error:
                self.page.wrong(str(error), "hours", day, index)
        return tuple(segments)


class _Year:
    """The page with one year's arrangement."""

    def __init__(self, path: Path, folder: Path) -> None:
        self.page = marked_yaml.read(path, name=path.relative_to(folder).as_posix())
        data = _mapping(self.page, self.page.data)
        _only(self.page, data, YEAR_KEYS)
        self.number = _whole_number(self.page, data, "year")
        if path.stem != str(self.number):
            self.page.wrong(f"the file is named {path.stem} but speaks of {self.number}", "year")
        sources = tuple(str(url) for url in _listed(self.page, data.get("sources", []), "sources"))
        if not sources:
            self.page.wrong("an arrangement cites the notice it comes from", "sources")
        holidays = [
            self._holiday(entry, "holidays", index)
            for index, entry in enumerate(_listed(self.page, data.get("holidays", []), "holidays"))
        ]
        self.arrangement = Arrangement(year=self.number, sources=sources, holidays=tuple(holidays))
        self._refuse_days_said_twice()

    def _holiday(self, entry: Any, *where: str | int) -> Holiday:
        data = _mapping(self.page, entry, *where)
        _only(self.page, data, HOLIDAY_KEYS, *where)
        for key in ("name", "chinese"):
            if not data.get(key):
                self.page.wrong(f"a holiday has a {key}", *where)
        return Holiday(
            name=str(data.get("name", "")),
            chinese=str(data.get("chinese", "")),
            off=self._days(data, "off", *where),
            make_up=self._days(data, "make_up", *where),
        )

    def _days(self, data: dict[str, Any], key: str, *where: str | int) -> tuple[date, ...]:
        days: list[date] = []
        for index, text in enumerate(_listed(self.page, data.get(key, []), *where, key)):
            try:
                stretch = _stretch(str(text))
            except ValueError:
                sentence = f"{text!r} is neither a day nor a stretch of days, first/last"
                self.page.wrong(sentence, *where, key, index)
                continue
            if not all(self._belongs(day) for day in stretch):
                sentence = f"{text} is neither in {self.number} nor in the December before"
                self.page.wrong(sentence, *where, key, index)
            days += stretch
        return tuple(days)

    def _belongs(self, day: date) -> bool:
        return day.year == self.number or (day.year, day.month) == (self.number - 1, 12)

    def _refuse_days_said_twice(self) -> None:
        seen: set[date] = set()
        for index, holiday in enumerate(self.arrangement.holidays):
            for day in (*holiday.off, *holiday.make_up):
                if day in seen:
                    self.page.wrong(f"{day} is listed twice", "holidays", index)
                seen.add(day)


def _mapping(page: Page, value: Any, *where: str | int) -> dict[str, Any]:
    if isinstance(value, dict):
        return value
    page.wrong("names and values are wanted here", *where)
    return {}


def _listed(page: Page, value: Any, *where: str | int) -> list[Any]:
    if isinstance(value, list):
        return value
    page.wrong("a list is wanted here, such as [one, two]", *where)
    return []


def _only(page: Page, data: dict[str, Any], known: set[str], *where: str | int) -> None:
    for key in data.keys() - known:
        page.wrong(f"{key!r} is not known here", *where, key)


def _whole_number(page: Page, data: dict[str, Any], key: str) -> int:
    value = data.get(key)
    if isinstance(value, str) and value.isdecimal():
        return int(value)
    page.wrong(f"{key} wants a whole number", key)
    return 1


def _stretch(text: str) -> list[date]:
    """The days of "2026-01-04", or of "2026-01-01/2026-01-03" with both ends."""
    first, slash, last = (part.strip() for part in text.partition("/"))
    start = date.fromisoformat(first)
    end = date.fromisoformat(last) if slash else start
    if end < start:
        raise ValueError(text)
    return [start + timedelta(days=offset) for offset in range((end - start).days + 1)]


def _stretches(days: tuple[date, ...]) -> Iterator[str]:
    """Those days written as `_stretch` reads them, neighbours together."""
    remaining = sorted(days)
    while remaining:
        length = 1
        while length < len(remaining) and (remaining[length] - remaining[0]).days == length:
            length += 1
        first, last = remaining[0], remaining[length - 1]
        yield first.isoformat() if first == last else f"{first}/{last}"
        remaining = remaining[length:]
