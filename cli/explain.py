"""redress explain: why a case is due when it is, and whether the date still proves itself."""

import click
from flask import render_template
from flask_babel import force_locale

from cli.installed import records
from config import load_settings
from domain.errors import Refused
from store.evidence.proofs import Proof, proofs_of
from web import create_app

HOLDS = {
    "en": "Computed again from that policy and that calendar: the same, day by day.",
    "zh": "按该政策和该日历重新计算：逐日完全一致。",
}
FAILS = {
    "en": "COMPUTED AGAIN, IT IS NOT THE SAME: the row was altered, or the program counts anew.",
    "zh": "重新计算的结果不一致：记录被改动，或程序的算法已不同。",
}
MISSING = {
    "en": "THE POLICY GIVES THIS CLOCK, AND NO ROW HAS IT: {clock}",
    "zh": "政策规定了此时限，但没有记录：{clock}",
}


@click.command("explain")
@click.argument("reference")
@click.argument("clock", required=False)
@click.option("--language", type=click.Choice(["en", "zh"]), default="en", show_default=True)
def explain(reference: str, clock: str | None, language: str) -> None:
    """Print each date of the case REFERENCE day by day, or that of one CLOCK, and compute it again.

    Ends with status 1 when a date that was stored is not the one the rules give.
    """
    settings = load_settings()
    with records(settings) as sessions:
        try:
            with sessions() as session:
                proofs = proofs_of(session, reference)
        except Refused as refused:
            raise click.ClickException(f"There is no case {reference}.") from refused
        wanted = [each for each in proofs.clocks if clock in (None, each.clock.key)]
        missing = [each for each in proofs.missing if clock in (None, each)]
        if not wanted and not missing:
            raise click.ClickException(f"Case {reference} has no clock {clock or 'at all'}.")
        # The pages' own words and filters: a date is explained in one way only.
        with create_app(settings, sessions=sessions).test_request_context(), force_locale(language):
            for each in wanted:
                click.echo(_told(each, language))
        for key in missing:
            click.echo(MISSING[language].format(clock=key))
    if missing or not all(each.holds for each in wanted):
        raise SystemExit(1)


def _told(proof: Proof, language: str) -> str:
    text = render_template("casework/proof.txt", clock=proof.clock, proof=proof.stored)
    verdict = HOLDS if proof.holds else FAILS
    return f"{text}\n  {verdict[language]}\n"
