"""The analysis as supervisors and human resources read it: numbers, and what is behind them."""

import re
from datetime import UTC, datetime
from html import unescape
from pathlib import Path

import pytest
from sqlalchemy import text

from domain.acts import Close, Dispose, FollowUp, NamePerson, Withdraw
from domain.classification import (
    Business,
    Cause,
    Responsibility,
    Satisfaction,
    Validity,
    WithdrawalKind,
)
from domain.events import Event
from store.database import Sessions
from tests.fining import publish_fining
from tests.mail_sink import MailSink
from tests.tasks.opening import REPLIED
from tests.tasks.pages import Pages
from tests.tasks.work import Work
from tests.web.browser import Visit

JULY = datetime(2025, 7, 10, 2, 0, tzinfo=UTC)
OF_JULY = "from=2025-07&to=2025-07"


def settled(
    work: Work,
    fault: Responsibility = Responsibility.BANK,
    said: Satisfaction | None = None,
    received_at: datetime = JULY,
    business: Business | None = None,
    pack: str = "head-office",
) -> str:
    reference = work.received(pack, received_at=received_at, business=business)
    for act, by, words in REPLIED:
        work.does(reference, act, by, *words)
    causes = (Cause.ATTITUDE, Cause.NOT_CALLED)
    work.does(
        reference, Dispose(validity=Validity.VALID, responsibility=fault, causes=causes), "han"
    )
    work.does(reference, Close(), "han")
    if said is not None:
        work.does(reference, FollowUp(satisfaction=said), "ines")
    return reference


@pytest.fixture(scope="module")
def of_july(sessions: Sessions, sink: MailSink) -> list[str]:
    """Six complaints about one outlet: one late and open, five settled; four customers asked."""
    work = Work(sessions, sink)
    yes, no = Satisfaction.SATISFIED, Satisfaction.DISSATISFIED
    late = work.received("head-office", received_at=JULY)
    work.let_happen(late, Event.BREACHED, "reply")
    said = [yes, yes, no, yes, None]
    return [late, *(settled(work, said=each) for each in said)]


def section(page: str, topic: str) -> str:
    """One topic of the page."""
    return page.partition(f'aria-labelledby="{topic}"')[2].partition("</section>")[0]


def row(page: str, topic: str, words: str) -> list[str]:
    """The cells of a line of the table of a topic, without what is for screen readers alone."""
    table = section(page, topic).partition("<tbody>")[2]
    table = re.sub(r'<span class="visually-hidden">.*?</span>', "", table)
    for line in re.findall(r"<tr>.*?</tr>", table, re.DOTALL):
        cells = re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", line, re.DOTALL)
        told = [unescape(re.sub(r"<[^>]+>", "", each)).strip() for each in cells]
        if told[0] == words:
            return told[1:]
    raise AssertionError(f"{topic} has no line {words}")


def test_numbers_are_those_of_the_rows(
    of_july: list[str], pages: Pages, sessions: Sessions
) -> None:
    page = pages.reads("hong", f"/analysis?{OF_JULY}")
    with sessions() as session:
        counted = session.execute(
            text("""
            select count(*), count(*) filter (where state->'disposition'->>'validity' is not null),
                   count(*) filter (where exists (
                       select from jsonb_array_elements(state->'fired') as step
                       where step->>'step' = 'breach' and step->>'clock' not like 'task/%'))
            from cases where received_at >= '2025-06-30 16:00+00'
                         and received_at < '2025-07-31 16:00+00'""")
        ).one()
    assert [*counted] == [6, 5, 1]
    assert row(page, "trends", "2025-07") == ["6", "5", "1"]
    assert row(page, "units", "harbour-outlet") == ["6", "5", "1", "5"]
    assert row(page, "causes", "Attitude towards the customer") == ["5", "5"]
    assert row(page, "repeats", "2025-07") == ["6", "0", "0", "0.0 %"]
    assert row(page, "satisfaction", "2025-07") == ["4", "–", "–", "–", "–"], "four were asked"
    assert row(page, "stages", "Until it is closed")[0] == "5"
    assert row(page, "stages", "Until it is begun") == ["0", "too few to show"]
    for topic in ("trends", "units", "causes", "stages"):
        chart = section(page, topic)
        assert 'role="img"' in chart, "a picture with a name"
        assert re.search(r"<title id=[^>]+>[^<]+</title><desc id=[^>]+>[^<]+</desc>", chart)
    assert "<script" not in section(page, "trends")
    assert "style=" not in section(page, "trends"), "which the policy of the pages would refuse"


