"""Real complaints of two authorities: each becomes a case with its workflow, once, and its dates
prove themselves."""

import asyncio
import os
from datetime import datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select
from temporalio.client import Client

from cli.explain import explain
from cli.import_file import import_file
from domain.statuses import TaskKind
from store.database import Sessions
from store.evidence.proofs import proofs_of
from store.tables import CaseRow, ComplaintRow, NoticeRow, TaskRow
from tests.waiting import eventually

pytestmark = pytest.mark.usefixtures("bank", "terminal")

DATA = Path(os.environ["DATA"])
FILES = [
    ("cfpb", DATA / "cfpb_complaints_dev.csv", 3_399),
    ("messages", DATA / "zh_messages_dev.jsonl", 541),
]


@pytest.mark.usefixtures("working")
@pytest.mark.timeout(600)
async def test_both_files_come_in_whole_and_once(sessions: Sessions, client: Client) -> None:
    for mapping, file, rows in FILES:
        command = [str(file), "--mapping", mapping]
        first = await asyncio.to_thread(CliRunner().invoke, import_file, command)
        again = await asyncio.to_thread(CliRunner().invoke, import_file, command)
        assert first.stdout.startswith(f"{rows} rows received, 0 were known already, 0 refused")
        assert f"{rows} workflows have started." in first.stdout
        assert again.stdout.startswith(f"0 rows received, {rows} were known already, 0 refused")

    whole = sum(rows for _, _, rows in FILES)
    with sessions() as session:
        assert session.scalar(select(func.count(CaseRow.reference))) == whole
        assert session.scalar(select(func.count(NoticeRow.id))) == 0
        told = select(func.count(TaskRow.id)).where(TaskRow.kind != TaskKind.DUTY)
        assert session.scalar(told) == 0, "tasks of offices stand there, and nobody is called up"
        assert set(session.scalars(select(CaseRow.version))) == {1}

    async def all_are_listed() -> bool:
        return (await client.count_workflows('WorkflowType = "Case"')).count == whole

    await eventually("the engine lists what it has started", all_are_listed)


def test_receipt_times_are_those_of_the_files(sessions: Sessions) -> None:
    with sessions() as session:
        oldest, newest = session.execute(
            select(func.min(ComplaintRow.received_at), func.max(ComplaintRow.received_at))
        ).one()
    assert oldest == datetime.fromisoformat("2015-05-20T00:00:00+08:00")
    assert newest == datetime.fromisoformat("2020-03-19T00:00:00+08:00")


def test_every_date_of_every_imported_case_proves_itself(sessions: Sessions) -> None:
    with sessions() as session:
        references = session.scalars(select(CaseRow.reference).order_by(CaseRow.reference)).all()
        for reference in references:
            proofs = proofs_of(session, reference)
            assert proofs.clocks
            assert not proofs.missing
            assert all(each.holds for each in proofs.clocks), reference
    for reference in references[:: len(references) // 10]:
        said = CliRunner().invoke(explain, [reference])
        assert said.exit_code == 0, said.output
