"""What a new version wants done once before its worker and web start.

`redress up` does both by itself; in production they are a job of their own.
"""

import asyncio

import click

from config import load_settings
from engines.temporal_namespace import prepare_namespace
from store.database import migrate
from workflows.names import SEARCH_ATTRIBUTES


@click.command("migrate")
def migrate_command() -> None:
    """Bring the database schema up to date; harmless when it is."""
    migrate(load_settings().database_url)
    click.echo("The database is up to date.")


@click.command("namespace")
def namespace_command() -> None:
    """Make the Temporal namespace ready: retention and search attributes; harmless when it is."""
    settings = load_settings()
    asyncio.run(
        prepare_namespace(settings.temporal_address, settings.temporal_namespace, SEARCH_ATTRIBUTES)
    )
    click.echo(f"Namespace {settings.temporal_namespace} is ready.")
