"""In whose name something is done from a terminal. Nobody logs in there, so `--as` is a claim: the
audit names the machine's account beside the person, and nothing that takes two is agreed to here.
"""

from typing import NoReturn

import click

from desk.people import AT_THE_CONSOLE
from desk.sentences import sentence_of
from domain.case import Actor
from domain.errors import NotFit, Refusal, Refused
from domain.permission_names import Permission
from domain.permissions import holds
from store.database import Sessions
from store.people.people import actor_of, find_colleague

AS_HELP = (
    "Login in whose name it is done. Nobody checks it: the audit notes the account of this machine"
    " that typed it."
)

WAITS = 3
"""The exit status of a command that has asked for a second person: nothing is wrong, and nothing is
done yet."""

REASON = click.option("--reason", default="", help="Why, for the second person who must agree.")


def waits_for_another(what: str) -> NoReturn:
    """Say that a second person was asked, and end the command."""
    click.echo(
        f"Asked for: {what}. Nothing is done yet. Once another has agreed under “Approvals”,"
        " type the same again.",
        err=True,
    )
    raise SystemExit(WAITS)


def refused_here(refused: NotFit | Refused) -> click.ClickException:
    """The same refusal as on a page, in a sentence; or what is wrong with what was typed."""
    if isinstance(refused, NotFit):
        return click.ClickException(f"{'; '.join(map(sentence_of, refused.faults))}.")
    return click.ClickException(SENTENCES.get(refused.code, f"Refused: {refused.code}"))


SENTENCES = {
    Refusal.WORDS_MISSING: "This takes a second person. Say why, with --reason.",
    Refusal.ASKED_ALREADY: (
        "Something of this kind waits for its decision already: that is decided or taken back"
        " first."
    ),
    Refusal.NONE_DUE: "No case is due to be erased.",
    Refusal.NO_SECOND_PERSON: "This takes a second person, and nobody else here could be that.",
}


def person(sessions: Sessions, login: str) -> Actor:
    """The person of that login, ready to act; ends the command when there is none."""
    with sessions() as session:
        found = find_colleague(session, login)
        if found is None:
            raise click.ClickException(f"Nobody who works here logs in as {login}.")
        return actor_of(session, found)


def administrator(sessions: Sessions, login: str, permission: Permission) -> Actor:
    """The administrator of that login, who may do this; ends the command when this is none."""
    by = person(sessions, login)
    if not holds(by.roles, permission):
        raise click.ClickException(f"{login} is no administrator.")
    return by


def administrator_or_console(
    sessions: Sessions, login: str | None, permission: Permission
) -> Actor:
    """The administrator of that login; where none is named, whoever sits at this machine."""
    return administrator(sessions, login, permission) if login else AT_THE_CONSOLE
