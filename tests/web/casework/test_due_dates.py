"""The list one looks at as a calendar: each day counts its dates, and opens them."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from domain.classification import Channel
from domain.policy import Nature
from store.cases.receipts import receive
from store.database import Sessions
from store.tables import CaseRow, ClockRow
from tests.builders import a_complaint, actor
from tests.web.bank_in_english import a_bank_in_english
from tests.web.browser import Visit
from tests.web.no_engine import app_without_engine
from tests.web.seen import Page, tree_of, words_of

REFERENCE = r'href="/cases/(C-\d+-\d+)"'

BEIJING = ZoneInfo("Asia/Shanghai")

SPRING = datetime(2026, 2, 3, 15, 0, tzinfo=BEIJING)
"""A Tuesday a fortnight before the Spring Festival: its dates fall around the holiday."""


@pytest.fixture(scope="module")
def sessions(database_with_packs: Callable[[], str]) -> Iterator[Sessions]:
    """A bank of its own, so that no other test's dates are in its calendar."""
    with a_bank_in_english(database_with_packs()) as sessions:
        yield sessions


app = app_without_engine


@pytest.fixture(scope="module")
def cases(sessions: Sessions) -> list[str]:
    """Complaints of some days before the festival, by telephone and by letter."""
    taken = []
    for day in (0, 1, 2, 3, 24):
        for channel in (Channel.PHONE, Channel.LETTER):
            told = a_complaint(
                received_at=(SPRING + timedelta(days=day)).astimezone(UTC),
                imported_at=datetime.now(UTC),
                channel=channel,
            )
            with sessions.begin() as session:
                taken.append(receive(session, told, actor("ines")).reference)
    return taken


def counts_of(visit: Visit, url: str) -> list[tuple[str, int, str]]:
    """The day, the number and where it leads, of every number of a month."""
    found = []
    for cell in tree_of(visit("sun").get(url)).iter("td"):
        days = [each.get("datetime", "") for each in cell.iter("time")]
        for link in cell.iter("a"):
            found.append((days[0], int(words_of(link).split()[0]), link.get("href", "")))
    return found


def dates_in(sessions: Sessions, nature: Nature, month: str) -> set[tuple[str, str]]:
    """Each day of a month with a case that has such a date on it, as the clocks say."""
    with sessions() as session:
        rows = session.execute(
            select(ClockRow.reference, ClockRow.clock["due_on"].astext.label("on"))
            .join(CaseRow, CaseRow.reference == ClockRow.reference)
            .where(ClockRow.nature == nature, ClockRow.stopped_at.is_(None))
            .where(CaseRow.status != "closed")
        )
        return {(row.on, row.reference) for row in rows if row.on and row.on.startswith(month)}


@pytest.mark.parametrize("month", ["2026-02", "2026-03"])
def test_each_day_counts_the_cases_with_a_date_on_it_and_opens_them(
    visit: Visit, sessions: Sessions, cases: list[str], month: str
) -> None:
    sun = visit("sun")
    shown: dict[Nature, set[tuple[str, str]]] = {nature: set() for nature in Nature}
    for day, number, url in counts_of(visit, f"/calendar?shelf=all&month={month}"):
        beside = not day.startswith(month)
        opened = sun.get(url)
        references = set(re.findall(REFERENCE, opened.text))
        assert len(references) == number, (day, url)
        nature = Nature(re.search(r"nature=(\w+)", url)[1])  # type: ignore[index]
        shown[nature] |= {(day, each) for each in references if not beside}
        assert f"Only cases with a date on {day}" in Page(opened).words
    for nature in Nature:
        assert shown[nature] == dates_in(sessions, nature, month), nature
    assert shown[Nature.STATUTORY], "the month has dates"


def test_the_weeks_with_which_a_month_begins_and_ends_are_shown_whole(
    visit: Visit, cases: list[str]
) -> None:
    """On the last day of a month one looks for what is due tomorrow."""
    february, march = ("/calendar?shelf=all&month=2026-02", "/calendar?shelf=all&month=2026-03")
    days = dict.fromkeys(day for day, _, _ in counts_of(visit, march))
    before = [day for day in days if day.startswith("2026-02")]
    assert before, "the week of the first of March begins in February"
    for day in before:
        assert [each for each in counts_of(visit, february) if each[0] == day] == [
            (found, number, url.replace("2026-03", "2026-02"))
            for found, number, url in counts_of(visit, march)
            if found == day
        ]
    whole = sum(number for day, number, _ in counts_of(visit, march) if "2026-03" in day)
    said = re.search(r"(\d+) binding and (\d+) internal", Page(visit("sun").get(march)).words)
    assert said is not None
    assert int(said[1]) + int(said[2]) == whole, "the month counts its own days"


