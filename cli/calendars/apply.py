"""redress calendar apply: days announced later, for the cases that are under way."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from cli.calendars.commands import FOLDER, loaded
from cli.calendars.commands import calendar as calendar_group
from cli.installed import both_engines
from cli.who import AS_HELP, REASON, administrator, refused_here, waits_for_another
from desk.calendars import agreed_to, apply_calendar, finish_applying, rehearse
from desk.cases import ActStatus, CaseDesk
from domain.case import Actor
from domain.errors import NotFit, Refused
from domain.permission_names import Permission
from domain.working_time import WorkingCalendar
from store.database import Sessions
from store.policies.calendar_changes import CalendarChange
from store.policies.calendar_versions import version_of


@calendar_group.command("apply")
@click.argument("name")
@click.option("--as", "login", required=True, help=AS_HELP)
@click.option("--dry-run", is_flag=True, help="Tell which dates would move, and change nothing.")
@click.option("--yes", is_flag=True, help="Do not ask again.")
@REASON
@FOLDER
def apply(name: str, login: str, dry_run: bool, yes: bool, reason: str, folder: Path) -> None:
    """Have open cases count their days by the newest version of a calendar.

    New cases do so anyway. It takes a second administrator: typed the first time, this asks for
    one; typed again when they have agreed, it is an act in the journal of each case. Interrupted,
    it goes on where it was when it is called again.
    """
    calendar = loaded(name, folder)
    with both_engines() as (sessions, temporal):
        by = administrator(sessions, login, Permission.CHANGE_CALENDARS)
        changes = rehearse(sessions, calendar)
        _tell(calendar, changes)
        if not changes or dry_run:
            return
        if not yes:
            click.confirm(f"Apply {version_of(calendar)} to {len(changes)} cases?", abort=True)
        try:
            agreed = agreed_to(sessions, calendar, changes, by, reason=reason)
        except (NotFit, Refused) as refused:
            raise refused_here(refused) from refused
        if not agreed.may_be_done:
            waits_for_another(f"{version_of(calendar)} for {len(changes)} cases")
        _apply(sessions, CaseDesk(sessions, temporal), calendar, changes, by)
        finish_applying(sessions, calendar, agreed, by)


def _tell(calendar: WorkingCalendar, changes: Sequence[CalendarChange]) -> None:
    if not changes:
        click.echo(f"Every open case counts its days by {version_of(calendar)} already.")
        return
    zone = calendar.zone
    moved = sum(len(change.moved) for change in changes)
    cases = sum(bool(change.moved) for change in changes)
    click.echo(
        f"Cases that count their days by another version than {version_of(calendar)}:"
        f" {len(changes)}; due dates that move: {moved}, in cases: {cases}"
    )
    for change in changes:
        for each in change.moved:
            before, after = _wall(each.due_at, zone), _wall(each.would_be_at, zone)
            click.echo(f"  {change.reference}  {each.clock}: {before} -> {after}")


def _apply(
    sessions: Sessions,
    desk: CaseDesk,
    calendar: WorkingCalendar,
    changes: Sequence[CalendarChange],
    by: Actor,
) -> None:
    done, refused, waiting = 0, [], False
    outcomes = apply_calendar(sessions, desk, calendar, changes, by)
    with click.progressbar(outcomes, length=len(changes), label="Applying") as applied:
        for each in applied:
            match each.outcome.status:
                case ActStatus.ACCEPTED:
                    done += 1
                case ActStatus.WAITING:
                    waiting = True
                case ActStatus.REFUSED:
                    assert each.outcome.refusal is not None
                    refused.append(f"  {each.reference}: {each.outcome.refusal.code}")
    click.echo(f"{done} of {len(changes)} cases count their days by {version_of(calendar)} now.")
    if refused:
        click.echo("Refused; look at them again:\n" + "\n".join(refused), err=True)
    if waiting:
        click.echo("The engine does not answer. Call this again when it is back.", err=True)
    if refused or waiting:
        raise SystemExit(1)


def _wall(instant: datetime | None, zone: ZoneInfo) -> str:
    return f"{instant.astimezone(zone):%Y-%m-%d %H:%M}" if instant else "stands still"
