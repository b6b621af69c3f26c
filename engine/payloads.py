"""Encryption of everything Temporal stores: AES-GCM under a ring of keys that can be turned.

Each payload is bound to its place: the workflow it belongs to, and whether the workflow or which of
its activities reads it. Copied anywhere else it opens no more (decision 16).
"""

import copy
import json
import os
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from temporalio.api.common.v1 import Payload
from temporalio.contrib.pydantic import PydanticPayloadConverter
from temporalio.converter import (
    ActivitySerializationContext,
    CompositePayloadConverter,
    DataConverter,
    DefaultFailureConverterWithEncodedAttributes,
    EncodingPayloadConverter,
    PayloadCodec,
    SerializationContext,
    WithSerializationContext,
    WorkflowSerializationContext,
)

from config import PayloadKey
from domain.failures import Intrusion
from workflows.names import stem_of

ENCODING = b"binary/encrypted"
NONCE_BYTES = 12

BOUND, PACKED = b"2", b"3"
"""The formats: bound to its place, and packed before it was encrypted too, which is what is written
(decision 16). Payloads without a format came before both."""

QUICKLY = 1
"""How hard zlib tries (default): a case becomes two fifths of its size, harder saves little."""

UNREADABLE = b"redress/unreadable"
"""The encoding of what stands for a payload that was refused; its data say why."""

LACKS_KEY = "lacks_key"

IN_WORKFLOW = "workflow"


class UnreadablePayload(Exception):
    """The payload is not ours: not encrypted, of another place, altered, or under no known key."""


Report = Callable[[str, Intrusion], None]
"""Told of a workflow whose payload nobody of ours can have made."""


@dataclass(frozen=True, slots=True)
class PayloadContext:
    """Where a payload belongs."""

    namespace: str
    workflow_id: str
    reader: str | None
    """`workflow`, or `activity` and its type. None: whichever, for who only looks at a history."""

    @classmethod
    def of(cls, context: SerializationContext) -> "PayloadContext | None":
        """The place the SDK speaks of; None when it is none of ours."""
        match context:
            case WorkflowSerializationContext():
                return cls(context.namespace, stem_of(context.workflow_id), IN_WORKFLOW)
            case ActivitySerializationContext(workflow_id=str(workflow_id)):
                reader = f"activity {context.activity_type}"
                return cls(context.namespace, stem_of(workflow_id), reader)
        return None


class _Refused(Exception):
    def __init__(self, why: str, intrusion: Intrusion | None) -> None:
        super().__init__(why)
        self.intrusion = intrusion


