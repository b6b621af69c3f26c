"""When the clocks of a case are due, what moves them, and what happens when they run out."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.case import BREACH, Case, Commitment, Extension, Fired, Milestone, Pause
from domain.classification import Category, Channel, Role
from domain.clocks.ledger import Clock, Planned, Step
from domain.clocks.plan import plan
from domain.clocks.steps import next_step
from domain.policy import DateSetBy, Limit, Nature, Pack, Rung, Span, TimeUnit, Warn
from domain.working_time import WorkingCalendar
from rulebook.calendars import load_calendar
from rulebook.packs import read_pack
from tests.builders import MONDAY, a_case, a_pack

BEIJING = ZoneInfo("Asia/Shanghai")
CALENDAR = load_calendar("cn")


def on(day: int, hour: int = 17, minute: int = 0, month: int = 11) -> datetime:
    """An instant of November 2026 by the clock on a wall in Beijing; the 9th is a Monday."""
    return datetime(2026, month, day, hour, minute, tzinfo=BEIJING).astimezone(UTC)


def days(amount: int) -> Span:
    return Span(amount=amount, unit=TimeUnit.WORKING_DAY)


def hours(amount: int) -> Span:
    return Span(amount=amount, unit=TimeUnit.CLOCK_HOUR)


def a_limit(**over: Any) -> Limit:
    """Three working days from receipt to the answer."""
    limit = Limit(
        name="reply",
        clock="reply",
        rule="A-34",
        within=days(3),
        starts=(Milestone.RECEIVED, Milestone.REOPENED),
        stops=(Milestone.REPLIED,),
        when={},
        pausable=True,
        extendable=True,
    )
    return replace(limit, **over)


LADDER = tuple(
    Rung(
        name=name,
        role=role,
        rule="default",
        acknowledge_within=Span(amount=4, unit=TimeUnit.WORKING_HOUR),
        resolve_within=days(1),
    )
    for name, role in (("supervisor", Role.SUPERVISOR), ("hr", Role.HR))
)


def with_limits(*limits: Limit, **over: Any) -> Pack:
    """A pack with these limits, or with the usual one, and a ladder."""
    return a_pack(**{"limits": limits or (a_limit(),), "ladders": {"expiry": LADDER}, **over})


def planned(case: Case, *limits: Limit, **over: Any) -> tuple[Planned, ...]:
    return plan(case, with_limits(*limits, **over), CALENDAR)


def clock_of(case: Case, *limits: Limit, **over: Any) -> Clock:
    """The last of the case's clocks."""
    return planned(case, *limits, **over)[-1].clock


def received(at: datetime, **over: Any) -> Case:
    return replace(a_case(received_at=at), **over)


def waiting(case: Case, since: datetime, until: datetime | None = None) -> Case:
    return replace(case, pauses=(*case.pauses, Pause(since_at=since, until_at=until)))


PROMISE = a_limit(
    name="promise", clock="promise", within=DateSetBy.PROMISE, starts=(Milestone.COMMITTED,)
)


def promised(case: Case, until: datetime, by: datetime) -> Case:
    """The case after a date was promised to the customer."""
    promise = Commitment(until_at=until, by="hong", at=by)
    with_date = replace(case, commitments=(*case.commitments, promise))
    return with_date.reach(Milestone.COMMITTED, at=by)


def dates(case: Case, *limits: Limit) -> dict[str, datetime | None]:
    """When each of the case's clocks is due."""
    return {each.clock.key: each.clock.due_at for each in planned(case, *limits)}


def extended(case: Case, until: datetime, clock: str = "reply") -> Case:
    extension = Extension(
        clock=clock, until_at=until, requested_by="han", approved_by="sun", approved_at=MONDAY
    )
    return replace(case, extensions=(*case.extensions, extension))


def carried_out(case: Case, step: Step, at: datetime | None = None, **over: Any) -> Case:
    """The case after a step, as `fire` and the directory leave it."""
    fired = Fired(
        clock=step.clock,
        step=step.name,
        planned_at=step.fires_at,
        at=at or step.fires_at,
        number=step.number,
        receiver="sun",
    )
    return replace(case, fired=(*case.fired, replace(fired, **over)))


