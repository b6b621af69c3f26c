"""What an erasure still owes outside PostgreSQL: files that are removed, and a line in the list by
which a restored backup is held to it. Begun again as often as it takes.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import delete, exists, func, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from config import Settings
from domain.approvals import ApprovalOutcome
from domain.notices import Delivery
from domain.statuses import CommandStatus
from store.cases.uploads import RESTING, UploadFolder
from store.database import AdvisoryLock, DatabaseAway, Sessions, hold
from store.erasure.texts import erase_leftovers
from store.evidence.audit import Action, note
from store.evidence.erased import ERASURES
from store.evidence.signed_files import content_of, genuine_body, signed, write_durably
from store.files.attachments import AttachmentFolder, is_spoken_of
from store.outbox import messages
from store.people.people import actor_of
from store.tables import (
    ApprovalRow,
    CaseRow,
    CommandRow,
    ErasureRow,
    JournalRow,
    NoticeRow,
    UploadRow,
)
from store.values import ACTOR, to_json

log = logging.getLogger(__name__)

LISTED = "erased-{reference}.json"
"""What the file of an erasure is called, beside the heads of the journals."""

AFTER_A_RESTORE = "Erased before; erased again after a restore."
"""What an erasure that is done again says of its reason, which is not kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Folders:
    """Where files of an installation lie that an erasure reaches, and its list."""

    attachments: Path
    uploads: Path
    heads: Path

    @classmethod
    def of(cls, settings: Settings) -> "Folders":
        """Those of this installation."""
        return cls(
            attachments=settings.attachments_dir,
            uploads=settings.uploads_dir,
            heads=settings.heads_dir,
        )


def finish_erasures(sessions: Sessions, folders: Folders, key: bytes) -> int:
    """Do what erasures still owe; says how many owe nothing any more. Each has a transaction of its
    own, so whoever is killed meanwhile has nothing to undo; one that cannot be finished is logged
    each time and holds up no other."""
    with sessions() as session:
        waiting = session.scalars(
            select(ErasureRow.reference)
            .where(ErasureRow.finished_at.is_(None))
            .order_by(ErasureRow.erased_at, ErasureRow.reference)
        ).all()
    finished = 0
    for reference in waiting:
        try:
            finished += _finish(sessions, reference, folders, key)
        except DatabaseAway:
            raise
        except Exception as fault:
            kind = type(fault).__name__
            log.error("the erasure of %s could not be finished: %s", reference, kind)
    return finished


def _finish(sessions: Sessions, reference: str, folders: Folders, key: bytes) -> bool:
    with sessions.begin() as session:
        row = session.scalar(
            select(ErasureRow)
            .where(ErasureRow.reference == reference, ErasureRow.finished_at.is_(None))
            .with_for_update(skip_locked=True)
        )
        if row is None:
            return False
        _list(session, row, folders.heads, key)
        # Asked before the rest is taken out: what is over by now brings no text in any more.
        is_under_way = _is_under_way(session, reference)
        row.files = sorted({*row.files, *erase_leftovers(session, reference)})
        session.execute(
            delete(UploadRow).where(UploadRow.id.in_(row.uploads), UploadRow.status.in_(RESTING))
        )
        for upload in row.uploads:
            UploadFolder(folders.uploads).remove(upload)
        files = AttachmentFolder(folders.attachments)
        left = [
            digest
            for digest in row.files
            if not files.remove(digest, partial(is_spoken_of, session, digest))
        ]
        if left or is_under_way:
            return False
        row.finished_at = func.now()
        return True


def _is_under_way(session: Session, reference: str) -> bool:
    """Whether something asked for in it has no answer yet, or word of it is still to be sent: of
    both a text may come in until then."""
    asked = exists().where(
        CommandRow.reference == reference, CommandRow.status == CommandStatus.STORED
    )
    unsent = exists().where(
        NoticeRow.reference == reference, NoticeRow.delivery == Delivery.PENDING
    )
    return session.scalar(select(or_(asked, unsent))) is True


