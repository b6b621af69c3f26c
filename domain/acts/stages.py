"""Stages on the way to an answer that some packs ask for, each with a clock or a gate of its own.

Every one is the same to the machine - a milestone is reached - and something else to the bank.
"""

from dataclasses import dataclass
from typing import ClassVar, Literal

from domain.acts.base import Act, ActContext, Need
from domain.acts.handling import marked, require_handler
from domain.acts.letters import ActWithLetter, require_dispatch
from domain.case import OPEN, UNANSWERED, Case, Milestone
from domain.classification import Mark, Responsibility
from domain.errors import Refusal, Refused
from domain.events import Event
from domain.permission_names import Permission


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage(Act):
    """An act by which a case reaches a milestone, and nothing else."""

    milestone: ClassVar[Milestone]

    def apply(self, case: Case, context: ActContext) -> Case:
        return case.reach(self.milestone, at=context.at)


@dataclass(frozen=True, slots=True, kw_only=True)
class HandlerStage(Stage):
    """A stage that the handler reaches, or a supervisor in the handler's place."""

    permission = Permission.HANDLE
    statuses = UNANSWERED
    words = {"note": Need.OPTIONAL}

    @classmethod
    def check(cls, case: Case, context: ActContext) -> None:
        require_handler(case, context)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewRecording(Stage):
    """Listen to the call again and review it, before a major complaint is sent on (A-23)."""

    kind: Literal["review_recording"] = "review_recording"

    milestone = Milestone.RECORDING_REVIEWED
    event = Event.RECORDING_REVIEWED
    permission = Permission.DISPATCH
    statuses = UNANSWERED
    words = {"note": Need.OPTIONAL}


@dataclass(frozen=True, slots=True, kw_only=True)
class GoOnSite(HandlerStage):
    """Be where the customer is, within the hour (B-10, D-16)."""

    kind: Literal["go_on_site"] = "go_on_site"

    milestone = Milestone.ON_SITE
    event = Event.WENT_ON_SITE


@dataclass(frozen=True, slots=True, kw_only=True)
class TellStatus(HandlerStage, ActWithLetter):
    """Tell the customer how things stand; not yet the result (D-16, H-03, H-08)."""

    kind: Literal["tell_status"] = "tell_status"

    milestone = Milestone.STATUS_TOLD
    event = Event.STATUS_TOLD
    words = {"letter": Need.REQUIRED}

    def apply(self, case: Case, context: ActContext) -> Case:
        require_dispatch(self, case, context)
        return HandlerStage.apply(self, case, context)


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveOpinion(HandlerStage):
    """Give the customer the bank's opinion, where the result itself takes longer (B-10)."""

    kind: Literal["give_opinion"] = "give_opinion"

    milestone = Milestone.OPINION_GIVEN
    event = Event.OPINION_GIVEN
    words = {"letter": Need.REQUIRED}


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportResult(Stage):
    """Report the result to the working group or up the line, after the answer too (A-29, D-16)."""

    kind: Literal["report_result"] = "report_result"

    milestone = Milestone.RESULT_REPORTED
    event = Event.RESULT_REPORTED
    permission = Permission.HANDLE
    words = {"report": Need.REQUIRED}
    statuses = OPEN

    @classmethod
    def check(cls, case: Case, context: ActContext) -> None:
        require_handler(case, context)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reverify(HandlerStage):
    """Look into a repeated complaint anew, and why the first answer did not do (A-51)."""

    kind: Literal["reverify"] = "reverify"

    milestone = Milestone.REVERIFIED
    event = Event.REVERIFIED
    words = {"findings": Need.REQUIRED}


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferUp(Act):
    """Ask the superior customer-management department to help explain: the customer is at fault,
    complains again and still does not accept (A-51, A-20).
    """

    kind: Literal["refer_up"] = "refer_up"

    event = Event.REFERRED_UP
    permission = Permission.HANDLE
    words = {"reason": Need.REQUIRED}

    @classmethod
    def check(cls, case: Case, context: ActContext) -> None:
        require_handler(case, context)
        if Mark.REPEAT not in case.marks:
            raise Refused(Refusal.NOT_A_REPEAT)
        if case.disposition and case.disposition.responsibility is Responsibility.BANK:
            raise Refused(Refusal.BANK_AT_FAULT)

    def apply(self, case: Case, context: ActContext) -> Case:
        return case


@dataclass(frozen=True, slots=True, kw_only=True)
class JoinLine(Stage):
    """The department in charge of the business joins in: it leads, or settles jointly (A-41,
    D-30).
    """

    kind: Literal["join_line"] = "join_line"

    milestone = Milestone.LINE_JOINED
    event = Event.LINE_JOINED
    permission = Permission.JOIN_AS_LINE
    words = {"note": Need.OPTIONAL}


@dataclass(frozen=True, slots=True, kw_only=True)
class TellLeader(HandlerStage):
    """Tell the leader of one's own level of a dispute that is heading for court (A-50)."""

    kind: Literal["tell_leader"] = "tell_leader"

    milestone = Milestone.LEADER_TOLD
    event = Event.LEADER_TOLD
    statuses = OPEN
    words = {"reason": Need.REQUIRED}

    def apply(self, case: Case, context: ActContext) -> Case:
        return marked(case, context.conduct, Mark.LEGAL).reach(self.milestone, at=context.at)


@dataclass(frozen=True, slots=True, kw_only=True)
class BringInLegal(HandlerStage):
    """Ask the legal department to study the dispute and follow the case; the leader heard first
    (A-50).
    """

    kind: Literal["bring_in_legal"] = "bring_in_legal"

    milestone = Milestone.LEGAL_JOINED
    event = Event.LEGAL_JOINED
    statuses = OPEN
    words = {"note": Need.OPTIONAL}
