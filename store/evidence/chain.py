"""The seal of the journal: each entry is chained to the one before under a key that no database
administrator has, and the heads of all chains are kept outside the database.

The chain shows an entry that was edited, forged, moved or taken from the middle. It cannot show a
tail that was cut or a whole case that vanished; the heads can (`store.evidence.checkpoints`).
"""

import hashlib
import hmac
import json
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from itertools import groupby
from operator import attrgetter
from typing import Any

from sqlalchemy import Row, select, text
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from store.evidence.complaint_seal import altered_complaints
from store.evidence.erased import erased_versions
from store.evidence.guards import are_guarded
from store.tables import CaseRow, JournalRow

GENESIS = "0" * 64
"""What the first entry of a case is chained to."""

PAGE = 5_000
"""Rows read at a time (default), so that a million entries need no more memory than this."""


_CANONICAL = json.JSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":"))
"""One way to write a value down, so that the same value always has the same digest."""


class Tampering(StrEnum):
    """What can be wrong with a journal."""

    ENTRY_ALTERED = "entry_altered"
    """An entry does not say what it said when it was written, or was forged."""
    WORDS_ALTERED = "words_altered"
    """The texts of an entry are not those that were written, or are gone and nobody erased them."""
    ERASURE_UNDONE = "erasure_undone"
    """There are texts in the journal of a case that says it was erased."""
    COMPLAINT_ALTERED = "complaint_altered"
    """The complaint is not the one that was received: its words, its customer, or how it came."""
    CHAIN_BROKEN = "chain_broken"
    """An entry does not follow the one before it: entries were taken out, put in or swapped."""
    TAIL_CUT = "tail_cut"
    """The journal ends before the head that was kept outside, or before its case's version."""
    CHAIN_MISSING = "chain_missing"
    """A whole journal that was seen before is gone."""
    GUARD_OFF = "guard_off"
    """A trigger that forbids changing journal or audit is missing, off, or forbids less."""
    HEADS_ALTERED = "heads_altered"
    """The heads kept outside the database were altered themselves, or one of the files is gone."""
    HEADS_UNNOTED = "heads_unnoted"
    """The audit no longer says that these heads were taken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SealFinding:
    """One thing that is wrong, and where."""

    tampering: Tampering
    reference: str
    version: int | None = None


def seal(
    key: bytes,
    previous: str,
    reference: str,
    version: int,
    entry_key: str,
    event: str,
    by: str,
    at: datetime,
    facts: Mapping[str, Any],
    words_digest: str,
) -> str:
    """HMAC-SHA-256 over everything an entry says and the entry before it."""
    whole = _CANONICAL.encode(
        [
            previous,
            reference,
            version,
            entry_key,
            str(event),
            by,
            at.astimezone(UTC).isoformat(),
            facts,
            words_digest,
        ]
    )
    return hmac.new(key, whole.encode(), hashlib.sha256).hexdigest()


def digest_of_words(words: Mapping[str, Any]) -> str:
    """What the seal holds instead of the texts, so that texts may be erased when the law says so
    and the chain still proves the rest."""
    return hashlib.sha256(_CANONICAL.encode(words).encode()).hexdigest()


def heads_of(session: Session, references: Collection[str]) -> dict[str, str]:
    """The seal of the last entry of each of these cases."""
    last = (
        select(JournalRow.reference, JournalRow.hash)
        .where(JournalRow.reference.in_(references))
        .ext(distinct_on(JournalRow.reference))
        .order_by(JournalRow.reference, JournalRow.version.desc())
    )
    return {row.reference: row.hash for row in session.execute(last)}


def verify(
    session: Session,
    key: bytes,
    heads: Mapping[str, Mapping[int, str]],
    looked_at: Callable[[int], object] = lambda entries: None,
) -> Iterator[SealFinding]:
    """Everything wrong with the journals of all cases; nothing when they are whole.

    `heads` are all entries ever signed outside the database: reference, version and seal. Not only
    the last of each: a journal that was cut and then grew on its own way still has to face them.
    `looked_at` is told after each journal how many entries it had, for whoever waits.
    """
    if not are_guarded(session):
        yield SealFinding(tampering=Tampering.GUARD_OFF, reference="*")
    unseen = dict(heads)
    versions = _case_versions(session)
    erased = erased_versions(session)
    for reference, rows in _journals(session):
        yield from _faults_in_chain(key, reference, rows, is_erased=reference in erased)
        last = rows[-1].version
        known = unseen.pop(reference, {})
        if last < max([versions.pop(reference, 0), *known]):
            yield SealFinding(tampering=Tampering.TAIL_CUT, reference=reference, version=last)
        for version in _unlike(rows, known):
            yield SealFinding(
                tampering=Tampering.ENTRY_ALTERED, reference=reference, version=version
            )
        looked_at(len(rows))
    for reference in sorted({*unseen, *versions}):
        yield SealFinding(tampering=Tampering.CHAIN_MISSING, reference=reference)
    for reference in altered_complaints(session, key):
        yield SealFinding(tampering=Tampering.COMPLAINT_ALTERED, reference=reference, version=1)


def count_entries(session: Session) -> int:
    """How many entries there are to verify."""
    return session.scalar(text("select count(*) from journal")) or 0


SealedEntry = Row[tuple[Any, ...]]


def _journals(session: Session) -> Iterator[tuple[str, list[SealedEntry]]]:
    """Each case's entries in order, read page by page."""
    entries = (
        select(
            JournalRow.reference,
            JournalRow.version,
            JournalRow.key,
            JournalRow.event,
            JournalRow.by,
            JournalRow.at,
            JournalRow.facts,
            JournalRow.words,
            JournalRow.words_digest,
            JournalRow.previous_hash,
            JournalRow.hash,
        )
        .order_by(JournalRow.reference, JournalRow.version)
        .execution_options(yield_per=PAGE)
    )
    # Asked of the connection: a session would make each row again as one of its own, which takes
    # two fifths of the time of reading.
    rows = session.connection().execute(entries)
    for reference, journal in groupby(rows, key=attrgetter("reference")):
        yield reference, list(journal)


