"""The certificates of mutual TLS with Temporal: made once, before anything starts."""

from pathlib import Path

import click

from embedded.certificates import Certificates, ensure_certificates


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--name", "names", multiple=True, required=True, help="How Temporal is reached.")
@click.option("--readable", is_flag=True, help="Let every program that has the folder read it.")
def certificates(folder: Path, names: tuple[str, ...], readable: bool) -> None:
    """Make certificates in FOLDER/server and FOLDER/client; harmless when they are there."""
    made = ensure_certificates(
        Certificates(folder / "server"),
        Certificates(folder / "client"),
        names,
        key_mode=0o644 if readable else 0o600,
    )
    click.echo("The certificates are made." if made else "The certificates are there.")
