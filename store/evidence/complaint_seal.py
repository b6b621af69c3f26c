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

from sqlalchemy import select
from sqlalchemy.orm import Session

from store.tables import ComplaintRow, JournalRow

FACT = "complaint_seal"
"""The fact's name. Entries from before there was a seal have none, and cannot be given one."""

PAGE = 1_000
"""Complaints read at a time: their texts are long."""

SEALED = (
    "reference", "intake_key", "received_at", "recorded_by", "channel", "language", "subject",
    "narrative", "demand", "name", "phone", "email", "sender", "source", "contents",
)  # fmt: skip
"""Every column but `recorded_at`, which is the database's own."""


def seal_of_complaint(key: bytes, row: Mapping[str, Any]) -> str:
    """HMAC-SHA-256 over what the customer said and how it came, hexadecimal."""
    received_at = row["received_at"].astimezone(UTC).isoformat()
    whole = [FACT, *({**row, "received_at": received_at}[name] for name in SEALED)]
    text = json.dumps(whole, sort_keys=True, ensure_ascii=False)
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def altered_complaints(session: Session, key: bytes) -> Iterator[str]:
    """References whose complaint does not say what was sealed at its receipt, or is gone."""
    seal = JournalRow.facts[FACT].astext.label("seal")
    rows = session.execute(
        select(
            JournalRow.reference.label("case"),
            seal,
            *(getattr(ComplaintRow, name) for name in SEALED),
        )
        .outerjoin(ComplaintRow, ComplaintRow.reference == JournalRow.reference)
        .where(JournalRow.version == 1, seal.is_not(None))
        .order_by(JournalRow.reference)
        .execution_options(yield_per=PAGE)
    )
    for row in rows:
        is_there = row.reference is not None
        if not is_there or seal_of_complaint(key, row._asdict()) != row.seal:
            yield row.case
