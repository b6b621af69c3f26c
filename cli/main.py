"""The redress command: one verb per thing an operator does."""

import click


@click.group()
def main() -> None:
    """Redress: complaints against banks, each one a durable workflow."""
