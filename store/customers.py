"""Customers, as complaints name them: what is known of one is written encrypted and found again by
keyed hashes, so that nobody reads it out of the tables.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, or_
from sqlalchemy.orm import Session

from domain.customers import FOUND_BY, CustomerField, normal_form
from store.database import personal_ring
from store.personal import PersonalField, PersonalRing, Sealed
from store.tables import ComplaintRow

TABLE = ComplaintRow.__tablename__

CONTENTS = "contents"
"""Encrypted like them: from a plain digest of everything a customer said, whoever knows the rest
could find out a telephone number by trying them all."""

SEALED = (*CustomerField, CONTENTS)
"""The columns that are encrypted."""


def hash_column(field: CustomerField) -> str:
    """The column that a field is found by."""
    return f"{field}_hash"


def sealed_row(ring: PersonalRing, row: Mapping[str, Any]) -> dict[str, Any]:
    """A complaint's row as it is written, of one in the clear."""
    case = row["reference"]
    sealed = {name: _sealed(ring, row[name], PersonalField(TABLE, name, case)) for name in SEALED}
    hashes = {
        hash_column(field): ring.find_by(field, normal_form(field, row[field]))
        for field in FOUND_BY
    }
    return {**row, **sealed, **hashes}


def opened_row(ring: PersonalRing, row: Mapping[str, Any]) -> dict[str, Any]:
    """A complaint's row in the clear, of one as it is written. Raises `KeyMissing` or `NotOurs`."""
    case = row["reference"]
    opened = {name: _opened(ring, row[name], PersonalField(TABLE, name, case)) for name in SEALED}
    return {**row, **opened}


def open_field(session: Session, reference: str, column: str, sealed: Sealed | None) -> str:
    """What is known of a customer, in the clear. Raises `KeyMissing` or `NotOurs`."""
    return _opened(personal_ring(session), sealed, PersonalField(TABLE, column, reference)) or ""


def is_of_customer(session: Session, text: str) -> ColumnElement[bool] | None:
    """Whether a complaint is a customer's of whom this is the name, a number or the address; None
    when it can be none of these."""
    ring = personal_ring(session)
    found = [
        getattr(ComplaintRow, hash_column(field)).in_(hashes)
        for field in FOUND_BY
        if (hashes := ring.found_by(field, normal_form(field, text)))
    ]
    return or_(*found) if found else None


def hashes_fit(ring: PersonalRing, row: Mapping[str, Any]) -> bool:
    """Whether a complaint is found by what it says, and by nothing else; `row` is in the clear."""
    found = {field: ring.found_by(field, normal_form(field, row[field])) for field in FOUND_BY}
    return all(
        row[hash_column(field)] in hashes if hashes else row[hash_column(field)] is None
        for field, hashes in found.items()
    )


def _sealed(ring: PersonalRing, text: str | None, field: PersonalField) -> Sealed | None:
    return None if text is None else ring.seal(text, field)


def _opened(ring: PersonalRing, sealed: Sealed | None, field: PersonalField) -> str | None:
    return None if sealed is None else ring.open(sealed, field)
