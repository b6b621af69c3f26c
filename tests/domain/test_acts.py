"""Every act: what it does to a case, and how it is refused. Each line is a sentence of the trade.

The words an act must come with are given with it throughout, except where their lack is the point.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

import domain.acts
from domain.acts import (
    ACT_KINDS,
    ACTS,
    Acknowledge,
    ActContext,
    AnyAct,
    Appeal,
    ApplyCalendar,
    ApproveExtension,
    AskCustomer,
    Assign,
    Attach,
    BringInLegal,
    Classify,
    Close,
    CommentToMedia,
    Commit,
    ConsentToComment,
    DecideAppeal,
    DecideDispute,
    DeclareBeyondAuthority,
    Dispose,
    ExplainOverrun,
    FileAnonymous,
    FileLoss,
    FinishTask,
    Flag,
    FollowUp,
    Forward,
    GiveOpinion,
    GoOnSite,
    JoinLine,
    Link,
    NameUnits,
    Need,
    Note,
    PayEmergencyCash,
    Promise,
    ProposePenalty,
    RaiseDispute,
    ReferUp,
    RefuseExtension,
    Reopen,
    Reply,
    ReplyToSender,
    ReportLoss,
    ReportMedia,
    ReportResult,
    RequestExtension,
    Reverify,
    ReviewRecording,
    Start,
    TakeAnswer,
    TellLeader,
    TellStatus,
    TreatAsDemand,
    Urge,
    Withdraw,
    decide,
)
from domain.case import (
    Actor,
    Case,
    CaseTask,
    Disposition,
    Extension,
    ExtensionRequest,
    Fired,
    Milestone,
    Pause,
    Status,
)
from domain.classification import (
    AnonymousKind,
    Category,
    Channel,
    CustomerTier,
    DemandKind,
    Disposal,
    Level,
    Mark,
    MediaReach,
    Responsibility,
    Role,
    Satisfaction,
    Severity,
    Validity,
    WithdrawalKind,
)
from domain.clocks.ledger import Clock
from domain.clocks.plan import plan
from domain.errors import Refusal, Refused
from domain.policy import CaseRules, Gate, PenaltySchedule
from rulebook.calendars import load_calendar
from rulebook.packs import read_pack
from tests.builders import MONDAY, a_case, some_conduct

LATER = MONDAY + timedelta(hours=1)
NEXT_WEEK = MONDAY + timedelta(days=7)


def somebody(role: Role, unit: str = "east-branch", level: Level = Level.TIER_1) -> Actor:
    return Actor(person=role.value, roles=(role,), unit=unit, level=level)


def at_the_outlet(person: str, role: Role = Role.HANDLER) -> Actor:
    return Actor(person=person, roles=(role,), unit="harbour-outlet", level=Level.OUTLET)


HAN = at_the_outlet("han")
HUGO = at_the_outlet("hugo")
INES = Actor(person="ines", roles=(Role.INTAKE,), unit="hotline", level=Level.HEAD_OFFICE)
SUN = somebody(Role.SUPERVISOR)
HONG = somebody(Role.HR, "head-office", Level.HEAD_OFFICE)
UNA = somebody(Role.UNION, "head-office", Level.HEAD_OFFICE)

RECEIVED = a_case()
ASSIGNED = replace(RECEIVED, handler="han", status=Status.ASSIGNED).reach(
    Milestone.FORWARDED, Milestone.DELIVERED, at=MONDAY
)
STARTED = replace(ASSIGNED, status=Status.IN_PROGRESS).reach(Milestone.STARTED, at=MONDAY)
REPLIED = replace(STARTED, status=Status.REPLIED).reach(Milestone.REPLIED, at=MONDAY)
VALID = Disposition(validity=Validity.VALID, responsibility=Responsibility.BANK)
DISPOSED = replace(REPLIED, status=Status.DISPOSED, disposition=VALID)
CLOSED = replace(DISPOSED, status=Status.CLOSED).reach(Milestone.CLOSED, at=MONDAY)
WAITING = replace(STARTED, pauses=(Pause(since_at=MONDAY),))
ASKED_FOR_MORE_TIME = replace(
    ASSIGNED,
    extension_request=ExtensionRequest(
        clock="reply", until_at=NEXT_WEEK, requested_by="han", requested_at=MONDAY
    ),
)
HANDED_DOWN = replace(ASSIGNED, sender="sender")
DISPUTED = replace(RECEIVED, disputed_with="station-outlet").reach(Milestone.DISPUTED, at=MONDAY)
APPEALED = CLOSED.reach(Milestone.APPEALED, at=MONDAY)
ESCALATED = replace(
    ASSIGNED, fired=(Fired(clock="reply", step="supervisor", planned_at=MONDAY, at=MONDAY),)
)
CHARGED = replace(
    RECEIVED,
    tasks=(
        CaseTask(
            name="media-office", role=Role.MEDIA_OFFICE, level=None, rule="A-48", opened_at=MONDAY
        ),
    ),
)
RESTRICTED = replace(RECEIVED, restricted_to=(Role.DISCIPLINE,))

PACK = read_pack("head-office-regulated")[0]
CALENDAR = load_calendar("cn")
STRICT = some_conduct(
    promises_up_to_fen={Level.OUTLET: 100_00, Level.TIER_1: 1_000_00},
    emergency_cash_fen={CustomerTier.ORDINARY: 5_000_00, CustomerTier.VIP: 10_000_00},
    reply_elements=("findings", "satisfaction", "handled_at"),
    forbidden_disposals=(Disposal.REFERRED_TO_SUPERIOR,),
    intake_may_resolve=False,
    accepts_demands=True,
    group_of=3,
    major_over_fen=50_000_00,
    major_marks=(Mark.HOT_TOPIC,),
    penalties=(
        PenaltySchedule(
            name="attitude",
            posts=("direct_person",),
            at_least_fen=100_00,
            at_most_fen=1_000_00,
            withholds_pay_of=(),
            holds_responsible=(),
            rule="C-31",
        ),
    ),
)
LENIENT = some_conduct()


def clocks_of(case: Case) -> tuple[Clock, ...]:
    return tuple(each.clock for each in plan(case, PACK, CALENDAR))


@dataclass(frozen=True, kw_only=True)
class Doing:
    """Somebody about to do something to a case."""

    act: AnyAct
    case: Case = ASSIGNED
    by: Actor = HAN
    conduct: CaseRules = STRICT
    at: datetime = LATER
    without: tuple[str, ...] = ()
    seen_version: int | None = None
    words: tuple[str, ...] = ()

    def done(self) -> Case:
        required = {name for name, need in self.act.words.items() if need is Need.REQUIRED}
        given = ActContext(
            by=self.by,
            at=self.at,
            words=frozenset(required.union(self.words).difference(self.without)),
            conduct=self.conduct,
            clocks=clocks_of(self.case),
        )
        return decide(self.act, self.case, given, self.seen_version)


def line(sentence: str, act: AnyAct, then: Any, **over: Any) -> Any:
    """One line of a table: the sentence, what is done, and what comes of it."""
    return pytest.param(Doing(act=act, **over), then, id=sentence)


def reaches(*milestones: Milestone) -> Callable[[Case], bool]:
    return lambda case: all(case.reached(each) == LATER for each in milestones)


def is_now(status: Status) -> Callable[[Case], bool]:
    return lambda case: case.status is status


TO_HAN = Assign(handler="han", handler_unit="harbour-outlet", handler_level=Level.OUTLET)
TO_STATION = Forward(unit="station-outlet", level=Level.OUTLET)
ANSWER = Reply(satisfaction=Satisfaction.SATISFIED, handled_at=MONDAY)
SETTLED = Dispose(validity=Validity.VALID, responsibility=Responsibility.BANK)
MORE_TIME = RequestExtension(clock="reply", until_at=NEXT_WEEK)
FILED = FileAnonymous(
    anonymous=AnonymousKind.WELL_MEANT,
    validity=Validity.VALID,
    responsibility=Responsibility.BANK,
)
FINE = ProposePenalty(schedule="attitude", post="direct_person", amount_fen=100_00)
HEARD = Acknowledge(clock="reply", step="supervisor")
QUESTION = TreatAsDemand(demand_kind=DemandKind.CONSULTATION)

LEGAL = [
    line(
        "a complaint over the amount is major",
        Classify(category=Category.WORK_ERROR, amount_fen=50_001_00),
        lambda case: case.severity is Severity.MAJOR,
        case=RECEIVED,
        by=INES,
    ),
    line(
        "a complaint of exactly the amount is not",
        Classify(category=Category.WORK_ERROR, amount_fen=50_000_00),
        lambda case: case.severity is Severity.ORDINARY,
        case=RECEIVED,
        by=INES,
    ),
    line(
        "a circumstance that makes it major does so whatever the amount",
        Flag(mark=Mark.HOT_TOPIC),
        lambda case: case.severity is Severity.MAJOR,
        case=RECEIVED,
    ),
    line(
        "a circumstance is marked once",
        Flag(mark=Mark.REPEAT),
        lambda case: case.marks == (Mark.REPEAT,),
        case=replace(RECEIVED, marks=(Mark.REPEAT,)),
    ),
    line(
        "passed on, it is another unit's and nobody's yet",
        TO_STATION,
        lambda case: (
            (case.unit, case.handler, case.status) == ("station-outlet", None, Status.RECEIVED)
        ),
        by=INES,
    ),
    line(
        "passed on, the slip is sent and delivered",
        TO_STATION,
        reaches(Milestone.FORWARDED, Milestone.DELIVERED),
        by=INES,
    ),
    line(
        "given to somebody, it is theirs",
        TO_HAN,
        lambda case: (case.handler, case.status) == ("han", Status.ASSIGNED),
        case=RECEIVED,
        by=SUN,
    ),
    line(
        "given to a colleague under way, it stays under way",
        replace(TO_HAN, handler="hugo"),
        is_now(Status.IN_PROGRESS),
        case=STARTED,
        by=SUN,
    ),
    line(
        "given to another unit, it is begun anew there",
        replace(TO_HAN, handler="stan", handler_unit="station-outlet"),
        is_now(Status.ASSIGNED),
        case=STARTED,
        by=SUN,
    ),
    line(
        "given to another unit, it is passed on",
        replace(TO_HAN, handler="stan", handler_unit="station-outlet"),
        reaches(Milestone.FORWARDED, Milestone.DELIVERED),
        case=STARTED,
        by=SUN,
    ),
    line(
        "a handler may hand over what is theirs",
        replace(TO_HAN, handler="hugo"),
        lambda case: case.handler == "hugo",
    ),
    line(
        "an administrator has its days counted by a newer calendar",
        ApplyCalendar(calendar="cn@new", instead_of="cn@test"),
        lambda case: case.calendar == "cn@new",
        by=somebody(Role.ADMINISTRATOR),
    ),
    line("work begins", Start(), is_now(Status.IN_PROGRESS)),
    line(
        "a supervisor may begin in the handler's place", Start(), reaches(Milestone.STARTED), by=SUN
    ),
    line("a note changes nothing", Note(), is_now(Status.CLOSED), case=CLOSED),
    line(
        "a file changes nothing",
        Attach(digest="0" * 64, size=1),
        is_now(Status.CLOSED),
        case=CLOSED,
    ),
    line("the first owner urges", Urge(), reaches(Milestone.URGED), by=INES),
    line(
        "what is beyond the unit is marked so",
        DeclareBeyondAuthority(),
        lambda case: Mark.BEYOND_AUTHORITY in case.marks,
    ),
    line(
        "assisting units are named one by one",
        NameUnits(host_unit="east-branch", assisting_unit="station-outlet"),
        lambda case: case.assisting_units == ("bay-branch", "station-outlet"),
        case=replace(RECEIVED, assisting_units=("bay-branch",)),
        by=HONG,
    ),
    line(
        "the office says its task is done",
        FinishTask(task="media-office"),
        lambda case: case.tasks[0].done_by == "media_office",
        case=CHARGED,
        by=somebody(Role.MEDIA_OFFICE),
    ),
    line(
        "a supervisor may say so too",
        FinishTask(task="media-office"),
        lambda case: case.tasks[0].done_at == LATER,
        case=CHARGED,
        by=SUN,
    ),
    line(
        "a question to the customer opens a wait",
        AskCustomer(),
        lambda case: case.is_waiting,
        case=STARTED,
    ),
    line(
        "the answer ends it",
        TakeAnswer(),
        lambda case: case.pauses[-1].until_at == LATER,
        case=WAITING,
        by=INES,
    ),
    line(
        "a later date is asked for",
        MORE_TIME,
        lambda case: case.extension_request is not None and not case.extensions,
    ),
    line(
        "it is granted by somebody else",
        ApproveExtension(),
        lambda case: case.extensions[-1].approved_by == "supervisor",
        case=ASKED_FOR_MORE_TIME,
        by=SUN,
    ),
    line(
        "it is refused, and may be asked for again",
        RefuseExtension(),
        lambda case: case.extension_request is None and not case.extensions,
        case=ASKED_FOR_MORE_TIME,
        by=SUN,
    ),
    line(
        "a date is promised",
        Commit(until_at=NEXT_WEEK),
        lambda case: case.commitments[-1].until_at == NEXT_WEEK,
    ),
    line(
        "human resources promise one for anybody",
        Commit(until_at=NEXT_WEEK),
        reaches(Milestone.COMMITTED),
        by=HONG,
    ),
    line(
        "an overrun is explained",
        ExplainOverrun(overrun="reply"),
        reaches(Milestone.OVERRUN_EXPLAINED),
        case=replace(
            ASSIGNED, fired=(Fired(clock="reply", step="breach", planned_at=MONDAY, at=MONDAY),)
        ),
    ),
    line(
        "the recording is reviewed",
        ReviewRecording(),
        reaches(Milestone.RECORDING_REVIEWED),
        case=RECEIVED,
        by=INES,
    ),
    line("the handler is on site", GoOnSite(), reaches(Milestone.ON_SITE)),
    line("the customer hears how things stand", TellStatus(), reaches(Milestone.STATUS_TOLD)),
    line("the customer hears the bank's opinion", GiveOpinion(), reaches(Milestone.OPINION_GIVEN)),
    line(
        "the result is reported, after the answer too",
        ReportResult(),
        reaches(Milestone.RESULT_REPORTED),
        case=DISPOSED,
    ),
    line("a repeat is looked into anew", Reverify(), reaches(Milestone.REVERIFIED)),
    line(
        "a repeat that is still refused is referred up",
        ReferUp(),
        is_now(Status.REPLIED),
        case=replace(REPLIED, marks=(Mark.REPEAT,)),
    ),
    line(
        "the business department joins",
        JoinLine(),
        reaches(Milestone.LINE_JOINED),
        by=somebody(Role.BUSINESS_LINE),
    ),
    line(
        "the leader hears of a dispute heading for court",
        TellLeader(),
        lambda case: Mark.LEGAL in case.marks,
    ),
    line("the legal department is asked", BringInLegal(), reaches(Milestone.LEGAL_JOINED)),
    line(
        "local media are reported",
        ReportMedia(reach=MediaReach.LOCAL),
        lambda case: case.marks == (Mark.MEDIA,),
        case=CLOSED,
    ),
    line(
        "provincial media are media of both kinds",
        ReportMedia(reach=MediaReach.PROVINCIAL),
        lambda case: case.marks == (Mark.MEDIA, Mark.MEDIA_HIGH),
    ),
    line(
        "a leader of a tier-2 branch agrees to a word to the press",
        ConsentToComment(),
        reaches(Milestone.MEDIA_CONSENT),
        by=somebody(Role.LEADER, "bay-branch", Level.TIER_2),
    ),
    line(
        "a word to the press is written down",
        CommentToMedia(),
        reaches(Milestone.COMMENTED),
        by=somebody(Role.MEDIA_OFFICE),
    ),
    line(
        "as much is promised as the outlet may",
        Promise(amount_fen=100_00),
        lambda case: case.promised_fen == 100_00,
    ),
    line(
        "the business department may promise beside the handler",
        Promise(amount_fen=1_000_00),
        lambda case: case.promised_fen == 1_000_00,
        by=somebody(Role.BUSINESS_LINE),
    ),
    line(
        "emergency cash is paid up to the limit",
        PayEmergencyCash(amount_fen=5_000_00, tier=CustomerTier.ORDINARY),
        lambda case: case.paid_cash_fen == 5_000_00,
    ),
    line(
        "a better customer's limit is higher",
        PayEmergencyCash(amount_fen=10_000_00, tier=CustomerTier.VIP),
        lambda case: case.paid_cash_fen == 10_000_00,
    ),
    line(
        "a loss is reported by word of mouth",
        ReportLoss(),
        reaches(Milestone.LOSS_REPORTED),
        case=RECEIVED,
        by=INES,
    ),
    line(
        "the loss is reported in due form",
        FileLoss(),
        reaches(Milestone.LOSS_FILED),
        case=RECEIVED.reach(Milestone.LOSS_REPORTED, at=MONDAY),
        by=INES,
    ),
    line(
        "a unit says the case is another's",
        RaiseDispute(unit="station-outlet"),
        lambda case: case.disputed_with == "station-outlet",
    ),
    line(
        "the superior gives it to the other unit",
        DecideDispute(unit="station-outlet", level=Level.OUTLET),
        lambda case: (
            (case.unit, case.assisting_units, case.handler)
            == ("station-outlet", ("harbour-outlet",), None)
        ),
        case=DISPUTED,
        by=SUN,
    ),
    line(
        "the superior leaves it where it is",
        DecideDispute(unit="harbour-outlet", level=Level.OUTLET),
        lambda case: (case.unit, case.assisting_units) == ("harbour-outlet", ("station-outlet",)),
        case=DISPUTED,
        by=SUN,
    ),
    line(
        "a second person with the issue makes no group",
        Link(reference="C-2"),
        lambda case: Mark.GROUP not in case.marks,
        case=RECEIVED,
        by=INES,
    ),
    line(
        "a third makes one",
        Link(reference="C-3"),
        lambda case: Mark.GROUP in case.marks,
        case=replace(RECEIVED, linked=("C-2",)),
        by=INES,
    ),
    line(
        "the customer is answered",
        ANSWER,
        is_now(Status.REPLIED),
        case=STARTED,
        words=("findings",),
    ),
    line(
        "who answers without having begun has begun",
        ANSWER,
        reaches(Milestone.STARTED, Milestone.REPLIED),
        words=("findings",),
    ),
    line(
        "an answer ends the wait for the customer",
        ANSWER,
        lambda case: not case.is_waiting,
        case=WAITING,
        words=("findings",),
    ),
    line(
        "an answer settles the wish for more time",
        ANSWER,
        lambda case: case.extension_request is None,
        case=ASKED_FOR_MORE_TIME,
        words=("findings",),
    ),
    line(
        "the sender is answered",
        ReplyToSender(),
        reaches(Milestone.SENDER_REPLIED),
        case=HANDED_DOWN,
    ),
    line("how it ended is settled", SETTLED, lambda case: case.disposition == VALID, case=REPLIED),
    line("the file is put away", Close(), is_now(Status.CLOSED), case=DISPOSED),
    line(
        "a free withdrawal is nobody's fault",
        Withdraw(withdrawal=WithdrawalKind.VOLUNTARY),
        lambda case: case.disposition.responsibility is Responsibility.NOT_BANK,
        by=INES,
    ),
    line(
        "a coerced one is the bank's, and ends nothing",
        Withdraw(withdrawal=WithdrawalKind.COERCED),
        lambda case: (
            (case.disposition.responsibility, case.status) == (Responsibility.BANK, Status.ASSIGNED)
        ),
        by=INES,
    ),
    line(
        "a withdrawal ends the wait for the customer",
        Withdraw(withdrawal=WithdrawalKind.VOLUNTARY),
        lambda case: not case.is_waiting,
        case=WAITING,
        by=INES,
    ),
    line(
        "an anonymous complaint is filed",
        FILED,
        lambda case: case.disposition.anonymous is AnonymousKind.WELL_MEANT,
        case=replace(ASSIGNED, category=Category.ANONYMOUS),
    ),
    line(
        "a question is set apart from the complaints",
        QUESTION,
        lambda case: case.disposition.validity is Validity.DEMAND,
        case=RECEIVED,
        by=INES,
    ),
    line(
        "the customer is asked afterwards",
        FollowUp(satisfaction=Satisfaction.SATISFIED),
        reaches(Milestone.FOLLOWED_UP),
        case=CLOSED,
    ),
    line("the customer appeals", Appeal(), reaches(Milestone.APPEALED), case=CLOSED, by=INES),
    line(
        "an appeal upheld takes the case up again",
        DecideAppeal(upheld=True),
        lambda case: (case.status, case.disposition) == (Status.ASSIGNED, None),
        case=APPEALED,
        by=UNA,
    ),
    line(
        "an appeal turned down lets the outcome stand",
        DecideAppeal(upheld=False),
        lambda case: (case.status, case.disposition) == (Status.CLOSED, VALID),
        case=APPEALED,
        by=UNA,
    ),
    line(
        "reopened, it goes back to its handler",
        Reopen(),
        is_now(Status.ASSIGNED),
        case=CLOSED,
        by=INES,
    ),
    line(
        "reopened, it waits for one where it had none",
        Reopen(),
        is_now(Status.RECEIVED),
        case=replace(CLOSED, handler=None),
        by=INES,
    ),
    line(
        "the least fine is proposed",
        FINE,
        lambda case: case.penalties[-1].amount_fen == 100_00,
        case=DISPOSED,
        by=HONG,
    ),
    line(
        "the highest fine is proposed",
        replace(FINE, amount_fen=1_000_00),
        lambda case: case.penalties[-1].amount_fen == 1_000_00,
        case=DISPOSED,
        by=HONG,
    ),
    line(
        "an escalation is heard",
        HEARD,
        lambda case: case.fired[0].acknowledged_by == "supervisor",
        case=ESCALATED,
        by=SUN,
    ),
    line(
        "who holds a restricted case does there what handlers do elsewhere",
        replace(TO_HAN, handler="dora"),
        lambda case: case.handler == "dora",
        case=RESTRICTED,
        by=somebody(Role.DISCIPLINE),
    ),
]

DATED_PAST = {"at": NEXT_WEEK + timedelta(seconds=1)}
REFUSED = [
    line(
        "a calendar takes the place of the one that was looked at",
        ApplyCalendar(calendar="cn@new", instead_of="cn@old"),
        Refusal.CHANGED_MEANWHILE,
        by=somebody(Role.ADMINISTRATOR),
    ),
    line(
        "nobody gives a case to the person complained about",
        replace(TO_HAN, handler="mei"),
        Refusal.PERSON_COMPLAINED_ABOUT,
        case=replace(RECEIVED, person_complained_about="mei"),
        by=SUN,
    ),
    line("nobody is given what is theirs already", TO_HAN, Refusal.SAME_HANDLER, by=SUN),
    line(
        "a handler hands over nothing of another's",
        replace(TO_HAN, handler="hugo"),
        Refusal.NOT_THE_HANDLER,
        by=HUGO,
    ),
    line("a handler takes no case by himself", TO_HAN, Refusal.NOT_THE_HANDLER, case=RECEIVED),
    *(
        line(
            f"a handler leaves another's case alone: {act.kind}",
            act,
            Refusal.NOT_THE_HANDLER,
            case=case,
            by=HUGO,
        )
        for act, case in (
            (Start(), ASSIGNED),
            (AskCustomer(), STARTED),
            (MORE_TIME, ASSIGNED),
            (Commit(until_at=NEXT_WEEK), ASSIGNED),
            (ExplainOverrun(overrun="reply"), ASSIGNED),
            (GoOnSite(), ASSIGNED),
            (TellStatus(), ASSIGNED),
            (GiveOpinion(), ASSIGNED),
            (ReportResult(), DISPOSED),
            (Reverify(), ASSIGNED),
            (ReferUp(), ASSIGNED),
            (TellLeader(), ASSIGNED),
            (BringInLegal(), ASSIGNED),
            (Promise(amount_fen=1), ASSIGNED),
            (ANSWER, STARTED),
            (ReplyToSender(), HANDED_DOWN),
            (SETTLED, REPLIED),
            (Close(), DISPOSED),
            (FILED, replace(ASSIGNED, category=Category.ANONYMOUS)),
        )
    ),
    line("a handler urges nobody", Urge(), Refusal.NOT_THE_HANDLER),
    line(
        "who took calls urges only what they took down",
        Urge(),
        Refusal.NOT_THE_HANDLER,
        by=replace(INES, person="ivan"),
    ),
    line(
        "a task that nobody was given is not done",
        FinishTask(task="media-office"),
        Refusal.TASK_NOT_OPEN,
        case=RECEIVED,
        by=SUN,
    ),
    line(
        "a task is done by its office",
        FinishTask(task="media-office"),
        Refusal.NOT_YOUR_ROLE,
        case=CHARGED,
    ),
    line(
        "the customer is asked one thing at a time",
        AskCustomer(),
        Refusal.ALREADY_WAITING,
        case=WAITING,
    ),
    line(
        "nobody answers who was not asked", TakeAnswer(), Refusal.NOT_WAITING, case=STARTED, by=INES
    ),
    line(
        "a clock that does not run gets no later date",
        RequestExtension(clock="start", until_at=NEXT_WEEK),
        Refusal.NO_SUCH_CLOCK,
    ),
    line(
        "a limit that cannot be moved is not",
        RequestExtension(clock="forward", until_at=NEXT_WEEK),
        Refusal.NOT_EXTENDABLE,
        case=replace(RECEIVED, handler="han", channel=Channel.INTERNET),
    ),
    line(
        "a later date stays within its bound",
        RequestExtension(clock="cn-2020-3:reply", until_at=MONDAY + timedelta(days=60)),
        Refusal.EXTENSION_TOO_FAR,
    ),
    line("a later date is later", replace(MORE_TIME, until_at=LATER), Refusal.DATE_NOT_LATER),
    line("a later date lies ahead", MORE_TIME, Refusal.DATE_NOT_LATER, **DATED_PAST),
    line(
        "one wish for more time at a time",
        MORE_TIME,
        Refusal.EXTENSION_PENDING,
        case=ASKED_FOR_MORE_TIME,
    ),
    line(
        "no more later dates than the pack has",
        replace(MORE_TIME, until_at=NEXT_WEEK + timedelta(days=1)),
        Refusal.EXTENSIONS_USED_UP,
        case=replace(
            ASSIGNED,
            extensions=(
                Extension(
                    clock="reply",
                    until_at=NEXT_WEEK,
                    requested_by="han",
                    approved_by="sun",
                    approved_at=MONDAY,
                ),
            ),
        ),
    ),
    line(
        "nothing is granted that nobody asked for",
        ApproveExtension(),
        Refusal.NO_EXTENSION_PENDING,
        by=SUN,
    ),
    line(
        "nothing is refused that nobody asked for",
        RefuseExtension(),
        Refusal.NO_EXTENSION_PENDING,
        by=SUN,
    ),
    line(
        "nobody grants their own wish",
        ApproveExtension(),
        Refusal.OWN_REQUEST,
        case=ASKED_FOR_MORE_TIME,
        by=at_the_outlet("han", Role.SUPERVISOR),
    ),
    line(
        "nobody refuses it either",
        RefuseExtension(),
        Refusal.OWN_REQUEST,
        case=ASKED_FOR_MORE_TIME,
        by=at_the_outlet("han", Role.SUPERVISOR),
    ),
    line("no date is promised that has passed", Commit(until_at=LATER), Refusal.DATE_HAS_PASSED),
    line(
        "what ran in time needs no explanation",
        ExplainOverrun(overrun="reply"),
        Refusal.NOTHING_OVERRUN,
    ),
    line(
        "where the bank is at fault it makes good, and nothing is left to explain",
        ReferUp(),
        Refusal.BANK_AT_FAULT,
        case=replace(DISPOSED, marks=(Mark.REPEAT,)),
    ),
    line("only repeats are referred up", ReferUp(), Refusal.NOT_A_REPEAT),
    line(
        "the leader of an outlet is no leader for the press",
        ConsentToComment(),
        Refusal.NOT_HIGH_ENOUGH,
        by=at_the_outlet("mei", Role.LEADER),
    ),
    line(
        "nothing is promised beyond one's authority",
        Promise(amount_fen=100_01),
        Refusal.BEYOND_AUTHORITY,
    ),
    line(
        "a level without authority promises nothing",
        Promise(amount_fen=1),
        Refusal.BEYOND_AUTHORITY,
        by=somebody(Role.BUSINESS_LINE, "head-office", Level.HEAD_OFFICE),
    ),
    line(
        "emergency cash ends at the limit",
        PayEmergencyCash(amount_fen=5_000_01, tier=CustomerTier.ORDINARY),
        Refusal.OVER_EMERGENCY_LIMIT,
    ),
    line(
        "emergency cash is added up",
        PayEmergencyCash(amount_fen=1, tier=CustomerTier.ORDINARY),
        Refusal.OVER_EMERGENCY_LIMIT,
        case=replace(ASSIGNED, paid_cash_fen=5_000_00),
    ),
    line(
        "where the pack knows no emergency cash there is none",
        PayEmergencyCash(amount_fen=1, tier=CustomerTier.VIP),
        Refusal.OVER_EMERGENCY_LIMIT,
        conduct=LENIENT,
    ),
    line(
        "no loss is filed that nobody reported",
        FileLoss(),
        Refusal.NO_LOSS_REPORTED,
        case=RECEIVED,
        by=INES,
    ),
    line(
        "units dispute one case once",
        RaiseDispute(unit="bay-branch"),
        Refusal.DISPUTE_PENDING,
        case=DISPUTED,
        by=SUN,
    ),
    line("no unit disputes with itself", RaiseDispute(unit="harbour-outlet"), Refusal.NO_DISPUTE),
    line(
        "what was decided binds",
        RaiseDispute(unit="station-outlet"),
        Refusal.DISPUTE_DECIDED,
        case=replace(
            ASSIGNED, host_unit="harbour-outlet", assisting_units=("station-outlet",)
        ).reach(Milestone.DISPUTE_DECIDED, at=MONDAY),
    ),
    line(
        "without a dispute nothing is decided",
        DecideDispute(unit="harbour-outlet", level=Level.OUTLET),
        Refusal.NO_DISPUTE,
        by=SUN,
    ),
    line(
        "no party decides",
        DecideDispute(unit="harbour-outlet", level=Level.OUTLET),
        Refusal.PARTY_TO_DISPUTE,
        case=DISPUTED,
        by=at_the_outlet("mei", Role.SUPERVISOR),
    ),
    line(
        "the decision names one of the parties",
        DecideDispute(unit="bay-branch", level=Level.TIER_2),
        Refusal.NO_DISPUTE,
        case=DISPUTED,
        by=SUN,
    ),
    line(
        "a case is linked once",
        Link(reference="C-2"),
        Refusal.ALREADY_LINKED,
        case=replace(RECEIVED, linked=("C-2",)),
        by=INES,
    ),
    line(
        "a case is not linked to itself",
        Link(reference=RECEIVED.reference),
        Refusal.ALREADY_LINKED,
        case=RECEIVED,
        by=INES,
    ),
    line(
        "nobody answers what was not sorted",
        ANSWER,
        Refusal.NOT_CLASSIFIED,
        case=replace(STARTED, category=None),
    ),
    line("an answer holds its elements", ANSWER, Refusal.REPLY_INCOMPLETE, case=STARTED),
    line(
        "the customer's word on the result is one of them",
        replace(ANSWER, satisfaction=None),
        Refusal.REPLY_INCOMPLETE,
        case=STARTED,
        words=("findings",),
    ),
    line(
        "who takes calls settles nothing",
        ANSWER,
        Refusal.HOTLINE_MAY_NOT_RESOLVE,
        case=STARTED,
        by=replace(HAN, roles=(Role.HANDLER, Role.INTAKE)),
        words=("findings",),
    ),
    line("where nobody sent it down nobody is answered", ReplyToSender(), Refusal.NO_SENDER),
    line(
        "nothing is settled before the sender is answered",
        SETTLED,
        Refusal.SENDER_REPLY_REQUIRED,
        case=replace(REPLIED, sender="sender"),
    ),
    line(
        "reopened, the sender is answered again",
        SETTLED,
        Refusal.SENDER_REPLY_REQUIRED,
        case=replace(REPLIED, sender="sender")
        .reach(Milestone.SENDER_REPLIED, at=MONDAY)
        .reach(Milestone.REOPENED, at=LATER),
    ),
    line(
        "validity and responsibility are both settled",
        Dispose(validity=Validity.VALID),
        Refusal.DISPOSITION_INCOMPLETE,
        case=REPLIED,
    ),
    line(
        "nobody is sent to the superior bank",
        replace(SETTLED, disposal=Disposal.REFERRED_TO_SUPERIOR),
        Refusal.DISPOSAL_FORBIDDEN,
        case=REPLIED,
    ),
    line(
        "nothing is made good beyond one's authority",
        replace(SETTLED, redress_fen=100_01),
        Refusal.BEYOND_AUTHORITY,
        case=REPLIED,
    ),
    line("who gave a name is not filed as anonymous", FILED, Refusal.NOT_ANONYMOUS),
    line(
        "where wishes are complaints none is set apart",
        QUESTION,
        Refusal.NOT_A_DEMAND,
        case=RECEIVED,
        by=INES,
        conduct=LENIENT,
    ),
    line("one appeal at a time", Appeal(), Refusal.APPEAL_PENDING, case=APPEALED, by=INES),
    line(
        "no appeal is decided that nobody made",
        DecideAppeal(upheld=True),
        Refusal.NO_APPEAL,
        case=CLOSED,
        by=UNA,
    ),
    line(
        "no appeal is decided twice",
        DecideAppeal(upheld=True),
        Refusal.NO_APPEAL,
        case=APPEALED.reach(Milestone.APPEAL_DECIDED, at=LATER),
        by=UNA,
    ),
    *(
        line(
            f"a {validity} complaint has no penalties",
            FINE,
            Refusal.ONLY_VALID_COMPLAINTS,
            case=replace(DISPOSED, disposition=replace(VALID, validity=validity)),
            by=HONG,
        )
        for validity in (Validity.SPECIAL, Validity.DEMAND)
    ),
    line(
        "nobody is fined before it is settled",
        FINE,
        Refusal.ONLY_VALID_COMPLAINTS,
        case=REPLIED,
        by=HONG,
    ),
    line(
        "a fine is at least the least",
        replace(FINE, amount_fen=99_99),
        Refusal.PENALTY_OUT_OF_RANGE,
        case=DISPOSED,
        by=HONG,
    ),
    line(
        "a fine is at most the most",
        replace(FINE, amount_fen=1_000_01),
        Refusal.PENALTY_OUT_OF_RANGE,
        case=DISPOSED,
        by=HONG,
    ),
    line(
        "a post that the schedule does not name is not fined",
        replace(FINE, post="outlet_head"),
        Refusal.NO_SUCH_PENALTY,
        case=DISPOSED,
        by=HONG,
    ),
    line(
        "a fault that no schedule names is not fined",
        replace(FINE, schedule="lateness"),
        Refusal.NO_SUCH_PENALTY,
        case=DISPOSED,
        by=HONG,
    ),
    line("what never climbed is not acknowledged", HEARD, Refusal.NOTHING_TO_ACKNOWLEDGE, by=SUN),
    line(
        "an escalation is heard once",
        HEARD,
        Refusal.NOTHING_TO_ACKNOWLEDGE,
        case=replace(ESCALATED, fired=(replace(ESCALATED.fired[0], acknowledged_at=MONDAY),)),
        by=SUN,
    ),
]


@pytest.mark.parametrize(("doing", "holds"), LEGAL)
def test_it_is_done(doing: Doing, holds: Callable[[Case], bool]) -> None:
    case = doing.done()
    assert case.version == doing.case.version + 1
    assert holds(case)


@pytest.mark.parametrize(("doing", "code"), REFUSED)
def test_it_is_refused(doing: Doing, code: Refusal) -> None:
    with pytest.raises(Refused) as met:
        doing.done()
    assert met.value.code is code


ONE_OF_EACH = {type(each.values[0].act): each.values[0] for each in reversed(LEGAL)}
"""Each act once, where it is legal."""

each_act = pytest.mark.parametrize("doing", ONE_OF_EACH.values(), ids=lambda each: each.act.kind)


def outcome(doing: Doing) -> Refusal | None:
    try:
        doing.done()
    except Refused as refused:
        return refused.code
    return None


@each_act
@pytest.mark.parametrize("role", Role)
def test_who_holds_none_of_its_roles_may_not(doing: Doing, role: Role) -> None:
    case = replace(doing.case, restricted_to=())
    by = replace(doing.by, roles=(role,))
    refused = outcome(replace(doing, case=case, by=by)) is Refusal.NOT_YOUR_ROLE
    offices = {task.role for task in case.tasks} if isinstance(doing.act, FinishTask) else None
    may = offices | {Role.SUPERVISOR} if offices else doing.act.roles
    assert refused == (role not in may)


@each_act
@pytest.mark.parametrize("status", Status)
def test_it_has_its_place_in_the_handling(doing: Doing, status: Status) -> None:
    met = outcome(replace(doing, case=replace(doing.case, status=status)))
    assert (met is Refusal.NOT_IN_THIS_STATUS) == (status not in doing.act.statuses)


@pytest.mark.parametrize(
    ("act", "word"),
    [(act, word) for act in ACTS for word, need in act.words.items() if need is Need.REQUIRED],
)
def test_it_comes_with_its_words(act: type[AnyAct], word: str) -> None:
    doing = replace(ONE_OF_EACH[act], without=(word,))
    with pytest.raises(Refused) as met:
        doing.done()
    assert (met.value.code, met.value.facts) == (Refusal.WORDS_MISSING, {"missing": word})


@each_act
def test_from_a_page_that_others_have_overtaken_only_what_disturbs_nobody(doing: Doing) -> None:
    overtaken = replace(doing.case, version=8, last_act_version=8)
    met = outcome(replace(doing, case=overtaken, seen_version=7))
    assert (met is Refusal.CHANGED_MEANWHILE) == (not doing.act.is_free_of_version)
    assert outcome(replace(doing, case=overtaken, seen_version=8)) is None


@each_act
def test_what_a_clock_did_meanwhile_stands_in_nobodys_way(doing: Doing) -> None:
    fired_since = replace(doing.case, version=8, last_act_version=7)
    assert outcome(replace(doing, case=fired_since, seen_version=7)) is None


@each_act
def test_nobody_judges_a_complaint_about_themselves(doing: Doing) -> None:
    about = replace(doing.case, person_complained_about=doing.by.person)
    assert outcome(replace(doing, case=about)) is Refusal.PERSON_COMPLAINED_ABOUT


@each_act
def test_what_was_handed_to_one_office_is_closed_to_all_others(doing: Doing) -> None:
    """But not to upkeep, which looks at nothing in it."""
    handed = replace(doing.case, restricted_to=(Role.SECURITY,))
    closed = None if doing.act.is_upkeep else Refusal.RESTRICTED
    assert outcome(replace(doing, case=handed)) is closed


@each_act
def test_the_pack_may_want_something_done_first_or_never(doing: Doing) -> None:
    first = Gate(name="g", act=doing.act.kind, needs=Milestone.APPEALED, when={}, rule="A-00")
    never = replace(first, needs=None)
    before = replace(doing.case, milestones=doing.case.milestones[:1])
    for gate, code in ((first, Refusal.GATE_CLOSED), (never, Refusal.FORBIDDEN_HERE)):
        gated = replace(doing, case=before, conduct=replace(doing.conduct, gates=(gate,)))
        with pytest.raises(Refused) as met:
            gated.done()
        assert (met.value.code, met.value.facts["rule"]) == (code, "A-00")


@each_act
def test_a_gate_is_passed_by_what_it_wants_and_shut_again_by_a_reopening(doing: Doing) -> None:
    gate = Gate(name="g", act=doing.act.kind, needs=Milestone.FOLLOWED_UP, when={}, rule="A-00")
    conduct = replace(doing.conduct, gates=(gate,))
    passed = doing.case.reach(Milestone.FOLLOWED_UP, at=MONDAY)
    assert outcome(replace(doing, case=passed, conduct=conduct)) is None
    reopened = passed.reach(Milestone.REOPENED, at=LATER)
    assert outcome(replace(doing, case=reopened, conduct=conduct)) is Refusal.GATE_CLOSED


def test_every_act_is_told_of() -> None:
    assert set(ONE_OF_EACH) == set(ACTS) == set(ACT_KINDS.values())


def test_every_refusal_of_the_acts_is_told_of() -> None:
    folder = Path(domain.acts.__file__).parent
    code = " ".join(path.read_text(encoding="utf-8") for path in folder.glob("*.py"))
    of_the_acts = set(re.findall(r"Refusal\.([A-Z_]+)", code))
    told = set(re.findall(r"Refusal\.([A-Z_]+)", Path(__file__).read_text(encoding="utf-8")))
    assert of_the_acts - told == set()


def test_acts_hold_facts_and_never_words() -> None:
    for act in ACTS:
        assert not {each.name for each in fields(act)} & set(act.words)
