"""Who else has a case open: told by their pages while they have it before them, to those alone who
may see the case, and of those alone."""

from collections.abc import Callable, Mapping

import pytest
from sqlalchemy import delete, func, select, update
from werkzeug.test import TestResponse

from rulebook.pages.limits import read_open_page_limits
from store.database import Sessions
from store.people.stays import end_stays
from store.tables import CaseRow, PersonRow, PresenceRow, StayRow
from tests.web.browser import Browser, Visit
from tests.web.seen import Page, tree_of

NEWEST_FIRST = "/?shelf=all&sort=reference&down=yes"


@pytest.fixture
def case(a_received_case: Callable[..., str], sessions: Sessions) -> str:
    """A case that Han handles, and before nobody open."""
    reference = a_received_case()
    with sessions.begin() as session:
        mine = CaseRow.reference == reference
        session.execute(update(CaseRow).where(mine).values(handler="han"))
        session.execute(delete(PresenceRow))
    return reference


def says_it_is_open(browser: Browser, reference: str) -> str:
    """As the script of the page says it, and what it then shows."""
    browser.get(f"/cases/{reference}")
    answer = browser.send(f"/cases/{reference}/open")
    assert answer.status_code == 200
    said: str = told(answer)["said"]
    return said


def told(answer: TestResponse) -> Mapping[str, str]:
    """What the script is told."""
    assert answer.json is not None
    found: Mapping[str, str] = answer.json
    return found


def test_two_who_have_a_case_open_are_told_of_each_other(case: str, visit: Visit) -> None:
    sun, han = visit("sun"), visit("han")
    assert says_it_is_open(sun, case) == "", "nobody is told of themselves"
    assert says_it_is_open(han, case) == "Also looking at this case now: sun"
    assert says_it_is_open(sun, case) == "Also looking at this case now: han"


def test_the_queue_marks_the_case_with_who_has_it_open(case: str, visit: Visit) -> None:
    sun, han = visit("sun"), visit("han")
    says_it_is_open(han, case)
    assert f"{case} Also looking at it now: han" in Page(sun.get(NEWEST_FIRST)).words
    assert "Also looking" not in Page(han.get(NEWEST_FIRST)).words


def test_whoever_only_asks_for_the_page_is_not_named(case: str, visit: Visit) -> None:
    """Without the script nothing is known, and nothing is said."""
    visit("han").get(f"/cases/{case}")
    assert says_it_is_open(visit("sun"), case) == ""
    assert "Also looking" not in visit("sun").get(f"/cases/{case}").text


def test_it_ends_within_a_minute_of_leaving(case: str, visit: Visit, sessions: Sessions) -> None:
    limits = read_open_page_limits()
    assert limits.present_seconds + limits.present_every_seconds <= 60, "until others are told"
    assert limits.present_every_seconds * 2 < limits.present_seconds, "one word may get lost"
    sun = visit("sun")
    says_it_is_open(visit("han"), case)
    left(sessions, "han", limits.present_seconds - 5)
    assert "han" in says_it_is_open(sun, case)
    left(sessions, "han", limits.present_seconds + 1)
    assert says_it_is_open(sun, case) == ""
    with sessions() as session:
        assert "han" not in session.scalars(select(PresenceRow.person)).all(), "nothing is left"


def test_the_page_is_told_that_its_case_has_moved_on(
    case: str, visit: Visit, sessions: Sessions
) -> None:
    sun = visit("sun")
    shown = etag_on(sun.get(f"/cases/{case}"))
    assert told(sun.send(f"/cases/{case}/open"))["etag"] == shown, "nothing has happened"
    with sessions.begin() as session:
        moved = update(CaseRow).where(CaseRow.reference == case)
        session.execute(moved.values(version=CaseRow.version + 1))
    assert told(sun.send(f"/cases/{case}/open"))["etag"] != shown


def etag_on(page: TestResponse) -> str:
    """What the script of the page compares."""
    (place,) = (each for each in tree_of(page).iter() if "data-etag" in each.attrib)
    return place.attrib["data-etag"]


def left(sessions: Sessions, person: str, seconds: int) -> None:
    """So many seconds ago their page has said it last."""
    at = func.now() - func.make_interval(0, 0, 0, 0, 0, 0, seconds)
    with sessions.begin() as session:
        session.execute(update(PresenceRow).where(PresenceRow.person == person).values(seen_at=at))


def test_whoever_is_kept_out_meanwhile_is_not_named_and_is_not_told(
    case: str, visit: Visit, sessions: Sessions
) -> None:
    sun, han = visit("sun"), visit("han")
    says_it_is_open(sun, case)
    says_it_is_open(han, case)
    with sessions.begin() as session:
        row = session.get_one(CaseRow, case)
        row.state = {**row.state, "in_conflict": ["han"]}
    assert says_it_is_open(sun, case) == ""
    assert "Also looking" not in Page(sun.get(NEWEST_FIRST)).words
    refused = han.send(f"/cases/{case}/open")
    absent = han.send("/cases/C-1999-000001/open")
    assert refused.status_code == absent.status_code == 404
    assert "sun" not in refused.text


def test_whoever_has_left_the_bank_is_not_named(
    case: str, visit: Visit, sessions: Sessions
) -> None:
    says_it_is_open(visit("han"), case)
    with sessions.begin() as session:
        session.execute(update(PersonRow).where(PersonRow.id == "han").values(active=False))
    try:
        assert says_it_is_open(visit("sun"), case) == ""
    finally:
        with sessions.begin() as session:
            session.execute(update(PersonRow).where(PersonRow.id == "han").values(active=True))


def test_a_page_that_stays_open_keeps_no_session_going(
    case: str, visit: Visit, sessions: Sessions
) -> None:
    """Else nobody who leaves their desk would ever be logged out."""
    sun = visit("sun")
    sun.get(f"/cases/{case}")
    with sessions.begin() as session:
        session.execute(update(StayRow).values(seen_at=long_ago()))
        before = session.scalars(select(StayRow.seen_at).where(StayRow.person == "sun")).all()
    assert sun.send(f"/cases/{case}/open").status_code == 200
    with sessions() as session:
        after = session.scalars(select(StayRow.seen_at).where(StayRow.person == "sun")).all()
    assert after == before
    sun.get(f"/cases/{case}")
    with sessions() as session:
        looked = session.scalars(select(StayRow.seen_at).where(StayRow.person == "sun")).all()
    assert looked != before, "a page that somebody asks for does"


def long_ago() -> object:
    return func.now() - func.make_interval(0, 0, 0, 0, 0, 30)


def test_a_script_without_a_session_hears_of_nobody(
    case: str, visit: Visit, sessions: Sessions
) -> None:
    sun = visit("sun")
    sun.get(f"/cases/{case}")
    says_it_is_open(visit("han"), case)
    with sessions.begin() as session:
        end_stays(session, ["sun"])
    answer = sun.send(f"/cases/{case}/open")
    assert (answer.status_code, answer.location) == (302, "/login")
    assert "Your session had ended" not in sun.get("/login").text


def test_another_page_cannot_make_a_browser_say_so(case: str, visit: Visit) -> None:
    sun = visit("sun")
    sun.get(f"/cases/{case}")
    assert sun.ask(f"/cases/{case}/open", "POST").status_code == 400
    assert says_it_is_open(visit("han"), case) == ""
