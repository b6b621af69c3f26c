"""Scenarios of pack A, the union-run measure of a head office. Numbers as in the rules."""

from datetime import timedelta

import pytest

from domain.acts import (
    Appeal,
    Assign,
    BringInLegal,
    Close,
    CommentToMedia,
    ConsentToComment,
    DecideAppeal,
    Dispose,
    ExplainOverrun,
    FileAnonymous,
    FinishTask,
    Flag,
    Forward,
    ReferUp,
    Reply,
    ReplyToSender,
    ReportMedia,
    Reverify,
    ReviewRecording,
    Start,
    TellLeader,
    Withdraw,
)  # fmt: skip
from domain.case import Milestone, Status
from domain.classification import (
    AnonymousKind,
    Category,
    Channel,
    DeadlineClass,
    Level,
    Mark,
    MediaReach,
    Responsibility,
    Role,
    Satisfaction,
    Severity,
    Validity,
    WithdrawalKind,
)  # fmt: skip
from domain.errors import Refusal
from store.database import Sessions
from store.queries import Scope, search_cases
from store.receipts import receive
from tests.builders import a_complaint, actor
from tests.scenarios.story import HANDED_DOWN, REPLY_WORDS, Story, november, somebody
from tests.workflows.casework import Begin, given_to

TO_HAN = Assign(handler="han", handler_unit="harbour-outlet", handler_level=Level.OUTLET)
REPLY = Reply(satisfaction=Satisfaction.SATISFIED, handled_at=november(9))


@pytest.fixture
def story() -> Story:
    return Story("head-office")


def test_01_a_complaint_about_attitude_is_general_and_due_in_three_working_days() -> None:
    story = Story("head-office", at=november(9))
    assert story.pack.conduct.deadline_class_of(story.case.category) is DeadlineClass.GENERAL
    assert story.clock("reply").due_at == november(12, 17)


@pytest.mark.parametrize(
    "category", [Category.SERVICE_PRODUCT, Category.SERVICE_CHANNEL, Category.ILLEGAL_OPERATION]
)
def test_02_a_complex_complaint_warns_after_seven_working_days_and_breaches_after_ten(
    category: Category,
) -> None:
    story = Story("head-office", category=category)
    assert [(each.name, each.fires_at) for each in story.clock("reply").steps[:2]] == [
        ("warning-1", november(18, 17)),
        ("breach", november(23, 17)),
    ]


def test_03_a_general_complaint_accepted_on_friday_is_due_the_following_wednesday() -> None:
    assert Story("head-office", at=november(13)).clock("reply").due_at == november(18, 17)


def test_04_while_only_the_customer_was_answered_the_clock_runs_on_for_the_sender() -> None:
    story = Story("head-office", **HANDED_DOWN)
    story.does(TO_HAN, "sun")
    story.does(REPLY, "han", *REPLY_WORDS)
    assert story.clock("reply").is_running
    story.does(ReplyToSender(), "han", "letter")
    assert not story.clock("reply").is_running


def test_05_an_overrun_is_explained_to_the_sender_and_to_the_customer() -> None:
    story = Story("head-office", **HANDED_DOWN)
    story.does(TO_HAN, "sun")
    story.refuses(
        Refusal.NOTHING_OVERRUN, ExplainOverrun(overrun="reply"), "han", "reason", "letter"
    )
    story.until(november(13))
    assert story.office("explain-overrun") == "sun"
    story.does(ExplainOverrun(overrun="reply"), "han", "reason", "letter")
    assert {who for who, _ in story.told[-2:]} == {"complainant", "sender"}


def test_06_the_person_complained_about_is_not_given_the_case() -> None:
    story = Story("head-office", person_complained_about="han")
    story.refuses(Refusal.PERSON_COMPLAINED_ABOUT, TO_HAN, "sun")


@pytest.mark.parametrize(("yuan", "is_major"), [(50_000, False), (50_001, True)])
def test_07_dispatch_of_a_major_call_is_blocked_until_the_recording_is_reviewed(
    yuan: int, is_major: bool
) -> None:
    story = Story("head-office", amount_fen=yuan * 100)
    forward = Forward(unit="harbour-outlet", level=Level.OUTLET)
    if is_major:
        story.refuses(Refusal.GATE_CLOSED, forward, "ines")
        story.does(ReviewRecording(), "ines")
    story.does(forward, "ines")


@pytest.mark.parametrize("channel", [Channel.LETTER, Channel.VISIT, Channel.INTERNET])
def test_08_only_calls_have_a_recording_to_review(channel: Channel) -> None:
    story = Story("head-office", channel=channel, amount_fen=90_000_00)
    story.does(Forward(unit="harbour-outlet", level=Level.OUTLET), "ines")


