"""How a task ends and how it does not; who stands in, who hears when nobody does, who after it."""

import re
from datetime import timedelta
from html import unescape
from uuid import uuid4

import pytest
from sqlalchemy import update

from domain.acts import (
    Close,
    Dispose,
    FinishTask,
    Flag,
    NamePerson,
    ReportMedia,
    TellLeader,
    Withdraw,
)
from domain.classification import (
    Mark,
    MediaReach,
    Responsibility,
    Role,
    Validity,
    WithdrawalKind,
)
from domain.errors import Refusal
from domain.events import Event
from rulebook.staffing import today_in_the_bank
from store.database import Sessions
from store.tables import PersonRow
from tests.tasks.opening import ASSIGNED, REPLIED
from tests.tasks.work import Work
from tests.web.browser import Visit

PRESS = FinishTask(task="media-office")
TITLE = "Take over as the one contact for the press"


@pytest.fixture
def reported(work: Work) -> str:
    """A case of which the press has asked: max's, at the branch above the outlet."""
    reference = work.received("head-office")
    work.does(reference, ReportMedia(reach=MediaReach.LOCAL), "han")
    return reference


def test_sent_twice_it_is_ended_once(reported: str, work: Work, visit: Visit) -> None:
    typed = {"command_id": str(uuid4()), "task": PRESS.task, "note": "spoken to", "next": "/tasks"}
    url = f"/cases/{reported}/acts/finish_task"
    for _ in range(2):
        assert visit("max").send(url, **typed).status_code == 302
    version = work.case(reported).version
    work.carry_out_what_waits(reported)
    assert work.case(reported).version == version + 1
    assert work.refused(reported, PRESS, "max").code is Refusal.TASK_NOT_OPEN
    assert work.case(reported).version == version + 1


def test_with_an_empty_field_it_is_sent_back_with_what_was_typed(work: Work, visit: Visit) -> None:
    reference = work.received("head-office")
    work.does(reference, ReportMedia(reach=MediaReach.CENTRAL), "han")
    typed = {"task": "media-tier-1", "note": "called at ten", "told": " ", "next": "/tasks"}
    for lacks, kept in (("told", "called at ten"), ("note", "the head office")):
        sent = {**typed, "command_id": str(uuid4())}
        if lacks == "note":
            sent |= {"note": "", "told": "the head office"}
        answer = visit("mona").send(f"/cases/{reference}/acts/finish_task", **sent)
        assert answer.status_code == 422
        assert "Please fill this in." in answer.text
        assert kept in answer.text
    work.carry_out_what_waits(reference)
    assert any(each.is_open for each in work.case(reference).tasks if each.name == "media-tier-1")


def test_who_is_not_charged_is_told_whose_it_is_and_keeps_what_was_typed(
    reported: str, work: Work, visit: Visit
) -> None:
    typed = {"command_id": str(uuid4()), "task": PRESS.task, "note": "let me", "next": "/tasks"}
    answer = visit("han").send(f"/cases/{reported}/acts/finish_task", **typed)
    assert answer.status_code == 409
    assert "This task waits for max and their office" in unescape(answer.text)
    assert "let me" in answer.text
    work.carry_out_what_waits(reported)
    assert any(each.is_open for each in work.case(reported).tasks if each.name == PRESS.task)


def test_from_a_page_that_was_opened_before_the_case_moved_on_it_ends_all_the_same(
    reported: str, work: Work, visit: Visit
) -> None:
    page = visit("max")
    seen = str(work.case(reported).version)
    work.does(reported, *ASSIGNED[0][:2])
    typed = {"command_id": str(uuid4()), "task": PRESS.task, "note": "x", "seen_version": seen}
    page.send(f"/cases/{reported}/acts/finish_task", **typed)
    work.carry_out_what_waits(reported)
    assert not any(each.is_open for each in work.case(reported).tasks if each.name == PRESS.task)


def test_once_an_office_has_the_case_to_itself_the_task_is_that_offices(
    reported: str, work: Work, visit: Visit
) -> None:
    work.does(reported, Flag(mark=Mark.CRIME), "sun", "note")
    typed = {"command_id": str(uuid4()), "task": PRESS.task, "note": "too late"}
    answer = visit("max").send(f"/cases/{reported}/acts/finish_task", **typed)
    assert answer.status_code == 404, "as of a case that is not there"
    assert reported not in visit("max").get("/tasks").text
    assert TITLE in visit("dora").get("/tasks").text
    work.does(reported, PRESS, "dora")


