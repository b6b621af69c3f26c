"""An incident in somebody's hands: given, told by inbox and mail, handed on, taken back, over when
its cases go on again."""

import asyncio
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from uuid import uuid4

import pytest
from sqlalchemy import select, update
from temporalio.client import Client

from domain.complaint import Language
from engine.repair import is_held_up, retry
from relay.incidents import IncidentWatch
from store.database import Sessions
from store.evidence.audit import Action
from store.tables import AuditRow, NoticeRow, PersonRow
from tests.activities.letters import notices_through
from tests.mail_sink import MailSink, a_mail_sink
from tests.waiting import eventually
from tests.web.browser import Taker, Visit, hidden
from tests.web.control.stuck import a_worker, move
from tests.web.engine import app_with_engine
from tests.web.seen import Page
from tests.workflows.broken import FourthlyBrokenCaseWorkflow

URL = "/admin/failed"

Mailed = Callable[[], list[tuple[str, str, str]]]

CAUSE = "Stuck on a mistake in the program"


app = app_with_engine


@pytest.fixture
def another_administrator(sessions: Sessions) -> str:
    """Whom ada can hand an incident to."""
    with sessions.begin() as session:
        if session.get(PersonRow, "arno") is None:
            session.add(
                PersonRow(
                    id="arno", login="arno", name="Arno", unit="head-office",
                    roles=["administrator"], language=Language.EN, email="arno@bank.example",
                )
            )  # fmt: skip
        session.execute(
            update(PersonRow).where(PersonRow.id == "ada").values(email="ada@bank.example")
        )
    return "arno"


@pytest.fixture
def mailed(sessions: Sessions, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mailed]:
    """Sends what waits about incidents and gives the new mails: receiver, subject, text."""
    sink: MailSink = a_mail_sink(tmp_path_factory.mktemp("mail"))

    def send() -> list[tuple[str, str, str]]:
        before = len(sink.taken)
        with sessions() as session:
            waiting = session.scalars(
                select(NoticeRow.id)
                .where(NoticeRow.incident.is_not(None), NoticeRow.delivery == "pending")
                .order_by(NoticeRow.id)
            ).all()
        for each in waiting:
            notices_through(sessions, sink.url, patience=30).send(each)
        return [
            (str(mail["To"]), str(mail["Subject"]), mail.as_string())
            for mail in sink.taken[before:]
        ]

    sink.start()
    yield send
    sink.stop()


def key_of(page: str) -> str:
    """The incident of these tests, as its form names it."""
    parts = re.split(r'<section aria-labelledby="incident-', page)
    (key,) = {part[:16] for part in parts[1:] if "FloatingPointError" in part}
    return key


def part_of(page: str, key: str) -> str:
    """What the page says of one incident."""
    return page.partition(f'<section aria-labelledby="incident-{key}"')[2].partition("</table>")[0]


async def test_an_incident_is_handed_on_and_is_over_when_its_cases_go_on(
    engine: Client,
    sessions: Sessions,
    a_received_case: Taker,
    visit: Visit,
    another_administrator: str,
    mailed: Mailed,
) -> None:
    queue = f"stuck-{uuid4()}"
    cases = [a_received_case(received_at=datetime.now(UTC)) for _ in range(2)]
    for each in cases:
        await move(engine, each, queue)
    watch = IncidentWatch(sessions, engine, quiet_for=timedelta(seconds=1))

    async with a_worker(engine, sessions, queue, FourthlyBrokenCaseWorkflow):
        for each in cases:
            await eventually(f"{each} is stuck", partial(is_held_up, engine, each))
        key = await asyncio.to_thread(handed_to_arno, visit)
        await asyncio.to_thread(arno_hears_of_it, visit, mailed, key)
        await asyncio.to_thread(handed_on_and_taken_back, visit, mailed, key)
        assert await watch.look() == 0, "its cases are still held up"

    async with a_worker(engine, sessions, queue):
        for each in cases:
            await retry(engine, each, queue)
        for each in cases:
            await eventually(f"{each} goes on", partial(goes_on, engine, each))

        async def is_over() -> bool:
            return await watch.look() == 1

        await eventually("the incident is over", is_over)
    assert await watch.look() == 0, "it is over once"
    await asyncio.to_thread(both_hear_that_it_is_over, visit, mailed)
    with sessions() as session:
        noted = session.scalars(
            select(AuditRow.action).where(AuditRow.subject == key).order_by(AuditRow.id)
        ).all()
    assert noted == [
        Action.INCIDENT_ASSIGNED,
        Action.INCIDENT_TAKEN_BACK,
        Action.INCIDENT_ASSIGNED,
        Action.INCIDENT_TAKEN_BACK,
        Action.INCIDENT_ASSIGNED,
        Action.INCIDENT_OVER,
    ]


