"""Cases held up on the real server, and everything an administrator can do about them."""

import asyncio
import re
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import delete, func, select, update
from temporalio import activity
from temporalio.client import Client
from temporalio.testing import TimeSkipper
from temporalio.worker import Worker

from activities.case_records import CaseRecords
from desk.cases import ActStatus, CaseDesk
from desk.repair import RepairShop
from domain.acts import AnyAct, Assign, Note, Start
from domain.classification import Level
from domain.errors import Refusal, Refused
from domain.failures import Failure, FailureCause, Intrusion
from domain.journal import CaseState, Change
from domain.statuses import RepairStatus
from engine.connection import TemporalConnection
from engine.delivery import start_case, take_up_case
from engine.program import build
from engine.repair import Retried, carry_out, retry
from engine.runs import described, is_running, runs_of
from engine.story import moments_of
from engine.timeline import Happening
from relay.relay import Relay
from store.cases.commands import store_command
from store.cases.receipts import receive
from store.database import Sessions
from store.notice_care import let_rest
from store.notices import give_up
from store.operations.failures import hurry, note_intrusion, stored_failures
from store.outbox.wakeups import Wakeups
from store.tables import (
    AuditRow,
    CaseRow,
    JournalRow,
    NoticeRow,
    OutboxRow,
    RegulatorReportRow,
    RetryRow,
)
from tests.builders import a_complaint, actor, reader
from tests.failed import failures_by
from tests.waiting import eventually
from tests.workflows.broken import BrokenCaseWorkflow
from workflows.case import CaseWorkflow
from workflows.names import case_workflow_id

ASSIGN = Assign(handler="han", handler_unit="harbour-outlet", handler_level=Level.OUTLET)
AT_ONCE = timedelta(0)
"""Here everything unanswered counts as held up at once."""


class FullDisk(CaseRecords):
    """The rows of a case while nothing can be written."""

    @activity.defn(name="record")
    def record(self, writing: Change) -> CaseState:
        raise ConnectionError("the disk is full")


class AwayForAMoment(CaseRecords):
    """The rows of a case, which do not answer at the first try."""

    @activity.defn(name="record")
    def record(self, writing: Change) -> CaseState:
        if activity.info().attempt == 1:
            raise ConnectionError("away for a moment")
        return super().record(writing)


class SaysWritten(CaseRecords):
    """The rows of a case, and no step of a clock ever reaches them."""

    @activity.defn(name="record")
    def record(self, writing: Change) -> CaseState:
        return self.open_case(writing.case.reference).standing


@asynccontextmanager
async def a_worker(
    client: Client,
    sessions: Sessions,
    queue: str,
    workflow: type = CaseWorkflow,
    records: type[CaseRecords] = CaseRecords,
) -> AsyncIterator[None]:
    """A worker of a queue of its own, with these parts in place of the good ones."""
    rows = records(sessions)
    with ThreadPoolExecutor(4) as threads:
        async with Worker(
            client,
            task_queue=queue,
            workflows=[workflow],
            activities=[rows.open_case, rows.record],
            activity_executor=threads,
        ):
            yield


@pytest.fixture
async def connection(temporal_client: Client) -> AsyncIterator[TemporalConnection]:
    """The way pages reach Temporal."""

    async def connect() -> Client:
        return await Client.connect(
            temporal_client.service_client.config.target_host,
            namespace=temporal_client.namespace,
            data_converter=temporal_client.data_converter,
        )

    connection = TemporalConnection(connect)
    yield connection
    await asyncio.to_thread(connection.close)


@pytest.fixture
def shop(sessions: Sessions, connection: TemporalConnection) -> RepairShop:
    return RepairShop(sessions, connection, patience=AT_ONCE)


def received(sessions: Sessions, **over: object) -> str:
    """The reference of a complaint received just now."""
    with sessions.begin() as session:
        complaint = a_complaint(received_at=datetime.now(UTC), **over)
        return receive(session, complaint, actor("ines")).reference


def address_of(sessions: Sessions) -> str:
    """The database behind these sessions, as a relay's bell wants it."""
    url: str = sessions.kw["bind"].url.render_as_string(hide_password=False)
    return url


async def found(shop: RepairShop, reference: str, cause: FailureCause) -> Failure:
    """The failure of a case, once it is on the list."""

    def listed() -> Failure | None:
        failures = failures_by(shop.failed_cases(), cause)
        return next((each for each in failures if each.reference == reference), None)

    return await eventually(f"{reference} is on the list", listed)


