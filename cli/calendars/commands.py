"""redress calendar: build, show and check the working calendars; see `apply` too."""

import calendar as month_grid
import difflib
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import click

from cli.calendars import holiday_cn, holiday_library
from domain.arrangements import Arrangement, days_merged
from domain.working_time import WorkingCalendar
from rulebook.calendars import (
    CALENDARS,
    UnknownCalendar,
    arrangement_file,
    calendar_names,
    load_arrangements,
    load_calendar,
    written,
)
from rulebook.marked_yaml import FileProblems
from rulebook.named_files import is_there

FOLDER = click.option(
    "--folder",
    type=click.Path(file_okay=False, path_type=Path),
    default=CALENDARS,
    help="Where the calendars lie; those of this installation unless given.",
)


@click.group()
def calendar() -> None:
    """Working calendars: days off, make-up workdays, office hours."""


@calendar.command()
@click.argument("name")
@click.argument("year", type=int)
@click.option("--source", "sources", multiple=True, help="Address of the notice; may be repeated.")
@click.option("--replace", is_flag=True, help="Write over the year's file if it differs.")
@click.option(
    "--check",
    "holiday_cn_folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Compare with this folder of holiday-cn files too.",
)
@FOLDER
def build(
    name: str,
    year: int,
    sources: tuple[str, ...],
    replace: bool,
    holiday_cn_folder: Path | None,
    folder: Path,
) -> None:
    """Build one year's arrangement from the holidays library and compare it with what exists."""
    file = arrangement_file(name, year, folder)
    existing = _existing(name, year, folder)
    cited = sources or (existing.sources if existing else ())
    if not cited:
        raise click.UsageError(f"{name} {year} is new: cite its notice with --source")
    try:
        built = holiday_library.arrangement(name, year, cited)
    except (holiday_library.UnknownCountry, holiday_library.NotAnnounced) as refusal:
        raise click.ClickException(str(refusal)) from refusal
    if holiday_cn_folder:
        _refuse_difference("holiday-cn", (built,), holiday_cn.arrangements(holiday_cn_folder))
    if existing:
        _report_difference(existing, built)
    if existing is None or (replace and existing != built):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(written(built), encoding="utf-8")
        click.echo(f"Written: {file}")


@calendar.command()
@click.argument("name")
@click.argument("year", type=int)
@FOLDER
def show(name: str, year: int, folder: Path) -> None:
    """Print one year month by month: days off in brackets, make-up workdays with a plus."""
    working = loaded(name, folder)
    click.echo(f"{name} {year}, version {working.version}, {working.time_zone}")
    for month in range(1, 13):
        click.echo("\n".join(_month(working, year, month)))
    click.echo("\n[ ] day off   + make-up workday   . weekly rest")
    if working.is_assumed(date(year, 12, 31)):
        click.echo(f"After {working.announced_through} nothing is announced: plain weeks.")


@calendar.command()
@click.argument("names", nargs=-1)
@click.option(
    "--against",
    "holiday_cn_folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Compare cn, day by day, with this folder of holiday-cn files.",
)
@click.option(
    "--as-of",
    type=click.DateTime(["%Y-%m-%d"]),
    default=lambda: datetime.now(UTC).date().isoformat(),
    help="The day from which announced days are counted; today unless given.",
)
@FOLDER
def check(
    names: tuple[str, ...], holiday_cn_folder: Path | None, as_of: datetime, folder: Path
) -> None:
    """Read calendars whole; report everything wrong, and warn when few announced days are left."""
    for name in names or calendar_names(folder):
        working = loaded(name, folder)
        click.echo(f"{name}: version {working.version}, through {working.announced_through}")
        for warning in working.warnings(as_of.date()):
            click.echo(f"Warning: {warning}", err=True)
        if holiday_cn_folder and name == "cn":
            theirs = holiday_cn.arrangements(holiday_cn_folder)
            _refuse_difference("holiday-cn", load_arrangements(name, folder), theirs)


def loaded(name: str, folder: Path) -> WorkingCalendar:
    """The calendar of that name; ends the command with everything that is wrong with it."""
    try:
        return load_calendar(name, folder)
    except (UnknownCalendar, FileProblems) as refusal:
        raise click.ClickException(str(refusal)) from refusal


def _existing(name: str, year: int, folder: Path) -> Arrangement | None:
    if not is_there(arrangement_file(name, year, folder)):
        return None
    try:
        arrangements = load_arrangements(name, folder)
    except (UnknownCalendar, FileProblems) as refusal:
        raise click.ClickException(str(refusal)) from refusal
    return next(each for each in arrangements if each.year == year)


def _report_difference(existing: Arrangement, built: Arrangement) -> None:
    days = list(differing_days((existing,), (built,)))
    for day in days:
        worked_in = "the library" if built.works_on(day) else "the file"
        click.echo(f"{day:%Y-%m-%d %a}: worked in {worked_in} only")
    if not days:
        click.echo(f"{existing.year}: no day is worked differently in the library and in the file.")
    click.echo(
        "\n".join(
            difflib.unified_diff(
                written(existing).splitlines(),
                written(built).splitlines(),
                "the file",
                "the library",
                lineterm="",
                n=1,
            )
        )
    )


def _refuse_difference(
    whose: str, ours: Sequence[Arrangement], theirs: Sequence[Arrangement]
) -> None:
    days = list(differing_days(ours, theirs))
    if days:
        raise click.ClickException(
            f"{whose} answers differently on: " + ", ".join(day.isoformat() for day in days)
        )
    click.echo(f"{whose} agrees on every day of {ours[0].year} to {ours[-1].year}.")


def differing_days(ours: Sequence[Arrangement], theirs: Sequence[Arrangement]) -> Iterator[date]:
    """The days that only one side works, in the years of ours and the December before.

    Of theirs only the same years speak: another year's notice may change a December day, and
    ours would seem to lack what it never claimed to hold.
    """
    our_years = {each.year for each in ours}
    our_off, our_make_up = days_merged(ours)
    their_off, their_make_up = days_merged(each for each in theirs if each.year in our_years)
    day = date(min(our_years) - 1, 12, 1)
    while day.year <= max(our_years):
        weekday = day.weekday() < 5
        we_work = day in our_make_up or (weekday and day not in our_off)
        they_work = day in their_make_up or (weekday and day not in their_off)
        if we_work != they_work:
            yield day
        day += timedelta(days=1)


def _month(working: WorkingCalendar, year: int, month: int) -> Iterator[str]:
    yield f"\n{date(year, month, 1):%B}"
    yield "  Mon  Tue  Wed  Thu  Fri  Sat  Sun"
    for week in month_grid.Calendar().monthdatescalendar(year, month):
        yield "".join(
            _cell(working, day) if day.month == month else "     " for day in week
        ).rstrip()
    named = (why for why in map(working.why, _days_of(year, month)) if ":" in why)
    yield from ("  " + why.replace(":", ": ") for why in dict.fromkeys(named))


def _days_of(year: int, month: int) -> Iterator[date]:
    last = month_grid.monthrange(year, month)[1]
    return (date(year, month, number) for number in range(1, last + 1))


def _cell(working: WorkingCalendar, day: date) -> str:
    why = working.why(day).partition(":")[0]
    shapes = {"holiday": "[{}]", "make-up": "+{} ", "weekend": " {}.", "working": " {} "}
    return shapes[why].format(f"{day.day:2}").rjust(5)
