"""Named points in the code at which a fault test kills the process, or lets a finished piece of
work look failed. Unarmed, as everywhere but in those tests, a point does nothing.

A process is armed by its own entry point (`arm`), from settings that only a trial accepts.
"""

import os
import signal
from collections import Counter

POINTS = frozenset(
    {
        "receipt.written",  # a complaint is in its transaction, and that is not committed
        "receipt.committed",  # it is, and nobody has been given the reference
        "command.written",
        "command.stored",
        "command.heard",  # the workflow has answered, and the answer is not written down
        "relay.taken",
        "relay.started",  # a workflow runs whose message is still in the outbox
        "relay.delivered",
        "case.opened",
        "record.begun",
        "record.written",
        "record.committed",  # the journal has it, and the workflow does not know
        "case.continues",  # the workflow is about to go on as a new run
        "notice.taken_up",
        "notice.carried",  # a gateway has it, and the row does not say so
        "notice.settled",
        "file.written",
        "file.placed",  # it lies where it belongs, and no row speaks of it
        "mail.read",  # its files lie where they belong, and nothing speaks of it
        "mail.stored",  # it is taken, and still lies in the mailbox
        "heads.drafted",
        "heads.placed",  # the file lies where it belongs, and the audit does not say so
        "heads.written",
        "verification.found",  # a comparison is done, and its result is not kept
        "checks.told",  # word of a missed check is in its transaction, and that is not committed
        "warnings.told",  # the same for word of what has left its usual range
        "sweep.missed",  # the sweeper has seen a lost case, and not taken it up
    }
)
"""Every point there is. A test runs each of them, and fails when one is never reached."""


class SaidToHaveFailed(Exception):
    """The work before this point is done, and whoever asked for it is told that it is not."""


_kill_at: tuple[str, int] | None = None
_fail_after: str | None = None
_passed: Counter[str] = Counter()


def arm(crash_at: str, raise_after: str) -> None:
    """Arm this process: `name` or `name:n` for the n-th time a point is passed; empty for none."""
    global _kill_at, _fail_after
    name, _, count = crash_at.partition(":")
    _kill_at = (name, int(count or 1)) if name else None
    _fail_after = raise_after or None
    for wanted in (name, raise_after):
        assert not wanted or wanted in POINTS, f"there is no crash point {wanted!r}"


def crashpoint(name: str) -> None:
    """Die here, without a word to anybody, when this process is armed for it; or raise once."""
    global _fail_after
    if _kill_at is None and _fail_after is None:
        return
    assert name in POINTS, f"crash point {name!r} is not declared"
    _passed[name] += 1
    if _kill_at == (name, _passed[name]):
        os.kill(os.getpid(), signal.SIGKILL)
    if _fail_after == name:
        _fail_after = None
        raise SaidToHaveFailed(name)
