"""Every declared crash point, hit once: the process dies there, and no promise is broken."""

import ast
import asyncio
import signal
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select, text

from crashpoints import POINTS
from domain.events import Event
from domain.upkeep import Chore
from embedded.processes import wait_until
from engine.connection import connect
from store.tables import JournalRow
from tests.builders import a_complaint, actor
from tests.faults.checker import check
from tests.faults.desks import DeskHere
from tests.faults.machine import Machine
from tests.faults.operations import OperationLog, Said
from tests.imap_server import ImapServer, an_imap_server
from tests.mails.post import a_mail
from workflows.names import UPKEEP_QUEUE
from workflows.upkeep import UpkeepWorkflow

AT_THE_DESK = {point for point in POINTS if point.startswith(("receipt.", "file.", "command."))}
IN_A_MAILBOX = {point for point in POINTS if point.startswith("mail.")}
"""Reached by a worker that has a mailbox to read."""
IN_THE_WORKER = POINTS - AT_THE_DESK - IN_A_MAILBOX
SCHEDULED = {
    "checks.told", "heads.drafted", "heads.placed", "heads.written", "verification.found",
    "warnings.told",
}  # fmt: skip
"""Reached by upkeep, which a test asks for at once."""
CUSTOMER, MAILS = "customer@example.org", 3
OURS = ("activities", "desk", "engine", "relay", "store", "workflows")


@pytest.fixture(scope="module")
def imap(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ImapServer]:
    """The server in which mail of the customers comes in."""
    server = an_imap_server(tmp_path_factory.mktemp("imap"))
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def machine(installation: Path, imap: ImapServer) -> Iterator[Machine]:
    with Machine(installation / "crash-points", mailbox_url=imap.url) as machine:
        yield machine


def test_every_declared_point_is_in_the_code_once() -> None:
    root = Path(__file__).parent.parent.parent
    calls = [
        ast.literal_eval(node.args[0])
        for folder in OURS
        for file in (root / folder).rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "crashpoint"
    ]
    assert sorted(calls) == sorted(POINTS)


@pytest.mark.parametrize("point", sorted(AT_THE_DESK))
def test_the_desk_dies_and_the_same_request_comes_again(machine: Machine, point: str) -> None:
    machine.keep_worker()
    assert machine.run_load(point, REDRESS_CRASH_AT=point) == -signal.SIGKILL
    assert machine.run_load(point) == 0


@pytest.mark.parametrize("point", sorted(IN_THE_WORKER))
def test_the_worker_dies_and_comes_back(machine: Machine, point: str) -> None:
    if point == "sweep.missed":
        machine.rest("worker")
        machine.run_load(point, REDRESS_CRASH_AT="receipt.committed")
        lose_messages(machine)
    machine.rest("worker")
    machine.keep_worker(REDRESS_CRASH_AT=point)
    first_life = machine.process("worker")
    if point == "relay.delivered":  # what the desk delivers, the relay finds done
        machine.run_load(point, REDRESS_CRASH_AT="command.stored")
    elif point == "sweep.missed":
        pass  # the sweeper looks by itself, as soon as the worker runs
    elif point in SCHEDULED:
        asyncio.run(start_chores(machine, point))
    else:
        assert machine.run_load(point) == 0
    assert first_life.wait(timeout=60) == -signal.SIGKILL


@pytest.mark.parametrize("point", sorted(IN_A_MAILBOX))
def test_the_reader_of_a_mailbox_dies_and_each_mail_is_with_its_case_once(
    machine: Machine, imap: ImapServer, point: str
) -> None:
    machine.rest("worker")
    reference = a_case_of_the_customer(machine)
    for number in range(MAILS):
        imap.put(a_mail(f"{point} {number}", subject=f"Re: {reference}", sender=CUSTOMER,
                        files={f"scan-{number}.pdf": b"%PDF-1.7 " + point.encode()}))  # fmt: skip
    machine.keep_worker(REDRESS_CRASH_AT=f"{point}:2")  # one mail is through, one in hand
    assert machine.process("worker").wait(timeout=60) == -signal.SIGKILL
    assert wait_until(lambda: len(joined(machine, reference)) >= 2 * MAILS, within=60, every=0.2)
    texts = [f"{point} {number}" for number in range(MAILS)]
    scans = [f"scan-{number}.pdf" for number in range(MAILS)]
    assert sorted(joined(machine, reference).values()) == sorted([*texts, *scans])
    assert wait_until(lambda: imap.lying() == [], within=60, every=0.2)
    with closing(OperationLog(machine.log_file)) as log:
        for key in joined(machine, reference):  # a mail has no key before it is taken
            log.write("mail", key, Said.OK, reference)


@pytest.mark.parametrize("point", ["receipt.committed", "command.stored", "command.heard"])
def test_the_desk_is_told_that_finished_work_failed(machine: Machine, point: str) -> None:
    machine.keep_worker()
    assert machine.run_load(f"{point}-told", REDRESS_RAISE_AFTER=point) == 0


@pytest.mark.parametrize(
    "point", ["case.opened", "record.committed", "relay.started", "notice.carried"]
)
def test_the_worker_is_told_that_finished_work_failed(machine: Machine, point: str) -> None:
    machine.rest("worker")
    machine.keep_worker(REDRESS_RAISE_AFTER=point)
    assert machine.run_load(f"{point}-told") == 0


def test_no_promise_was_broken_at_any_of_them(machine: Machine) -> None:
    machine.keep_worker()
    verdict = check(machine)
    assert verdict.kept_every_promise, verdict
    assert verdict.acknowledged > 0
    assert machine.gateway.taken


def a_case_of_the_customer(machine: Machine) -> str:
    """A complaint of somebody who writes mails."""
    complaint = a_complaint(email=CUSTOMER, received_at=datetime.now(UTC))
    with closing(OperationLog(machine.log_file)) as log:
        log.write("receive", complaint.intake_key, Said.INVOKE)
        reference = DeskHere(machine.settings).receive(complaint, actor("ines"))
        log.write("receive", complaint.intake_key, Said.OK, reference)
    return reference


def joined(machine: Machine, reference: str) -> dict[str, str]:
    """What the journal of a case has of mails and their files: by its key each text, or name."""
    with machine.sessions() as session:
        written = session.execute(
            select(JournalRow.key, JournalRow.words).where(
                JournalRow.reference == reference,
                JournalRow.event.in_([Event.MAIL_RECEIVED, Event.FILE_RECEIVED]),
            )
        )
        return {key: words.get("mail") or words["file_name"] for key, words in written}


def lose_messages(machine: Machine) -> None:
    """What only the sweeper can mend: an old case, and nothing that asks for its workflow."""
    with machine.sessions.begin() as session:
        session.execute(text("update complaints set recorded_at = recorded_at - interval '1 hour'"))
        session.execute(text("delete from outbox where kind = 'case'"))


async def start_chores(machine: Machine, point: str) -> None:
    """Beside the schedule, which would wait for what was interrupted before."""
    client = await connect(machine.settings)
    for chore in Chore:
        await client.start_workflow(
            UpkeepWorkflow.run, chore, id=f"{chore}/{point}", task_queue=UPKEEP_QUEUE
        )