def climbed(case: Case, pack: Pack, most: int = 50) -> Iterator[Step]:
    """Every step that happens by itself when nobody does anything."""
    for _ in range(most):
        step = next_step(tuple(each.clock for each in plan(case, pack, CALENDAR)))
        if step is None:
            return
        yield step
        case = carried_out(case, step)
    raise AssertionError("the ladder has no end")


class TestDates:
    @pytest.mark.parametrize(
        ("received_at", "due_at"),
        [
            (on(9, 10), on(12)),
            (on(9, 0), on(12)),
            (on(9, 23, 59), on(12)),
            (on(13, 10), on(18)),
            (on(14, 10), on(18)),
            (on(15, 10), on(18)),
            (on(12, 17), on(17)),
        ],
    )
    def test_three_working_days_end_at_closing_and_skip_the_weekend(
        self, received_at: datetime, due_at: datetime
    ) -> None:
        assert clock_of(received(received_at)).due_at == due_at

    def test_a_holiday_and_its_make_up_workdays_are_counted_as_the_state_council_says(self) -> None:
        # 1 to 7 October 2026 are off; Saturday the 10th and Sunday 20 September are worked.
        found = planned(received(on(30, 10, month=9)))[0]
        counted = [
            each.on
            for each in planned(received(on(30, 10, month=9)))[0].derivation.days
            if each.amount
        ]
        assert counted == [date(2026, 10, 8), date(2026, 10, 9), date(2026, 10, 10)]
        assert found.clock.due_at == on(10, month=10)

    def test_calendar_days_end_at_midnight_whatever_the_day(self) -> None:
        limit = a_limit(within=Span(amount=5, unit=TimeUnit.CALENDAR_DAY))
        clock = clock_of(received(on(12, 10)), limit)
        assert clock.due_at == on(18, 0)
        assert clock.due_on == date(2026, 11, 17)

    def test_clock_hours_run_through_the_night_and_the_weekend(self) -> None:
        clock = clock_of(received(on(14, 22)), a_limit(within=hours(8)))
        assert clock.due_at == on(15, 6)

    def test_working_hours_stand_still_at_night(self) -> None:
        limit = a_limit(within=Span(amount=4, unit=TimeUnit.WORKING_HOUR))
        assert clock_of(received(on(9, 15)), limit).due_at == on(10, 11)

    def test_the_day_of_receipt_counts_when_the_pack_says_so(self) -> None:
        assert clock_of(received(on(9, 10)), day_of_receipt_counts=True).due_at == on(11)

    def test_a_day_the_bank_has_already_closed_on_never_counts(self) -> None:
        limit = a_limit(within=days(1))
        assert clock_of(received(on(9, 18)), limit, day_of_receipt_counts=True).due_at == on(10)

    @given(
        st.integers(0, 330 * 24 * 60),
        st.integers(0, 30),
        st.sampled_from([TimeUnit.WORKING_DAY, TimeUnit.CALENDAR_DAY, TimeUnit.CLOCK_HOUR]),
        st.booleans(),
    )
    def test_no_clock_is_due_before_it_starts(
        self, minute: int, amount: int, unit: TimeUnit, counts: bool
    ) -> None:
        within = Span(amount=amount + (unit is not TimeUnit.CLOCK_HOUR), unit=unit)
        case = received(datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minute))
        clock = clock_of(case, a_limit(within=within), day_of_receipt_counts=counts)
        assert clock.due_at is not None
        assert clock.due_at >= clock.anchor_at


class TestProofs:
    def test_every_day_of_a_derivation_says_why_it_counts(self) -> None:
        derivation = planned(received(on(13, 10)))[0].derivation
        assert [(each.on.day, each.amount, each.why) for each in derivation.days] == [
            (13, 0, "receipt"),
            (14, 0, "weekend"),
            (15, 0, "weekend"),
            (16, 1, "working"),
            (17, 1, "working"),
            (18, 1, "working"),
        ]

    def test_the_same_case_proves_the_same_dates_again(self) -> None:
        case = waiting(received(on(9, 10)), on(10, 11), on(12, 11))
        assert planned(case)[0].clock.proof == planned(case)[0].derivation.digest()
        assert planned(case)[0].derivation.digest() == planned(case)[0].derivation.digest()

    def test_a_proof_is_of_everything_its_derivation_says(self) -> None:
        """As it was made when cases of before were received: their proofs are held against it."""
        derivation = planned(waiting(received(on(9, 10)), on(10, 11), on(12, 11)))[0].derivation
        said = json.dumps(asdict(derivation), default=str, sort_keys=True, ensure_ascii=False)
        assert derivation.digest() == hashlib.sha256(said.encode()).hexdigest()

    def test_another_date_has_another_proof(self) -> None:
        case = received(on(9, 10))
        assert clock_of(case).proof != clock_of(extended(case, on(20))).proof


