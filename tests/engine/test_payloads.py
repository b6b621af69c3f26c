"""What Temporal stores is sealed: readable with any key of the ring, and with nothing else."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from temporalio.api.common.v1 import Payload
from temporalio.api.failure.v1 import Failure
from temporalio.converter import DataConverter
from temporalio.exceptions import ApplicationError

from config import PayloadKey
from domain.acts import Note
from domain.journal import CaseState
from engine.payloads import EncryptedPayloads, UnreadablePayload, encrypted_converter
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


async def sealed(value: object, *ring: PayloadKey) -> Payload:
    [payload] = await encrypted_converter(ring or (OLD,)).encode([value])
    return payload


async def opened(payload: Payload, *ring: PayloadKey) -> object:
    [value] = await encrypted_converter(ring or (OLD,)).decode([payload], [Command])
    return value


async def test_a_command_comes_back_as_it_went_in() -> None:
    assert await opened(await sealed(COMMAND)) == COMMAND


async def test_a_standing_comes_back_as_it_went_in() -> None:
    standing = CaseState(case=a_case(), clocks=())
    converter = encrypted_converter((OLD,))
    assert await converter.decode(await converter.encode([standing]), [CaseState]) == [standing]


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


async def test_a_payload_from_before_encryption_is_read_as_it_is() -> None:
    plain = replace(encrypted_converter((OLD,)), payload_codec=None)
    [payload] = await plain.encode([COMMAND])
    assert await opened(payload) == COMMAND


async def test_the_words_of_a_failure_are_sealed_too() -> None:
    converter: DataConverter = encrypted_converter((OLD,))
    failure = Failure()
    await converter.encode_failure(ApplicationError("a secret of the customer"), failure)
    assert b"secret" not in failure.SerializeToString()
    assert "secret" in str(await converter.decode_failure(failure))


async def test_a_codec_leaves_the_order_of_payloads_alone() -> None:
    codec = EncryptedPayloads((OLD,))
    payloads = [Payload(data=bytes([number])) for number in range(5)]
    assert await codec.decode(await codec.encode(payloads)) == payloads
