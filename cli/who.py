"""Who acts from a terminal: somebody who works here, by login."""

import click

from domain.case import Actor
from domain.permission_names import Permission
from domain.permissions import holds
from store.database import Sessions
from store.people.people import actor_of, find_colleague


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