class TestWaitingForTheCustomer:
    def test_a_clock_that_waits_has_no_date(self) -> None:
        clock = clock_of(waiting(received(on(9, 10)), on(10, 11)))
        assert clock.due_at is None
        assert clock.is_running
        assert clock.steps == ()

    def test_a_question_answered_the_same_day_costs_no_day(self) -> None:
        case = waiting(received(on(9, 10)), on(10, 11), on(10, 15))
        assert clock_of(case).due_at == on(12)

    def test_a_wait_over_closing_moves_the_date_on_by_that_day(self) -> None:
        case = waiting(received(on(9, 10)), on(10, 11), on(11, 9))
        assert clock_of(case).due_at == on(13)

    def test_a_limit_never_runs_out_the_moment_the_customer_answers(self) -> None:
        case = waiting(received(on(9, 10)), on(12, 16), on(16, 12))
        assert clock_of(case).due_at == on(16)

    def test_a_question_after_the_limit_brings_it_back_to_nobody(self) -> None:
        case = waiting(received(on(9, 10)), on(12, 18))
        assert clock_of(case).due_at == on(12)

    def test_a_clock_that_cannot_be_paused_takes_no_notice(self) -> None:
        case = waiting(received(on(9, 10)), on(10, 11), on(20, 9))
        assert clock_of(case, a_limit(pausable=False)).due_at == on(12)

    def test_hours_stand_still_for_exactly_as_long_as_the_wait(self) -> None:
        case = waiting(received(on(9, 10)), on(9, 11), on(9, 14))
        assert clock_of(case, a_limit(within=hours(4))).due_at == on(9, 17)

    @given(st.integers(0, 200), st.integers(0, 200), st.integers(0, 200))
    def test_a_wait_never_brings_a_date_nearer_nor_lets_it_fall_inside(
        self, first: int, wait: int, amount: int
    ) -> None:
        case = received(on(9, 10))
        since = on(9, 10) + timedelta(hours=first)
        waited = waiting(case, since, since + timedelta(hours=wait))
        for limit in (a_limit(), a_limit(within=hours(amount))):
            before, after = clock_of(case, limit).due_at, clock_of(waited, limit).due_at
            assert before is not None
            assert after is not None
            assert after >= before
            assert not since < after < since + timedelta(hours=wait)


