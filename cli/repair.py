"""What is held up, and trying it again, from a terminal."""

import sys

import click

from cli.installed import both_engines
from cli.who import AS_HELP, person
from desk.repair import RepairShop
from domain.errors import Refused
from engine.repair import Retried
from store.people.bank import read_bank

SAID: dict[Retried, str] = {
    Retried.RESTARTED: "taken up again from its record",
    Retried.TAKEN_UP: "goes on from where it was stuck; nothing is repeated",
    Retried.STEP_HURRIED: "the failing step is being tried now",
    Retried.ASKED: "nothing was failing; it was asked to look again",
    Retried.PAUSED: "somebody has paused it in the engine; it stays so until they let it go on",
    Retried.ENGINE_AWAY: "the engine does not answer; it is told as soon as it is back",
}


@click.command("failed")
def failed() -> None:
    """List the cases that are held up, by cause.

    Leaves with exit status 1 when there are any, or when the engine cannot be asked.
    """
    with both_engines() as (sessions, temporal):
        shop = RepairShop(sessions, temporal)
        found, hands = shop.failed_cases(), {each.incident: each for each in shop.in_hand()}
        with sessions() as session:
            people = read_bank(session).people
    for incident in found.incidents:
        where = "".join(
            f", {part}" for part in (incident.kind, incident.place, *incident.programs) if part
        )
        hand = hands.get(incident.key)
        who = f", in the hands of {people[hand.person].login}" if hand else ""
        click.echo(f"{incident.cause.replace('_', ' ')}{where}: {len(incident.failures)}{who}")
        for each in incident.failures:
            tries = f", {each.attempts} tries" if each.attempts else ""
            since = each.since.isoformat(timespec="seconds")
            what = ": ".join(filter(None, (each.befell, each.error)))
            click.echo(f"  {each.reference} since {since}{tries}: {what}")
    if found.workers is not None:
        click.echo(f"Workers that ask for work: {found.workers}.")
    if found.engine_is_away:
        click.echo("The engine does not answer: this is what the records alone show.", err=True)
    if found.incidents or found.engine_is_away:
        sys.exit(1)
    click.echo("Nothing is held up.")


@click.group("repair")
def repair() -> None:
    """Have held-up cases go on."""


@repair.command("retry")
@click.argument("reference")
@click.option("--as", "login", required=True, help=AS_HELP)
def retry(reference: str, login: str) -> None:
    """Try again now whatever holds REFERENCE up. It is noted in the audit."""
    with both_engines() as (sessions, temporal):
        try:
            retried = RepairShop(sessions, temporal).retry(reference, person(sessions, login))
        except Refused as refused:
            raise click.ClickException(f"Refused: {refused.code}") from refused
    click.echo(f"{reference}: {SAID[retried]}.")
