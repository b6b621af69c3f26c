"""A token's life from the command line."""

from click.testing import CliRunner

from cli.token import token
from store.database import Sessions
from store.people.tokens import read_tokens, use_token

WANTED = ["--unit", "east-branch", "--channel", "internet", "--first-owner", "ines"]


def test_a_token_is_made_shown_once_listed_and_revoked(
    terminal: CliRunner, sessions: Sessions, bank: None
) -> None:
    made = terminal.invoke(token, ["create", "online-bank", *WANTED, "--as", "ada"])
    assert made.exit_code == 0, made.output
    secret = made.stdout.strip()
    with sessions.begin() as session:
        assert use_token(session, secret) is not None
        (known,) = read_tokens(session)

    listed = terminal.invoke(token, ["list"]).stdout
    assert known.id in listed
    assert "online-bank  east-branch by internet  until" in listed
    assert secret not in listed

    revoke = ["revoke", known.id, "--as", "ada"]
    assert terminal.invoke(token, revoke).exit_code == 0
    with sessions.begin() as session:
        assert use_token(session, secret) is None
    assert "There is no token" in terminal.invoke(token, revoke).output
    assert "revoked" in terminal.invoke(token, ["list"]).stdout


def test_only_an_administrator_makes_one_and_for_a_year_at_most(
    terminal: CliRunner, sessions: Sessions, bank: None
) -> None:
    create = ["create", "kiosk", *WANTED]
    assert "han is no administrator" in terminal.invoke(token, [*create, "--as", "han"]).output
    assert terminal.invoke(token, [*create, "--as", "ada", "--days", "366"]).exit_code == 2
    refused = terminal.invoke(
        token, ["create", "Kiosk 1", *WANTED, "--unit", "atlantis", "--as", "ada"]
    )
    assert "there is no such atlantis" in refused.output
    assert "small letters" in refused.output
    with sessions() as session:
        assert {each.system for each in read_tokens(session)} <= {"online-bank"}
