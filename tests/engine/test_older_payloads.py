"""A case begun before payloads were bound to their place goes on under today's code."""

import os
from collections.abc import AsyncIterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from temporalio.api.common.v1 import Payload
from temporalio.client import Client, WorkflowHistory
from temporalio.converter import PayloadCodec

from config import PayloadKey
from domain.acts import Note
from embedded.temporal_namespace import prepare_namespace
from embedded.temporal_server import TemporalServer
from engine.delivery import Answered, deliver, start_case
from engine.payloads import encrypted_converter
from engine.replay import replay
from engine.runs import described, is_running, runs_of
from store.cases.commands import StoredCommand, store_command
from store.cases.receipts import receive
from store.database import Sessions
from tests.builders import a_complaint, actor
from tests.waiting import eventually, taken_up
from worker import THREADS, WORKFLOWS, case_worker
from workflows.names import SEARCH_ATTRIBUTES, case_workflow_id

NAMESPACE = "redress-upgraded"
KEY = PayloadKey(id="first", key=bytes(range(32)))
KEPT = replace(KEY, opens_unbound=True)
"""The key as the settings of an installation that is older than places name it."""


class BeforePlaces(PayloadCodec):
    """As payloads were encrypted until they were bound to their place."""

    def __init__(self, key: PayloadKey) -> None:
        self._key, self._cipher = key, AESGCM(key.key)

    async def encode(self, payloads: Sequence[Payload]) -> list[Payload]:
        return [self._encrypted(payload) for payload in payloads]

    async def decode(self, payloads: Sequence[Payload]) -> list[Payload]:
        return [
            Payload.FromString(self._cipher.decrypt(each.data[:12], each.data[12:], None))
            for each in payloads
        ]

    def _encrypted(self, payload: Payload) -> Payload:
        nonce = os.urandom(12)
        data = nonce + self._cipher.encrypt(nonce, payload.SerializeToString(), None)
        metadata = {"encoding": b"binary/encrypted", "key": self._key.id.encode()}
        return Payload(metadata=metadata, data=data)


@pytest.fixture(scope="module")
async def address(engine: TemporalServer) -> str:
    await prepare_namespace(engine.address, NAMESPACE, SEARCH_ATTRIBUTES)
    return engine.address


async def older_client(address: str) -> Client:
    converter = replace(encrypted_converter((KEY,)), payload_codec=BeforePlaces(KEY))
    return await Client.connect(address, namespace=NAMESPACE, data_converter=converter)


async def todays_client(address: str, *ring: PayloadKey) -> Client:
    return await Client.connect(
        address, namespace=NAMESPACE, data_converter=encrypted_converter(ring)
    )


@asynccontextmanager
async def a_worker(client: Client, sessions: Sessions, queue: str) -> AsyncIterator[None]:
    with ThreadPoolExecutor(THREADS) as threads:
        async with case_worker(client, sessions, threads, queue):
            yield


def a_note(sessions: Sessions, reference: str) -> StoredCommand:
    with sessions.begin() as session:
        return store_command(
            session,
            command_id=str(uuid4()),
            reference=reference,
            act=Note(),
            words={"note": "said"},
            by=actor("hong"),
            seen_version=None,
        )


@pytest.fixture
async def case(address: str, sessions: Sessions) -> tuple[str, str]:
    """A case that an older worker has opened and written to, and its queue."""
    with sessions.begin() as session:
        complaint = a_complaint(received_at=datetime.now(UTC))
        reference = receive(session, complaint, actor("ines")).reference
    queue, client = f"upgraded-{uuid4()}", await older_client(address)
    async with a_worker(client, sessions, queue):
        await start_case(client, reference, queue)
        await taken_up(client, reference)
        await deliver(client, a_note(sessions, reference), queue)
    return reference, queue


@pytest.mark.parametrize("ring", [(KEPT,), (PayloadKey("next", bytes(range(32, 64))), KEPT)])
async def test_a_case_of_an_older_version_goes_on(
    case: tuple[str, str], address: str, sessions: Sessions, ring: tuple[PayloadKey, ...]
) -> None:
    reference, queue = case
    client = await todays_client(address, *ring)
    async with a_worker(client, sessions, queue):
        answered = await deliver(client, a_note(sessions, reference), queue)
        assert answered == Answered(refusal=None)
    (run,) = await runs_of(client, reference)
    history = WorkflowHistory(case_workflow_id(reference), run.events)
    assert (await replay(history, WORKFLOWS, strictly=True)).is_fine


async def test_a_key_made_since_opens_nothing_of_an_older_version(
    case: tuple[str, str], address: str, sessions: Sessions
) -> None:
    reference, queue = case
    client = await todays_client(address, KEY)
    handle = client.get_workflow_handle(case_workflow_id(reference))
    async with a_worker(client, sessions, queue):
        await handle.signal("look_again")

        async def is_parked() -> bool:
            now = await described(client, reference)
            assert now is not None
            assert is_running(now), "it can be taken up again as soon as the settings are right"
            return now.pending_workflow_task.attempt > 1

        await eventually("the case is parked", is_parked)
