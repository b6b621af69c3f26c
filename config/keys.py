"""The secrets of an installation: long, chosen by a machine, each for one thing."""

import base64
import binascii
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from config.engines import database_password
from config.reading import FEWEST_CHARACTERS, SettingsRefused, can_be_guessed, required

SHORTEST_SECRET = 32
"""Bytes. A key for AES-256 has exactly as many."""


@dataclass(frozen=True, slots=True)
class PayloadKey:
    """One key of the ring that encrypts what Temporal stores."""

    id: str
    key: bytes = field(repr=False)
    """32 bytes, for AES-256-GCM."""
    opens_unbound: bool = False
    """Whether it was in use before payloads were bound to their place, and opens those too."""


def secret(environ: Mapping[str, str], variable: str) -> str:
    """A secret that is long enough and cannot be guessed."""
    value = required(environ, variable)
    if len(value.encode()) < SHORTEST_SECRET:
        raise SettingsRefused(f"{variable} is too short: it wants {SHORTEST_SECRET} bytes or more.")
    if can_be_guessed(value):
        raise SettingsRefused(f"{variable} can be guessed: let a machine choose it.")
    return value


def sealing_key(environ: Mapping[str, str], variable: str) -> bytes:
    """A secret, as the journal is sealed with it."""
    return secret(environ, variable).encode()


def shared_secrets(environ: Mapping[str, str]) -> Iterator[str]:
    """What is wrong when one value guards two things: whoever learns it opens both."""
    ring = environ.get("REDRESS_PAYLOAD_KEYS", "").replace(f":{_BOUND}", "").split(",")
    secrets = [
        ("REDRESS_SECRET_KEY", environ.get("REDRESS_SECRET_KEY", "")),
        ("REDRESS_SECRET_KEY_BEFORE", environ.get("REDRESS_SECRET_KEY_BEFORE", "")),
        ("REDRESS_JOURNAL_KEY", environ.get("REDRESS_JOURNAL_KEY", "")),
        *(("REDRESS_PAYLOAD_KEYS", entry.partition(":")[2]) for entry in ring),
        ("DATABASE_URL", database_password(environ)),
        ("REDRESS_OWNER_DATABASE_URL", _password_of_another_role(environ)),
    ]
    first: dict[str, str] = {}
    for variable, secret in secrets:
        other = first.setdefault(secret.strip(), variable) if secret.strip() else variable
        if other != variable:
            yield f"{variable} holds the secret of {other} again: each wants its own."


_BOUND = "bound"
"""Stands behind a payload key that never made a payload without a place."""


def key_ring(environ: Mapping[str, str], variable: str) -> tuple[PayloadKey, ...]:
    """The keys of the payloads, the one that encrypts first."""
    entries = [entry.strip() for entry in required(environ, variable).split(",") if entry.strip()]
    keys = tuple(_payload_key(entry, variable) for entry in entries)
    if len({key.id for key in keys}) != len(keys) or len({key.key for key in keys}) != len(keys):
        raise SettingsRefused(f"{variable} names the same key twice.")
    return keys


def _payload_key(entry: str, variable: str) -> PayloadKey:
    identifier, _, encoded = entry.partition(":")
    encoded, _, mark = encoded.partition(":")
    try:
        key = base64.b64decode(encoded, validate=True)
    except binascii.Error:
        key = b""
    if not identifier or len(key) != SHORTEST_SECRET or mark not in ("", _BOUND):
        raise SettingsRefused(
            f"{variable} wants id:key pairs, each key 32 bytes in base64, and :{_BOUND} behind a"
            " key that was made since payloads are bound to their place."
        )
    if len(set(key)) < FEWEST_CHARACTERS:
        raise SettingsRefused(f"{variable} has a key ({identifier}) that can be guessed.")
    return PayloadKey(identifier, key, opens_unbound=mark != _BOUND)


def _password_of_another_role(environ: Mapping[str, str]) -> str:
    """The owner's, when the database has an owner besides the application."""
    url, owner = environ.get("DATABASE_URL"), environ.get("REDRESS_OWNER_DATABASE_URL")
    return "" if url == owner else database_password(environ, "REDRESS_OWNER_DATABASE_URL")
