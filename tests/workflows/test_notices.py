"""The ladder of tries on the real server, and its distance from the cases."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select
from temporalio.client import Client, WorkflowExecutionStatus
from temporalio.service import RPCError
from temporalio.testing import TimeSkipper

from activities.gateways import Gateways
from activities.notices import Notices
from desk.notices import NoticeDesk
from domain.acts import Note
from domain.classification import Role
from domain.customers import CustomerField
from domain.notices import Sending
from engine.delivery import deliver, start_case
from engine.notices import start_batch
from engine.runs import decrypt
from relay.notices import NoticeDispatch
from relay.relay import Relay
from rulebook.notices import read_sending, read_words
from rulebook.robots import read_robots
from store.cases.commands import store_command
from store.cases.receipts import receive
from store.database import Sessions
from store.files.attachments import AttachmentFolder
from store.outbox.messages import MessageKind
from store.outbox.wakeups import Wakeups
from store.tables import NoticeRow, OutboxRow, TaskRow
from tests.activities.letters import NO_FILES, notices_through
from tests.builders import a_complaint, actor
from tests.chat_robots import SlackRobot, listening
from tests.customers import keep_of_customer
from tests.mail_sink import ACCEPT, BUSY, HANG, MailSink, a_mail_sink
from tests.waiting import eventually
from worker import NOTICE_THREADS, NOTICES_TOGETHER, notice_worker
from workflows.names import batch_workflow_id, notice_workflow_id

SENDING = replace(read_sending(), seconds_to_wait_for_a_gateway=5)


A_STALL = 30.0
"""Seconds; some ten tries fit into each on an idle machine."""


@pytest.fixture
def sink(tmp_path: Path) -> MailSink:
    return a_mail_sink(tmp_path)


@pytest.fixture
async def sending(
    temporal_client: Client, sessions: Sessions, sink: MailSink
) -> AsyncIterator[None]:
    """A worker sending notices, as `worker.py` runs it, through a mail server of the test's own."""
    gateways = Gateways(
        [sink.url],
        sender="bank@example.org",
        patience=SENDING.seconds_to_wait_for_a_gateway,
        robots=read_robots(),
    )
    notices = Notices(
        sessions,
        gateways,
        read_words(),
        SENDING,
        AttachmentFolder(NO_FILES),
        bank_name="Harbour Bank",
        base_url="",
    )
    sink.start()
    with ThreadPoolExecutor(NOTICE_THREADS) as threads:
        async with notice_worker(temporal_client, notices, threads):
            yield
            sink.stop()


def a_receipt(sessions: Sessions) -> int:
    with sessions.begin() as session:
        complaint = a_complaint(email="wang@example.org")
        reference = receive(session, complaint, actor("ines")).reference
        return session.scalars(select(NoticeRow.id).where(NoticeRow.reference == reference)).one()


def row_of(sessions: Sessions, notice_id: int) -> NoticeRow:
    with sessions() as session:
        return session.get_one(NoticeRow, notice_id)


async def sent_off(client: Client, *messages: str, sending: Sending = SENDING) -> None:
    """Let a batch of notices run to its end."""
    await start_batch(client, messages, sending)
    await client.get_workflow_handle(batch_workflow_id(messages)).result()


async def tried(skipper: TimeSkipper, message: str, sending: Sending = SENDING) -> None:
    """Let the workflow of a notice run to its end.

    Seldom the server forgets to skip the wait before a try. Told to go forward once more it goes.
    """
    await sent_off(skipper.client, message, sending=sending)
    handle = skipper.client.get_workflow_handle(notice_workflow_id(message))
    ended = asyncio.create_task(handle.result())
    whole_ladder = timedelta(seconds=sending.further_tries * sending.seconds_between_tries)
    while not (await asyncio.wait({ended}, timeout=A_STALL))[0]:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(skipper.fast_forward(handle, 2 * whole_ladder), A_STALL)
    await ended


