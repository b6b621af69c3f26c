"""What one person asks for and a second must decide on: nobody does it alone."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from domain.permission_names import Permission
from domain.permissions import may
from domain.relations import Reader, Relation


class ApprovalKind(StrEnum):
    """What can be asked for. Each kind has its own deciders, and somebody who carries it out."""

    REDRESS = "redress"
    """More made good than the pack lets one person decide."""
    FINDING = "finding"
    """Whether somebody of the bank is responsible, or that this is taken back."""
    PENALTY = "penalty"
    """A higher penalty than that."""
    WITHDRAWAL = "withdrawal"
    """Without anything of the customer's own to show for it (A-52)."""
    CLOSE_MAJOR = "close_major"
    LETTER = "letter"
    """What is written to the customer, read by a second person before it goes out."""
    LATER_DATE = "later_date"
    """A clock is to run longer than the pack lets it (A-37)."""
    RESET = "reset"
    """The workflow of a case is taken back to a point."""
    PUBLISH_POLICY = "publish_policy"
    APPLY_CALENDAR = "apply_calendar"
    NEW_TOKEN = "new_token"  # noqa: S105 - the name of a kind
    MAKE_ADMINISTRATOR = "make_administrator"
    READ_MANY = "read_many"
    """More customers' cases at once than one person may take away."""
    SUBMIT_RETURN = "submit_return"
    """Figures are told to an authority, or corrected there."""
    SUBMIT_CASE_REPORT = "submit_case_report"
    """What the regulator is told about one case, or told anew."""
    LIFT_HOLD = "lift_hold"
    """A case that lay under a legal hold may be erased again."""
    ERASURE = "erasure"
    """Everything people have written in one case."""
    ERASE_ALL_DUE = "erase_all_due"
    """The same in every case whose time is over."""


DECIDED_WITH: Mapping[ApprovalKind, Permission] = {
    ApprovalKind.REDRESS: Permission.APPROVE,
    ApprovalKind.FINDING: Permission.APPROVE,
    ApprovalKind.PENALTY: Permission.APPROVE,
    ApprovalKind.WITHDRAWAL: Permission.APPROVE,
    ApprovalKind.CLOSE_MAJOR: Permission.APPROVE,
    ApprovalKind.LETTER: Permission.APPROVE,
    ApprovalKind.LATER_DATE: Permission.APPROVE,
    ApprovalKind.RESET: Permission.REPAIR,
    ApprovalKind.PUBLISH_POLICY: Permission.PUBLISH_POLICIES,
    ApprovalKind.APPLY_CALENDAR: Permission.CHANGE_CALENDARS,
    ApprovalKind.NEW_TOKEN: Permission.MAKE_TOKENS,
    ApprovalKind.MAKE_ADMINISTRATOR: Permission.MANAGE_PEOPLE,
    ApprovalKind.READ_MANY: Permission.RELEASE_MANY,
    ApprovalKind.SUBMIT_RETURN: Permission.RELEASE_MANY,
    ApprovalKind.SUBMIT_CASE_REPORT: Permission.APPROVE,
    ApprovalKind.LIFT_HOLD: Permission.APPROVE,
    ApprovalKind.ERASURE: Permission.APPROVE,
    ApprovalKind.ERASE_ALL_DUE: Permission.ERASE_ALL_DUE,
}
"""What of the table of rights it takes to decide on each kind."""


COLLECTED: frozenset[ApprovalKind] = frozenset(
    {
        ApprovalKind.NEW_TOKEN,
        ApprovalKind.APPLY_CALENDAR,
        ApprovalKind.READ_MANY,
        ApprovalKind.SUBMIT_RETURN,
    }
)
"""Kinds that whoever asked carries out, once somebody has agreed: a secret that is shown once, a
run at the terminal, a file that is saved, a return that is submitted. The others are carried out by
the agreement itself."""


WHILE_THE_CASE_GOES_ON = frozenset(
    {ApprovalKind.LATER_DATE, ApprovalKind.LIFT_HOLD, ApprovalKind.SUBMIT_CASE_REPORT}
)
"""What still means the same after the case has moved on, as long as it may be done at all. The
others are agreed to of a case as it stood when it was asked for."""


SHOWN = "shown"
"""Where a request keeps what its second person reads of the consequences, as they were when it was
asked for. It is no part of what is asked for."""


class ApprovalOutcome(StrEnum):
    """How a request ended."""

    APPROVED = "approved"
    DECLINED = "declined"
    TAKEN_BACK = "taken_back"
    """By whoever had asked."""
    EXPIRED = "expired"
    """Nobody decided in time."""
    OVERTAKEN = "overtaken"
    """Somebody agreed, and it could not be done any more."""


DECISIONS = frozenset({ApprovalOutcome.APPROVED, ApprovalOutcome.DECLINED})
"""What a second person may say."""

CHOSEN = DECISIONS | {ApprovalOutcome.TAKEN_BACK}
"""How somebody may end a request, the one or the other; as it ends otherwise, it ends by itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalLimits:
    """How long requests wait, and what takes one; the bank's choice (`policies/approvals/`)."""

    days_to_decide: int
    days_to_collect: int
    """After the agreement, for what whoever asked carries out."""
    customers_at_once: int
    """More than so many of them in one file take a second person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """A request, and what became of it."""

    id: str
    kind: ApprovalKind
    subject: str
    """The id of whom or what it is about; of a case, its reference."""
    request: Mapping[str, Any]
    """What is asked for, as its kind knows."""
    reason: str
    requested_by: str
    requested_at: datetime
    expires_at: datetime
    at_console: str | None
    """The account of the machine at whose terminal it was asked for, in whoever's name: nobody had
    logged in there. None when it was asked for on a page."""
    decided_by: str | None
    decided_at: datetime | None
    outcome: ApprovalOutcome | None
    """None while it waits."""
    note: str
    """The reason of whoever decided."""
    refusal: Mapping[str, Any] | None
    """The rule that forbade it in the end, when it was overtaken."""
    collected_at: datetime | None
    """When whoever asked carried it out, where that is theirs to do."""

    @property
    def permission(self) -> Permission:
        """What it takes to decide on it."""
        return DECIDED_WITH[self.kind]

    @property
    def is_about_a_case(self) -> bool:
        """Whether its subject is a case."""
        return self.permission.is_about_a_case

    def may_be_decided_by(self, who: Reader, relations: frozenset[Relation]) -> bool:
        """Whether this is a second person: may decide such things at all, has not asked, and is not
        whom it is about; in a case neither its handler nor kept out of it (`domain.permissions`).
        """
        is_another = who.person not in (self.requested_by, self.subject)
        return is_another and may(self.permission, who.roles, relations)


TO_THE_WHOLE_BANK = frozenset({Relation.ANYWHERE})
"""How everybody stands to what is about no case."""
