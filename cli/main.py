"""The redress command: one verb per thing an operator does."""

import sys
from collections.abc import Mapping
from importlib import import_module
from typing import Any, NoReturn

import click

from cli.account import account_here
from config import SettingsRefused
from embedded.problems import SetupProblem
from embedded.process_exit import leave_after
from store.asked_from import ACCOUNT_AT_CONSOLE, ASKED_FROM

VERBS: Mapping[str, str] = {
    "up": "cli.up.up:up",
    "production": "cli.up.production:production",
    "migrate": "cli.up.prepare:migrate_command",
    "namespace": "cli.up.prepare:namespace_command",
    "certificates": "cli.certificates:certificates",
    "attachments": "cli.attachments:attachments",
    "audit": "cli.audit:audit",
    "keys": "cli.personal.keys:keys",
    "erase": "cli.personal.erase:erase",
    "import": "cli.import_file:import_file",
    "event-log": "cli.event_log:event_log",
    "explain": "cli.explain:explain",
    "invite": "cli.invite:invite",
    "people": "cli.people:people",
    "second-factor": "cli.second_factor:second_factor",
    "token": "cli.token:token",
    "trial": "cli.up.trial:trial",
    "listening": "cli.listening:listening",
    "calendar": "cli.calendars.apply:calendar_group",
    "policy": "cli.policy:policy",
    "verify": "cli.verify:verify",
    "failed": "cli.repair:failed",
    "repair": "cli.repair:repair",
    "replay": "cli.replay:replay_command",
}
"""Where each verb is. Only the one that is asked for is loaded: all of them are a hundred MiB."""


class _Verbs(click.Group):
    """What the person can put right is one sentence; only our own mistakes show a traceback."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*super().list_commands(ctx), *VERBS})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in VERBS:
            return super().get_command(ctx, cmd_name)
        module, _mark, name = VERBS[cmd_name].partition(":")
        found: click.Command = getattr(import_module(module), name)
        return found

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        for typed in args:
            shown = typed.encode(errors="replace").decode()
            if shown != typed:  # No record, no log and no terminal takes half a character.
                raise click.UsageError(
                    f"{shown!r} holds bytes that are no text in UTF-8. Type it again; if it is the"
                    " name of a file, rename the file."
                )
        return super().parse_args(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        ASKED_FROM.set(f"{ACCOUNT_AT_CONSOLE}{account_here()}")
        try:
            return super().invoke(ctx)
        except (SetupProblem, SettingsRefused) as problem:
            raise click.ClickException(str(problem)) from problem
        except Exception as failure:
            sentence = _of_the_database(failure)
            if sentence is None:
                raise
            raise click.ClickException(sentence) from failure


def _of_the_database(failure: Exception) -> str | None:
    """What to say of a failure that is PostgreSQL's, or of what is kept there; None of another
    one. A verb that has not loaded what speaks to it cannot have met one, and is left light.
    """
    if "store.database" not in sys.modules:
        return None
    from store.database import DatabaseAway, UnsafeDatabase
    from store.personal import KeyMissing

    if isinstance(failure, UnsafeDatabase):
        return str(failure)
    if isinstance(failure, KeyMissing):
        return f"{failure}."
    if isinstance(failure, DatabaseAway):
        reason = str(getattr(failure, "orig", failure)).strip().partition("\n")[0]
        return f"PostgreSQL does not answer: {reason}"
    return None


@click.group(cls=_Verbs)
def main() -> None:
    """Redress: complaints against banks, each one a durable workflow."""


def run() -> NoReturn:
    """The whole of the process `redress`."""
    leave_after(main)


if __name__ == "__main__":
    run()
