"""redress second-factor: take a lost one away, for whoever no other administrator can help."""

import click

from cli.who import administrator
from config import load_settings
from desk.people import AT_THE_CONSOLE
from desk.sign_in.second_factors import SecondFactorDesk
from domain.errors import Refused
from domain.permission_names import Permission
from store.database import close_database, open_database
from store.people.people import find_colleague


@click.group("second-factor")
def second_factor() -> None:
    """Second factors of people."""


@second_factor.command("reset")
@click.argument("login")
@click.option("--as", "by_login", default=None, help="Login of the administrator who does it.")
def reset(login: str, by_login: str | None) -> None:
    """Take away the second factor of LOGIN, who sets up a new one at the next log-in."""
    settings = load_settings()
    sessions = open_database(settings.database_url)
    try:
        by = (
            administrator(sessions, by_login, Permission.MANAGE_PEOPLE)
            if by_login
            else AT_THE_CONSOLE
        )
        with sessions() as session:
            person = find_colleague(session, login)
        if person is None:
            raise click.ClickException(f"Nobody who works here logs in as {login}.")
        had_one = SecondFactorDesk(sessions, settings).take_away(person, by)
    except Refused as refused:
        raise click.ClickException("Nobody takes their own away: say no --as.") from refused
    finally:
        close_database(sessions)
    click.echo(
        f"The second factor of {login} is taken away, and every session ended."
        if had_one
        else f"{login} has no second factor."
    )
