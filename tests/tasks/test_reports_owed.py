"""A report that a unit owes, as its people meet it: word by mail and in the inbox, My tasks, its
page, the receiver's inbox, and the file of its year."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from html import unescape
from uuid import uuid4

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import DatabaseError

from desk.approvals import large_files
from domain.notices import Delivery
from rulebook.approvals import read_approval_limits
from store.cases.receipts import receive
from store.database import Sessions
from store.reports.telling import tell_of_reports
from store.tables import CaseRow, NoticeRow, ReportCorrectionRow, ReportEventRow
from tests.activities.letters import mail_by_reader
from tests.bank import WHOLE
from tests.builders import a_complaint
from tests.mail_sink import MailSink
from tests.report_days import Clock, clock_of_reports, in_force_since
from tests.tasks.whole_bank import a_whole_bank
from tests.web.browser import Visit
from tests.web.no_engine import app_without_engine
from tests.web.seen import Page
from web.reports import files, periodic

TITLE = "Statistics by category"
AUGUST = "/reports-owed/east-branch/statistics/2026-08-01"


@pytest.fixture(scope="module")
def sessions(database_with_packs: Callable[[], str]) -> Iterator[Sessions]:
    """A bank of its own: a case that somebody is kept out of is in no report of theirs."""
    with a_whole_bank(database_with_packs()) as sessions:
        yield sessions


app = app_without_engine


@pytest.fixture
def at(sessions: Sessions, monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Says what time it is on the pages of a bank whose rules are in force since August."""
    in_force_since(sessions, datetime(2026, 8, 3, 1, tzinfo=UTC))
    return clock_of_reports(monkeypatch)


def mail_of(sessions: Sessions, sink: MailSink, now: datetime) -> dict[str, str]:
    """What happens by itself at that instant; the mail each person has of August's statistics."""
    with sessions.begin() as session:
        tell_of_reports(session, now, announced_working_days=3)
    return mail_sent(sessions, sink)


def mail_sent(
    sessions: Sessions, sink: MailSink, begins: date = date(2026, 8, 1)
) -> dict[str, str]:
    with sessions.begin() as session:
        ids = session.scalars(
            select(NoticeRow.id)
            .join(ReportEventRow, ReportEventRow.id == NoticeRow.report_event)
            .where(ReportEventRow.unit == "east-branch", ReportEventRow.periodical == "statistics")
            .where(ReportEventRow.begins == begins)
            .where(NoticeRow.delivery == Delivery.PENDING)
        ).all()
    return mail_by_reader(sessions, sink, ids)


def test_a_report_is_announced_due_late_received_and_filed(
    visit: Visit, sessions: Sessions, sink: MailSink, at: Clock
) -> None:
    opening = datetime(2026, 9, 2, 1, tzinfo=UTC)
    at(opening)
    mail = mail_of(sessions, sink, opening)
    assert list(mail) == ["tess@bank.example"]
    assert f"Due soon: {TITLE}, east-branch" in mail["tess@bank.example"]
    assert f"https://redress.example.org{AUGUST}" in mail["tess@bank.example"]
    tess, una = visit("tess"), visit("una")
    page = Page(tess.get("/tasks"))
    assert TITLE in page.words.partition("Reports to submit")[2]
    assert "due by 2026-09-07" in page.words
    assert "Report falls due soon" in Page(tess.get("/inbox")).words
    assert AUGUST in unescape(tess.get("/inbox").text)

    closing = datetime(2026, 9, 7, 9, tzinfo=UTC)
    at(closing)
    mail = mail_of(sessions, sink, closing)
    assert sorted(mail) == ["tess@bank.example", "una@bank.example"]
    assert "has not been submitted" in mail["una@bank.example"]
    assert "Overdue: was due on 2026-09-07" in Page(una.get(AUGUST)).fact("Status")

    at(datetime(2026, 9, 8, 2, tzinfo=UTC))
    assert tess.send(AUGUST).location == AUGUST
    page = Page(tess.get(AUGUST))
    assert "The report is submitted, after its time: it stays late." in page.words
    assert "Late: was due on 2026-09-07" in page.fact("Status")
    assert AUGUST not in unescape(tess.get("/tasks").text)
    mail = mail_sent(sessions, sink)
    assert list(mail) == ["una@bank.example"]
    assert "east-branch has submitted: Statistics by category." in mail["una@bank.example"]
    assert "Report submitted to you" in Page(una.get("/inbox")).words

    for reader in (tess, una):
        page = Page(reader.get("/reports-owed/filed?year=2026"))
        assert TITLE in page.words
        assert "late" in page.words
        assert AUGUST in unescape(reader.get("/reports-owed/filed?year=2026").text)
    assert "No report about this year" in Page(una.get("/reports-owed/filed?year=2019")).words
    una.send("/language", language="zh")
    assert "2026 年已报送的报告" in Page(una.get("/reports-owed/filed?year=2026")).words
    assert "有报告报送给您" in Page(una.get("/inbox")).words
    una.send("/language", language="en")


