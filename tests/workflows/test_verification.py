"""A verification says nothing of a healthy bank, and names whatever disagrees."""

from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event

import pytest
from sqlalchemy import func, select, text
from temporalio.client import Client

from activities.upkeep import UpkeepChores
from activities.verification import Verifier
from domain.acts import AnyAct, Appeal, AskCustomer, Assign, Close, Note, Start, Withdraw
from domain.classification import Level, WithdrawalKind
from domain.upkeep import Chore, Patience
from domain.verification import Invariant, Verification
from embedded.temporal_namespace import prepare_namespace
from embedded.temporal_server import TemporalServer
from engine.delivery import deliver, start_case
from engine.index import TemporalEngine
from engine.leaks import leaks
from engine.schedules import ensure_schedules
from relay.sweeper import Sweeper
from rulebook.notices import read_sending
from rulebook.upkeep import read_upkeep
from store.cases.commands import read_command, store_command
from store.cases.receipts import receive
from store.cases.unfinished import count_unfinished
from store.database import Sessions, close_database, open_database
from store.files import attachments
from store.operations.verification import latest_verifications
from store.outbox import messages
from store.tables import KeptFormRow
from tests.agreement import agree
from tests.builders import a_bank, a_complaint, actor, reader
from tests.idle_transactions import ended_after
from tests.settings import PERSONAL_KEYS
from tests.temporal import pause, unpause
from tests.waiting import eventually
from worker import THREADS, case_worker, upkeep_worker
from workflows.messages import NoticeStart
from workflows.names import (
    NOTICE_QUEUE,
    SEARCH_ATTRIBUTES,
    UPKEEP_QUEUE,
    case_workflow_id,
    notice_workflow_id,
)
from workflows.notice import NoticeWorkflow
from workflows.upkeep import UpkeepWorkflow

KEY = b"the key no administrator of the database has"
AT_ONCE = Patience(
    start=timedelta(0), step=timedelta(seconds=30), answer=timedelta(0), notice=timedelta(hours=1)
)
UPKEEP = replace(read_upkeep(), patience=AT_ONCE, sweep_every=timedelta(0))


@pytest.fixture(scope="module")
async def client(temporal: TemporalServer, temporal_client: Client) -> Client:
    """A namespace of its own, so that no other test's workflows are seen."""
    namespace = "redress-verification"
    await prepare_namespace(temporal.address, namespace, SEARCH_ATTRIBUTES)
    return await Client.connect(
        temporal.address, namespace=namespace, data_converter=temporal_client.data_converter
    )


@pytest.fixture(scope="module")
async def bank(database_with_packs: Callable[[], str], client: Client) -> AsyncIterator[Sessions]:
    """A bank of its own with a worker, and no relay: the test does the messages."""
    sessions = open_database(database_with_packs(), journal_key=KEY, personal_keys=PERSONAL_KEYS)
    with sessions.begin() as session:
        a_bank(session)
    with ThreadPoolExecutor(THREADS) as threads:
        async with case_worker(client, sessions, threads):
            yield sessions
    close_database(sessions)


class Desk:
    """What people do, without the pages."""

    def __init__(self, sessions: Sessions, client: Client, heads: Path) -> None:
        self.sessions = sessions
        self.client = client
        self.verifier = Verifier(
            sessions,
            TemporalEngine(client),
            upkeep=UPKEEP,
            heads=heads,
            files=heads / "files",
            key=KEY,
        )

    def receive(self) -> str:
        with self.sessions.begin() as session:
            now = datetime.now(UTC)
            return receive(session, a_complaint(received_at=now), actor("ines")).reference

    async def start(self) -> str:
        reference = self.receive()
        await start_case(self.client, reference)
        self.do("delete from outbox where kind <> 'notice'")
        return reference

    async def agreed(self, reference: str, act: AnyAct, **words: str) -> None:
        with self.sessions.begin() as session:
            agree(session, reference, reference, act, actor("han"), actor("sun"), words)
            asked = read_command(session, reference)
        assert (await deliver(self.client, asked)).refusal is None
        self.do("delete from outbox where kind <> 'notice'")

    async def act(self, reference: str, act: AnyAct, by: str, **words: str) -> None:
        with self.sessions.begin() as session:
            asked = store_command(
                session,
                command_id=f"{reference}-{act.event}",
                reference=reference,
                act=act,
                words=words,
                by=actor(by),
                seen_version=None,
            )
        answered = await deliver(self.client, asked)
        assert answered.refusal is None
        self.do("delete from outbox where kind <> 'notice'")

    def do(self, *statements: str) -> None:
        """As an administrator of the database would."""
        with self.sessions.begin() as session:
            session.execute(text("alter table journal disable trigger user"))
            for statement in statements:
                session.execute(text(statement))
            session.execute(text("alter table journal enable trigger user"))

    async def found(self, subject: str) -> set[Invariant]:
        verification = await self.verifier.verify(every_standing=True)
        return {
            each.invariant
            for each in verification.disagreements
            if each.subject.startswith(subject)
        }


