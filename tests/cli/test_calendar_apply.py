"""`redress calendar apply`: days announced later, for open cases, on the real engines."""

import asyncio
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cli.main import main
from cli.who import WAITS
from domain.approvals import SHOWN, ApprovalOutcome
from rulebook.calendars import CALENDARS
from store.approvals.lists import to_decide
from store.approvals.requests import decide
from store.cases.journal import standing_of
from store.cases.receipts import receive
from store.database import Sessions
from tests.builders import a_bank, a_complaint, actor, reader


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The calendars of the bank, whose office now closes an hour earlier."""
    folder = tmp_path / "calendars"
    shutil.copytree(CALENDARS, folder)
    office = folder / "cn.yaml"
    office.write_text(office.read_text().replace("09:00-17:00", "09:00-16:00"))
    return folder


@pytest.mark.usefixtures("working")
async def test_an_administrator_sees_what_moves_and_then_moves_it_once(
    terminal: CliRunner, sessions: Sessions, folder: Path
) -> None:
    async def typed(*words: str, answer: str = "") -> Result:
        command = ["calendar", "apply", "cn", "--folder", str(folder), *words]
        return await asyncio.to_thread(terminal.invoke, main, command, input=answer)

    complaint = a_complaint(received_at=datetime.now(UTC))
    with sessions.begin() as session:
        a_bank(session)
        reference = receive(session, complaint, actor("ines")).reference

    def due_at() -> datetime:
        with sessions() as session:
            found = standing_of(session, reference).clocks[0].due_at
        assert found is not None
        return found

    before = due_at()
    assert "sun is no administrator." in (await typed("--as", "sun")).output
    for words, answer in ((("--dry-run",), ""), ((), "n\n")):
        said = (await typed("--as", "ada", *words, answer=answer)).output
        assert "due dates that move: 1, in cases: 1" in said
        assert f"  {reference}  reply: " in said
        assert due_at() == before

    assert "Say why, with --reason." in (await typed("--as", "ada", "--yes")).output
    card = await typed("--as", "ada", "--yes", "--reason", "card 6222 0212 3456 7890 128")
    assert (card.exit_code, "looks like the number of a card" in card.output) == (1, True)
    asked = await typed("--as", "ada", "--reason", "the new hours", answer="y\n")
    assert asked.exit_code == WAITS, asked.output
    assert due_at() == before
    with sessions.begin() as session:
        [request] = to_decide(session, reader("alma"))
        assert reference in str(request.request[SHOWN]["changes"])
        decide(session, request.id, ApprovalOutcome.APPROVED, by=actor("alma"),
               carry_out=lambda *_: None)  # fmt: skip

    said = (await typed("--as", "ada", answer="y\n")).output
    assert "1 of 1 cases count their days by cn@" in said
    assert (before - due_at()).total_seconds() == 3600
    said = (await typed("--as", "ada", "--yes")).output
    assert "Every open case counts its days by cn@" in said
