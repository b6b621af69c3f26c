"""redress import: complaints out of a file, each row a case with its own workflow."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from zoneinfo import available_timezones

import click

from cli.installed import records
from cli.progress import progress_of
from config import load_settings
from desk.imports.destination import destination_of
from desk.imports.mapping import Separator
from desk.imports.mapping_files import is_encoding, mapping_names, read_mapping
from desk.imports.report import RefusedRow, sentences, shown_in_preview
from desk.imports.run import Import, Shown
from domain.complaint import OF_A_COMPLAINT, Complaint
from domain.errors import NotFit
from embedded.problems import SetupProblem
from store.database import DatabaseAway, Sessions


@click.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--mapping",
    "mapping_name",
    required=True,
    help=f"How to read the rows: {', '.join(mapping_names())}, or a YAML file of your own.",
)
@click.option("--unit", default=None, help="The unit that must act; else the head office.")
@click.option("--as", "login", default=None, help="Whose login follows the cases to their end.")
@click.option("--encoding", default=None, help="Of the file, where it is not found rightly.")
@click.option("--separator", type=click.Choice(list(Separator)), help="Between the cells.")
@click.option("--sheet", default=None, help="Of a workbook in which several fit.")
@click.option("--time-zone", default=None, help="Of times without one; else the mapping's.")
@click.option("--confirm-old", is_flag=True, help="Receipts of more than a year ago are right.")
@click.option("--dry-run", is_flag=True, help="Say what would happen; write nothing.")
@click.option("--yes", is_flag=True, help="Do not ask after the preview of a first import.")
@click.option("--no-wait", is_flag=True, help="Do not wait until the workflows have started.")
def import_file(
    file: Path,
    mapping_name: str,
    unit: str | None,
    login: str | None,
    encoding: str | None,
    separator: str | None,
    sheet: str | None,
    time_zone: str | None,
    confirm_old: bool,
    dry_run: bool,
    yes: bool,
    no_wait: bool,
) -> None:
    """Import the complaints of FILE: CSV, a workbook (.xlsx), or JSON, an object a line. The same
    rows again add nothing; a row that came in before and says something else now is told of, and
    changes nothing.

    Receipt times are kept. A deadline that was past when the case came is shown as breached, and
    nobody is warned or escalated for it; the others run as those of any case.

    Ends with status 1 when rows were refused.
    """
    with _sessions() as sessions:
        mapping = read_mapping(mapping_name).asked(
            encoding=_encoding(encoding),
            separator=separator,
            sheet=sheet,
            time_zone=_time_zone(time_zone),
        )
        with sessions() as session:
            destination = destination_of(session, unit, login)
        run = Import(sessions, file, mapping, destination, is_confirmed=confirm_old)
        if dry_run:
            with _bar("checking") as shown:
                run.rehearse(shown)
        else:
            _carry_out(run, ask=not yes, wait=not no_wait)
    for line in run.report.lines():
        click.echo(line)
    if run.report.refused:
        sys.exit(1)


def _carry_out(run: Import, *, ask: bool, wait: bool) -> None:
    if run.is_first():
        _preview(run, ask=ask and sys.stdin.isatty())
    try:
        with _bar("receiving") as shown:
            run.carry_out(shown)
        if wait:
            with _bar("starting") as shown:
                run.watch(shown)
    except DatabaseAway as error:
        raise SetupProblem(
            f"The database went away after {run.report.received} rows. They are safe: the same"
            " command goes on from there."
        ) from error


def _preview(run: Import, *, ask: bool) -> None:
    """The first rows, before the first import by a mapping; standard output is not for them."""
    for row in run.preview():
        click.echo(_previewed(row), err=True)
    if ask:
        click.confirm("Is this what the file means?", abort=True, err=True)


def _previewed(row: Complaint | RefusedRow) -> str:
    if isinstance(row, RefusedRow):
        return f"line {row.line} would be refused: {row.sentence}\n"
    words = {name: shown_in_preview(row, name) for name in OF_A_COMPLAINT}
    said = {"received_at": row.received_at.isoformat(), "channel": row.channel, **words}
    return "".join(f"{name}: {word[:200]}\n" for name, word in said.items() if word)


def _encoding(name: str | None) -> str | None:
    if name is not None and not is_encoding(name):
        raise click.BadParameter(f"{name!r} is no encoding of texts", param_hint="--encoding")
    return name


def _time_zone(name: str | None) -> str | None:
    if name is not None and name not in available_timezones():
        raise click.BadParameter(f"{name!r} is no time zone", param_hint="--time-zone")
    return name


@contextmanager
def _sessions() -> Iterator[Sessions]:
    """The database; what is wrong with file, mapping or place ends the command in a sentence."""
    with records(load_settings()) as sessions:
        try:
            yield sessions
        except NotFit as unfit:
            raise click.ClickException(sentences(unfit.faults)) from unfit


@contextmanager
def _bar(doing: str) -> Iterator[Shown]:
    with progress_of(doing, 1) as (progress, task):
        yield lambda done, total: progress.update(task, completed=done, total=total)
