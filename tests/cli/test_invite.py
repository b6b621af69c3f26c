"""The link by which the first administrator of a bank comes in."""

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from cli.invite import invite
from config import Settings
from store.database import Sessions
from store.people import use_invitation
from store.tables import PersonRow, UnitRow


def test_an_empty_bank_gets_its_head_office_and_its_first_administrator(
    settings: Settings, sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REDRESS_VAR_DIR", str(settings.var_dir))
    monkeypatch.setenv("DATABASE_URL", settings.database_url)
    monkeypatch.setenv("TEMPORAL_ADDRESS", settings.temporal_address)

    said = CliRunner().invoke(invite, ["ada", "--role", "administrator"])

    assert said.exit_code == 0, said.output
    link = said.stdout.splitlines()[0]
    with sessions.begin() as session:
        person = use_invitation(session, link.rsplit("/", 1)[1], "four plain words here")
        row = session.get_one(PersonRow, person)
        assert (row.login, row.roles) == ("ada", ["administrator"])
        assert session.scalars(select(UnitRow.id)).all() == ["head-office"]
