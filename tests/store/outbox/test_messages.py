"""The outbox: what is stored is told, by one relay at a time, and tried again when it was not."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from store.database import Sessions, close_database, open_database
from store.outbox import messages
from store.outbox.messages import LEASE, LONGEST_WAIT, MessageKind, OutboxMessage
from tests.settings import PERSONAL_KEYS


@pytest.fixture
def sessions(new_database: Callable[[], str]) -> Iterator[Sessions]:
    """An outbox with nothing in it."""
    sessions = open_database(new_database(), personal_keys=PERSONAL_KEYS)
    yield sessions
    close_database(sessions)


def put(sessions: Sessions, *keys: str) -> None:
    with sessions.begin() as session:
        for key in keys:
            messages.put(session, MessageKind.CASE, key)


def keys(messages: list[OutboxMessage]) -> list[str]:
    return [each.key for each in messages]


def taken(sessions: Sessions, at_most: int = 10) -> list[OutboxMessage]:
    with sessions.begin() as session:
        return messages.take(session, MessageKind.CASE, at_most)


def let_pass(sessions: Sessions, span: timedelta) -> None:
    """As if the rows had been stored so much earlier."""
    with sessions.begin() as session:
        earlier = text("update outbox set next_try_at = next_try_at - :span")
        session.execute(earlier, {"span": span})


def wait_of(session: Session) -> timedelta:
    """How long until the only message is due again."""
    found = session.scalar(text("select next_try_at - now() from outbox"))
    assert isinstance(found, timedelta)
    return found


def test_messages_come_oldest_first_and_no_more_than_asked_for(sessions: Sessions) -> None:
    put(sessions, "a", "b", "c")
    assert keys(taken(sessions, at_most=2)) == ["a", "b"]
    assert keys(taken(sessions)) == ["c"]


def test_asking_twice_is_asking_once(sessions: Sessions) -> None:
    put(sessions, "a", "a")
    put(sessions, "a")
    assert keys(taken(sessions)) == ["a"]


def test_a_message_of_a_transaction_that_failed_never_was(sessions: Sessions) -> None:
    def fails() -> None:
        with sessions.begin() as session:
            messages.put(session, MessageKind.CASE, "a")
            raise LookupError

    with pytest.raises(LookupError):
        fails()
    assert taken(sessions) == []


def test_two_relays_at_once_never_share_an_message(sessions: Sessions) -> None:
    put(sessions, *(f"{number:02}" for number in range(20)))
    with sessions.begin() as one, sessions.begin() as other:
        first = messages.take(one, MessageKind.CASE, 10)
        second = messages.take(other, MessageKind.CASE, 20)
    assert len(first) == len(second) == 10
    assert not set(keys(first)) & set(keys(second))


def test_a_relay_that_died_keeps_a_message_only_for_its_lease(sessions: Sessions) -> None:
    put(sessions, "a")
    assert taken(sessions)
    assert taken(sessions) == []
    let_pass(sessions, LEASE)
    assert [each.attempts for each in taken(sessions)] == [2]


def test_a_message_that_failed_waits_longer_each_time_up_to_a_limit(sessions: Sessions) -> None:
    put(sessions, "a")
    waits = []
    for _ in range(7):
        [message] = taken(sessions)
        with sessions.begin() as session:
            messages.failed(session, message, "EngineAway")
            waits.append(wait_of(session))
        let_pass(sessions, LONGEST_WAIT)
    assert waits == [timedelta(seconds=seconds) for seconds in (2, 4, 8, 16, 30, 30, 30)]


def test_a_message_that_is_done_is_gone(sessions: Sessions) -> None:
    put(sessions, "a", "b")
    taken(sessions)
    with sessions.begin() as session:
        messages.done(session, MessageKind.CASE, ["a"])
    let_pass(sessions, LEASE)
    assert keys(taken(sessions)) == ["b"]


def test_kinds_do_not_take_from_each_other(sessions: Sessions) -> None:
    put(sessions, "a")
    with sessions.begin() as session:
        assert messages.take(session, MessageKind.COMMAND, 10) == []
