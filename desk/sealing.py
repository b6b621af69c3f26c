"""Small secrets at rest: sealed by AES-256-GCM under a key that is not in the database."""

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

NONCE = 12
"""Bytes, as GCM wants them."""


class CannotBeOpened(ValueError):
    """It was sealed under another key, or for another place."""


def derived(secret: str, purpose: str) -> bytes:
    """A key for one purpose alone, out of a secret that has others."""
    return HKDF(SHA256(), 32, salt=None, info=purpose.encode()).derive(secret.encode())


def seal(key: bytes, content: bytes, place: str) -> bytes:
    """Sealed content, bound to the place where it is kept."""
    nonce = os.urandom(NONCE)
    return nonce + AESGCM(key).encrypt(nonce, content, place.encode())


def unseal(keys: tuple[bytes, ...], sealed: bytes, place: str) -> bytes:
    """The content, by the first of these keys that fits. Raises `CannotBeOpened`."""
    for key in keys:
        try:
            return AESGCM(key).decrypt(sealed[:NONCE], sealed[NONCE:], place.encode())
        except InvalidTag:
            continue
    raise CannotBeOpened(place)
