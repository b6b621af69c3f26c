"""A daily check, as its people meet it: under My tasks, in the inbox, by mail, and on its page."""

from datetime import UTC, datetime
from html import unescape

import pytest
from sqlalchemy import select

from domain.notices import Delivery
from store.database import Sessions
from store.reports.telling import tell_of_reports
from store.tables import NoticeRow
from tests.activities.letters import mail_by_reader
from tests.mail_sink import MailSink
from tests.report_days import Clock, clock_of_reports, in_force_since
from tests.web.browser import Visit
from tests.web.seen import Page

BOOK = "Opinion book looked at before closing"


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Says what time it is on the pages."""
    return clock_of_reports(monkeypatch)


def close_of_business(sessions: Sessions, sink: MailSink, now: datetime) -> dict[str, str]:
    """What happens by itself when the office closes; the mail each person has by it."""
    with sessions.begin() as session:
        tell_of_reports(session, now, announced_working_days=3)
        of_outlet = NoticeRow.dedupe_key.startswith("report-event/")
        waiting = select(NoticeRow.id).where(of_outlet, NoticeRow.delivery == Delivery.PENDING)
        ids = session.scalars(waiting.order_by(NoticeRow.id)).all()
    return mail_by_reader(sessions, sink, ids)


def test_a_check_is_found_under_my_tasks_and_confirmed_there(
    visit: Visit, sessions: Sessions, sink: MailSink, at: Clock
) -> None:
    morning = datetime(2026, 11, 2, 2, tzinfo=UTC)
    in_force_since(sessions, morning)
    at(morning)
    stan = visit("stan")
    page = Page(stan.get("/tasks"))
    assert BOOK in page.words
    assert page.menu["My tasks 2"] == "/tasks", "it, and the report of the day (D-39)"
    today = "/reports-owed/station-outlet/opinion-book/2026-11-02"
    assert stan.send(today, next="/tasks").location == "/tasks"
    page = Page(stan.get("/tasks"))
    assert "Confirmed before close of business." in page.words
    assert "No daily check waits for you." in page.words
    assert page.menu["My tasks 1"] == "/tasks"
    mail = close_of_business(sessions, sink, datetime(2026, 11, 2, 9, tzinfo=UTC))
    assert "stan@bank.example" not in mail
    assert "confirmed in time" in Page(stan.get(today)).words


def test_a_missed_check_is_told_at_closing_and_a_late_word_stays_late(
    visit: Visit, sessions: Sessions, sink: MailSink, at: Clock
) -> None:
    in_force_since(sessions, datetime(2026, 11, 3, 2, tzinfo=UTC))
    closing = datetime(2026, 11, 3, 9, tzinfo=UTC)
    at(closing)
    today = "/reports-owed/station-outlet/opinion-book/2026-11-03"
    mail = close_of_business(sessions, sink, closing)
    for person in ("stan", "sun"):
        word = mail[f"{person}@bank.example"]
        assert "Not confirmed by close of business" in word
        assert BOOK in word
    assert f"https://redress.example.org{today}" in mail["stan@bank.example"]
    assert close_of_business(sessions, sink, closing) == {}, "once"

    stan, sun = visit("stan"), visit("sun")
    for reader in (stan, sun):
        inbox = Page(reader.get("/inbox"))
        assert "Daily check missed at close of business" in inbox.words
        assert "station-outlet" in inbox.words
        assert today in unescape(reader.get("/inbox").text)
    assert "missed" in Page(stan.get("/tasks")).words
    assert "Daily checks that others have missed" in Page(sun.get("/tasks")).words
    assert "Missed: was due 2026-11-03 17:00" in Page(sun.get(today)).fact("Status")
    assert BOOK in Page(sun.get("/reports-owed")).words

    at(datetime(2026, 11, 3, 9, 5, tzinfo=UTC))
    assert stan.send(today, next="/tasks").location == "/tasks"
    page = Page(stan.get("/tasks"))
    assert "Confirmed after close of business: it stays late." in page.words
    assert BOOK not in page.words.partition("Daily checks")[2]
    assert today not in sun.get("/tasks").text
    at(datetime(2026, 11, 9, 2, tzinfo=UTC))
    assert "Late: was due 2026-11-03 17:00" in Page(sun.get(today)).fact("Status")
    assert "confirmed late" in Page(sun.get(today)).words
    stan.send(today)
    assert "Late: was due" in Page(stan.get(today)).fact("Status"), "twice changes nothing"

    stan.send("/language", language="zh")
    assert "逾期确认：应于 2026-11-03 17:00 前确认" in Page(stan.get(today)).words
    assert "每日查看在营业终了时未确认" in Page(stan.get("/inbox")).words
    stan.send("/language", language="en")


def test_who_owes_no_check_sees_none_and_confirms_none(visit: Visit, at: Clock) -> None:
    at(datetime(2026, 11, 2, 2, tzinfo=UTC))
    for person in ("han", "una", "mei"):
        assert "Daily checks" not in Page(visit(person).get("/tasks")).words
    other = "/reports-owed/station-outlet/opinion-book/2026-11-02"
    assert visit("han").send(other).status_code == 403
    assert visit("mei").send(other).status_code == 404, "of another outlet, as if it were not there"
