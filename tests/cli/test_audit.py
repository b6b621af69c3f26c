"""From a terminal, journals are proved whole, and what is wrong or was not looked at is named."""

import pytest
from click.testing import CliRunner
from sqlalchemy import text

from cli.audit import audit
from cli.verify import verify
from store.cases.receipts import receive
from store.database import Sessions
from store.evidence.audit import Action, note
from tests.builders import a_complaint, actor


def test_leaks_that_nobody_could_look_for_are_not_said_to_be_none(terminal: CliRunner) -> None:
    """This installation's Temporal keeps its files elsewhere, as in production."""
    assert terminal.invoke(verify, []).exit_code == 0
    said = terminal.invoke(verify, ["--leaks"])
    assert said.exit_code == 2
    assert "Leaks: not looked for." in said.stderr


@pytest.mark.usefixtures("bank")
def test_whole_journals_pass_and_an_altered_entry_is_named(
    terminal: CliRunner, sessions: Sessions
) -> None:
    with sessions.begin() as session:
        reference = receive(session, a_complaint(), actor("ines")).reference
    said = terminal.invoke(audit, ["heads"])
    assert said.exit_code == 0, said.output

    said = terminal.invoke(audit, ["verify"])
    assert said.exit_code == 0, said.output
    assert said.stdout.startswith("1 entries and 1 heads verified in ")
    assert said.stdout.endswith(" entries a second): 0 findings\n")

    with sessions.begin() as session:
        session.execute(text("alter table journal disable trigger user"))
        session.execute(text("update journal set by = 'somebody'"))
        session.execute(text("alter table journal enable trigger user"))
    said = terminal.invoke(audit, ["verify"])
    assert said.exit_code == 1
    assert said.stdout.startswith(f"entry_altered: {reference} entry 1\n1 entries and 1 heads ")
    assert said.stdout.endswith(": 1 findings\n")


@pytest.mark.usefixtures("bank")
def test_who_has_seen_a_customer_is_asked_by_a_number_that_no_history_keeps(
    terminal: CliRunner, sessions: Sessions
) -> None:
    with sessions.begin() as session:
        seen = receive(session, a_complaint(phone="13700000001"), actor("ines")).reference
        note(session, Action.LOOKED_AT_COMPLAINT, by="han", subject=seen)
    told = terminal.invoke(audit, ["seen", "--as", "ada"], input="+86 137 0000 0001\n")
    assert told.exit_code == 0, told.output
    assert f"han: looked_at_complaint 1; {seen};" in told.stdout
    assert told.stdout.endswith("1 cases, 1 people\n")
    refused = terminal.invoke(audit, ["seen", "--as", "han"], input="1\n")
    assert refused.exit_code == 1
