"""What people write in a report (A-58), the circular that every unit reads (A-14), and a report
that nobody owes: as whoever writes and whoever receives them meets them."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from html import unescape
from io import BytesIO
from urllib.parse import quote

import pytest
from pypdf import PdfReader
from sqlalchemy import select, update

from domain.notices import Delivery
from store.cases.receipts import receive
from store.database import Sessions
from store.reports.telling import tell_of_reports
from store.tables import NoticeRow, PolicyVersionRow, ReportEventRow
from tests.activities.letters import mail_by_reader
from tests.bank import WHOLE
from tests.builders import a_complaint
from tests.mail_sink import MailSink
from tests.report_days import Clock, clock_of_reports, in_force_since
from tests.tasks.whole_bank import a_whole_bank
from tests.web.browser import Browser, Visit
from tests.web.no_engine import app_without_engine
from tests.web.seen import Page

AFTER = datetime(2026, 7, 13, 2, tzinfo=UTC)
"""The first half of the year is over, and its reports are not due yet."""
ANALYSIS = "/reports-owed/east-branch/analysis/2026-01-01"
CIRCULAR = "/reports-owed/head-office/circular/2026-04-01"
RECEIVED = CIRCULAR.replace("owed", "received")
SAID = {
    "problems": "Two windows of five were open at noon.\nNobody called the numbers.",
    "proposals": "=Open a third window from eleven to two.",
}
CARD = "4111 1111 1111 1111"


@pytest.fixture(scope="module")
def sessions(database_with_packs: Callable[[], str]) -> Iterator[Sessions]:
    """A bank of its own: a case that somebody is kept out of is in no report of theirs."""
    with a_whole_bank(database_with_packs()) as sessions:
        yield sessions


app = app_without_engine


@pytest.fixture
def at(sessions: Sessions, monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Says what time it is on the pages of a bank whose rules are in force since January."""
    in_force_since(sessions, datetime(2025, 12, 31, 16, tzinfo=UTC))
    return clock_of_reports(monkeypatch)


def tasks_of(browser: Browser) -> str:
    """What was submitted to somebody and waits to be read."""
    page = Page(browser.get("/tasks")).words
    return page.partition("Reports submitted to you")[2]


def mail_about(sessions: Sessions, sink: MailSink, report: str) -> dict[str, str]:
    """The mail that each person has of a report, since it was last asked for."""
    with sessions.begin() as session:
        ids = session.scalars(
            select(NoticeRow.id)
            .join(ReportEventRow, ReportEventRow.id == NoticeRow.report_event)
            .where(ReportEventRow.periodical == report)
            .where(NoticeRow.delivery == Delivery.PENDING)
        ).all()
    return mail_by_reader(sessions, sink, ids)


def take_down(sessions: Sessions, day: date) -> None:
    received_at = datetime(day.year, day.month, day.day, 2, tzinfo=UTC)
    with sessions.begin() as session:
        receive(session, a_complaint(received_at=received_at), WHOLE.actor("ines"))


def test_a_58_an_analysis_says_what_is_proposed_or_it_is_not_submitted(
    visit: Visit, sessions: Sessions, at: Clock
) -> None:
    at(AFTER)
    take_down(sessions, date(2026, 3, 4))
    tess, una = visit("tess"), visit("una")
    assert "Problems that have come to light" in Page(tess.get(ANALYSIS)).words
    nothing = tess.send(ANALYSIS, problems=SAID["problems"], proposals=" ")
    assert nothing.status_code == 422
    assert 'href="#written-proposals"' in nothing.text
    assert SAID["problems"] in unescape(nothing.text), "what was typed is kept"
    card = tess.send(ANALYSIS, **{**SAID, "problems": f"The card {CARD} was kept."})
    assert card.status_code == 422
    assert CARD in card.text
    assert "Yes, submit" in Page(tess.get(ANALYSIS)).words, "nothing was submitted"
    assert tess.send(ANALYSIS, **SAID).location == ANALYSIS
    assert tess.send(ANALYSIS, **SAID).location == ANALYSIS, "a second click"
    page = tess.get(ANALYSIS)
    for text in SAID.values():
        assert text in unescape(page.text)
    assert SAID["problems"] in tess.get(f"{ANALYSIS}.csv").text.replace("\r\n", "\n")
    assert "'=Open a third" in tess.get(f"{ANALYSIS}.csv").text, "text, and no formula"
    printed = PdfReader(BytesIO(tess.get(f"{ANALYSIS}.pdf").data))
    said = " ".join(each.extract_text() for each in printed.pages)
    assert "Nobody called the numbers." in said
    assert "Open a third window" in said
    assert SAID["problems"] in unescape(una.get(ANALYSIS).text), "its receiver reads it too"


