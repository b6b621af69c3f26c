"""Where it burns, as a supervisor reads it: every number opens just the cases it counts."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any

import pytest
from sqlalchemy import delete, text, update
from werkzeug.test import TestResponse

from domain.case import Status
from domain.classification import Channel
from domain.statuses import TaskKind
from store.cases.receipts import receive
from store.database import Sessions
from store.tables import CaseRow, TaskRow
from tests.builders import a_complaint, actor
from tests.web.bank_in_english import a_bank_in_english
from tests.web.browser import Browser, Visit
from tests.web.no_engine import app_without_engine
from tests.web.seen import Page, tree_of, words_of

REFERENCE = r'href="/cases/(C-\d+-\d+)"'

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture(scope="module")
def sessions(database_with_packs: Callable[[], str]) -> Iterator[Sessions]:
    """A bank of its own, so that no other test's case is counted."""
    with a_bank_in_english(database_with_packs()) as sessions:
        yield sessions


app = app_without_engine


@pytest.fixture(scope="module")
def cases(sessions: Sessions) -> dict[str, str]:
    """Cases past their dates, near them and far from them, in two units and several stages."""
    now = datetime.now(UTC)

    def taken(due: timedelta | None, old: int = 1, **over: Any) -> str:
        columns = {name: over.pop(name) for name in tuple(over) if hasattr(CaseRow, name)
                   and name not in {"channel", "unit"}}  # fmt: skip
        with sessions.begin() as session:
            complaint = a_complaint(received_at=now - old * DAY - HOUR, **over)
            reference = receive(session, complaint, actor("ines")).reference
            columns |= {"next_due_at": None if due is None else now + due}
            row = update(CaseRow).where(CaseRow.reference == reference)
            session.execute(row.values(**columns))
        return reference

    in_work: dict[str, Any] = {"handler": "han", "status": Status.IN_PROGRESS}
    return {
        "past": taken(-2 * HOUR, old=8, breaches=1, rungs=1, **in_work),
        "past too": taken(-3 * DAY, old=40, breaches=1, **in_work),
        "soon": taken(5 * HOUR, **in_work),
        "far": taken(9 * DAY, **in_work),
        "waits": taken(None, old=5, status=Status.IN_PROGRESS, handler="han", is_waiting=True),
        "unassigned": taken(3 * HOUR),
        "branch": taken(4 * DAY, unit="east-branch", handler="sun"),
        "branch past": taken(-HOUR, unit="east-branch", breaches=1),
        "closed": taken(None, old=20, status=Status.CLOSED, breaches=1),
        "letter": taken(6 * DAY, channel=Channel.LETTER, unit="east-branch"),
    }


def numbers_of(page: TestResponse) -> list[tuple[int, str, str]]:
    """Every number that leads to a list, with where it leads and what is said beside it."""
    found = []
    for link in tree_of(page).iter("a"):
        said = words_of(link)
        if re.match(r"\d", said) and link.get("href", "").startswith("/?"):
            found.append((int(re.match(r"\d+", said)[0]), link.get("href", ""), said))  # type: ignore[index]
    return found


def listed(browser: Browser, url: str, cases: dict[str, str]) -> set[str]:
    """The cases that a list holds, by what they are called here."""
    names = {reference: name for name, reference in cases.items()}
    return {names[each] for each in re.findall(REFERENCE, browser.get(unescape(url)).text)}


@pytest.mark.parametrize("person", ["sun", "hong"])
def test_every_number_opens_as_many_cases_as_it_says(
    visit: Visit, cases: dict[str, str], person: str
) -> None:
    browser = visit(person)
    numbers = numbers_of(browser.get("/supervision?units=all&handlers=all"))
    assert len(numbers) > 30, "units, stages, handlers, ages and the whole"
    for number, url, said in numbers:
        assert len(listed(browser, url, cases)) == number, (said, url)


def test_the_whole_is_told_first(visit: Visit, cases: dict[str, str]) -> None:
    sun = visit("sun")
    page = Page(sun.get("/supervision"))
    whole = {
        "9 in hand": set(cases) - {"closed"},
        "3 past their next date": {"past", "past too", "branch past"},
        "2 due within a day": {"soon", "unassigned"},
        "3 with a time limit exceeded": {"past", "past too", "branch past"},
        "1 escalated": {"past"},
        "3 not assigned": {"unassigned", "branch past", "letter"},
    }
    for said, those in whole.items():
        assert listed(sun, page.link(said), cases) == those, said


def test_a_stage_of_a_unit_says_how_hot_it_is_in_a_word_beside_the_figure(
    visit: Visit, cases: dict[str, str]
) -> None:
    sun = visit("sun")
    page = Page(sun.get("/supervision"))
    past = page.link("2 past harbour-outlet, In progress")
    assert listed(sun, past, cases) == {"past", "past too"}
    soon = page.link("1 soon harbour-outlet, In progress")
    assert listed(sun, soon, cases) == {"soon"}
    cells = [
        words_of(cell)
        for cell in tree_of(sun.get("/supervision")).iter("td")
        if "heat" in cell.get("class", "").split()
    ]
    assert "5 harbour-outlet, In progress burning 2 past harbour-outlet, In progress 1 soon" in (
        " ".join(cells)
    )
    assert any("calm" in cell for cell in cells)


def test_the_hottest_unit_stands_first(visit: Visit, cases: dict[str, str]) -> None:
    page = visit("hong").get("/supervision").text
    stages = page.partition('id="stages"')[2].partition("</section>")[0]
    assert re.findall(r'<th scope="row">([^<]+)</th>', stages) == ["harbour-outlet", "east-branch"]


