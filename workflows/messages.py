"""What is said to a workflow and what it answers. References, classes and instants only."""

from dataclasses import dataclass
from datetime import datetime

from domain.acts import AnyAct
from domain.case import Actor
from domain.notices import Sending


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseStart:
    """Take a case up, for the first time or again: everything else is read from its record."""

    reference: str
    revision: int = 1
    """Which way of writing the run began with, and keeps, so that its history replays: 1, by
    ordinary activities, which is meant where none was written down; 2, by local ones (decision 28).
    """


LATEST_REVISION = 2
"""With which a run begins today."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A person's act, on its way to the case. Its texts stay in PostgreSQL under the same id."""

    id: str
    act: AnyAct
    by: Actor
    at: datetime
    """When the person did it. It survives a reset, after which the workflow hears it anew."""
    words: tuple[str, ...]
    """Names of the texts that came with it."""
    seen_version: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An act was accepted; this is the case afterwards. A refusal is the failure of the update."""

    version: int
    status: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeStart:
    """Send this notice, trying as hard as the bank wants it."""

    notice_id: int
    sending: Sending
    revision: int = 1
    """1: a batch has made the first try, or every one is an ordinary activity. 2: the first try is
    a local activity, as it was before there were batches (decision 30)."""
    wait_seconds: int = 0
    """Before the next try, when a batch has made the first; nothing when none was made."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeBatch:
    """Send these notices, named as the outbox names them, each as hard as the bank wants it."""

    messages: tuple[str, ...]
    sending: Sending


ASK_AGAIN = "AskAgain"
"""The failure type by which a run that is about to end sends a command on to the next one."""

TAKEN_BACK = "AcceptedUpdateCompletedWorkflow"
"""The server's own failure type for a command that was at work when its run was taken back or
ended. The next run hears it under the same id, so nobody is told that it failed."""

REFUSED = "Refused"
"""The failure type by which a refusal travels; its details are the code and its facts."""