@pytest.fixture
def desk(bank: Sessions, client: Client, tmp_path: Path) -> Desk:
    return Desk(bank, client, tmp_path)


async def listed(desk: Desk, reference: str, *, running: bool = True) -> None:
    """Until Temporal's index, which lags a little, has it so."""

    async def is_so() -> bool:
        return (reference in (await TemporalEngine(desk.client).view()).running) is running

    await eventually(f"the index has {reference} running: {running}", is_so)


async def a_case_at_work(desk: Desk) -> str:
    reference = await desk.start()
    assign = Assign(handler="han", handler_unit="harbour-outlet", handler_level=Level.OUTLET)
    await desk.act(reference, assign, "sun")
    await desk.act(reference, Start(), "han")
    await desk.act(reference, Note(), "han", note="看过监控。")
    await listed(desk, reference)
    return reference


async def test_a_healthy_case_agrees_with_itself(desk: Desk) -> None:
    reference = await a_case_at_work(desk)
    assert await desk.found(reference) == set()


async def test_a_case_nobody_cares_for_is_found_and_taken_up_again(desk: Desk) -> None:
    reference = await a_case_at_work(desk)
    sweeper = Sweeper(desk.sessions, desk.client, UPKEEP)
    assert await sweeper.look() == []
    handle = desk.client.get_workflow_handle(case_workflow_id(reference))
    await handle.terminate("by mistake")
    await listed(desk, reference, running=False)
    assert await desk.found(reference) == {Invariant.CASE_HAS_WORKFLOW}

    assert await sweeper.look() == [reference]

    await desk.act(reference, AskCustomer(), "han", question="哪一天？")
    await listed(desk, reference)
    assert await desk.found(reference) == set()


async def a_closed_case(desk: Desk) -> str:
    reference = await a_case_at_work(desk)
    withdraw = Withdraw(withdrawal=WithdrawalKind.VOLUNTARY)
    await desk.agreed(reference, withdraw, reason="settled")
    await desk.act(reference, Close(), "han")
    return reference


async def test_an_appeal_against_a_closed_case_is_taken_up_again(desk: Desk) -> None:
    reference = await a_closed_case(desk)
    await desk.act(reference, Appeal(), "ines", reason="not settled at all")
    handle = desk.client.get_workflow_handle(case_workflow_id(reference))
    await handle.terminate("lost with an older Temporal")
    await listed(desk, reference, running=False)
    assert await desk.found(reference) == {Invariant.CASE_HAS_WORKFLOW}

    assert await Sweeper(desk.sessions, desk.client, UPKEEP).sweep() == [reference]

    await listed(desk, reference)
    assert await desk.found(reference) == set()


async def test_a_closed_case_that_owes_nothing_is_left_alone(desk: Desk) -> None:
    reference = await a_closed_case(desk)
    await listed(desk, reference, running=False)
    assert await desk.found(reference) == set()
    assert await Sweeper(desk.sessions, desk.client, UPKEEP).sweep() == []