def written(sessions: Sessions, reference: str) -> list[tuple[object, ...]]:
    """Journal and notices of a case, as they must stay."""
    with sessions() as session:
        journal = session.execute(
            select(JournalRow.version, JournalRow.key, JournalRow.hash)
            .where(JournalRow.reference == reference)
            .order_by(JournalRow.version)
        )
        notices = session.execute(
            select(NoticeRow.id, NoticeRow.dedupe_key).where(NoticeRow.reference == reference)
        )
        return [tuple(row) for row in (*journal, *notices)]


def journal(sessions: Sessions, reference: str) -> list[str]:
    """What happened to a case."""
    with sessions() as session:
        events = select(JournalRow.event).where(JournalRow.reference == reference)
        return list(session.scalars(events.order_by(JournalRow.version)))


async def agrees(client: Client, sessions: Sessions, reference: str) -> None:
    """Wait until the workflow sees the case as the rows have it."""
    handle = client.get_workflow_handle(case_workflow_id(reference))
    with sessions() as session:
        version = session.scalar(select(CaseRow.version).where(CaseRow.reference == reference))

    async def is_there() -> bool:
        standing = await handle.query(CaseWorkflow.standing)
        return standing is not None and standing.case.version == version

    await eventually(f"{reference} is at version {version}", is_there)


def audit_of(sessions: Sessions, reference: str) -> list[tuple[str, str]]:
    with sessions() as session:
        rows = session.execute(
            select(AuditRow.action, AuditRow.by)
            .where(AuditRow.subject == reference)
            .order_by(AuditRow.id)
        )
        return [(row.action, row.by) for row in rows]


async def test_a_case_stuck_on_a_mistake_goes_on_with_the_good_code(
    temporal_client: Client, sessions: Sessions, shop: RepairShop
) -> None:
    reference, queue = received(sessions), f"stuck-{uuid4()}"
    await start_case(temporal_client, reference, queue)
    async with a_worker(temporal_client, sessions, queue, workflow=BrokenCaseWorkflow):
        failure = await found(shop, reference, FailureCause.WORKFLOW_STUCK)
        assert failure.error == "RuntimeError: a mistake in the code"
        assert failure.attempts > 1

        async def later() -> Failure | None:
            now = await found(shop, reference, FailureCause.WORKFLOW_STUCK)
            return now if now.attempts > failure.attempts + 1 else None

        tried_again = await eventually("it is tried once more", later)
        assert tried_again.since == failure.since, "it has been stuck all the time"
        assert tried_again.last_at is not None
        assert tried_again.last_at > tried_again.since

    async with a_worker(temporal_client, sessions, queue):
        retried = await asyncio.to_thread(shop.retry, reference, actor("ada"))
        assert retried is Retried.TAKEN_UP
        await agrees(temporal_client, sessions, reference)
    assert audit_of(sessions, reference) == [("repair_retried", "ada")]


async def test_a_step_said_to_be_written_and_still_due_holds_its_case_up_where_it_is_seen(
    temporal_client: Client, sessions: Sessions, shop: RepairShop
) -> None:
    with sessions.begin() as session:
        reference = receive(session, a_complaint(), actor("ines")).reference  # its dates are past
    queue = f"spinning-{uuid4()}"
    await start_case(temporal_client, reference, queue)
    async with a_worker(temporal_client, sessions, queue, records=SaysWritten):
        failure = await found(shop, reference, FailureCause.WORKFLOW_STUCK)
        assert failure.error == (
            "AssertionError: step/reply/warning-1 is still due after it was written"
        )
    assert journal(sessions, reference) == ["received"]


async def test_a_step_that_fails_once_is_written_in_the_same_breath(
    temporal_client: Client, sessions: Sessions, connection: TemporalConnection
) -> None:
    reference, queue = received(sessions), f"moment-{uuid4()}"
    await start_case(temporal_client, reference, queue)
    desk = CaseDesk(sessions, connection)

    def assign() -> ActStatus:
        return desk.act(
            command_id=str(uuid4()), reference=reference, act=ASSIGN, words={}, by=actor("sun")
        ).status

    async with a_worker(temporal_client, sessions, queue, records=AwayForAMoment):
        assert await asyncio.to_thread(assign) is ActStatus.ACCEPTED
    (run,) = await runs_of(temporal_client, reference)
    assert [
        (each.facts["step"], each.facts["attempts"])
        for each in moments_of(run)
        if each.what == Happening.STEP_DONE
    ] == [("Open the case", "1"), ("assigned", "2")]


