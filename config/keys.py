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


@dataclass(frozen=True, slots=True)
class PersonalKey:
    """One key of the ring that encrypts what PostgreSQL keeps of customers."""

    id: str
    key: bytes = field(repr=False)
    """32 bytes; what encrypts and what finds is made of it."""


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
    personal = environ.get("REDRESS_PERSONAL_KEYS", "").split(",")
    secrets = [
        ("REDRESS_SECRET_KEY", environ.get("REDRESS_SECRET_KEY", "")),
        ("REDRESS_SECRET_KEY_BEFORE", environ.get("REDRESS_SECRET_KEY_BEFORE", "")),
        ("REDRESS_JOURNAL_KEY", environ.get("REDRESS_JOURNAL_KEY", "")),
        *(("REDRESS_PAYLOAD_KEYS", entry.partition(":")[2]) for entry in ring),
        *(("REDRESS_PERSONAL_KEYS", entry.partition(":")[2]) for entry in personal),
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
    return tuple(
        PayloadKey(identifier, key, opens_unbound=mark != _BOUND)
        for identifier, key, mark in _ring(
            environ,
            variable,
            f", and :{_BOUND} behind a key that was made since payloads are bound to their place",
            {"", _BOUND},
        )
    )


def personal_ring(environ: Mapping[str, str], variable: str) -> tuple[PersonalKey, ...]:
    """The keys of what is kept of customers, the one that encrypts first."""
    return tuple(
        PersonalKey(identifier, key) for identifier, key, _ in _ring(environ, variable, "", {""})
    )


def _ring(
    environ: Mapping[str, str], variable: str, besides: str, marks: set[str]
) -> list[tuple[str, bytes, str]]:
    entries = [entry.strip() for entry in required(environ, variable).split(",") if entry.strip()]
    read = [_key_of(entry, variable, besides, marks) for entry in entries]
    if any(len(set(one)) != len(read) for one in list(zip(*read, strict=True))[:2]):
        raise SettingsRefused(f"{variable} names the same key twice.")
    return read


def _key_of(entry: str, variable: str, besides: str, marks: set[str]) -> tuple[str, bytes, str]:
    identifier, _, encoded = entry.partition(":")
    encoded, _, mark = encoded.partition(":")
    try:
        key = base64.b64decode(encoded, validate=True)
    except binascii.Error:
        key = b""
    if not identifier or len(key) != SHORTEST_SECRET or mark not in marks:
        raise SettingsRefused(
            f"{variable} wants id:key pairs, each key 32 bytes in base64{besides}."
        )
    if len(set(key)) < FEWEST_CHARACTERS:
        raise SettingsRefused(f"{variable} has a key ({identifier}) that can be guessed.")
    return identifier, key, mark


def _password_of_another_role(environ: Mapping[str, str]) -> str:
    """The owner's, when the database has an owner besides the application."""
    url, owner = environ.get("DATABASE_URL"), environ.get("REDRESS_OWNER_DATABASE_URL")
    return "" if url == owner else database_password(environ, "REDRESS_OWNER_DATABASE_URL")
