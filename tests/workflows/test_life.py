"""The life of a case as people live it: every act, every refusal, to its end and beyond."""

import asyncio
from datetime import timedelta
from random import Random

import pytest
from sqlalchemy import select

from domain.acts import (
    AskCustomer,
    Classify,
    Close,
    ExplainOverrun,
    Extend,
    FinishTask,
    Note,
    Reopen,
    Reply,
    ReplyToSender,
    Start,
    TakeAnswer,
    Withdraw,
)
from domain.case import Status
from domain.classification import (
    Category,
    Channel,
    Validity,
    WithdrawalKind,
)
from domain.errors import Refusal
from domain.statuses import CommandStatus
from engine.delivery import deliver
from store.cases.commands import StoredCommand
from store.database import Sessions
from store.tables import JournalRow
from tests.workflows.casework import REPLY_WORDS, Begin, given_to
from tests.workflows.endings import SETTLED, a_reply, closed, ended

pytestmark = pytest.mark.usefixtures("working")


async def test_a_whole_life_from_receipt_to_the_archive(begin: Begin) -> None:
    work = await begin(category=None, channel=Channel.INTERNET)
    await work.done(Classify(category=Category.SERVICE_PRODUCT), "ines")
    await work.done(FinishTask(task="product-department"), "sun", note="no such office here")
    await work.done(given_to("han"), "sun")
    await work.done(Start(), "han", note="called the customer")
    await work.passes(days=1)
    await work.done(AskCustomer(), "han", question="Which counter was it?")
    await work.passes(hours=20)
    await work.done(TakeAnswer(), "ines", answer="The second.")
    later = work.due_at("reply") + timedelta(days=7)
    await work.done(ExplainOverrun(overrun="reply"), "han", reason="the footage", letter="soon")
    await work.agreed(Extend(clock="reply", until_at=later), "han", "sun", reason="the footage")
    await work.done(await a_reply(work), "han", **REPLY_WORDS)
    await work.done(SETTLED, "han", measures="a second counter at noon")
    await work.done(Close(), "han")
    await ended(work)

    assert work.journal() == [
        "received", "classified", "task_finished", "assigned", "started", "customer_asked",
        "customer_answered", "overrun_explained", "date_extended", "replied", "disposed", "closed",
    ]  # fmt: skip
    assert work.case.version == 12
    assert await work.handle.result() == Status.CLOSED


async def test_a_refusal_leaves_no_trace_in_the_history(begin: Begin) -> None:
    work = await begin()
    before = await work.events()
    assert (await work.refused(Close(), "han")).code is Refusal.NOT_IN_THIS_STATUS
    assert (await work.refused(Reopen(), "sun", reason="x")).code is Refusal.NOT_IN_THIS_STATUS
    assert (await work.refused(Start(), "lin")).code is Refusal.NOT_YOUR_ROLE
    assert (await work.refused(Note(), "hong")).code is Refusal.WORDS_MISSING
    assert await work.events() == before
    assert work.journal() == ["received"]


async def test_a_reply_must_hold_every_element_the_pack_names(begin: Begin) -> None:
    work = await begin()
    await work.done(given_to("han"), "sun")
    reply = await a_reply(work)
    without = {name: text for name, text in REPLY_WORDS.items() if name != "lessons"}
    refusal = await work.refused(reply, "han", **without)
    assert (refusal.code, refusal.facts) == (Refusal.REPLY_INCOMPLETE, {"missing": "lessons"})
    assert (await work.refused(Reply(), "han", **REPLY_WORDS)).code is Refusal.REPLY_INCOMPLETE
    await work.done(reply, "han", **REPLY_WORDS)


async def test_nobody_is_answered_before_the_complaint_is_sorted(begin: Begin) -> None:
    work = await begin(category=None)
    await work.done(given_to("han"), "sun")
    reply = await a_reply(work)
    assert (await work.refused(reply, "han", **REPLY_WORDS)).code is Refusal.NOT_CLASSIFIED


async def test_the_person_complained_about_never_handles_the_case(begin: Begin) -> None:
    work = await begin(person_complained_about="han")
    assert (await work.refused(given_to("han"), "sun")).code is Refusal.PERSON_COMPLAINED_ABOUT
    await work.done(given_to("hugo"), "sun")


