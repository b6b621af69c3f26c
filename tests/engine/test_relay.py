"""The relay: whatever is stored is told, also after the engine was away."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from sqlalchemy import func, select, text
from temporalio.client import Client

from domain.acts import ActContext, Note, carried_out
from domain.acts.handling import Assign
from domain.classification import Level
from domain.errors import Refusal
from domain.statuses import CommandStatus
from embedded.temporal_server import TemporalServer
from relay.relay import Relay
from store.cases.commands import StoredCommand, read_command, store_command
from store.cases.journal import record, standing_of
from store.cases.receipts import receive
from store.database import Sessions
from store.outbox import messages
from store.outbox.messages import MessageKind
from store.outbox.wakeups import Wakeups
from store.policies.packs import published_pack
from store.tables import JournalRow, OutboxRow
from tests.builders import a_complaint, actor
from tests.relays import running
from tests.waiting import PATIENCE, eventually, taken_up
from worker import NOTICES_TOGETHER
from workflows.case import CaseWorkflow
from workflows.names import case_workflow_id

pytestmark = pytest.mark.usefixtures("working")


@pytest.fixture
def relay(sessions: Sessions, temporal_client: Client, wakeups: Wakeups) -> Relay:
    return Relay(sessions, temporal_client, wakeups)


def received(sessions: Sessions, **over: datetime) -> str:
    with sessions.begin() as session:
        return receive(session, a_complaint(**over), actor("ines")).reference


def asked(sessions: Sessions, reference: str, *, to: str = "han") -> str:
    command_id = str(uuid4())
    with sessions.begin() as session:
        store_command(
            session,
            command_id=command_id,
            reference=reference,
            act=Assign(handler=to, handler_unit="harbour-outlet", handler_level=Level.OUTLET),
            words={},
            by=actor("sun"),
            seen_version=None,
        )
    return command_id


def command(sessions: Sessions, command_id: str) -> StoredCommand:
    with sessions() as session:
        return read_command(session, command_id)


def is_told(sessions: Sessions, *keys: str) -> bool:
    """Whether no message of these keys is left."""
    with sessions() as session:
        left = select(func.count()).where(OutboxRow.key.in_(keys))
        return session.scalar(left) == 0


async def test_a_received_complaint_becomes_a_workflow(
    sessions: Sessions, relay: Relay, temporal_client: Client
) -> None:
    reference = received(sessions)
    async with running(relay):
        await eventually("it is told", lambda: is_told(sessions, reference))
    handle = temporal_client.get_workflow_handle(case_workflow_id(reference))
    assert (await handle.describe()).workflow_type == "Case"


async def test_what_people_asked_for_is_delivered_and_answered(
    sessions: Sessions, relay: Relay
) -> None:
    reference = received(sessions)
    first, second = asked(sessions, reference), asked(sessions, reference)
    async with running(relay):
        await eventually("it is told", lambda: is_told(sessions, reference, first, second))
    answers = [command(sessions, each) for each in (first, second)]
    assert {each.status for each in answers} == {CommandStatus.ACCEPTED, CommandStatus.REFUSED}
    [refusal] = [each.refusal for each in answers if each.refusal]
    assert refusal.code is Refusal.SAME_HANDLER


async def test_two_relays_tell_each_thing_once(
    sessions: Sessions, relay: Relay, temporal_client: Client, url: str
) -> None:
    references = [received(sessions) for _ in range(20)]
    commands = [asked(sessions, each) for each in references]
    wakeups = Wakeups(url)
    async with running(relay, Relay(sessions, temporal_client, wakeups)):
        await eventually("it is told", lambda: is_told(sessions, *references, *commands))
    wakeups.close()
    with sessions() as session:
        entries = select(func.count()).where(
            JournalRow.reference.in_(references), JournalRow.event == "assigned"
        )
        assert session.scalar(entries) == 20


async def test_a_message_that_fails_is_put_off_and_holds_up_no_other(
    sessions: Sessions, relay: Relay
) -> None:
    with sessions.begin() as session:
        messages.put(session, MessageKind.COMMAND, "a command nobody stored")
    reference = received(sessions)
    good = asked(sessions, reference)
    async with running(relay):
        await eventually("it is told", lambda: is_told(sessions, reference, good))
    with sessions.begin() as session:
        row = session.scalars(
            select(OutboxRow).where(OutboxRow.key == "a command nobody stored")
        ).one()
        assert row.last_error == "NoResultFound"
        assert row.attempts >= 1
        session.delete(row)


async def test_word_that_takes_its_time_holds_up_no_complaint(
    sessions: Sessions, relay: Relay
) -> None:
    hangs, may_end = asyncio.Event(), asyncio.Event()

    async def hang(*_: messages.OutboxMessage) -> None:
        hangs.set()
        await may_end.wait()

    relay.also(MessageKind.NOTICE, hang, NOTICES_TOGETHER)
    with sessions.begin() as session:
        messages.put(session, MessageKind.NOTICE, "a notice whose start hangs")
    async with running(relay):
        await hangs.wait()
        reference = received(sessions)
        await eventually("the complaint is told", lambda: is_told(sessions, reference))
        may_end.set()
        await eventually("word goes", lambda: is_told(sessions, "a notice whose start hangs"))


async def test_in_a_rush_word_goes_in_fewer_batches(
    sessions: Sessions, temporal_client: Client, wakeups: Wakeups
) -> None:
    """What is written while one batch is on its way waits for the next."""
    batches: list[int] = []

    async def count(*batch: messages.OutboxMessage) -> None:
        batches.append(len(batch))

    rarely = replace(NOTICES_TOGETHER, seconds_apart=0, seconds_apart_in_a_rush=PATIENCE)
    relay = Relay(sessions, temporal_client, wakeups, is_in_a_rush=lambda: True)
    relay.also(MessageKind.NOTICE, count, rarely)
    async with running(relay):
        with sessions.begin() as session:
            messages.put(session, MessageKind.NOTICE, "the first goes at once")
        await eventually("it went", lambda: is_told(sessions, "the first goes at once"))
        for word in ("and", "the", "others"):
            with sessions.begin() as session:
                messages.put(session, MessageKind.NOTICE, word)
        reference = received(sessions)
        await eventually("a complaint overtakes them", lambda: is_told(sessions, reference))
        assert batches == [1]
    with sessions.begin() as session:
        messages.done(session, MessageKind.NOTICE, ["and", "the", "others"])


async def test_while_the_engine_is_away_messages_wait_and_then_go_out(
    sessions: Sessions, relay: Relay, engine: TemporalServer
) -> None:
    assert engine.process is not None
    engine.process.kill()
    engine.process.wait()
    reference = received(sessions)
    command_id = asked(sessions, reference)

    def put_off() -> bool:
        with sessions() as session:
            errors = select(OutboxRow.last_error).where(OutboxRow.key == reference)
            return session.scalar(errors) is not None

    try:
        async with running(relay):
            await eventually("the message is put off", put_off)
            assert not is_told(sessions, reference, command_id)
            engine.start()
            with sessions.begin() as session:  # as if the waits between the tries were over
                session.execute(text("update outbox set next_try_at = now()"))
            await eventually("it is told", lambda: is_told(sessions, reference, command_id))
    finally:
        if engine.process.poll() is not None:
            engine.start()
    assert command(sessions, command_id).status is CommandStatus.ACCEPTED


async def test_an_act_that_the_engine_forgot_after_its_commit_is_told_to_it_again(
    sessions: Sessions, relay: Relay, temporal_client: Client
) -> None:
    """It died when the act was in the record, and what it had heard was not yet in its history."""
    reference = received(sessions, received_at=datetime.now(UTC))  # none of its limits is near
    case = temporal_client.get_workflow_handle(case_workflow_id(reference))
    async with running(relay):
        await eventually("it is told", lambda: is_told(sessions, reference))
    await taken_up(temporal_client, reference)
    command_id = asked(sessions, reference)
    written_behind_its_back(sessions, command(sessions, command_id))
    assert command(sessions, command_id).status is CommandStatus.ACCEPTED
    async with running(relay):
        await eventually("it is told again", lambda: is_told(sessions, command_id))
    standing = await case.query(CaseWorkflow.standing)
    assert standing is not None
    assert standing.case.version == 2
    with sessions() as session:
        events = select(JournalRow.event).where(JournalRow.reference == reference)
        assert sorted(session.scalars(events)) == ["assigned", "received"]


def written_behind_its_back(sessions: Sessions, asked: StoredCommand) -> None:
    """The commit of an act, and nothing after it."""
    with sessions.begin() as session:
        now = standing_of(session, asked.reference)
        given = ActContext(
            by=asked.by,
            at=asked.at,
            words=frozenset(asked.words),
            conduct=published_pack(session, now.case.policy).conduct,
            clocks=now.clocks,
        )
        record(session, carried_out(asked.act, now.case, given, key=asked.id, seen_version=None))


async def test_only_those_who_carry_a_kind_of_message_are_woken_by_it(
    sessions: Sessions, wakeups: Wakeups
) -> None:
    """What a page stores it delivers itself: a relay that looked at once would look in vain, at
    the very moment at which somebody waits for the page."""
    while await wakeups.wait(0.2):  # what other tests have stored
        pass
    reference = received(sessions)
    assert await wakeups.wait(PATIENCE) == {MessageKind.CASE}
    asked(sessions, reference)
    assert await wakeups.wait(0.2) == set()


async def test_a_note_of_somebody_is_told_with_its_words_only_in_the_store(
    sessions: Sessions, relay: Relay
) -> None:
    reference, command_id = received(sessions), str(uuid4())
    with sessions.begin() as session:
        store_command(
            session,
            command_id=command_id,
            reference=reference,
            act=Note(),
            words={"note": "the customer's mother is ill"},
            by=actor("hong"),
            seen_version=None,
        )
    async with running(relay):
        await eventually("it is told", lambda: is_told(sessions, reference, command_id))
    with sessions() as session:
        entry = session.scalars(select(JournalRow).where(JournalRow.key == command_id)).one()
        assert entry.words == {"note": "the customer's mother is ill"}
        assert entry.facts == {}
