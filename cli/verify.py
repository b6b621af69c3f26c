"""Holding PostgreSQL, Temporal and the journals against each other, now."""

import asyncio
import sys
from pathlib import Path

import click

from activities.verification import Verifier
from cli.installed import records
from config import Settings, load_settings
from domain.verification import Disagreement, Verification
from engine.connection import connect
from engine.index import TemporalEngine
from engine.leaks import leaks
from rulebook.upkeep import read_upkeep
from store.database import Sessions
from store.operations.verification import personal_words

WORDS_LOOKED_FOR = 2_000
"""Names, numbers and narratives of so many of the latest complaints (default)."""


@click.command()
@click.option(
    "--every-standing", is_flag=True, help="Ask every unfinished case, not only the latest."
)
@click.option("--leaks", "look_for_leaks", is_flag=True, help="Search embedded Temporal's files.")
def verify(every_standing: bool, look_for_leaks: bool) -> None:
    """Compare rows, workflows and journals, and say what disagrees.

    Leaves with exit status 1 when anything does, and with 2 when nothing was found but not all that
    was asked for could be looked at.
    """
    settings = load_settings()
    with records(settings) as sessions:
        verification = asyncio.run(_verified(settings, sessions, every_standing))
        found = [*verification.disagreements]
        folder = settings.var_dir / "temporal"
        not_looked = look_for_leaks and not any(folder.glob("*.db"))
        if look_for_leaks and not not_looked:
            found += _leaks(sessions, folder)
    for each in found:
        click.echo(f"{each.invariant}: {each.subject}: {each.says}")
    seconds = (verification.finished_at - verification.began_at).total_seconds()
    looked_at = ", ".join(f"{number} {what}" for what, number in verification.looked_at.items())
    click.echo(f"{looked_at}: {len(found)} disagreements in {seconds:.1f} s")
    if not_looked:
        click.echo(
            "Leaks: not looked for. Temporal keeps its state elsewhere, and only the files of an"
            " embedded one can be searched from here.",
            err=True,
        )
    if found or not_looked:
        sys.exit(1 if found else 2)


async def _verified(settings: Settings, sessions: Sessions, every_standing: bool) -> Verification:
    verifier = Verifier(
        sessions,
        TemporalEngine(await connect(settings)),
        upkeep=read_upkeep(),
        heads=settings.heads_dir,
        files=settings.attachments_dir,
        key=settings.journal_key,
    )
    return await verifier.verify(every_standing=every_standing)


def _leaks(sessions: Sessions, folder: Path) -> list[Disagreement]:
    with sessions() as session:
        words = personal_words(session, WORDS_LOOKED_FOR)
    return list(leaks(words, folder))
