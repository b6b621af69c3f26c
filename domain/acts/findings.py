"""Who of the bank is responsible: proposed, answered by whom it is about, decided by two, appealed,
taken back (C-13, C-19, C-30, D-20).
"""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Annotated, ClassVar, Literal

from domain.acts.base import Act, ActContext, ApprovedAct, Need
from domain.acts.chosen import Chosen
from domain.acts.secrecy import with_person_named
from domain.approvals import ApprovalKind
from domain.case import Case, Status
from domain.classification import Responsibility, Role, Validity
from domain.errors import Refusal, Refused
from domain.events import Event
from domain.findings import Finding, FindingOutcome, FindingStage, Involvement, latest_on
from domain.permission_names import Permission
from domain.permissions import is_of_the_office
from domain.policy import CaseRules, FindingRules, Span
from domain.relations import is_handed_to, named_in
from domain.surveys import PLAIN

SETTLED = frozenset({Status.DISPOSED, Status.CLOSED})


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposeFinding(Act):
    """Say that somebody is responsible for what a complaint was rightly about, and what for: they
    are told, may reply, and have no part in the case from then on.
    """

    kind: Literal["propose_finding"] = "propose_finding"
    person: Annotated[str, Chosen.ANYBODY]
    involvement: Involvement

    event = Event.FINDING_PROPOSED
    permission = Permission.PROPOSE_FINDING
    statuses = SETTLED
    words = {"allegation": Need.REQUIRED, "note": Need.OPTIONAL}

    @classmethod
    def check(cls, case: Case, context: ActContext) -> None:
        finding_rules(context.conduct)
        require_fault(case)

    def apply(self, case: Case, context: ActContext) -> Case:
        if self.person == context.by.person:
            raise Refused(Refusal.NOT_ON_ONESELF)
        before = latest_on(case.findings, self.person)
        if before is not None and (before.is_open or before.stands):
            raise Refused(Refusal.FOUND_ALREADY)
        found = Finding(
            person=self.person,
            involvement=self.involvement,
            proposed_by=context.by.person,
            proposed_at=context.at,
            reply_until_at=context.at + _plain(finding_rules(context.conduct).reply_within),
        )
        named = case if self.person in named_in(case) else with_person_named(case, self.person)
        return replace(named, findings=(*case.findings, found))


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnFindingAct(Act):
    """What somebody does about the finding on themselves: the one thing in a case that is theirs
    who are complained about.
    """

    statuses = frozenset(Status)
    permission = Permission.ANSWER_FINDING
    is_free_of_version = True
    is_of_whom_it_is_about: ClassVar[bool] = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyToFinding(OwnFindingAct):
    """Say something to what one is held responsible for, before anybody decides."""

    kind: Literal["reply_to_finding"] = "reply_to_finding"

    event = Event.FINDING_REPLIED
    words = {"reply": Need.REQUIRED}

    def apply(self, case: Case, context: ActContext) -> Case:
        finding = own_finding_at(case, context, FindingStage.PROPOSED)
        if finding.replied_at is not None:
            raise Refused(Refusal.REPLIED_ALREADY)
        return with_finding(case, replace(finding, replied_at=context.at))


@dataclass(frozen=True, slots=True, kw_only=True)
class DecidersAct(ApprovedAct):
    """What the office does that the pack names, and a second person agrees to."""

    permission = Permission.DECIDE_FINDING
    statuses = SETTLED
    words = {"reason": Need.REQUIRED}

    @classmethod
    def check(cls, case: Case, context: ActContext) -> None:
        require_decider(case, context)

    def takes_second_person(self, case: Case, conduct: CaseRules) -> ApprovalKind | None:
        return ApprovalKind.FINDING


