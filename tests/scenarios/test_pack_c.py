"""Scenarios of pack C, three linked hotlines run by human resources."""

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
)  # fmt: skip
from domain.case import Actor, Penalty
from domain.classification import Level, Mark, Responsibility, Role, Severity, Validity
from domain.errors import NotFit, Refusal
from store.packs import read_pack
from tests.scenarios import story as bank
from tests.scenarios.story import Story, november, somebody

TO_HAN = Assign(handler="han", handler_unit="harbour-outlet", handler_level=Level.OUTLET)
TO_OUTLET = Forward(unit="harbour-outlet", level=Level.OUTLET)
TO_HEAD_OFFICE = Forward(unit="head-office", level=Level.HEAD_OFFICE)


@pytest.fixture
def story() -> Story:
    return Story("trial-three-hotlines")


def settled(validity: Validity) -> Story:
    story = Story("trial-three-hotlines")
    story.does(TO_HAN, "sun")
    story.does(Reply(), "han", "letter")
    story.does(Dispose(validity=validity, responsibility=Responsibility.BANK), "han", "measures")
    return story


def fine(yuan: int, post: str = "direct_person", schedule: str = "attitude") -> ProposePenalty:
    return ProposePenalty(schedule=schedule, post=post, amount_fen=yuan * 100)


def test_33_a_case_beyond_the_outlet_breaches_when_not_passed_on_within_the_hour(
    story: Story,
) -> None:
    story.does(TO_HAN, "sun")
    story.does(DeclareBeyondAuthority(), "han", "reason")
    story.passes(minutes=59)
    assert ("forward", "breach") not in story.fired()
    story.passes(minutes=1)
    assert ("forward", "breach") in story.fired()
    assert story.office("service-department") == "tess"


def test_34_a_transferred_task_breaches_when_not_started_within_two_hours(story: Story) -> None:
    story.does(TO_OUTLET, "ines")
    story.passes(minutes=119)
    assert ("start", "breach") not in story.fired()
    story.passes(minutes=1)
    assert ("start", "breach") in story.fired()


@pytest.mark.parametrize(
    ("level", "unit", "due_day"),
    [(Level.OUTLET, "harbour-outlet", 10), (Level.HEAD_OFFICE, "head-office", 12)],
)
def test_35_the_limit_hangs_on_the_level_that_handles(
    story: Story, level: Level, unit: str, due_day: int
) -> None:
    story.does(Forward(unit=unit, level=level), "ines")
    assert story.clock("reply").due_at == november(due_day, 17)


def test_36_a_head_office_case_wants_host_and_assisting_units_and_is_due_in_three_days(
    story: Story,
) -> None:
    story.does(TO_HEAD_OFFICE, "ines")
    assert story.office("coordinate") == "hong"
    assert story.clock("reply").due_at == november(12, 17)
    story.does(
        Assign(handler="hong", handler_unit="head-office", handler_level=Level.HEAD_OFFICE), "sun"
    )
    story.refuses(Refusal.GATE_CLOSED, Start(), "sun")
    story.does(NameUnits(host_unit="east-branch", assisting_unit="bay-branch"), "hong")
    story.does(Start(), "sun")


def test_37_a_date_promised_by_human_resources_moves_the_clock_and_the_customer_is_told(
    story: Story,
) -> None:
    story.does(TO_HEAD_OFFICE, "ines")
    story.does(Commit(until_at=november(20, 17)), "hong", "reason")
    assert story.clock("reply").due_at == november(20, 17)
    assert story.told[-1][0] == "complainant"
    story.until(november(19))
    assert ("reply", "breach") not in story.fired()
    story.until(november(21))
    assert ("reply", "breach") in story.fired()


def test_38_the_limit_that_the_source_lost_must_be_set_by_the_bank() -> None:
    with pytest.raises(NotFit) as unfit:
        read_pack("three-hotlines")
    (fault,) = unfit.value.faults
    assert "three-hotlines.yaml:" in fault.where
    assert "lost" in fault.says


