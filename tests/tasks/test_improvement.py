"""An improvement from its proposal to what is left over, as those meet it who make it better."""

import re
from datetime import timedelta
from html import unescape
from uuid import uuid4

import pytest

from domain.acts import (
    CarryOutImprovement,
    CheckImprovement,
    ConcludeImprovement,
    Dispose,
    Flag,
    PlanImprovement,
    ProposeImprovement,
)
from domain.classification import Mark, Responsibility, Validity
from domain.errors import Refusal, Refused
from domain.events import Event
from domain.improvement import CheckResult
from rulebook.staffing import today_in_the_bank
from tests.tasks.opening import ASSIGNED, REPLIED
from tests.tasks.work import ANYTHING, Work
from tests.web.browser import Browser, Visit, hidden
from web.casework.improvements import _quarter_of

PROBLEM = "the queue has no numbers at noon"
LEFT = "two outlets still have no numbers"


@pytest.fixture
def case(work: Work) -> str:
    reference = work.received("head-office")
    work.does(reference, *ASSIGNED[0][:2])
    return reference


def send(browser: Browser, reference: str, act: str, **typed: str) -> int:
    """Fill in the form of an act on the page of its improvement."""
    form = {"command_id": str(uuid4()), **typed}
    return browser.send(f"/cases/{reference}/acts/{act}", **form).status_code


def test_it_goes_through_its_four_steps_and_what_is_left_over_goes_on(
    case: str, work: Work, visit: Visit
) -> None:
    sun, han = visit("sun"), visit("han")
    other = work.received("head-office")
    sun.get(f"/cases/{case}")
    assert send(sun, case, "propose_improvement", problem=PROBLEM, also=other.lower()) == 302
    work.carry_out_what_waits(case)
    assert any("Plan an improvement" in each for each in work.post(case)["sun"])
    url = f"/improvements/{case}/1"
    assert PROBLEM in sun.get("/improvements").text
    page = sun.get(url).text
    assert other in page
    assert url in sun.get(f"/cases/{other}").text, "each of its cases leads to it"
    assert f'name="next" value="{url}"' in page

    until_at = f"{today_in_the_bank() + timedelta(days=20)}T17:00"
    plan = {"person": "han", "until_at": until_at, "plan": "numbers", "next": url}
    assert send(sun, case, "plan_improvement", **plan) == 422, "the causes are wanted"
    assert send(sun, case, "plan_improvement", **plan, analysis="no printer") == 302
    work.carry_out_what_waits(case)
    assert any("Carry out an improvement" in each for each in work.post(case)["han"])
    assert case in han.get("/tasks").text
    mine = han.get(url).text
    assert "no printer" in mine
    assert "act-carry_out_improvement" in mine
    assert "act-check_improvement" not in mine

    assert send(han, case, "carry_out_improvement", measures="printers bought") == 302
    work.carry_out_what_waits(case)
    assert case not in han.get("/tasks").text
    assert "printers bought" in sun.get(url).text
    assert send(sun, case, "check_improvement", result="partly", findings="shorter") == 302
    work.carry_out_what_waits(case)
    end = {"consolidated": "numbers everywhere", "leftovers": LEFT}
    assert send(sun, case, "conclude_improvement", **end) == 302
    work.carry_out_what_waits(case)
    listed = sun.get("/improvements").text
    assert PROBLEM not in listed.split("Concluded")[0]
    after = _quarter_of(today_in_the_bank())[1] + timedelta(days=1)
    carried = sun.get(f"/improvements?day={after}").text
    assert f"/improvements/{case}/2" in carried
    assert "Carried on" in carried
    assert LEFT in carried
    assert f"/improvements/{case}/2" not in listed
    assert "Left over from an earlier one" in sun.get(f"/improvements/{case}/2").text
    assert case in sun.get("/tasks").text, "somebody must plan it"


