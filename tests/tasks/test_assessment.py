"""Scorecards as supervisors and human resources read and save them."""

import csv
import re
from datetime import UTC, datetime
from html import unescape
from io import BytesIO, StringIO

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import text

from domain.acts import (
    Close,
    DecideFinding,
    Dispose,
    FollowUp,
    NamePerson,
    ProposeFinding,
    ReplyToFinding,
    ReverseFinding,
)
from domain.classification import Responsibility, Satisfaction, Validity
from domain.events import Event
from domain.findings import FindingOutcome, Involvement
from store.database import Sessions
from tests.mail_sink import MailSink
from tests.tasks.opening import REPLIED
from tests.tasks.pages import Pages
from tests.tasks.work import Work
from tests.web.browser import Visit
from tests.web.seen import Page

MARCH = datetime(2026, 3, 10, 2, 0, tzinfo=UTC)
OF_MARCH = "cadence=month&day=2026-03-31"


def settled(
    work: Work,
    fault: Responsibility = Responsibility.BANK,
    said: Satisfaction | None = None,
    received_at: datetime = MARCH,
) -> str:
    reference = work.received("head-office", received_at=received_at)
    for act, by, words in REPLIED:
        work.does(reference, act, by, *words)
    work.does(reference, Dispose(validity=Validity.VALID, responsibility=fault), "han")
    work.does(reference, Close(), "han")
    if said is not None:
        work.does(reference, FollowUp(satisfaction=said), "ines")
    return reference


@pytest.fixture(scope="module")
def of_march(sessions: Sessions, sink: MailSink) -> list[str]:
    """Six complaints about one outlet: five settled, one late and not; four customers asked."""
    work = Work(sessions, sink)
    ours, theirs = Responsibility.BANK, Responsibility.NOT_BANK
    yes, no = Satisfaction.SATISFIED, Satisfaction.DISSATISFIED
    late = work.received("head-office", received_at=MARCH)
    work.let_happen(late, Event.BREACHED, "reply")
    settled_ones = [
        settled(work, ours, yes),
        settled(work, ours, yes),
        settled(work, theirs, no),
        settled(work, theirs, yes),
        settled(work, ours),
    ]
    return [late, *settled_ones]


def row_of(page: str, title: str) -> str:
    """The line of a figure in the first table of the page."""
    rows = re.findall(r"<tr>.*?</tr>", page.partition('id="people"')[0], re.DOTALL)
    return unescape(re.sub(r"<[^>]+>", " ", next(each for each in rows if title in each)))


def test_figures_are_those_of_the_rows_with_their_formulas_and_cases(
    of_march: list[str], pages: Pages, sessions: Sessions
) -> None:
    page = pages.reads("hong", f"/assessment/head-office?{OF_MARCH}")
    with sessions() as session:
        count = """
            select count(*),
                   count(*) filter (where state->'disposition'->>'validity' is not null),
                   count(*) filter (where state->'disposition'->>'responsibility' = 'bank'),
                   count(*) filter (where not exists (
                       select from jsonb_array_elements(state->'fired') as step
                       where step->>'step' = 'breach' and step->>'clock' not like 'task/%'))
            from cases where received_at >= '2026-02-28 16:00+00'
                         and received_at < '2026-03-31 16:00+00'"""
        received, ended, own, kept = session.execute(text(count)).one()
    assert (received, ended, own, kept) == (6, 5, 3, 5)
    assert re.search(r"Complaints by own fault\s+3\b", row_of(page, "Complaints by own fault"))
    assert "60.0 %" in row_of(page, "Share of own fault")
    assert "100.0 %" in row_of(page, "Settled in time")
    assert "83.3 %" in row_of(page, "Time limits kept"), "5 of 6"
    assert "too few to show" in row_of(page, "Satisfied with the reply"), "four were asked"
    assert not re.search(r"\b[34]\b", row_of(page, "Satisfied with the reply")), "nor from what"
    assert "3,000.00" in row_of(page, "per thousand outlets"), "six of two outlets"
    assert "not entered" in row_of(page, "per ten million")
    assert "complaints settled in time ÷ complaints settled × 100" in page
    left_out = "Choose a day that is over. This one was left out."
    assert left_out not in page
    assert left_out in pages.reads("sun", "/assessment?known=2999-01-01")
    assert "H-05; formula: default" in page
    # Human resources have every case counted, and open those alone of which something waits.
    assert "that you do not see" in page or of_march[1] in page
    assert all(
        each in pages.reads("sun", f"/assessment/bay-branch?{OF_MARCH}") for each in of_march
    )


def test_a_period_without_a_case_says_so_and_divides_by_nothing(pages: Pages) -> None:
    page = pages.reads("hong", "/assessment/head-office?cadence=month&day=2020-01-01")
    assert "no such case" in row_of(page, "Settled in time")
    assert re.search(r"Complaints by own fault\s+0\b", row_of(page, "Complaints by own fault"))
    assert "Nobody here has handled a complaint of this period." in page


@pytest.mark.parametrize("asked", ["cadence=month&day=x", "cadence=year&day=9999-12-31", "day="])
def test_a_day_that_is_none_is_this_period(asked: str, visit: Visit) -> None:
    assert visit("hong").get(f"/assessment?{asked}").status_code == 200


