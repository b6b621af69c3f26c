"""Cases beside the scenarios: the boundaries that the rules imply."""

from datetime import date, datetime, time, timedelta

import pytest

from domain.acts import (
    Appeal,
    AskCustomer,
    Assign,
    Close,
    Commit,
    DecideAppeal,
    DeclareBeyondAuthority,
    Dispose,
    ExplainOverrun,
    Extend,
    Forward,
    Reopen,
    Reply,
    ReplyToSender,
    Start,
    TakeAnswer,
)  # fmt: skip
from domain.case import Status
from domain.classification import Level, Responsibility, Satisfaction, Validity
from domain.errors import Refusal
from store.database import Sessions
from tests.scenarios.story import (
    BEIJING,
    HANDED_DOWN,
    REPLY_WORDS,
    Story,
    Tell,
    due_at,
    november,
    taken_down,
)

TO_HAN = Assign(handler="han", handler_unit="harbour-outlet", handler_level=Level.OUTLET)
TO_TESS = Assign(handler="tess", handler_unit="east-branch", handler_level=Level.TIER_1)
REPLY = Reply(satisfaction=Satisfaction.SATISFIED, handled_at=november(9))
SETTLED = Dispose(validity=Validity.VALID, responsibility=Responsibility.BANK)


async def closed(story: Story) -> Story:
    await story.does(TO_HAN, "sun")
    await story.does(REPLY, "han", *REPLY_WORDS)
    await story.does(SETTLED, "han", "measures")
    await story.does(Close(), "han")
    return story


@pytest.mark.parametrize(
    ("received", "due"),
    [
        (november(13, 8, 59), november(18, 17)),
        (november(13, 23, 59), november(18, 17)),
        (november(14, 12), november(18, 17)),
        (november(15, 23, 59), november(18, 17)),
        (november(16, 0), november(19, 17)),
    ],
)
def test_the_day_of_receipt_never_counts(
    sessions: Sessions, received: datetime, due: datetime
) -> None:
    assert due_at(taken_down(sessions, "head-office", at=received), "reply") == due


@pytest.mark.parametrize(
    ("received", "due"),
    [
        (date(2026, 9, 30), date(2026, 10, 10)),
        (date(2026, 10, 3), date(2026, 10, 10)),
        (date(2026, 10, 9), date(2026, 10, 13)),
        (date(2026, 10, 10), date(2026, 10, 14)),
        (date(2026, 2, 13), date(2026, 2, 25)),
        (date(2025, 12, 31), date(2026, 1, 6)),
    ],
    ids=[
        "on the day before a holiday, the make-up Saturday is the third day",
        "in the holiday",
        "on the day before a make-up Saturday",
        "on a make-up Saturday",
        "on the day before a make-up Saturday before a holiday",
        "on the last day of a year, whose next begins with a holiday and a make-up Sunday",
    ],
)
def test_a_receipt_that_is_entered_late_counts_holidays_and_make_up_workdays(
    sessions: Sessions, received: date, due: date
) -> None:
    at_ten, at_closing = (time(hour, tzinfo=BEIJING) for hour in (10, 17))
    case = taken_down(sessions, "head-office", at=datetime.combine(received, at_ten))
    assert due_at(case, "reply") == datetime.combine(due, at_closing)


async def test_an_extension_after_the_breach_moves_the_date_and_it_may_be_broken_again(
    tell: Tell,
) -> None:
    story = await tell("head-office")
    await story.does(TO_HAN, "sun")
    await story.until(november(13))
    await story.does(ExplainOverrun(overrun="reply"), "han", "reason", "letter")
    await story.agree(Extend(clock="reply", until_at=november(17, 17)), "han", "sun", "reason")
    assert story.clock("reply").breached
    await story.until(november(17, 16, 59))
    assert [step for _, step in story.steps()].count("breach") == 1
    await story.until(november(17, 17))
    assert [step for _, step in story.steps()].count("breach") == 2


async def test_a_second_extension_of_the_same_clock_is_refused(tell: Tell) -> None:
    story = await tell("head-office")
    await story.does(TO_HAN, "sun")
    await story.does(ExplainOverrun(overrun="reply"), "han", "reason", "letter")
    await story.agree(Extend(clock="reply", until_at=november(17, 17)), "han", "sun", "reason")
    again = Extend(clock="reply", until_at=november(19, 17))
    await story.refuses(Refusal.EXTENSIONS_USED_UP, again, "han", "reason")


async def test_a_reopened_case_has_its_whole_limit_again(tell: Tell) -> None:
    story = await closed(await tell("head-office"))
    await story.until(november(16))
    await story.does(Reopen(), "sun", "reason")
    assert story.case.status is Status.ASSIGNED
    assert story.due_at("reply.2") == november(19, 17)
    await story.until(november(19, 16, 59))
    assert story.breaches() == {}
    await story.until(november(19, 17))
    assert story.breaches() == {"reply.2": november(19, 17)}


