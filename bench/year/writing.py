"""The generated year written down: complaints, cases, clocks, tasks, journals, true to their days.

What it leaves out is said once: the texts of acts, notices, escalations as tasks, and workflows.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from random import Random
from typing import Any

from sqlalchemy import func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from bench.year.bank import YEAR, Staff, bank_of_the_year, found
from bench.year.complaints import a_complaint_of_the_year, receipts
from bench.year.lives import Life
from bench.year.stories import live
from domain.effects import Effects, effects_of
from store.cases.receipts import complaint_row, first_change
from store.cases.reception import Reception
from store.cases.writing import case_row, clock_rows, entry_row, task_rows
from store.customers import sealed_row
from store.database import Sessions, journal_key, personal_ring
from store.evidence.chain import GENESIS
from store.evidence.complaint_seal import seal_of_complaint
from store.policies.calendar_versions import publish_calendar
from store.tables import (
    CaseRow,
    ClockRow,
    ComplaintRow,
    JournalRow,
    TaskRow,
    case_number,
    table_of,
)

CASES = 20_000
"""Complaints of the year."""

AT_ONCE = 1_000
"""Cases of one transaction."""

TABLES = tuple(map(table_of, (ComplaintRow, CaseRow, ClockRow, JournalRow, TaskRow)))


def write_year(sessions: Sessions, cases: int = CASES, *, seed: int = 1) -> None:
    """Write the bank of the year and everything that happened in it; `sessions` are the owner's."""
    bank = bank_of_the_year()
    staff = Staff(bank)
    with sessions.begin() as session:
        found(session, bank)
    days = receipts(cases, seed)
    with sessions.begin() as session:
        writer = Writer(session, staff, days, seed)
    for first in range(0, cases, AT_ONCE):
        lived = writer.live(range(first, min(first + AT_ONCE, cases)))
        with sessions.begin() as session:
            for table, rows in zip(TABLES, lived, strict=True):
                session.execute(insert(table).execution_options(render_nulls=True), rows)
    with sessions() as session:
        session.scalar(select(func.setval(case_number.name, cases)))
        session.commit()
        connection = session.connection(execution_options={"isolation_level": "AUTOCOMMIT"})
        for table in TABLES:
            connection.execute(text(f"vacuum analyze {table.name}"))


class Writer:
    """Lives complaints of the year and says what is to be written of each."""

    def __init__(self, session: Session, staff: Staff, days: Sequence[datetime], seed: int) -> None:
        self._staff = staff
        self._days = days
        self._seed = seed
        self._key, self._ring = journal_key(session), personal_ring(session)
        reception = Reception(session)
        self._grounds = {unit: reception.usual_ground(unit) for unit in staff.bank.units}
        calendars = {each.calendar.version: each.calendar for each in self._grounds.values()}
        self._calendars = {
            version: publish_calendar(session, calendar) for version, calendar in calendars.items()
        }

    def live(self, numbers: Iterable[int]) -> list[list[dict[str, Any]]]:
        """The rows of the complaints of these numbers, for each table."""
        rows: list[list[dict[str, Any]]] = [[] for _ in TABLES]
        for number in numbers:
            for kept, new in zip(rows, self._rows_of(number), strict=True):
                kept.extend(new)
        return rows

    def life(self, number: int) -> Life:
        """The life of the complaint of that number, to the end of the year."""
        return self._lived(number)[1]

    def _lived(self, number: int) -> tuple[dict[str, Any], Life]:
        """What the customer said, as it is sealed, and what became of it."""
        chance = Random(f"{self._seed}/{number}")
        complaint, by = a_complaint_of_the_year(number, self._days[number], self._staff, chance)
        said = complaint_row(_reference(number), complaint, by)
        ground = self._grounds[complaint.unit]
        calendar = self._calendars[ground.calendar.version]
        seal = seal_of_complaint(self._key, said)
        first = first_change(_reference(number), complaint, ground, calendar, by, seal=seal)
        life = Life(first, ground, self._staff, chance)
        live(life, self._staff, chance, [_reference(number - 1)] if number else [])
        return said, life

    def _rows_of(self, number: int) -> Iterator[list[dict[str, Any]]]:
        """What each table gets of one complaint."""
        said, life = self._lived(number)
        effects = self._effects_of(life)
        yield [{**sealed_row(self._ring, said), "recorded_at": life.case.received_at}]
        yield [{"reference": life.case.reference, **case_row(effects)}]
        yield clock_rows(effects)
        yield list(_journal_rows(self._key, life))
        yield list(task_rows((effects,)))

    def _effects_of(self, life: Life) -> Effects:
        """What follows from the last that happened: where the case stands, its clocks and tasks."""
        last, ground = life.told[-1], life.ground
        case = last.change.case
        directory = self._staff.directory_of(case.unit, case.handler, case.first_owner)
        return effects_of(last.change, directory, ground.pack, ground.calendar, last.before)


def _reference(number: int) -> str:
    return f"C-{YEAR}-{number + 1:06}"


def _journal_rows(key: bytes, life: Life) -> Iterator[dict[str, Any]]:
    """Every entry, sealed to the one before it."""
    head = GENESIS
    for told in life.told:
        row = entry_row(key, head, told.change, words={})
        head = row["hash"]
        yield {**row, "recorded_at": told.recorded_at}
