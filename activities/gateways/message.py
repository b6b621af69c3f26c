"""What a gateway is given, and what it says when it does not take it."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from domain.notices import Obstacle

KEY_HEADER = "X-Redress-Key"
"""The same in every try of the same notice."""


class NotTaken(Exception):
    """A gateway did not take a message."""

    def __init__(
        self, obstacle: Obstacle, code: str, says: str = "", *, wait: timedelta | None = None
    ) -> None:
        """`code` is what the other side calls it, without anything personal; `says` are its own
        words. `wait` is how long to leave it alone, when it asks for that."""
        super().__init__(code)
        self.obstacle = obstacle
        self.code = code
        self.says = says
        self.wait = wait


@dataclass(frozen=True, slots=True, kw_only=True)
class EnclosedFile:
    """A PDF that goes with a mail."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What is sent, in the words of one language."""

    key: str
    subject: str
    text: str
    link: str
    """Where the case is found in the pages; a room is never told without it."""
    email: str
    """Whom to write to; empty when only rooms hear it."""
    mail_id: str
    """What its Message-ID begins with: answers name it, and so does the mail that comes back."""
    rooms: frozenset[str] | None
    """The units whose rooms hear it, beside the rooms of the whole bank; None when no room may."""
    enclosed: EnclosedFile | None = None
    """Goes with mail alone; no room hears what is written to a customer."""


class Gateway(Protocol):
    """A way out of the house."""

    @property
    def name(self) -> str:
        """Names it in the record, without a secret of its address."""

    def send(self, message: Message) -> None:
        """Hand a message over; raises `NotTaken`. Without an error, the other side has it."""