def test_of_two_who_write_one_report_the_second_is_shown_what_was_submitted_and_keeps_their_words(
    visit: Visit, at: Clock
) -> None:
    at(AFTER)
    tess, una = visit("tess"), visit("una")
    assert tess.send(ANALYSIS, **SAID).location == ANALYSIS
    late = una.send(ANALYSIS, problems="Nobody speaks Cantonese.", proposals="Ask two to learn it.")
    assert late.status_code == 409
    page = Page(late)
    assert "This has been submitted already" in page.alert
    assert "Open a third window" in page.words, "what was submitted"
    assert "Nobody speaks Cantonese." in late.text, "and what was typed, to be sent as a correction"


def test_what_was_submitted_waits_under_the_tasks_of_its_receiver_until_it_is_opened(
    visit: Visit, sessions: Sessions, at: Clock
) -> None:
    at(AFTER)
    july = "/reports-owed/east-branch/statistics/2026-06-01"
    tess, una = visit("tess"), visit("una")
    tess.send(july)
    assert "Statistics by category" in tasks_of(una)
    address = july.replace("owed", "received")
    assert address in una.get("/inbox").text
    assert una.get(address).location == july
    assert "Statistics by category" not in tasks_of(una)
    assert "Statistics by category" in Page(una.get("/reports-received")).words
    una.send("/language", language="zh")
    assert "报送给您的报告" in Page(una.get("/reports-received")).words
    una.send("/language", language="en")


def test_what_was_written_is_corrected_beside_what_stays(
    visit: Visit, sessions: Sessions, sink: MailSink, at: Clock
) -> None:
    at(AFTER)
    tess, una = visit("tess"), visit("una")
    tess.send(ANALYSIS, **SAID)
    mail_about(sessions, sink, "analysis")
    same = tess.send(f"{ANALYSIS}/correction", why="nothing", **SAID)
    assert same.status_code == 409
    assert "there is nothing to correct" in same.text
    empty = tess.send(f"{ANALYSIS}/correction", why="shorter", problems=" ", proposals="x")
    assert empty.status_code == 422
    assert 'href="#written-problems"' in empty.text
    told = {**SAID, "proposals": "Open two windows more."}
    assert tess.send(f"{ANALYSIS}/correction", why="one is too few", **told).location == ANALYSIS
    assert "Open two windows more." in Page(tess.get(ANALYSIS)).words
    assert "Open a third window" in Page(tess.get(f"{ANALYSIS}?version=0")).words
    assert "has corrected a report" in mail_about(sessions, sink, "analysis")["una@bank.example"]
    assert "corrected" in tasks_of(una)


def test_a_14_a_circular_reaches_whoever_leads_a_unit_and_nobody_else(
    visit: Visit, sessions: Sessions, sink: MailSink, at: Clock
) -> None:
    at(AFTER)
    take_down(sessions, date(2026, 5, 6))
    said = {"findings": "Replies came late in May.", "demands": "Look at the queue every noon."}
    assert visit("hong").send(CIRCULAR, **said).location == CIRCULAR
    mail = mail_about(sessions, sink, "circular")
    told = {who.partition("@")[0] for who in mail}
    assert {"stan", "sun", "tess"} <= told
    assert not told & {"han", "ines", "hong"}, "neither handlers nor whoever submitted it"
    assert f"https://redress.example.org{RECEIVED}" in mail["stan@bank.example"]
    stan = visit("stan")
    assert "Circular on complaint handling" in tasks_of(stan)
    page = Page(stan.get(RECEIVED))
    for text in said.values():
        assert text in page.words
    assert "Service attitude" in page.words, "the figures stand with it"
    assert "C-20" not in page.words, "and no complaint by itself"
    assert "Circular on complaint handling" not in tasks_of(stan)
    stan.send("/language", language="zh")
    assert "通报事项" in Page(stan.get(RECEIVED)).words
    stan.send("/language", language="en")
    assert stan.get(CIRCULAR).status_code == 404, "the report of the head office is not his"
    assert visit("han").get(RECEIVED).status_code == 404


