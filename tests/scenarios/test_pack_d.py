"""Scenarios of pack D, the contingency plan for a go-live."""

from datetime import timedelta

import pytest

from domain.acts import (
    Assign,
    Commit,
    DeclareBeyondAuthority,
    FileLoss,
    GoOnSite,
    JoinLine,
    Link,
    PayEmergencyCash,
    Promise,
    Reply,
    ReportLoss,
    ReportMedia,
    ReportResult,
    TellStatus,
    Urge,
)  # fmt: skip
from domain.classification import (
    Channel,
    Counting,
    CustomerTier,
    Level,
    Mark,
    MediaReach,
    Situation,
)  # fmt: skip
from domain.counting import counting_of
from domain.errors import Refusal
from domain.events import Event
from store.database import Sessions
from store.journal import standing_of
from store.receipts import receive
from tests.builders import a_complaint, actor
from tests.scenarios.story import Story, intake_flaws, november
from tests.workflows.casework import Begin

TO_HAN = Assign(handler="han", handler_unit="harbour-outlet", handler_level=Level.OUTLET)
FIRST_ASK = {
    "name": "somebody",
    "phone": "100",
    "subject": "the card does not work",
    "demand": "a card that works",
}


@pytest.fixture
def story() -> Story:
    return Story("go-live", at=november(9, 9), situation=Situation.CAUSED_BY_GO_LIVE)


def counted(story: Story) -> Counting:
    return counting_of(story.case, story.pack.conduct)


def test_48_a_work_order_at_nine_wants_site_at_ten_word_at_one_and_result_at_five(
    story: Story,
) -> None:
    story.until(november(9, 20))
    breaches = [each for each in story.case.fired if each.step == "breach"]
    assert [(each.clock, each.at) for each in breaches] == [
        ("on-site", november(9, 10)),
        ("status", november(9, 13)),
        ("report", november(9, 17)),
    ]


@pytest.mark.usefixtures("working")
async def test_48_the_three_timers_fire_in_order_on_the_real_engine(begin: Begin) -> None:
    work = await begin(policy="go-live", **FIRST_ASK)
    await work.passes(hours=9)
    breaches = [each for each in work.case.fired if each.step == "breach"]
    assert [each.clock for each in breaches] == ["on-site", "status", "report"]
    waits = [each.at - work.case.received_at for each in breaches]
    for waited, hours in zip(waits, (1, 4, 8), strict=True):
        assert timedelta(hours=hours) <= waited < timedelta(hours=hours, minutes=1)


def test_49_on_a_saturday_night_the_timers_run_on_clock_hours() -> None:
    story = Story("go-live", at=november(14, 22))
    assert story.clock("status").due_at == november(15, 2)
    assert story.clock("report").due_at == november(15, 6)


def test_50_what_the_outlet_solves_itself_is_not_counted() -> None:
    assert counted(Story("go-live", channel=Channel.VISIT)) is Counting.NOT_COUNTED


def test_51_what_reached_the_branch_and_was_solved_in_time_is_a_consultation() -> None:
    story = Story("go-live", channel=Channel.VISIT)
    story.does(TO_HAN, "sun")
    story.does(DeclareBeyondAuthority(), "han", "reason")
    assert story.office("branch-group") == "pia"
    story.does(Reply(), "han", "letter")
    assert counted(story) is Counting.CONSULTATION


def test_52_what_drags_on_past_the_limit_is_counted_and_somebody_answers_for_it() -> None:
    story = Story("go-live", channel=Channel.VISIT)
    story.passes(hours=9)
    assert counted(story) is Counting.COUNTED
    assert story.office("accountability") == "mei"


@pytest.mark.parametrize("mark", [Mark.REPEAT, Mark.SKIP_LEVEL])
def test_53_what_is_repeated_or_skips_a_level_is_counted_and_goes_to_the_province(
    mark: Mark,
) -> None:
    story = Story("go-live", channel=Channel.VISIT, marks=(mark,))
    assert counted(story) is Counting.COUNTED
    assert story.office("provincial-group") == "pia"


def test_54_a_third_person_with_the_same_issue_makes_a_group_for_the_province(
    story: Story,
) -> None:
    story.does(Link(reference="C-2026-000002"), "ines")
    assert Mark.GROUP not in story.case.marks
    story.refuses(Refusal.ALREADY_LINKED, Link(reference="C-2026-000002"), "ines")
    story.does(Link(reference="C-2026-000003"), "ines")
    assert Mark.GROUP in story.case.marks
    assert story.office("provincial-group") == "pia"
    assert story.case.linked == ("C-2026-000002", "C-2026-000003")


def test_55_no_outlet_promises_before_the_business_department_joins() -> None:
    story = Story("go-live", situation=Situation.CLAIM)
    story.does(TO_HAN, "sun")
    assert story.office("line-department") == "line"
    story.refuses(Refusal.GATE_CLOSED, Promise(amount_fen=100_00), "han", "note")
    story.does(JoinLine(), "line")
    story.does(Promise(amount_fen=100_00), "han", "note")