def test_a_business_is_told_with_its_numbers_and_small_parts_of_it_are_not(
    work: Work, pages: Pages
) -> None:
    """Six are about loans and four of them settled, one is about cards; of two nobody says it."""
    september = datetime(2025, 9, 10, 2, 0, tzinfo=UTC)
    asked = "from=2025-09&to=2025-09"
    settled_ones = [settled(work, received_at=september, business=Business.LOANS) for _ in range(4)]
    others = [
        work.received("head-office", received_at=september, business=business)
        for business in (Business.LOANS, Business.LOANS, Business.CARDS, None, None)
    ]
    page = pages.reads("sun", f"/analysis?{asked}")
    assert row(page, "businesses", "Loans") == ["6", "4", "0", "–"], "four were settled"
    assert row(page, "businesses", "Bank cards") == ["1", "0", "–", "0"]
    assert row(page, "businesses", "not said") == ["2", "0", "–", "0"]
    assert 'role="img"' in section(page, "businesses")
    behind = pages.reads("sun", f"/analysis/cases?by=business&of=loans&what=received&{asked}")
    assert set(re.findall(r"C-\d{4}-\d{6}", behind)) == {*settled_ones, *others[:2]}
    assert "Business it is about: Loans" in behind
    audit = pages.reads("ada", "/admin/audit")
    assert "<td>Business it is about: Received" in audit, "in words, not in codes"
    few = pages.reads("sun", f"/analysis/cases?by=business&of=loans&what=own_fault&{asked}")
    assert "There are too few to show them" in few
    unsaid = pages.reads("sun", f"/analysis/cases?by=business&of=&what=received&{asked}")
    assert set(re.findall(r"C-\d{4}-\d{6}", unsaid)) == set(others[3:])


def test_a_52_what_somebody_was_pressed_to_take_back_is_not_settled(
    work: Work, pages: Pages
) -> None:
    november = datetime(2025, 11, 10, 2, tzinfo=UTC)
    asked = "from=2025-11&to=2025-11"
    pressed = work.received("head-office", received_at=november)
    work.does(pressed, Withdraw(withdrawal=WithdrawalKind.COERCED), "ines")
    page = pages.reads("sun", f"/analysis?{asked}")
    assert row(page, "trends", "2025-11") == ["1", "0", "–"]
    assert row(page, "units", "harbour-outlet") == ["1", "0", "–", "0"], "nor our fault yet"
    behind = f"/analysis/cases?by=month&of=2025-11&what=settled&{asked}"
    assert pressed not in pages.reads("sun", behind)


def test_each_number_leads_to_its_complaints(of_july: list[str], pages: Pages) -> None:
    page = pages.reads("sun", f"/analysis?{OF_JULY}&unit=harbour-outlet")
    (address,) = re.findall(r'href="(/analysis/cases\?by=month[^"]*what=settled[^"]*)"',
                            section(page, "trends"))  # fmt: skip
    behind = pages.reads("sun", address)
    assert set(re.findall(r"C-\d{4}-\d{6}", behind)) == set(of_july[1:])


def test_what_is_behind_a_number_is_opened_by_whoever_may_open_it(
    of_july: list[str], pages: Pages
) -> None:
    """Human resources have every case counted, and open those of which something waits."""
    address = f"/analysis/cases?by=month&of=2025-07&what=received&{OF_JULY}"
    behind = pages.reads("hong", address)
    shown = set(re.findall(r"C-\d{4}-\d{6}", behind))
    assert shown == {each for each in of_july if pages.is_there("hong", each)}


def test_nobody_gets_at_parts_of_a_few_by_typing_an_address(
    of_july: list[str], pages: Pages
) -> None:
    for what in ("satisfied", "dissatisfied"):
        page = pages.reads("sun", f"/analysis/cases?by=month&of=2025-07&what={what}&{OF_JULY}")
        assert "There are too few to show them" in page
        assert not re.search(r"C-\d{4}-\d{6}", page)


