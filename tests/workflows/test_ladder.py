"""Clocks and ladders in virtual time: what happens by itself, to whom, when, and once."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select
from temporalio.converter import WorkflowSerializationContext

from domain.acts import (
    Acknowledge,
    AskCustomer,
    Classify,
    ExplainOverrun,
    Extend,
    Start,
    TakeAnswer,
)
from domain.case import TASK, Fired, Status, is_of_a_task
from domain.classification import Category
from domain.clocks.steps import next_step
from domain.errors import Refusal
from domain.events import Event
from store.cases.journal import standing_of
from store.database import Sessions
from store.tables import JournalRow, NoticeRow, PersonRow, RegulatorReportRow, TaskRow
from tests.waiting import eventually
from tests.workflows.casework import Begin, Casework, given_to

pytestmark = pytest.mark.usefixtures("working")

A_MOMENT = timedelta(minutes=5)
"""Of virtual time, which is the wall's between two leaps: how late a step may be that waits for two
activities before it, on a machine that does much else."""


def was_prompt(fired: Fired) -> bool:
    return timedelta(0) <= fired.at - fired.planned_at < A_MOMENT


def pending_timers(history: list[str]) -> int:
    return (
        history.count("TIMER_STARTED")
        - history.count("TIMER_FIRED")
        - history.count("TIMER_CANCELED")
    )


async def test_a_case_nobody_takes_is_heard_of_all_the_way_up(
    begin: Begin, sessions: Sessions
) -> None:
    work = await begin()
    await work.passes(days=14)

    fired = [each for each in work.case.fired if not is_of_a_task(each.clock)]
    steps = [(each.step, each.receiver) for each in fired]
    assert steps == [
        ("warning-1", "sun"),
        ("breach", "sun"),
        ("supervisor", "sun"),
        ("hr", "hong"),
        ("regulator", "lin"),
    ]
    assert all(was_prompt(each) for each in work.case.fired)
    with sessions() as session:
        of_case = JournalRow.reference == work.reference
        entries = session.scalars(select(JournalRow).where(of_case).order_by(JournalRow.version))
        clocks = [(each.event, each.facts.get("clock", "")) for each in entries]
        assert [event for event, clock in clocks if not is_of_a_task(clock)] == [
            "received",
            "warned",
            "breached",
            "escalated",
            "escalated",
            "escalated",
        ]
        heard = TaskRow.kind == "acknowledge"
        own = ~TaskRow.facts["clock"].astext.startswith(TASK)
        tasks = select(TaskRow.person).where(TaskRow.reference == work.reference, heard, own)
        assert session.scalars(tasks.order_by(TaskRow.id)).all() == ["sun", "hong", "lin"]
        draft = select(RegulatorReportRow.status).where(
            RegulatorReportRow.reference == work.reference
        )
        assert session.scalars(draft).all() == ["draft"]


async def test_a_breach_changes_neither_the_status_nor_what_may_be_done(begin: Begin) -> None:
    work = await begin()
    await work.until(work.due_at("reply"))
    assert work.case.status is Status.RECEIVED
    assert work.clock("reply").breached
    await work.done(given_to("han"), "sun")


async def test_the_first_owner_hears_of_every_breach(begin: Begin, sessions: Sessions) -> None:
    work = await begin()
    await work.until(work.due_at("reply"))
    with sessions() as session:
        told = select(NoticeRow.recipient).where(
            NoticeRow.reference == work.reference, NoticeRow.about == "breached"
        )
        assert set(session.scalars(told)) == {"sun", "ines"}


async def test_a_handler_is_warned_and_the_supervisor_is_not(begin: Begin) -> None:
    work = await begin()
    await work.done(given_to("han"), "sun")
    warning = next_step((work.clock("reply"),))
    assert warning is not None
    await work.until(warning.fires_at)
    assert [(each.step, each.receiver) for each in work.case.fired] == [("warning-1", "han")]


async def test_a_rung_that_was_heard_gets_time_to_act_and_then_goes_on(begin: Begin) -> None:
    work = await begin()
    await work.until(work.due_at("reply"))
    unheard = work.clock("reply").steps[0].fires_at
    await work.done(Acknowledge(clock="reply", step="supervisor"), "sun")
    planned = work.clock("reply").steps[0].fires_at
    assert planned > unheard

    await work.until(unheard)
    assert [each.step for each in work.case.fired][-1] == "supervisor"
    await work.until(planned)
    assert work.fired("hr").planned_at == planned
    assert was_prompt(work.fired("hr"))


async def test_an_escalation_is_acknowledged_once(begin: Begin) -> None:
    work = await begin()
    heard = Acknowledge(clock="reply", step="supervisor")
    assert (await work.refused(heard, "sun")).code is Refusal.NOTHING_TO_ACKNOWLEDGE
    await work.until(work.due_at("reply"))
    await work.done(heard, "sun")
    assert (await work.refused(heard, "sun")).code is Refusal.NOTHING_TO_ACKNOWLEDGE


async def test_a_rung_that_nobody_holds_is_handed_on_at_once(
    begin: Begin, sessions: Sessions
) -> None:
    work = await begin()
    with sessions.begin() as session:
        session.get_one(PersonRow, "hong").absent_from = date(2026, 1, 5)
    try:
        await work.passes(days=14)
    finally:
        with sessions.begin() as session:
            session.get_one(PersonRow, "hong").absent_from = None
    hr, regulator = work.fired("hr"), work.fired("regulator")
    assert hr.receiver is None
    assert regulator.receiver == "lin"
    assert regulator.at - hr.at < A_MOMENT


async def test_the_person_complained_about_hears_nothing(begin: Begin) -> None:
    work = await begin(person_complained_about="hong")
    await work.passes(days=14)
    assert "hong" not in {each.receiver for each in work.case.fired}
    assert work.fired("regulator").receiver == "lin"


async def test_a_started_case_no_longer_hears_its_start_clock(begin: Begin) -> None:
    work = await begin(policy="trial-three-hotlines")
    await work.done(given_to("han"), "sun")
    due_at = work.due_at("start")
    await work.done(Start(), "han")
    await work.until(due_at)
    assert "start" not in {each.clock for each in work.case.fired}


async def test_waiting_for_the_customer_stops_the_clock_and_moves_the_date(begin: Begin) -> None:
    work = await begin(policy="rehearsal")
    await work.done(given_to("han"), "sun")
    await work.done(Start(), "han")
    before = work.due_at("reply")
    await work.done(AskCustomer(), "han", question="Which counter?")
    assert work.clock("reply").due_at is None

    await work.passes(days=3)
    assert work.case.fired == ()
    since_at, now = work.case.pauses[0].since_at, await work.now()
    await work.done(TakeAnswer(), "ines", answer="The second.")
    waited = (work.case.pauses[0].until_at or now) - since_at
    assert work.due_at("reply") == before + waited

    await work.until(work.due_at("reply"))
    assert was_prompt(work.fired("breach"))
    assert work.fired("breach").planned_at == before + waited


async def test_a_clock_the_law_does_not_let_stand_still_runs_on(begin: Begin) -> None:
    work = await begin()
    await work.done(given_to("han"), "sun")
    before = work.due_at("reply")
    await work.done(AskCustomer(), "han", question="Which counter?")
    assert work.due_at("reply") == before
    await work.until(before)
    assert was_prompt(work.fired("breach"))


async def test_an_extension_moves_the_date_and_the_timer(begin: Begin) -> None:
    work = await begin()
    await work.done(given_to("han"), "sun")
    before = work.due_at("reply")
    later = before + timedelta(days=7)
    await work.done(ExplainOverrun(overrun="reply"), "han", reason="the footage", letter="soon")
    await work.agreed(Extend(clock="reply", until_at=later), "han", "sun", reason="the footage")

    await work.until(before)
    assert "breach" not in [each.step for each in work.case.fired]
    await work.until(later)
    assert work.fired("breach").planned_at == later
    assert was_prompt(work.fired("breach"))


async def test_a_case_sorted_into_a_longer_class_is_not_breached_at_the_shorter(
    begin: Begin,
) -> None:
    work = await begin()
    shorter = work.due_at("reply")
    await work.done(Classify(category=Category.SERVICE_PRODUCT), "ines")
    await work.until(shorter)
    of_the_case = [each for each in work.case.fired if not is_of_a_task(each.clock)]
    assert "breach" not in [each.step for each in of_the_case]


async def test_there_is_one_timer_at_a_time_and_it_says_what_it_is_for(begin: Begin) -> None:
    work = await begin()
    await work.done(given_to("han"), "sun")
    await work.done(Start(), "han")
    assert pending_timers(await work.events()) == 1
    assert await summary_of_last_timer(work) == "reply: warning-1 (default)"


async def summary_of_last_timer(work: Casework) -> str:
    """What an operator reads beside the timer."""
    history = await work.handle.fetch_history()
    timer = [event for event in history.events if event.HasField("timer_started_event_attributes")]
    here = WorkflowSerializationContext(work.client.namespace, work.handle.id)
    converter = work.client.data_converter.with_context(here)
    [summary] = await converter.decode([timer[-1].user_metadata.summary], [str])
    assert isinstance(summary, str)
    return summary


async def test_a_closed_case_that_still_owes_a_rung_is_no_case(
    begin: Begin, sessions: Sessions
) -> None:
    """What happens by itself is over with the last rung; nothing is left to wake up for."""
    work = await begin()
    await work.passes(days=14)
    with sessions() as session:
        assert next_step(standing_of(session, work.reference).clocks) is None
    assert pending_timers(await work.events()) == 0


async def test_a_reminder_of_a_date_that_has_passed_is_noted_and_told_to_nobody(
    begin: Begin, sessions: Sessions
) -> None:
    """As after an outage: the worker hears of the case when all its dates are over."""
    work = await begin(received_at=datetime.now(UTC) - timedelta(days=60))
    await eventually(
        "the clock is breached", lambda: any(each.step == "breach" for each in work.case.fired)
    )

    with sessions() as session:
        facts = session.scalars(
            select(JournalRow.facts).where(
                JournalRow.reference == work.reference, JournalRow.event == Event.WARNED
            )
        ).all()
        told = session.scalars(
            select(NoticeRow.about).where(NoticeRow.reference == work.reference)
        ).all()
    assert facts
    assert all(each["overtaken_by"] == "breach" for each in facts)
    assert Event.WARNED not in told
    assert Event.BREACHED in told