@pytest.mark.usefixtures("sending")
async def test_after_four_hours_of_tries_a_notice_is_dead_and_an_administrator_sees_it(
    skipper: TimeSkipper, sessions: Sessions, sink: MailSink
) -> None:
    sink.answers = [BUSY]
    notice_id = a_receipt(sessions)
    await tried(skipper, str(notice_id))

    row = row_of(sessions, notice_id)
    assert (row.delivery, row.attempts, sink.asked) == ("dead", 49, 49)
    with sessions() as session:
        task = session.scalars(select(TaskRow).where(TaskRow.reference == row.reference)).one()
    assert (task.kind, task.role, task.done_at) == ("dead_notice", Role.ADMINISTRATOR, None)


@pytest.mark.usefixtures("sending")
async def test_a_dead_notice_is_sent_when_somebody_tries_again(
    temporal_client: Client, sessions: Sessions, sink: MailSink
) -> None:
    sink.answers = ["550 no such mailbox"]
    notice_id = a_receipt(sessions)
    await sent_off(temporal_client, str(notice_id))
    assert row_of(sessions, notice_id).delivery == "dead"

    sink.answers = [ACCEPT]
    NoticeDesk(sessions).try_again(notice_id, actor("ada"))
    with sessions() as session:
        [message] = session.scalars(select(OutboxRow.key).where(OutboxRow.key == f"{notice_id}/1"))
        task = session.scalars(select(TaskRow).where(TaskRow.key == f"dead/{notice_id}/0")).one()
    assert task.done_by == "ada"
    await sent_off(temporal_client, message)
    assert row_of(sessions, notice_id).delivery == "sent"
    assert len(sink.taken) == 1


@pytest.mark.usefixtures("sending")
async def test_an_address_that_was_kept_is_final_at_once_and_temporal_never_learns_it(
    temporal_client: Client, sessions: Sessions, sink: MailSink
) -> None:
    notice_id = a_receipt(sessions)
    with sessions.begin() as session:
        reference = session.get_one(NoticeRow, notice_id).reference
        assert reference is not None
        keep_of_customer(session, reference, CustomerField.EMAIL, "<ann@example.com")
    await sent_off(temporal_client, str(notice_id))

    row = row_of(sessions, notice_id)
    assert (row.delivery, row.attempts, row.obstacle) == ("dead", 1, "address")
    assert sink.asked == 0
    handle = temporal_client.get_workflow_handle(batch_workflow_id([str(notice_id)]))
    history = await handle.fetch_history()
    for event in history.events:
        await decrypt(temporal_client, event, handle.id)
    assert str(notice_id) in str(history.events), "decrypted"
    assert "ann@" not in str(history.events)


@pytest.mark.usefixtures("sending")
async def test_one_workflow_sends_many_and_what_is_not_taken_goes_on_by_itself(
    temporal_client: Client, sessions: Sessions, sink: MailSink
) -> None:
    sink.answers = [ACCEPT, ACCEPT, BUSY, ACCEPT]
    ids = [a_receipt(sessions) for _ in range(4)]
    await sent_off(temporal_client, *map(str, ids))

    deliveries = [row_of(sessions, each).delivery for each in ids]
    assert (deliveries, len(sink.taken)) == (["sent", "sent", "pending", "sent"], 3)
    left = temporal_client.get_workflow_handle(notice_workflow_id(str(ids[2])))
    assert (await left.describe()).status is WorkflowExecutionStatus.RUNNING

    async def pause_before_the_next_try() -> timedelta | None:
        """Asked of the one left, which the batch hands over and does not wait for."""
        async for event in left.fetch_history_events():
            if event.HasField("timer_started_event_attributes"):
                return event.timer_started_event_attributes.start_to_fire_timeout.ToTimedelta()
        return None

    asked = await eventually("it pauses before it tries again", pause_before_the_next_try)
    assert asked == timedelta(seconds=SENDING.seconds_between_tries)
    for each in set(ids) - {ids[2]}:
        with pytest.raises(RPCError, match="not found"):
            await temporal_client.get_workflow_handle(notice_workflow_id(str(each))).describe()
    await left.terminate()


