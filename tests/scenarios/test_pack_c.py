"""Scenarios of pack C, three linked hotlines run by human resources."""

from dataclasses import replace

import pytest

from domain.acts import (
    Appeal,
    Assign,
    Commit,
    DecideDispute,
    DeclareBeyondAuthority,
    Dispose,
    Flag,
    Forward,
    NameUnits,
    ProposePenalty,
    RaiseDispute,
    Reply,
    Start,
    pass_gates,
)  # fmt: skip
from domain.classification import Level, Mark, Responsibility, Role, Severity, Validity
from domain.errors import NotFit, Refusal, Refused
from domain.penalties import Penalty
from domain.relations import is_closed_to
from rulebook.packs import read_pack
from tests.bank import WHOLE
from tests.scenarios.story import Story, Tell, november, the_pack

TO_HAN = Assign(handler="han", handler_unit="harbour-outlet", handler_level=Level.OUTLET)
TO_HONG = Assign(handler="hong", handler_unit="head-office", handler_level=Level.HEAD_OFFICE)
TO_DEAN = Assign(handler="dean", handler_unit="head-office", handler_level=Level.HEAD_OFFICE)
TO_OUTLET = Forward(unit="harbour-outlet", level=Level.OUTLET)
TO_HEAD_OFFICE = Forward(unit="head-office", level=Level.HEAD_OFFICE)


@pytest.fixture
async def story(tell: Tell) -> Story:
    return await tell("trial-three-hotlines")


async def settled(story: Story, validity: Validity) -> Story:
    await story.does(TO_HAN, "sun")
    await story.does(Reply(), "han", "letter")
    ended = Dispose(validity=validity, responsibility=Responsibility.BANK)
    await story.does(ended, "han", "measures")
    return story


def fine(yuan: int, post: str = "direct_person", schedule: str = "attitude") -> ProposePenalty:
    return ProposePenalty(schedule=schedule, post=post, amount_fen=yuan * 100)


async def test_33_a_case_beyond_the_outlet_breaches_when_not_passed_on_within_the_hour(
    story: Story,
) -> None:
    await story.does(TO_HAN, "sun")
    await story.does(DeclareBeyondAuthority(), "han", "reason")
    assert story.offices()["service-department"] == "tess"
    await story.passes(minutes=59)
    assert "forward" not in story.breaches()
    await story.passes(minutes=1)
    assert story.breaches()["forward"] == november(9, 11)


async def test_33_passed_on_within_the_hour_it_breaches_nothing(story: Story) -> None:
    await story.does(TO_HAN, "sun")
    await story.does(DeclareBeyondAuthority(), "han", "reason")
    await story.passes(minutes=59)
    await story.does(Forward(unit="east-branch", level=Level.TIER_1), "sun")
    await story.passes(minutes=30)
    assert "forward" not in story.breaches()


async def test_34_a_transferred_task_breaches_when_not_started_within_two_hours(
    story: Story,
) -> None:
    await story.does(TO_OUTLET, "sun")
    await story.passes(minutes=119)
    assert story.breaches() == {}
    await story.passes(minutes=1)
    assert story.breaches() == {"start": november(9, 12)}


async def test_34_the_two_hours_run_through_the_night_and_the_weekend(tell: Tell) -> None:
    story = await tell("trial-three-hotlines", at=november(14, 23))
    await story.does(TO_OUTLET, "sun")
    await story.passes(hours=2)
    assert story.breaches() == {"start": november(15, 1)}


@pytest.mark.parametrize(
    ("level", "unit", "due_day"),
    [
        (Level.OUTLET, "harbour-outlet", 10),
        (Level.TIER_1, "east-branch", 11),
        (Level.HEAD_OFFICE, "head-office", 12),
    ],
)
async def test_35_the_limit_hangs_on_the_level_that_handles(
    story: Story, level: Level, unit: str, due_day: int
) -> None:
    await story.does(Forward(unit=unit, level=level), "sun")
    assert story.due_at("reply") == november(due_day, 17)
    await story.until(november(due_day, 17))
    assert story.breaches()["reply"] == november(due_day, 17)


