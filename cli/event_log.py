"""The journals as an event log for process mining."""

from datetime import date, datetime
from pathlib import Path

import click

from cli.installed import records
from cli.who import AS_HELP, person
from config import load_settings
from desk.analysis import event_log as logs
from desk.analysis.event_log import LogFormat
from domain.directory import under
from domain.permission_names import Permission
from domain.permissions import units_for
from store.evidence.audit import Action, note
from store.files.folders import open_new_text, whole_or_gone
from store.people.directory import read_units
from store.reads.analysis.figures import asked_of
from store.scope import reader_of

MONTH = click.DateTime(["%Y-%m"])


@click.command("event-log")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--as", "login", required=True, help=AS_HELP)
@click.option("--from", "first", type=MONTH, required=True, help="First month, such as 2026-01.")
@click.option("--to", "last", type=MONTH, required=True, help="Last month.")
@click.option("--unit", help="A unit, with those below it; else all that one answers for.")
@click.option(
    "--format", "kind", type=click.Choice([*LogFormat]), help="Else as the file's name ends."
)
def event_log(
    file: Path, login: str, first: datetime, last: datetime, unit: str | None, kind: str | None
) -> None:
    """Write the journals of complaints received in these months into FILE, as XES or OCEL 2.0.

    Names, texts and references are not in it: a case has a pseudonym, people have role and unit.
    """
    chosen = LogFormat(kind) if kind else _by_name(file)
    if first > last:
        raise click.UsageError("The first month comes after the last.")
    if file.exists():
        raise click.ClickException(f"{file} is there already: name another file, or move it away.")
    with records(load_settings()) as sessions:
        by = person(sessions, login)
        with sessions() as session:
            reader, units = reader_of(session, by), read_units(session)
        mine = units_for(Permission.ANSWER_FOR_REPORTS, reader, units)
        if (unit is not None and unit not in mine) or not mine:
            of = f"the unit {unit}" if unit else "any unit"
            raise click.ClickException(f"{login} does not answer for the reports of {of}.")
        parents = {each.id: each.parent for each in units.values()}
        asked = asked_of(
            _month(first), _month(last), under(parents, unit) if unit is not None else mine
        )
        with sessions.begin() as session:
            note(
                session,
                Action.SAVED_ANALYSIS,
                by=by.person,
                subject=f"event-log.{logs.ENDINGS[chosen]}",
                begins=_month(first).isoformat(),
                ends=_month(last).isoformat(),
            )
        try:
            with sessions() as session, open_new_text(file) as out, whole_or_gone(file):
                for piece in logs.event_log(chosen, session, reader, asked):
                    out.write(piece)
        except OSError as problem:
            raise click.ClickException(f"{file} cannot be written: {problem.strerror}.") from None
    click.echo(f"Wrote {file}, {file.stat().st_size:,} bytes.")


def _by_name(file: Path) -> LogFormat:
    for kind, ending in logs.ENDINGS.items():
        if file.name.endswith(f".{ending}"):
            return kind
    endings = " or ".join(f".{each}" for each in logs.ENDINGS.values())
    raise click.UsageError(f"The name of the file ends in {endings}; or say --format.")


def _month(asked: datetime) -> date:
    return asked.date().replace(day=1)
