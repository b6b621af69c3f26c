"""Whether the worker here listens: what a container engine asks to know if the worker is well."""

import sys
import time

import click

from config import load_settings

TOO_LONG_SECONDS = 120
"""Without a question for work (default). One waits a minute for its answer, and is asked again."""


@click.command()
def listening() -> None:
    """Succeed when the worker of this machine and folder has asked for work lately."""
    try:
        asked = load_settings().listening_file.stat().st_mtime
    except FileNotFoundError:
        click.echo("The worker here has not asked for work yet.", err=True)
        sys.exit(1)
    seconds = time.time() - asked
    click.echo(
        f"The worker here asked for work {seconds:.0f} s ago.", err=seconds > TOO_LONG_SECONDS
    )
    if seconds > TOO_LONG_SECONDS:
        sys.exit(1)
