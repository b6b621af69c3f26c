"""Somebody about to do something to a case: the lines of which the tables of acts are made."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from domain.acts import ActContext, AnyAct, Need, decide
from domain.case import (
    Actor,
    Case,
    Disposition,
    ExtensionRequest,
    Milestone,
    Pause,
    Status,
)
from domain.classification import (
    CustomerTier,
    Disposal,
    Level,
    Mark,
    Responsibility,
    Validity,
)
from domain.clocks.ledger import Clock
from domain.clocks.plan import plan
from domain.errors import Refusal, Refused
from domain.penalties import PenaltySchedule
from domain.policy import CaseRules, Span, SurveyRules, TimeUnit
from rulebook.calendars import load_calendar
from rulebook.packs import read_pack
from tests.bank import WHOLE
from tests.builders import MONDAY, a_case, some_conduct

LATER = MONDAY + timedelta(hours=1)
"""When the acts of the tables are done."""
NEXT_WEEK = MONDAY + timedelta(days=7)

HAN, HUGO, MEI, INES = map(WHOLE.actor, ("han", "hugo", "mei", "ines"))
STAN, SUN, LEO, MAX, DORA = map(WHOLE.actor, ("stan", "sun", "leo", "max", "dora"))
LINE, HONG, UNA, ADA = map(WHOLE.actor, ("line", "hong", "una", "ada"))

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

PACK = read_pack("head-office-regulated")[0]
CALENDAR = load_calendar("cn")
STRICT = some_conduct(
    promises_up_to_fen={Level.OUTLET: 100_00, Level.TIER_1: 1_000_00},
    emergency_cash_fen={CustomerTier.ORDINARY: 5_000_00, CustomerTier.VIP: 10_000_00},
    reply_elements=("findings", "satisfaction", "handled_at"),
    forbidden_disposals=(Disposal.REFERRED_TO_SUPERIOR,),
    intake_may_resolve=False,
    accepts_demands=True,
    survey=SurveyRules(open_for=Span(amount=14, unit=TimeUnit.CALENDAR_DAY), when={}, rule="S-02"),
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
"""Rules that ask for everything an act can be refused for."""
LENIENT = some_conduct()


def clocks_of(case: Case) -> tuple[Clock, ...]:
    return tuple(each.clock for each in plan(case, PACK, CALENDAR))


@dataclass(frozen=True, kw_only=True)
class Doing:
    """Somebody about to do something to a case.

    The words the act must come with are given with it, except those it is `without`.
    """

    act: AnyAct
    case: Case = ASSIGNED
    by: Actor = HAN
    conduct: CaseRules = STRICT
    at: datetime = LATER
    without: tuple[str, ...] = ()
    seen_version: int | None = None
    words: tuple[str, ...] = ()

    def done(self) -> Case:
        """The case afterwards; raises the refusal it meets."""
        required = {name for name, need in self.act.words.items() if need is Need.REQUIRED}
        given = ActContext(
            by=self.by,
            at=self.at,
            words=frozenset(required.union(self.words).difference(self.without)),
            conduct=self.conduct,
            clocks=clocks_of(self.case),
        )
        return decide(self.act, self.case, given, self.seen_version)

    def refusal(self) -> Refusal | None:
        """What forbids it, if anything does."""
        try:
            self.done()
        except Refused as refused:
            return refused.code
        return None


def line(sentence: str, act: AnyAct, then: Any, **over: Any) -> Any:
    """One line of a table: the sentence, what is done, and what comes of it."""
    return pytest.param(Doing(act=act, **over), then, id=sentence)


def left_alone(*acts: tuple[AnyAct, Case]) -> list[Any]:
    """A handler leaves another's case alone, whatever the act."""
    return [
        line(
            f"a handler leaves another's case alone: {act.kind}",
            act,
            Refusal.NOT_THE_HANDLER,
            case=case,
            by=HUGO,
        )
        for act, case in acts
    ]


def reaches(*milestones: Milestone) -> Callable[[Case], bool]:
    return lambda case: all(case.reached(each) == LATER for each in milestones)


def is_now(status: Status) -> Callable[[Case], bool]:
    return lambda case: case.status is status