def test_56_a_committed_time_is_a_clock_of_its_own(story: Story) -> None:
    story.does(TO_HAN, "sun")
    story.does(Commit(until_at=november(9, 15)), "han", "reason")
    assert story.clock("promise").due_at == november(9, 15)
    assert story.clock("status").due_at == november(9, 13)


@pytest.mark.parametrize(
    ("tier", "yuan"), [(CustomerTier.ORDINARY, 5_000), (CustomerTier.VIP, 10_000)]
)
def test_57_emergency_cash_is_paid_up_to_the_customers_limit(
    story: Story, tier: CustomerTier, yuan: int
) -> None:
    too_much = PayEmergencyCash(amount_fen=(yuan + 1) * 100, tier=tier)
    story.refuses(Refusal.OVER_EMERGENCY_LIMIT, too_much, "han", "note")
    story.does(PayEmergencyCash(amount_fen=yuan * 100, tier=tier), "han", "note")
    again = PayEmergencyCash(amount_fen=1_00, tier=tier)
    story.refuses(Refusal.OVER_EMERGENCY_LIMIT, again, "han", "note")


def test_58_an_oral_loss_report_reminds_the_customer_and_lapses_after_five_days() -> None:
    story = Story("go-live", situation=Situation.LOSS_REPORT)
    story.does(ReportLoss(), "ines")
    story.does(TO_HAN, "sun")
    story.until(november(15, 1))
    reminders = [each for each in story.case.fired if each.clock == "loss-report"]
    assert [each.step for each in reminders][:2] == ["warning-1", "breach"]
    assert any(who == "complainant" for who, _ in story.told)
    assert story.office("lapse") == "sun"


def test_59_a_formal_loss_report_in_time_stops_the_clock() -> None:
    story = Story("go-live", situation=Situation.LOSS_REPORT)
    story.refuses(Refusal.NO_LOSS_REPORTED, FileLoss(), "ines")
    story.does(ReportLoss(), "ines")
    story.does(FileLoss(), "ines")
    assert not story.clock("loss-report").is_running


def test_60_a_violent_or_drunk_customer_brings_the_checklist_of_place_and_police() -> None:
    story = Story("go-live", situation=Situation.VIOLENT_OR_DRUNK)
    points = " ".join(p["en"] for each in story.pack.checklists_of(story.case) for p in each.points)
    assert "video surveillance" in points
    assert "police" in points


def test_61_urged_once_the_handler_hears_and_urged_again_the_head_too(story: Story) -> None:
    story.does(TO_HAN, "sun")
    story.does(Urge(), "ines")
    assert [who for who, what in story.told if what is Event.URGED] == ["han"]
    story.does(Urge(), "ines")
    assert [who for who, what in story.told if what is Event.URGED] == ["han", "han", "sun"]


def test_62_anyone_reports_a_threat_to_go_to_the_press_and_nobody_gives_an_interview(
    story: Story,
) -> None:
    story.does(ReportMedia(reach=MediaReach.LOCAL), "han", "note")
    assert story.office("media-groups") == "mona"


def test_64_during_go_live_an_unrelated_complaint_follows_the_normal_pack(
    sessions: Sessions,
) -> None:
    packs = {}
    for situation in (None, Situation.ORDINARY, Situation.CAUSED_BY_GO_LIVE):
        with sessions.begin() as session:
            complaint = a_complaint(situation=situation, received_at=november(16), **FIRST_ASK)
            reference = receive(session, complaint, actor("ines")).reference
            packs[situation] = standing_of(session, reference).case.policy.partition("@")[0]
    assert packs == {
        None: "head-office",
        Situation.ORDINARY: "head-office",
        Situation.CAUSED_BY_GO_LIVE: "go-live",
    }


def test_65_outside_the_period_of_the_go_live_the_normal_pack_applies() -> None:
    pack = Story("go-live").pack
    caused = Situation.CAUSED_BY_GO_LIVE
    assert pack.valid_from is not None
    assert pack.valid_to is not None
    before, after = pack.valid_from - timedelta(days=1), pack.valid_to + timedelta(days=1)
    days = (before, pack.valid_from, pack.valid_to, after)
    found = [pack.stands_in_for("head-office", caused, day) for day in days]
    assert found == [False, True, True, False]


@pytest.mark.parametrize("empty", FIRST_ASK)
def test_66_a_first_ask_record_is_saved_only_with_its_six_fields(empty: str) -> None:
    assert intake_flaws("go-live", **FIRST_ASK) == set()
    assert intake_flaws("go-live", **(FIRST_ASK | {empty: " "})) == {empty}


def test_what_is_done_in_time_breaches_nothing(story: Story) -> None:
    story.does(TO_HAN, "sun")
    story.does(GoOnSite(), "han")
    story.does(TellStatus(), "han", "letter")
    story.does(Reply(), "han", "letter")
    story.does(ReportResult(), "han", "report")
    story.passes(hours=24)
    assert story.fired() == []