def test_d_39_the_leading_group_reads_what_is_brought_together_for_it(
    visit: Visit, sessions: Sessions, at: Clock
) -> None:
    at(datetime(2026, 10, 13, 8, tzinfo=UTC))
    daily = "/reports-owed/bay-branch/daily-report-brought-together/2026-10-13"
    assert visit("sun").send(daily).location == daily
    pia = visit("pia")
    assert "brought together" in tasks_of(pia)
    assert pia.get(daily).status_code == 403
    assert "No complaints" in Page(pia.get(daily.replace("owed", "received"))).words


def test_a_half_year_without_complaints_has_a_situation_report_all_the_same(
    visit: Visit, sessions: Sessions, at: Clock
) -> None:
    """S-19: the pattern shows a half-year of zero complaints."""
    early = "/reports-owed/head-office/situation/2025-07-01"
    at(datetime(2026, 1, 5, 2, tzinfo=UTC))
    with sessions.begin() as session:
        since = datetime(2025, 7, 1, 1, tzinfo=UTC)
        session.execute(update(PolicyVersionRow).values(published_at=since))
    hong = visit("hong")
    page = Page(hong.get(early)).words
    if "No complaints: a report all the same." in page:
        assert hong.send(early).status_code == 422, "its words are asked for all the same"
    assert hong.send(early, **SAID).location == early
    assert SAID["problems"] in unescape(hong.get(early).text)
    assert "Report of the half-year on the complaint situation" in tasks_of(visit("rosa"))


def test_a_58_an_analysis_is_written_when_there_is_cause_and_never_owed(
    visit: Visit, sessions: Sessions, sink: MailSink, at: Clock
) -> None:
    now = datetime(2026, 5, 20, 2, tzinfo=UTC)
    at(now)
    take_down(sessions, date(2026, 5, 4))
    tess, una = visit("tess"), visit("una")
    asked = "/reports-when-needed/east-branch/analysis-when-needed"
    assert asked in tess.get("/reports-owed?unit=east-branch").text
    for days, sentence in {
        "begins=&ends=2026-05-04": "Give the first and the last day",
        "begins=2026-05-04&ends=2026-05-01": "The last day comes before the first.",
        "begins=2026-05-01&ends=2999-01-01": "The last day is still to come",
        "begins=x&ends=y": "Give the first and the last day",
        "begins=0001-01-01&ends=0004-12-31": "Give the first and the last day",
    }.items():
        refused = tess.get(f"{asked}?{days}")
        assert refused.status_code == 422, days
        assert "This could not be taken yet" in refused.text
        assert sentence in Page(refused).words
        assert days.split("=")[-1] in refused.text, "what was typed is kept"
    address = tess.get(f"{asked}?begins=2026-05-04&ends=2026-05-12").location or ""
    assert address.endswith("/analysis-when-needed/2026-05-04?ends=2026-05-12")
    page = Page(tess.get(address))
    assert "Not submitted yet" in page.words
    assert "Overdue" not in page.words
    assert tess.send(address).status_code == 422
    assert tess.send(address, **SAID).status_code == 302
    submitted = address.partition("?")[0]
    page = Page(una.get(submitted))
    assert SAID["problems"].splitlines()[0] in page.words
    assert "Late" not in page.words
    mail = mail_about(sessions, sink, "analysis-when-needed")
    assert list(mail) == ["una@bank.example"]
    assert submitted in unescape(tess.get("/reports-owed/filed?year=2026").text)
    with sessions.begin() as session:
        tell_of_reports(session, now, announced_working_days=3)
        told = session.scalars(
            select(ReportEventRow.event).where(ReportEventRow.periodical == "analysis-when-needed")
        )
        assert set(told) == {"report_received"}, "it never fell due"
    to_come = f"{submitted.replace('05-04', '05-19')}?ends=2026-05-20"
    assert tess.send(to_come, **SAID).status_code == 409, "its days are not over"
    assert tess.get(f"{submitted.replace('05-04', '05-07')}").status_code == 404
    assert tess.get(f"{to_come.partition('?')[0]}?ends={quote('2026-05-01')}").status_code == 404
    for begins, ends in (("0001-01-01", "0004-12-31"), ("9999-12-01", "9999-12-31")):
        beyond = f"{submitted.replace('2026-05-04', begins)}?ends={ends}"
        assert tess.get(beyond).status_code == 404, "no day of ours"
    assert visit("sun").get(asked).status_code == 404, "it is the branch's above"
