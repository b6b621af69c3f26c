"""Scenarios of pack A, the union-run measure of a head office. Numbers as in the rules."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from temporalio.testing import TimeSkipper

from domain.acts import (
    Appeal,
    Assign,
    BringInLegal,
    Classify,
    Close,
    CommentToMedia,
    ConsentToComment,
    DecideAppeal,
    Dispose,
    ExplainOverrun,
    Extend,
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
from domain.case import Status
from domain.classification import (
    AnonymousKind,
    Category,
    Channel,
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
from domain.relations import Reader, is_closed_to
from embedded.temporal_namespace import prepare_namespace
from embedded.temporal_server import TemporalServer
from store.cases.receipts import receive
from store.database import Sessions
from store.reads.search import search_cases
from tests.bank import WHOLE
from tests.builders import a_complaint
from tests.scenarios.story import (
    HANDED_DOWN,
    REPLY_WORDS,
    Story,
    Tell,
    due_at,
    november,
    taken_down,
)
from tests.temporal import TEST_NAMESPACE, a_client
from worker import THREADS, case_worker
from workflows.names import SEARCH_ATTRIBUTES

TO_HAN = Assign(handler="han", handler_unit="harbour-outlet", handler_level=Level.OUTLET)
TO_OUTLET = Forward(unit="harbour-outlet", level=Level.OUTLET)
REPLY = Reply(satisfaction=Satisfaction.SATISFIED, handled_at=november(9))
SETTLED = Dispose(validity=Validity.VALID, responsibility=Responsibility.BANK)


@pytest.fixture
async def story(tell: Tell) -> Story:
    return await tell("head-office")


async def test_01_a_complaint_about_attitude_is_general_and_due_in_three_working_days(
    tell: Tell,
) -> None:
    story = await tell("head-office", category=Category.SERVICE_ATTITUDE)
    assert story.clock("reply").limit == "reply-general"
    assert story.due_at("reply") == november(12, 17)
    await story.until(november(12, 16, 59))
    assert story.breaches() == {}
    await story.until(november(12, 17))
    assert story.breaches() == {"reply": november(12, 17)}


async def test_02_a_complex_complaint_warns_after_seven_working_days_and_breaches_after_ten(
    tell: Tell, sessions: Sessions
) -> None:
    for category in (Category.SERVICE_CHANNEL, Category.ILLEGAL_OPERATION):
        case = taken_down(sessions, "head-office", at=november(9), category=category)
        assert due_at(case, "reply") == november(23, 17)
    story = await tell("head-office", category=Category.SERVICE_PRODUCT)
    await story.until(november(18, 16, 59))
    assert story.steps() == []
    await story.until(november(18, 17))
    assert story.steps() == [("reply", "warning-1")]
    await story.until(november(23, 16, 59))
    assert story.breaches() == {}
    await story.until(november(23, 17))
    assert story.breaches() == {"reply": november(23, 17)}


async def test_03_a_general_complaint_accepted_on_friday_is_due_the_following_wednesday(
    tell: Tell,
) -> None:
    story = await tell("head-office", at=november(13))
    assert story.due_at("reply") == november(18, 17)
    await story.until(november(18, 17))
    assert story.breaches() == {"reply": november(18, 17)}


async def test_04_while_only_the_customer_was_answered_the_clock_runs_on_for_the_sender(
    tell: Tell,
) -> None:
    story = await tell("head-office", **HANDED_DOWN)
    await story.does(TO_HAN, "sun")
    await story.does(REPLY, "han", *REPLY_WORDS)
    await story.until(november(13))
    assert story.clock("reply").is_running
    assert story.breaches() == {"reply": november(12, 17)}
    await story.does(ReplyToSender(), "han", "letter")
    assert not story.clock("reply").is_running


async def test_04_answered_both_in_time_the_clock_stops_unbroken(tell: Tell) -> None:
    story = await tell("head-office", **HANDED_DOWN)
    await story.does(TO_HAN, "sun")
    await story.does(REPLY, "han", *REPLY_WORDS)
    await story.does(ReplyToSender(), "han", "letter")
    await story.until(november(20))
    assert story.breaches() == {}


async def test_05_an_overrun_is_explained_to_the_sender_and_to_the_customer(tell: Tell) -> None:
    story = await tell("head-office", **HANDED_DOWN)
    explain = ExplainOverrun(overrun="reply")
    await story.does(TO_HAN, "sun")
    in_time = ExplainOverrun(overrun="forward")
    await story.refuses(Refusal.NOTHING_OVERRUN, in_time, "han", "reason", "letter")
    await story.until(november(13))
    assert story.offices()["explain-overrun"] == "sun"
    await story.refuses(Refusal.WORDS_MISSING, explain, "han", "letter")
    await story.does(explain, "han", "reason", "letter")
    assert "explain-overrun" not in story.offices()
    told = {who for who, what in story.heard if what == "overrun_explained"}
    assert told == {"complainant", "sender", "ines"}


async def test_05_a_later_date_wants_a_reason_and_an_approver_and_is_told_to_both(
    tell: Tell,
) -> None:
    story = await tell("head-office", **HANDED_DOWN)
    await story.does(TO_HAN, "sun")
    later = Extend(clock="reply", until_at=november(16, 17))
    await story.refuses(Refusal.WORDS_MISSING, later, "han")
    assert story.due_at("reply") == november(12, 17)
    met = await story.refuses(Refusal.GATE_CLOSED, later, "han", "reason")
    assert met.facts == {"needs": "overrun_explained", "rule": "A-37"}
    await story.does(ExplainOverrun(overrun="reply"), "han", "reason", "letter")
    explained = {who for who, what in story.heard if what == "overrun_explained"}
    assert explained == {"complainant", "sender", "ines"}, "who received it hears the reason too"
    await story.refuses(Refusal.TAKES_TWO, later, "han", "reason")
    await story.agree(later, "han", "sun", "reason")
    assert story.due_at("reply") == november(16, 17)
    told = {who for who, what in story.heard if what == "date_extended"}
    assert told == {"complainant", "sender"}, "han hears of the answer: " + str(story.heard)
    await story.until(november(16, 16, 59))
    assert story.breaches() == {}
    await story.until(november(16, 17))
    assert story.breaches() == {"reply": november(16, 17)}


async def test_06_the_person_complained_about_is_not_given_the_case(tell: Tell) -> None:
    story = await tell("head-office", person_complained_about="han")
    await story.refuses(Refusal.PERSON_COMPLAINED_ABOUT, TO_HAN, "sun")


@pytest.mark.parametrize("act", [TO_OUTLET, TO_HAN])
async def test_07_dispatch_of_a_call_about_50_001_yuan_waits_for_the_recording(
    tell: Tell, act: Forward | Assign
) -> None:
    story = await tell("head-office", amount_fen=50_001_00)
    assert story.case.severity is Severity.MAJOR
    refused = await story.refuses(Refusal.GATE_CLOSED, act, "ines")
    assert refused.facts["needs"] == "recording_reviewed"
    await story.does(ReviewRecording(), "ines")
    await story.does(act, "ines")


async def test_07_a_call_about_50_000_yuan_is_dispatched_at_once(tell: Tell) -> None:
    story = await tell("head-office", amount_fen=50_000_00)
    assert story.case.severity is Severity.ORDINARY
    await story.does(TO_OUTLET, "ines")


@pytest.mark.parametrize("channel", [Channel.LETTER, Channel.VISIT, Channel.INTERNET])
async def test_08_only_calls_have_a_recording_to_review(tell: Tell, channel: Channel) -> None:
    story = await tell("head-office", channel=channel, amount_fen=90_000_00)
    await story.does(TO_OUTLET, "ines")


@pytest.mark.parametrize("mark", [Mark.WELL_KNOWN_PERSON, Mark.HOT_TOPIC, Mark.REPUTATION])
async def test_09_a_hot_topic_is_major_whatever_the_amount(tell: Tell, mark: Mark) -> None:
    story = await tell("head-office", amount_fen=100_00)
    await story.does(Flag(mark=mark), "ines")
    assert story.case.severity is Severity.MAJOR
    await story.refuses(Refusal.GATE_CLOSED, TO_OUTLET, "ines")


async def test_10_an_internet_complaint_not_dispatched_in_two_working_days_breaches(
    tell: Tell,
) -> None:
    story = await tell("head-office", channel=Channel.INTERNET)
    await story.until(november(11, 16, 59))
    assert story.breaches() == {}
    await story.until(november(11, 17))
    assert story.breaches() == {"forward": november(11, 17)}


async def test_10_an_internet_complaint_dispatched_on_the_second_day_breaches_nothing(
    tell: Tell,
) -> None:
    story = await tell("head-office", channel=Channel.INTERNET)
    await story.until(november(11, 16, 59))
    await story.does(TO_OUTLET, "ines")
    await story.until(november(11, 18))
    assert story.breaches() == {}


async def test_11_an_opinion_book_belongs_to_the_head_of_the_outlet(tell: Tell) -> None:
    story = await tell("head-office", channel=Channel.OPINION_BOOK)
    assert [each.owner for each in story.pack.routes_of(story.case)] == [Role.SUPERVISOR]


async def test_12_a_letter_is_the_unions_and_its_result_is_reported_in_writing(tell: Tell) -> None:
    story = await tell("head-office", channel=Channel.LETTER)
    (route,) = story.pack.routes_of(story.case)
    assert (route.owner, route.in_writing) == (Role.UNION, True)


async def test_13_a_case_about_an_overseas_office_goes_by_the_union_committee(tell: Tell) -> None:
    story = await tell("head-office", marks=(Mark.OVERSEAS,))
    await story.does(TO_OUTLET, "ines")
    route = next(each for each in story.pack.routes_of(story.case) if each.name == "overseas")
    assert route.owner is Role.UNION
    assert "address" in route.about["en"]


async def test_14_local_media_go_to_the_office_at_tier_two_and_no_higher(story: Story) -> None:
    await story.does(ReportMedia(reach=MediaReach.LOCAL), "han", "note")
    assert story.offices() == {"media-office": "max"}


@pytest.mark.parametrize("reach", [MediaReach.PROVINCIAL, MediaReach.CENTRAL])
async def test_15_provincial_media_open_tasks_at_tier_one_and_head_office_at_once(
    story: Story, reach: MediaReach
) -> None:
    await story.passes(hours=1)
    await story.does(ReportMedia(reach=reach), "han", "note")
    offices = story.offices()
    assert (offices["media-tier-1"], offices["media-head-office"]) == ("mona", "mark")
    assert all(each.opened_at == story.today for each in story.case.tasks)


async def test_16_a_word_to_the_press_without_a_leaders_consent_is_refused(story: Story) -> None:
    await story.refuses(Refusal.UNKNOWN_REFERENCE, CommentToMedia(), "max", "statement")
    await story.does(ReportMedia(reach=MediaReach.LOCAL), "sun", "note")
    await story.refuses(Refusal.GATE_CLOSED, CommentToMedia(), "max", "statement")
    await story.refuses(Refusal.NOT_HIGH_ENOUGH, ConsentToComment(), "mei")
    await story.does(ConsentToComment(), "leo")
    await story.does(CommentToMedia(), "max", "statement")


async def test_17_the_leader_hears_before_the_legal_department(story: Story) -> None:
    await story.does(TO_HAN, "sun")
    await story.refuses(Refusal.GATE_CLOSED, BringInLegal(), "han")
    await story.does(TellLeader(), "han", "reason")
    await story.does(BringInLegal(), "han")
    assert story.offices()["legal-department"] == "lex"


async def test_18_a_repeat_the_customer_still_refuses_goes_to_the_superior_department(
    story: Story,
) -> None:
    await story.does(TO_HAN, "sun")
    await story.refuses(Refusal.NOT_A_REPEAT, ReferUp(), "han", "reason")
    await story.does(Flag(mark=Mark.REPEAT), "sun")
    await story.refuses(Refusal.GATE_CLOSED, REPLY, "han", *REPLY_WORDS)
    await story.does(Reverify(), "han", "findings")
    await story.does(REPLY, "han", *REPLY_WORDS)
    await story.does(ReferUp(), "han", "reason")
    assert story.offices()["customer-management"] == "line"


async def test_19_a_withdrawal_that_is_voluntary_is_archived_with_its_reason(story: Story) -> None:
    withdraw = Withdraw(withdrawal=WithdrawalKind.VOLUNTARY)
    await story.refuses(Refusal.WORDS_MISSING, withdraw, "ines")
    await story.refuses(Refusal.TAKES_TWO, withdraw, "ines", "reason")
    await story.agree(withdraw, "ines", "sun", "reason")
    await story.does(Close(), "sun")
    assert story.case.status is Status.CLOSED
    assert story.words("withdrawn") == {"reason": "said"}
    assert story.offices() == {}
    assert not any(each.is_running for each in story.clocks)


async def test_20_a_coerced_withdrawal_is_dealt_with_severely_and_ends_nothing(
    story: Story,
) -> None:
    await story.does(Withdraw(withdrawal=WithdrawalKind.COERCED), "ines", "reason")
    assert story.case.disposition is not None
    assert story.case.disposition.responsibility is Responsibility.BANK
    assert story.offices()["coerced-withdrawal"] == "mei"
    assert ("complainant", "withdrawn") not in story.heard
    await story.refuses(Refusal.NOT_IN_THIS_STATUS, Close(), "sun")
    await story.until(november(12, 17))
    assert story.breaches() == {"reply": november(12, 17)}
    await story.does(TO_HAN, "sun")
    await story.does(REPLY, "han", *REPLY_WORDS)
    await story.does(SETTLED, "han", "measures")
    met = await story.refuses(Refusal.TASK_FIRST, Close(), "han")
    assert met.facts == {"task": "coerced-withdrawal", "rule": "A-52"}
    dealt_with = FinishTask(task="coerced-withdrawal")
    await story.refuses(Refusal.WORDS_MISSING, dealt_with, "mei", "note")
    await story.does(dealt_with, "mei", "note", "persons")
    await story.does(Close(), "han")


async def test_what_came_from_a_bureau_is_sent_on_by_the_union(tell: Tell) -> None:
    story = await tell("head-office", **HANDED_DOWN)
    assert story.offices()["handed-down"] == "una"
    assert ("una", "task_given") in story.heard
    await story.does(Forward(unit="station-outlet", level=Level.OUTLET), "una")
    assert story.offices() == {}


async def test_a_closed_case_with_an_open_task_is_still_somebodys(story: Story) -> None:
    await story.does(TO_HAN, "sun")
    await story.does(TellLeader(), "han", "reason")
    await story.does(REPLY, "han", *REPLY_WORDS)
    await story.does(SETTLED, "han", "measures")
    await story.does(Close(), "han")
    await story.until(november(13))
    assert story.breaches() == {}, "the complaint itself was in time"
    climbed = [each.receiver for each in story.case.fired if each.step == "supervisor"]
    assert climbed == ["sun"]
    await story.does(FinishTask(task="leader-of-the-dispute"), "sun", "note")
    assert story.offices() == {}


@pytest.mark.parametrize("kind", AnonymousKind)
async def test_21_an_anonymous_complaint_wants_improvement_and_a_note_and_no_reply(
    tell: Tell, kind: AnonymousKind
) -> None:
    story = await tell("head-office", category=Category.ANONYMOUS, name="", phone="")
    await story.does(TO_HAN, "sun")
    filed = FileAnonymous(
        anonymous=kind, validity=Validity.VALID, responsibility=Responsibility.BANK
    )
    for missing in ("findings", "measures", "note"):
        words = {"findings", "measures", "note"} - {missing}
        refused = await story.refuses(Refusal.WORDS_MISSING, filed, "han", *words)
        assert refused.facts["missing"] == missing
    await story.does(filed, "han", "findings", "measures", "note")
    assert not any(each.is_running for each in story.clocks)
    assert [what for who, what in story.heard if who == "complainant"] == ["received"]
    assert story.offices()["file-improvement"] == "una"
    await story.does(Close(), "han")
    await story.until(november(20))
    assert story.breaches() == {}


async def test_22_a_report_of_crime_is_the_supervision_departments_and_hidden_from_the_unit(
    tell: Tell,
) -> None:
    story = await tell("head-office", category=Category.FINANCIAL_CRIME)
    assert story.offices()["supervision-department"] == "dora"
    for person in ("han", "sun", "mei"):
        assert is_closed_to(story.case, WHOLE.actor(person).roles)
    assert not is_closed_to(story.case, WHOLE.actor("dora").roles)
    await story.refuses(Refusal.UNKNOWN_REFERENCE, TO_HAN, "sun")
    to_dora = Assign(handler="dora", handler_unit="bay-branch", handler_level=Level.TIER_2)
    await story.does(to_dora, "dora")


async def test_22_the_report_is_in_the_lists_of_the_supervision_department_and_of_nobody_else(
    sessions: Sessions,
) -> None:
    with sessions.begin() as session:
        crime = a_complaint(category=Category.FINANCIAL_CRIME)
        reference = receive(session, crime, WHOLE.actor("ines")).reference
        usual = receive(session, a_complaint(), WHOLE.actor("ines")).reference

    def listed(role: Role) -> set[str]:
        who = Reader(person="somebody", roles=frozenset({role}), unit="harbour-outlet")
        with sessions() as session:
            return {each for each in (reference, usual) if search_cases(session, who, each)}

    assert listed(Role.DISCIPLINE) == {reference}
    assert listed(Role.SUPERVISOR) == {usual}


async def test_23_a_crime_found_later_takes_the_case_from_its_handler(story: Story) -> None:
    await story.does(TO_HAN, "sun")
    await story.refuses(Refusal.NOT_YOUR_ROLE, Flag(mark=Mark.CRIME), "han", "note")
    await story.refuses(Refusal.WORDS_MISSING, Flag(mark=Mark.CRIME), "sun")
    await story.does(Flag(mark=Mark.CRIME), "sun", "note")
    assert story.case.handler is None
    assert is_closed_to(story.case, WHOLE.actor("han").roles)
    await story.until(november(20))
    assert {each.receiver for each in story.fired_for_the_complaint} == {"dora"}


async def test_26_who_disputes_the_outcome_has_the_appeal_decided_by_the_union(
    story: Story,
) -> None:
    await story.does(TO_HAN, "sun")
    await story.refuses(Refusal.NOT_IN_THIS_STATUS, Appeal(), "ines", "reason")
    await story.does(REPLY, "han", *REPLY_WORDS)
    await story.passes(hours=1)
    await story.does(Appeal(), "ines", "reason")
    assert story.clock("appeal").is_running
    await story.refuses(Refusal.NOT_YOUR_ROLE, DecideAppeal(upheld=True), "sun", "reason")
    await story.does(DecideAppeal(upheld=True), "una", "reason")
    assert story.case.status is Status.ASSIGNED
    assert story.clock("reply.2").is_running
    await story.until(november(12, 17))
    assert story.breaches() == {"reply.2": november(12, 17)}


async def test_a_complaint_sorted_anew_runs_on_the_limit_of_its_new_class(story: Story) -> None:
    await story.until(november(10))
    await story.does(Classify(category=Category.ILLEGAL_OPERATION), "ines")
    assert story.due_at("reply") == november(23, 17)
    await story.does(Classify(category=Category.WORK_ERROR), "ines")
    assert story.due_at("reply") == november(12, 17)


async def test_a_task_is_finished_by_the_office_it_was_given_to(story: Story) -> None:
    await story.does(ReportMedia(reach=MediaReach.LOCAL), "han", "note")
    finish = FinishTask(task="media-office")
    await story.refuses(Refusal.TASK_NOT_YOURS, finish, "sun", "note")
    await story.does(finish, "max", "note")
    await story.refuses(Refusal.TASK_NOT_OPEN, finish, "max", "note")
    await story.does(ReportMedia(reach=MediaReach.LOCAL), "han", "note")
    assert story.offices() == {}


async def test_a_reply_must_hold_the_seven_elements(story: Story) -> None:
    await story.does(TO_HAN, "sun")
    for missing in REPLY_WORDS:
        words = REPLY_WORDS.keys() - {missing}
        code = Refusal.WORDS_MISSING if missing == "letter" else Refusal.REPLY_INCOMPLETE
        refused = await story.refuses(code, REPLY, "han", *words)
        assert refused.facts["missing"] == missing
    for act, missing in (
        (Reply(handled_at=november(9)), "satisfaction"),
        (Reply(satisfaction=Satisfaction.SATISFIED), "handled_at"),
    ):
        refused = await story.refuses(Refusal.REPLY_INCOMPLETE, act, "han", *REPLY_WORDS)
        assert refused.facts["missing"] == missing


async def test_who_has_no_address_is_still_told_the_result_by_somebody(story: Story) -> None:
    """The clocks have stopped by then, but the task to telephone has not."""
    await story.does(TO_HAN, "sun")
    await story.does(REPLY, "han", *REPLY_WORDS)
    assert not any(each.is_running for each in story.clocks)
    assert [each.facts["about"] for each in story.tasks("tell")] == ["replied"]


async def test_nothing_is_made_good_beyond_the_units_authority(story: Story) -> None:
    await story.does(TO_HAN, "sun")
    await story.does(REPLY, "han", *REPLY_WORDS)
    just_enough = Dispose(
        validity=Validity.VALID, responsibility=Responsibility.BANK, redress_fen=1_000_00
    )
    too_much = replace(just_enough, redress_fen=1_001_00)
    await story.refuses(Refusal.BEYOND_AUTHORITY, too_much, "han", "measures")
    await story.does(just_enough, "han", "measures")


async def test_79_after_a_restart_each_timer_fires_at_its_original_due_time(
    sessions: Sessions, engine_folder: Path
) -> None:
    """Server and worker are killed and started again between the acts and the due times."""
    with (
        TemporalServer(engine_folder / "restarted") as server,
        ThreadPoolExecutor(THREADS) as threads,
    ):
        await prepare_namespace(server.address, TEST_NAMESPACE, SEARCH_ATTRIBUTES)
        client = await a_client(server.address)
        async with case_worker(client, sessions, threads, Story.queue):
            story = await Story.told(sessions, TimeSkipper(client), "head-office", at=november(9))
            await story.does(TO_HAN, "sun")
            await story.does(Start(), "han")
        assert server.process is not None
        server.process.kill()
        server.process.wait()
        server.start()
        async with case_worker(client, sessions, threads, Story.queue):
            await story.until(november(20))
    planned = {each.step: each.planned_at for each in story.fired_for_the_complaint}
    assert (planned["warning-1"], planned["breach"]) == (november(11, 17), november(12, 17))
    lateness = [each.at - each.planned_at for each in story.case.fired]
    assert all(timedelta(0) <= late < timedelta(minutes=1) for late in lateness)
