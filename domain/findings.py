"""Findings: whether somebody of the bank is responsible for what a complaint was found to be about.

Each is about one person and goes its own way: proposed, answered, decided, appealed, reversed.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum


class Involvement(StrEnum):
    """What somebody had to do with the event; penalties name whom they are for so (C-31..C-33)."""

    DIRECT_PERSON = "direct_person"
    RELATED_PERSON = "related_person"
    OUTLET_HEAD = "outlet_head"
    SUPERIOR_SERVICE_HEAD = "superior_service_head"
    FIRST_LEADER_ABOVE = "first_leader_above"
    """Accountability goes two levels of leaders up (C-33)."""
    SECOND_LEADER_ABOVE = "second_leader_above"


class FindingOutcome(StrEnum):
    """What is decided about somebody."""

    RESPONSIBLE = "responsible"
    NOT_RESPONSIBLE = "not_responsible"


class FindingStage(StrEnum):
    """Where a finding stands."""

    PROPOSED = "proposed"
    """Its person may say something to it before anybody decides."""
    RESPONSIBLE = "responsible"
    NOT_RESPONSIBLE = "not_responsible"
    APPEALED = "appealed"
    """Decided against its person, who does not accept that: it stands, and is not final."""
    CONFIRMED = "confirmed"
    """The appeal was decided against its person."""
    REVERSED = "reversed"
    """Taken back: nothing follows from it any more, and what has followed is undone."""


STANDING = frozenset({FindingStage.RESPONSIBLE, FindingStage.APPEALED, FindingStage.CONFIRMED})
"""Decided, and not taken back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What is said of one person's part; the words lie with the journal entries."""

    person: str
    involvement: Involvement
    proposed_by: str
    proposed_at: datetime
    reply_until_at: datetime
    """Until then nobody decides, unless the person has replied before."""
    stage: FindingStage = FindingStage.PROPOSED
    replied_at: datetime | None = None
    decided_by: str | None = None
    approved_by: str | None = None
    """The second person, whom a decision takes."""
    decided_at: datetime | None = None
    appeal_until_at: datetime | None = None
    appealed_at: datetime | None = None
    ended_by: str | None = None
    """Who decided the appeal, or took the decision back."""
    ended_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Whether somebody has yet to decide on it."""
        return self.stage in {FindingStage.PROPOSED, FindingStage.APPEALED}

    @property
    def stands(self) -> bool:
        """Whether its person was found responsible, and that was not taken back."""
        return self.stage in STANDING

    def is_final(self, at: datetime) -> bool:
        """Whether consequences may follow: it stands, and no appeal can change it by then."""
        if self.stage is FindingStage.CONFIRMED:
            return True
        appealable_until = self.appeal_until_at
        is_over = appealable_until is not None and at >= appealable_until
        return self.stage is FindingStage.RESPONSIBLE and is_over


def latest_on(findings: Iterable[Finding], person: str) -> Finding | None:
    """The newest finding on somebody; one is over before the next begins."""
    return next((each for each in reversed(tuple(findings)) if each.person == person), None)


def set_aside(findings: Iterable[Finding], by: str, at: datetime) -> tuple[Finding, ...]:
    """The findings of a case whose outcome was taken back: what rested on it is taken back too."""
    return tuple(
        replace(each, stage=FindingStage.REVERSED, ended_by=by, ended_at=at)
        if each.is_open or each.stands
        else each
        for each in findings
    )


FINDING = "finding/"
"""How the keys of the clocks of findings begin, each with its number within the case; no pack calls
a clock so."""


def is_of_a_finding(clock: str) -> bool:
    """Whether the clock of this key runs for a finding on somebody of the bank: it is no limit that
    anybody keeps, and stands among no limits."""
    return clock.startswith(FINDING)