async def test_36_a_head_office_case_wants_host_and_assisting_units_and_is_due_in_three_days(
    tell: Tell,
) -> None:
    story = await tell("trial-three-hotlines", unit="head-office", by="hong")
    assert story.offices()["coordinate"] == "hong"
    assert story.due_at("reply") == november(12, 17)
    with pytest.raises(Refused) as refused:
        pass_gates("start", story.case, read_pack("trial-three-hotlines")[0].conduct)
    assert refused.value.code is Refusal.GATE_CLOSED
    await story.does(NameUnits(host_unit="east-branch", assisting_unit="bay-branch"), "hong")
    assert "coordinate" not in story.offices()
    to_han = Assign(handler="han", handler_unit="head-office", handler_level=Level.HEAD_OFFICE)
    await story.does(to_han, "tess")
    await story.does(Start(), "han")
    assert (story.case.host_unit, story.case.assisting_units) == ("east-branch", ("bay-branch",))
    await story.until(november(12, 17))
    assert story.breaches()["reply"] == november(12, 17)


async def test_36_handed_to_head_office_the_three_days_begin_with_the_delivery(
    story: Story,
) -> None:
    await story.until(november(10))
    await story.does(TO_HEAD_OFFICE, "ines")
    assert story.offices()["coordinate"] == "hong"
    assert story.due_at("reply") == november(13, 17)


async def test_37_a_date_promised_by_human_resources_moves_the_clock_and_the_customer_is_told(
    story: Story,
) -> None:
    await story.does(TO_HEAD_OFFICE, "ines")
    await story.until(november(12, 16))
    await story.does(Commit(until_at=november(20, 17)), "hong", "reason")
    assert story.due_at("reply") == november(20, 17)
    assert ("complainant", "committed") in story.heard
    await story.until(november(20, 16, 59))
    assert "reply" not in story.breaches()
    await story.until(november(20, 17))
    assert story.breaches()["reply"] == november(20, 17)


async def test_38_the_limit_that_the_source_lost_must_be_set_by_the_bank() -> None:
    with pytest.raises(NotFit) as unfit:
        read_pack("three-hotlines")
    (fault,) = unfit.value.faults
    assert "three-hotlines.yaml:" in fault.where
    assert "lost" in str(fault.says)


async def test_39_a_problem_marked_major_opens_tasks_for_the_leading_group_and_the_regulator(
    story: Story,
) -> None:
    await story.passes(minutes=30)
    await story.does(Flag(mark=Mark.GRAVE), "hong")
    assert story.case.severity is Severity.MAJOR
    offices = story.offices()
    assert (offices["leading-group"], offices["regulator-report"]) == ("gao", "lin")
    assert all(each.opened_at == story.today for each in story.case.tasks)


async def proposes(story: Story, penalty: ProposePenalty) -> None:
    """By one person up to the pack's figure, above it by two."""
    if penalty.amount_fen <= (story.pack.conduct.penalty_alone_up_to_fen or 0):
        await story.does(penalty, "hong", "reason")
    else:
        await story.refuses(Refusal.TAKES_TWO, penalty, "hong", "reason")
        await story.agree(penalty, "hong", "sun", "reason")


async def test_40_fines_lie_within_their_range_for_the_person_and_the_head_of_the_outlet(
    story: Story,
) -> None:
    await settled(story, Validity.VALID)
    proposed: list[Penalty] = []
    for schedule, least, most in (("attitude", 100, 1_000), ("illegal-operation", 200, 2_000)):
        for post in ("direct_person", "outlet_head"):
            await fined_between(story, schedule, post, least, most)
            proposed += [
                Penalty(schedule=schedule, post=post, amount_fen=yuan * 100)
                for yuan in (least, most)
            ]
    assert story.case.penalties == tuple(proposed)


async def fined_between(story: Story, schedule: str, post: str, least: int, most: int) -> None:
    """The least and the most can be proposed, and nothing below or above."""
    for yuan in (least - 1, most + 1):
        beyond = fine(yuan, post, schedule)
        await story.refuses(Refusal.PENALTY_OUT_OF_RANGE, beyond, "hong", "reason")
    for yuan in (least, most):
        await proposes(story, fine(yuan, post, schedule))


async def test_41_an_upper_level_is_not_fined_for_a_matter_of_attitude(story: Story) -> None:
    await settled(story, Validity.VALID)
    proposed = fine(500, "superior_service_head")
    await story.refuses(Refusal.NO_SUCH_PENALTY, proposed, "hong", "reason")


