"""The heads of all journals, signed and kept outside the database, a file each time they are taken.

Each file names the digest of the one before, so that none can be taken away from the middle.
"""

import hashlib
import hmac
import json
import os
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from crashpoints import crashpoint
from store.chain import Finding, Tampering
from store.tables import JournalRow

OVERLAP = timedelta(minutes=10)
"""A transaction may commit entries older than the last taking; none is ever this slow (default)."""


BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Heads:
    """What the files outside say: the last known entry of each case, and what is wrong there."""

    known: dict[str, tuple[int, str]]
    findings: tuple[Finding, ...]


def take_heads(session: Session, folder: Path, key: bytes, now: datetime) -> Path:
    """Write the heads that moved since the last time into a new signed file."""
    folder.mkdir(parents=True, exist_ok=True)
    files = _files(folder)
    since = _taken_at(files[-1]) - OVERLAP if files else BEGINNING
    newest = (
        select(JournalRow.reference, func.max(JournalRow.version).label("version"))
        .where(JournalRow.recorded_at >= since)
        .group_by(JournalRow.reference)
        .subquery()
    )
    rows = session.execute(
        select(JournalRow.reference, JournalRow.version, JournalRow.hash)
        .join(
            newest,
            (JournalRow.reference == newest.c.reference) & (JournalRow.version == newest.c.version),
        )
        .order_by(JournalRow.reference)
    )
    body = {
        "taken_at": now.astimezone(UTC).isoformat(),
        "number": len(files) + 1,
        "previous": _digest(files[-1]) if files else "",
        "heads": {row.reference: [row.version, row.hash] for row in rows},
    }
    text = json.dumps({"body": body, "signature": _signature(key, body)}, sort_keys=True)
    path = folder / f"heads-{body['number']:08d}.json"
    _write_durably(path, text)
    return path


def read_heads(folder: Path, key: bytes) -> Heads:
    """Everything the files say, and whether they themselves can be believed."""
    known: dict[str, tuple[int, str]] = {}
    findings: list[Finding] = []
    previous = ""
    for number, path in enumerate(_files(folder), start=1):
        try:
            whole = json.loads(path.read_text(encoding="utf-8"))
            body = whole["body"]
            genuine = hmac.compare_digest(_signature(key, body), whole["signature"])
            in_order = body["number"] == number and body["previous"] == previous
        except (ValueError, KeyError, TypeError):
            genuine = in_order = False
            body = {"heads": {}}
        if not (genuine and in_order):
            findings.append(Finding(tampering=Tampering.HEADS_ALTERED, reference=path.name))
        if genuine:
            known.update({each: (head[0], head[1]) for each, head in body["heads"].items()})
        previous = _digest(path)
    return Heads(known=known, findings=tuple(findings))


def _files(folder: Path) -> list[Path]:
    return sorted(folder.glob("heads-*.json"))


def _taken_at(path: Path) -> datetime:
    return datetime.fromisoformat(json.loads(path.read_text(encoding="utf-8"))["body"]["taken_at"])


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _signature(key: bytes, body: dict[str, Any]) -> str:
    text = json.dumps(body, sort_keys=True, ensure_ascii=False)
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def _write_durably(path: Path, text: str) -> None:
    """Whole or not at all, also when the power fails."""
    draft = path.with_suffix(".draft")
    with draft.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    crashpoint("heads.drafted")
    draft.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
