"""Files handed in to be imported: their rows, and the folder where they lie until they are done."""

import os
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO, Any
from uuid import uuid4

from sqlalchemy import ColumnElement, and_, delete, func, not_, or_, select, update
from sqlalchemy.orm import Session

from domain.uploads import UploadStatus
from store.files.folders import make_folders, open_new, sync_folder
from store.tables import UploadRow

CHUNK = 1 << 20
"""Bytes read at a time."""

HELD = timedelta(seconds=60)
"""How long a worker has a file in hand without a word, before another may take it (default)."""

KEPT = timedelta(days=1)
"""How long a file lies there whose import nobody has begun, or has gone on with (default). Counted
from when it was handed in: an erasure finds by it what its case may have come with."""

SHOWN_AT_MOST = 50
"""Uploads on one page (default)."""


AT_WORK = tuple(each for each in UploadStatus if each.is_at_work)

RESTING = (
    UploadStatus.UPLOADED,
    UploadStatus.CHECKED,
    UploadStatus.UNREADABLE,
    UploadStatus.STOPPED,
)
"""Their file lies there, and waits for its owner."""


class TooLarge(Exception):
    """More bytes than a file may have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """One file that somebody handed in."""

    id: str
    by: str
    unit: str
    name: str
    mapping: Mapping[str, Any] | None
    is_confirmed: bool
    status: UploadStatus
    bytes_read: int
    bytes_all: int
    report: Mapping[str, Any] | None
    uploaded_at: datetime
    is_to_stop: bool


class UploadFolder:
    """Where uploaded files lie: open to nobody else on the machine, each under its upload's id."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def path(self, upload: str) -> Path:
        return self._folder / upload

    def keep(self, content: IO[bytes], at_most: int) -> tuple[str, int]:
        """Lay a file down for good; returns its id and size. Raises `TooLarge`."""
        make_folders(self._folder, self._folder)
        upload = uuid4().hex
        try:
            size = _written(content, self.path(upload), at_most)
        except BaseException:
            self.remove(upload)
            raise
        sync_folder(self._folder)
        return upload, size

    def remove(self, upload: str) -> None:
        self.path(upload).unlink(missing_ok=True)

    def old(self) -> Iterator[str]:
        """The ids of files that have lain there for longer than a file may (`KEPT`)."""
        before = time.time() - KEPT.total_seconds()
        for file in self._folder.glob("*"):
            with suppress(FileNotFoundError):  # Another worker has taken it away.
                if file.stat().st_mtime < before:
                    yield file.name


def add_upload(session: Session, upload: str, *, by: str, unit: str, name: str, size: int) -> None:
    """The row of a file that lies there."""
    session.add(UploadRow(id=upload, by=by, unit=unit, name=name, bytes_all=size))
    session.flush()


def uploads_of(session: Session, person: str) -> tuple[Upload, ...]:
    """What somebody handed in, newest first."""
    rows = session.scalars(
        select(UploadRow)
        .where(UploadRow.by == person, not_(_is_over()))
        .order_by(UploadRow.uploaded_at.desc(), UploadRow.id)
        .limit(SHOWN_AT_MOST)
    )
    return tuple(_upload(row) for row in rows)


def find_upload(session: Session, upload: str) -> Upload | None:
    """That upload, if it is there and its time is not over."""
    row = session.scalar(select(UploadRow).where(UploadRow.id == upload, not_(_is_over())))
    return None if row is None else _upload(row)


def ask_to_check(
    session: Session, upload: str, mapping: Mapping[str, Any], *, is_confirmed: bool
) -> bool:
    """Have the worker say what would come of it; False when it is past that, or its time over."""
    return _move(
        session,
        upload,
        RESTING,
        status=UploadStatus.CHECKING,
        mapping=dict(mapping),
        is_confirmed=is_confirmed,
        report=None,
        bytes_read=0,
        is_to_stop=False,
    )