def test_a_submitted_report_is_corrected_beside_what_stays_filed_and_its_receiver_is_told(
    visit: Visit, sessions: Sessions, sink: MailSink, at: Clock
) -> None:
    september = "/reports-owed/east-branch/statistics/2026-09-01"
    at(datetime(2026, 10, 12, 2, tzinfo=UTC))
    tess, una = visit("tess"), visit("una")
    early = tess.send(f"{september}/correction", why="too early")
    assert early.status_code == 409
    assert "There is no such submission" in early.text
    _take_down(sessions, date(2026, 9, 14))
    tess.send(september)
    first = tess.get(f"{september}.csv").text
    nothing_new = tess.send(f"{september}/correction", why="nothing new")
    assert nothing_new.status_code == 409
    assert "there is nothing to correct" in nothing_new.text
    assert "Correct this report" not in tess.get(september).text

    _take_down(sessions, date(2026, 9, 14))
    would_be = tess.get(september).text.partition("Correct this report")[2]
    before, after = received_in(would_be)
    assert after == before + 1
    assert (
        "What is corrected and why (its receiver reads it): Please fill this in."
        in tess.send(f"{september}/correction", why=" ").text
    )
    assert tess.send(f"{september}/correction", why="one lay in a drawer").location == september
    told = tess.get(september).text.partition("What was submitted")[2]
    assert "Correction 1" in told
    assert "tess · <q>one lay in a drawer</q>" in told
    assert received_in(told) == (before, after)
    assert tess.get(f"{september}.csv?version=0").text.splitlines() == first.splitlines()
    assert f"Complaints received,{after}" in tess.get(f"{september}.csv").text
    mail = mail_sent(sessions, sink, date(2026, 9, 1))
    assert "has corrected a report that was submitted to you" in mail["una@bank.example"]
    assert "Report that was submitted to you corrected" in Page(una.get("/inbox")).words
    with pytest.raises(DatabaseError, match="append-only"), sessions.begin() as session:
        session.execute(update(ReportCorrectionRow).values(cases=7))


def test_a_report_of_before_it_told_the_business_has_nothing_to_correct_until_figures_change(
    visit: Visit, sessions: Sessions, at: Clock
) -> None:
    october = "/reports-owed/east-branch/statistics/2026-10-01"
    at(datetime(2026, 11, 12, 2, tzinfo=UTC))
    tess = visit("tess")
    _take_down(sessions, date(2026, 10, 8))
    tess.send(october)
    assert "By business" in tess.get(october).text
    with sessions.begin() as session:
        session.execute(text("alter table periodic_reports disable trigger user"))
        session.execute(
            text("update periodic_reports set tables = (select jsonb_agg(each order by place) from"
                 " jsonb_array_elements(tables) with ordinality as told(each, place)"
                 " where each->>'part' <> 'businesses') where begins = '2026-10-01'")
        )  # fmt: skip
        session.execute(text("alter table periodic_reports enable trigger user"))
    page = tess.get(october).text
    assert "By business" not in page
    assert "Correct this report" not in page
    assert tess.send(f"{october}/correction", why="nothing new").status_code == 409
    _take_down(sessions, date(2026, 10, 9))
    assert tess.send(f"{october}/correction", why="one came late").location == october
    page = Page(tess.get(october)).words
    assert "Correction 1" in page
    assert page.count("By business") == 1, "it has the table, and it is no difference"