class TestLaterDates:
    def test_an_approved_extension_moves_the_date(self) -> None:
        assert clock_of(extended(received(on(9, 10)), on(20))).due_at == on(20)

    def test_an_extension_never_moves_a_date_back(self) -> None:
        assert clock_of(extended(received(on(9, 10)), on(10))).due_at == on(12)

    def test_an_extension_of_one_clock_leaves_the_others(self) -> None:
        other = a_limit(name="report", clock="report")
        clocks = planned(extended(received(on(9, 10)), on(20)), a_limit(), other)
        assert [each.clock.due_at for each in clocks] == [on(20), on(12)]

    def test_a_bounded_extension_counts_from_the_date_of_the_limit_itself(self) -> None:
        limit = a_limit(
            within=Span(amount=15, unit=TimeUnit.CALENDAR_DAY),
            extendable_by=Span(amount=30, unit=TimeUnit.CALENDAR_DAY),
        )
        fresh = clock_of(received(on(1, 10)), limit)
        moved = clock_of(extended(received(on(1, 10)), on(20)), limit)
        assert fresh.extendable_until == moved.extendable_until
        assert fresh.extendable_until is not None
        assert fresh.extendable_until.astimezone(BEIJING).date() >= date(2026, 12, 16)

    def test_a_promised_date_takes_the_place_of_the_limit_where_the_pack_says_so(self) -> None:
        promise = Commitment(until_at=on(20), by="hong", at=on(11))
        case = replace(received(on(9, 10)), commitments=(promise,))
        assert clock_of(case, a_limit(moved_by_commitment=True)).due_at == on(20)
        assert clock_of(case, a_limit()).due_at == on(12)

    def test_a_promise_runs_as_a_clock_of_its_own(self) -> None:
        limit = a_limit(
            name="promise",
            clock="promise",
            within=DateSetBy.COMMITMENT,
            starts=(Milestone.COMMITTED,),
        )
        promise = Commitment(until_at=on(20), by="hong", at=on(11))
        case = replace(received(on(9, 10)), commitments=(promise,))
        clock = clock_of(case.reach(Milestone.COMMITTED, at=on(11)), limit)
        assert (clock.key, clock.due_at) == ("promise", on(20))

    def test_every_promise_runs_to_its_own_date_and_the_next_takes_its_place(self) -> None:
        case = promised(promised(received(on(9, 10)), on(11), by=on(10)), on(13), by=on(11, 9))
        first, second = planned(case, PROMISE)
        assert (first.clock.due_at, first.clock.superseded) == (on(11), True)
        assert (second.clock.key, second.clock.due_at) == ("promise.2", on(13))
        assert second.clock.is_running
        assert not clock_of(case.reach(Milestone.REPLIED, at=on(12)), PROMISE).is_running

    def test_a_promise_before_the_limits_own_date_is_watched_and_one_it_moved_to_is_not_twice(
        self,
    ) -> None:
        moving = a_limit(moved_by_commitment=True)
        before = promised(received(on(9, 10)), on(11), by=on(10))
        assert dates(before, moving, PROMISE) == {"reply": on(12), "promise": on(11)}
        after = promised(received(on(9, 10)), on(17), by=on(10))
        assert dates(after, moving, PROMISE) == {"reply": on(17)}
        assert dates(after, a_limit(), PROMISE) == {"reply": on(12), "promise": on(17)}
        later_still = extended(after, on(20))
        assert dates(later_still, moving, PROMISE) == {"reply": on(20), "promise": on(17)}
        standing_still = waiting(after, since=on(10, 12))
        assert dates(standing_still, moving, PROMISE) == {"reply": None, "promise": on(17)}

    def test_a_senders_date_runs_only_when_the_sender_has_set_one(self) -> None:
        limit = a_limit(within=DateSetBy.SENDER)
        case = received(on(9, 10), channel=Channel.TRANSFERRED, sender="sender")
        assert planned(case, limit) == ()
        assert clock_of(replace(case, sender_due_at=on(20)), limit).due_at == on(20)


class TestStopping:
    def test_a_clock_stops_at_its_milestone(self) -> None:
        clock = clock_of(received(on(9, 10)).reach(Milestone.REPLIED, at=on(11)))
        assert clock.stopped_at == on(11)
        assert not clock.breached
        assert clock.steps == ()

    def test_an_answer_after_the_date_is_a_breach_even_if_nobody_saw_it_pass(self) -> None:
        assert clock_of(received(on(9, 10)).reach(Milestone.REPLIED, at=on(13))).breached

    def test_two_answers_are_owed_only_when_somebody_handed_it_over(self) -> None:
        both = a_limit(stops=(Milestone.REPLIED, Milestone.SENDER_REPLIED))
        alone = received(on(9, 10)).reach(Milestone.REPLIED, at=on(10))
        handed_over = replace(alone, sender="sender")
        assert not clock_of(alone, both).is_running
        assert clock_of(handed_over, both).is_running
        assert not clock_of(handed_over.reach(Milestone.SENDER_REPLIED, at=on(11)), both).is_running

    def test_an_opinion_does_where_any_of_two_will(self) -> None:
        either = a_limit(stops=(Milestone.OPINION_GIVEN, Milestone.REPLIED), stops_at_any=True)
        clock = clock_of(received(on(9, 10)).reach(Milestone.OPINION_GIVEN, at=on(11)), either)
        assert clock.stopped_at == on(11)

    def test_word_on_the_progress_starts_the_next_wait_for_word(self) -> None:
        limit = a_limit(
            clock="progress",
            starts=(Milestone.RECEIVED, Milestone.STATUS_TOLD),
            stops=(Milestone.STATUS_TOLD, Milestone.REPLIED),
            stops_at_any=True,
        )
        told = received(on(9, 10)).reach(Milestone.STATUS_TOLD, at=on(11, 10))
        first, second = (each.clock for each in planned(told, limit))
        assert first.stopped_at == on(11, 10)
        assert (second.key, second.due_at, second.is_running) == ("progress.2", on(16), True)


