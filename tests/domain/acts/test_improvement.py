"""Making it better: proposed, planned, carried out, checked, concluded."""

from dataclasses import replace
from datetime import datetime

from domain.acts import (
    CarryOutImprovement,
    CheckImprovement,
    ConcludeImprovement,
    PlanImprovement,
    ProposeImprovement,
    improvement,
)
from domain.case import Case
from domain.errors import Refusal
from domain.events import Event
from domain.improvement import CheckResult, ImprovementStage, proposed
from tests.builders import MONDAY
from tests.domain.acts.doing import CLOSED, HAN, LATER, NEXT_WEEK, SUN, line
from tests.domain.acts.sentences import Sentences

ITEM = proposed(1, Event.IMPROVEMENT_PROPOSED, "sun", MONDAY, ("C-2026-000002",))
TO_PLAN = replace(CLOSED, improvements=(ITEM,))
PLAN = PlanImprovement(person="han", until_at=NEXT_WEEK)


def at(stage: ImprovementStage, result: CheckResult | None = None) -> Case:
    return replace(TO_PLAN, improvements=(replace(ITEM, stage=stage, result=result),))


def due(until_at: datetime) -> PlanImprovement:
    return replace(PLAN, until_at=until_at)


TO_DO, TO_CHECK = at(ImprovementStage.TO_DO), at(ImprovementStage.TO_CHECK)
WORKED = at(ImprovementStage.TO_CONCLUDE, CheckResult.WORKED)
PARTLY = at(ImprovementStage.TO_CONCLUDE, CheckResult.PARTLY)


class TestImproving(Sentences):
    about = improvement
    done = (
        line(
            "several cases show the same, each named once and this one not again",
            ProposeImprovement(also=("C-2026-000002", "C-2026-000002", CLOSED.reference)),
            lambda case: case.improvements[-1].also == ("C-2026-000002",),
            case=CLOSED,
            by=SUN,
        ),
        line(
            "a plan names a person and a date",
            PLAN,
            lambda case: (
                (case.improvements[-1].person, case.improvements[-1].until_at) == ("han", NEXT_WEEK)
            ),
            case=TO_PLAN,
            by=SUN,
        ),
        line(
            "it is carried out",
            CarryOutImprovement(),
            lambda case: case.improvements[-1].stage is ImprovementStage.TO_CHECK,
            case=TO_DO,
            by=HAN,
        ),
        line(
            "it is checked",
            CheckImprovement(result=CheckResult.PARTLY),
            lambda case: case.improvements[-1].result is CheckResult.PARTLY,
            case=TO_CHECK,
            by=SUN,
        ),
        line(
            "what worked is concluded",
            ConcludeImprovement(),
            lambda case: [each.is_open for each in case.improvements] == [False],
            case=WORKED,
            by=SUN,
        ),
        line(
            "what is left over is carried on, with its cases",
            ConcludeImprovement(),
            lambda case: (
                [(each.is_open, each.carried_from, each.also) for each in case.improvements]
                == [(False, None, ITEM.also), (True, 1, ITEM.also)]
            ),
            case=PARTLY,
            by=SUN,
            words=("leftovers",),
        ),
    )
    refused = (
        line(
            "one after the other",
            ProposeImprovement(),
            Refusal.IMPROVEMENT_OPEN,
            case=TO_PLAN,
            by=SUN,
        ),
        line("a step taken twice", PLAN, Refusal.IMPROVEMENT_ELSEWHERE, case=TO_DO, by=SUN),
        line("a step of nothing", PLAN, Refusal.IMPROVEMENT_ELSEWHERE, case=CLOSED, by=SUN),
        line("a date of yesterday", due(LATER), Refusal.DATE_HAS_PASSED, case=TO_PLAN, by=SUN),
        line(
            "nobody mends what a complaint against them is about",
            PLAN,
            Refusal.PERSON_COMPLAINED_ABOUT,
            case=replace(TO_PLAN, also_complained_about=("han",)),
            by=SUN,
        ),
        line(
            "what worked in part has something left over",
            ConcludeImprovement(),
            Refusal.LEFTOVERS_MISSING,
            case=PARTLY,
            by=SUN,
        ),
    )