async def test_42_exposure_with_serious_harm_is_fined_up_to_the_head_of_the_superior_department(
    story: Story,
) -> None:
    await settled(story, Validity.VALID)
    for post in ("related_person", "outlet_head", "superior_service_head"):
        await fined_between(story, "exposure", post, 300, 3_000)


def test_42_exposure_withholds_pay_and_reaches_two_leadership_levels_up() -> None:
    conduct = the_pack("trial-three-hotlines").conduct
    exposure = next(each for each in conduct.penalties if each.name == "exposure")
    assert exposure.withholds_pay_of == ("direct_person",)
    assert exposure.holds_responsible == ("first_leader_above", "second_leader_above")


async def test_43_a_special_complaint_has_no_penalties(story: Story) -> None:
    await settled(story, Validity.SPECIAL)
    await story.refuses(Refusal.ONLY_VALID_COMPLAINTS, fine(100), "hong", "reason")


async def test_44_who_takes_calls_passes_them_on_and_does_not_settle_them(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    await story.does(TO_HAN, "sun")
    both = replace(WHOLE.people["han"], roles=(Role.HANDLER, Role.INTAKE), unit="hotline")
    monkeypatch.setattr(Story, "bank", replace(WHOLE, people={**WHOLE.people, "han": both}))
    await story.refuses(Refusal.HOTLINE_MAY_NOT_RESOLVE, Reply(), "han", "letter")


async def test_44_a_hotline_passes_on_to_the_aid_phone_or_the_supervision_phone_alone(
    story: Story,
) -> None:
    for act in (TO_OUTLET, TO_HAN):
        met = await story.refuses(Refusal.HOTLINE_PASSES_ON_TO, act, "ines")
        assert met.facts["levels"] == "tier_1, head_office"
    await story.does(Forward(unit="east-branch", level=Level.TIER_1), "ines")
    await story.does(TO_OUTLET, "tess")


async def test_44_an_outlet_that_has_answered_lets_branch_and_head_office_know(
    story: Story,
) -> None:
    await story.does(TO_HAN, "sun")
    await story.does(Reply(), "han", "letter")
    assert {who for who, what in story.heard if what == "informed"} == {"tess", "hong"}
    assert "slip-to-tier-1" not in story.offices(), "nothing is asked of who is only to know"


async def test_44_a_hotline_that_keeps_a_complaint_to_itself_breaches_within_the_hour(
    story: Story,
) -> None:
    await story.passes(minutes=59)
    assert story.breaches() == {}
    await story.passes(minutes=1)
    assert story.breaches() == {"pass-on": november(9, 11)}
    assert story.offices()["accountability"] == "hong"


async def test_45_a_superiors_decision_in_a_dispute_binds_both_outlets(story: Story) -> None:
    await story.does(TO_HAN, "sun")
    await story.does(RaiseDispute(unit="station-outlet"), "han", "reason")
    assert story.offices()["decide-dispute"] == "tess"
    decision = DecideDispute(unit="station-outlet", level=Level.OUTLET)
    await story.refuses(Refusal.PARTY_TO_DISPUTE, decision, "stan", "reason")
    await story.does(decision, "tess", "reason")
    assert (story.case.unit, story.case.host_unit) == ("station-outlet", "station-outlet")
    assert story.case.assisting_units == ("harbour-outlet",)
    assert story.case.disputed_with is None
    assert "decide-dispute" not in story.offices()
    again = RaiseDispute(unit="harbour-outlet")
    await story.refuses(Refusal.DISPUTE_DECIDED, again, "stan", "reason")


async def test_46_content_on_discipline_is_handled_by_the_inspection_office(story: Story) -> None:
    await story.does(Flag(mark=Mark.DISCIPLINE), "sun", "note")
    assert story.offices()["discipline-office"] == "dean"
    assert is_closed_to(story.case, WHOLE.actor("sun").roles)
    await story.does(TO_DEAN, "dean")
    await story.does(NameUnits(host_unit="head-office", assisting_unit="bay-branch"), "dean")
    await story.does(Start(), "dean")


async def test_47_an_appeal_goes_to_the_union_of_the_head_office(story: Story) -> None:
    await settled(story, Validity.VALID)
    await story.does(Appeal(), "ines", "reason")
    assert story.offices()["appeal"] == "una"
    assert story.offices()["opinion-on-persons"] == "gao"
