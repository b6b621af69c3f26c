"""Scenarios of the packs that carry fewer rules, of the regulator's order, and of reports."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta

import pytest

from domain.acts import (
    Assign,
    Close,
    Commit,
    Dispose,
    ExplainOverrun,
    Extend,
    Flag,
    FollowUp,
    MakePlan,
    Promise,
    Reply,
    Start,
    TellStatus,
    TreatAsDemand,
)  # fmt: skip
from domain.case import Disposition, Status
from domain.classification import (
    Category,
    Cause,
    Counting,
    DemandKind,
    Level,
    Mark,
    Responsibility,
    Satisfaction,
    Validity,
)  # fmt: skip
from domain.directory import BankUnit
from domain.errors import Refusal
from domain.policy import Pack
from domain.reporting import (
    Cadence,
    Weighs,
    appraisal_items,
    classified,
    reporting_period_of,
    sends,
)
from domain.statistics import counting_of
from rulebook.packs import read_pack
from tests.bank import WHOLE
from tests.builders import a_case, some_conduct
from tests.scenarios.story import Story, Tell, november

TO_HAN = Assign(handler="han", handler_unit="harbour-outlet", handler_level=Level.OUTLET)
SETTLED = Dispose(
    validity=Validity.VALID,
    responsibility=Responsibility.BANK,
    causes=(Cause.LONG_WAIT_SIMPLE,),
)
ENDED = Disposition(validity=Validity.VALID, responsibility=Responsibility.BANK)

BRANCHES = {
    f"branch-{number}": BankUnit(
        id=f"branch-{number}", level=Level.TIER_1, parent="head-office", is_key=number < 10
    )
    for number in range(11)
}


def owed_on(day: date, pack: Pack, units: Mapping[str, BankUnit]) -> dict[str, dict[str, date]]:
    """The last day of the period that each report is about on this day, by report and unit."""
    return {
        each.name: {
            unit.id: reporting_period_of(Cadence(each.cadence), day)[1]
            for unit in units.values()
            if sends(each, unit, units)
        }
        for each in pack.periodicals
    }


def test_24_at_the_end_of_a_half_month_key_branches_owe_the_register_and_others_do_not() -> None:
    pack = read_pack("head-office")[0]
    register = owed_on(date(2026, 11, 15), pack, BRANCHES)["register-key-branches"]
    assert register == {f"branch-{number}": date(2026, 11, 15) for number in range(10)}
    assert {e.rule for e in pack.periodicals if e.name == "register-key-branches"} == {"A-56"}


def test_25_at_the_end_of_a_quarter_the_others_owe_the_register_too() -> None:
    pack = read_pack("head-office")[0]
    register = owed_on(date(2026, 10, 1), pack, BRANCHES)["register-other-branches"]
    assert register == {"branch-10": date(2026, 12, 31)}


def test_63_during_go_live_each_unit_owes_a_classified_report_a_day_zero_allowed() -> None:
    pack = read_pack("go-live")[0]
    owed = owed_on(date(2026, 11, 9), pack, WHOLE.units)
    assert owed["daily-report"] == dict.fromkeys(WHOLE.units, date(2026, 11, 9))
    assert {each.to for each in pack.periodicals if each.name == "daily-report"} == {"union"}
    nothing = classified([], lambda _: pack.conduct)
    assert (nothing.received, nothing.counted) == (0, 0)


def test_67_at_the_end_of_a_quarter_the_analysis_for_the_bureau_is_made_of_counted_cases() -> None:
    pack = read_pack("association")[0]
    assert owed_on(date(2026, 12, 31), pack, WHOLE.units)["quarterly-analysis"]
    assert {e.to for e in pack.periodicals if e.name == "quarterly-analysis"} == {"regulator"}
    wish = a_case(disposition=replace(ENDED, validity=Validity.DEMAND))
    found = classified([a_case(), wish], lambda _: pack.conduct)
    assert (found.received, found.counted) == (2, 1)


async def test_68_under_the_association_a_case_is_never_left_without_word(tell: Tell) -> None:
    story = await tell("association")
    await story.does(TO_HAN, "sun")
    await story.until(november(16, 17))
    assert story.breaches()["progress"] == november(16, 17)
    await story.does(TellStatus(), "han", "letter")
    assert story.due_at("progress.2") == november(23, 17)


async def test_69_a_request_for_information_is_a_consultation_and_no_valid_complaint(
    tell: Tell,
) -> None:
    asked = TreatAsDemand(demand_kind=DemandKind.CONSULTATION)
    story = await tell("tiered")
    await story.does(asked, "ines", "letter")
    assert story.case.disposition is not None
    assert story.case.disposition.validity is Validity.DEMAND
    assert counting_of(story.case, story.pack.conduct) is Counting.CONSULTATION
    elsewhere = await tell("head-office")
    await elsewhere.refuses(Refusal.NOT_A_DEMAND, asked, "ines", "letter")


@pytest.mark.parametrize(("by", "yuan", "with_"), [("han", 1_000, None), ("tess", 50_000, "hong")])
async def test_70_a_promise_beyond_ones_authority_is_refused_and_the_refusal_is_kept(
    tell: Tell, by: str, yuan: int, with_: str | None
) -> None:
    story = await tell("claims")
    await story.does(TO_HAN, "sun")
    too_much = Promise(amount_fen=(yuan + 1) * 100)
    await story.refuses(Refusal.BEYOND_AUTHORITY, too_much, by, "note")
    promise = Promise(amount_fen=yuan * 100)
    if with_ is None:
        await story.does(promise, by, "note")
    else:  # More than the pack lets one person promise (S-04).
        await story.agree(promise, by, with_, "note")


async def test_71_a_case_of_client_management_gets_a_date_of_its_own_and_regular_word(
    tell: Tell,
) -> None:
    story = await tell("client-management")
    assert {each.key for each in story.clocks} == {"reply", "progress"}
    await story.does(TO_HAN, "sun")
    await story.does(Commit(until_at=november(13, 12)), "han", "reason")
    await story.until(november(16, 17))
    breaches = story.breaches()
    assert breaches["promise"] == november(13, 12)
    assert breaches["progress"] == november(16, 17)


async def test_the_work_is_planned_before_it_begins_and_the_plan_has_its_clock(
    tell: Tell,
) -> None:
    story = await tell("client-management")
    await story.does(TO_HAN, "sun")
    met = await story.refuses(Refusal.GATE_CLOSED, Start(), "han")
    assert met.facts == {"needs": "planned", "rule": "H-02"}
    await story.refuses(
        Refusal.DATE_HAS_PASSED, MakePlan(person="hugo", until_at=november(8)), "han", "plan"
    )
    await story.does(MakePlan(person="hugo", until_at=november(11, 12)), "han", "plan")
    assert ("hugo", "planned") in story.heard
    await story.does(Start(), "han")
    assert story.due_at("plan") == november(11, 12)
    await story.until(november(11, 12))
    assert story.breaches() == {"plan": november(11, 12)}


async def closed(story: Story) -> Story:
    await story.does(TO_HAN, "sun")
    await story.does(Reply(), "han", "letter")
    await story.does(SETTLED, "han", "measures")
    await story.does(Close(), "han")
    return story


async def test_72_a_closed_case_opens_a_follow_up_by_itself(tell: Tell) -> None:
    story = await closed(await tell("client-management"))
    assert story.offices() == {"follow-up": "han"}
    await story.does(FollowUp(satisfaction=Satisfaction.SATISFIED), "han")
    assert story.offices() == {}


async def test_73_a_systemic_problem_is_reported_up_and_put_right(tell: Tell) -> None:
    story = await tell("client-management")
    await story.does(Flag(mark=Mark.SYSTEMIC), "han")
    assert story.offices() == {"report-systemic": "line", "improve-systemic": "sun"}


def test_75_a_justified_complaint_about_a_person_is_an_item_of_the_appraisal() -> None:
    justified = a_case(person_complained_about="han", status=Status.DISPOSED, disposition=ENDED)
    not_his = a_case(
        person_complained_about="han",
        status=Status.DISPOSED,
        disposition=replace(ENDED, responsibility=Responsibility.NOT_BANK),
    )
    (item,) = appraisal_items(
        [justified, not_his, a_case(status=Status.DISPOSED, disposition=ENDED)]
    )
    assert (item.person, item.points_at_most, item.weighs) == ("han", 20, Weighs.AGAINST)


def test_76_causes_three_to_six_are_causes_of_the_process_and_no_errors_of_staff() -> None:
    causes = (Cause.BUSINESS_ERROR, Cause.LONG_WAIT_SIMPLE)
    report = classified(
        [a_case(status=Status.DISPOSED, disposition=replace(ENDED, causes=causes))],
        lambda _: some_conduct(),
    )
    assert report.staff_errors == 1
    assert report.process_causes == {Cause.LONG_WAIT_SIMPLE: 1}


async def test_two_regimes_run_on_one_case_and_neither_hides_the_other(tell: Tell) -> None:
    story = await tell("head-office-regulated")
    assert story.due_at("reply") == november(12, 17)
    assert story.due_at("cn-2020-3:reply") == november(25, 0)
    await story.until(november(13))
    assert story.breaches() == {"reply": november(12, 17)}
    await story.until(november(25, 0))
    assert story.breaches()["cn-2020-3:reply"] == november(25, 0)


async def test_a_complex_complaint_has_thirty_calendar_days_and_thirty_more_with_approval(
    tell: Tell,
) -> None:
    story = await tell("head-office-regulated", category=Category.SERVICE_PRODUCT)
    await story.does(TO_HAN, "sun")
    due_at = story.due_at("cn-2020-3:reply")
    assert due_at == november(10, 0) + timedelta(days=30)
    explained = ExplainOverrun(overrun="cn-2020-3:reply")
    await story.does(explained, "han", "reason", "letter")
    ask = Extend(clock="cn-2020-3:reply", until_at=due_at + timedelta(days=31))
    await story.refuses(Refusal.EXTENSION_TOO_FAR, ask, "han", "reason")
    in_time = replace(ask, until_at=due_at + timedelta(days=30))
    await story.agree(in_time, "han", "sun", "reason")
    await story.until(due_at + timedelta(days=29))
    assert "cn-2020-3:reply" not in story.breaches()
    await story.until(due_at + timedelta(days=30))
    assert story.breaches()["cn-2020-3:reply"] == due_at + timedelta(days=30)
