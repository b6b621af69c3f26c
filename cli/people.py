"""redress people: set up a bank from files of units and people, and let the people in."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from cli.installed import records
from cli.who import AS_HELP, administrator_or_console
from config import Settings, load_settings
from desk.people import PeopleDesk
from desk.people_files import (
    FileKind,
    LineChange,
    LineFlaw,
    LoadReport,
    check_files,
    kind_of,
    links_text,
    load_files,
)
from desk.sentences import sentence_of
from domain.case import Actor
from domain.errors import NotFit
from domain.permission_names import Permission
from store.files.folders import open_new_text, whole_or_gone
from store.people.people import LINK_LASTS

BY = click.option("--as", "login", help=AS_HELP)


@click.group("people")
def people() -> None:
    """Units and people of the bank, many at a time. Single ones are changed in the pages."""


@people.command("load")
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option("--dry-run", is_flag=True, help="Only say what would be done.")
@click.option("--reason", default="", help="Why, for the second administrator, if one is asked.")
@BY
def load(files: tuple[Path, ...], dry_run: bool, reason: str, login: str | None) -> None:
    """Bring units and people to what FILES say: one of units, one of people, or both.

    Whole or not at all; loaded again, they change nothing. Which is which, the headings tell.
    """
    named = _by_kind(files)
    contents = {kind: file.read_bytes() for kind, file in named.items()}
    with _bank(login) as (_, desk, by):
        if dry_run:
            report = check_files(desk, contents, by)
        else:
            why = reason or f"From the file {named.get(FileKind.PEOPLE, files[0]).name}."
            try:
                report = load_files(desk, contents, by, reason=why)
            except NotFit as unfit:
                says = "; ".join(map(sentence_of, unfit.faults))
                raise click.ClickException(f"{says}. Nothing was changed.") from unfit
    for line in _told(report, named, dry_run=dry_run):
        click.echo(line)
    if report.flaws:
        raise click.ClickException(f"{len(report.flaws)} things are wrong. Nothing was changed.")


@people.command("links")
@click.argument("file", type=click.Path(exists=False, path_type=Path))
@BY
def links(file: Path, login: str | None) -> None:
    """Write one-time links to FILE for everybody who has never set a password.

    Whoever holds a link comes in as that person, so give each to its owner and delete FILE.
    """
    try:
        text = open_new_text(file)
    except OSError as problem:
        raise click.ClickException(f"{file}: {problem.strerror}. Name a new file.") from problem
    with text, whole_or_gone(file), _bank(login) as (settings, desk, by):
        found = desk.invite_newcomers(by)
        text.write(links_text(found, settings.base_url))
    click.echo(f"{len(found)} links in {file}. Each works once, within {LINK_LASTS.days} days.")


@contextmanager
def _bank(login: str | None) -> Iterator[tuple[Settings, PeopleDesk, Actor]]:
    """The desk, and who sits at it: an administrator by login, else the console itself."""
    settings = load_settings()
    with records(settings) as sessions:
        by = administrator_or_console(sessions, login, Permission.MANAGE_PEOPLE)
        yield settings, PeopleDesk(sessions), by


def _by_kind(files: tuple[Path, ...]) -> dict[FileKind, Path]:
    named: dict[FileKind, Path] = {}
    for file in files:
        kind = kind_of(file.read_bytes())
        if kind in named:
            raise click.ClickException(
                f"{named[kind].name} and {file.name} are both files of {kind}: a file of people has"
                " a column for the login. Name one of each."
            )
        named[kind] = file
    return named


def _told(report: LoadReport, files: dict[FileKind, Path], *, dry_run: bool) -> Iterator[str]:
    for each in report.flaws:
        yield f"wrong: {_place(each, files)}: {_sentence(each)}"
    for each in report.warnings:
        yield f"note: {_place(each, files)}: {_sentence(each)}"
    if report.flaws:
        return
    if dry_run:
        for line in report.lines:
            if line.change is not LineChange.AS_IT_IS:
                yield f"{files[line.kind].name}, line {line.line}: {line.key}, {line.change}"
    would = "would be " if dry_run else ""
    for kind in files:
        new, changed, same = (report.count(kind, change) for change in LineChange)
        yield f"{kind}: {new} {would}new, {changed} {would}changed, {same} as they are."
    if report.asks_for:
        yield f"{report.asks_for} {would}administrators once a second administrator agrees."
    if dry_run:
        yield "Nothing was changed."


def _place(each: LineFlaw, files: dict[FileKind, Path]) -> str:
    return f"{files[each.kind].name}, line {each.line}"


def _sentence(each: LineFlaw) -> str:
    said = f" ({each.value!r})" if each.value else ""
    return f"{sentence_of(each.flaw)}{said}"