async def test_nor_acts_on_it_in_the_handlers_place(begin: Begin) -> None:
    work = await begin(person_complained_about="sun")
    assert (await work.refused(given_to("han"), "ines")).code is Refusal.LED_BY_NAMED
    assert (await work.refused(Start(), "sun")).code is Refusal.UNKNOWN_REFERENCE


async def test_somebody_else_must_approve_an_extension(begin: Begin, sessions: Sessions) -> None:
    work = await begin()
    await work.done(given_to("han"), "sun")
    later = work.due_at("reply") + timedelta(days=2)
    await work.done(ExplainOverrun(overrun="reply"), "han", reason="the footage", letter="soon")
    extend = Extend(clock="reply", until_at=later)
    assert (await work.refused(extend, "sun", reason="illness")).code is Refusal.TAKES_TWO
    assert work.due_at("reply") < later
    await work.agreed(extend, "sun", "hong", reason="illness")
    assert work.due_at("reply") == later
    with sessions.begin() as session:
        entry = session.scalars(
            select(JournalRow).where(
                JournalRow.reference == work.reference, JournalRow.event == "date_extended"
            )
        ).one()
    assert (entry.by, entry.facts["approved_by"]) == ("sun", "hong")


async def test_a_page_that_others_have_overtaken_must_be_read_again(begin: Begin) -> None:
    work = await begin()
    await work.done(given_to("han"), "sun")
    late = await work.delivered(await work.asked(given_to("hugo"), "sun", seen_version=1))
    assert late.refusal is not None
    assert late.refusal.code is Refusal.CHANGED_MEANWHILE
    note = await work.delivered(await work.asked(Note(), "hong", {"note": "seen"}, seen_version=1))
    assert note.refusal is None


async def test_of_two_transfers_at_once_one_is_refused(begin: Begin) -> None:
    work = await begin()
    wishes = [await work.asked(given_to(who), "sun", seen_version=1) for who in ("han", "hugo")]
    answers = await asyncio.gather(*(work.delivered(each) for each in wishes))
    codes = [answer.refusal and answer.refusal.code for answer in answers]
    assert sorted(codes, key=str) == [None, Refusal.CHANGED_MEANWHILE]
    assert work.journal() == ["received", "assigned"]


async def test_a_sender_is_owed_an_answer_of_its_own(begin: Begin) -> None:
    due_at = (await begin()).due_at("reply")
    work = await begin(channel=Channel.TRANSFERRED, sender="The association", sender_due_at=due_at)
    await work.done(given_to("han"), "sun")
    await work.done(await a_reply(work), "han", **REPLY_WORDS)
    assert work.clock("reply").is_running
    refusal = await work.refused(SETTLED, "han", measures="none")
    assert refusal.code is Refusal.SENDER_REPLY_REQUIRED
    await work.done(ReplyToSender(), "han", letter="Dear association")
    assert not work.clock("reply").is_running
    assert not work.clock("sender").is_running
    await work.done(SETTLED, "han", measures="none")


async def test_a_customer_may_withdraw_and_every_clock_stops(begin: Begin) -> None:
    work = await begin(channel=Channel.INTERNET)
    withdraw = Withdraw(withdrawal=WithdrawalKind.VOLUNTARY)
    await work.agreed(withdraw, "ines", "sun", reason="settled by telephone")
    assert work.case.status is Status.DISPOSED
    assert not work.clock("reply").is_running
    assert not work.clock("forward").is_running
    await work.done(Close(), "sun")
    await ended(work)


async def test_a_pressed_withdrawal_counts_as_a_valid_complaint(begin: Begin) -> None:
    work = await begin()
    await work.done(Withdraw(withdrawal=WithdrawalKind.COERCED), "ines", reason="was urged to")
    assert work.case.disposition is not None
    assert work.case.disposition.validity is Validity.VALID


async def test_a_withdrawal_after_a_transfer_stops_the_second_start_clock_too(
    begin: Begin,
) -> None:
    work = await begin(policy="trial-three-hotlines")
    await work.done(given_to("han"), "sun")
    await work.done(Start(), "han")
    await work.done(given_to("sun"), "sun")  # another unit: its start clock begins anew
    assert work.clock("start.2").is_running
    withdraw = Withdraw(withdrawal=WithdrawalKind.VOLUNTARY)
    await work.agreed(withdraw, "ines", "hong", reason="settled")
    assert not work.clock("start.2").is_running


