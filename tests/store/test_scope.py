"""How somebody stands to a case: asked anew each time, however the question is kept."""

from datetime import timedelta

import pytest

import store.scope
from domain.relations import Relation
from rulebook.staffing import today_in_the_bank
from store.cases.receipts import receive
from store.database import Sessions
from store.scope import relations_in
from store.tables import PersonRow
from tests.builders import a_complaint, actor, reader


def test_a_deputy_stands_in_from_the_first_day_of_an_absence_to_its_last(
    sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    today = today_in_the_bank()
    stood_in = []
    with sessions() as session:  # and nothing is kept
        reference = receive(session, a_complaint(), actor("ines")).reference
        ines = session.get_one(PersonRow, "ines")
        ines.deputy = "hugo"
        ines.absent_from = today + timedelta(days=1)
        ines.absent_until = today + timedelta(days=2)
        session.flush()
        for days in range(4):
            day = today + timedelta(days=days)
            monkeypatch.setattr(store.scope, "today_in_the_bank", lambda day=day: day)
            stands = relations_in(session, reader("hugo"), reference)
            stood_in.append(stands is not None and Relation.STANDS_IN in stands)
    assert stood_in == [False, True, True, False]
