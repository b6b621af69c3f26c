"""The redress command: one verb per thing an operator does."""

from typing import Any, NoReturn

import click

from cli.attachments import attachments
from cli.audit import audit
from cli.calendar_apply import apply
from cli.calendars import calendar
from cli.certificates import certificates
from cli.explain import explain
from cli.import_file import import_file
from cli.invite import invite
from cli.listening import listening
from cli.policy import policy
from cli.repair import failed, repair
from cli.replay import replay_command
from cli.token import token
from cli.up.prepare import migrate_command, namespace_command
from cli.up.trial import trial
from cli.up.up import up
from cli.verify import verify
from config import SettingsRefused
from embedded.problems import SetupProblem
from embedded.process_exit import leave_after
from store.database import DatabaseAway, UnsafeDatabase


class _OneSentence(click.Group):
    """What the person can put right is one sentence; only our own mistakes show a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except (SetupProblem, SettingsRefused, UnsafeDatabase) as problem:
            raise click.ClickException(str(problem)) from problem
        except DatabaseAway as away:
            reason = str(getattr(away, "orig", away)).strip().partition("\n")[0]
            raise click.ClickException(f"PostgreSQL does not answer: {reason}") from away


@click.group(cls=_OneSentence)
def main() -> None:
    """Redress: complaints against banks, each one a durable workflow."""


main.add_command(up)
main.add_command(migrate_command)
main.add_command(namespace_command)
main.add_command(certificates)
main.add_command(attachments)
main.add_command(audit)
main.add_command(import_file)
main.add_command(explain)
main.add_command(invite)
main.add_command(token)
main.add_command(trial)
main.add_command(listening)
main.add_command(calendar)
calendar.add_command(apply)
main.add_command(policy)
main.add_command(verify)
main.add_command(failed)
main.add_command(repair)
main.add_command(replay_command)


def run() -> NoReturn:
    """The whole of the process `redress`."""
    leave_after(main)


if __name__ == "__main__":
    run()