@pytest.mark.parametrize("mark", [Mark.WELL_KNOWN_PERSON, Mark.HOT_TOPIC, Mark.REPUTATION])
def test_09_a_hot_topic_is_major_whatever_the_amount(mark: Mark) -> None:
    story = Story("head-office", amount_fen=100_00, marks=(mark,))
    assert story.case.severity is Severity.MAJOR


@pytest.mark.usefixtures("working")
async def test_10_an_internet_complaint_not_dispatched_in_two_working_days_breaches(
    begin: Begin,
) -> None:
    work = await begin(channel=Channel.INTERNET)
    due_at = work.due_at("forward")
    await work.passes(days=5)
    assert timedelta(0) <= work.fired("breach", "forward").at - due_at < timedelta(minutes=1)


def test_11_an_opinion_book_belongs_to_the_head_of_the_outlet() -> None:
    story = Story("head-office", channel=Channel.OPINION_BOOK)
    assert [each.owner for each in story.pack.routes_of(story.case)] == [Role.SUPERVISOR]


def test_12_a_letter_is_the_unions_and_its_result_is_reported_in_writing() -> None:
    story = Story("head-office", channel=Channel.LETTER)
    (route,) = story.pack.routes_of(story.case)
    assert (route.owner, route.in_writing) == (Role.UNION, True)


def test_13_a_case_about_an_overseas_office_goes_by_the_union_committee() -> None:
    story = Story("head-office", marks=(Mark.OVERSEAS,))
    route = next(each for each in story.pack.routes_of(story.case) if each.name == "overseas")
    assert route.owner is Role.UNION
    assert "address" in route.about["en"]


def test_14_local_media_go_to_the_office_at_tier_two_and_no_higher(story: Story) -> None:
    story.does(ReportMedia(reach=MediaReach.LOCAL), "han", "note")
    assert set(story.tasks()) == {"media-office"}
    assert story.office("media-office") == "max"


@pytest.mark.parametrize("reach", [MediaReach.PROVINCIAL, MediaReach.CENTRAL])
def test_15_provincial_media_open_tasks_at_tier_one_and_head_office_at_once(
    story: Story, reach: MediaReach
) -> None:
    story.does(ReportMedia(reach=reach), "han", "note")
    assert story.office("media-tier-1") == "mona"
    assert story.office("media-head-office") == "mark"
    assert all(each.opened_at == story.now for each in story.case.tasks)


def test_16_a_word_to_the_press_without_a_leaders_consent_is_refused(story: Story) -> None:
    story.refuses(Refusal.GATE_CLOSED, CommentToMedia(), "max", "statement")
    story.refuses(Refusal.NOT_HIGH_ENOUGH, ConsentToComment(), "mei")
    story.does(ConsentToComment(), "leo")
    story.does(CommentToMedia(), "max", "statement")


def test_17_the_leader_hears_before_the_legal_department(story: Story) -> None:
    story.does(TO_HAN, "sun")
    story.refuses(Refusal.GATE_CLOSED, BringInLegal(), "han")
    story.does(TellLeader(), "han", "reason")
    story.does(BringInLegal(), "han")
    assert story.office("legal-department") == "lex"


def test_18_a_repeat_the_customer_still_refuses_goes_to_the_superior_department(
    story: Story,
) -> None:
    story.does(TO_HAN, "sun")
    story.refuses(Refusal.NOT_A_REPEAT, ReferUp(), "han", "reason")
    story.does(Flag(mark=Mark.REPEAT), "sun")
    story.refuses(Refusal.GATE_CLOSED, REPLY, "han", *REPLY_WORDS)
    story.does(Reverify(), "han", "findings")
    story.does(ReferUp(), "han", "reason")
    assert story.office("customer-management") == "line"


def test_19_a_withdrawal_that_is_voluntary_is_archived_with_its_reason(story: Story) -> None:
    withdraw = Withdraw(withdrawal=WithdrawalKind.VOLUNTARY)
    story.refuses(Refusal.WORDS_MISSING, withdraw, "ines")
    story.does(withdraw, "ines", "reason")
    story.does(Close(), "sun")
    assert story.case.status is Status.CLOSED
    assert story.tasks() == {}


def test_20_a_coerced_withdrawal_is_dealt_with_severely(story: Story) -> None:
    story.does(Withdraw(withdrawal=WithdrawalKind.COERCED), "ines", "reason")
    assert story.case.disposition is not None
    assert story.case.disposition.responsibility is Responsibility.BANK
    assert story.office("coerced-withdrawal") == "mei"