def ask_to_import(session: Session, upload: str) -> bool:
    """Have the worker import it, or go on with it; False unless it has been checked, and once its
    time is over. Asking twice is asking once."""
    return _move(
        session,
        upload,
        (UploadStatus.CHECKED, UploadStatus.STOPPED),
        status=UploadStatus.IMPORTING,
        bytes_read=0,
        is_to_stop=False,
    )


def ask_to_stop(session: Session, upload: str) -> bool:
    """Have the worker let it be after the rows it has in hand; False when nobody is at it."""
    return _move(session, upload, AT_WORK, is_to_stop=True)


def settle(session: Session, upload: str, status: UploadStatus, report: Mapping[str, Any]) -> None:
    """Write down how the work on it has ended."""
    _move(session, upload, AT_WORK, status=status, report=dict(report), held_until=None)


def take_upload(session: Session) -> Upload | None:
    """One that waits for a worker, held for whoever asks; None when none does."""
    waiting = (
        select(UploadRow.id)
        .where(UploadRow.status.in_(AT_WORK))
        .where(or_(UploadRow.held_until.is_(None), UploadRow.held_until < func.now()))
        .order_by(UploadRow.uploaded_at, UploadRow.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    found = session.scalar(waiting)
    if found is None:
        return None
    note_progress(session, found, 0)
    return find_upload(session, found)


def note_progress(session: Session, upload: str, bytes_read: int) -> bool:
    """How far the work has come; whoever does it goes on holding it. Whether it may go on."""
    noted = session.execute(
        update(UploadRow)
        .where(UploadRow.id == upload)
        .values(bytes_read=bytes_read, held_until=func.now() + HELD)
        .returning(UploadRow.is_to_stop)
    )
    return not noted.scalar_one()


def let_go(session: Session, upload: str) -> None:
    """Leave it to another worker."""
    session.execute(update(UploadRow).where(UploadRow.id == upload).values(held_until=None))


def forget_upload(session: Session, upload: str) -> bool:
    """Take the row away; False while the worker has it in hand."""
    gone = session.execute(
        delete(UploadRow)
        .where(UploadRow.id == upload, UploadRow.status.not_in(AT_WORK))
        .returning(UploadRow.id)
    )
    return gone.one_or_none() is not None


def abandoned_uploads(session: Session) -> tuple[str, ...]:
    """Those whose file lies there though its time is over."""
    rows = session.scalars(select(UploadRow.id).where(_is_over()).order_by(UploadRow.id))
    return tuple(rows)


def needless(session: Session, files: set[str]) -> set[str]:
    """Of these files those that nobody goes on with: whoever took one in was killed before it had
    a row, or whoever imported it before it was taken away."""
    needed = select(UploadRow.id).where(UploadRow.status.in_((*RESTING, *AT_WORK)))
    return files - set(session.scalars(needed.where(UploadRow.id.in_(files))))


def _is_over() -> ColumnElement[bool]:
    """Whether nobody went on with it while there was time."""
    return and_(UploadRow.status.in_(RESTING), UploadRow.uploaded_at < func.now() - KEPT)


def _move(
    session: Session, upload: str, wanted: tuple[UploadStatus, ...], **values: object
) -> bool:
    moved = session.execute(
        update(UploadRow)
        .where(UploadRow.id == upload, UploadRow.status.in_(wanted), not_(_is_over()))
        .values(**values)
        .returning(UploadRow.id)
    )
    return moved.one_or_none() is not None


def _upload(row: UploadRow) -> Upload:
    return Upload(
        id=row.id,
        by=row.by,
        unit=row.unit,
        name=row.name,
        mapping=row.mapping,
        is_confirmed=row.is_confirmed,
        status=UploadStatus(row.status),
        bytes_read=row.bytes_read,
        bytes_all=row.bytes_all,
        report=row.report,
        uploaded_at=row.uploaded_at,
        is_to_stop=row.is_to_stop,
    )


def _written(content: IO[bytes], path: Path, at_most: int) -> int:
    size = 0
    with open_new(path) as file:
        while chunk := content.read(CHUNK):
            size += len(chunk)
            if size > at_most:
                raise TooLarge
            file.write(chunk)
        file.flush()
        os.fsync(file.fileno())
    return size
