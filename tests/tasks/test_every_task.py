"""Every task of every pack, as whoever is charged with it meets it: told, seen, ended, overdue."""

from html import unescape
from uuid import uuid4

import pytest

from domain.acts import ACT_KINDS, FinishTask
from domain.classification import Level, Role
from domain.errors import Refusal
from domain.policy import OfficeTask
from domain.tasks.charge import Charge, charge_of
from tests.bank import WHOLE
from tests.tasks.opening import AT, opened
from tests.tasks.pages import is_listed
from tests.tasks.parts import each
from tests.tasks.work import Work
from tests.web.browser import Visit, hidden

ELSEWHERE = {
    "receive_hand_over": 'href="/hr-hand-over"',
    "submit_case_report": "?act=draft_case_report#act-draft_case_report",
}
"""What ends a task on a page of its own, since it is about many cases at once or has to be begun
before."""


def outsider(charge: Charge, unit: str) -> str:
    """Somebody who reads the case and has nothing to do with the task."""
    is_the_supervisors = charge.role is Role.SUPERVISOR or charge.person == "sun"
    if is_the_supervisors:
        return "lin"
    return "tess" if unit == AT[Level.TIER_1] else "sun"


@pytest.mark.parametrize(("pack", "duty"), [*each(lambda pack: pack.conduct.duties)])
def test_whoever_is_charged_hears_of_it_sees_it_and_ends_it(
    pack: str, duty: OfficeTask, work: Work, visit: Visit
) -> None:
    reference = opened(work, pack, duty)
    case = work.case(reference)
    task = next(each for each in reversed(case.tasks) if each.name == duty.name)
    charge = charge_of(task, case, WHOLE.directory)
    assert charge.person is not None
    title = duty.title["en"]

    mail = work.post(reference)
    assert any(title in each and reference in each for each in mail[charge.person]), "no mail"
    browser = visit(charge.person)
    assert title in unescape(browser.get("/inbox").text)
    if duty.is_to_know:
        assert not is_listed(title, reference, browser.get("/tasks").text), "nothing is asked"
        assert "told for information" in browser.get(f"/cases/{reference}").text
        return
    mine = browser.get("/tasks").text
    assert is_listed(title, reference, mine)
    assert title in unescape(browser.get(f"/cases/{reference}").text)

    if duty.until:
        acts = [kind for kind, act in ACT_KINDS.items() if act.event in duty.until]
        ways = {f"/cases/{reference}?act={kind}#act-{kind}" for kind in acts}
        ways |= {ELSEWHERE[kind] for kind in acts if kind in ELSEWHERE}
        assert any(way in mine for way in ways)
        tick = FinishTask(task=duty.name)
        assert work.refused(reference, tick, charge.person).code is Refusal.TASK_ENDS_OTHERWISE
        return

    typed = {
        "command_id": hidden(mine, "command_id"),
        "task": duty.name,
        "next": "/tasks",
        "note": "seen to",
    }
    wrong = visit(outsider(charge, case.unit))
    answer = wrong.send(f"/cases/{reference}/acts/finish_task", **typed)
    if case.restricted_to:
        assert answer.status_code in {
            302,
            404,
            409,
        }  # the office ends it, others learn nothing of it
    else:
        assert "only they can say that it is done" in answer.text
    sent = {**typed, **dict.fromkeys(duty.asks, "seen to"), "command_id": str(uuid4())}
    if duty.asks:
        lacking = browser.send(f"/cases/{reference}/acts/finish_task", **typed)
        assert lacking.status_code == 422
        assert "seen to" in lacking.text, "what was typed is kept"
    browser.send(f"/cases/{reference}/acts/finish_task", **sent)
    work.carry_out_what_waits(reference)
    assert not is_listed(title, reference, browser.get("/tasks").text)
    ended = next(each for each in work.case(reference).tasks if each.key == task.key)
    assert ended.done_by is not None
