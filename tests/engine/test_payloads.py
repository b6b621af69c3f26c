"""What Temporal stores is sealed: readable with any key of the ring, and with nothing else."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from temporalio.api.common.v1 import Payload
from temporalio.api.failure.v1 import Failure
from temporalio.converter import (
    ActivitySerializationContext,
    DataConverter,
    SerializationContext,
    WorkflowSerializationContext,
)
from temporalio.exceptions import ApplicationError

from config import PayloadKey
from domain.acts import Note
from domain.failures import Intrusion
from domain.journal import CaseState
from engine.payloads import (
    VALUES,
    EncryptedPayloads,
    UnreadablePayload,
    encrypted_converter,
    is_unreadable,
)
from tests.builders import a_case, actor
from workflows.messages import Command

OLD = PayloadKey(id="2025", key=bytes(range(32)))
NEW = PayloadKey(id="2026", key=bytes(range(32, 64)))

COMMAND = Command(
    id="c-1",
    act=Note(),
    by=actor("hong"),
    at=datetime(2026, 11, 9, 2, 0, tzinfo=UTC),
    words=("note",),
    seen_version=3,
)


NAMESPACE = "redress"
CASE = WorkflowSerializationContext(namespace=NAMESPACE, workflow_id="case/C-2026-000001")


def recording(
    workflow_id: str = CASE.workflow_id, activity: str = "record"
) -> ActivitySerializationContext:
    """An activity of a workflow, as the worker speaks of it."""
    return ActivitySerializationContext(
        namespace=NAMESPACE,
        activity_id="1",
        activity_type=activity,
        activity_task_queue="cases",
        workflow_id=workflow_id,
        workflow_type="Case",
        is_local=False,
    )


def converter(*ring: PayloadKey, at: SerializationContext = CASE) -> DataConverter:
    return encrypted_converter(ring or (OLD,)).with_context(at)


async def sealed(value: object, *ring: PayloadKey, at: SerializationContext = CASE) -> Payload:
    [payload] = await converter(*ring, at=at).encode([value])
    return payload


async def opened(payload: Payload, *ring: PayloadKey, at: SerializationContext = CASE) -> object:
    [value] = await converter(*ring, at=at).decode([payload], [Command])
    return value


def sealed_before_places(key: PayloadKey) -> Payload:
    """A command as it was encrypted before payloads were bound to their place."""
    [plain] = VALUES.payload_converter.to_payloads([COMMAND])
    nonce = bytes(range(12))
    return Payload(
        metadata={"encoding": b"binary/encrypted", "key": key.id.encode()},
        data=nonce + AESGCM(key.key).encrypt(nonce, plain.SerializeToString(), None),
    )


def sealed_before_packing(key: PayloadKey) -> Payload:
    """A command as it was encrypted before payloads were packed."""
    [plain] = VALUES.payload_converter.to_payloads([COMMAND])
    nonce = bytes(range(12))
    place = json.dumps(["redress", "2", key.id, NAMESPACE, CASE.workflow_id, "workflow"]).encode()
    metadata = {
        "encoding": b"binary/encrypted",
        "format": b"2",
        "key": key.id.encode(),
        "reader": b"workflow",
    }
    sealed = AESGCM(key.key).encrypt(nonce, plain.SerializeToString(), place)
    return Payload(metadata=metadata, data=nonce + sealed)


async def test_a_command_comes_back_as_it_went_in() -> None:
    assert await opened(await sealed(COMMAND)) == COMMAND


async def test_a_case_is_packed_before_it_is_encrypted() -> None:
    standing = CaseState(case=a_case(), clocks=())
    [plain] = VALUES.payload_converter.to_payloads([standing])
    payload = await sealed(standing)
    assert len(payload.data) < 0.6 * len(plain.data)


async def test_what_was_not_packed_yet_opens_and_does_not_pass_for_packed() -> None:
    before = sealed_before_packing(OLD)
    assert await opened(before) == COMMAND
    before.metadata["format"] = b"3"
    with pytest.raises(UnreadablePayload):
        await opened(before)


async def test_a_standing_comes_back_as_it_went_in() -> None:
    standing = CaseState(case=a_case(), clocks=())
    assert await converter().decode(await converter().encode([standing]), [CaseState]) == [standing]


async def test_nothing_of_it_can_be_read_without_a_key() -> None:
    payload = await sealed(COMMAND)
    assert b"hong" not in payload.SerializeToString()
    assert payload.metadata["key"] == b"2025"


async def test_the_same_value_is_never_sealed_alike() -> None:
    assert (await sealed(COMMAND)).data != (await sealed(COMMAND)).data


async def test_after_a_rotation_the_old_is_still_read_and_the_new_key_writes() -> None:
    before = await sealed(COMMAND, OLD)
    assert await opened(before, NEW, OLD) == COMMAND
    after = await sealed(COMMAND, NEW, OLD)
    assert after.metadata["key"] == b"2026"


async def test_a_key_that_was_taken_away_is_asked_for_by_its_id() -> None:
    payload = await sealed(COMMAND, OLD)
    with pytest.raises(UnreadablePayload, match="no key '2025'; bring it back"):
        await opened(payload, NEW)


@pytest.mark.parametrize("harm", ["flipped", "cut short", "cut to nothing"])
async def test_a_payload_that_was_altered_is_found_out(harm: str) -> None:
    payload = await sealed(COMMAND)
    altered = {
        "flipped": payload.data[:-1] + bytes([payload.data[-1] ^ 1]),
        "cut short": payload.data[:20],
        "cut to nothing": b"",
    }[harm]
    with pytest.raises(UnreadablePayload, match="altered"):
        await opened(Payload(metadata=payload.metadata, data=altered))


async def test_a_payload_in_the_clear_is_refused_and_reported() -> None:
    reported: list[tuple[str, Intrusion]] = []
    plain = replace(encrypted_converter((OLD,)), payload_codec=None)
    [payload] = await plain.encode([COMMAND])
    ours = encrypted_converter((OLD,), lambda *what: reported.append(what)).with_context(CASE)
    with pytest.raises(UnreadablePayload, match="not encrypted"):
        await ours.decode([payload], [Command])
    assert reported == [("case/C-2026-000001", Intrusion.NOT_ENCRYPTED)]


async def test_one_that_stands_for_a_refused_one_is_no_way_in() -> None:
    plain = await sealed(COMMAND)
    plain.metadata["encoding"] = b"redress/unreadable"
    with pytest.raises(UnreadablePayload, match="not encrypted"):
        await opened(plain)


ELSEWHERE = {
    "another case": WorkflowSerializationContext(NAMESPACE, "case/C-2026-000002"),
    "another namespace": WorkflowSerializationContext("rehearsal", CASE.workflow_id),
    "an activity of the case": recording(),
    "an activity of no workflow": replace(recording(), workflow_id=None),
}


@pytest.mark.parametrize("place", ELSEWHERE.values(), ids=ELSEWHERE)
async def test_a_payload_opens_at_its_own_place_only(place: SerializationContext) -> None:
    payload = await sealed(COMMAND)
    with pytest.raises(UnreadablePayload):
        await opened(payload, at=place)


async def test_what_one_activity_is_given_opens_for_no_other() -> None:
    payload = await sealed(COMMAND, at=recording(activity="record"))
    assert await opened(payload, at=recording(activity="record")) == COMMAND
    with pytest.raises(UnreadablePayload):
        await opened(payload, at=recording(activity="open_case"))


async def test_a_place_written_over_another_opens_nothing() -> None:
    payload = await sealed(COMMAND, at=recording(activity="record"))
    payload.metadata["reader"] = b"workflow"
    with pytest.raises(UnreadablePayload):
        await opened(payload)


async def test_who_looks_at_a_history_reads_all_of_its_places_and_of_no_other() -> None:
    payloads = [await sealed(COMMAND), await sealed(COMMAND, at=recording())]
    codec = EncryptedPayloads((OLD,))
    read = await codec.reading(NAMESPACE, CASE.workflow_id).decode(payloads)
    assert not any(map(is_unreadable, read))
    assert all(map(is_unreadable, await codec.reading(NAMESPACE, "case/other").decode(payloads)))


async def test_every_run_of_a_schedule_reads_what_the_schedule_was_given() -> None:
    schedule = WorkflowSerializationContext(NAMESPACE, "upkeep/verify")
    run = WorkflowSerializationContext(NAMESPACE, "upkeep/verify-2026-11-28T11:00:00Z")
    payload = await sealed(COMMAND, at=schedule)
    assert await opened(payload, at=run) == COMMAND
    with pytest.raises(UnreadablePayload):
        await opened(payload, at=WorkflowSerializationContext(NAMESPACE, "upkeep/heads"))


async def test_what_an_older_version_encrypted_opens_under_the_keys_it_had() -> None:
    before = sealed_before_places(OLD)
    assert await opened(before, NEW, replace(OLD, opens_unbound=True)) == COMMAND
    with pytest.raises(UnreadablePayload, match="bound to no place"):
        await opened(before, OLD)


async def test_a_bound_payload_does_not_pass_for_an_older_one() -> None:
    payload = await sealed(COMMAND)
    del payload.metadata["format"]
    with pytest.raises(UnreadablePayload):
        await opened(payload, replace(OLD, opens_unbound=True))


async def test_the_words_of_a_failure_are_sealed_too() -> None:
    failure = Failure()
    await converter().encode_failure(ApplicationError("a secret of the customer"), failure)
    assert b"secret" not in failure.SerializeToString()
    assert "secret" in str(await converter().decode_failure(failure))


async def test_a_codec_leaves_the_order_of_payloads_alone() -> None:
    codec = EncryptedPayloads((OLD,)).with_context(CASE)
    payloads = [Payload(data=bytes([number])) for number in range(5)]
    assert await codec.decode(await codec.encode(payloads)) == payloads
