"""The seal over a complaint's own row, kept among the facts of the first entry of its journal, and
of each by which the row became another one.

It is keyed: from a plain digest whoever reads facts could find out a name or a telephone number by
trying them all.
"""

import hashlib
import hmac
import json
from collections.abc import Iterator, Mapping
from datetime import UTC
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from domain.acts import CorrectContact
from domain.customers import FOUND_BY
from store.customers import hash_column, hashes_fit, opened_row
from store.database import personal_ring
from store.evidence.erased import ERASURES
from store.personal import NotOurs, PersonalRing
from store.tables import ComplaintRow, JournalRow

FACT = "complaint_seal"
"""The fact's name. Entries from before there was a seal have none, and cannot be given one."""

HASHES = tuple(hash_column(field) for field in FOUND_BY)

PAGE = 1_000
"""Complaints read at a time (default): their texts are long."""

SEALED = (
    "reference", "intake_key", "received_at", "recorded_by", "channel", "language", "subject",
    "narrative", "demand", "name", "phone", "email", "sender", "source", "contents",
)  # fmt: skip
"""Every column that was there from the beginning but `recorded_at`, the database's own."""

SEALED_ANEW = (*ERASURES, CorrectContact.event)
"""The events after which the row is another one."""

SEALED_IF_THERE = ("address", "account")
"""Columns that came later: of a complaint without them the seal is what it was."""


def seal_of_complaint(key: bytes, row: Mapping[str, Any]) -> str:
    """HMAC-SHA-256 over what the customer said and how it came, hexadecimal; of a row in the clear,
    so that it outlives the keys the row is encrypted under."""
    received_at = row["received_at"].astimezone(UTC).isoformat()
    whole = [FACT, *({**row, "received_at": received_at}[name] for name in SEALED)]
    later = {name: row[name] for name in SEALED_IF_THERE if row[name]}
    whole += [later] if later else []
    text = json.dumps(whole, sort_keys=True, ensure_ascii=False)
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def altered_complaints(session: Session, key: bytes, reference: str | None = None) -> Iterator[str]:
    """References whose complaint does not say what was sealed last, at its receipt or when it was
    corrected, or is gone; of an erased one, whose row is not just what its erasure left. Of all
    complaints, or of this one."""
    later = _later_seals(reference).subquery()
    sealed = func.coalesce(later.c.seal, JournalRow.facts[FACT].astext)
    asked = (
        select(
            JournalRow.reference.label("case"),
            sealed.label("seal"),
            *(getattr(ComplaintRow, name) for name in (*SEALED, *SEALED_IF_THERE, *HASHES)),
        )
        .outerjoin(ComplaintRow, ComplaintRow.reference == JournalRow.reference)
        .outerjoin(later, later.c.reference == JournalRow.reference)
        .where(JournalRow.version == 1, sealed.is_not(None))
        .order_by(JournalRow.reference)
        .execution_options(yield_per=PAGE)
    )
    if reference is not None:
        asked = asked.where(JournalRow.reference == reference)
    rows = session.execute(asked)
    ring = personal_ring(session)
    for row in rows:
        if row.reference is None or not _is_as_sealed(ring, key, row._asdict()):
            yield row.case


def _later_seals(reference: str | None) -> Select[*tuple[Any, ...]]:
    """The last seal of each complaint that was sealed anew; of all, or of this one."""
    found = (
        select(JournalRow.reference, JournalRow.facts[FACT].astext.label("seal"))
        .where(JournalRow.event.in_(SEALED_ANEW), JournalRow.facts.has_key(FACT))
        .ext(distinct_on(JournalRow.reference))
        .order_by(JournalRow.reference, JournalRow.version.desc())
    )
    return found if reference is None else found.where(JournalRow.reference == reference)


def _is_as_sealed(ring: PersonalRing, key: bytes, row: Mapping[str, Any]) -> bool:
    """Whether the row says what was sealed, and is found by what it says."""
    try:
        said = opened_row(ring, row)
    except NotOurs:
        return False
    return seal_of_complaint(key, said) == row["seal"] and hashes_fit(ring, said)
