"""A task from its beginning to its end, by the workflow of its case and the timers that it holds;
read where its people read: in mails, inboxes and under My tasks."""

from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from sqlalchemy import func, update
from temporalio.client import Client

from desk.cases import CaseDesk
from domain.acts import FinishTask, ReportMedia
from domain.classification import MediaReach
from domain.complaint import Language
from domain.errors import Refusal
from engine.connection import TemporalConnection
from store.database import Sessions
from store.tables import PersonRow, StayRow
from tests.mail_sink import MailSink, a_listening_sink
from tests.scenarios.story import Tell, november
from tests.settings import some_settings
from tests.stays import a_stay
from tests.tasks.work import Work
from tests.web.browser import Browser, Visit
from web import create_app

PRESS = "Take over as the one contact for the press"


@pytest.fixture
def sink(tmp_path: Path) -> Iterator[MailSink]:
    with a_listening_sink(tmp_path) as sink:
        yield sink


@pytest.fixture
def visit(sessions: Sessions, tmp_path: Path) -> Iterator[Visit]:
    """The pages of the stories' bank, and people with addresses who have logged in."""
    with sessions.begin() as session:
        address = PersonRow.id + "@bank.example"
        session.execute(update(PersonRow).values(language=Language.EN, email=address))

    async def away() -> Client:
        raise RuntimeError("nobody listens")

    connection = TemporalConnection(away)
    settings = some_settings(REDRESS_VAR_DIR=str(tmp_path))
    app = create_app(settings, sessions=sessions, desk=CaseDesk(sessions, connection))

    def log_in(person: str) -> Browser:
        client = app.test_client()
        with sessions.begin() as records:
            key = a_stay(records, person)
            # What the tables put in by themselves is of our own year, long ago for these stories.
            records.execute(update(StayRow).values(began_at=func.now(), seen_at=func.now()))
        with client.session_transaction() as session:
            session["key"] = key
        return Browser(client)

    yield log_in
    connection.close()


async def test_a_task_is_given_reminded_of_climbs_and_ends_by_its_act(
    tell: Tell, sessions: Sessions, sink: MailSink, visit: Visit
) -> None:
    post = Work(sessions, sink).post
    story = await tell("head-office")
    reference = story.reference
    await story.does(ReportMedia(reach=MediaReach.LOCAL), "han", "note")
    (given,) = post(reference)["max"]
    assert "A task for you" in given
    assert f"{PRESS}. To be done by {story.today.year}-11-10 17:00" in given
    assert reference in visit("max").get("/tasks").text

    await story.until(november(10, 14, 59))
    assert post(reference) == {}
    await story.until(november(10, 15))
    (reminder,) = post(reference)["max"]
    assert PRESS in reminder
    assert "Warning given" in visit("max").get("/inbox").text

    await story.until(november(10, 16, 59))
    assert post(reference) == {}
    await story.until(november(10, 17))
    mail = post(reference)
    assert any(PRESS in each and "escalated to you" in each for each in mail["sun"])
    page = unescape(visit("sun").get("/tasks").text)
    assert PRESS in page
    assert "climbed to" in page

    await story.refuses(Refusal.TASK_NOT_YOURS, FinishTask(task="media-office"), "han", "note")
    await story.does(FinishTask(task="media-office"), "max", "note")
    for person in ("max", "sun"):
        assert reference not in visit(person).get("/tasks").text
    assert "Task done" in visit("max").get(f"/cases/{reference}").text
    await story.refuses(Refusal.TASK_NOT_OPEN, FinishTask(task="media-office"), "max", "note")
    await story.until(november(12, 12))
    assert "hong" not in post(reference), "what is done climbs no further"
    assert story.journal().count("escalated") == 1
    assert (await story.events()).count("TIMER_FIRED") >= 3