def test_a_period_that_is_none_is_this_quarter_and_a_file_that_is_none_is_not_there(
    visit: Visit,
) -> None:
    quarter = visit("hong").get("/assessment")
    assert Page(visit("hong").get("/assessment?cadence=fortnight")).words == Page(quarter).words
    assert visit("hong").get("/assessment/head-office.doc").status_code == 404


def test_nobody_reads_of_a_unit_that_is_not_theirs(visit: Visit) -> None:
    assert visit("han").get("/assessment").status_code == 403
    assert visit("sun").get("/assessment/head-office").status_code == 404
    assert visit("sun").get("/assessment/head-office.csv").status_code == 404
    assert visit("stan").get("/assessment/harbour-outlet").status_code == 404


def test_a_case_about_its_reader_is_in_none_of_their_figures(
    of_march: list[str], work: Work, pages: Pages
) -> None:
    april = datetime(2026, 4, 10, tzinfo=UTC)
    about_sun, other = settled(work, received_at=april), settled(work, received_at=april)
    work.does(about_sun, NamePerson(person="sun"), "tess")
    address = "/assessment/bay-branch?cadence=month&day=2026-04-01"
    page = pages.reads("sun", address)
    assert about_sun not in page
    assert re.search(r"Complaints by own fault\s+1\b", row_of(page, "Complaints by own fault"))
    page = pages.reads("tess", address)
    assert other in page
    assert re.search(r"Complaints by own fault\s+2\b", row_of(page, "Complaints by own fault"))


def test_what_is_taken_back_counts_against_nobody_any_more(work: Work, pages: Pages) -> None:
    may = datetime(2026, 5, 10, tzinfo=UTC)
    reference = settled(work, received_at=may)
    work.does(reference, ProposeFinding(person="han", involvement=Involvement.DIRECT_PERSON), "sun")
    work.does(reference, ReplyToFinding(), "han")
    guilty = DecideFinding(person="han", outcome=FindingOutcome.RESPONSIBLE)
    work.do_together(reference, guilty, "hong", "tess")
    address = "/assessment/harbour-outlet?cadence=month&day=2026-05-01"
    people = pages.reads("tess", address).partition('id="people"')[2]
    of_han = people.partition("<h3>han</h3>")[2]
    assert re.search(r"own fault</th>\s*<td><strong>1<", of_han), "he is held responsible for one"
    not_ours = ReverseFinding(person="han", responsibility=Responsibility.NOT_BANK)
    work.do_together(reference, not_ours, "hong", "tess")
    page = pages.reads("tess", address)
    assert re.search(r"Complaints by own fault\s+0\b", row_of(page, "Complaints by own fault"))
    of_han = page.partition("<h3>han</h3>")[2]
    assert re.search(r"own fault</th>\s*<td><strong>0<", of_han), "who handled it all the same"


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_it_is_saved_with_formula_and_version_the_same_bytes_each_time(
    ending: str, of_march: list[str], visit: Visit
) -> None:
    hong = visit("hong")
    saved = [hong.get(f"/assessment/head-office.{ending}?{OF_MARCH}") for _ in range(2)]
    assert saved[0].data == saved[1].data
    if ending == "csv":
        lines = [*csv.reader(StringIO(saved[0].data.decode("utf-8-sig")))]
    else:
        book = CalamineWorkbook.from_filelike(BytesIO(saved[0].data))
        lines = [[str(cell) for cell in line] for line in book.get_sheet_by_index(0).to_python()]
    timely = next(line for line in lines if line[2] == "Settled in time")
    assert timely[3] == ("100.0%" if ending == "csv" else "1.0"), "to be computed with"
    own = next(line for line in lines if line[2] == "Complaints by own fault")
    assert own[3] == ("3" if ending == "csv" else "3.0")
    assert "÷" in timely[7]
    assert len(timely[9]) == 12


def test_it_is_said_in_chinese_too(of_march: list[str], visit: Visit) -> None:
    hong = visit("hong")
    hong.get("/assessment")
    hong.send("/language", language="zh")
    page = hong.get(f"/assessment/head-office?{OF_MARCH}").text
    hong.send("/language", language="en")
    assert "投诉处理及时率" in page
    assert "同类中位数" in page


def test_the_overview_says_of_what_its_figures_are(of_march: list[str], visit: Visit) -> None:
    hong = visit("hong")
    assert "Unit, with those below it" in hong.get(f"/assessment?{OF_MARCH}").text
    hong.send("/language", language="zh")
    page = hong.get(f"/assessment?{OF_MARCH}").text
    hong.send("/language", language="en")
    assert "单位（含下级）" in page


def test_units_stand_below_those_they_belong_to(of_march: list[str], visit: Visit) -> None:
    table = visit("hong").get(f"/assessment?{OF_MARCH}").text.partition("<tbody>")[2]
    listed = re.findall(r'href="/assessment/([a-z-]+)\?', table)
    assert listed[0] == "head-office"
    assert listed.index("harbour-outlet") == listed.index("bay-branch") + 1
