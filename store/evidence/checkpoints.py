"""Checkpoints: the heads of all journals, signed and kept outside the database, a file each time.

Each file names the digest of the one before, and the audit names each file: so none can be taken
away, from the middle or from the end, and neither can the audit forget one.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import select, true
from sqlalchemy.orm import Session

from crashpoints import crashpoint
from domain.journal import REDRESS
from store.database import AdvisoryLock, Sessions, hold
from store.evidence.audit import Action, note
from store.evidence.chain import PAGE, SealFinding, Tampering
from store.evidence.signed_files import content_of, genuine_body, signed, write_durably
from store.tables import AuditRow, CaseRow, JournalRow

Known = dict[str, dict[int, str]]
"""Every head that was ever signed: reference, version and seal."""

SUBJECT = "heads"
"""What the audit says a taking is about."""

_NAME = re.compile(r"heads-(\d{8,})\.json")


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoints:
    """What the files outside and the audit say of the journals, and what is wrong with them."""

    known: Known
    findings: tuple[SealFinding, ...]
    last: tuple[int, str]
    """Number and digest of the last taking that files or audit know of; zero for none."""
    unnoted: tuple[int, str] | None
    """Number and digest of a last file that the audit does not name: its taking was cut off there,
    or goes on at this moment."""

    @property
    def count(self) -> int:
        """How many heads were ever signed."""
        return sum(len(versions) for versions in self.known.values())


def write_checkpoint(sessions: Sessions, folder: Path, key: bytes, now: datetime) -> Path:
    """Write every head that no file knows yet into a new signed file, and say so in the audit.

    One taking at a time, and one that was cut off is noted before another begins. Raises `OSError`
    when the folder does not take the file; no file is ever replaced.
    """
    with sessions.begin() as session:
        hold(session, AdvisoryLock.WRITING_SIGNED_FILES)
        outside = read_checkpoints(session, folder, key)
        if outside.unnoted is None:
            return _take(session, outside, folder, key, now)
        _note(session, *outside.unnoted)
    return write_checkpoint(sessions, folder, key, now)


def _take(session: Session, outside: Checkpoints, folder: Path, key: bytes, now: datetime) -> Path:
    number, previous = outside.last[0] + 1, outside.last[1]
    body = {
        "taken_at": now.astimezone(UTC).isoformat(),
        "number": number,
        "previous": previous,
        "noted": True,
        "heads": dict(_unknown_heads(session, outside.known)),
    }
    content = signed(key, body)
    path = folder / _name(number)
    write_durably(path, content)
    crashpoint("heads.placed")
    _note(session, number, _digest(content))
    return path


def read_checkpoints(session: Session, folder: Path, key: bytes) -> Checkpoints:
    """Everything the files say, and whether they and the audit can be believed."""
    known: Known = {}
    findings: list[SealFinding] = []
    digests: dict[int, str] = {}
    to_be_noted: set[int] = set()
    last, previous, unnoted = 0, "", None
    for number, path in _files(folder):
        content = content_of(path)
        body = genuine_body(content, key)
        follows = body is not None and number == body["number"] == last + 1
        if body is None or not follows or body["previous"] != previous:
            findings.append(_altered(number))
        if body is not None:
            findings += _contradictions(known, body["heads"])
            if body.get("noted"):
                to_be_noted.add(number)
        last, previous = number, _digest(content)
        digests[number] = previous

    noted = _noted(session)  # after the files: whatever came before the last of them is in it
    if last in to_be_noted and last not in {number for number, _ in noted}:
        unnoted = last, previous
        to_be_noted.remove(last)
    for number, digest in noted:
        if digests.get(number, digest) != digest or not (folder / _name(number)).is_file():
            findings.append(_altered(number))
    for number in sorted(to_be_noted - {number for number, _ in noted}):
        findings.append(SealFinding(tampering=Tampering.HEADS_UNNOTED, reference=_name(number)))
    return Checkpoints(
        known=known,
        findings=tuple(dict.fromkeys(findings)),
        last=max([(last, previous), *noted]),
        unnoted=unnoted,
    )


def _contradictions(known: Known, heads: Mapping[str, tuple[int, str]]) -> Iterator[SealFinding]:
    """Add what one more file says. A journal only grows: a file that saw it shorter than an earlier
    one, or saw another entry at the same place, is a witness of its own."""
    for reference, (version, seal) in heads.items():
        versions = known.setdefault(reference, {})
        if versions and version < max(versions):
            yield SealFinding(tampering=Tampering.TAIL_CUT, reference=reference, version=version)
        if versions.setdefault(version, seal) != seal:
            yield SealFinding(
                tampering=Tampering.ENTRY_ALTERED, reference=reference, version=version
            )


def _unknown_heads(session: Session, known: Known) -> Iterator[tuple[str, tuple[int, str]]]:
    """The last entry of each journal, where no file knows it yet. No clock is asked: those of
    machines differ, and `recorded_at` is not sealed."""
    last = (
        select(JournalRow.version, JournalRow.hash)
        .where(JournalRow.reference == CaseRow.reference)
        .order_by(JournalRow.version.desc())
        .limit(1)
        .lateral()
    )
    rows = session.execute(
        select(CaseRow.reference, last.c.version, last.c.hash)
        .join(last, true())
        .order_by(CaseRow.reference)
        .execution_options(yield_per=PAGE)
    )
    for row in rows:
        if row.version not in known.get(row.reference, {}):
            yield row.reference, (row.version, row.hash)


def _note(session: Session, number: int, digest: str) -> None:
    note(
        session,
        Action.HEADS_TAKEN,
        by=REDRESS,
        subject=SUBJECT,
        number=str(number),
        digest=digest,
    )


def _noted(session: Session) -> list[tuple[int, str]]:
    """Number and digest of each taking in the audit."""
    facts = session.scalars(
        select(AuditRow.facts).where(
            AuditRow.subject == SUBJECT,
            AuditRow.action == Action.HEADS_TAKEN,
            AuditRow.facts["number"].astext.regexp_match("^[0-9]{1,18}$"),
        )
    )
    return [(int(each["number"]), str(each.get("digest"))) for each in facts]


def _altered(number: int) -> SealFinding:
    return SealFinding(tampering=Tampering.HEADS_ALTERED, reference=_name(number))


def _name(number: int) -> str:
    return f"heads-{number:08d}.json"


def _files(folder: Path) -> list[tuple[int, Path]]:
    """Each file by its number, in their order."""
    named = ((_NAME.fullmatch(path.name), path) for path in folder.glob("heads-*.json"))
    return sorted((int(name[1]), path) for name, path in named if name)


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