@dataclass(frozen=True, slots=True, kw_only=True)
class DecideFinding(DecidersAct):
    """Decide whether somebody is responsible; the office does that the pack names, and a second
    person agrees. Not before the reply is there, or its time is over.
    """

    kind: Literal["decide_finding"] = "decide_finding"
    person: Annotated[str, Chosen.FINDING_TO_DECIDE]
    outcome: FindingOutcome

    event = Event.FINDING_DECIDED

    def apply(self, case: Case, context: ActContext) -> Case:
        finding = finding_at(case, self.person, FindingStage.PROPOSED)
        if finding.replied_at is None and context.at < finding.reply_until_at:
            raise Refused(Refusal.REPLY_AWAITED, until=finding.reply_until_at.isoformat())
        rules = finding_rules(context.conduct)
        return with_finding(
            case,
            replace(
                finding,
                stage=FindingStage(self.outcome),
                decided_by=context.by.person,
                approved_by=self.approved_by,
                decided_at=context.at,
                appeal_until_at=context.at + _plain(rules.appeal_within),
            ),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class AppealFinding(OwnFindingAct):
    """Ask the union to look at what was decided about oneself (C-30)."""

    kind: Literal["appeal_finding"] = "appeal_finding"

    event = Event.FINDING_APPEALED
    words = {"reason": Need.REQUIRED}

    def apply(self, case: Case, context: ActContext) -> Case:
        finding = own_finding_at(case, context, FindingStage.RESPONSIBLE)
        if finding.is_final(context.at):
            raise Refused(Refusal.APPEAL_TOO_LATE)
        return with_finding(
            case, replace(finding, stage=FindingStage.APPEALED, appealed_at=context.at)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DecideFindingAppeal(Act):
    """Uphold somebody's appeal, which takes the finding back, or confirm it; by nobody who had a
    part in it (C-30). What the case itself was found to be may be set right with it.
    """

    kind: Literal["decide_finding_appeal"] = "decide_finding_appeal"
    person: Annotated[str, Chosen.FINDING_APPEALED]
    upheld: bool
    validity: Validity | None = None
    responsibility: Responsibility | None = None

    event = Event.FINDING_APPEAL_DECIDED
    permission = Permission.DECIDE_APPEAL
    statuses = SETTLED
    words = {"reason": Need.REQUIRED}

    def apply(self, case: Case, context: ActContext) -> Case:
        finding = finding_at(case, self.person, FindingStage.APPEALED)
        judges = {finding.proposed_by, finding.decided_by, finding.approved_by}
        if context.by.person in judges:
            raise Refused(Refusal.PARTY_TO_DECISION)
        stage = FindingStage.REVERSED if self.upheld else FindingStage.CONFIRMED
        ended = replace(finding, stage=stage, ended_by=context.by.person, ended_at=context.at)
        decided = with_finding(case, ended)
        return _set_right(decided, self.validity, self.responsibility) if self.upheld else decided


@dataclass(frozen=True, slots=True, kw_only=True)
class ReverseFinding(DecidersAct):
    """Take a decision about somebody back, because something new has come to light."""

    kind: Literal["reverse_finding"] = "reverse_finding"
    person: Annotated[str, Chosen.FINDING_STANDING]
    validity: Validity | None = None
    responsibility: Responsibility | None = None

    event = Event.FINDING_REVERSED

    def apply(self, case: Case, context: ActContext) -> Case:
        finding = finding_at(case, self.person, FindingStage.RESPONSIBLE, FindingStage.CONFIRMED)
        reversed_ = replace(
            finding,
            stage=FindingStage.REVERSED,
            ended_by=context.by.person,
            ended_at=context.at,
        )
        return _set_right(with_finding(case, reversed_), self.validity, self.responsibility)


def finding_rules(conduct: CaseRules) -> FindingRules:
    """How findings go under these rules; raises `Refused` under rules that know none."""
    if conduct.findings is None:
        raise Refused(Refusal.NO_FINDINGS_HERE)
    return conduct.findings


def require_fault(case: Case) -> None:
    """Raises `Refused` unless the complaint was found valid and the bank not without fault."""
    ended = case.disposition
    if ended is None or ended.validity is not Validity.VALID:
        raise Refused(Refusal.ONLY_VALID_COMPLAINTS)
    if ended.responsibility is Responsibility.NOT_BANK:
        raise Refused(Refusal.BANK_NOT_AT_FAULT)


def require_decider(case: Case, context: ActContext) -> None:
    """Raises `Refused` for whoever does not hold the office that decides under these rules."""
    office: Role = finding_rules(context.conduct).decided_by
    roles = context.by.roles
    if not is_of_the_office(office, roles) and not is_handed_to(case, roles):
        raise Refused(Refusal.OTHER_OFFICE_DECIDES, roles=office)


def own_finding_at(case: Case, context: ActContext, stage: FindingStage) -> Finding:
    """The newest finding on whoever acts; raises `Refused` where nothing is found of them."""
    if latest_on(case.findings, context.by.person) is None:
        raise Refused(Refusal.NO_FINDING_ON_YOU)
    return finding_at(case, context.by.person, stage)


def finding_at(case: Case, person: str, *stages: FindingStage) -> Finding:
    """The newest finding on somebody, at one of these stages; raises `Refused` at any other."""
    finding = latest_on(case.findings, person)
    if finding is None or finding.stage not in stages:
        raise Refused(Refusal.FINDING_ELSEWHERE)
    return finding


def with_finding(case: Case, changed: Finding) -> Case:
    """The case with the newest finding on that person as it is now."""
    newest = latest_on(case.findings, changed.person)
    findings = tuple(changed if each is newest else each for each in case.findings)
    return replace(case, findings=findings)


def _set_right(
    case: Case, validity: Validity | None, responsibility: Responsibility | None
) -> Case:
    ended = case.disposition
    assert ended is not None, "a settled case has an outcome"
    return replace(
        case,
        disposition=replace(
            ended,
            validity=validity or ended.validity,
            responsibility=responsibility or ended.responsibility,
        ),
    )


def _plain(span: Span) -> timedelta:
    return span.amount * PLAIN[span.unit]