async def test_a_reopened_case_lives_again_with_a_clock_of_its_own(begin: Begin) -> None:
    work = await begin()
    await closed(work)
    await ended(work)
    await work.done(Reopen(), "sun", reason="it happened again")
    assert work.case.status is Status.ASSIGNED
    again = work.clock("reply.2")
    assert again.is_running
    assert not work.clock("reply").is_running
    await work.until(work.due_at("reply.2"))
    assert work.fired("breach", "reply.2").receiver == "han"
    assert work.fired("supervisor", "reply.2").receiver == "sun"


async def test_a_late_duplicate_after_the_end_gets_the_answer_it_had(begin: Begin) -> None:
    work = await begin()
    assigned = await work.asked(given_to("han"), "sun")
    await work.delivered(assigned)
    await work.done(await a_reply(work), "han", **REPLY_WORDS)
    await work.done(SETTLED, "han", measures="none")
    await work.done(Close(), "han")
    await ended(work)
    before = work.journal()

    await work.delivered(assigned)
    await ended(work)
    assert work.answer(assigned).status is CommandStatus.ACCEPTED
    assert work.journal() == before


async def test_the_same_command_heard_a_hundred_times_is_one_act(begin: Begin) -> None:
    work = await begin()
    asked = await work.asked(Note(), "hong", {"note": "once"})
    answers = await asyncio.gather(*(deliver(work.client, asked) for _ in range(100)))
    assert [answer.refusal for answer in answers] == [None] * 100
    assert work.journal() == ["received", "noted"]


@pytest.mark.parametrize("seed", range(3))
async def test_commands_delivered_in_any_order_and_again_are_each_answered_once_and_for_good(
    begin: Begin, sessions: Sessions, seed: int
) -> None:
    work = await begin()
    asked = [
        await work.asked(given_to("han"), "sun", seen_version=1),
        await work.asked(given_to("hugo"), "ines", seen_version=1),
        await work.asked(Start(), "han"),
        await work.asked(AskCustomer(), "han", {"question": "Which counter was it?"}),
        await work.asked(TakeAnswer(), "ines", {"answer": "The second."}),
        await work.asked(Close(), "sun"),
        *[await work.asked(Note(), "hong", {"note": f"note {number}"}) for number in range(4)],
    ]
    random = Random(seed)
    deliveries = asked * 3
    random.shuffle(deliveries)
    first_answers: dict[str, StoredCommand] = {}
    for each in deliveries:
        await work.delivered(each)
        answer = first_answers.setdefault(each.id, work.answer(each))
        assert (work.answer(each).status, str(work.answer(each).refusal)) == (
            answer.status,
            str(answer.refusal),
        )

    accepted = {each.id for each in first_answers.values() if each.status is CommandStatus.ACCEPTED}
    assert {each.id for each in asked[-4:]} <= accepted, "a note may always be added"
    assert asked[5].id not in accepted, "nobody has answered the customer"
    with sessions() as session:
        keys = select(JournalRow.key).where(JournalRow.reference == work.reference)
        assert sorted(session.scalars(keys)) == sorted({"received", *accepted})
    assert work.case.version == len(accepted) + 1


async def test_heard_again_after_the_case_moved_on_a_refused_act_stays_refused(
    begin: Begin,
) -> None:
    work = await begin()
    start = await work.asked(Start(), "han")
    first = await work.delivered(start)
    assert first.refusal is not None
    await work.done(given_to("han"), "sun")
    await work.delivered(start)  # may be done by now, and han was told no

    assert work.journal() == ["received", "assigned"]
    refused = work.answer(start)
    assert refused.status is CommandStatus.REFUSED
    assert refused.refusal is not None
    assert refused.refusal.code == first.refusal.code
    await work.done(Start(), "han")


async def test_a_note_may_be_added_to_a_closed_case(begin: Begin) -> None:
    work = await begin()
    await closed(work)
    await ended(work)
    await work.done(Note(), "hong", note="read by the auditors")
    await ended(work)
    assert work.case.status is Status.CLOSED
    assert work.journal()[-1] == "noted"
