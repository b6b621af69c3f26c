"""Setting up a bank at the console: invitations, and files of units and people."""

import stat
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from cli.invite import invite
from cli.people import people
from cli.second_factor import second_factor
from store.database import Sessions
from store.evidence.audit import CONSOLE, Action
from store.people.passwords import set_password
from store.people.second_factors import set_factor
from store.tables import AuditRow, PersonRow, UnitRow
from tests.big_bank import lines, people_file, table, units_file

pytestmark = pytest.mark.usefixtures("ada")


@pytest.fixture
def ada(terminal: CliRunner, sessions: Sessions) -> None:
    """The first administrator, let in by the console; again, she has one more link."""
    said = terminal.invoke(invite, ["ada", "--role", "administrator"])
    assert said.exit_code == 0, said.output


def noted(sessions: Sessions, action: Action) -> list[str]:
    with sessions() as session:
        return list(session.scalars(select(AuditRow.by).where(AuditRow.action == action)))


def write(folder: Path, name: str, content: bytes) -> str:
    file = folder / name
    file.write_bytes(content)
    return str(file)


def test_a_link_is_at_the_address_that_the_pages_have_and_in_the_audit(
    terminal: CliRunner, sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REDRESS_BASE_URL", "https://complaints.bank.example")
    said = terminal.invoke(invite, ["ada"])
    assert said.exit_code == 0, said.output
    assert said.stdout.startswith("https://complaints.bank.example/invitations/")
    assert set(noted(sessions, Action.INVITED)) == {CONSOLE}


def test_nobody_known_is_let_in_as_something_else_without_a_word(
    terminal: CliRunner, sessions: Sessions
) -> None:
    for other in (["--role", "hr"], ["--unit", "elsewhere"], ["--name", "Somebody Else"]):
        said = terminal.invoke(invite, ["ada", *other])
        assert said.exit_code == 1
        assert "ada works here already, with another" in said.output
    with sessions() as session:
        ada = session.scalars(select(PersonRow).where(PersonRow.login == "ada")).one()
        assert ada.roles == ["administrator"]


def test_somebody_new_needs_a_role_and_a_unit_that_there_is(terminal: CliRunner) -> None:
    said = terminal.invoke(invite, ["nora"])
    assert "Nobody logs in as nora yet. Say as what: --role." in said.output
    said = terminal.invoke(invite, ["nora", "--role", "handler", "--unit", "moon"])
    assert "there is no such unit." in said.output
    said = terminal.invoke(invite, ["no ra", "--role", "handler"])
    assert "login takes letters, digits and . _ @ - only, at most 64." in said.output


def test_a_further_administrator_is_one_when_the_first_agrees(
    terminal: CliRunner, sessions: Sessions
) -> None:
    said = terminal.invoke(invite, ["alma", "--role", "administrator", "--role", "hr"])
    assert "alma becomes an administrator when another one agrees." in said.output
    with sessions() as session:
        alma = session.scalars(select(PersonRow).where(PersonRow.login == "alma")).one()
        assert alma.roles == ["hr"]


def test_files_are_rehearsed_then_loaded_and_change_nothing_the_second_time(
    terminal: CliRunner, sessions: Sessions, tmp_path: Path
) -> None:
    files = [write(tmp_path, "units.csv", units_file()), write(tmp_path, "p.csv", people_file())]
    said = terminal.invoke(people, ["load", *files, "--dry-run"])
    assert said.exit_code == 0, said.output
    assert "units.csv, line 3: branch-01, new" in said.output
    assert "people: 1000 would be new, 0 would be changed, 0 as they are." in said.output
    assert said.output.endswith("Nothing was changed.\n")
    with sessions() as session:
        assert session.scalars(select(UnitRow.id)).all() == ["head-office"]

    said = terminal.invoke(people, ["load", *reversed(files), "--as", "ada"])
    assert said.exit_code == 0, said.output
    assert "units: 199 new, 1 changed, 0 as they are." in said.output
    assert "people: 1000 new, 0 changed, 0 as they are." in said.output
    said = terminal.invoke(people, ["load", *files])
    assert "people: 0 new, 0 changed, 1000 as they are." in said.output


def test_what_is_wrong_is_told_by_file_and_line_and_nothing_is_loaded(
    terminal: CliRunner, sessions: Sessions, tmp_path: Path
) -> None:
    units = table(list(lines("unit|name|level|under", "ring|Ring|outlet|ring")))
    rows = ["login|name|unit|roles", "x1|X|moon|wizard", "x1|X|ring|handler"]
    files = [
        write(tmp_path, "units.csv", units),
        write(tmp_path, "people.csv", table(list(lines(*rows)))),
    ]
    said = terminal.invoke(people, ["load", *files])
    assert said.exit_code == 1
    for line in (
        "wrong: units.csv, line 2: by its parent this unit would stand below itself ('ring')",
        "wrong: people.csv, line 2: roles is a word that nobody here knows ('wizard')",
        "wrong: people.csv, line 2: there is no such unit ('moon')",
        "wrong: people.csv, line 3: login stands here a second time, after line 2 ('x1')",
        "Error: 4 things are wrong. Nothing was changed.",
    ):
        assert line in said.output
    with sessions() as session:
        assert session.scalar(select(PersonRow.id).where(PersonRow.login == "x1")) is None


def test_two_files_of_one_kind_are_not_taken_for_two(terminal: CliRunner, tmp_path: Path) -> None:
    files = [write(tmp_path, name, units_file(3)) for name in ("a.csv", "b.csv")]
    said = terminal.invoke(people, ["load", *files])
    assert "a.csv and b.csv are both files of units" in said.output


def test_links_for_all_newcomers_go_into_a_file_that_only_their_maker_reads(
    terminal: CliRunner, sessions: Sessions, tmp_path: Path
) -> None:
    with sessions.begin() as session:
        ada = session.scalars(select(PersonRow.id).where(PersonRow.login == "ada")).one()
        set_password(session, ada, "four plain words here")
        newcomers = session.scalars(select(PersonRow.login).where(PersonRow.id != ada)).all()
    file = tmp_path / "links.csv"
    refused = terminal.invoke(people, ["links", str(file), "--as", "nobody"])
    assert "Nobody who works here logs in as nobody" in refused.output
    assert not file.exists(), "the same name is free for the next try"
    said = terminal.invoke(people, ["links", str(file)])
    assert said.exit_code == 0, said.output
    rows = file.read_text(encoding="utf-8-sig").splitlines()
    assert [row.split(",")[0] for row in rows] == ["login", *sorted(newcomers)]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    again = terminal.invoke(people, ["links", str(file)])
    assert again.exit_code == 1
    assert "Name a new file." in again.output


def test_the_last_administrator_who_lost_the_second_factor_is_helped_at_the_console(
    terminal: CliRunner, sessions: Sessions
) -> None:
    with sessions.begin() as session:
        ada = session.scalars(select(PersonRow.id).where(PersonRow.login == "ada")).one()
        set_factor(session, ada, b"sealed", step=0)
    own = terminal.invoke(second_factor, ["reset", "ada", "--as", "ada"])
    assert own.exit_code == 1
    assert "Nobody takes their own away" in own.output
    done = terminal.invoke(second_factor, ["reset", "ada"])
    assert done.exit_code == 0, done.output
    assert "is taken away" in done.output
    assert noted(sessions, Action.SECOND_FACTOR_RESET) == [CONSOLE]
    assert "has no second factor" in terminal.invoke(second_factor, ["reset", "ada"]).output
    nobody = terminal.invoke(second_factor, ["reset", "nobody"])
    assert "Nobody who works here logs in as nobody" in nobody.output