class TestStartingAgain:
    def test_a_transfer_starts_the_leg_anew_and_the_old_one_no_longer_counts(self) -> None:
        limit = a_limit(starts=(Milestone.DELIVERED,))
        case = received(on(9, 10)).reach(Milestone.DELIVERED, at=on(9, 11))
        first, second = planned(case.reach(Milestone.DELIVERED, at=on(11, 9)), limit)
        assert first.clock.superseded
        assert first.clock.steps == ()
        assert (second.clock.key, second.clock.due_at) == ("reply.2", on(16))

    def test_a_leg_that_ran_out_stays_run_out_after_the_transfer(self) -> None:
        limit = a_limit(starts=(Milestone.DELIVERED,), within=hours(2))
        case = received(on(9, 10)).reach(Milestone.DELIVERED, at=on(9, 10))
        late = carried_out(case, clock_of(case, limit).steps[0])
        first = planned(late.reach(Milestone.DELIVERED, at=on(9, 15)), limit)[0].clock
        assert first.superseded
        assert first.breached

    def test_a_reopened_case_has_a_new_clock(self) -> None:
        case = received(on(9, 10)).reach(Milestone.REPLIED, at=on(10, 10))
        first, second = planned(case.reach(Milestone.REOPENED, at=on(16, 10)))
        assert not first.clock.superseded
        assert (second.clock.key, second.clock.due_at) == ("reply.2", on(19))

    def test_or_goes_on_with_what_was_left_where_the_pack_says_so(self) -> None:
        limit = a_limit(starts=(Milestone.RECEIVED,), resumes=True)
        case = received(on(9, 10)).reach(Milestone.REPLIED, at=on(10, 18))
        clock = clock_of(case.reach(Milestone.REOPENED, at=on(16, 10)), limit)
        assert clock.is_running
        assert clock.due_at == on(17)

    def test_another_category_brings_another_limit_to_the_same_clock(self) -> None:
        pack, _ = read_pack("head-office")
        for category, due_at in (
            (Category.SERVICE_ATTITUDE, on(12)),
            (Category.SERVICE_PRODUCT, on(23)),
        ):
            case = received(on(9, 10), category=category)
            clock = next(e.clock for e in plan(case, pack, CALENDAR) if e.clock.key == "reply")
            assert clock.due_at == due_at


WARNED = a_limit(warnings=(Warn(name="warning-1", rule="default", before=days(1)),))


class TestTheLadder:
    def test_it_warns_runs_out_and_climbs_each_rung_once(self) -> None:
        steps = list(climbed(received(on(9, 10)), with_limits(WARNED)))
        assert [(each.name, each.fires_at) for each in steps] == [
            ("warning-1", on(11)),
            (BREACH, on(12)),
            ("supervisor", on(12)),
            ("hr", on(13, 13)),
        ]

    def test_when_nobody_holds_the_role_the_next_rung_hears_at_once(self) -> None:
        case = received(on(9, 10))
        breach, supervisor, _ = clock_of(case).steps
        case = carried_out(carried_out(case, breach), supervisor, receiver=None)
        assert clock_of(case).steps[0].name == "hr"
        assert clock_of(case).steps[0].fires_at == supervisor.fires_at

    def test_who_acknowledges_has_time_to_act_before_the_next_hears(self) -> None:
        case = received(on(9, 10))
        breach, supervisor, _ = clock_of(case).steps
        case = carried_out(
            carried_out(case, breach), supervisor, acknowledged_by="sun", acknowledged_at=on(12, 18)
        )
        assert clock_of(case).steps[0].fires_at == on(13)

    def test_a_rung_reached_at_closing_leaves_the_next_day_to_answer(self) -> None:
        ladder = (replace(LADDER[0], acknowledge_within=days(1)), LADDER[1])
        pack = with_limits(day_of_receipt_counts=True, ladders={"expiry": ladder})
        steps = list(climbed(received(on(9, 10)), pack))
        assert steps[-1].fires_at == on(12)
        assert steps[-2].fires_at == on(11)

    def test_after_an_outage_the_next_rung_counts_from_when_it_was_heard(self) -> None:
        case = received(on(9, 10))
        breach, supervisor, _ = clock_of(case).steps
        late = on(17, 9)
        case = carried_out(carried_out(case, breach, late), supervisor, late)
        assert clock_of(case).steps[0].fires_at == on(17, 13)

    def test_a_back_dated_receipt_climbs_from_now_and_not_all_at_once(self) -> None:
        case = received(on(1, 10, month=10))
        now = on(9, 10)
        climbing = []
        for _ in range(3):
            step = clock_of(case).steps[0]
            climbing.append(max(step.fires_at, now))
            case = carried_out(case, step, climbing[-1])
        assert climbing == [now, now, on(9, 14)]

    def test_what_was_past_at_import_is_a_breach_and_never_escalated(self) -> None:
        clock = clock_of(received(on(1, 10, month=10), steps_from=on(9, 10)))
        assert clock.breached
        assert clock.steps == ()

    def test_what_was_still_to_come_at_import_comes(self) -> None:
        clock = clock_of(received(on(9, 10), steps_from=on(11, 18)), WARNED)
        assert [each.name for each in clock.steps] == [BREACH, "supervisor", "hr"]

    def test_a_warning_that_would_come_before_the_start_is_not_given(self) -> None:
        limit = replace(WARNED, within=days(1))
        assert clock_of(received(on(9, 18)), limit).steps[0].name == BREACH

    def test_statutory_steps_go_first_of_those_due_at_once(self) -> None:
        internal = a_limit(name="a", clock="a", nature=Nature.INTERNAL)
        clocks = tuple(each.clock for each in planned(received(on(9, 10)), internal, a_limit()))
        step = next_step(clocks)
        assert step is not None
        assert step.clock == "reply"


