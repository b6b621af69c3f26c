"""redress invite: let somebody in by a one-time link, the first administrator above all."""

from dataclasses import replace

import click

from cli.installed import records
from cli.who import AS_HELP, administrator_or_console
from config import Settings, load_settings
from desk.people import PeopleDesk, Wish, link_of
from desk.sentences import sentence_of
from domain.classification import Level, Role
from domain.complaint import Language
from domain.errors import NotFit
from domain.permission_names import Permission
from domain.staffing import BankRecords, PersonRecord, UnitRecord
from store.people.people import LINK_LASTS

FIRST_UNIT = "head-office"
"""What the first unit of a bank that has none is called; administrators rename and add to it."""

FIRST_POLICY = "head-office"
"""The pack it follows until an administrator chooses another."""


@click.command("invite")
@click.argument("login")
@click.option("--role", "roles", multiple=True, type=click.Choice([role.value for role in Role]))
@click.option("--name", default="", help="What the bank calls this person; else the login.")
@click.option("--unit", default=None, help="The unit's id; else the head office.")
@click.option("--address", default=None, help="Where the pages are; else REDRESS_BASE_URL.")
@click.option("--as", "by_login", default=None, help=AS_HELP)
def invite(
    login: str,
    roles: tuple[str, ...],
    name: str,
    unit: str | None,
    address: str | None,
    by_login: str | None,
) -> None:
    """Print a one-time link by which LOGIN sets a first password, or a new one.

    Somebody new needs a role. Whoever works here already is let in as they are: roles, unit and
    name are changed in the pages or by `redress people load`.
    """
    settings = load_settings()
    wanted = PersonRecord(
        login=login,
        name=name,
        unit=unit or "",
        roles=tuple(role for role in Role if role in roles),
        language=Language(settings.default_language),
    )
    try:
        with records(settings) as sessions:
            desk = PeopleDesk(sessions)
            by = administrator_or_console(sessions, by_login, Permission.MANAGE_PEOPLE)
            judged = desk.change(
                lambda bank: _newcomer(bank, wanted, settings), by, reason="By redress invite."
            )
            token = desk.invite(login, by)
    except NotFit as unfit:
        told = "; ".join(sentence_of(fault) for fault in unfit.faults)
        raise click.ClickException(f"{told}.") from unfit
    click.echo(link_of(address or settings.base_url, token))
    click.echo(f"It works once, within {LINK_LASTS.days} days.", err=True)
    if judged.asks_for:
        click.echo(f"{login} becomes an administrator when another one agrees.", err=True)


def _newcomer(bank: BankRecords, wanted: PersonRecord, settings: Settings) -> Wish:
    """What must be changed so that this person works here: nothing, for somebody who does."""
    known = bank.people.get(wanted.login)
    if known is not None:
        _require_the_same(known, wanted)
        return Wish()
    if not wanted.roles:
        raise click.ClickException(f"Nobody logs in as {wanted.login} yet. Say as what: --role.")
    units = [] if bank.units else [_head_office(settings)]
    top = next(each.id for each in (*units, *bank.units.values()) if each.parent is None)
    person = replace(wanted, name=wanted.name or wanted.login, unit=wanted.unit or top)
    return Wish(units=units, people=[person])


def _require_the_same(known: PersonRecord, wanted: PersonRecord) -> None:
    """Ends the command when it asks for something else than what is: it would not come true."""
    asked = (
        ("roles", wanted.roles, known.roles),
        ("unit", wanted.unit, known.unit),
        ("name", wanted.name, known.name),
    )
    other = [name for name, wish, is_now in asked if wish and wish != is_now]
    if other:
        raise click.ClickException(
            f"{known.login} works here already, with another {' and '.join(other)}"
            f" (roles: {', '.join(known.roles)}; unit: {known.unit}). Leave the options out for a"
            " new link; change them in the pages or by redress people load."
        )


def _head_office(settings: Settings) -> UnitRecord:
    """The unit above all others, for a bank that has none yet."""
    return UnitRecord(
        id=FIRST_UNIT,
        name_en=settings.bank_name,
        name_zh=settings.bank_name,
        level=Level.HEAD_OFFICE,
        policy=FIRST_POLICY,
    )
