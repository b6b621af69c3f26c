"""redress replay: can today's code carry on what yesterday's began?"""

import asyncio
import gc
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import click
from temporalio.client import WorkflowHistory

from config import load_settings
from engine.connection import connect
from engine.replay import open_histories, replay
from worker import WORKFLOWS


@click.command("replay")
@click.option("--strict", is_flag=True, help="Compare deadlines, arguments and time-outs too.")
@click.argument("files", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path))
def replay_command(strict: bool, files: tuple[Path, ...]) -> None:
    """Replay the histories of all running cases, or those in FILES, against this version.

    Changes nothing anywhere. Run it before a new version is deployed; it leaves with exit status 1
    when a case could not go on under it, or, with --strict, would go on otherwise.
    """
    if not asyncio.run(_replay_all(strict, files)):
        sys.exit(1)


async def _replay_all(strict: bool, files: tuple[Path, ...]) -> bool:
    number = bad = 0
    async for history in _histories(files):
        replayed = await replay(history, WORKFLOWS, strictly=strict)
        number += 1
        if not replayed.is_fine:
            bad += 1
            click.echo(f"{replayed.workflow_id}:")
        if replayed.failure:
            click.echo(f"  cannot go on: {replayed.failure}")
        for difference in replayed.differences:
            click.echo(f"  {difference}")
    kind = "strictly " if strict else ""
    click.echo(f"{number} histories {kind}replayed: {bad} would not go on as they began.")
    gc.collect()  # the client must be gone before its loop is
    return bad == 0


async def _histories(files: tuple[Path, ...]) -> AsyncIterator[WorkflowHistory]:
    """Those in the files, else those of every case that is running."""
    if files:
        for file in files:
            yield WorkflowHistory.from_json(file.stem, file.read_text())
        return
    client = await connect(load_settings())
    async for history in open_histories(client):
        yield history