async def test_a_case_whose_message_was_lost_is_taken_up(desk: Desk) -> None:
    reference = desk.receive()
    desk.do("delete from outbox where kind <> 'notice'")
    assert await desk.found(reference) == {Invariant.CASE_HAS_WORKFLOW}
    assert reference in await Sweeper(desk.sessions, desk.client, UPKEEP).sweep()
    await desk.act(reference, Note(), "hugo", note="x")


async def test_a_command_whose_message_was_lost_is_asked_for_again(desk: Desk) -> None:
    reference = await desk.start()
    with desk.sessions.begin() as session:
        store_command(
            session, command_id=f"{reference}-lost", reference=reference, act=Note(),
            words={"note": "x"}, by=actor("han"), seen_version=None,
        )  # fmt: skip
    desk.do("delete from outbox where kind <> 'notice'")
    assert await desk.found(reference) == {Invariant.EVERYTHING_MOVES}
    await Sweeper(desk.sessions, desk.client, UPKEEP).look()
    with desk.sessions.begin() as session:
        taken = messages.take(session, messages.MessageKind.COMMAND, 10)
    assert [each.key for each in taken] == [f"{reference}-lost"]
    desk.do(f"delete from outbox where key = '{reference}-lost'")


async def test_what_somebody_had_begun_is_gone_when_its_time_is_over(desk: Desk) -> None:
    with desk.sessions.begin() as session:
        for name, ends_at in (("over", func.now()), ("goes-on", func.now() + timedelta(days=1))):
            session.add(
                KeptFormRow(key_hash=name, person="han", sealed=b"x", ends_at=ends_at, typed_on="k")
            )
    await Sweeper(desk.sessions, desk.client, UPKEEP).look()
    with desk.sessions() as session:
        assert session.scalars(select(KeptFormRow.key_hash)).all() == ["goes-on"]


async def test_a_case_paused_in_the_engine_is_in_care(desk: Desk) -> None:
    reference = await a_case_at_work(desk)
    await pause(desk.client, reference, by="olga@operations")
    paused = f"ExecutionStatus = 'Paused' AND WorkflowId = '{case_workflow_id(reference)}'"

    async def is_listed() -> bool:
        return (await desk.client.count_workflows(paused)).count == 1

    await eventually("the engine lists it as paused", is_listed)
    assert await desk.found(reference) == set()
    assert reference not in await Sweeper(desk.sessions, desk.client, UPKEEP).sweep()
    with desk.sessions() as session:
        unfinished = count_unfinished(session)
    assert await TemporalEngine(desk.client).count_running() == unfinished
    await unpause(desk.client, reference, by="olga@operations")


