"""Word of tasks in the rooms of units: of their own cases, and never of what is secret."""

import pytest

from domain.acts import AnyAct, Flag, NamePerson, ReportMedia
from domain.classification import Mark, MediaReach
from domain.events import Event
from store.database import Sessions
from tests.chat_robots import SlackRobot, WeComRobot, listening
from tests.mail_sink import MailSink
from tests.tasks.work import Work

PRESS = "Take over as the one contact for the press"
CRIME = "Investigate what was marked as crime or discipline"
REPORTED = ReportMedia(reach=MediaReach.LOCAL)


def test_the_room_of_a_branch_hears_of_the_tasks_over_its_outlets_cases(
    sessions: Sessions, sink: MailSink
) -> None:
    branch, elsewhere = WeComRobot(), SlackRobot()
    with listening(branch) as one, listening(elsewhere) as other:
        work = Work(sessions, sink, f"bay-branch={one}", f"station-outlet={other}")
        reference = work.received("head-office")
        work.does(reference, REPORTED, "han")
        assert any(PRESS in each for each in work.post(reference)["max"])
        (given,) = branch.heard
        assert PRESS in given
        assert f"/cases/{reference}" in given
        task = next(each for each in work.case(reference).tasks if each.is_open)
        work.let_happen(reference, Event.ESCALATED, task.key)
        mail = [word for words in work.post(reference).values() for word in words]
        rungs = sum("escalated to you" in each for each in mail)
        climbed = [each for each in branch.heard if "escalated to you" in each and PRESS in each]
        assert len(climbed) == rungs > 0
        told = len(branch.heard)
        work.post(reference)
        assert len(branch.heard) == told, "once"
    assert elsewhere.asked == 0, "another outlet's room"


@pytest.mark.parametrize(
    ("secret", "charged", "title"),
    [
        (NamePerson(person="hugo"), "max", PRESS),
        (Flag(mark=Mark.CRIME), "dora", CRIME),
    ],
)
def test_no_room_hears_of_a_task_over_a_case_about_a_colleague_or_in_one_offices_hands(
    sessions: Sessions, sink: MailSink, secret: AnyAct, charged: str, title: str
) -> None:
    branch, bank = WeComRobot(), SlackRobot()
    with listening(branch) as one, listening(bank) as other:
        work = Work(sessions, sink, f"bay-branch={one}", other)
        reference = work.received("head-office")
        work.does(reference, secret, "sun", "note")
        if title == PRESS:
            work.does(reference, REPORTED, "sun")
        assert any(title in each for each in work.post(reference)[charged]), "its person hears"
        task = next(each for each in work.case(reference).tasks if each.is_open)
        work.let_happen(reference, Event.WARNED, task.key)
        assert charged in work.post(reference)
    assert branch.asked == 0
    assert bank.asked == 0
