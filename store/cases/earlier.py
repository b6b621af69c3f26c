"""Letters that may have been written down before: the same customer, in much the same words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

from sqlalchemy import Row, func, not_, or_, select
from sqlalchemy.orm import Session

from domain.case import Status
from domain.complaint import Draft
from domain.customers import FOUND_BY, TELLS_APART, CustomerField, normal_form
from domain.likeness import ALIKE, ALIKE_OF_A_NAMESAKE, likeness
from domain.permission_names import Permission
from domain.relations import Reader, Relation
from store.customers import hash_column
from store.database import personal_ring
from store.scope import cases_for, stands
from store.tables import CaseRow, ComplaintRow

LOOKED_BACK = timedelta(days=180)
"""How long ago a letter may have come to be taken for this one (default)."""

LOOKED_AT = 50
"""Letters of one customer that are looked at, the newest (default)."""

SECRET = (Relation.NAMED, Relation.CONFLICT, Relation.CLOSED)
"""Whoever stands so to a case does not even learn that there is one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierLetter:
    """A case that may be of the same letter, as far as whoever takes this one down may know it."""

    received_at: datetime
    reference: str | None = None
    """None: it is there, and not theirs to look at."""
    status: Status | None = None


def earlier_letters(
    session: Session, reader: Reader, draft: Draft, intake_key: str
) -> tuple[EarlierLetter, ...]:
    """What may be the same letter, newest first. The complaint that came under this key is this one
    itself, sent twice."""
    return earlier_letters_of_each(session, reader, {intake_key: draft})[intake_key]


def earlier_letters_of_each(
    session: Session,
    reader: Reader,
    drafts: Mapping[str, Draft],
    taken: Mapping[str, str] = MappingProxyType({}),
) -> dict[str, tuple[EarlierLetter, ...]]:
    """The same of many, by their keys; of one that was taken already, under its number, what was
    taken before it."""
    ring = personal_ring(session)
    hashes = {
        key: {
            field: frozenset(ring.found_by(field, normal_form(field, getattr(draft, field))))
            for field in FOUND_BY
        }
        for key, draft in drafts.items()
    }
    wanted = {field: {one for each in hashes.values() for one in each[field]} for field in FOUND_BY}
    columns = {field: getattr(ComplaintRow, hash_column(field)) for field in FOUND_BY}
    same = [columns[field].in_(sorted(found)) for field, found in wanted.items() if found]
    if not same:
        return dict.fromkeys(drafts, ())
    may_know = or_(cases_for(Permission.READ_CASE, reader), cases_for(Permission.FIND_CASE, reader))
    rows = session.execute(
        select(
            CaseRow.reference,
            CaseRow.status,
            CaseRow.received_at,
            ComplaintRow.intake_key,
            ComplaintRow.narrative,
            may_know.label("may_know"),
            *columns.values(),
        )
        .join(ComplaintRow, ComplaintRow.reference == CaseRow.reference)
        .where(
            or_(*same),
            CaseRow.received_at > func.now() - LOOKED_BACK,
            *(not_(stands(each, reader)) for each in SECRET),
        )
        .order_by(CaseRow.received_at.desc(), CaseRow.reference)
        .limit(LOOKED_AT * len(drafts))
    ).all()
    return {
        key: tuple(
            EarlierLetter(
                received_at=row.received_at,
                reference=row.reference if row.may_know else None,
                status=Status(row.status) if row.may_know else None,
            )
            for row in rows
            if row.intake_key != key
            and (key not in taken or row.reference < taken[key])
            and _is_alike(draft, hashes[key], row)
        )
        for key, draft in drafts.items()
    }


def _is_alike(
    draft: Draft, hashes: Mapping[CustomerField, frozenset[str]], row: Row[tuple[Any, ...]]
) -> bool:
    """Whether it is the same customer in much the same words: less like where a number is the same
    than where the name alone is."""
    same = {field for field in FOUND_BY if getattr(row, hash_column(field)) in hashes[field]}
    if not same:
        return False
    least = ALIKE if same.intersection(TELLS_APART) else ALIKE_OF_A_NAMESAKE
    return likeness(draft.narrative, row.narrative) >= least


def references_among(letters: Sequence[EarlierLetter]) -> list[str]:
    """Those of them that may be named."""
    return [each.reference for each in letters if each.reference is not None]
