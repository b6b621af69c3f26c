"""The journals of counted complaints as an event log, for process mining: nothing that names
anybody, and no text.

A case has a pseudonym that is the same in every log of this installation, and by which nobody
finds it who does not have the key of the journals. Of people there is the role and the unit.
"""

import hmac
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from domain.case import SYSTEM
from domain.journal import REDRESS
from domain.relations import Reader
from store.database import journal_key
from store.reads.analysis.figures import Asked, counted_cases
from store.tables import CaseRow, CommandRow, JournalRow, PersonRow

AT_ONCE = 2_000
"""Rows that are held at a time (default)."""

LETTERS = 20
"""Of a pseudonym: enough that no two cases of a bank have the same."""

SYSTEM_ROLE = SYSTEM.rstrip("/")
"""Whose act it was, when it was another system's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LogCase:
    """A complaint as an event log has it."""

    pseudonym: str
    received_at: datetime
    channel: str
    category: str
    """Empty while nobody has classified it."""
    business: str
    """Empty while nobody has said it."""
    severity: str
    pack: str
    unit: str
    status: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LogEvent:
    """An entry of a journal as an event log has it."""

    pseudonym: str
    number: int
    """Of the entry within its case."""
    event: str
    at: datetime
    role: str
    """Of whoever did it, at that moment; `redress` when a clock did."""
    unit: str
    """Theirs; empty for a clock."""
    clock: str
    """The time limit it is about; empty for none."""

    @property
    def id(self) -> str:
        return f"{self.pseudonym}-{self.number}"


def at_one_moment(session: Session) -> None:
    """From here on everything is read as it was at one moment; to be said before anything else."""
    session.connection(execution_options={"isolation_level": "REPEATABLE READ"})


def logged_cases(session: Session, reader: Reader, asked: Asked) -> Iterator[LogCase]:
    """The complaints, oldest first."""
    key = journal_key(session)
    rows = session.execute(
        select(
            CaseRow.reference,
            CaseRow.received_at,
            CaseRow.channel,
            CaseRow.category,
            func.coalesce(CaseRow.state["business"].astext, "").label("business"),
            CaseRow.severity,
            func.split_part(CaseRow.policy, "@", 1).label("pack"),
            CaseRow.unit,
            CaseRow.status,
        )
        .where(*counted_cases(reader, asked))
        .order_by(CaseRow.received_at, CaseRow.reference)
        .execution_options(yield_per=AT_ONCE)
    )
    for row in rows:
        yield LogCase(
            pseudonym=_pseudonym(key, row.reference),
            received_at=row.received_at,
            channel=row.channel,
            category=row.category or "",
            business=row.business,
            severity=row.severity,
            pack=row.pack,
            unit=row.unit,
            status=row.status,
        )


def logged_events(session: Session, reader: Reader, asked: Asked) -> Iterator[LogEvent]:
    """What happened to them, a case after the other, in the order of its journal."""
    key = journal_key(session)
    rows = session.execute(
        select(
            JournalRow.reference,
            JournalRow.version,
            JournalRow.event,
            JournalRow.at,
            JournalRow.by,
            func.coalesce(CommandRow.by["roles"][0].astext, PersonRow.roles[0].astext, "").label(
                "role"
            ),
            func.coalesce(CommandRow.by["unit"].astext, PersonRow.unit, "").label("unit"),
            func.coalesce(JournalRow.facts["clock"].astext, "").label("clock"),
        )
        .join(CaseRow, CaseRow.reference == JournalRow.reference)
        .outerjoin(CommandRow, CommandRow.id == JournalRow.key)
        .outerjoin(PersonRow, PersonRow.id == JournalRow.by)
        .where(*counted_cases(reader, asked))
        .order_by(CaseRow.received_at, CaseRow.reference, JournalRow.version)
        .execution_options(yield_per=AT_ONCE)
    )
    for row in rows:
        yield LogEvent(
            pseudonym=_pseudonym(key, row.reference),
            number=row.version,
            event=row.event,
            at=row.at,
            role=_role(row.by, row.role),
            unit=row.unit,
            clock=row.clock,
        )


def _role(by: str, role: str) -> str:
    if by == REDRESS or by.startswith(SYSTEM):
        return REDRESS if by == REDRESS else SYSTEM_ROLE
    return role


def _pseudonym(key: bytes, reference: str) -> str:
    return hmac.new(key, f"event log/{reference}".encode(), sha256).hexdigest()[:LETTERS]
