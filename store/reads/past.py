"""What the past of a case is told from: its journal, what was asked, and the rules pinned to it."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.case import Case
from domain.classification import Level
from domain.directory import Directory
from domain.errors import Refusal, Refused
from domain.events import Event
from domain.journal import Entry
from domain.past import AskedAct
from domain.policy import Pack
from domain.working_time import WorkingCalendar
from store.people.directory import read_directory
from store.policies.calendar_versions import published_calendar
from store.policies.packs import published_pack
from store.tables import CaseRow, CommandRow, JournalRow, UnitRow
from store.values import ACT, ACTOR, CASE


@dataclass(frozen=True, slots=True, kw_only=True)
class PastRecord:
    """A case as it stands, and all that its past is told from. No text that anybody wrote."""

    case: Case
    entries: tuple[Entry, ...]
    """First to last; the first has version 1."""
    asked: Mapping[str, AskedAct]
    """By the key of the entry that tells of it."""
    level: Level
    """Of the unit that the complaint came in for, as it is today."""
    pack: Pack
    calendars: Mapping[str, WorkingCalendar]
    """Every calendar its days were ever counted in."""
    directory: Directory


def read_past(session: Session, reference: str) -> PastRecord:
    """All of one case; raises `Refused` for a reference nobody was ever given."""
    state = session.scalar(select(CaseRow.state).where(CaseRow.reference == reference))
    if state is None:
        raise Refused(Refusal.UNKNOWN_REFERENCE, reference=reference)
    case = CASE.validate_python(state)
    entries = tuple(_entries(session, reference))
    first_unit = session.get(UnitRow, entries[0].facts.get("unit", case.unit))
    calendars = (
        {case.calendar}
        | {entry.facts["instead_of"] for entry in entries if entry.event is Event.CALENDAR_APPLIED}
        | {entry.facts["calendar"] for entry in entries if entry.event is Event.CALENDAR_APPLIED}
    )
    return PastRecord(
        case=case,
        entries=entries,
        asked=_asked(session, reference),
        level=Level(first_unit.level) if first_unit else case.level,
        pack=published_pack(session, case.policy),
        calendars={each: published_calendar(session, each) for each in sorted(calendars)},
        directory=read_directory(session),
    )


def _entries(session: Session, reference: str) -> list[Entry]:
    rows = session.execute(
        select(JournalRow.key, JournalRow.event, JournalRow.by, JournalRow.at, JournalRow.facts)
        .where(JournalRow.reference == reference)
        .order_by(JournalRow.version)
    )
    return [
        Entry(key=row.key, event=Event(row.event), by=row.by, at=row.at, facts=row.facts)
        for row in rows
    ]


def _asked(session: Session, reference: str) -> dict[str, AskedAct]:
    rows = session.execute(
        select(CommandRow.id, CommandRow.act, CommandRow.by, CommandRow.words)
        .join(
            JournalRow,
            (JournalRow.reference == CommandRow.reference) & (JournalRow.key == CommandRow.id),
        )
        .where(CommandRow.reference == reference)
    )
    return {
        row.id: AskedAct(
            act=ACT.validate_python(row.act),
            by=ACTOR.validate_python(row.by),
            words=frozenset(row.words),
        )
        for row in rows
    }