def test_of_a_report_that_was_corrected_to_fewer_complaints_none_has_come_since(
    visit: Visit, sessions: Sessions, at: Clock
) -> None:
    november = "/reports-owed/east-branch/statistics/2026-11-01"
    at(datetime(2026, 12, 10, 2, tzinfo=UTC))
    tess = visit("tess")
    _stays, goes = (_take_down(sessions, date(2026, 11, 16)) for _ in range(2))
    tess.send(november)
    with sessions.begin() as session:
        row = session.get_one(CaseRow, goes)
        row.unit, row.state = "hotline", {**row.state, "unit": "hotline"}
    assert tess.send(f"{november}/correction", why="one went elsewhere").location == november
    page = Page(tess.get(november)).words
    assert "Correction 1" in page
    assert "have come since" not in page
    _take_down(sessions, date(2026, 11, 17))
    assert "have come since: 1." in Page(tess.get(november)).words


def test_a_long_register_is_asked_for_in_the_version_that_is_shown(
    visit: Visit, sessions: Sessions, at: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = replace(read_approval_limits(), customers_at_once=1)
    for module in (large_files, periodic, files):
        monkeypatch.setattr(module, "read_approval_limits", lambda: few)
    register = "/reports-owed/east-branch/register-other-branches/2026-07-01"
    at(datetime(2026, 10, 12, 2, tzinfo=UTC))
    tess, lin = visit("tess"), visit("lin")
    before = [_take_down(sessions, date(2026, 8, 11)) for _ in range(2)]
    tess.send(register)
    later = _take_down(sessions, date(2026, 8, 12))
    assert tess.send(f"{register}/correction", why="one came late").location == register
    assert tess.get(f"{register}.csv?version=0").location == f"{register}?version=0"
    (address,) = re.findall(
        r'formaction="([^"]+\.csv[^"]*)"', unescape(tess.get(f"{register}?version=0").text)
    )
    key = str(uuid4())
    again = tess.send(address, command_id=key, reason="card 6222 0212 3456 7890 128")
    assert again.status_code == 422
    assert f'formaction="{address}">Mask it and go on' in unescape(again.text), "of what is shown"
    asked = tess.send(address, command_id=key, reason="for the auditors")
    assert asked.location == f"{register}?version=0"
    waits = re.search(r"/approvals/(a-[0-9a-f]+)", lin.get("/approvals").text)
    assert waits is not None
    lin.send(waits[0], outcome="approved")
    saved = tess.send(address, command_id=key).text
    assert all(each in saved for each in before)
    assert later not in saved, "it came after what is shown"


def received_in(page: str) -> tuple[int, int]:
    """How many complaints there were before and after, as the table of what differs has it."""
    row = re.search(r"Complaints received</th><td>(\d+)</td><td>(\d+)</td>", page)
    assert row is not None
    return int(row[1]), int(row[2])


def _take_down(sessions: Sessions, day: date) -> str:
    with sessions.begin() as session:
        received_at = datetime(day.year, day.month, day.day, 2, tzinfo=UTC)
        complaint = a_complaint(received_at=received_at)
        return receive(session, complaint, WHOLE.actor("ines")).reference


def test_a_file_is_asked_for_by_any_year_and_by_whoever_answers_for_reports(visit: Visit) -> None:
    una = visit("una")
    for year in ("0", "-1", "99999999", "x", "2026"):
        assert una.get(f"/reports-owed/filed?year={year}").status_code == 200
    assert visit("han").get("/reports-owed/filed").status_code == 403