@pytest.mark.usefixtures("sending")
async def test_a_notice_in_two_batches_is_carried_by_one_of_them(
    temporal_client: Client, sessions: Sessions, sink: MailSink
) -> None:
    sink.answers = [HANG, ACCEPT]
    both, other = a_receipt(sessions), a_receipt(sessions)
    await start_batch(temporal_client, [str(both)], SENDING)
    await eventually("the first is at it", lambda: sink.asked == 1)
    await sent_off(temporal_client, str(both), str(other))
    assert (row_of(sessions, other).delivery, len(sink.taken)) == ("sent", 1)
    assert (row_of(sessions, both).delivery, sink.asked) == ("pending", 2)


async def test_a_robot_that_says_too_often_is_waited_for_as_long_as_it_asks(
    temporal_client: Client, sessions: Sessions
) -> None:
    robot = SlackRobot()
    robot.too_often = {"Retry-After": "2"}
    notice_id = a_receipt(sessions)
    with sessions.begin() as session:
        row = session.get_one(NoticeRow, notice_id)
        row.recipient, row.about = "han", "assigned"
    with listening(robot) as url, ThreadPoolExecutor(NOTICE_THREADS) as threads:
        notices = notices_through(sessions, url, patience=A_STALL)
        async with notice_worker(temporal_client, notices, threads):
            await start_batch(temporal_client, [str(notice_id)], SENDING)
            await eventually("it has said so", lambda: robot.asked == 1)
            robot.too_often = None
            await eventually(
                "it has taken it", lambda: row_of(sessions, notice_id).delivery == "sent"
            )
    assert (robot.asked, len(robot.heard)) == (2, 1)


@pytest.mark.usefixtures("sending", "working")
async def test_a_hung_gateway_delays_no_case(
    temporal_client: Client, sessions: Sessions, sink: MailSink
) -> None:
    sink.answers = [HANG]
    held_up = [a_receipt(sessions) for _ in range(NOTICE_THREADS)]
    for notice_id in held_up:
        await start_batch(temporal_client, [str(notice_id)], SENDING)
    await eventually("every thread waits", lambda: sink.asked == NOTICE_THREADS)

    with sessions.begin() as session:
        reference = receive(session, a_complaint(), actor("ines")).reference
        asked = store_command(
            session,
            command_id=f"note-{reference}",
            reference=reference,
            act=Note(),
            words={"note": "rang back"},
            by=actor("han"),
            seen_version=None,
        )
    await start_case(temporal_client, reference)
    assert (await deliver(temporal_client, asked)).refusal is None

    # Every thread of the notices is still waiting for the gateway.
    assert sink.asked == NOTICE_THREADS
    assert {row_of(sessions, each).delivery for each in held_up} == {"pending"}


@pytest.mark.usefixtures("sending")
async def test_the_relay_starts_what_must_be_sent_and_nothing_else(
    temporal_client: Client, sessions: Sessions, sink: MailSink
) -> None:
    with_address = a_receipt(sessions)
    for_the_pages = a_receipt(sessions)
    with sessions.begin() as session:
        row = session.get_one(NoticeRow, for_the_pages)
        row.recipient, row.about = "han", "assigned"
    messages = NoticeDispatch(
        sessions=sessions, client=temporal_client, sending=SENDING, has_room=False
    )
    wakeups = Wakeups(str(sessions.kw["bind"].url.render_as_string(hide_password=False)))
    relay = Relay(sessions, temporal_client, wakeups)
    relay.also(MessageKind.NOTICE, messages.run, NOTICES_TOGETHER)
    running = asyncio.create_task(relay.run())
    try:
        await eventually(
            "the mail is sent", lambda: row_of(sessions, with_address).delivery == "sent"
        )
        await eventually(
            "the other is in the inbox", lambda: row_of(sessions, for_the_pages).delivery == "inbox"
        )

        def nothing_is_left() -> bool:
            with sessions() as session:
                mine = OutboxRow.key.in_([str(with_address), str(for_the_pages)])
                wanted = select(func.count()).where(OutboxRow.kind == MessageKind.NOTICE, mine)
                return session.scalar(wanted) == 0

        await eventually("the outbox is empty", nothing_is_left)
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        wakeups.close()
