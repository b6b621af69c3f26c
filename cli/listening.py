"""Whether the worker here listens: what a container engine asks to know if the worker is well."""

import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import click

from config import load_settings
from domain.upkeep import HEARD_WITHIN

MOVES_WITHIN_SECONDS = 15
"""Without a sign of life (default); a worker gives one every five."""


@click.command()
def listening() -> None:
    """Succeed when each worker of this machine and folder moves, and the engine hears it."""
    own = load_settings().listening_file
    several = sorted(each for each in own.parent.glob("run/worker-*") if each.is_dir())
    for each in several:
        _want_well(each / own.name, each.name)
    if not several:
        _want_well(own, "The worker here")


def _want_well(file: Path, who: str) -> None:
    """Leave with status 1 unless the worker of this file is."""
    try:
        still = time.time() - file.stat().st_mtime
        asked = datetime.fromisoformat(file.read_text().strip())
    except (FileNotFoundError, ValueError):
        click.echo(f"{who} has not asked for work yet.", err=True)
        sys.exit(1)
    unheard = (datetime.now(UTC) - asked).total_seconds()
    if still > MOVES_WITHIN_SECONDS:
        click.echo(f"{who} has not moved for {still:.0f} s: it hangs, or has ended.", err=True)
        sys.exit(1)
    if unheard > HEARD_WITHIN.total_seconds():
        click.echo(
            f"{who} moves, but the engine last heard it {unheard:.0f} s ago: look at the"
            " network between them and at the engine.",
            err=True,
        )
        sys.exit(1)
    click.echo(f"{who} moves, and asked for work {unheard:.0f} s ago.")
