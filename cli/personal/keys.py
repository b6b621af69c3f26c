"""redress keys: the keys that hide who the customers are."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

import click

from cli.installed import records
from cli.progress import progress_of
from config import load_settings
from embedded.problems import SetupProblem
from store.database import Sessions
from store.evidence.audit import CONSOLE
from store.operations.key_rotation import complaints_by_key, count_complaints, rotate_keys
from store.personal import KeyMissing, NotOurs


@click.group("keys")
def keys() -> None:
    """The keys of REDRESS_PERSONAL_KEYS, which hide who the customers are."""


@keys.command("show")
def show() -> None:
    """Say how many complaints lie under each key. One with none may leave the ring."""
    with _records() as sessions, sessions() as session:
        counted = complaints_by_key(session)
    ring = [key.id for key in load_settings().personal_keys]
    for key in dict.fromkeys([*ring, *sorted(counted)]):
        role = "encrypts" if key == ring[0] else "decrypts" if key in ring else "MISSING"
        click.echo(f"{key}: {counted[key]} complaints, {role}")


@keys.command("rotate")
def rotate() -> None:
    """Encrypt everything under the first key of the ring. May be broken off and begun again; the
    pages and the worker go on meanwhile.

    First put the new key before the others, and start the pages and the worker with it.
    """
    with _records() as sessions:
        with sessions() as session:
            total = count_complaints(session)
        with progress_of("encrypting", total) as (progress, task):
            turned = rotate_keys(sessions, CONSOLE, partial(progress.advance, task))
    click.echo(f"{turned} of {total} complaints were under another key; none is now.")


@contextmanager
def _records() -> Iterator[Sessions]:
    with records(load_settings()) as sessions:
        try:
            yield sessions
        except (KeyMissing, NotOurs) as unreadable:
            raise SetupProblem(f"{unreadable}.") from unreadable
