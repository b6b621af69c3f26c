"""redress invite: let somebody in by a one-time link, the first administrator above all."""

import click

from config import Settings, load_settings
from domain.classification import Level, Role
from domain.complaint import Language
from domain.errors import NotFit
from store.database import DatabaseSession, close_database, open_database
from store.people.people import LINK_LASTS, create_invitation, create_person, find_person
from store.people.units import create_unit, head_office

FIRST_UNIT = "head-office"
"""What the first unit of a bank that has none is called; administrators rename and add to it."""


@click.command("invite")
@click.argument("login")
@click.option(
    "--role",
    "roles",
    multiple=True,
    type=click.Choice([role.value for role in Role]),
    required=True,
)
@click.option("--name", default="", help="What the bank calls this person; else the login.")
@click.option("--unit", default=None, help="The unit's id; else the head office.")
@click.option("--address", default=None, help="Where the pages are, such as https://host.")
def invite(
    login: str, roles: tuple[str, ...], name: str, unit: str | None, address: str | None
) -> None:
    """Print a one-time link by which LOGIN sets a first password, or a new one.

    Somebody who is known already keeps name, unit and roles.
    """
    settings = load_settings()
    sessions = open_database(settings.database_url)
    try:
        with sessions.begin() as session:
            person = find_person(session, login)
            if person is None:
                person = create_person(
                    session,
                    login=login,
                    name=name or login,
                    unit=unit or _head_office(session, settings),
                    roles=[Role(role) for role in roles],
                    language=Language(settings.default_language),
                )
            token = create_invitation(session, person)
    except NotFit as unfit:
        raise click.ClickException(str(unfit)) from unfit
    finally:
        close_database(sessions)
    where = address or f"http://{settings.web_host}:{settings.web_port}"
    click.echo(f"{where.rstrip('/')}/invitations/{token}")
    click.echo(f"It works once, within {LINK_LASTS.days} days.", err=True)


def _head_office(session: DatabaseSession, settings: Settings) -> str:
    """The unit above all others, made when the bank has none yet."""
    known = head_office(session)
    if known is not None:
        return known
    create_unit(
        session,
        FIRST_UNIT,
        name_en=settings.bank_name,
        name_zh=settings.bank_name,
        level=Level.HEAD_OFFICE,
        policy="head-office",
    )
    return FIRST_UNIT
