"""The queue as people narrow and sort it; the engine is away."""

import re
from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import update

from domain.classification import Category, Channel
from store.cases.receipts import receive
from store.database import Sessions
from store.people.saved_views import AT_MOST
from store.reads.queues import SortedBy
from store.tables import CaseRow
from tests.builders import a_complaint, actor
from tests.web.bank_in_english import a_bank_in_english
from tests.web.browser import Visit
from tests.web.no_engine import app_without_engine
from tests.web.seen import Page

REFERENCE = r'href="/cases/(C-\d+-\d+)"'


@pytest.fixture(scope="module")
def sessions(database_with_packs: Callable[[], str]) -> Iterator[Sessions]:
    """A bank of its own, so that no other test's case is in its lists."""
    with a_bank_in_english(database_with_packs()) as sessions:
        yield sessions


app = app_without_engine


@pytest.fixture(scope="module")
def cases(sessions: Sessions) -> dict[str, str]:
    """Four complaints, by what they are called here."""

    def taken(handler: str | None = None, **over: object) -> str:
        with sessions.begin() as session:
            reference = receive(session, a_complaint(**over), actor("ines")).reference
            session.execute(
                update(CaseRow).where(CaseRow.reference == reference).values(handler=handler)
            )
        return reference

    return {
        "letter": taken(channel=Channel.LETTER, category=Category.SERVICE_PRODUCT, handler="sun"),
        "phone": taken(channel=Channel.PHONE, category=Category.SERVICE_ATTITUDE, handler="han"),
        "media": taken(channel=Channel.MEDIA, category=Category.SERVICE_PRODUCT),
        "branch": taken(channel=Channel.PHONE, unit="east-branch", category=None),
    }


def listed(visit: Visit, cases: dict[str, str], asked: str) -> list[str]:
    """The cases that a list shows, in its order."""
    names = {reference: name for name, reference in cases.items()}
    page = visit("sun").get(f"/?shelf=all{asked}").text
    return [names[each] for each in re.findall(REFERENCE, page)]


@pytest.mark.parametrize(
    ("asked", "title"),
    [
        ("", "All open cases"),
        ("&channel=letter", "Open cases · Letter"),
        ("&channel=letter&channel=media", "Open cases · Channel: 2 chosen"),
        ("&status=closed", "Cases · Closed"),
        ("&status=closed&unit=harbour-outlet", "Cases · Closed · harbour-outlet"),
        ("&shelf=unassigned", "Unassigned cases"),
        ("&shelf=breached&channel=phone", "Late cases · Telephone"),
    ],
)
def test_the_title_of_a_list_says_what_stands_below_it(
    visit: Visit, cases: dict[str, str], asked: str, title: str
) -> None:
    page = Page(visit("sun").get("/?" + (asked if "shelf" in asked else f"shelf=all{asked}")))
    assert page.title == page.heading == title


def test_a_saved_view_is_called_by_its_name(visit: Visit, cases: dict[str, str]) -> None:
    sun = visit("sun")
    sun.send("/views/", name="By post", shelf="all", channel="letter")
    opened = sun.get("/?shelf=all&channel=letter")
    other = Page(sun.get("/?shelf=all&channel=media"))
    (number,) = re.findall(r'action="/views/(\d+)/forget"', opened.text)
    sun.send(f"/views/{number}/forget")
    assert Page(opened).title == Page(opened).heading == "By post"
    assert other.heading == "Open cases · Media"


def test_a_list_is_narrowed_to_several_values_of_each_kind(
    visit: Visit, cases: dict[str, str]
) -> None:
    assert set(listed(visit, cases, "&channel=letter&channel=media")) == {"letter", "media"}
    both = "&channel=phone&channel=letter&category=service_product"
    assert listed(visit, cases, both) == ["letter"]
    units = "&unit=east-branch&unit=harbour-outlet&channel=phone"
    assert set(listed(visit, cases, units)) == {"phone", "branch"}
    assert listed(visit, cases, "&unit=nowhere&channel=pigeon") == listed(visit, cases, "")
    assert listed(visit, cases, "&status=closed") == []


def test_what_is_chosen_is_said_and_kept_for_the_next_time(
    visit: Visit, cases: dict[str, str]
) -> None:
    page = visit("sun").get("/?shelf=all&channel=letter&channel=media&sort=unit").text
    assert "2 chosen" in page
    assert re.search(r'value="letter" checked', page)
    assert 'name="sort" value="unit"' in page
    assert "Cases: 2" in page


