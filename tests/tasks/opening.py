"""What must happen to a complaint so that it meets the conditions of a pack."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from domain.acts import (
    AnyAct,
    Appeal,
    AppealFinding,
    Assign,
    BringInLegal,
    CarryOutImprovement,
    CheckImprovement,
    Classify,
    Close,
    Commend,
    DecideFinding,
    DeclareBeyondAuthority,
    Dispose,
    FileAnonymous,
    Flag,
    FollowUp,
    NoteLateContact,
    PlanImprovement,
    ProposeFinding,
    ProposeImprovement,
    RaiseDispute,
    ReferUp,
    Reply,
    ReplyToFinding,
    ReportLoss,
    Start,
    TellLeader,
    Withdraw,
)
from domain.case import Milestone
from domain.classification import (
    AnonymousKind,
    Category,
    Cause,
    Channel,
    Level,
    Mark,
    Responsibility,
    Role,
    Satisfaction,
    Situation,
    Validity,
    WithdrawalKind,
)
from domain.conditions import When
from domain.events import Event
from domain.findings import FINDING, FindingOutcome, Involvement
from domain.improvement import CheckResult
from domain.policy import OfficeTask
from rulebook.packs import read_pack
from tests.tasks.work import Work
from tests.workflows.casework import given_to

Deed = tuple[AnyAct, str, tuple[str, ...]]
"""An act, who does it, and the texts that come with it."""

ASSIGNED: tuple[Deed, ...] = ((given_to("han"), "sun", ()),)
STARTED: tuple[Deed, ...] = (*ASSIGNED, (Start(), "han", ()))
REPLY = Reply(satisfaction=Satisfaction.SATISFIED, handled_at=datetime.now(UTC))
REPLIED: tuple[Deed, ...] = (
    *ASSIGNED,
    (REPLY, "han", ("findings", "persons", "lessons", "handler_name", "handler_phone")),
)
SETTLED = Dispose(
    validity=Validity.VALID,
    responsibility=Responsibility.BANK,
    causes=(Cause.LONG_WAIT_SIMPLE,),
)
DISPOSED: tuple[Deed, ...] = (
    *REPLIED,
    (SETTLED, "han", ()),
)
CLOSED: tuple[Deed, ...] = (*DISPOSED, (Close(), "han", ()))
LEADER_TOLD: tuple[Deed, ...] = (*ASSIGNED, (TellLeader(), "han", ()))

PROPOSED: Deed = (ProposeImprovement(), "sun", ())
PLANNED: Deed = (
    PlanImprovement(person="han", until_at=datetime.now(UTC) + timedelta(days=20)),
    "sun",
    (),
)
HELD_RESPONSIBLE: Deed = (
    ProposeFinding(person="han", involvement=Involvement.DIRECT_PERSON),
    "sun",
    (),
)
FOUND_RESPONSIBLE: Deed = (
    DecideFinding(person="han", outcome=FindingOutcome.RESPONSIBLE),
    "hong",
    (),
)

CARRIED_OUT: Deed = (CarryOutImprovement(), "han", ())
CHECKED: Deed = (CheckImprovement(result=CheckResult.WORKED), "sun", ())

BY_EVENT: Mapping[Event, tuple[Deed, ...]] = {
    Event.REFERRED_UP: (
        *ASSIGNED,
        (Flag(mark=Mark.REPEAT), "han", ()),
        (ReferUp(), "han", ()),
    ),
    Event.WITHDRAWN: (
        *ASSIGNED,
        (Withdraw(withdrawal=WithdrawalKind.COERCED), "han", ()),
    ),
    Event.ANONYMOUS_FILED: (
        *ASSIGNED,
        (Classify(category=Category.ANONYMOUS), "sun", ()),
        (
            FileAnonymous(
                anonymous=AnonymousKind.WELL_MEANT,
                validity=Validity.VALID,
                responsibility=Responsibility.BANK,
            ),
            "han",
            (),
        ),
    ),
    Event.DISPUTE_RAISED: (*ASSIGNED, (RaiseDispute(unit="station-outlet"), "han", ())),
    Event.APPEALED: (*REPLIED, (Appeal(), "ines", ())),
    Event.CLOSED: CLOSED,
    Event.COMMENDED: (*CLOSED, (Commend(person="hugo"), "sun", ())),
    Event.REPLIED: REPLIED,
    Event.LEADER_TOLD: LEADER_TOLD,
    Event.IMPROVEMENT_PROPOSED: (*ASSIGNED, PROPOSED),
    Event.IMPROVEMENT_PLANNED: (*ASSIGNED, PROPOSED, PLANNED),
    Event.IMPROVEMENT_CARRIED_OUT: (*ASSIGNED, PROPOSED, PLANNED, CARRIED_OUT),
    Event.IMPROVEMENT_CHECKED: (*ASSIGNED, PROPOSED, PLANNED, CARRIED_OUT, CHECKED),
    Event.BELONGING_SPOTTED: DISPOSED,
    Event.CONTACTED_LATE: (*CLOSED, (NoteLateContact(), "ines", ())),
    Event.FINDING_PROPOSED: (*CLOSED, HELD_RESPONSIBLE),
    Event.FINDING_APPEALED: (
        *CLOSED,
        HELD_RESPONSIBLE,
        (ReplyToFinding(), "han", ()),
        FOUND_RESPONSIBLE,
        (AppealFinding(), "han", ()),
    ),
    Event.FINDING_FINAL: (
        *CLOSED,
        HELD_RESPONSIBLE,
        (ReplyToFinding(), "han", ()),
        FOUND_RESPONSIBLE,
    ),
    Event.FOLLOWED_UP: (
        *CLOSED,
        (FollowUp(satisfaction=Satisfaction.DISSATISFIED), "ines", ()),
    ),
}

BY_MILESTONE: Mapping[str, tuple[Deed, ...]] = {
    Milestone.LEGAL_JOINED: (*LEADER_TOLD, (BringInLegal(), "han", ())),
}

AT: Mapping[str, str] = {
    Level.OUTLET: "harbour-outlet",
    Level.TIER_2: "bay-branch",
    Level.TIER_1: "east-branch",
    Level.HEAD_OFFICE: "head-office",
}


@dataclass
class Opening:
    """How a complaint comes in, and what is done then."""

    complaint: dict[str, Any] = field(default_factory=dict)
    deeds: list[Deed] = field(default_factory=list)
    like_another: bool = False
    """Whether the same was done to another case shortly before."""
    runs_out: str | None = None
    """A clock that nobody keeps."""
    comes_to_pass: Event = Event.BREACHED
    """What happens to it by itself."""


def opening_of(when: When) -> Opening:
    """The shortest way to a case that meets these conditions of a pack."""
    opening = Opening(complaint={"channel": Channel.VISIT})
    for fact, wanted in when.items():
        BROUGHT_ABOUT[fact](opening, wanted[-1])
    return opening


def _mark(opening: Opening, mark: str) -> None:
    if mark == Mark.BEYOND_AUTHORITY:
        opening.deeds.append((DeclareBeyondAuthority(), "sun", ()))
    else:
        opening.deeds.append((Flag(mark=Mark(mark)), "sun", ("note",)))


def _category(opening: Opening, category: str) -> None:
    opening.deeds.append((Classify(category=Category(category)), "sun", ("note",)))


def _deadline_class(opening: Opening, wanted: str) -> None:
    of_a_class = {"general": Category.WORK_ERROR, "complex": Category.SERVICE_PRODUCT}
    opening.complaint["category"] = of_a_class[wanted]


def _situation(opening: Opening, situation: str) -> None:
    sorted_anew = Classify(category=Category.WORK_ERROR, situation=Situation(situation))
    opening.deeds.append((sorted_anew, "sun", ()))


def _severity(opening: Opening, _: str) -> None:
    major = Classify(category=Category.WORK_ERROR, amount_fen=60_000_00)
    opening.deeds.append((major, "sun", ()))


def _sender(opening: Opening, _: str) -> None:
    opening.complaint |= {
        "channel": Channel.TRANSFERRED,
        "sender": "a bureau",
        "sender_due_at": datetime.now(UTC) + timedelta(days=9),
    }


def _channel(opening: Opening, channel: str) -> None:
    opening.complaint["channel"] = Channel(channel)
    if channel == Channel.TRANSFERRED:
        _sender(opening, channel)


def _event(opening: Opening, event: str) -> None:
    if event == Event.FINDING_FINAL:
        opening.runs_out, opening.comes_to_pass = f"{FINDING}1", Event.FINDING_FINAL
    opening.deeds.extend(BY_EVENT[Event(event)])
    opening.like_another = event == Event.BELONGING_SPOTTED


BROUGHT_ABOUT: Mapping[str, Callable[[Opening, str], None]] = {
    "mark": _mark,
    "category": _category,
    "deadline_class": _deadline_class,
    "situation": _situation,
    "severity": _severity,
    "has_sender": _sender,
    "channel": _channel,
    "level": lambda opening, level: opening.complaint.update(unit=AT[level]),
    "validity": lambda opening, _: opening.deeds.extend(DISPOSED),
    "hand_over": lambda opening, _: None,  # comes with the event beside it
    "improvement": lambda opening, _: None,  # and so does the step
    "satisfaction": lambda opening, _: None,  # comes with the event beside it
    "responsibility": lambda opening, _: None,  # comes with the event beside it
    "event": _event,
    "reached": lambda opening, reached: opening.deeds.extend(BY_MILESTONE[reached]),
    "breached": lambda opening, clock: setattr(opening, "runs_out", clock),
}
"""Every condition that a pack of ours sets, and what brings it about."""


def met(work: Work, pack: str, when: When) -> str:
    """A case that has just come to meet these conditions."""
    opening = opening_of(when)
    reference = work.received(pack, **opening.complaint)
    for act, by, words in opening.deeds:
        if opening.complaint.get("unit") == AT[Level.TIER_1]:
            act, by = _at_the_branch(act), "tess" if by == "sun" else by
        if isinstance(act, DecideFinding):
            work.do_together(reference, act, _decides_under(pack), "tess")
        else:
            work.does(reference, act, by, *words)
    return reference


def _decides_under(pack: str) -> str:
    """Who holds the office that decides who is responsible."""
    rules = read_pack(pack)[0].conduct.findings
    assert rules is not None
    return {Role.HR: "hong", Role.LEADING_GROUP: "gao"}[rules.decided_by]


def _at_the_branch(act: AnyAct) -> AnyAct:
    """The same act where the branch handles the case itself."""
    if isinstance(act, Assign):
        return replace(act, handler_unit=AT[Level.TIER_1], handler_level=Level.TIER_1)
    return act


def opened(work: Work, pack: str, duty: OfficeTask) -> str:
    """A case over which this task has just been given."""
    opening = opening_of(duty.when)
    reference = met(work, pack, duty.when)
    if opening.like_another:
        reference = met(work, pack, duty.when)
        work.carry_out_what_waits(reference)
    if opening.runs_out == "loss-report":
        work.does(reference, ReportLoss(), "sun")
    if opening.runs_out:
        work.let_happen(reference, opening.comes_to_pass, opening.runs_out)
    return reference
