"""How units and people may be called, and how files of them are written: `policies/people/`."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from domain.classification import Level, Role
from domain.complaint import Language
from domain.staffing import StaffingLimits
from rulebook import marked_yaml
from rulebook.marked_yaml import FileProblems, Page, read_figures
from rulebook.packs import POLICIES

FOLDER = POLICIES / "people"


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffingFiles:
    """What may stand in files of units and people: words in small letters, with what they mean."""

    time_zone: str
    """By whose days absences, reports and checks begin and end, and which the pages show."""
    headings: Mapping[str, Mapping[str, str]]
    """For `units` and for `people`: the field that a heading names."""
    needed: Mapping[str, tuple[str, ...]]
    """The columns that each must have."""
    yes_or_no: Mapping[str, bool]
    levels: Mapping[str, Level]
    languages: Mapping[str, Language]
    roles: Mapping[str, Role]


@cache
def read_staffing_limits(folder: Path = FOLDER) -> StaffingLimits:
    """How long names and ids may be; raises `FileProblems` with everything wrong at once."""
    return read_figures(folder / "limits.yaml", StaffingLimits)


@cache
def read_staffing(folder: Path = FOLDER) -> StaffingFiles:
    """How files are written; raises `FileProblems` with everything wrong at once."""
    page = marked_yaml.read(folder / "files.yaml", name="people/files.yaml")
    headings = {kind: _meanings(page, kind) for kind in ("units", "people")}
    files = StaffingFiles(
        time_zone=_zone(page),
        headings=headings,
        needed={kind: tuple(page.data.get("needed", {}).get(kind, ())) for kind in headings},
        yes_or_no={
            word: is_yes
            for name, is_yes in (("yes", True), ("no", False))
            for word in _small(page.data.get(name, ()))
        },
        levels={word: Level(code) for word, code in _coded(page, "levels", Level).items()},
        languages={
            word: Language(code) for word, code in _coded(page, "languages", Language).items()
        },
        roles={word: Role(code) for word, code in _coded(page, "roles", Role).items()},
    )
    if page.problems:
        raise FileProblems(page.problems)
    return files


def bank_zone() -> ZoneInfo:
    """The time zone of the bank: of its days, and of the clocks on its pages."""
    return ZoneInfo(read_staffing().time_zone)


def today_in_the_bank() -> date:
    """The day it is where the bank works."""
    return datetime.now(bank_zone()).date()


def beginning_of(day: date) -> datetime:
    """When a day begins where the bank works."""
    return datetime.combine(day, time.min, bank_zone())


def _meanings(page: Page, name: str) -> dict[str, str]:
    """Each word of a list, with the name that the list stands under."""
    meanings: dict[str, str] = {}
    for means, words in page.data.get(name, {}).items():
        for word in _small(words):
            if meanings.get(word, means) != means:
                page.wrong(f"{word!r} means two things", name, means)
            meanings[word] = means
    return meanings


def _coded(
    page: Page, name: str, kind: type[Level] | type[Role] | type[Language]
) -> dict[str, str]:
    """The same for words of an enumeration, whose own codes are words too; none may be missing."""
    stated = page.data.get(name, {})
    for code in set(kind) ^ set(stated):
        page.wrong(f"{name} and the codes that there are differ in {code}", name)
    codes = {code.value: code.value for code in kind}
    return {
        **codes,
        **{word: means for word, means in _meanings(page, name).items() if means in codes},
    }


def _zone(page: Page) -> str:
    zone = str(page.data.get("time_zone", ""))
    try:
        ZoneInfo(zone)
    except (ValueError, OSError, LookupError):
        page.wrong(f"there is no time zone {zone!r}", "time_zone")
    return zone


def _small(words: Iterable[str]) -> list[str]:
    return [str(word).strip().casefold() for word in words]
