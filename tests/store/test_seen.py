"""Who has seen a customer is answered within a minute, of a million looks."""

import time
from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import select, text

from domain.classification import Role
from store.cases.receipts import receive
from store.database import Sessions, close_database, open_database
from store.evidence.audit import Action, note
from store.evidence.looks import note_shown
from store.reads.seen import who_has_seen
from store.scope import reader_of
from store.tables import AuditRow
from tests.builders import a_bank, a_complaint, actor
from tests.settings import PERSONAL_KEYS

PHONE = "13800131234"
OTHERS = 200_000
"""Looks at cases of others: as many as let the question's plan be the one that a million has."""


@pytest.fixture
def sessions(database_with_packs: Callable[[], str]) -> Iterator[Sessions]:
    sessions = open_database(
        database_with_packs(), journal_key=b"k" * 32, personal_keys=PERSONAL_KEYS
    )
    with sessions.begin() as session:
        a_bank(session)
    yield sessions
    close_database(sessions)


def test_everybody_who_has_seen_a_customer_is_named_and_nobody_else(sessions: Sessions) -> None:
    with sessions.begin() as session:
        first, second, about_ada, other = (
            receive(session, a_complaint(phone=phone, person_complained_about=named), actor("ines"))
            .reference
            for phone, named in (
                (PHONE, None), ("+86 138 0013 1234", None), (PHONE, "ada"), ("13900000000", None),
            )
        )  # fmt: skip
        note(session, Action.LOOKED_AT_COMPLAINT, by="han", subject=first)
        note(session, Action.LOOKED_AT_COMPLAINT, by="han", subject=first)
        note(session, Action.CUSTOMER_REVEALED, by="han", subject=second, fields="phone, name")
        note_shown(session, by="sun", where="all", references=[second, other])
        note(session, Action.LOOKED_AT_COMPLAINT, by="hugo", subject=other)
        note(session, Action.LOOKED_AT_COMPLAINT, by="hong", subject=about_ada)
        note(session, Action.LOOK_REFUSED, by="lin", subject=first)
        session.execute(
            text(
                "insert into audit (by, action, subject, facts) select 'hugo',"
                " 'looked_at_complaint', 'C-1999-' || each, '{}'"
                " from generate_series(1, :rows) each"
            ),
            {"rows": OTHERS},
        )
        session.execute(text("analyze audit"))
    began = time.monotonic()
    with sessions.begin() as session:
        found = who_has_seen(session, reader_of(session, actor("ada")), "138 0013 1234")
    assert time.monotonic() - began < 60
    assert found.references == (first, second), "of the case about herself she learns nothing"
    told = {each.person: each for each in found.people}
    assert set(told) == {"han", "sun"}
    assert told["han"].ways == {Action.LOOKED_AT_COMPLAINT: 2, Action.CUSTOMER_REVEALED: 1}
    assert told["han"].fields == ("name", "phone")
    assert told["han"].references == (first, second)
    assert (told["sun"].ways, told["sun"].references) == ({Action.LISTED: 1}, (second,))
    with sessions() as session:
        asked = select(AuditRow).where(AuditRow.action == Action.CUSTOMER_TRACED)
        (row,) = session.scalars(asked)
    assert (row.by, row.facts) == ("ada", {"cases": [first, second]})
    assert PHONE not in str(row.facts)
    assert Role.ADMINISTRATOR in actor("ada").roles