@pytest.mark.parametrize("kind", AnonymousKind)
def test_21_an_anonymous_complaint_wants_a_file_note_and_no_reply(kind: AnonymousKind) -> None:
    story = Story("head-office", category=Category.ANONYMOUS)
    story.does(TO_HAN, "sun")
    filed = FileAnonymous(
        anonymous=kind, validity=Validity.VALID, responsibility=Responsibility.BANK
    )
    story.refuses(Refusal.WORDS_MISSING, filed, "han", "findings")
    story.does(filed, "han", "findings", "measures", "note")
    assert not any(each.is_running for each in story.clocks)
    assert "complainant" not in {who for who, _ in story.told}
    assert story.office("file-improvement") == "una"
    story.does(Close(), "han")


def test_22_a_report_of_crime_is_the_supervision_departments_and_hidden_from_the_unit() -> None:
    story = Story("head-office", category=Category.FINANCIAL_CRIME)
    assert story.office("supervision-department") == "dora"
    for person in ("han", "sun", "mei"):
        assert not story.case.is_open_to(somebody(person))
    assert story.case.is_open_to(somebody("dora"))
    story.refuses(Refusal.RESTRICTED, TO_HAN, "sun")
    story.does(
        Assign(handler="dora", handler_unit="bay-branch", handler_level=Level.TIER_2), "dora"
    )


def test_23_a_crime_found_later_takes_the_case_from_its_handler(story: Story) -> None:
    story.does(TO_HAN, "sun")
    story.does(Flag(mark=Mark.CRIME), "han")
    assert story.case.handler is None
    assert not story.case.is_open_to(somebody("han"))
    story.until(november(20))
    heard = {each.receiver for each in story.case.fired}
    assert heard == {"dora"}


def test_26_who_disputes_the_outcome_has_the_appeal_decided_by_the_union(story: Story) -> None:
    story.does(TO_HAN, "sun")
    story.refuses(Refusal.NOT_IN_THIS_STATUS, Appeal(), "ines", "reason")
    story.does(REPLY, "han", *REPLY_WORDS)
    story.passes(hours=1)
    story.does(Appeal(), "ines", "reason")
    assert story.clock("appeal").is_running
    story.does(DecideAppeal(upheld=True), "una", "reason")
    assert story.case.status is Status.ASSIGNED
    assert story.clock("reply.2").is_running


def test_a_task_is_finished_by_the_office_it_was_given_to(story: Story) -> None:
    story.does(ReportMedia(reach=MediaReach.LOCAL), "han", "note")
    story.refuses(Refusal.NOT_YOUR_ROLE, FinishTask(task="media-office"), "han", "note")
    story.does(FinishTask(task="media-office"), "max", "note")
    story.refuses(Refusal.TASK_NOT_OPEN, FinishTask(task="media-office"), "max", "note")
    story.does(ReportMedia(reach=MediaReach.LOCAL), "han", "note")
    assert story.tasks() == {}


def test_a_reply_must_hold_the_seven_elements(story: Story) -> None:
    story.does(TO_HAN, "sun")
    for missing in REPLY_WORDS[1:]:
        words = [each for each in REPLY_WORDS if each != missing]
        refused = story.refuses(Refusal.REPLY_INCOMPLETE, REPLY, "han", *words)
        assert refused.facts["missing"] == missing


def test_nothing_is_made_good_beyond_the_units_authority(story: Story) -> None:
    story.does(TO_HAN, "sun")
    story.does(REPLY, "han", *REPLY_WORDS)
    settled = Dispose(validity=Validity.VALID, responsibility=Responsibility.BANK)
    too_much = Dispose(
        validity=Validity.VALID, responsibility=Responsibility.BANK, redress_fen=1_001_00
    )
    story.refuses(Refusal.BEYOND_AUTHORITY, too_much, "han", "measures")
    story.does(settled, "han", "measures")


@pytest.mark.usefixtures("working")
async def test_79_after_a_restart_each_timer_fires_at_its_due_time(begin: Begin) -> None:
    work = await begin()
    due_at = work.due_at("reply")
    await work.done(given_to("han"), "sun")
    await work.done(Start(), "han")
    await work.passes(days=6)
    assert timedelta(0) <= work.fired("breach").at - due_at < timedelta(minutes=1)
    assert work.case.reached(Milestone.STARTED) is not None


def test_22_the_report_is_in_the_lists_of_the_supervision_department_and_of_nobody_else(
    sessions: Sessions,
) -> None:
    with sessions.begin() as session:
        crime = a_complaint(category=Category.FINANCIAL_CRIME)
        reference = receive(session, crime, actor("ines")).reference
        usual = receive(session, a_complaint(), actor("ines")).reference

    def listed(role: Role) -> set[str]:
        scope = Scope(units=frozenset({"harbour-outlet"}), roles=frozenset({role}))
        with sessions() as session:
            return {each for each in (reference, usual) if search_cases(session, scope, each)}

    assert listed(Role.DISCIPLINE) == {reference, usual}
    assert listed(Role.SUPERVISOR) == {usual}