class TestADateThatMovesAfterItRanOut:
    """A step belongs to a date: the new date is warned of, breached and escalated anew."""

    def overrun(self) -> Case:
        case = received(on(9, 10))
        for _ in range(3):
            case = carried_out(case, clock_of(case, WARNED).steps[0])
        return case

    def test_the_ladder_waits_for_the_new_date_and_starts_again(self) -> None:
        case = extended(self.overrun(), on(20))
        assert [(each.name, each.fires_at) for each in clock_of(case, WARNED).steps] == [
            ("warning-1", on(19)),
            (BREACH, on(20)),
            ("supervisor", on(20)),
            ("hr", on(23, 13)),
        ]

    def test_no_step_is_named_twice(self) -> None:
        case = self.overrun()
        steps = [each.key for each in clock_of(extended(case, on(20)), WARNED).steps]
        assert not set(steps) & {each.key for each in case.fired}
        assert steps[1] == "step/reply/breach/2"

    def test_the_breach_of_the_old_date_stays_a_fact(self) -> None:
        assert clock_of(extended(self.overrun(), on(20)), WARNED).breached

    def test_a_warning_so_long_after_the_start_is_given_once(self) -> None:
        limit = a_limit(warnings=(Warn(name="warning-1", rule="A-35", after=days(2)),))
        case = received(on(9, 10))
        case = carried_out(case, clock_of(case, limit).steps[0])
        assert clock_of(extended(case, on(20)), limit).steps[0].name == BREACH

    @given(st.lists(st.integers(1, 40), max_size=4), st.integers(0, 6))
    def test_however_dates_move_every_step_has_its_own_name_and_the_ladder_ends(
        self, extensions: list[int], steps_between: int
    ) -> None:
        case, seen = received(on(2, 10)), set[str]()
        pack = with_limits(WARNED)
        for days_more in [*extensions, 0]:
            for _ in range(steps_between):
                step = next_step(tuple(e.clock for e in plan(case, pack, CALENDAR)))
                if step is None:
                    break
                assert step.key not in seen
                seen.add(step.key)
                case = carried_out(case, step)
            if days_more:
                due_at = clock_of(case, WARNED).due_at
                assert due_at is not None
                last = max([due_at, *(each.at for each in case.fired)])
                case = extended(case, last + timedelta(days=days_more))
        for step in climbed(case, pack):
            assert step.key not in seen
            seen.add(step.key)


def test_a_calendar_of_another_zone_names_its_own_days() -> None:
    utc = WorkingCalendar(name="utc", version="1", time_zone="UTC", week=CALENDAR.week)
    case = received(datetime(2026, 11, 9, 20, tzinfo=UTC))
    assert plan(case, with_limits(), utc)[0].clock.due_on == date(2026, 11, 12)
    assert plan(case, with_limits(), CALENDAR)[0].clock.due_on == date(2026, 11, 13)
