"""redress erase: what was written in cases whose time is over, or that were erased before."""

import time
from collections.abc import Callable

import click

from cli.installed import records
from cli.progress import progress_of
from cli.who import AS_HELP, REASON, administrator, refused_here, waits_for_another
from config import Settings, load_settings
from domain.errors import NotFit, Refused
from domain.permission_names import Permission
from store.cases.erasing import ask_for_all_due, carry_on, erasure_runs
from store.database import Sessions
from store.erasure.due import Due, due_now
from store.operations.erasures import (
    Folders,
    brought_back,
    count_erased,
    erase_again,
    finish_erasures,
    listed_erasures,
)

LOOK_EVERY_SECONDS = 0.5
"""How often a run asks how far it has come (default)."""

PATIENCE_SECONDS = 60.0
"""How long a run waits for the next case before it says that nobody works (default)."""


@click.command("erase")
@click.option("--as", "login", required=True, help=AS_HELP)
@click.option("--dry-run", is_flag=True, help="Tell what would go, and change nothing.")
@click.option("--again", is_flag=True, help="What was erased before, after a restore.")
@REASON
def erase(login: str, dry_run: bool, again: bool, reason: str) -> None:
    """Erase what was written in every closed case whose time is over.

    It takes a second person: typed the first time, this asks for one; typed again when they have
    agreed, it shows how far the worker has come. Interrupted, it goes on where it was.

    With --again, after a restore from a backup: cases of the list of erasures, which lies beside
    the signed heads, are erased again under the agreement of then.
    """
    settings = load_settings()
    with records(settings) as sessions:
        by = administrator(sessions, login, Permission.ERASE_ALL_DUE)
        if again:
            _again(settings, sessions, dry_run=dry_run)
            return
        with sessions() as session:
            due = due_now(session)
            under_way = [each for each in erasure_runs(session) if each.is_under_way]
        if dry_run or not under_way:
            _tell(due)
        if dry_run or not (under_way or due.references):
            return
        if not under_way:
            try:
                with sessions.begin() as session:
                    ask_for_all_due(session, by=by, reason=reason)
            except (NotFit, Refused) as refused:
                raise refused_here(refused) from refused
            waits_for_another(f"erasing {len(due.references)} cases")
        _carry_out(settings, sessions, under_way[0].request.id, under_way[0].cases)


def _tell(due: Due) -> None:
    click.echo(f"Due to be erased: {len(due.references)} cases")
    for each, count in sorted(due.by_class.items()):
        click.echo(f"  {each}: {count} cases")
    for store, count in due.texts.items():
        click.echo(f"  would go from {store}: {count}")
    for why, count in sorted(due.kept.items()):
        click.echo(f"  kept though its time is over, {why}: {count} cases")


def _carry_out(settings: Settings, sessions: Sessions, request: str, cases: int) -> None:
    carry_on(sessions)

    def answered() -> tuple[int, bool]:
        with sessions() as session:
            run = next(each for each in erasure_runs(session) if each.request.id == request)
        return run.done + run.refused, not run.is_under_way

    def go_on() -> None:
        carry_on(sessions)
        _finish(settings, sessions)

    _watch("erasing", cases, answered, go_on)
    with sessions() as session:
        run = next(each for each in erasure_runs(session) if each.request.id == request)
    click.echo(f"{run.done} of {run.cases} cases are erased; {run.refused} are kept after all.")


def _again(settings: Settings, sessions: Sessions, *, dry_run: bool) -> None:
    listed, forged = listed_erasures(settings.heads_dir, settings.journal_key)
    for name in forged:
        click.echo(f"{name} is not signed with the key of the journal; left alone.", err=True)
    with sessions() as session:
        back = brought_back(session, listed)
    click.echo(f"{len(listed)} erasures in the list, {len(back)} cases are there again.")
    if dry_run or not back:
        return
    for each in back:
        with sessions.begin() as session:
            erase_again(session, each)
    references = [each.reference for each in back]

    def answered() -> tuple[int, bool]:
        with sessions() as session:
            done = count_erased(session, references)
        return done, done == len(references)

    _watch("erasing again", len(back), answered, lambda: _finish(settings, sessions))
    click.echo(f"{len(back)} cases are erased again.")


def _finish(settings: Settings, sessions: Sessions) -> None:
    finish_erasures(sessions, Folders.of(settings), settings.journal_key)


def _watch(
    doing: str, total: int, answered: Callable[[], tuple[int, bool]], go_on: Callable[[], None]
) -> None:
    """A bar until it is over; ends the command when nothing moves for long."""
    last, moved_at = -1, time.monotonic()
    with progress_of(doing, total) as (progress, task):
        while True:
            go_on()
            done, is_over = answered()
            progress.update(task, completed=done)
            if is_over:
                return
            if done != last:
                last, moved_at = done, time.monotonic()
            if time.monotonic() - moved_at > PATIENCE_SECONDS:
                raise click.ClickException(
                    f"{done} of {total} are erased, and nothing has moved for a minute. Is the"
                    " worker running? What is asked for is carried out when it is; call this again."
                )
            time.sleep(LOOK_EVERY_SECONDS)