@pytest.mark.parametrize(
    ("column", "order"),
    [
        (SortedBy.CHANNEL, {"phone": 0, "branch": 0, "letter": 1, "media": 2}),
        (SortedBy.UNIT, {"branch": 0, "letter": 1, "phone": 1, "media": 1}),
        (SortedBy.REFERENCE, {"letter": 0, "phone": 1, "media": 2, "branch": 3}),
    ],
)
def test_a_list_is_sorted_by_a_column_either_way(
    visit: Visit, cases: dict[str, str], column: SortedBy, order: dict[str, int]
) -> None:
    codes = [each.value for each in Channel]
    if column is SortedBy.CHANNEL:
        by = {"letter": Channel.LETTER, "media": Channel.MEDIA}
        order = {name: codes.index(by.get(name, Channel.PHONE)) for name in order}
    up = [order[name] for name in listed(visit, cases, f"&sort={column}")]
    down = [order[name] for name in listed(visit, cases, f"&sort={column}&down=yes")]
    assert up == sorted(order.values())
    assert down == sorted(order.values(), reverse=True)


@pytest.mark.parametrize(("column", "empty"), [("handler", 2), ("category", 1)])
def test_what_is_empty_comes_last_whichever_way_a_list_is_sorted(
    visit: Visit, cases: dict[str, str], column: str, empty: int
) -> None:
    without = {"handler": {"media", "branch"}, "category": {"branch"}}[column]
    for down in ("", "&down=yes"):
        assert set(listed(visit, cases, f"&sort={column}{down}")[-empty:]) == without


def test_a_head_of_a_column_says_how_the_list_is_sorted_and_turns_it(
    visit: Visit, cases: dict[str, str]
) -> None:
    up = visit("sun").get("/?shelf=all&channel=phone&sort=status").text
    assert 'aria-sort="ascending"' in up
    turns = re.search(r'href="([^"]*sort=status[^"]*)" rel="nofollow"', up)
    assert turns is not None
    assert "channel=phone" in turns[1], "what it is narrowed to stays"
    down = visit("sun").get(turns[1].replace("&amp;", "&")).text
    assert 'aria-sort="descending"' in down


LETTERS = {"shelf": "all", "channel": ["letter", "media"], "sort": "unit", "down": "yes"}


def test_a_view_is_saved_opened_again_and_taken_away(visit: Visit, cases: dict[str, str]) -> None:
    sun = visit("sun")
    narrowed = sun.get("/?shelf=all&channel=letter&channel=media&sort=unit&down=yes")
    assert Page(narrowed).link("Save this view").startswith("/views/new?")
    saved = sun.send("/views/", name="Written ones", **LETTERS)
    shown = Page(sun.get(saved.location))
    assert "The view is saved." in shown.words
    opens = shown.link("Written ones")
    assert set(re.findall(REFERENCE, sun.get(opens).text)) == {cases["letter"], cases["media"]}
    assert "Written ones" not in visit("han").get("/").text, "it is nobody else's"

    number = re.search(r'action="/views/(\d+)/forget"', sun.get("/").text)
    assert number is not None
    assert visit("han").send(f"/views/{number[1]}/forget").status_code == 404
    sun.send(f"/views/{number[1]}/forget")
    assert "Written ones" not in sun.get("/").text


def test_a_view_is_shared_with_the_unit_and_shows_each_reader_their_own(
    visit: Visit, cases: dict[str, str]
) -> None:
    han = visit("han")
    han.send("/views/", name="By telephone", shared="yes", shelf="all", channel="phone")
    shared = Page(visit("hugo").get("/"))
    assert "By telephone" in shared.words
    assert "By telephone" not in visit("sun").get("/").text, "she works in another unit"
    opens = shared.link("By telephone")
    assert cases["phone"] not in visit("hugo").get(opens).text, "hugo does not read it"


def test_a_view_without_a_fit_name_is_asked_for_again_with_what_was_typed(visit: Visit) -> None:
    sun = visit("sun")
    for name, says in (("", "Name of the view"), ("n" * 61, "60")):
        again = sun.send("/views/", name=name, shared="yes", **LETTERS)
        assert again.status_code == 422
        page = Page(again)
        assert says in page.alert
        assert re.search(r'name="shared" value="yes" checked', again.text)
        assert again.text.count('name="channel"') == 2, "how it was looked at is kept"


def test_a_view_saved_again_takes_the_place_of_the_first_and_there_is_an_end_to_them(
    visit: Visit,
) -> None:
    sun = visit("sun")
    for number in (*range(AT_MOST), 0):
        sent = sun.send("/views/", name=f"View {number}", shelf="all")
        assert sent.status_code == 302
    full = sun.send("/views/", name="One more", shelf="all")
    assert full.status_code == 409
    assert "Take one away first." in full.text
    for number in re.findall(r'action="/views/(\d+)/forget"', sun.get("/").text):
        sun.send(f"/views/{number}/forget")
