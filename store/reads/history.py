"""The rows that tell the story of one case, read in one go."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.case import Case
from domain.clocks.ledger import Clock, Derivation
from domain.directory import Directory
from domain.errors import Refusal, Refused
from domain.findings import is_of_a_finding
from domain.notices import Delivery
from domain.policy import Pack
from domain.statuses import CommandStatus
from store.operations.repairs import Repair, repairs_of
from store.people.directory import read_directory
from store.policies.packs import published_pack
from store.tables import CaseRow, ClockRow, CommandRow, JournalRow, NoticeRow
from store.values import CASE, CLOCK, DERIVATION


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalEntry:
    """One entry as it was written."""

    version: int
    key: str
    event: str
    by: str
    at: datetime
    facts: Mapping[str, str]
    words: Mapping[str, str]
    """Texts, personal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeSent:
    """Word to somebody, and how far it came."""

    version: int
    """Of the entry it speaks of."""
    recipient: str
    about: str
    written_at: datetime
    sent_at: datetime | None
    read_at: datetime | None
    delivery: Delivery
    attempts: int
    last_error: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class UntakenCommand:
    """An act that was refused, or that the engine has not answered yet."""

    id: str
    act: str
    by: str
    stored_at: datetime
    answered_at: datetime | None
    refusal: Mapping[str, Any] | None
    """Code and facts; None while it waits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """Everything PostgreSQL knows about what happened to a case and what is to come."""

    case: Case
    clocks: tuple[tuple[Clock, Derivation], ...]
    entries: tuple[JournalEntry, ...]
    notices: tuple[NoticeSent, ...]
    commands: tuple[UntakenCommand, ...]
    repairs: tuple[Repair, ...]
    directory: Directory
    pack: Pack


def read_story(session: Session, reference: str) -> Record:
    """The record of a case; raises `Refused` for a reference nobody was ever given."""
    row = session.get(CaseRow, reference)
    if row is None:
        raise Refused(Refusal.UNKNOWN_REFERENCE, reference=reference)
    case = CASE.validate_python(row.state)
    return Record(
        case=case,
        clocks=_clocks(session, reference),
        entries=_entries(session, reference),
        notices=_notices(session, reference),
        commands=_commands(session, reference),
        repairs=repairs_of(session, reference),
        directory=read_directory(session),
        pack=published_pack(session, case.policy),
    )


def _clocks(session: Session, reference: str) -> tuple[tuple[Clock, Derivation], ...]:
    rows = session.scalars(
        select(ClockRow).where(ClockRow.reference == reference).order_by(ClockRow.position)
    )
    return tuple(
        (CLOCK.validate_python(row.clock), DERIVATION.validate_python(row.derivation))
        for row in rows
        if not is_of_a_finding(row.key)
    )


def _entries(session: Session, reference: str) -> tuple[JournalEntry, ...]:
    rows = session.scalars(
        select(JournalRow).where(JournalRow.reference == reference).order_by(JournalRow.version)
    )
    return tuple(
        JournalEntry(
            version=row.version,
            key=row.key,
            event=row.event,
            by=row.by,
            at=row.at,
            facts=row.facts,
            words=row.words or {},
        )
        for row in rows
    )


def _notices(session: Session, reference: str) -> tuple[NoticeSent, ...]:
    rows = session.scalars(
        select(NoticeRow).where(NoticeRow.reference == reference).order_by(NoticeRow.id)
    )
    return tuple(
        NoticeSent(
            version=row.version,
            recipient=row.recipient,
            about=row.about,
            written_at=row.written_at,
            sent_at=row.sent_at,
            read_at=row.read_at,
            delivery=Delivery(row.delivery),
            attempts=row.attempts,
            last_error=row.last_error,
        )
        for row in rows
    )


def _commands(session: Session, reference: str) -> tuple[UntakenCommand, ...]:
    rows = session.scalars(
        select(CommandRow)
        .where(CommandRow.reference == reference, CommandRow.status != CommandStatus.ACCEPTED)
        .order_by(CommandRow.stored_at, CommandRow.id)
    )
    return tuple(
        UntakenCommand(
            id=row.id,
            act=row.act["kind"],
            by=row.by["person"],
            stored_at=row.stored_at,
            answered_at=row.answered_at,
            refusal=row.refusal,
        )
        for row in rows
    )
