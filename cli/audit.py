"""Proving that nobody altered the journals."""

import sys
import time
from datetime import UTC, datetime
from functools import partial

import click

from cli.installed import records
from cli.progress import progress_of
from cli.who import administrator
from config import load_settings
from domain.permission_names import Permission
from store.evidence.chain import count_entries, verify
from store.evidence.checkpoints import read_checkpoints, write_checkpoint
from store.reads.seen import who_has_seen
from store.scope import reader_of


@click.group("audit")
def audit() -> None:
    """Seal the journals and prove that nobody altered them."""


@audit.command("heads")
def take() -> None:
    """Write the signed heads of all journals outside the database now."""
    settings = load_settings()
    with records(settings) as sessions:
        path = write_checkpoint(
            sessions, settings.heads_dir, settings.journal_key, datetime.now(UTC)
        )
    click.echo(f"Wrote {path.name} to {settings.heads_dir}.")


@audit.command("verify")
def verify_command() -> None:
    """Check every entry of every journal against its seal and the heads kept outside.

    Leaves with exit status 1 when anything is wrong, and says what and where.
    """
    settings = load_settings()
    began = time.monotonic()
    with records(settings) as sessions, sessions() as session:
        outside = read_checkpoints(session, settings.heads_dir, settings.journal_key)
        entries = count_entries(session)
        with progress_of("verifying", entries) as (progress, task):
            looked_at = partial(progress.advance, task)
            inside = tuple(verify(session, settings.journal_key, outside.known, looked_at))
    seconds = time.monotonic() - began
    findings = (*outside.findings, *inside)
    for finding in findings:
        where = finding.reference + (f" entry {finding.version}" if finding.version else "")
        click.echo(f"{finding.tampering}: {where}")
    click.echo(
        f"{entries} entries and {outside.count} heads verified in {seconds:.1f} s"
        f" ({entries / max(seconds, 0.001):.0f} entries a second): {len(findings)} findings"
    )
    if findings:
        sys.exit(1)


@audit.command("seen")
@click.option("--as", "login", required=True, help="Login of whoever may ask.")
def seen(login: str) -> None:
    """Say who has seen a customer. Asks for the whole name or number, which stays out of the
    history of the shell; that it was asked is noted."""
    with records(load_settings()) as sessions:
        by = administrator(sessions, login, Permission.TRACE_CUSTOMER)
        customer = click.prompt("Name, telephone, mail address or account", err=True)
        with sessions.begin() as session:
            found = who_has_seen(session, reader_of(session, by), customer)
    for each in found.people:
        ways = ", ".join(f"{way} {count}" for way, count in each.ways.items())
        unmasked = f"; unmasked: {', '.join(each.fields)}" if each.fields else ""
        click.echo(
            f"{each.person}: {ways}{unmasked}; {', '.join(each.references)};"
            f" {each.first_at.isoformat()} to {each.last_at.isoformat()};"
            f" from {', '.join(each.addresses) or 'nowhere'}"
        )
    click.echo(f"{len(found.references)} cases, {len(found.people)} people")