def test_ages_are_drawn_and_stand_in_a_table_beside(visit: Visit, cases: dict[str, str]) -> None:
    sun = visit("sun")
    page = Page(sun.get("/supervision"))
    assert page.pictures() == ["How old open cases are"]
    assert listed(sun, page.link("1 30–59"), cases) == {"past too"}
    assert listed(sun, page.link("1 7–14"), cases) == {"past"}


def test_who_may_not_read_a_case_does_not_have_it_counted(
    visit: Visit, sessions: Sessions, cases: dict[str, str]
) -> None:
    """Of whom a complaint is, that person's figures are without it (A-36)."""
    named = "coalesce(to_jsonb(cast(:who as text)), 'null')"
    put = text(
        f"update cases set state = jsonb_set(state, '{{person_complained_about}}', {named})"
        " where reference = :reference"
    )
    with sessions.begin() as session:
        session.execute(put, {"who": "sun", "reference": cases["past"]})
    sun = visit("sun")
    page = Page(sun.get("/supervision"))
    assert listed(sun, page.link("8 in hand"), cases) == set(cases) - {"closed", "past"}
    with sessions.begin() as session:
        session.execute(put, {"who": None, "reference": cases["past"]})


def test_what_is_counted_can_be_prompted_given_away_and_acknowledged_where_it_opens(
    visit: Visit, cases: dict[str, str]
) -> None:
    sun = visit("sun")
    opened = Page(sun.get(Page(sun.get("/supervision")).link("1 escalated")))
    assert opened.offers("Urge the handler …")
    assert opened.offers("Assign or transfer …")
    assert opened.offers("Acknowledge an escalation …")


def test_whoever_is_to_acknowledge_finds_it_however_many_wait_longer_for_others(
    visit: Visit, sessions: Sessions, cases: dict[str, str]
) -> None:
    """And how many there are, beyond those that are shown."""
    now = datetime.now(UTC)

    def waits(person: str, number: int, opened_at: datetime) -> TaskRow:
        facts = {"clock": "final", "step": "supervisor"}
        return TaskRow(
            key=f"unheard-{person}-{number}", reference=cases["past"], unit="harbour-outlet",
            kind=TaskKind.ACKNOWLEDGE, role="supervisor", person=person, opened_at=opened_at,
            facts=facts,
        )  # fmt: skip

    with sessions.begin() as session:
        session.add_all(waits("hong", number, now - 9 * DAY) for number in range(30))
        session.add_all(waits("sun", number, now) for number in range(27))
    page = visit("sun").get("/supervision")
    [heading] = [each for each in tree_of(page).iter("h2") if each.get("id") == "mine"]
    assert words_of(heading) == "Waiting for you to acknowledge 27"
    mine, _, others = page.text.partition('id="mine"')[2].partition("Waiting longest for others")
    assert mine.count("<form") == 25
    assert "The oldest 25." in mine
    assert others.partition("</details>")[0].count("<form") == 25
    with sessions.begin() as session:
        session.execute(delete(TaskRow).where(TaskRow.key.startswith("unheard-")))


def test_a_list_that_is_cut_says_that_there_is_more(
    visit: Visit, sessions: Sessions, cases: dict[str, str]
) -> None:
    with sessions.begin() as session:
        session.add_all(
            TaskRow(
                key=f"much-{number}", reference=cases["past"], unit="harbour-outlet",
                kind=TaskKind.DUTY, role="handler", person="han", opened_at=datetime.now(UTC),
                facts={"task": "look_into", "title": {"en": "Look", "zh": "查看"}, "rule": "A-15",
                       "until": [], "asks": [], "holds_up": []},
            )
            for number in range(201)
        )  # fmt: skip
    headings = [words_of(each) for each in tree_of(visit("sun").get("/tasks")).iter("h2")]
    with sessions.begin() as session:
        session.execute(delete(TaskRow).where(TaskRow.key.startswith("much-")))
    assert "Waiting for others 200+ or more; the first are shown" in headings


def test_who_waits_for_whom_is_told_oldest_first_and_each_number_opens_its_tasks(
    visit: Visit, sessions: Sessions, cases: dict[str, str]
) -> None:
    """Intake took a letter down, and the pack asks an office for something because of it."""
    hong = visit("hong")
    longest = words_of(next(
        each for each in tree_of(hong.get("/supervision")).iter("section")
        if each.get("aria-labelledby") == "waits"
    ))  # fmt: skip
    assert cases["letter"] in longest
    assert "ines" in longest, "who asked for it"
    page = hong.get("/supervision/waits")
    links = [
        (int(words_of(link).split()[0]), link.get("href", ""))
        for link in tree_of(page).iter("a")
        if link.get("href", "").startswith("/supervision/waits/between")
    ]
    assert links
    for number, url in links:
        between = hong.get(url)
        assert len(re.findall(r'<th scope="row"><a href="/cases/', between.text)) == number, url
    with sessions() as session:
        open_tasks = session.scalar(text(
            "select count(*) from tasks where done_at is null and kind in ('duty', 'acknowledge')"
        ))  # fmt: skip
    whole = [number for number, url in links if "past=yes" not in url]
    assert sum(whole) == open_tasks, "no task is left out, and none counted twice"


def test_supervision_is_for_those_who_supervise(visit: Visit, cases: dict[str, str]) -> None:
    for person in ("han", "ines", "ada"):
        for url in ("/supervision", "/supervision/waits", "/supervision/waits/between?by=ines"):
            assert visit(person).get(url).status_code == 403, (person, url)