def day_of(visit: Visit, month: str, day: str) -> str:
    """What is said in the cell of a day."""
    for cell in tree_of(visit("sun").get(f"/calendar?shelf=all&month={month}")).iter("td"):
        if any(each.get("datetime") == day for each in cell.iter("time")):
            return words_of(cell)
    raise AssertionError(f"no {day}")


def test_the_days_on_which_the_bank_works_are_marked_by_its_own_calendar(visit: Visit) -> None:
    assert "holiday" in day_of(visit, "2026-02", "2026-02-17"), "Spring Festival, a Tuesday"
    assert "make-up workday" in day_of(visit, "2026-02", "2026-02-14"), "a Saturday that is worked"
    assert "weekend" in day_of(visit, "2026-02", "2026-02-07")
    assert "holiday" not in day_of(visit, "2026-02", "2026-02-24")
    assert "not announced yet" in day_of(visit, "2099-06", "2099-06-10")


def test_a_holiday_is_called_by_its_name_in_the_language_of_the_page(visit: Visit) -> None:
    sun = visit("sun")
    sun.send("/language", language="zh")
    try:
        assert "国庆节" in day_of(visit, "2026-10", "2026-10-01")
    finally:
        sun.send("/language", language="en")
    assert "National Day" in day_of(visit, "2026-10", "2026-10-01")


def test_a_month_leads_to_the_one_before_and_the_one_after_of_the_same_list(
    visit: Visit, cases: list[str]
) -> None:
    page = Page(visit("sun").get("/calendar?shelf=all&channel=letter&month=2026-02"))
    assert "Channel: Letter" in page.words
    for words, month in (("Previous month", "2026-01"), ("Next month", "2026-03")):
        url = page.link(words)
        assert f"month={month}" in url
        assert "channel=letter" in url
    this = datetime.now(BEIJING).strftime("%Y-%m")
    assert f"month={this}" in page.link("This month")
    assert "channel=letter" in page.link("As a list")


def test_a_calendar_is_of_the_list_one_looks_at(
    visit: Visit, sessions: Sessions, cases: list[str]
) -> None:
    sun = visit("sun")
    way = Page(sun.get("/?shelf=all&channel=letter&handler=-")).link("As a calendar")
    assert "channel=letter" in way
    assert "handler=-" in way
    whole = sum(number for _, number, _ in counts_of(visit, "/calendar?shelf=all&month=2026-02"))
    letters = sum(number for _, number, _ in counts_of(visit, f"{way}&month=2026-02"))
    assert 0 < letters < whole
    nobodys = counts_of(visit, "/calendar?shelf=all&handler=han&month=2026-02")
    assert nobodys == [], "han has none of them"


def test_what_one_does_not_read_is_in_no_days_number(visit: Visit, cases: list[str]) -> None:
    page = visit("han").get("/calendar?shelf=mine&month=2026-02")
    assert page.status_code == 200
    assert "nature=" not in page.text


@pytest.mark.parametrize("month", ["", "2026", "2026-13", "month", "0001-01", "9999-12"])
def test_what_is_no_month_shows_the_one_that_is_now(visit: Visit, month: str) -> None:
    page = visit("sun").get(f"/calendar?month={month}")
    assert page.status_code == 200
    assert datetime.now(BEIJING).strftime("Due dates, %Y-%m") in page.text


def test_a_day_that_is_none_narrows_nothing(visit: Visit, cases: list[str]) -> None:
    for day in ("yesterday", "2026-02-30", "9999-12-31", "0001-01-01"):
        found = visit("sun").get(f"/?shelf=all&on={day}").text
        assert set(cases) == set(re.findall(REFERENCE, found)), day


def test_a_view_of_a_day_keeps_the_day_while_it_is_narrowed_further(
    visit: Visit, cases: list[str]
) -> None:
    page = visit("sun").get("/?shelf=all&on=2026-02-24&nature=statutory").text
    assert 'name="on" value="2026-02-24"' in page
    assert 'name="nature" value="statutory"' in page
