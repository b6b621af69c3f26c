"""The history page, as people of each role see it."""

from uuid import uuid4

import pytest
from sqlalchemy import update

from engine.timeline import Happening, Lane
from store.database import Sessions
from store.tables import PersonRow
from tests.web.browser import Taker, Visit
from tests.web.seen import Page
from web.wording.story import LANES, SENTENCES


def test_every_happening_has_its_sentence() -> None:
    assert set(SENTENCES) == set(Happening)
    assert set(LANES) == set(Lane)


@pytest.mark.parametrize("person", ["han", "sun", "hong", "lin", "ada"])
def test_the_history_tells_what_comes_next_also_while_the_engine_is_away(
    visit: Visit, a_received_case: Taker, person: str
) -> None:
    page = visit(person).get(f"/cases/{a_received_case()}/history")
    assert page.status_code == 200
    assert "The engine does not answer." in page.text
    assert "Complaint received" in page.text
    assert "What comes next" in page.text
    assert "Time limits in a picture" in Page(page).pictures()
    assert "the engine holds no timer" not in page.text, "nobody knows while it is away"


def test_intake_is_not_shown_the_history(visit: Visit, a_received_case: Taker) -> None:
    assert visit("ines").get(f"/cases/{a_received_case()}/history").status_code == 403


def test_an_administrator_sees_no_words_of_the_case(visit: Visit, a_received_case: Taker) -> None:
    reference = a_received_case()
    note = {"note": "The customer is known to us.", "command_id": str(uuid4())}
    visit("sun").send(f"/cases/{reference}/acts/note", **note)
    for person in ("sun", "ada"):
        page = visit(person).get(f"/cases/{reference}/history").text
        assert "known to us" not in page, "not before the engine has taken it"
        assert "stored, waiting for the engine" in page


def test_the_history_is_narrowed_to_a_lane_and_to_a_moment(
    visit: Visit, a_received_case: Taker
) -> None:
    url = f"/cases/{a_received_case()}/history"
    assert "Complaint received" not in visit("sun").get(f"{url}?lane=clocks").text
    past = visit("sun").get(f"{url}?as_of=2020-01-01T00:00").text
    assert "Complaint received" not in past
    assert "What comes next" not in past
    assert visit("sun").get(f"{url}?as_of=nonsense&lane=none").status_code == 200


def test_the_history_speaks_chinese(
    visit: Visit, a_received_case: Taker, sessions: Sessions
) -> None:
    reference = a_received_case()
    with sessions.begin() as session:
        session.execute(update(PersonRow).where(PersonRow.id == "sun").values(language="zh"))
    page = visit("sun").get(f"/cases/{reference}/history").text
    with sessions.begin() as session:
        session.execute(update(PersonRow).where(PersonRow.id == "sun").values(language="en"))
    assert "接下来" in page
