"""`redress policy`: read packs beside the regulation, check them, and publish what is fit."""

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import click
import yaml

from cli.installed import records
from cli.who import AS_HELP, REASON, WAITS, administrator_or_console, refused_here
from config import load_settings
from desk.approvals.policies import put_in_force
from desk.sentences import sentence_of
from domain.errors import NotFit, Refused
from domain.permission_names import Permission
from rulebook.clauses import (
    Clause,
    Coverage,
    Regulation,
    lies_with_its_tests,
    read_regulations,
)
from rulebook.marked_yaml import FileProblems
from rulebook.packs import POLICIES, differences, read_all_packs, read_pack, read_text
from store.policies.packs import current_text, current_version


@click.group()
def policy() -> None:
    """The bank's rules as data: check, show, compare, publish."""


FOLDER = click.option(
    "--folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=POLICIES,
    help="Where the packs lie; those of this installation unless given.",
)


@policy.command()
@click.argument("names", nargs=-1)
@FOLDER
def check(names: tuple[str, ...], folder: Path) -> None:
    """Tell every fault of these packs (of all, when none is named), with file and line."""
    unfit = 0
    for name in names or tuple(read_all_packs(folder)):
        try:
            read_pack(name, folder)
            click.echo(f"{name}: fit for use")
        except NotFit as faults:
            unfit += 1
            click.echo(f"{name}: not fit for use\n{_listed(faults)}")
    if unfit:
        raise SystemExit(1)


@policy.command()
@click.argument("name")
@FOLDER
def show(name: str, folder: Path) -> None:
    """A pack as it is read, its parents laid under it, as text to hold beside the regulation."""
    text = yaml.safe_dump(_read(name, folder), allow_unicode=True, sort_keys=False, width=100)
    click.echo(text, nl=False)


@policy.command()
@click.argument("one")
@click.argument("other", required=False)
@FOLDER
def diff(one: str, other: str | None, folder: Path) -> None:
    """Each figure that differs between two packs; or between a pack and its version in force."""
    if other is not None:
        lines = differences(_read(one, folder), _read(other, folder))
    else:
        after = _read(one, folder)
        with records(load_settings()) as sessions, sessions() as session:
            before = current_text(session, one)
        if before is None:
            click.echo(f"no version of {one} is in force: all of it would be new")
            return
        lines = differences(before, after)
    click.echo("\n".join(lines) or "no difference")


@policy.command(name="publish")
@click.argument("name")
@click.option("--as", "login", default=None, help=AS_HELP)
@REASON
@FOLDER
def publish_one(name: str, login: str | None, reason: str, folder: Path) -> None:
    """Put a pack in force for new complaints. Cases keep the version they were received under.

    It takes a second administrator: this asks for one, and their agreement puts it in force. While
    there is nobody who could agree, it is in force at once.
    """
    with records(load_settings()) as sessions:
        by = administrator_or_console(sessions, login, Permission.PUBLISH_POLICIES)
        try:
            with sessions.begin() as session:
                before, old = current_version(session, name), current_text(session, name)
                agreed = put_in_force(session, name, folder, by=by, reason=reason)
                if agreed is not None and not agreed.may_be_done and not login:
                    raise click.UsageError("This takes two administrators: say who asks, --as.")
                version, new = current_version(session, name), current_text(session, name)
        except NotFit as unfit:
            raise click.ClickException(f"{name} is not published:\n{_listed(unfit)}") from unfit
        except Refused as refused:
            raise refused_here(refused) from refused
    if agreed is None:
        click.echo(f"{version} is in force already; nothing changes")
        return
    if not agreed.may_be_done:
        click.echo(
            f"Asked for. {name} is in force as soon as another administrator agrees under"
            " “Approvals”; until then nothing changes."
        )
        raise SystemExit(WAITS)
    click.echo(f"{version} is in force for new complaints; open cases keep theirs")
    if old is not None and new is not None:
        click.echo("\n".join((f"changed since {before}:", *differences(old, new))))


@policy.command()
@click.argument("letters", nargs=-1)
@click.option("--zh", "language", flag_value="zh", help="The clauses in Chinese.")
@click.option("--en", "language", flag_value="en", default="en", help="The clauses in English.")
def coverage(letters: tuple[str, ...], language: str) -> None:
    """Tell of each clause of the regulations (of these letters, when some are named) whether it is
    carried out and what shows it, in part and what lacks, or left out and why; and count them.

    Fails when a clause has neither test nor reason, or names one that is not there.
    """
    try:
        regulations = read_regulations()
    except FileProblems as wrong:
        raise click.ClickException("\n".join(("", *map(str, wrong.problems)))) from wrong
    for unknown in set(letters) - {each.letter for each in regulations}:
        raise click.UsageError(f"No regulation has the letter {unknown!r}.")
    told = [each for each in regulations if not letters or each.letter in letters]
    for regulation in told:
        for clause in regulation.clauses:
            click.echo("\n       ".join(_told(regulation, clause, language)))
    for regulation in told:
        rules = len(regulation.rules)
        click.echo(f"{regulation.letter}: {rules} rules, {_counted(regulation.clauses)}")
    click.echo(f"all: {_counted([clause for each in told for clause in each.clauses])}")
    if not lies_with_its_tests():
        click.echo("The tests do not lie here; that each one named is there was not looked at.")


def _told(regulation: Regulation, clause: Clause, language: str) -> Iterator[str]:
    yield f"{clause.id:6} {clause.coverage}: {clause.words[language]}"
    if clause.lacks:
        yield f"lacks {clause.lacks}"
    if clause.left_out:
        yield f"docs/limitations.md: {clause.left_out}"
    yield from (regulation.test_behind(each) for each in clause.tests)


def _counted(clauses: Sequence[Clause]) -> str:
    counted = Counter(each.coverage for each in clauses)
    kinds = ", ".join(f"{counted[kind]} {kind}" for kind in Coverage)
    return f"{len(clauses)} clauses: {kinds}"


def _read(name: str, folder: Path) -> dict[str, Any]:
    try:
        return read_text(name, folder)
    except NotFit as unfit:
        raise click.ClickException(f"{name} cannot be read:\n{_listed(unfit)}") from unfit


def _listed(unfit: NotFit) -> str:
    return "\n".join(f"  {sentence_of(fault)}" for fault in unfit.faults)
