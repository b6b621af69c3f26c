"""Penalties on persons: on whom, for what part, between which sums, and what undoes them."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from domain.acts import (
    Appeal,
    DecideAppeal,
    DecideFindingAppeal,
    ImposePenalty,
    Reopen,
    ReverseFinding,
    UndoPenalty,
    penalties,
)
from domain.approvals import ApprovalKind
from domain.case import Case
from domain.classification import Responsibility, Validity
from domain.errors import Refusal, Refused
from domain.findings import FindingStage, Involvement
from domain.penalties import PenaltySchedule, Sanction
from tests.builders import MONDAY
from tests.domain.acts.doing import (
    CLOSED,
    HONG,
    INES,
    LATER,
    LENIENT,
    NEXT_WEEK,
    SUN,
    UNA,
    VALID,
    Doing,
    line,
)
from tests.domain.acts.penalised import FINED, OFF, RULES, found, in_a_case
from tests.domain.acts.sentences import Sentences


def fine(yuan: float, schedule: str = "attitude", person: str = "han") -> ImposePenalty:
    return ImposePenalty(person=person, schedule=schedule, fine_fen=round(yuan * 100))


def costs(measure: Sanction, yuan: int = 0) -> Callable[[Case], bool]:
    return lambda case: (
        (case.imposed[-1].measure, case.imposed[-1].amount_fen) == (measure, yuan * 100)
    )


def is_undone(case: Case) -> bool:
    return case.imposed[0].undone_at == LATER


class TestPenalties(Sentences):
    about = penalties
    done = (
        line(
            "the least that the rule gives",
            fine(100),
            costs(Sanction.FINE, 100),
            case=in_a_case(found()),
            by=HONG,
            conduct=RULES,
        ),
        line(
            "a penalty is taken back by itself",
            UndoPenalty(penalty="1"),
            is_undone,
            case=in_a_case(found(), imposed=(FINED,)),
            by=HONG,
            conduct=RULES,
        ),
        line(
            "once the time to appeal is over",
            fine(100),
            costs(Sanction.FINE, 100),
            case=in_a_case(replace(found(), stage=FindingStage.RESPONSIBLE)),
            by=HONG,
            conduct=RULES,
            at=NEXT_WEEK,
        ),
        line(
            "again, when the one before was undone",
            fine(200),
            costs(Sanction.FINE, 200),
            case=in_a_case(found(), imposed=(replace(FINED, undone_at=MONDAY),)),
            by=HONG,
            conduct=RULES,
        ),
        line(
            "and another kind of fault beside it",
            fine(200, "illegal-operation"),
            lambda case: [each.number for each in case.imposed] == [1, 2],
            case=in_a_case(found(), imposed=(FINED,)),
            by=HONG,
            conduct=RULES,
        ),
    )
    refused = (
        line(
            "nobody is fined in a bank that has not switched it on",
            fine(100),
            Refusal.NO_PENALTIES_ON_PERSONS,
            case=in_a_case(found()),
            by=HONG,
            conduct=OFF,
        ),
        line(
            "nor under rules that know no finding",
            fine(100),
            Refusal.NO_FINDINGS_HERE,
            case=in_a_case(found()),
            by=HONG,
            conduct=LENIENT,
        ),
        line(
            "nor for a special complaint",
            fine(100),
            Refusal.ONLY_VALID_COMPLAINTS,
            case=in_a_case(found(), disposition=replace(VALID, validity=Validity.SPECIAL)),
            by=HONG,
            conduct=RULES,
        ),
        line(
            "nor by another office than the pack's",
            fine(100),
            Refusal.OTHER_OFFICE_DECIDES,
            case=in_a_case(found()),
            by=SUN,
            conduct=RULES,
        ),
        line(
            "nor somebody of whom nothing was found",
            fine(100, person="hugo"),
            Refusal.NOT_FOUND_RESPONSIBLE,
            case=in_a_case(found()),
            by=HONG,
            conduct=RULES,
        ),
        line(
            "nor somebody who was let off",
            fine(100),
            Refusal.NOT_FOUND_RESPONSIBLE,
            case=in_a_case(replace(found(), stage=FindingStage.NOT_RESPONSIBLE)),
            by=HONG,
            conduct=RULES,
        ),
        line(
            "nor somebody of whom it was taken back",
            fine(100),
            Refusal.NOT_FOUND_RESPONSIBLE,
            case=in_a_case(replace(found(), stage=FindingStage.REVERSED)),
            by=HONG,
            conduct=RULES,
        ),
        line(
            "nor while the person may still appeal",
            fine(100),
            Refusal.FINDING_NOT_FINAL,
            case=in_a_case(replace(found(), stage=FindingStage.RESPONSIBLE)),
            by=HONG,
            conduct=RULES,
        ),
        line(
            "nor while their appeal is not decided",
            fine(100),
            Refusal.FINDING_NOT_FINAL,
            case=in_a_case(replace(found(), stage=FindingStage.APPEALED)),
            by=HONG,
            conduct=RULES,
            at=NEXT_WEEK,
        ),
        line(
            "nor for a fault that no rule names",
            fine(100, "yawning"),
            Refusal.NO_SUCH_SCHEDULE,
            case=in_a_case(found()),
            by=HONG,
            conduct=RULES,
        ),
        line(
            "nor somebody whom the rule does not reach",
            fine(100),
            Refusal.POST_NOT_REACHED,
            case=in_a_case(found(part=Involvement.RELATED_PERSON)),
            by=HONG,
            conduct=RULES,
        ),
        line(
            "nor out of the range of the rule",
            fine(99),
            Refusal.FINE_OUT_OF_RANGE,
            case=in_a_case(found()),
            by=HONG,
            conduct=RULES,
        ),
        line(
            "nor is a sum named where the rule gives none",
            fine(300, "exposure"),
            Refusal.NO_SUM_HERE,
            case=in_a_case(found()),
            by=HONG,
            conduct=RULES,
        ),
        line(
            "nor is the same fault penalised twice",
            fine(100),
            Refusal.PENALISED_ALREADY,
            case=in_a_case(found(), imposed=(FINED,)),
            by=HONG,
            conduct=RULES,
        ),
        line(
            "what is undone is not undone again",
            UndoPenalty(penalty="1"),
            Refusal.NO_PENALTY_TO_UNDO,
            case=in_a_case(found(), imposed=(replace(FINED, undone_at=MONDAY),)),
            by=HONG,
            conduct=RULES,
        ),
        line(
            "nor what was never imposed",
            UndoPenalty(penalty="7"),
            Refusal.NO_PENALTY_TO_UNDO,
            case=in_a_case(found()),
            by=HONG,
            conduct=RULES,
        ),
    )


RANGES = {
    ("attitude", Involvement.DIRECT_PERSON): (100, 1_000),
    ("attitude", Involvement.OUTLET_HEAD): (100, 1_000),
    ("illegal-operation", Involvement.DIRECT_PERSON): (200, 2_000),
    ("illegal-operation", Involvement.OUTLET_HEAD): (200, 2_000),
    ("exposure", Involvement.RELATED_PERSON): (300, 3_000),
    ("exposure", Involvement.OUTLET_HEAD): (300, 3_000),
    ("exposure", Involvement.SUPERIOR_SERVICE_HEAD): (300, 3_000),
}
"""C-31, C-32, C-33, by yuan."""
WITHOUT_A_SUM = {
    ("exposure", Involvement.DIRECT_PERSON): Sanction.PAY_WITHHELD,
    ("exposure", Involvement.FIRST_LEADER_ABOVE): Sanction.HELD_RESPONSIBLE,
    ("exposure", Involvement.SECOND_LEADER_ABOVE): Sanction.HELD_RESPONSIBLE,
}
SCHEDULES = ("attitude", "illegal-operation", "exposure")


def imposing(schedule: str, part: Involvement, yuan: float) -> Doing:
    return Doing(act=fine(yuan, schedule), case=in_a_case(found(part=part)), by=HONG, conduct=RULES)


@pytest.mark.parametrize("schedule", SCHEDULES)
@pytest.mark.parametrize("part", Involvement)
def test_each_rule_reaches_the_posts_it_names_each_within_its_range(
    schedule: str, part: Involvement
) -> None:
    if (schedule, part) in RANGES:
        least, most = RANGES[schedule, part]
        for yuan in (least, most, least + 0.01):
            assert imposing(schedule, part, yuan).done().imposed[0].amount_fen == round(yuan * 100)
        for yuan in (0, least - 0.01, most + 0.01):
            assert imposing(schedule, part, yuan).refusal() is Refusal.FINE_OUT_OF_RANGE
    elif (schedule, part) in WITHOUT_A_SUM:
        assert costs(WITHOUT_A_SUM[schedule, part])(imposing(schedule, part, 0).done())
        assert imposing(schedule, part, 300).refusal() is Refusal.NO_SUM_HERE
    else:
        assert imposing(schedule, part, 500).refusal() is Refusal.POST_NOT_REACHED


def test_a_refusal_names_the_rule() -> None:
    for schedule, part, yuan, rule in (
        ("attitude", Involvement.DIRECT_PERSON, 1_001, "C-31"),
        ("illegal-operation", Involvement.RELATED_PERSON, 500, "C-32"),
        ("exposure", Involvement.SECOND_LEADER_ABOVE, 500, "C-33"),
    ):
        with pytest.raises(Refused) as met:
            imposing(schedule, part, yuan).done()
        assert met.value.facts["rule"] == rule


@pytest.mark.parametrize(
    ("yuan", "kind"),
    [(100, None), (1_000, None), (1_000.01, ApprovalKind.PENALTY), (0, ApprovalKind.PENALTY)],
)
def test_a_second_person_agrees_above_the_figure_of_the_pack_and_where_there_is_no_sum(
    yuan: float, kind: ApprovalKind | None
) -> None:
    assert fine(yuan).takes_second_person(CLOSED, RULES) is kind
    without = replace(RULES, penalty_alone_up_to_fen=None)
    assert fine(yuan).takes_second_person(CLOSED, without) is ApprovalKind.PENALTY


def test_who_pays_may_be_told_by_a_bank_of_its_own_rule() -> None:
    own = PenaltySchedule(
        name="late-slip",
        posts=("outlet_head",),
        at_least_fen=50_00,
        at_most_fen=60_00,
        withholds_pay_of=(),
        holds_responsible=(),
        rule="bank",
    )
    case = in_a_case(found(part=Involvement.OUTLET_HEAD))
    conduct = replace(RULES, penalties=(own,))
    doing = Doing(act=fine(55, "late-slip"), case=case, by=HONG, conduct=conduct)
    assert doing.done().imposed[0].rule == "bank"


TWO = in_a_case(
    found(),
    replace(found("mei", Involvement.OUTLET_HEAD), stage=FindingStage.APPEALED),
    imposed=(FINED,),
)
"""One person has a penalty, the appeal of another is open."""
UPHELD = DecideFindingAppeal(person="mei", upheld=True)


def after(act: Any, case: Case, by: Any = HONG) -> Case:
    return Doing(act=act, case=case, by=by, conduct=RULES).done()


def test_a_finding_that_is_taken_back_undoes_its_penalty() -> None:
    assert is_undone(after(ReverseFinding(person="han"), in_a_case(found(), imposed=(FINED,))))


def test_the_appeal_of_another_leaves_it_unless_it_sets_the_outcome_right() -> None:
    assert after(UPHELD, TWO, UNA).imposed == (FINED,)
    assert is_undone(after(replace(UPHELD, validity=Validity.SPECIAL), TWO, UNA))
    assert is_undone(after(replace(UPHELD, responsibility=Responsibility.NOT_BANK), TWO, UNA))


def test_a_case_taken_up_again_undoes_every_penalty_in_it() -> None:
    case = in_a_case(found(), imposed=(FINED,))
    assert is_undone(after(Reopen(), case, INES))
    appealed = after(Appeal(), case, INES)
    assert appealed.imposed == (FINED,), "an appeal that nobody has decided undoes nothing"
    assert is_undone(after(DecideAppeal(upheld=True), appealed, UNA))
    assert after(DecideAppeal(upheld=False), appealed, UNA).imposed == (FINED,)


def test_what_was_undone_before_keeps_its_date() -> None:
    before = replace(FINED, undone_at=MONDAY - timedelta(days=1))
    case = after(ReverseFinding(person="han"), in_a_case(found(), imposed=(before,)))
    assert case.imposed == (before,)