class EncryptedPayloads(PayloadCodec, WithSerializationContext):
    """Encrypts with the first key of the ring and decrypts with any of them.

    What is refused is not raised here, where it would hold up everything else that came with it: a
    payload that cannot be converted is put in its place. So an update is rejected and a signal
    dropped, and only what a workflow cannot do without parks it.
    """

    def __init__(self, keys: Sequence[PayloadKey], report: Report | None = None) -> None:
        self._current = keys[0]
        self._keys = {key.id: key for key in keys}
        self._ciphers = {key.id: AESGCM(key.key) for key in keys}
        self._report = report
        self._context: PayloadContext | None = None

    def with_context(self, context: SerializationContext) -> "EncryptedPayloads":
        """This codec for what belongs in one context."""
        return self._for(PayloadContext.of(context))

    def reading(self, namespace: str, workflow_id: str) -> "EncryptedPayloads":
        """This codec for whoever looks at the history of a workflow, and reports nothing."""
        codec = self._for(PayloadContext(namespace, stem_of(workflow_id), None))
        codec._report = None
        return codec

    def _for(self, context: PayloadContext | None) -> "EncryptedPayloads":
        codec = copy.copy(self)
        codec._context = context
        return codec

    async def encode(self, payloads: Sequence[Payload]) -> list[Payload]:
        return [self._encrypted(payload) for payload in payloads]

    async def decode(self, payloads: Sequence[Payload]) -> list[Payload]:
        return [self._read(payload) for payload in payloads]

    def _encrypted(self, payload: Payload) -> Payload:
        context = self._context
        assert context is not None, "nothing is encrypted for no place"
        assert context.reader is not None, "who only looks writes nothing"
        nonce, key = os.urandom(NONCE_BYTES), self._current.id
        bound_to = _associated_data(
            PACKED, key, context.namespace, context.workflow_id, context.reader
        )
        packed = zlib.compress(payload.SerializeToString(), QUICKLY)
        sealed = self._ciphers[key].encrypt(nonce, packed, bound_to)
        metadata = {
            "encoding": ENCODING,
            "format": PACKED,
            "key": key.encode(),
            "reader": context.reader.encode(),
        }
        return Payload(metadata=metadata, data=nonce + sealed)

    def _read(self, payload: Payload) -> Payload:
        try:
            return self._decrypted(payload)
        except _Refused as refused:
            if refused.intrusion is not None and self._report is not None:
                self._report(self._context.workflow_id if self._context else "", refused.intrusion)
            metadata = {"encoding": UNREADABLE}
            if refused.intrusion is None:
                metadata[LACKS_KEY] = b"yes"
            return Payload(metadata=metadata, data=json.dumps(str(refused)).encode())

    def _decrypted(self, payload: Payload) -> Payload:
        if payload.metadata.get("encoding") != ENCODING:
            raise _Refused("a payload that is not encrypted", Intrusion.NOT_ENCRYPTED)
        key = payload.metadata["key"].decode(errors="replace")
        if key not in self._ciphers:
            raise _Refused(f"the key ring has no key {key!r}; bring it back", None)
        bound_to = self._bound_to(payload, key)
        try:
            nonce, data = payload.data[:NONCE_BYTES], payload.data[NONCE_BYTES:]
            opened = self._ciphers[key].decrypt(nonce, data, bound_to)
            is_packed = payload.metadata.get("format") == PACKED
            return Payload.FromString(zlib.decompress(opened) if is_packed else opened)
        except (InvalidTag, ValueError):  # ValueError: too short to hold a nonce
            says = f"a payload under key {key!r} has been altered, or was made for another place"
            raise _Refused(says, Intrusion.NOT_FROM_HERE) from None

    def _bound_to(self, payload: Payload, key: str) -> bytes | None:
        """The place this payload must have been made for; None when it says it is older than
        places are, and its key is."""
        context, written_as = self._context, payload.metadata.get("format")
        if written_as not in (BOUND, PACKED):
            if self._keys[key].opens_unbound:
                return None
            says = f"a payload bound to no place, under key {key!r}, which makes none such"
            raise _Refused(says, Intrusion.NOT_FROM_HERE)
        if context is None:
            raise _Refused("a payload that is read at no place", Intrusion.NOT_FROM_HERE)
        reader = context.reader or payload.metadata["reader"].decode(errors="replace")
        return _associated_data(written_as, key, context.namespace, context.workflow_id, reader)


def _associated_data(written_as: bytes, *of: str) -> bytes:
    return json.dumps(["redress", written_as.decode(), *of]).encode()


class _Unreadable(EncodingPayloadConverter):
    """Refuses to make a value of a payload that was refused."""

    @property
    def encoding(self) -> str:
        return UNREADABLE.decode()

    def to_payload(self, value: object) -> None:
        return None

    def from_payload(self, payload: Payload, type_hint: type | None = None) -> object:
        raise UnreadablePayload(json.loads(payload.data))


_shared = CompositePayloadConverter(_Unreadable(), *PydanticPayloadConverter().converters.values())


class SharedValues(PydanticPayloadConverter):
    """Values to and from JSON, with what was learnt about their types shared by the whole process.

    The SDK makes a converter for every workflow it takes up, and for most commands of one. Left to
    itself each would work out the types of a command anew, some forty milliseconds of every case.
    """

    def __init__(self) -> None:
        self.converters = _shared.converters


VALUES = DataConverter(payload_converter_class=SharedValues)
"""Values as JSON, in the clear: what tests and replays read."""


def encrypted_converter(keys: Sequence[PayloadKey], report: Report | None = None) -> DataConverter:
    """Values as JSON, encrypted; failure messages and stack traces too."""
    return replace(
        VALUES,
        payload_codec=EncryptedPayloads(keys, report),
        failure_converter_class=DefaultFailureConverterWithEncodedAttributes,
    )


def is_unreadable(payload: Payload) -> bool:
    """Whether this stands for a payload that was refused."""
    return payload.metadata.get("encoding") == UNREADABLE


def lacks_key(payload: Payload) -> bool:
    """Whether this stands for a payload that could be read if its key were brought back."""
    return is_unreadable(payload) and LACKS_KEY in payload.metadata