DAMAGES = {
    "a command answered against the journal": (
        "update commands set status = 'refused' where id = '{reference}-noted'",
        Invariant.COMMAND_COUNTS_ONCE,
    ),
    "an act that nobody asked for": (
        "delete from commands where id = '{reference}-noted'",
        Invariant.ENTRY_ASKED_FOR,
    ),
    "an act in another's name": (
        "update commands set by = jsonb_set(by, '{{person}}', '\"hugo\"')"
        " where id = '{reference}-noted'",
        Invariant.ENTRY_ASKED_FOR,
    ),
    "an act at another time": (
        "update commands set stored_at = stored_at + interval '1 second'"
        " where id = '{reference}-noted'",
        Invariant.ENTRY_ASKED_FOR,
    ),
    "a step in a person's name": (
        "update journal set key = 'step/reply/breach', by = 'sun', facts ="
        ' \'{{"clock": "reply", "step": "breach", "planned_at": "2020-01-01T00:00:00Z"}}\''
        " where reference = '{reference}' and version = 2",
        Invariant.ENTRY_ASKED_FOR,
    ),
    "an entry taken out": (
        "delete from journal where reference = '{reference}' and version = 3",
        Invariant.JOURNAL_UNALTERED,
    ),
    "a case put back": (
        "update cases set version = 3 where reference = '{reference}'",
        Invariant.ROWS_MATCH_WORKFLOW,
    ),
    "a row changed behind the workflow's back": (
        "update cases set state = jsonb_set(state, '{{handler}}', '\"hugo\"')"
        " where reference = '{reference}'",
        Invariant.ROWS_MATCH_WORKFLOW,
    ),
    "a status nobody gave it": (
        "update cases set status = 'replied' where reference = '{reference}'",
        Invariant.ONLY_LEGAL_MOVES,
    ),
    "a date moved": (
        "update clocks set clock = jsonb_set(clock, '{{proof}}', '\"no\"')"
        " where reference = '{reference}'",
        Invariant.DATES_PROVED,
    ),
    "an extension nobody granted": (
        'update cases set state = jsonb_set(state, \'{{extensions}}\', \'[{{"clock": "reply",'
        ' "until_at": "2030-01-01T00:00:00Z", "requested_by": "han",'
        ' "approved_by": "sun", "approved_at": "2026-01-01T00:00:00Z"}}]\')'
        " where reference = '{reference}'",
        Invariant.DATES_PROVED,
    ),
    "a step that did not happen": (
        'update cases set state = jsonb_set(state, \'{{fired}}\', \'[{{"clock": "reply",'
        ' "step": "breach", "planned_at": "2026-01-01T00:00:00Z",'
        ' "at": "2026-01-01T00:00:00Z"}}]\') where reference = \'{reference}\'',
        Invariant.STEP_ONCE_AND_IN_TIME,
    ),
    "a step before its time": (
        "update journal set key = 'step/reply/breach', facts ="
        ' \'{{"clock": "reply", "step": "breach", "planned_at": "2036-01-01T00:00:00Z"}}\''
        " where reference = '{reference}' and version = 2",
        Invariant.STEP_ONCE_AND_IN_TIME,
    ),
    "a step that never comes": (
        "update clocks set clock = jsonb_set(clock, '{{steps,0,fires_at}}',"
        " '\"2026-01-01T00:00:00Z\"') where reference = '{reference}' and key = 'reply'",
        Invariant.STEP_ONCE_AND_IN_TIME,
    ),
}


async def test_damage_is_named(desk: Desk) -> None:
    """A case for each, and one verification of them all."""
    damaged = {damage: await a_case_at_work(desk) for damage in DAMAGES}
    for damage, (statement, _) in DAMAGES.items():
        desk.do(statement.format(reference=damaged[damage]))
    verification = await desk.verifier.verify(every_standing=True)
    found = {(each.subject, each.invariant) for each in verification.disagreements}
    unnamed = [
        damage
        for damage, (_, invariant) in DAMAGES.items()
        if not any(
            named is invariant and subject.startswith(damaged[damage]) for subject, named in found
        )
    ]
    assert unnamed == []
    for reference in damaged.values():
        desk.do(f"update cases set status = 'closed' where reference = '{reference}'")


async def test_a_notice_whose_tries_stopped_is_found_unless_its_workflow_runs(desk: Desk) -> None:
    reference = await a_case_at_work(desk)
    with desk.sessions.begin() as session:
        message, key = session.execute(
            text("select id::text, dedupe_key from notices where reference = :r limit 1"),
            {"r": reference},
        ).one()
    desk.do(
        f"delete from outbox where kind = 'notice' and key = '{message}'",
        "update notices set delivery = 'pending', attempts = 3, tried_at = now() - interval '2 h'"
        f" where id = {message}",
    )
    assert await desk.found(key) == {Invariant.NOTICE_SENT_OR_DEAD}

    await desk.client.start_workflow(
        NoticeWorkflow.run,
        NoticeStart(notice_id=int(message), sending=read_sending()),
        id=notice_workflow_id(message),
        task_queue=NOTICE_QUEUE,
    )
    assert await desk.found(key) == set()
    await desk.client.get_workflow_handle(notice_workflow_id(message)).terminate()
    assert await desk.found(key) == {Invariant.NOTICE_SENT_OR_DEAD}
    desk.do(f"update notices set delivery = 'inbox' where id = {message}")


@pytest.fixture
def hurried(desk: Desk) -> Iterator[timedelta]:
    """A database that ends whatever idles in a transaction for longer than this."""
    idle = timedelta(seconds=5)  # and a busy machine idles nowhere for so long
    with ended_after(desk.sessions, idle):
        yield idle