async def test_a_failing_step_is_tried_again_at_once(
    temporal_client: Client, sessions: Sessions, shop: RepairShop, connection: TemporalConnection
) -> None:
    reference, queue = received(sessions), f"step-{uuid4()}"
    await start_case(temporal_client, reference, queue)
    desk = CaseDesk(sessions, connection)
    command = str(uuid4())

    def assign() -> ActStatus:
        return desk.act(
            command_id=command, reference=reference, act=ASSIGN, words={}, by=actor("sun")
        ).status

    async with a_worker(temporal_client, sessions, queue, records=FullDisk):
        assert await asyncio.to_thread(assign) is ActStatus.WAITING
        failure = await found(shop, reference, FailureCause.STEP_FAILING)
        assert re.fullmatch(r"record · workflows/test_repair\.py:\d+ record", failure.place)
        assert failure.program == build()
        assert failure.error == "ConnectionError: the disk is full"

    async with a_worker(temporal_client, sessions, queue):
        assert await asyncio.to_thread(shop.retry, reference, actor("ada")) is Retried.STEP_HURRIED
        await eventually(
            "it is accepted", lambda: desk.outcome_of(command).status is ActStatus.ACCEPTED
        )


@pytest.mark.usefixtures("working")
async def test_a_case_whose_run_was_ended_from_outside_is_taken_up_from_its_record(
    temporal_client: Client, sessions: Sessions, shop: RepairShop
) -> None:
    reference = received(sessions)
    await start_case(temporal_client, reference)
    await agrees(temporal_client, sessions, reference)
    await temporal_client.get_workflow_handle(case_workflow_id(reference)).terminate()
    failure = await found(shop, reference, FailureCause.RUN_GONE)
    assert failure.error == "terminated"
    before = written(sessions, reference)

    assert await asyncio.to_thread(shop.retry, reference, actor("ada")) is Retried.RESTARTED
    await agrees(temporal_client, sessions, reference)
    assert written(sessions, reference) == before
    assert await retry(temporal_client, reference) is Retried.ASKED


@pytest.mark.usefixtures("working")
async def test_a_case_taken_back_to_an_early_point_ends_up_where_it_was(
    temporal_client: Client,
    sessions: Sessions,
    shop: RepairShop,
    connection: TemporalConnection,
) -> None:
    reference = received(sessions)
    await start_case(temporal_client, reference)
    await agrees(temporal_client, sessions, reference)
    desk = CaseDesk(sessions, connection)
    acts: list[tuple[AnyAct, str, dict[str, str]]] = [
        (ASSIGN, "sun", {}),
        (Start(), "han", {}),
        (Note(), "han", {"note": "called the customer"}),
    ]
    for act, by, words in acts:
        outcome = await asyncio.to_thread(
            desk.act,
            command_id=str(uuid4()),
            reference=reference,
            act=act,
            words=words,
            by=actor(by),
        )
        assert outcome.status is ActStatus.ACCEPTED
    before = written(sessions, reference)

    points = (await asyncio.to_thread(shop.points_of, reference, actor("ada"))).points
    assert [point.after for point in points][-2:] == ["Open the case", ""]
    earliest = points[-1]
    shown = await asyncio.to_thread(shop.preview_of, reference, earliest.event_id, actor("ada"))
    assert [line.label for line in shown.run_again] == [
        "Open the case",
        "assigned",
        "started",
        "noted",
    ]
    assert [line.label for line in shown.reapplied] == ["assign", "start", "note"]

    repair_id = str(uuid4())

    def asked(reason: str) -> str:
        return shop.request(
            repair_id=repair_id,
            reference=reference,
            event_id=earliest.event_id,
            reason=reason,
            by=actor("ada"),
        ).status

    with pytest.raises(Refused) as no_reason:
        await asyncio.to_thread(asked, " ")
    assert no_reason.value.code is Refusal.WORDS_MISSING
    assert await asyncio.to_thread(asked, "a bad deployment") == RepairStatus.REQUESTED
    assert await asyncio.to_thread(asked, "a bad deployment") == RepairStatus.REQUESTED

    def approved(by: str) -> str:
        return shop.approve(repair_id, digest=shown.digest(), by=actor(by)).status

    for person, refusal in (("ada", Refusal.OWN_REQUEST), ("sun", Refusal.NOT_YOUR_ROLE)):
        with pytest.raises(Refused) as refused:
            await asyncio.to_thread(approved, person)
        assert refused.value.code is refusal
    old_run = shown.run_id
    assert await asyncio.to_thread(approved, "alma") == RepairStatus.APPROVED

    wakeups = Wakeups(address_of(sessions))
    relay = asyncio.create_task(Relay(sessions, temporal_client, wakeups).run())
    await eventually(
        "it is repaired", lambda: shop.read(repair_id, actor("ada")).status == RepairStatus.DONE
    )
    relay.cancel()
    await agrees(temporal_client, sessions, reference)

    now = await described(temporal_client, reference)
    assert now is not None
    assert is_running(now)
    assert now.workflow_execution_info.execution.run_id != old_run
    events = [event for run in await runs_of(temporal_client, reference) for event in run.events]
    assert not any("alma" in str(event) for event in events), "who agreed is nobody's there"
    assert written(sessions, reference) == before
    assert audit_of(sessions, reference) == [
        ("approval_requested", "ada"),
        ("approval_approved", "alma"),
    ]
    # And people go on as before.
    outcome = await asyncio.to_thread(
        lambda: desk.act(
            command_id=str(uuid4()),
            reference=reference,
            act=Note(),
            words={"note": "and again"},
            by=actor("han"),
        )
    )
    assert outcome.status is ActStatus.ACCEPTED


