"""Scenarios of pack D, the contingency plan for a go-live."""

from datetime import UTC, datetime, timedelta

import pytest

from domain.acts import (
    Assign,
    Classify,
    CommentToMedia,
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
from domain.case import is_of_a_task
from domain.classification import (
    Category,
    Channel,
    Counting,
    CustomerTier,
    Level,
    Mark,
    MediaReach,
    Situation,
)  # fmt: skip
from domain.errors import Refusal
from domain.statistics import counting_of
from store.database import Sessions
from tests.scenarios.story import (
    FIRST_ASK,
    HANDED_DOWN,
    Story,
    Tell,
    intake_flaws,
    november,
    taken_down,
    the_pack,
)

TO_HAN = Assign(handler="han", handler_unit="harbour-outlet", handler_level=Level.OUTLET)


@pytest.fixture
async def story(tell: Tell) -> Story:
    """A work order at nine."""
    return await tell("go-live", at=november(9, 9), situation=Situation.CAUSED_BY_GO_LIVE)


def counted(story: Story) -> Counting:
    return counting_of(story.case, story.pack.conduct)


async def test_48_a_work_order_at_nine_wants_site_at_ten_word_at_one_and_result_at_five(
    story: Story,
) -> None:
    await story.until(november(9, 20))
    assert list(story.breaches().items()) == [
        ("on-site", november(9, 10)),
        ("status", november(9, 13)),
        ("report", november(9, 17)),
    ]


async def test_48_what_is_done_in_the_last_minute_breaches_nothing(story: Story) -> None:
    for hour, act, words in (
        (9, GoOnSite(), ()),
        (12, TellStatus(), ("letter",)),
        (16, ReportResult(), ("report",)),
    ):
        await story.until(november(9, hour, 59))
        await story.does(act, "sun", *words)
    await story.until(november(11))
    assert story.breaches() == {}


async def test_49_on_a_saturday_night_the_timers_run_on_clock_hours(tell: Tell) -> None:
    story = await tell("go-live", at=november(14, 22))
    await story.until(november(15, 6))
    assert story.breaches() == {
        "on-site": november(14, 23),
        "status": november(15, 2),
        "report": november(15, 6),
    }


async def test_50_what_the_outlet_solves_itself_is_not_counted(tell: Tell) -> None:
    story = await tell("go-live", channel=Channel.VISIT)
    await story.does(TO_HAN, "sun")
    await story.does(Reply(), "han", "letter")
    await story.does(ReportResult(), "han", "report")
    await story.passes(hours=24)
    assert counted(story) is Counting.NOT_COUNTED


async def reached_the_branch(tell: Tell) -> Story:
    story = await tell("go-live", at=november(9, 9), channel=Channel.VISIT)
    await story.does(TO_HAN, "sun")
    await story.does(DeclareBeyondAuthority(), "han", "reason")
    assert story.offices()["branch-group"] == "pia"
    return story


async def test_51_what_reached_the_branch_and_was_solved_in_time_is_a_consultation(
    tell: Tell,
) -> None:
    story = await reached_the_branch(tell)
    await story.until(november(9, 16, 59))
    await story.does(Reply(), "han", "letter")
    await story.does(ReportResult(), "han", "report")
    await story.passes(hours=24)
    assert counted(story) is Counting.CONSULTATION
    assert "accountability" not in story.offices()


async def test_52_what_drags_on_past_the_limit_is_counted_and_somebody_answers_for_it(
    tell: Tell,
) -> None:
    story = await reached_the_branch(tell)
    await story.until(november(9, 17))
    assert counted(story) is Counting.COUNTED
    assert story.offices()["accountability"] == "mei"


@pytest.mark.parametrize("mark", [Mark.REPEAT, Mark.SKIP_LEVEL])
async def test_53_what_is_repeated_or_skips_a_level_is_counted_and_goes_to_the_province(
    tell: Tell, mark: Mark
) -> None:
    story = await tell("go-live", channel=Channel.VISIT, marks=(mark,))
    assert counted(story) is Counting.COUNTED
    assert story.offices()["provincial-group"] == "pia"


@pytest.mark.parametrize("came", [HANDED_DOWN, {"channel": Channel.MEDIA}])
def test_53_what_came_by_a_channel_outside_is_counted(
    sessions: Sessions, came: dict[str, object]
) -> None:
    case = taken_down(sessions, "go-live", at=november(9), **came).case
    assert counting_of(case, the_pack("go-live").conduct) is Counting.COUNTED


async def test_54_a_third_person_with_the_same_issue_makes_a_group_for_the_province(
    story: Story, tell: Tell
) -> None:
    others = [(await tell("go-live", at=november(9, 9))).reference for _ in range(2)]
    await story.does(Link(reference=others[0]), "ines")
    assert Mark.GROUP not in story.case.marks
    await story.refuses(Refusal.ALREADY_LINKED, Link(reference=others[0]), "ines")
    await story.does(Link(reference=others[1]), "ines")
    assert Mark.GROUP in story.case.marks
    assert story.offices()["provincial-group"] == "pia"
    assert story.case.linked == tuple(others)


async def test_55_no_outlet_promises_before_the_business_department_joins(tell: Tell) -> None:
    story = await tell("go-live", situation=Situation.CLAIM)
    await story.does(TO_HAN, "sun")
    assert story.offices()["line-department"] == "line"
    await story.refuses(Refusal.GATE_CLOSED, Promise(amount_fen=100_00), "han", "note")
    await story.does(JoinLine(), "line")
    await story.does(Promise(amount_fen=100_00), "han", "note")


async def test_56_a_committed_time_is_a_clock_of_its_own(story: Story) -> None:
    await story.does(TO_HAN, "sun")
    await story.does(Commit(until_at=november(9, 15)), "han", "reason")
    assert ("complainant", "committed") in story.heard
    await story.until(november(9, 20))
    breaches = story.breaches()
    assert breaches["promise"] == november(9, 15)
    assert breaches["status"] == november(9, 13)


@pytest.mark.parametrize(
    ("tier", "yuan"), [(CustomerTier.ORDINARY, 5_000), (CustomerTier.VIP, 10_000)]
)
async def test_57_emergency_cash_is_paid_up_to_the_customers_limit(
    story: Story, tier: CustomerTier, yuan: int
) -> None:
    too_much = PayEmergencyCash(amount_fen=(yuan + 1) * 100, tier=tier)
    await story.refuses(Refusal.OVER_EMERGENCY_LIMIT, too_much, "han", "note")
    await story.does(PayEmergencyCash(amount_fen=yuan * 100, tier=tier), "han", "note")
    again = PayEmergencyCash(amount_fen=1_00, tier=tier)
    await story.refuses(Refusal.OVER_EMERGENCY_LIMIT, again, "han", "note")


async def test_58_an_oral_loss_report_reminds_the_customer_and_lapses_after_five_days(
    tell: Tell,
) -> None:
    story = await tell("go-live", situation=Situation.LOSS_REPORT)
    await story.does(ReportLoss(), "ines")
    await story.until(november(14, 1))
    assert ("loss-report", "warning-1") in story.steps()
    assert ("complainant", "warned") in story.heard
    await story.until(november(14, 23, 59))
    assert "loss-report" not in story.breaches()
    await story.until(november(15, 0))
    assert story.breaches()["loss-report"] == november(15, 0)
    assert story.offices()["lapse"] == "sun"


async def test_59_a_formal_loss_report_in_time_stops_the_clock(tell: Tell) -> None:
    story = await tell("go-live", situation=Situation.LOSS_REPORT)
    await story.refuses(Refusal.NO_LOSS_REPORTED, FileLoss(), "ines")
    await story.does(ReportLoss(), "ines")
    await story.until(november(14, 23))
    await story.does(FileLoss(), "ines")
    await story.until(november(16))
    assert not story.clock("loss-report").is_running
    assert "loss-report" not in story.breaches()


async def test_60_a_violent_or_drunk_customer_brings_the_checklist_of_place_and_police(
    story: Story,
) -> None:
    await story.does(TO_HAN, "sun")
    seen = Classify(category=Category.WORK_ERROR, situation=Situation.VIOLENT_OR_DRUNK)
    await story.does(seen, "han")
    points = " ".join(p["en"] for each in story.pack.checklists_of(story.case) for p in each.points)
    assert "video surveillance" in points
    assert "security or the local police" in points


async def test_61_urged_once_the_late_handler_hears_and_urged_again_the_head_too(
    story: Story,
) -> None:
    await story.does(TO_HAN, "sun")
    await story.until(november(9, 14))
    await story.does(Urge(), "ines")
    assert [who for who, what in story.heard if what == "urged"] == ["han"]
    await story.does(Urge(), "ines")
    assert [who for who, what in story.heard if what == "urged"] == ["han", "han", "sun"]


async def test_62_anyone_reports_a_threat_to_go_to_the_press_and_nobody_gives_an_interview(
    story: Story,
) -> None:
    await story.does(ReportMedia(reach=MediaReach.LOCAL), "han", "note")
    assert story.offices()["media-groups"] == "mona"
    await story.refuses(Refusal.GATE_CLOSED, CommentToMedia(), "mona", "statement")


def test_64_during_go_live_an_unrelated_complaint_follows_the_normal_pack(
    sessions: Sessions,
) -> None:
    during = datetime(2026, 11, 16, tzinfo=UTC)
    for situation in (None, Situation.ORDINARY):
        unrelated = taken_down(sessions, None, at=during, situation=situation)
        assert unrelated.case.policy.startswith("head-office@")
        assert [each.key for each in unrelated.clocks] == ["reply"]
    caused = taken_down(sessions, None, at=during, situation=Situation.CAUSED_BY_GO_LIVE)
    assert caused.case.policy.startswith("go-live@")
    of_its_own = {each.key for each in caused.clocks if not is_of_a_task(each.key)}
    assert of_its_own == {"on-site", "status", "report"}


def test_65_outside_the_period_of_the_go_live_the_normal_pack_applies() -> None:
    pack = the_pack("go-live")
    caused = Situation.CAUSED_BY_GO_LIVE
    assert pack.valid_from is not None
    assert pack.valid_to is not None
    before, after = pack.valid_from - timedelta(days=1), pack.valid_to + timedelta(days=1)
    days = (before, pack.valid_from, pack.valid_to, after)
    found = [pack.stands_in_for("head-office", caused, day) for day in days]
    assert found == [False, True, True, False]


@pytest.mark.parametrize("empty", FIRST_ASK)
def test_66_a_first_ask_record_is_saved_only_with_its_six_fields(
    sessions: Sessions, empty: str
) -> None:
    assert intake_flaws(sessions, "go-live", **FIRST_ASK) == set()
    assert intake_flaws(sessions, "go-live", **(FIRST_ASK | {empty: " "})) == {empty}


async def test_what_is_done_in_time_breaches_nothing(story: Story) -> None:
    await story.does(TO_HAN, "sun")
    await story.does(GoOnSite(), "han")
    await story.does(TellStatus(), "han", "letter")
    await story.does(Reply(), "han", "letter")
    await story.does(ReportResult(), "han", "report")
    await story.passes(hours=24)
    assert story.steps() == []
