"""What an operator sees of held-up cases from a terminal, on the real engines."""

import asyncio
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from temporalio.client import Client

from cli.repair import failed, repair
from cli.replay import replay_command
from engine.delivery import start_case
from store.cases.receipts import receive
from store.database import Sessions
from tests.builders import a_complaint, actor
from tests.temporal import pause
from tests.waiting import eventually, taken_up
from workflows.names import case_workflow_id

RECORDED = Path(__file__).parent.parent / "replay"


async def typed(terminal: CliRunner, command: object, *words: str) -> Result:
    """What a command says; in a thread, as it runs a loop of its own."""
    return await asyncio.to_thread(terminal.invoke, command, list(words))  # type: ignore[arg-type]


@pytest.mark.usefixtures("bank", "working")
async def test_a_held_up_case_is_retried_and_running_ones_replay(
    terminal: CliRunner, sessions: Sessions, client: Client
) -> None:
    said = await typed(terminal, failed)
    assert said.exit_code == 0
    assert "Nothing is held up." in said.output

    with sessions.begin() as session:
        reference = receive(session, a_complaint(), actor("ines")).reference
    await start_case(client, reference)
    handle = client.get_workflow_handle(case_workflow_id(reference))
    await taken_up(client, reference)
    await handle.terminate(reason="by hand")

    said = await typed(terminal, repair, "retry", reference, "--as", "sun")
    assert said.exit_code == 1
    assert "not_your_role" in said.output
    said = await typed(terminal, repair, "retry", reference, "--as", "stranger")
    assert "Nobody who works here logs in as stranger." in said.output
    said = await typed(terminal, repair, "retry", reference, "--as", "ada")
    assert said.output == f"{reference}: taken up again from its record.\n"

    async def replayed() -> Result | None:
        said = await typed(terminal, replay_command, "--strict")
        return said if "1 histories" in said.output else None

    said = await eventually("the engine lists the history", replayed)
    assert "0 would not go on as they began" in said.output
    assert said.exit_code == 0


@pytest.mark.usefixtures("bank", "working")
async def test_of_a_paused_case_it_is_told_that_it_stays_so(
    terminal: CliRunner, sessions: Sessions, client: Client
) -> None:
    with sessions.begin() as session:
        reference = receive(session, a_complaint(), actor("ines")).reference
    await start_case(client, reference)
    await taken_up(client, reference)
    await pause(client, reference, by="olga@operations")
    said = await typed(terminal, repair, "retry", reference, "--as", "ada")
    assert said.exit_code == 0, said.exception
    assert f"{reference}: somebody has paused it in the engine" in said.output


async def test_recorded_histories_are_replayed_from_their_files(terminal: CliRunner) -> None:
    files = [str(file) for file in sorted(RECORDED.glob("*.json"))]
    said = await typed(terminal, replay_command, *files)
    assert said.exit_code == 0, said.output
    assert f"{len(files)} histories replayed: 0" in said.output
