"""Many cases written down at the same time: together where it can be, each as if it were alone."""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace

import pytest
from sqlalchemy import event, select, text

from activities.recorder import Recorder
from domain.acts import ActContext, Note, carried_out
from domain.journal import CaseState, Change
from embedded.processes import wait_until
from store.cases.commands import NoCommand
from store.cases.journal import standing_of
from store.cases.receipts import receive
from store.database import Sessions, journal_key
from store.evidence.chain import verify
from store.policies.packs import published_pack
from store.tables import CaseRow, JournalRow
from tests.builders import MONDAY, a_command, a_complaint, actor
from tests.waiting import PATIENCE

TOGETHER = 12


def a_note(sessions: Sessions, reference: str, key: str) -> Change:
    """What the workflow asks to be written when somebody has noted something."""
    with sessions.begin() as session:
        a_command(session, reference, Note(), "hong", key=key, at=MONDAY, words={"note": "said"})
        now = standing_of(session, reference)
        conduct = published_pack(session, now.case.policy).conduct
    given = ActContext(
        by=actor("hong"), at=MONDAY, words=frozenset({"note"}), conduct=conduct, clocks=now.clocks
    )
    return carried_out(Note(), now.case, given, key=key, seen_version=None)


@pytest.fixture
def notes(sessions: Sessions) -> list[Change]:
    """As many cases, and a note to each."""
    with sessions.begin() as session:
        received = [receive(session, a_complaint(), actor("ines")) for _ in range(TOGETHER)]
    return [a_note(sessions, each.reference, f"note-{each.reference}") for each in received]


@contextmanager
def commits(sessions: Sessions) -> Iterator[list[object]]:
    """The commits that go to PostgreSQL meanwhile."""
    counted: list[object] = []
    engine = sessions.kw["bind"]
    count = counted.append
    event.listen(engine, "commit", count)
    yield counted
    event.remove(engine, "commit", count)


def all_at_once(
    sessions: Sessions, recorder: Recorder, first: Change, others: list[Change]
) -> list["Future[CaseState]"]:
    """What becomes of changes when the first is held up in the middle until all the others wait for
    their turn."""
    with ThreadPoolExecutor(len(others) + 1) as threads, sessions.begin() as session:
        session.execute(text("lock table journal in exclusive mode"))
        asked = [threads.submit(recorder.record, first)]
        assert wait_until(lambda: is_held_up(sessions), within=PATIENCE)
        asked += [threads.submit(recorder.record, each) for each in others]
        assert wait_until(lambda: recorder.waiting == len(others), within=PATIENCE)
    return asked


def is_held_up(sessions: Sessions) -> bool:
    """Whether somebody waits for the lock of another."""
    waits = text("select count(*) from pg_stat_activity where wait_event_type = 'Lock'")
    with sessions() as session:
        return bool(session.scalar(waits))


def notes_in(sessions: Sessions, reference: str) -> list[str]:
    """The keys of the notes in the journal of a case."""
    rows = select(JournalRow.key).where(
        JournalRow.reference == reference, JournalRow.event == "noted"
    )
    with sessions() as session:
        return list(session.scalars(rows.order_by(JournalRow.version)))


def test_who_comes_while_one_is_written_goes_together_with_one_commit(
    sessions: Sessions, notes: list[Change]
) -> None:
    with commits(sessions) as counted:
        asked = all_at_once(sessions, Recorder(sessions), notes[0], notes[1:])
    assert [each.result().case.version for each in asked] == [2] * TOGETHER
    holder, first, group = 1, 1, 1
    assert len(counted) == holder + first + group
    for note in notes:
        assert notes_in(sessions, note.case.reference) == [note.entry.key]
    mine = {note.case.reference for note in notes}
    with sessions() as session:
        faults = [each.reference for each in verify(session, journal_key(session), {})]
    assert mine.isdisjoint(faults)


def test_one_that_nobody_asked_for_fails_alone(sessions: Sessions, notes: list[Change]) -> None:
    unasked = replace(notes[5], entry=replace(notes[5].entry, key="nobodys"))
    others = [*notes[1:5], unasked, *notes[6:]]
    asked = all_at_once(sessions, Recorder(sessions), notes[0], others)
    assert isinstance(asked[5].exception(), NoCommand)
    assert notes_in(sessions, unasked.case.reference) == []
    for each, note in zip(asked, notes, strict=True):
        if each is not asked[5]:
            assert each.result().written
            assert notes_in(sessions, note.case.reference) == [note.entry.key]


def test_two_changes_to_one_case_come_one_after_the_other(
    sessions: Sessions, notes: list[Change]
) -> None:
    second = a_note(sessions, notes[1].case.reference, "the second")
    asked = all_at_once(sessions, Recorder(sessions), notes[0], [notes[1], second])
    assert sorted(each.result().written for each in asked) == [False, True, True]
    late = next(each.result() for each in asked if not each.result().written)
    assert late.case.version == 2, "whoever came second is told how the case stands now"


def test_a_case_whose_row_somebody_holds_holds_up_no_other(
    sessions: Sessions, notes: list[Change]
) -> None:
    recorder, held = Recorder(sessions), notes[0]
    with ThreadPoolExecutor(1) as threads, sessions.begin() as session:
        row = select(CaseRow.version).where(CaseRow.reference == held.case.reference)
        session.execute(row.with_for_update())
        waits = threads.submit(recorder.record, held)
        assert wait_until(lambda: is_held_up(sessions), within=PATIENCE)
        for each in notes[1:]:
            assert recorder.record(each).written
        assert not waits.done()
    assert waits.result().written
    assert notes_in(sessions, held.case.reference) == [held.entry.key]


def test_many_at_once_are_a_rush_and_one_after_the_other_is_none(
    sessions: Sessions, notes: list[Change]
) -> None:
    quiet, first, *others = notes
    recorder = Recorder(sessions)
    recorder.record(quiet)
    assert not recorder.is_in_a_rush
    for each in all_at_once(sessions, recorder, first, others):
        each.result()
    assert recorder.is_in_a_rush