@pytest.mark.usefixtures("working")
async def test_a_ladder_that_was_climbed_is_not_climbed_again_after_going_back(
    skipper: TimeSkipper, sessions: Sessions, shop: RepairShop
) -> None:
    reference = received(sessions, policy="rehearsal")
    await start_case(skipper.client, reference)

    def is_drafted() -> bool:
        with sessions() as session:
            wanted = RegulatorReportRow.reference == reference
            return session.scalar(select(RegulatorReportRow.status).where(wanted)) == "draft"

    await eventually("the report is drafted", is_drafted)
    before = written(sessions, reference)
    points = (await asyncio.to_thread(shop.points_of, reference, actor("ada"))).points
    shown = await asyncio.to_thread(shop.preview_of, reference, points[-2].event_id, actor("ada"))
    assert [line.label for line in shown.kept] == ["Open the case"]
    repair_id = str(uuid4())
    await asyncio.to_thread(
        lambda: shop.request(
            repair_id=repair_id,
            reference=reference,
            event_id=points[-2].event_id,
            reason="rehearsal",
            by=actor("ada"),
        )
    )
    seen = await asyncio.to_thread(shop.preview_of, reference, points[-2].event_id, actor("alma"))
    repair = await asyncio.to_thread(
        lambda: shop.approve(repair_id, digest=seen.digest(), by=actor("alma"))
    )
    assert repair.status == RepairStatus.APPROVED

    first = await carry_out(skipper.client, repair)
    assert await carry_out(skipper.client, repair) == first
    await agrees(skipper.client, sessions, reference)
    assert written(sessions, reference) == before


@pytest.mark.usefixtures("working")
async def test_a_request_is_overtaken_by_a_run_in_which_its_point_is_none(
    temporal_client: Client,
    sessions: Sessions,
    shop: RepairShop,
    connection: TemporalConnection,
) -> None:
    reference = received(sessions)
    await start_case(temporal_client, reference)
    await agrees(temporal_client, sessions, reference)
    outcome = await asyncio.to_thread(
        lambda: CaseDesk(sessions, connection).act(
            command_id=str(uuid4()), reference=reference, act=ASSIGN, words={}, by=actor("sun")
        )
    )
    assert outcome.status is ActStatus.ACCEPTED
    point = (await asyncio.to_thread(shop.points_of, reference, actor("ada"))).points[0]
    repair_id = str(uuid4())
    await asyncio.to_thread(
        lambda: shop.request(
            repair_id=repair_id,
            reference=reference,
            event_id=point.event_id,
            reason="a bad deployment",
            by=actor("ada"),
        )
    )
    await temporal_client.get_workflow_handle(case_workflow_id(reference)).terminate()
    await take_up_case(temporal_client, reference)
    await agrees(temporal_client, sessions, reference)
    with pytest.raises(Refused) as refused:
        await asyncio.to_thread(shop.preview_of, reference, point.event_id, actor("alma"))
    assert refused.value.code is Refusal.CHANGED_MEANWHILE
    ended = await asyncio.to_thread(lambda: shop.approve(repair_id, digest="", by=actor("alma")))
    assert ended.status == RepairStatus.DECLINED