def _faults_in_chain(
    key: bytes, reference: str, rows: list[SealedEntry], *, is_erased: bool
) -> Iterator[SealFinding]:
    previous, expected = GENESIS, 1
    for row in rows:
        if row.previous_hash != previous or row.version != expected:
            yield SealFinding(
                tampering=Tampering.CHAIN_BROKEN, reference=reference, version=row.version
            )
        made = seal(
            key, row.previous_hash, row.reference, row.version, row.key, row.event, row.by,
            row.at, row.facts, row.words_digest,
        )  # fmt: skip
        if not hmac.compare_digest(made, row.hash):
            yield SealFinding(
                tampering=Tampering.ENTRY_ALTERED, reference=reference, version=row.version
            )
        wrong = _wrong_with_words(row, is_erased=is_erased)
        if wrong is not None:
            yield SealFinding(tampering=wrong, reference=reference, version=row.version)
        previous, expected = row.hash, row.version + 1


def _wrong_with_words(row: SealedEntry, *, is_erased: bool) -> Tampering | None:
    """Texts of an erased case are gone, all of them; those of any other are as they were sealed."""
    if is_erased:
        return None if row.words is None else Tampering.ERASURE_UNDONE
    is_as_sealed = row.words is not None and digest_of_words(row.words) == row.words_digest
    return None if is_as_sealed else Tampering.WORDS_ALTERED


def _unlike(rows: list[SealedEntry], known: Mapping[int, str]) -> list[int]:
    """The versions that were signed outside with another seal, or that lie there no longer."""
    seals = {row.version: row.hash for row in rows} if known else {}
    return [
        version
        for version in sorted(known)
        if version <= rows[-1].version and seals.get(version) != known[version]
    ]


def _case_versions(session: Session) -> dict[str, int]:
    """How many entries each case says it has: another witness, if a weaker one than the heads."""
    found = session.execute(select(CaseRow.reference, CaseRow.version))
    return {row.reference: row.version for row in found}