def test_a_case_about_its_reader_is_in_none_of_their_numbers(work: Work, pages: Pages) -> None:
    august = datetime(2025, 8, 10, 2, 0, tzinfo=UTC)
    about_sun, other = settled(work, received_at=august), settled(work, received_at=august)
    work.does(about_sun, NamePerson(person="sun"), "tess")
    asked = "from=2025-08&to=2025-08"
    assert row(pages.reads("sun", f"/analysis?{asked}"), "trends", "2025-08")[:2] == ["1", "1"]
    assert row(pages.reads("tess", f"/analysis?{asked}"), "trends", "2025-08")[:2] == ["2", "2"]
    behind = pages.reads("sun", f"/analysis/cases?by=month&of=2025-08&what=received&{asked}")
    assert other in behind
    assert about_sun not in behind


def test_months_without_complaints_say_so(pages: Pages) -> None:
    page = pages.reads("hong", "/analysis?from=2001-01&to=2001-02")
    assert "There is nothing to count here in these months." in section(page, "trends")
    assert "<svg" not in section(page, "trends")


@pytest.mark.parametrize(
    "asked", ["from=x", "from=2025-13&to=", "from=9999-01&to=0001-01", "from=2025-07&to=2025-01"]
)
def test_months_that_are_none_are_the_last_twelve(asked: str, visit: Visit) -> None:
    assert visit("hong").get(f"/analysis?{asked}").status_code == 200


@pytest.mark.parametrize("asked", ["", "by=moon&what=late", "by=month&what=sad"])
def test_what_is_no_number_has_no_cases(asked: str, visit: Visit) -> None:
    assert visit("hong").get(f"/analysis/cases?{asked}").status_code == 404


def test_nobody_reads_of_a_unit_that_is_not_theirs(visit: Visit) -> None:
    assert visit("han").get("/analysis").status_code == 403
    assert visit("sun").get("/analysis?unit=head-office").status_code == 404
    assert visit("stan").get("/analysis/cases?unit=harbour-outlet&by=unit").status_code == 404


def test_it_is_said_in_chinese_too(of_july: list[str], visit: Visit) -> None:
    hong = visit("hong")
    hong.get("/analysis")
    hong.send("/language", language="zh")
    try:
        page = hong.get(f"/analysis?{OF_JULY}").text
        assert "未结投诉时长" in page
        assert "<text" in section(page, "causes"), "text of a chart is text"
        assert "服务态度" in section(page, "causes")
    finally:
        hong.send("/language", language="en")


def test_the_newest_month_is_the_first_line_of_a_table_of_months(
    of_july: list[str], visit: Visit
) -> None:
    """A table of two years is scrolled; what one looks for must be in sight. The chart goes on."""
    page = visit("hong").get("/analysis?from=2025-06&to=2025-09").text
    for topic in ("trends", "repeats"):
        months = re.findall(r'<th scope="row">(\d{4}-\d{2})</th>', section(page, topic))
        assert months == ["2025-09", "2025-08", "2025-07", "2025-06"]
    drawn = re.findall(r">(\d{4}-\d{2})</text>", section(page, "trends"))
    assert drawn == months[::-1]


def test_a_month_without_complaints_has_noughts_and_no_dashes(visit: Visit) -> None:
    page = visit("hong").get("/analysis?from=2025-05&to=2025-07").text
    assert row(page, "trends", "2025-05") == ["0", "0", "0"]


def test_a_policy_is_called_as_it_was_published(
    work: Work, visit: Visit, sessions: Sessions, tmp_path: Path
) -> None:
    """A bank's own pack need not lie with those of the installation."""
    with sessions.begin() as session:
        pack = publish_fining(session, tmp_path)
    october = datetime(2025, 10, 8, 2, tzinfo=UTC)
    settled(work, received_at=october, pack=pack)
    page = visit("hong").get("/analysis?from=2025-10&to=2025-10").text
    assert row(page, "timeliness", "A bank that fines people")