def test_39_a_problem_marked_major_opens_tasks_for_the_leading_group_and_the_regulator(
    story: Story,
) -> None:
    story.does(Flag(mark=Mark.GRAVE), "hong")
    assert story.case.severity is Severity.MAJOR
    assert story.office("leading-group") == "gao"
    assert story.office("regulator-report") == "lin"


@pytest.mark.parametrize("post", ["direct_person", "outlet_head"])
@pytest.mark.parametrize(
    ("schedule", "least", "most"),
    [("attitude", 100, 1_000), ("illegal-operation", 200, 2_000)],
)
def test_40_fines_lie_within_their_range_for_the_person_and_the_head_of_the_outlet(
    schedule: str, least: int, most: int, post: str
) -> None:
    story = settled(Validity.VALID)
    for yuan in (least - 1, most + 1):
        story.refuses(Refusal.PENALTY_OUT_OF_RANGE, fine(yuan, post, schedule), "hong", "reason")
    for yuan in (least, most):
        story.does(fine(yuan, post, schedule), "hong", "reason")
    assert story.case.penalties[-1] == Penalty(schedule=schedule, post=post, amount_fen=most * 100)


def test_41_an_upper_level_is_not_fined_for_a_matter_of_attitude() -> None:
    story = settled(Validity.VALID)
    story.refuses(Refusal.NO_SUCH_PENALTY, fine(500, "superior_service_head"), "hong", "reason")


def test_42_exposure_with_serious_harm_reaches_two_leadership_levels_up() -> None:
    story = settled(Validity.VALID)
    exposure = next(each for each in story.pack.conduct.penalties if each.name == "exposure")
    assert exposure.posts == ("related_person", "outlet_head", "superior_service_head")
    assert (exposure.at_least_fen, exposure.at_most_fen) == (300_00, 3_000_00)
    assert exposure.withholds_pay_of == ("direct_person",)
    assert len(exposure.holds_responsible) == 2


def test_43_a_special_complaint_has_no_penalties() -> None:
    settled(Validity.SPECIAL).refuses(Refusal.ONLY_VALID_COMPLAINTS, fine(100), "hong", "reason")


def test_44_who_takes_calls_passes_them_on_and_does_not_settle_them(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    story.does(TO_HAN, "sun")
    both = Actor(person="han", roles=(Role.HANDLER, Role.INTAKE), unit="hotline")
    monkeypatch.setattr(bank, "somebody", lambda person: both)
    story.refuses(Refusal.HOTLINE_MAY_NOT_RESOLVE, Reply(), "han", "letter")


def test_45_a_superiors_decision_in_a_dispute_binds_both_outlets(story: Story) -> None:
    story.does(TO_HAN, "sun")
    story.does(RaiseDispute(unit="station-outlet"), "han", "reason")
    assert "decide-dispute" in story.tasks()
    decision = DecideDispute(unit="station-outlet", level=Level.OUTLET)
    story.refuses(Refusal.PARTY_TO_DISPUTE, decision, "stan", "reason")
    story.does(decision, "tess", "reason")
    assert (story.case.unit, story.case.host_unit) == ("station-outlet", "station-outlet")
    assert story.case.assisting_units == ("harbour-outlet",)
    assert story.case.disputed_with is None


def test_46_content_on_discipline_is_handled_by_the_inspection_office(story: Story) -> None:
    story.does(Flag(mark=Mark.DISCIPLINE), "sun")
    assert story.office("discipline-office") == "dean"
    assert not story.case.is_open_to(somebody("sun"))


def test_47_an_appeal_goes_to_the_union_of_the_head_office() -> None:
    story = settled(Validity.VALID)
    story.does(Appeal(), "ines", "reason")
    assert story.office("appeal") == "una"
    assert story.office("opinion-on-persons") == "gao"
