"""A year mistyped is told beside its field, before a clock starts on it or waits for it."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from store.database import Sessions
from store.tables import CaseRow, CommandRow
from tests.web.browser import Taker, Visit, a_filled_form, hidden

LONG_AGO = (datetime.now(UTC) - timedelta(days=800)).strftime("%Y-%m-%dT%H:%M")


def cases(sessions: Sessions) -> int:
    with sessions() as session:
        return session.scalar(select(func.count()).select_from(CaseRow)) or 0


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"received_at": "0202-11-28T09:30"}, "Look at the year."),
        ({"received_at": "0001-01-01T00:00"}, "date"),
        ({"received_at": "1999-01-01T00:00"}, "more than 10 years back"),
        ({"received_at": "9999-12-31T23:59"}, "This lies in the future."),
        ({"sender_due_at": "9999-12-31T23:59"}, "more than 2 years ahead"),
        ({"sender_due_at": "0001-01-01T00:00"}, "date"),
        ({"sender_due_at": "0001-01-02T00:00"}, "This lies before the receipt."),
        ({"sender_due_at": "2206-01-01T00:00"}, "more than 2 years ahead"),
    ],
)
def test_a_complaint_with_a_year_that_cannot_be_meant_comes_back(
    visit: Visit, sessions: Sessions, typed: Mapping[str, str], sentence: str
) -> None:
    ines, before = visit("ines"), cases(sessions)
    form = a_filled_form(ines, channel="transferred", sender="the bureau") | dict(typed)
    again = ines.send("/register", **form)
    assert again.status_code == 422
    assert sentence in again.text
    for value in typed.values():
        assert f'value="{value}"' in again.text, "what was typed is kept"
    assert cases(sessions) == before


def test_a_complaint_of_long_ago_is_asked_about_once(visit: Visit, sessions: Sessions) -> None:
    ines, before = visit("ines"), cases(sessions)
    form = a_filled_form(ines, received_at=LONG_AGO)
    again = ines.send("/register", **form)
    assert again.status_code == 422
    assert "If it is right, confirm it." in again.text
    assert 'name="came_long_ago"' in again.text
    assert ines.send("/register", **form, came_long_ago="yes").status_code == 302
    assert cases(sessions) == before + 1
    assert 'name="came_long_ago"' not in ines.get("/register").text


@pytest.mark.parametrize(
    ("until", "sentence"),
    [
        ("9999-12-31T23:59", "more than 2 years ahead"),
        ("2206-01-01T00:00", "more than 2 years ahead"),
        ("0001-01-01T00:00", "date"),
        ("0202-11-28T09:30", "more than 10 years back"),
    ],
)
def test_a_later_date_that_cannot_be_meant_is_not_stored(
    visit: Visit, a_received_case: Taker, sessions: Sessions, until: str, sentence: str
) -> None:
    reference, sun = a_received_case(received_at=datetime.now(UTC)), visit("sun")
    page = sun.get(f"/cases/{reference}").text
    typed = {
        "command_id": str(uuid4()),
        "seen_version": hidden(page, "seen_version"),
        "clock": "reply",
        "until_at": until,
        "reason": "we need longer",
    }
    again = sun.send(f"/cases/{reference}/acts/extend", **typed)
    assert again.status_code == 422
    assert sentence in again.text
    assert "we need longer" in again.text
    with sessions() as session:
        asked = select(CommandRow.id).where(CommandRow.reference == reference)
        assert session.scalars(asked).all() == []


@pytest.mark.parametrize("as_of", ["0001-01-01T00:00", "9999-12-31T23:59", "0202-11-28T09:30"])
def test_a_history_as_of_any_time_is_a_page(
    visit: Visit, a_received_case: Taker, as_of: str
) -> None:
    assert visit("sun").get(f"/cases/{a_received_case()}/history?as_of={as_of}").status_code == 200
