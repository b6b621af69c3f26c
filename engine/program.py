"""Which build of the program this is, so that a failure can say by which it happened."""

import hashlib
import os
import socket
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[1]

RUN_BY_THE_ENGINE = ("domain", "workflows", "activities", "store", "engine", "rulebook")
"""What carries out cases: a page that changes makes no other build of it."""

SEPARATOR = "/"


@cache
def build() -> str:
    """The build by the digest of its own files, twelve characters: the same wherever the same
    program runs."""
    digest = hashlib.sha256()
    for folder in RUN_BY_THE_ENGINE:
        for file in sorted((ROOT / folder).rglob("*.py")):
            digest.update(file.relative_to(ROOT).as_posix().encode())
            digest.update(file.read_bytes())
    return digest.hexdigest()[:12]


def identity() -> str:
    """What the engine knows this process by: number and machine, as is usual, and its build."""
    return f"{os.getpid()}@{socket.gethostname()}{SEPARATOR}{build()}"


def build_in(identity: str) -> str:
    """The build that a process said it was; empty for one that said none."""
    return identity.partition(SEPARATOR)[2]