async def test_files_that_take_long_to_read_end_no_verification(
    desk: Desk, hurried: timedelta, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reference = await a_case_at_work(desk)
    digest = "ab" * 32
    desk.do(
        "insert into attachments (command, reference, digest, size)"
        f" values ('{reference}-noted', '{reference}', '{digest}', 1)"
    )
    large = tmp_path / "files" / "ab" / "ab" / digest
    large.parent.mkdir(parents=True)
    large.write_bytes(b"another letter")
    was_read, digest_of = Event(), attachments._digest_of

    def read_slowly(path: Path) -> str:
        Event().wait(1.5 * hurried.total_seconds())
        was_read.set()
        return digest_of(path)

    monkeypatch.setattr(attachments, "_digest_of", read_slowly)
    assert await desk.found(digest) == {Invariant.FILES_WHOLE}
    assert was_read.is_set()
    desk.do("delete from attachments")


async def test_a_file_that_is_erased_while_files_are_read_is_not_missed(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reference = await a_case_at_work(desk)
    digest = "cd" * 32
    desk.do(
        "insert into attachments (command, reference, digest, size)"
        f" values ('{reference}-noted', '{reference}', '{digest}', 1)"
    )
    letter = tmp_path / "files" / "cd" / "cd" / digest
    letter.parent.mkdir(parents=True)
    letter.write_bytes(b"a letter")

    def read_too_late(path: Path) -> str:
        desk.do("delete from attachments")
        letter.unlink()
        raise FileNotFoundError(path)

    monkeypatch.setattr(attachments, "_digest_of", read_too_late)
    assert await desk.found(digest) == set()
    assert not letter.exists()


async def test_a_workflow_without_a_case_is_named(desk: Desk) -> None:
    await start_case(desk.client, "C-2026-999999")
    await listed(desk, "C-2026-999999")
    assert Invariant.WORKFLOW_HAS_CASE in await desk.found("C-2026-999999")
    await desk.client.get_workflow_handle(case_workflow_id("C-2026-999999")).terminate()


async def test_personal_words_are_not_in_temporals_files(
    desk: Desk, temporal: TemporalServer, tmp_path: Path
) -> None:
    reference = await a_case_at_work(desk)
    assert list(leaks(["柜台排队一小时，无人叫号。"], temporal.folder)) == []
    # The search itself finds what is there: a reference lies there in the clear.
    assert {each.invariant for each in leaks([reference], temporal.folder)} == {
        Invariant.NOTHING_PERSONAL_LEAKED
    }


async def test_the_chores_run_by_a_schedule_and_their_results_are_kept(
    desk: Desk, tmp_path: Path
) -> None:
    await ensure_schedules(desk.client, UPKEEP)
    await ensure_schedules(desk.client, UPKEEP)
    described = await desk.client.get_schedule_handle(f"upkeep/{Chore.VERIFY}").describe()
    assert described.schedule.spec.intervals[0].every == UPKEEP.every[Chore.VERIFY]

    chores = UpkeepChores(desk.sessions, desk.verifier, UPKEEP, tmp_path, KEY)
    with ThreadPoolExecutor(2) as threads:
        async with upkeep_worker(desk.client, chores, threads):
            for chore in Chore:
                await desk.client.get_schedule_handle(f"upkeep/{chore}").trigger()
            await eventually("a result is kept", lambda: results_of(desk.sessions))
            await eventually("heads are signed", lambda: any(tmp_path.glob("heads-*.json")))
            told = await desk.client.execute_workflow(
                UpkeepWorkflow.run, Chore.WARNINGS, id="warnings/now", task_queue=UPKEEP_QUEUE
            )
            assert told == "0 warnings", "no month here is unlike those before it"
    assert results_of(desk.sessions)[0].looked_at["cases"] > 0
    for chore in Chore:
        await desk.client.get_schedule_handle(f"upkeep/{chore}").delete()


def results_of(sessions: Sessions) -> list[Verification]:
    with sessions() as session:
        return latest_verifications(session, reader("ada"), 1)