def test_at_settling_it_is_proposed_with_one_word_more(case: str, work: Work, visit: Visit) -> None:
    for act, by, words in REPLIED[1:]:
        work.does(case, act, by, *words)
    settled = Dispose(validity=Validity.VALID, responsibility=Responsibility.BANK)
    work.does(case, settled, "han", "problem")
    assert ANYTHING in visit("sun").get(f"/improvements/{case}/1").text
    assert any("Plan an improvement" in each for each in work.post(case)["sun"])


def test_nobody_else_takes_a_step_and_none_is_taken_twice(
    case: str, work: Work, visit: Visit
) -> None:
    due = work.case(case).received_at + timedelta(days=30)
    assert work.refused(case, ProposeImprovement(), "han").code is Refusal.NOT_YOUR_ROLE
    unknown = ProposeImprovement(also=("C-1999-000001",))
    assert work.refused(case, unknown, "sun").code is Refusal.UNKNOWN_REFERENCE
    work.does(case, ProposeImprovement(), "sun")
    work.does(case, PlanImprovement(person="mei", until_at=due), "sun")
    assert work.refused(case, CarryOutImprovement(), "han").code is Refusal.TASK_NOT_YOURS
    stale = visit("mei").get(f"/improvements/{case}/1").text
    typed = {"command_id": hidden(stale, "command_id"), "measures": "told everybody"}
    for _ in range(2):
        assert visit("mei").send(f"/cases/{case}/acts/carry_out_improvement", **typed)
    version = work.case(case).version
    work.carry_out_what_waits(case)
    assert work.case(case).version == version + 1
    again = {**typed, "command_id": str(uuid4())}
    work.does(case, CheckImprovement(result=CheckResult.FAILED), "sun")
    late = visit("mei").send(f"/cases/{case}/acts/carry_out_improvement", **again)
    assert late.status_code == 404, "nothing of it waits for her any more"
    visit("sun").send(f"/cases/{case}/acts/carry_out_improvement", **again)
    with pytest.raises(Refused) as met:
        work.carry_out_what_waits(case)
    assert met.value.code is Refusal.IMPROVEMENT_ELSEWHERE
    assert work.refused(case, ConcludeImprovement(), "sun").code is Refusal.LEFTOVERS_MISSING
    assert work.refused(case, ProposeImprovement(), "sun").code is Refusal.IMPROVEMENT_OPEN


def test_a_plan_that_is_not_kept_climbs(case: str, work: Work, visit: Visit) -> None:
    due = work.case(case).received_at + timedelta(days=30)
    work.does(case, ProposeImprovement(), "sun")
    work.does(case, PlanImprovement(person="han", until_at=due), "sun")
    task = next(each for each in work.case(case).tasks if each.name == "improvement-do")
    work.let_happen(case, Event.ESCALATED, task.key)
    assert any("Carry out an improvement" in each for each in work.post(case)["sun"])
    assert "climbed to" in visit("sun").get(f"/improvements/{case}/1").text
    work.does(case, CarryOutImprovement(), "sun")


def test_once_an_office_has_the_case_to_itself_its_improvement_is_that_offices(
    case: str, work: Work, visit: Visit
) -> None:
    work.does(case, ProposeImprovement(), "sun", "problem")
    work.does(case, Flag(mark=Mark.CRIME), "sun", "note")
    assert visit("sun").get(f"/improvements/{case}/1").status_code == 404
    assert case not in visit("sun").get("/improvements").text
    dora = visit("dora")
    assert "act-plan_improvement" in dora.get(f"/improvements/{case}/1").text
    assert case in dora.get("/tasks").text


def test_who_sees_nothing_yet_is_told_how_it_begins(visit: Visit) -> None:
    page = unescape(visit("max").get("/improvements?day=2031-01-01").text)
    assert re.search("Nothing is under way|to be planned", page)
    assert visit("max").get("/improvements?day=yesterday").status_code == 200
    assert visit("sun").get("/improvements/C-1999-000001/1").status_code == 404