async def test_of_a_case_that_was_handed_down_the_sender_is_answered_again_after_reopening(
    tell: Tell,
) -> None:
    story = await tell("head-office", **HANDED_DOWN)
    await story.does(TO_HAN, "sun")
    await story.does(REPLY, "han", *REPLY_WORDS)
    await story.refuses(Refusal.SENDER_REPLY_REQUIRED, SETTLED, "han", "measures")
    await story.does(ReplyToSender(), "han", "letter")
    await story.does(SETTLED, "han", "measures")
    await story.does(Close(), "han")
    await story.until(november(16))
    await story.does(Reopen(), "sun", "reason")
    await story.does(REPLY, "han", *REPLY_WORDS)
    assert story.clock("reply.2").is_running
    await story.refuses(Refusal.SENDER_REPLY_REQUIRED, SETTLED, "han", "measures")


async def test_an_appeal_against_a_closed_case_has_a_clock_and_takes_it_up_again(
    tell: Tell,
) -> None:
    story = await closed(await tell("trial-three-hotlines"))
    await story.until(november(16))
    await story.does(Appeal(), "ines", "reason")
    await story.until(november(17))
    await story.does(DecideAppeal(upheld=True), "una", "reason")
    assert story.due_at("reply.2") == november(18, 17)
    await story.until(november(18, 17))
    assert story.breaches()["reply.2"] == november(18, 17)


async def test_an_appeal_that_nobody_decides_breaches_though_the_case_is_closed(
    tell: Tell,
) -> None:
    story = await closed(await tell("head-office"))
    await story.until(november(10))
    await story.does(Appeal(), "ines", "reason")
    await story.until(november(30, 23))
    assert story.breaches() == {}
    await story.until(november(30, 23) + timedelta(days=1))
    assert set(story.breaches()) == {"appeal"}


async def test_a_wait_over_a_weekend_costs_no_working_day_and_one_over_a_night_does(
    tell: Tell,
) -> None:
    story = await tell("claims", at=november(12))
    await story.does(TO_HAN, "sun")
    assert story.due_at("reply") == november(17, 17)
    await story.until(november(13, 18))
    await story.does(AskCustomer(), "han", "question")
    await story.until(november(16, 8))
    await story.does(TakeAnswer(), "ines", "answer")
    assert story.due_at("reply") == november(17, 17)
    await story.until(november(16, 16))
    await story.does(AskCustomer(), "han", "question")
    await story.until(november(17, 9))
    assert story.breaches() == {}
    await story.does(TakeAnswer(), "ines", "answer")
    assert story.due_at("reply") == november(18, 17)
    await story.until(november(18, 17))
    assert story.breaches() == {"reply": november(18, 17)}


async def test_passed_on_by_giving_it_to_somebody_of_another_unit_the_hour_is_kept(
    tell: Tell,
) -> None:
    story = await tell("trial-three-hotlines")
    await story.does(TO_HAN, "sun")
    await story.does(DeclareBeyondAuthority(), "han", "reason")
    await story.passes(minutes=30)
    await story.does(TO_TESS, "sun")
    await story.passes(hours=1)
    assert "forward" not in story.breaches()
    assert story.due_at("start.2") == november(9, 12, 30)


async def test_whoever_gets_a_case_anew_has_two_hours_of_his_own_to_start(tell: Tell) -> None:
    story = await tell("trial-three-hotlines")
    await story.does(TO_HAN, "sun")
    await story.does(Start(), "han")
    await story.passes(hours=3)
    await story.does(Forward(unit="east-branch", level=Level.TIER_1), "sun")
    await story.passes(minutes=119)
    assert story.breaches() == {}
    await story.passes(minutes=1)
    assert story.breaches() == {"start.2": november(9, 15)}


async def test_a_date_promised_after_the_breach_moves_the_clock_too(tell: Tell) -> None:
    story = await tell("trial-three-hotlines", unit="head-office", by="hong")
    await story.until(november(13))
    await story.does(Commit(until_at=november(16, 12)), "hong", "reason")
    assert story.due_at("reply") == november(16, 12)
    await story.does(Commit(until_at=november(17, 12)), "hong", "reason")
    await story.until(november(16, 13))
    assert story.breaches()["reply"] == november(12, 17)
    await story.until(november(17, 12))
    assert story.breaches()["reply"] == november(17, 12)


async def test_an_answer_given_in_time_and_heard_late_broke_no_limit(tell: Tell) -> None:
    """As when the engine is away at the due date: the breach fires before the answer is heard."""
    story = await tell("head-office")
    await story.does(TO_HAN, "sun")
    await story.until(november(12, 16))
    answer = await story.asked(REPLY, "han", REPLY_WORDS)
    await story.until(november(12, 18))
    assert story.clock("reply").breached
    assert (await story.delivered(answer)).refusal is None
    assert not story.clock("reply").breached
