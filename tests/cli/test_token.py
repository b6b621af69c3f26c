"""A token's life from the command line."""

from click.testing import CliRunner
from sqlalchemy import select

from cli.account import account_here
from cli.main import main
from cli.token import token
from cli.who import WAITS
from domain.approvals import ApprovalOutcome
from store.approvals.lists import to_decide
from store.approvals.requests import decide
from store.database import Sessions
from store.evidence.audit import Action
from store.people.tokens import read_tokens, use_token
from store.tables import AuditRow
from tests.builders import actor, reader

WANTED = ["--unit", "east-branch", "--channel", "internet", "--first-owner", "ines"]


def test_a_token_is_made_shown_once_listed_and_revoked(
    terminal: CliRunner, sessions: Sessions, bank: None
) -> None:
    create = ["token", "create", "online-bank", *WANTED, "--as", "ada"]
    assert "Say why, with --reason." in terminal.invoke(main, create).output
    asked = terminal.invoke(main, [*create, "--reason", "the new branch"])
    assert (asked.exit_code, asked.stdout) == (WAITS, ""), asked.output
    assert terminal.invoke(main, create).exit_code == WAITS, "it waits still"
    with sessions.begin() as session:
        assert read_tokens(session) == ()
        [request] = to_decide(session, reader("alma"))
        assert request.at_console == account_here()
        decide(session, request.id, ApprovalOutcome.APPROVED, by=actor("alma"),
               carry_out=lambda *_: None)  # fmt: skip
    other = terminal.invoke(main, [*create, "--channel", "phone", "--reason", "more"])
    assert other.exit_code == WAITS, "agreed to was something else"
    with sessions.begin() as session:
        [wider] = to_decide(session, reader("alma"))
        decide(session, wider.id, ApprovalOutcome.DECLINED, by=actor("alma"), why="Too wide.",
               carry_out=lambda *_: None)  # fmt: skip
    made = terminal.invoke(main, create)
    assert made.exit_code == 0, made.output
    with sessions() as session:
        noted = session.execute(
            select(AuditRow.by, AuditRow.address, AuditRow.facts["approved_by"].astext).where(
                AuditRow.action == Action.TOKEN_CREATED
            )
        ).all()
    assert [tuple(each) for each in noted] == [("ada", f"console/{account_here()}", "alma")]
    assert terminal.invoke(main, create).exit_code == 1, "one agreement makes one token"
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
