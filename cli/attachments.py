"""Looking after the files of attachments."""

import sys
import time

import click

from cli.installed import records
from config import load_settings
from domain.attachments import Wrong
from rulebook.attachments import read_limits
from store.files.attachments import AttachmentFolder, known_digests


@click.group()
def attachments() -> None:
    """The files that lie with cases."""


@attachments.command()
def check() -> None:
    """Find files that are missing, changed, or nobody's.

    Leaves with exit status 1 when one is missing or changed; what is nobody's does no harm.
    """
    settings = load_settings()
    limits = read_limits()
    with records(settings) as sessions, sessions() as session:
        known = known_digests(session)
    folder = AttachmentFolder(settings.attachments_dir)
    found = list(folder.check(known, now=time.time(), orphan_after_hours=limits.orphan_after_hours))
    for finding in found:
        click.echo(f"{finding.wrong}: {finding.what}")
    click.echo(f"{len(known)} files: {len(found)} findings")
    if any(finding.wrong is not Wrong.ORPHAN for finding in found):
        sys.exit(1)
