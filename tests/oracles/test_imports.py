"""Real complaints of two authorities: each becomes a case with its workflow, once, and its dates
prove themselves."""

import asyncio
import os
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select
from temporalio.client import Client

from cli.explain import explain
from cli.import_file import import_file
from config import Settings
from domain.statuses import TaskKind
from store.database import Sessions
from store.evidence.proofs import proofs_of
from store.tables import CaseRow, ComplaintRow, NoticeRow, TaskRow
from tests.installation import at_work, environment
from tests.waiting import eventually

pytestmark = pytest.mark.timeout(600)

DATA = Path(os.environ["DATA"])
FILES = [
    ("cfpb", DATA / "cfpb_complaints_dev.csv", 3_399),
    ("messages", DATA / "zh_messages_dev.jsonl", 541),
]
WHOLE = sum(rows for _, _, rows in FILES)


@pytest.fixture(scope="module", autouse=True)
async def said(
    settings: Settings, client: Client, sessions: Sessions, bank: None
) -> Mapping[str, Sequence[str]]:
    """Each file is handed in twice, and what was said of it. The worker has ended before anybody
    asks: the tests below take long, and its loop would stand still while they do."""
    del bank
    terminal = CliRunner(env=environment(settings))

    async def hand_in(mapping: str, file: Path) -> str:
        asked = [str(file), "--mapping", mapping]
        return (await asyncio.to_thread(terminal.invoke, import_file, asked)).stdout

    async def all_are_listed() -> bool:
        return (await client.count_workflows('WorkflowType = "Case"')).count == WHOLE

    async with at_work(settings, client, sessions):
        heard = {name: [await hand_in(name, file) for _ in range(2)] for name, file, _ in FILES}
        await eventually("the engine lists what it has started", all_are_listed)
    return heard


def test_both_files_come_in_whole_and_once(
    said: Mapping[str, Sequence[str]], sessions: Sessions
) -> None:
    for mapping, _, rows in FILES:
        first, again = said[mapping]
        assert first.startswith(f"{rows} rows received, 0 were known already, 0 refused")
        assert f"{rows} workflows have started." in first
        assert again.startswith(f"0 rows received, {rows} were known already, 0 refused")
    with sessions() as session:
        assert session.scalar(select(func.count(CaseRow.reference))) == WHOLE
        assert session.scalar(select(func.count(NoticeRow.id))) == 0
        told = select(func.count(TaskRow.id)).where(TaskRow.kind != TaskKind.DUTY)
        assert session.scalar(told) == 0, "tasks of offices stand there, and nobody is called up"
        assert set(session.scalars(select(CaseRow.version))) == {1}


def test_receipt_times_are_those_of_the_files(sessions: Sessions) -> None:
    with sessions() as session:
        oldest, newest = session.execute(
            select(func.min(ComplaintRow.received_at), func.max(ComplaintRow.received_at))
        ).one()
    assert oldest == datetime.fromisoformat("2015-05-20T00:00:00+08:00")
    assert newest == datetime.fromisoformat("2020-03-19T00:00:00+08:00")


def test_every_date_of_every_imported_case_proves_itself(
    sessions: Sessions, terminal: CliRunner
) -> None:
    with sessions() as session:
        references = session.scalars(select(CaseRow.reference).order_by(CaseRow.reference)).all()
        for reference in references:
            proofs = proofs_of(session, reference)
            assert proofs.clocks
            assert not proofs.missing
            assert all(each.holds for each in proofs.clocks), reference
    for reference in references[:: len(references) // 10]:
        told = terminal.invoke(explain, [reference])
        assert told.exit_code == 0, told.output
