"""What people do about a complaint, from its receipt to the end of the year."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random

from bench.year.bank import ENDS, Staff
from bench.year.complaints import CATEGORIES, RATINGS, SATISFACTIONS, YUAN, drawn
from bench.year.lives import Life, YearIsOver
from domain.acts import (
    AnswerSurvey,
    AnyAct,
    Appeal,
    AppealFinding,
    AskCustomer,
    Assign,
    Classify,
    Close,
    Commend,
    DecideAppeal,
    DecideFinding,
    DecideFindingAppeal,
    Dispose,
    ExplainOverrun,
    Extend,
    FileAnonymous,
    FinishTask,
    FollowUp,
    Forward,
    JoinLine,
    MakePlan,
    MarkDuplicate,
    OfferSurvey,
    ProposeFinding,
    Reopen,
    Reply,
    ReplyToFinding,
    ReplyToSender,
    Reverify,
    ReverseFinding,
    ReviewRecording,
    Start,
    TakeAnswer,
    TreatAsDemand,
    Withdraw,
)
from domain.case import Actor, Case, Status
from domain.classification import (
    AnonymousKind,
    Category,
    Cause,
    Channel,
    DemandKind,
    Disposal,
    Mark,
    Rating,
    Responsibility,
    Satisfaction,
    Severity,
    Validity,
    WithdrawalKind,
)
from domain.errors import Refused
from domain.findings import FindingOutcome, Involvement
from domain.notices import COMPLAINANT
from domain.policy import CaseRules
from domain.surveys import open_survey


def live(life: Life, staff: Staff, chance: Random, earlier: Sequence[str]) -> None:
    """Live it as far as the year lets it, and let what is left open run into its end. An act that
    the rules refuse is left undone, and nobody does anything about that complaint any more."""
    try:
        Story(life, staff, chance, earlier).tell()
    except YearIsOver:
        return
    except Refused as refused:
        life.refused = refused
    life.passes_until(ENDS)


class Story:
    """What people do about one complaint."""

    def __init__(self, life: Life, staff: Staff, chance: Random, earlier: Sequence[str]) -> None:
        self._life = life
        self._staff = staff
        self._chance = chance
        self._earlier = earlier

    def tell(self) -> None:
        self._sort()
        if self._case.restricted_to:
            if self._happens(0.5):
                self._settle_as_the_office()
            return
        if self._happens(0.02):
            return  # It was forgotten.
        self._pass_on()
        if not self._ends_early():
            self._handle()
            self._answer()
            self._settle()
        self._put_away()
        self._ask_afterwards()
        self._find_who_is_responsible()

    @property
    def _case(self) -> Case:
        return self._life.case

    def _happens(self, how_often: float) -> bool:
        return self._chance.random() < how_often

    def _hours(self, low: float, high: float) -> datetime:
        """Some office hours later."""
        return self._at_work(self._life.now + timedelta(hours=self._chance.uniform(low, high)))

    def _at_work(self, instant: datetime) -> datetime:
        """That instant, or soon after the office next opens."""
        calendar = self._life.ground.calendar
        day = calendar.local_day(instant)
        if calendar.is_working_day(day):
            if calendar.opening(day) <= instant < calendar.closing(day):
                return instant
            if instant < calendar.opening(day):
                return calendar.opening(day) + timedelta(minutes=self._chance.randint(1, 90))
        following = calendar.next_working_day(day + timedelta(days=1))
        return calendar.opening(following) + timedelta(minutes=self._chance.randint(1, 90))

    def _do(self, act: AnyAct, by: str, at: datetime) -> None:
        self._life.does(act, self._staff.bank.actor(by), at)

    def _by_handler(self, act: AnyAct, at: datetime) -> None:
        """By whoever has it, or the supervisor in the place of somebody who lost it."""
        handler = self._case.handler
        self._do(act, handler or self._supervisor, at)

    @property
    def _supervisor(self) -> str:
        return self._staff.supervisor_of(self._case.unit)

    def _sort(self) -> None:
        case = self._case
        if case.category is None or self._happens(0.06):
            category = drawn(CATEGORIES, self._chance)
            sorted_so = Classify(
                category=category, amount_fen=case.amount_fen, marks=case.marks,
                situation=case.situation,
            )  # fmt: skip
            by = self._supervisor if not case.restricted_to else "head-discipline"
            self._do(sorted_so, by, self._hours(0.2, 6))
        if self._happens(0.008) and self._earlier and not self._case.restricted_to:
            again = MarkDuplicate(reference=self._earlier[-1])
            self._do(again, "head-intake", self._hours(0.2, 4))

    def _review(self, by: str) -> None:
        if self._case.channel is Channel.PHONE and self._case.severity is Severity.MAJOR:
            self._do(ReviewRecording(), by, self._hours(0.1, 1))

    def _pass_on(self) -> None:
        self._review("head-intake")
        outlets = self._staff.outlets_of(self._case.unit)
        if self._happens(0.14):
            unit = self._chance.choice(outlets)
            level = self._staff.bank.units[unit].level
            self._do(Forward(unit=unit, level=level), "head-intake", self._hours(0.2, 5))
        here = self._case.unit
        place = here if here.startswith("outlet-") else self._chance.choice(outlets)
        self._assign_to(place, self._hours(0.3, 5))

    def _assign_to(self, place: str, at: datetime) -> None:
        about = self._case.person_complained_about
        who = [each for each in self._staff.handlers_of(place) if each not in (about,)]
        given = Assign(
            handler=self._chance.choice([each for each in who if each != self._case.handler]),
            handler_unit=place,
            handler_level=self._staff.bank.units[place].level,
        )
        self._do(given, self._supervisor, at)

    def _ends_early(self) -> bool:
        """Whether it ends without an answer: taken back, a mere wish, or by nobody to answer."""
        if self._case.category is Category.ANONYMOUS:
            filed = FileAnonymous(
                anonymous=self._chance.choice([*AnonymousKind]),
                validity=self._chance.choice([Validity.VALID, Validity.SPECIAL]),
                responsibility=self._chance.choice([*Responsibility]),
            )
            self._by_handler(filed, self._hours(4, 60))
            return True
        if self._happens(0.05):
            taken_back = Withdraw(withdrawal=WithdrawalKind.VOLUNTARY, approved_by="head-hr")
            self._do(taken_back, self._supervisor, self._hours(2, 40))
            return True
        if self._conduct.accepts_demands and self._happens(0.3):
            wish = TreatAsDemand(demand_kind=self._chance.choice([*DemandKind]))
            self._do(wish, self._supervisor, self._hours(1, 20))
            return True
        return False

    @property
    def _conduct(self) -> CaseRules:
        return self._life.ground.pack.conduct

    def _handle(self) -> None:
        self._begin_work()
        if self._happens(0.05):
            place = self._chance.choice(self._staff.outlets_of(self._case.unit))
            self._assign_to(place, self._hours(0.5, 8))
            self._begin_work()
        self._finish_tasks()
        if self._happens(0.005):
            pressed = Withdraw(withdrawal=WithdrawalKind.COERCED)
            self._do(pressed, self._supervisor, self._hours(0.5, 4))
        if self._happens(0.08):
            self._by_handler(AskCustomer(), self._hours(0.2, 3))
            self._by_handler(TakeAnswer(), self._hours(2, 50))
        reply = self._life.clock("reply")
        if self._happens(0.07) and reply and reply.extendable and reply.due_at:
            self._extend(reply.due_at)

    def _begin_work(self) -> None:
        needs_plan = any(each.act == "start" for each in self._conduct.gates)
        if needs_plan and self._case.handler:
            at = self._hours(0.1, 2)
            until = at + timedelta(days=self._chance.randint(3, 12))
            self._by_handler(MakePlan(person=self._case.handler, until_at=until), at)
        if self._case.status is Status.ASSIGNED:
            self._by_handler(Start(), self._hours(0.1, 3))

    def _finish_tasks(self) -> None:
        """What the offices are asked to do, most of it in time."""
        for task in self._case.tasks:
            if not task.is_open or self._happens(0.15):
                continue
            if task.name == "product-department":
                self._do(JoinLine(), "head-business_line", self._hours(0.2, 5))
            elif task.name == "define-the-nature":
                self._do(FinishTask(task=task.name), "head-business_line", self._hours(0.5, 10))

    def _extend(self, due_at: datetime) -> None:
        at = self._at_work(self._life.now + (due_at - self._life.now) * 0.5)
        if at >= due_at - timedelta(hours=1):
            return
        self._by_handler(ExplainOverrun(overrun="reply"), at)
        later = Extend(
            clock="reply",
            until_at=due_at + timedelta(days=self._chance.randint(2, 6)),
            approved_by=self._supervisor,
        )
        self._by_handler(later, at + timedelta(minutes=10))

    def _answer(self) -> None:
        if Mark.REPEAT in self._case.marks:
            self._by_handler(Reverify(), self._hours(0.2, 6))
        at = self._answered_at()
        said = drawn(SATISFACTIONS, self._chance)
        self._by_handler(Reply(satisfaction=said, handled_at=at), at)
        if self._case.sender is not None:
            self._by_handler(ReplyToSender(), self._hours(0.05, 1))

    def _answered_at(self) -> datetime:
        """In time as a rule; now and then hours or days after the limit has run out."""
        now, due_at = self._life.now, self._life.due_at
        if due_at is None or due_at <= now:
            return self._hours(1, 30)
        if self._happens(0.14):
            return self._at_work(due_at + timedelta(hours=self._chance.uniform(1, 150)))
        at = self._at_work(now + (due_at - now) * self._chance.uniform(0.05, 0.85))
        return min(at, due_at - timedelta(minutes=1))

    def _settle(self) -> None:
        valid = self._happens(0.66)
        fault = self._chance.choice(
            [Responsibility.BANK, Responsibility.BANK, Responsibility.BOTH, Responsibility.NOT_BANK]
        )
        causes = tuple(self._chance.sample([*Cause], self._chance.choice([1, 1, 2])))
        paid = self._chance.randint(1, 800) * YUAN if valid and self._happens(0.2) else 0
        settled = Dispose(
            validity=Validity.VALID if valid else Validity.SPECIAL,
            responsibility=fault if valid else Responsibility.NOT_BANK,
            disposal=Disposal.COMPENSATED if paid else Disposal.EXPLAINED,
            causes=causes if valid else (),
            redress_fen=paid,
        )
        self._by_handler(settled, self._hours(0.5, 20))

    def _put_away(self) -> None:
        for task in self._case.tasks:
            if task.is_open and task.name == "coerced-withdrawal":
                self._do(FinishTask(task=task.name), "head-leader", self._hours(2, 30))
        if self._happens(0.05):
            return  # Settled, and forgotten on the desk.
        approved_by = self._supervisor if self._case.severity is Severity.MAJOR else None
        self._by_handler(Close(approved_by=approved_by), self._hours(0.5, 60))

    def _settle_as_the_office(self) -> None:
        office = "head-discipline"
        self._review(office)
        given = Assign(
            handler=office,
            handler_unit="head-office",
            handler_level=self._staff.bank.units["head-office"].level,
        )
        self._do(given, office, self._hours(1, 10))
        self._do(Start(), office, self._hours(1, 10))
        if Mark.REPEAT in self._case.marks:
            self._do(Reverify(), office, self._hours(0.2, 6))
        at = self._hours(10, 60)
        self._do(Reply(satisfaction=Satisfaction.SATISFIED, handled_at=at), office, at)
        if self._case.sender is not None:
            self._do(ReplyToSender(), office, self._hours(0.05, 1))

    def _ask_afterwards(self) -> None:
        if self._case.status is not Status.CLOSED:
            return
        is_dissatisfied = False
        if self._happens(0.35):
            is_dissatisfied = self._survey() if self._happens(0.4) else self._call()
        if self._happens(0.02):
            done_well = Commend(person=self._case.handler or self._supervisor)
            self._do(done_well, "head-leader", self._hours(1, 100))
        if self._happens(0.35 if is_dissatisfied else 0.02):
            self._take_up_again()

    def _call(self) -> bool:
        said = drawn(SATISFACTIONS, self._chance)
        self._do(FollowUp(satisfaction=said), self._supervisor, self._hours(5, 120))
        return said is Satisfaction.DISSATISFIED

    def _survey(self) -> bool:
        if open_survey(self._case, self._life.now) is None:
            self._do(OfferSurvey(), self._supervisor, self._hours(1, 20))
        said = drawn(RATINGS, self._chance)
        answer = AnswerSurvey(number=len(self._case.surveys), overall=said)
        customer = Actor(person=COMPLAINANT, roles=(), unit=self._case.unit, level=self._case.level)
        self._life.does(
            answer, customer, self._life.now + timedelta(hours=self._chance.uniform(1, 200))
        )
        return said in (Rating.DISSATISFIED, Rating.VERY_DISSATISFIED)

    def _take_up_again(self) -> None:
        """The customer does not accept it: the case is opened again at once or after an appeal."""
        if self._happens(0.5):
            self._do(Appeal(), "head-intake", self._hours(5, 200))
            upheld = self._happens(0.4)
            self._do(DecideAppeal(upheld=upheld), "head-union", self._hours(5, 120))
            if not upheld:
                return
        else:
            self._do(Reopen(), self._supervisor, self._hours(5, 300))
        for each in (self._begin_work, self._answer, self._settle, self._put_away):
            each()

    def _find_who_is_responsible(self) -> None:
        ended = self._case.disposition
        at_fault = (
            ended is not None
            and ended.validity is Validity.VALID
            and ended.responsibility is not Responsibility.NOT_BANK
            and self._case.status in (Status.DISPOSED, Status.CLOSED)
        )
        place = self._case.unit
        if not at_fault or not place.startswith("outlet-") or not self._happens(0.3):
            return
        person = self._chance.choice(self._staff.handlers_of(place))
        said = ProposeFinding(person=person, involvement=Involvement.DIRECT_PERSON)
        self._do(said, self._supervisor, self._hours(2, 60))
        self._do(ReplyToFinding(), person, self._hours(2, 80))
        outcome = self._chance.choice(
            [FindingOutcome.RESPONSIBLE] * 4 + [FindingOutcome.NOT_RESPONSIBLE]
        )
        decided = DecideFinding(person=person, outcome=outcome, approved_by="head-leading_group")
        self._do(decided, "head-hr", self._hours(5, 100))
        if outcome is FindingOutcome.NOT_RESPONSIBLE:
            return
        if self._happens(0.25):
            self._do(AppealFinding(), person, self._hours(5, 200))
            upheld = self._happens(0.5)
            decision = DecideFindingAppeal(
                person=person,
                upheld=upheld,
                responsibility=Responsibility.NOT_BANK if upheld and self._happens(0.5) else None,
            )
            self._do(decision, "head-union", self._hours(5, 150))
        elif self._happens(0.05):
            taken_back = ReverseFinding(
                person=person,
                responsibility=Responsibility.NOT_BANK,
                approved_by="head-leading_group",
            )
            self._do(taken_back, "head-hr", self._hours(50, 900))
