"""Customers' names and numbers as PostgreSQL keeps them: encrypted, each bound to its place, under
a ring of keys that can be turned; and the keyed hashes by which they are found all the same.
"""

import base64
import binascii
import hmac
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from config import PersonalKey

FORMAT = "1"
"""AES-256-GCM, the nonce of twelve random bytes before the text. It stands before the key's id, so
that another cipher can take its place row by row."""

NONCE_BYTES = 12

HASH_BYTES = 16


class KeyMissing(Exception):
    """Something is encrypted under a key that this installation has not been given."""


class NotOurs(Exception):
    """What should be a text of a customer was altered, or was encrypted for another place."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """A text as PostgreSQL keeps it. An empty one stays empty: there is nothing to hide."""

    token: str = ""

    def __bool__(self) -> bool:
        return bool(self.token)

    @property
    def key(self) -> str:
        """The id of the key it is encrypted under."""
        return self.token.split(":", 2)[1] if self.token.count(":") == 2 else ""


@dataclass(frozen=True, slots=True)
class PersonalField:
    """Where a text belongs: moved anywhere else it cannot be read."""

    table: str
    column: str
    case: str


class PersonalRing:
    """Encrypts with the first key, decrypts with any. Each key makes two: one to encrypt with and
    one to find by, so that neither says anything about the other."""

    def __init__(self, keys: Sequence[PersonalKey] = ()) -> None:
        self._ids = tuple(key.id for key in keys)
        self._ciphers = {key.id: AESGCM(_made_of(key.key, "encryption")) for key in keys}
        self._finders = {key.id: _made_of(key.key, "search") for key in keys}

    @property
    def current(self) -> str:
        """The id of the key that encrypts; raises `KeyMissing` when there is none."""
        if not self._ids:
            raise KeyMissing("REDRESS_PERSONAL_KEYS is not set: nothing personal can be kept")
        return self._ids[0]

    def seal(self, text: str, field: PersonalField) -> Sealed:
        """The text, encrypted for its place."""
        if not text:
            return Sealed()
        key, nonce = self.current, os.urandom(NONCE_BYTES)
        whole = nonce + self._ciphers[key].encrypt(nonce, text.encode(), _bound(key, field))
        return Sealed(f"{FORMAT}:{key}:{base64.b64encode(whole).decode()}")

    def open(self, sealed: Sealed, field: PersonalField) -> str:
        """The text; raises `KeyMissing` or `NotOurs`."""
        if not sealed:
            return ""
        form, _, rest = sealed.token.partition(":")
        key, _, encoded = rest.partition(":")
        if form != FORMAT or not encoded:
            raise NotOurs(f"{field.table}.{field.column} of {field.case} is not encrypted")
        if key not in self._ciphers:
            raise KeyMissing(f"REDRESS_PERSONAL_KEYS has no key {key!r}; bring it back")
        try:
            whole = base64.b64decode(encoded, validate=True)
            nonce, text = whole[:NONCE_BYTES], whole[NONCE_BYTES:]
            return self._ciphers[key].decrypt(nonce, text, _bound(key, field)).decode()
        except (InvalidTag, binascii.Error, ValueError):
            says = f"{field.table}.{field.column} of {field.case} was altered or moved there"
            raise NotOurs(says) from None

    def find_by(self, field: str, value: str) -> str | None:
        """The hash by which a value is found again; None for nothing to find."""
        return self._hash(self.current, field, value) if value else None

    def found_by(self, field: str, value: str) -> list[str]:
        """Every hash a value may have been kept under."""
        return [self._hash(key, field, value) for key in self._ids] if value else []

    def _hash(self, key: str, field: str, value: str) -> str:
        told = json.dumps([field, value]).encode()
        digest = hmac.new(self._finders[key], told, sha256).digest()
        return f"{key}:{digest[:HASH_BYTES].hex()}"


def _made_of(key: bytes, purpose: str) -> bytes:
    info = f"redress personal data: {purpose}".encode()
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=info).derive(key)


def _bound(key: str, field: PersonalField) -> bytes:
    return json.dumps(["redress", FORMAT, key, field.table, field.column, field.case]).encode()