async def test_one_may_take_an_own_request_back(
    sessions: Sessions, shop: RepairShop, temporal_client: Client, working: None
) -> None:
    reference = received(sessions)
    await start_case(temporal_client, reference)
    await agrees(temporal_client, sessions, reference)
    point = (await asyncio.to_thread(shop.points_of, reference, actor("ada"))).points[0]
    repair_id = str(uuid4())
    await asyncio.to_thread(
        lambda: shop.request(
            repair_id=repair_id,
            reference=reference,
            event_id=point.event_id,
            reason="by mistake",
            by=actor("ada"),
        )
    )
    declined = await asyncio.to_thread(lambda: shop.decline(repair_id, actor("ada")))
    assert declined.status == RepairStatus.DECLINED
    with pytest.raises(Refused):
        await asyncio.to_thread(lambda: shop.preview_of(reference, 1, actor("ada")))


async def test_a_command_the_engine_never_heard_is_told_with_the_case_that_never_began(
    sessions: Sessions, shop: RepairShop
) -> None:
    """And by itself while the engine is away, and nobody knows why it was not heard."""
    reference = received(sessions)
    with sessions.begin() as session:
        store_command(
            session,
            command_id=str(uuid4()),
            reference=reference,
            act=ASSIGN,
            words={},
            by=actor("sun"),
            seen_version=None,
        )
    failure = await found(shop, reference, FailureCause.RUN_GONE)
    assert failure.error == "never started"
    told = failures_by(shop.failed_cases(), FailureCause.COMMAND_UNDELIVERED)
    assert reference not in {each.reference for each in told}

    nowhere = TemporalConnection(lambda: Client.connect("127.0.0.1:1"))
    without = RepairShop(sessions, nowhere, patience=AT_ONCE)
    failure = await found(without, reference, FailureCause.COMMAND_UNDELIVERED)
    assert failure.befell == "assign"
    await asyncio.to_thread(nowhere.close)


async def test_a_notice_given_up_is_on_the_list_until_somebody_has_seen_it(
    sessions: Sessions, shop: RepairShop
) -> None:
    reference = received(sessions, email="wang@example.org")
    with sessions.begin() as session:
        wanted = select(NoticeRow.id).where(NoticeRow.reference == reference)
        notice = session.scalars(wanted).one()
        give_up(session, notice)
    failure = await found(shop, reference, FailureCause.NOTICE_DEAD)
    assert failure.befell == "received"
    with sessions.begin() as session:
        let_rest(session, notice, actor("ada"))
    told = failures_by(shop.failed_cases(), FailureCause.NOTICE_DEAD)
    assert reference not in {each.reference for each in told}


def test_a_message_that_fails_is_told_by_its_case_and_hurried_with_it(sessions: Sessions) -> None:
    reference = received(sessions, email="wang@example.org")
    with sessions.begin() as session:
        wanted = select(NoticeRow.id).where(NoticeRow.reference == reference)
        notice = str(session.scalars(wanted).one())
        of_its_notice = (OutboxRow.kind == "notice") & (OutboxRow.key == notice)
        in_an_hour = func.now() + timedelta(hours=1)
        failed = {"attempts": 3, "last_error": "EngineAway", "next_try_at": in_an_hour}
        session.execute(update(OutboxRow).where(of_its_notice).values(**failed))
    with sessions() as session:
        told = {each.reference for each in stored_failures(session, AT_ONCE)}
    assert reference in told
    assert notice not in told
    with sessions.begin() as session:
        hurry(session, reference)
    with sessions() as session:
        is_due = select(OutboxRow.next_try_at <= func.now()).where(of_its_notice)
        assert session.scalar(is_due)


async def test_all_that_can_be_mended_is_tried_again_beside_what_cannot(
    sessions: Sessions, shop: RepairShop
) -> None:
    reference, no_case = received(sessions), f"notices/{uuid4().hex}"
    with sessions.begin() as session:
        for each in (reference, no_case):
            note_intrusion(session, each, Intrusion.NOT_ENCRYPTED)
    [incident] = [
        each
        for each in (await asyncio.to_thread(shop.failed_cases)).incidents
        if (each.cause, each.kind) == (FailureCause.INTRUSION, Intrusion.NOT_ENCRYPTED)
    ]
    assert {reference, no_case} <= {each.reference for each in incident.failures}
    assert await asyncio.to_thread(shop.retry_all, incident.key, reader("ada"), actor("ada"))
    with sessions.begin() as session:
        begun = delete(RetryRow).where(RetryRow.incident == incident.key).returning(RetryRow.cases)
        [cases] = session.scalars(begun).all()
    assert reference in cases
    assert no_case not in cases
