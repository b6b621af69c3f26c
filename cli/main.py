"""The redress command: one verb per thing an operator does."""

import click

from cli.calendars import calendar
from cli.vectors import vectors


@click.group()
def main() -> None:
    """Redress: complaints against banks, each one a durable workflow."""


main.add_command(calendar)
main.add_command(vectors)
