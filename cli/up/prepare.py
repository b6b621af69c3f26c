"""What a new version wants done once before its worker and web start.

`redress up` does both by itself; in production they are a job of their own.
"""

import asyncio

import click

from cli.installed import records
from config import Settings, load_settings
from embedded.temporal_namespace import prepare_namespace
from engine.connection import tls_of
from store.database import migrate_as_owner
from store.policies.packs import Published, publish_all
from store.text_order import put_in_order
from workflows.names import SEARCH_ATTRIBUTES


@click.command("migrate")
def migrate_command() -> None:
    """Bring the database up to date, its schema and its policies; harmless when it is."""
    settings = load_settings()
    published = bring_up_to_date(settings)
    for name, unfit in published.unfit.items():
        click.echo(f"Policy {name} waits, as is meant, for what only the bank can say:")
        for fault in unfit.faults:
            click.echo(f"  {fault.where}: {fault.says}")
    if published.differ:
        click.echo(
            "Another text is in force of the policies "
            + ", ".join(published.differ)
            + ". Two people change that: redress policy publish NAME --as LOGIN --reason WHY."
        )
    if settings.owner_database_url == settings.database_url:
        click.echo(
            "The role of DATABASE_URL owns its tables, so it could rewrite journal and audit: name"
            " another owner in REDRESS_OWNER_DATABASE_URL."
        )
    order, is_rebuilt = put_in_order(settings.owner_database_url)
    if is_rebuilt:
        click.echo("The indexes over texts were of other rules and have been built anew.")
    click.echo(f"The database is up to date. It compares texts as {order}.")


def bring_up_to_date(settings: Settings) -> Published:
    """Migrate the schema as its owner, let the application at it, and put in force the policy packs
    of which no version is yet.
    """
    migrate_as_owner(
        settings.owner_database_url, settings.database_url, personal_keys=settings.personal_keys
    )
    with records(settings) as sessions, sessions.begin() as session:
        return publish_all(session)


@click.command("namespace")
def namespace_command() -> None:
    """Make the Temporal namespace ready: retention and search attributes; harmless when it is."""
    settings = load_settings()
    asyncio.run(
        prepare_namespace(
            settings.temporal_address,
            settings.temporal_namespace,
            SEARCH_ATTRIBUTES,
            tls=tls_of(settings),
        )
    )
    click.echo(f"Namespace {settings.temporal_namespace} is ready.")
