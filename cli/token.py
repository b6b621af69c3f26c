"""redress token: let other systems file complaints, and stop them."""

from datetime import UTC, datetime

import click

from cli.installed import records
from cli.who import AS_HELP, REASON, administrator, person, refused_here, waits_for_another
from config import load_settings
from desk.approvals.tokens import WantedToken, make_token
from desk.sentences import sentence_of
from domain.classification import Channel
from domain.errors import NotFit, Refused
from domain.permission_names import Permission
from store.people.tokens import LASTS_AT_MOST, Token, read_tokens, revoke_token

BY = click.option("--as", "login", required=True, help=AS_HELP)


@click.group("token")
def token() -> None:
    """Let other systems file complaints by /api/complaints, and stop them."""


@token.command("create")
@click.argument("system")
@click.option("--unit", "units", multiple=True, required=True, help="With all units below it.")
@click.option(
    "--channel",
    "channels",
    multiple=True,
    required=True,
    type=click.Choice([channel.value for channel in Channel]),
)
@click.option(
    "--first-owner", required=True, help="Whose login follows the complaints to their end."
)
@click.option(
    "--days",
    type=click.IntRange(1, LASTS_AT_MOST.days),
    default=LASTS_AT_MOST.days,
    show_default=True,
    help="How long it may be used.",
)
@REASON
@BY
def create(
    system: str,
    units: tuple[str, ...],
    channels: tuple[str, ...],
    first_owner: str,
    days: int,
    reason: str,
    login: str,
) -> None:
    """Print a new token for SYSTEM. It is shown this once and kept nowhere.

    It takes a second administrator: typed the first time, this asks for one; typed again when they
    have agreed, it prints the token.
    """
    with records(load_settings()) as sessions:
        by = administrator(sessions, login, Permission.MAKE_TOKENS)
        follower = person(sessions, first_owner)
        wanted = WantedToken(
            system=system,
            units=tuple(units),
            channels=tuple(Channel(channel) for channel in channels),
            first_owner=follower.person,
            days=days,
        )
        try:
            with sessions.begin() as session:
                made = make_token(session, wanted, by=by, reason=reason)
        except NotFit as unfit:
            raise click.ClickException("; ".join(map(sentence_of, unfit.faults))) from unfit
        except Refused as refused:
            raise refused_here(refused) from refused
    if made is None:
        waits_for_another(f"a token for {system}")
    new, secret = made
    click.echo(secret)
    click.echo(f"{new.id}, until {new.expires_at:%Y-%m-%d}. It is not shown again.", err=True)


@token.command("list")
def list_tokens() -> None:
    """Every token: whose it is, what for, and how it stands."""
    now = datetime.now(UTC)
    with records(load_settings()) as sessions, sessions() as session:
        for each in read_tokens(session):
            click.echo(_line(each, now))


@token.command("revoke")
@click.argument("token_id")
@BY
def revoke(token_id: str, login: str) -> None:
    """Let the token TOKEN_ID open nothing from now on."""
    with records(load_settings()) as sessions:
        by = administrator(sessions, login, Permission.MAKE_TOKENS)
        with sessions.begin() as session:
            revoked = revoke_token(session, token_id, by)
    if not revoked:
        raise click.ClickException(f"There is no token {token_id} in force.")
    click.echo(f"{token_id} opens nothing any more.")


def _line(each: Token, now: datetime) -> str:
    used = f"last used {each.last_used_at:%Y-%m-%d %H:%M}Z" if each.last_used_at else "never used"
    if each.revoked_at:
        stands = f"revoked {each.revoked_at:%Y-%m-%d}"
    else:
        stands = f"{'until' if each.in_use(now) else 'ran out'} {each.expires_at:%Y-%m-%d}"
    scope = f"{', '.join(each.units)} by {', '.join(each.channels)}"
    return f"{each.id}  {each.system}  {scope}  {stands}, {used}"
