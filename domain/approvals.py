"""What one person asks for and a second must decide on: nobody does it alone."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class ApprovalKind(StrEnum):
    """What can be asked for. Each kind has its own deciders, and somebody who carries it out."""

    MAKE_ADMINISTRATOR = "make_administrator"


class ApprovalOutcome(StrEnum):
    """How a request ended."""

    APPROVED = "approved"
    DECLINED = "declined"
    TAKEN_BACK = "taken_back"
    """By whoever had asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """A request, and what became of it."""

    id: str
    kind: ApprovalKind
    subject: str
    """The id of whom or what it is about."""
    request: Mapping[str, str]
    """What is asked for, in codes and references."""
    reason: str
    requested_by: str
    requested_at: datetime
    decided_by: str | None
    decided_at: datetime | None
    outcome: ApprovalOutcome | None
    """None while it waits."""

    def may_be_decided_by(self, person: str) -> bool:
        """Whether this is a second person: neither who asked nor whom it is about."""
        return person not in (self.requested_by, self.subject)