def test_who_is_named_later_is_charged_with_nothing_more(
    reported: str, work: Work, visit: Visit
) -> None:
    work.does(reported, NamePerson(person="max"), "sun")
    assert reported not in visit("max").get("/tasks").text
    assert reported in visit("mona").get("/tasks").text, "the next one up"


def test_a_deputy_sees_and_ends_what_waits_for_an_absent_one(
    reported: str, work: Work, visit: Visit, sessions: Sessions
) -> None:
    away = {"absent_from": today_in_the_bank() - timedelta(days=1), "deputy": "leo"}
    with sessions.begin() as session:
        session.execute(update(PersonRow).where(PersonRow.id == "max").values(**away))
    try:
        assert reported in visit("leo").get("/tasks").text
        work.does(reported, PRESS, "leo")
    finally:
        back = {"absent_from": None, "deputy": None}
        with sessions.begin() as session:
            session.execute(update(PersonRow).where(PersonRow.id == "max").values(**back))
    ended = next(each for each in work.case(reported).tasks if each.name == PRESS.task)
    assert ended.done_by == "leo"


def test_an_overdue_task_is_told_to_whoever_is_above_and_they_may_do_it(
    reported: str, work: Work, visit: Visit
) -> None:
    task = next(each for each in work.case(reported).tasks if each.name == PRESS.task)
    work.let_happen(reported, Event.ESCALATED, task.key)
    post = work.post(reported)
    assert any(TITLE in each and "escalated to you" in each for each in post["sun"])
    page = visit("sun").get("/tasks").text
    assert "climbed to" in page
    assert reported in page
    assert TITLE in visit("sun").get("/supervision").text
    work.does(reported, PRESS, "sun")


def test_of_an_office_that_nobody_holds_human_resources_hear(work: Work, visit: Visit) -> None:
    reference = work.received("go-live")
    work.does(reference, Flag(mark=Mark.CROWD_OR_VIOLENCE), "han")
    assert "A task whose office nobody holds" in visit("hong").get("/inbox").text
    assert any("nobody holds an office" in each for each in work.post(reference)["hong"])
    assert "Nobody holds the office" in visit("hong").get("/tasks").text
    assert reference in visit("sun").get("/tasks").text, "it has gone up"


def test_after_the_closing_an_open_task_is_still_somebodys(work: Work, visit: Visit) -> None:
    reference = work.received("head-office")
    for act, by, words in (*ASSIGNED, (TellLeader(), "han", ()), *REPLIED[1:]):
        work.does(reference, act, by, *words)
    work.does(
        reference, Dispose(validity=Validity.VALID, responsibility=Responsibility.BANK), "han"
    )
    work.does(reference, Close(), "han")
    mei = visit("mei")
    assert reference in mei.get("/tasks").text
    assert "Hear of the dispute" in unescape(mei.get(f"/cases/{reference}").text)
    work.does(reference, FinishTask(task="leader-of-the-dispute"), "mei")
    assert reference not in mei.get("/tasks").text


def test_what_waits_for_a_task_is_said_with_its_title(work: Work, visit: Visit) -> None:
    reference = work.received("head-office")
    work.does(reference, Withdraw(withdrawal=WithdrawalKind.COERCED), "ines")
    for act, by, words in REPLIED:
        work.does(reference, act, by, *words)
    work.does(
        reference, Dispose(validity=Validity.VALID, responsibility=Responsibility.BANK), "han"
    )
    assert work.refused(reference, Close(), "han").code is Refusal.TASK_FIRST
    page = unescape(visit("han").get(f"/cases/{reference}").text)
    assert "First comes the task “Deal severely with whoever pressed" in page
    assert Role.LEADER in {each.role for each in work.case(reference).tasks}


def test_the_number_in_the_menu_is_that_of_the_list(work: Work, visit: Visit) -> None:
    """A rung that wants to be heard waits on the page of supervision, and is counted there."""
    reference = work.received("head-office")
    work.let_happen(reference, Event.ESCALATED, "reply")
    page = visit("sun").get("/tasks").text
    listed = re.search(r"Waiting for you\s*<span[^>]*>(\d+)", page)
    counted = re.search(r'href="/tasks"[^>]*>My tasks\s*<span[^>]*>(\d+)', page)
    assert listed is not None
    assert counted is not None
    checks = page.count(">It was done: confirm") + page.count(">Confirm late")
    owed = page.partition('id="reports"')[2].partition("</section>")[0]
    reports = owed.count("<li") - owed.count("its days are not over yet")
    assert int(counted[1]) == int(listed[1]) + checks + reports > checks + reports
