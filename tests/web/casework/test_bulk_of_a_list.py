"""One act upon all cases of a list that goes over pages, while nobody answers."""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import Engine, event, func, select, update

from store.cases.receipts import receive_each
from store.database import Sessions, close_database, open_database
from store.tables import BulkItemRow, CommandRow, PersonRow
from tests.builders import a_bank, a_complaint, actor
from tests.settings import PERSONAL_KEYS
from tests.web.browser import Visit, hidden
from tests.web.casework.bulk import unseen
from tests.web.no_engine import app_without_engine
from web.casework.bulk.choice import AT_MOST

MORE = 7
"""Cases of the list beyond what one act takes."""


@pytest.fixture(scope="module")
def sessions(database_with_packs: Callable[[], str]) -> Iterator[Sessions]:
    """A bank with more open cases than one act takes."""
    sessions = open_database(
        database_with_packs(), journal_key=b"k" * 32, personal_keys=PERSONAL_KEYS
    )
    with sessions.begin() as session:
        a_bank(session)
        session.execute(update(PersonRow).values(language="en"))
        receive_each(session, [a_complaint() for _ in range(AT_MOST + MORE)], actor("ines"))
    yield sessions
    close_database(sessions)


app = app_without_engine


MOST_QUESTIONS = 60
"""Of PostgreSQL, for a page about two hundred cases: none of them is asked for each."""


@contextmanager
def few_questions(sessions: Sessions) -> Iterator[None]:
    """What is done meanwhile asks no question for each case."""
    asked: list[str] = []
    told: tuple[Engine, str, Callable[..., None]] = (
        sessions.kw["bind"],
        "before_cursor_execute",
        lambda _connection, _cursor, statement, *_: asked.append(statement),
    )
    event.listen(*told)
    yield
    event.remove(*told)
    assert len(asked) < MOST_QUESTIONS, Counter(asked).most_common(3)


@pytest.mark.parametrize(("kind", "typed"), [("assign", {"handler": "han"}), ("urge", {})])
def test_what_is_asked_of_two_hundred_cases_is_asked_of_postgresql_once(
    visit: Visit, sessions: Sessions, kind: str, typed: dict[str, str]
) -> None:
    sun = visit("sun")
    sun.get("/")  # what the process keeps of the bank is read by now
    address = sun.get(f"/bulk/?act={kind}&whole=yes&shelf=all").location
    with few_questions(sessions):
        form = unseen(sun.get(address).text)
    if typed:
        with few_questions(sessions):
            form = unseen(sun.send(address, **form, **typed, look="yes").text)
    with few_questions(sessions):
        asked = sun.send(address, **form, **typed)
    assert asked.status_code == 303, asked.text
    assert f"Answered so far: 0 of {AT_MOST}" in sun.get(asked.location).text


def test_a_whole_list_is_chosen_at_once_and_each_of_its_cases_is_asked_once(
    visit: Visit, sessions: Sessions
) -> None:
    sun = visit("sun")
    listed = sun.get("/?shelf=all&unit=harbour-outlet").text
    assert f"the first {AT_MOST} of this list" in listed
    address = sun.get("/bulk/?act=urge&whole=yes&shelf=all&unit=harbour-outlet").location
    preview = sun.get(address).text
    references = re.findall(r'name="reference" value="([^"]+)"', preview)
    assert len(set(references)) == AT_MOST, "none is dropped in silence"
    assert f"{MORE} more are left for another one" in preview
    assert f"All {AT_MOST} are possible." in preview
    form = {
        "act": "urge",
        "command_id": hidden(preview, "command_id"),
        "looked_at": "",
        "reference": references,
    }
    at = {sun.send(address, **form).location for _click in range(2)}
    assert len(at) == 1, "a second click leads to the same"
    told = sun.get(at.pop())
    assert f"Answered so far: 0 of {AT_MOST}" in told.text
    assert "Refresh" in told.headers
    with sessions() as session:
        mine = BulkItemRow.bulk == form["command_id"]
        items = select(func.count()).select_from(BulkItemRow).where(mine)
        assert session.scalar(items) == AT_MOST
        commands = items.join(CommandRow, CommandRow.id == BulkItemRow.command)
        assert session.scalar(commands) == AT_MOST
