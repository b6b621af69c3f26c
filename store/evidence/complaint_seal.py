"""The seal over a complaint's own row, kept among the facts of the first entry of its journal.

It is keyed: from a plain digest whoever reads facts could find out a name or a telephone number by
trying them all.
"""

import hashlib
import hmac
import json
from collections.abc import Iterator, Mapping
from datetime import UTC
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

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
"""Complaints read at a time: their texts are long."""

SEALED = (
    "reference", "intake_key", "received_at", "recorded_by", "channel", "language", "subject",
    "narrative", "demand", "name", "phone", "email", "sender", "source", "contents",
)  # fmt: skip
"""Every column that was there from the beginning but `recorded_at`, the database's own."""

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


def altered_complaints(session: Session, key: bytes) -> Iterator[str]:
    """References whose complaint does not say what was sealed at its receipt, or is gone; of an
    erased one, whose row is not just what its erasure left."""
    erasure = aliased(JournalRow)
    sealed = func.coalesce(erasure.facts[FACT].astext, JournalRow.facts[FACT].astext)
    seal = sealed.label("seal")
    rows = session.execute(
        select(
            JournalRow.reference.label("case"),
            seal,
            *(getattr(ComplaintRow, name) for name in (*SEALED, *SEALED_IF_THERE, *HASHES)),
        )
        .outerjoin(ComplaintRow, ComplaintRow.reference == JournalRow.reference)
        .outerjoin(
            erasure,
            (erasure.reference == JournalRow.reference) & erasure.event.in_(ERASURES),
        )
        .where(JournalRow.version == 1, sealed.is_not(None))
        .order_by(JournalRow.reference)
        .execution_options(yield_per=PAGE)
    )
    ring = personal_ring(session)
    for row in rows:
        if row.reference is None or not _is_as_sealed(ring, key, row._asdict()):
            yield row.case


def _is_as_sealed(ring: PersonalRing, key: bytes, row: Mapping[str, Any]) -> bool:
    """Whether the row says what was sealed, and is found by what it says."""
    try:
        said = opened_row(ring, row)
    except NotOurs:
        return False
    return seal_of_complaint(key, said) == row["seal"] and hashes_fit(ring, said)
