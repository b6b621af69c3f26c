"""What is due together is written down together, and what was written is not written again."""

from datetime import datetime

import pytest
from sqlalchemy import select

from activities.case_records import CaseRecords, Opened
from domain.case import BREACH
from domain.escalation import due_now
from domain.journal import CaseState, Change
from engine.payloads import VALUES
from store.cases.receipts import receive
from store.database import Sessions
from store.tables import JournalRow
from tests.builders import a_complaint, actor


@pytest.fixture
def records(sessions: Sessions) -> CaseRecords:
    return CaseRecords(sessions)


@pytest.fixture
def reference(sessions: Sessions) -> str:
    with sessions.begin() as session:
        return receive(session, a_complaint(), actor("ines")).reference


async def test_cases_under_the_same_rules_share_them(records: CaseRecords, reference: str) -> None:
    payloads = await VALUES.encode([records.open_case(reference)])
    [one], [other] = [await VALUES.decode(payloads, [Opened]) for _ in range(2)]
    assert one.conduct is other.conduct
    assert one.standing is not other.standing


def due_at(standing: CaseState, step: str) -> datetime:
    steps = [each for clock in standing.clocks for each in clock.steps]
    return next(each.fires_at for each in steps if each.name == step)


def first_due(records: CaseRecords, reference: str, now: datetime) -> Change:
    opened = records.open_case(reference)
    writing = due_now(opened.standing, now, opened.conduct)
    assert writing is not None
    return writing


def events(sessions: Sessions, reference: str) -> list[str]:
    with sessions() as session:
        found = select(JournalRow.event).where(JournalRow.reference == reference)
        return list(session.scalars(found.order_by(JournalRow.version)))


def test_a_breach_and_the_first_rung_at_the_same_instant_are_one_record(
    records: CaseRecords, sessions: Sessions, reference: str
) -> None:
    now = due_at(records.open_case(reference).standing, BREACH)
    standing = records.record(first_due(records, reference, now))
    assert events(sessions, reference)[-2:] == ["breached", "escalated"]
    assert standing.case.version == len(events(sessions, reference))
    assert [each.at for each in standing.case.fired[-2:]] == [now, now]


def test_a_record_that_is_tried_again_finds_all_of_it_done(
    records: CaseRecords, sessions: Sessions, reference: str
) -> None:
    writing = first_due(records, reference, due_at(records.open_case(reference).standing, BREACH))
    first, again = records.record(writing), records.record(writing)
    assert first == again
    assert len(events(sessions, reference)) == len(set(events(sessions, reference)))


def test_nothing_is_carried_out_before_its_time(
    records: CaseRecords, sessions: Sessions, reference: str
) -> None:
    opened = records.open_case(reference)
    soonest = min(step.fires_at for clock in opened.standing.clocks for step in clock.steps)
    standing = records.record(first_due(records, reference, soonest))
    assert due_now(standing, soonest, opened.conduct) is None
    assert "breached" not in events(sessions, reference)