def _list(session: Session, row: ErasureRow, heads: Path, key: bytes) -> None:
    """Lay down, outside the database and signed, that this case was erased; never twice."""
    path = heads / LISTED.format(reference=row.reference)
    if path.is_file():
        return
    entry = session.execute(
        select(JournalRow.key, JournalRow.at, JournalRow.hash, JournalRow.facts).where(
            JournalRow.reference == row.reference, JournalRow.version == row.version
        )
    ).one()
    agreed = session.get_one(ApprovalRow, entry.facts.get("agreement", entry.key))
    body = {
        "erased": row.reference,
        "version": row.version,
        "seal": entry.hash,
        "at": entry.at.isoformat(),
        "command": entry.key,
        "act": session.get_one(CommandRow, entry.key).act,
        "agreement": {
            "id": agreed.id,
            "kind": agreed.kind,
            "subject": agreed.subject,
            "request": agreed.request,
            "requested_by": agreed.requested_by,
            "requested_at": agreed.requested_at.isoformat(),
            "decided_by": agreed.decided_by,
            "decided_at": agreed.decided_at.isoformat() if agreed.decided_at else "",
        },
    }
    # One writer in that folder at a time, as where heads are taken.
    hold(session, AdvisoryLock.WRITING_SIGNED_FILES)
    if not path.is_file():
        write_durably(path, signed(key, body))


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """An erasure as the list has it."""

    reference: str
    body: Mapping[str, Any]


def listed_erasures(heads: Path, key: bytes) -> tuple[tuple[Listed, ...], tuple[str, ...]]:
    """Every erasure of the list, in the order of references; and the names of the files in it that
    this key has not signed, which nobody is held to."""
    found: list[Listed] = []
    forged: list[str] = []
    for path in sorted(heads.glob(LISTED.format(reference="*"))):
        body = genuine_body(content_of(path), key)
        if body is None or path.name != LISTED.format(reference=body.get("erased")):
            forged.append(path.name)
        else:
            found.append(Listed(reference=body["erased"], body=body))
    return tuple(found), tuple(forged)


def brought_back(session: Session, listed: tuple[Listed, ...]) -> tuple[Listed, ...]:
    """Those whose case is there with everything that was erased, as after a restore."""
    there = set(session.scalars(select(CaseRow.reference)))
    erased = set(
        session.scalars(select(JournalRow.reference).where(JournalRow.event.in_(ERASURES)))
    )
    return tuple(each for each in listed if each.reference in there - erased)


def count_erased(session: Session, references: Sequence[str]) -> int:
    """How many of these cases are erased."""
    erased = select(func.count(JournalRow.reference.distinct())).where(
        JournalRow.reference.in_(references), JournalRow.event.in_(ERASURES)
    )
    return session.scalar(erased) or 0


def erase_again(session: Session, listed: Listed) -> str:
    """Ask the case's workflow for an erasure that two had agreed to before; returns the id of the
    command. Their agreement comes from the list where the restored records have lost it."""
    agreed, command = listed.body["agreement"], listed.body["command"]
    decided = {
        "outcome": ApprovalOutcome.APPROVED,
        "decided_by": agreed["decided_by"],
        "decided_at": datetime.fromisoformat(agreed["decided_at"]),
        "request": agreed["request"],
    }
    asked_at = datetime.fromisoformat(agreed["requested_at"])
    session.execute(
        insert(ApprovalRow)
        .values(
            id=agreed["id"],
            kind=agreed["kind"],
            subject=agreed["subject"],
            reason="",
            requested_by=agreed["requested_by"],
            requested_at=asked_at,
            expires_at=asked_at,
            heard_at=func.now(),
            **decided,
        )
        .on_conflict_do_update(index_elements=["id"], set_=decided)
    )
    session.execute(
        insert(CommandRow)
        .values(
            id=command,
            reference=listed.reference,
            act=listed.body["act"],
            words={"reason": AFTER_A_RESTORE},
            by=to_json(ACTOR, actor_of(session, agreed["requested_by"])),
        )
        .on_conflict_do_nothing(index_elements=["id"])
    )
    messages.put(session, messages.MessageKind.COMMAND, command)
    note(session, Action.ERASED_AGAIN, by=agreed["requested_by"], subject=listed.reference)
    return str(command)