async def goes_on(engine: Client, reference: str) -> bool:
    return not await is_held_up(engine, reference)


def handed_to_arno(visit: Visit) -> str:
    """Ada hands it to him; pressed twice, he has it once. Gives its key."""
    ada = visit("ada")
    page = ada.get(URL).text
    key = key_of(page)
    assert "Nobody has it in hand." in part_of(page, key)
    url = f"{URL}/incidents/{key}/assign"
    for wrong in ({}, {"person": "han"}):
        again = ada.send(url, **wrong)
        assert again.status_code == 422, "han mends nothing, and nobody is nobody"
        assert 'aria-invalid="true"' in part_of(again.text, key)
        assert "<title>Error: Failed cases" in again.text
        assert f'<a href="#hand-{key}-person">Who is to see to it' in again.text
    for _ in range(2):
        sent = ada.send(url, person="arno")
        assert sent.status_code == 302
    shown = ada.get(URL).text
    assert "In the hands of Arno" in part_of(shown, key)
    assert visit("han").send(url, person="arno").status_code == 403
    return key


def arno_hears_of_it(visit: Visit, mailed: Mailed, key: str) -> None:
    """Once in his inbox and once by mail, with the way to it and no case in either."""
    inbox = visit("arno").get("/inbox")
    assert inbox.text.count("<strong>An incident is yours to see to</strong>") == 1
    assert Page(inbox).link(CAUSE) == f"{URL}#incident-{key}"
    assert "An incident is yours" not in visit("ada").get("/inbox").text
    ((to, subject, body),) = mailed()
    assert (to, subject) == (
        "arno@bank.example",
        "Failed cases are yours to see to: stuck on a mistake in the program",
    )
    assert f"/admin/failed#incident-{key}" in body
    assert "C-20" not in body


def handed_on_and_taken_back(visit: Visit, mailed: Mailed, key: str) -> None:
    """Arno hands it on to ada; an old page is told so; it is taken back and given anew."""
    arno, url = visit("arno"), f"{URL}/incidents/{key}/assign"
    seen = hidden(part_of(arno.get(URL).text, key), "seen")
    arno.send(url, person="ada", seen=seen)
    assert "In the hands of ada" in part_of(visit("ada").get(URL).text, key)
    assert "An incident is not yours any more" not in visit("arno").get("/inbox").text, (
        "he did it himself"
    )
    old = arno.send(url, person="arno", seen=seen)
    assert "Somebody has handed this incident on" in arno.get(old.location).text
    take_back = re.findall(r'action="(\S+/take-back)"', part_of(arno.get(URL).text, key))[0]
    assert "nobody's again" in Page(arno.get(arno.send(take_back).location)).words
    again = arno.send(take_back)
    assert "Nobody had it in hand any more." in arno.get(again.location).text
    assert "An incident is not yours any more" in visit("ada").get("/inbox").text
    assert "Nobody has it in hand." in part_of(arno.get(URL).text, key)
    visit("ada").send(url, person="arno")
    subjects = sorted(
        (to.split("@")[0], subject.split(":")[0].strip()) for to, subject, _ in mailed()
    )
    assert subjects == [
        ("ada", "Failed cases are not yours any more"),
        ("ada", "Failed cases are yours to see to"),
        ("arno", "Failed cases are yours to see to"),
    ]


def both_hear_that_it_is_over(visit: Visit, mailed: Mailed) -> None:
    """Who had it and who gave it."""
    assert {
        to for to, subject, _ in mailed() if subject.strip().startswith("Failed cases go on again")
    } == {
        "arno@bank.example",
        "ada@bank.example",
    }
    for person in ("arno", "ada"):
        assert "The cases of an incident go on again" in visit(person).get("/inbox").text
    assert "FloatingPointError" not in visit("ada").get(URL).text


def test_what_is_not_there_any_more_cannot_be_handed_over(
    visit: Visit, another_administrator: str
) -> None:
    ada = visit("ada")
    gone = ada.send(f"{URL}/incidents/0123456789abcdef/assign", person="arno")
    assert "This is not on the list any more." in ada.get(gone.location).text
    none = ada.send("/admin/assignments/987654/take-back")
    assert "Nobody had it in hand any more." in ada.get(none.location).text
    assert visit("sun").send("/admin/assignments/1/take-back").status_code == 403
