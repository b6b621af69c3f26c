"""Encryption of everything Temporal stores: AES-GCM under a ring of keys that can be turned."""

import os
from collections.abc import Sequence
from dataclasses import replace

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from temporalio.api.common.v1 import Payload
from temporalio.contrib.pydantic import PydanticPayloadConverter
from temporalio.converter import (
    CompositePayloadConverter,
    DataConverter,
    DefaultFailureConverterWithEncodedAttributes,
    PayloadCodec,
)

from config import PayloadKey

ENCODING = b"binary/encrypted"
NONCE_BYTES = 12


class UnreadablePayload(Exception):
    """The payload was encrypted under a key that is not on the ring, or was altered."""


class EncryptedPayloads(PayloadCodec):
    """Encrypts with the first key of the ring and decrypts with any of them."""

    def __init__(self, keys: Sequence[PayloadKey]) -> None:
        self._current = keys[0]
        self._ciphers = {key.id: AESGCM(key.key) for key in keys}

    async def encode(self, payloads: Sequence[Payload]) -> list[Payload]:
        return [self._encrypted(payload) for payload in payloads]

    async def decode(self, payloads: Sequence[Payload]) -> list[Payload]:
        return [self._decrypted(payload) for payload in payloads]

    def _encrypted(self, payload: Payload) -> Payload:
        nonce = os.urandom(NONCE_BYTES)
        cipher = self._ciphers[self._current.id]
        data = nonce + cipher.encrypt(nonce, payload.SerializeToString(), None)
        return Payload(metadata={"encoding": ENCODING, "key": self._current.id.encode()}, data=data)

    def _decrypted(self, payload: Payload) -> Payload:
        if payload.metadata.get("encoding") != ENCODING:
            return payload
        key = payload.metadata["key"].decode()
        if key not in self._ciphers:
            raise UnreadablePayload(f"the key ring has no key {key!r}; bring it back")
        try:
            nonce, data = payload.data[:NONCE_BYTES], payload.data[NONCE_BYTES:]
            return Payload.FromString(self._ciphers[key].decrypt(nonce, data, None))
        except (InvalidTag, ValueError):  # ValueError: too short to hold a nonce
            raise UnreadablePayload(f"a payload under key {key!r} has been altered") from None


_shared = PydanticPayloadConverter()


class SharedValues(PydanticPayloadConverter):
    """Values to and from JSON, with what was learnt about their types shared by the whole process.

    The worker makes a converter for every workflow it takes up. Left to itself each would work out
    the types of a command anew, some forty milliseconds of every case.
    """

    def __init__(self) -> None:
        CompositePayloadConverter.__init__(self, *_shared.converters.values())


VALUES = DataConverter(payload_converter_class=SharedValues)
"""Values as JSON, in the clear: what tests and replays read."""


def encrypted_converter(keys: Sequence[PayloadKey]) -> DataConverter:
    """Values as JSON, encrypted; failure messages and stack traces too."""
    return replace(
        VALUES,
        payload_codec=EncryptedPayloads(keys),
        failure_converter_class=DefaultFailureConverterWithEncodedAttributes,
    )
