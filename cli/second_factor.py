"""redress second-factor: take a lost one away, for whoever no other administrator can help."""

import click

from cli.installed import records
from cli.who import AS_HELP, administrator_or_console, person
from config import load_settings
from desk.sign_in.second_factors import SecondFactorDesk
from domain.errors import Refused
from domain.permission_names import Permission


@click.group("second-factor")
def second_factor() -> None:
    """Second factors of people."""


@second_factor.command("reset")
@click.argument("login")
@click.option("--as", "by_login", default=None, help=AS_HELP)
def reset(login: str, by_login: str | None) -> None:
    """Take away the second factor of LOGIN, who sets up a new one at the next log-in."""
    settings = load_settings()
    with records(settings) as sessions:
        by = administrator_or_console(sessions, by_login, Permission.MANAGE_PEOPLE)
        owner = person(sessions, login).person
        try:
            had_one = SecondFactorDesk(sessions, settings).take_away(owner, by)
        except Refused as refused:
            raise click.ClickException("Nobody takes their own away: say no --as.") from refused
    click.echo(
        f"The second factor of {login} is taken away, and every session ended."
        if had_one
        else f"{login} has no second factor."
    )
