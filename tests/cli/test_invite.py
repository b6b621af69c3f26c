"""The link by which the first administrator of a bank comes in."""

from click.testing import CliRunner
from sqlalchemy import select

from cli.invite import invite
from store.database import Sessions
from store.people.passwords import hashed
from store.people.people import use_invitation
from store.tables import PersonRow, UnitRow


def test_an_empty_bank_gets_its_head_office_and_its_first_administrator(
    terminal: CliRunner, sessions: Sessions
) -> None:
    said = terminal.invoke(invite, ["ada", "--role", "administrator"])

    assert said.exit_code == 0, said.output
    link = said.stdout.splitlines()[0]
    with sessions.begin() as session:
        person = use_invitation(session, link.rsplit("/", 1)[1], hashed("four plain words here"))
        row = session.get_one(PersonRow, person)
        assert (row.login, row.roles) == ("ada", ["administrator"])
        assert session.scalars(select(UnitRow.id)).all() == ["head-office"]
