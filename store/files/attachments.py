"""Files of attachments: laid down for good before any row speaks of them, and found by a walk when
they are missing, changed or nobody's.

A file lies under its own SHA-256: `ab/cd/abcd...`. The same contents lie there once.
"""

import fcntl
import hashlib
import os
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from uuid import uuid4

from sqlalchemy import exists, func, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from crashpoints import crashpoint
from domain.acts import Attach, ReceiveFile, WriteLetter
from domain.attachments import CHUNK, FIELD, AttachmentLimits, FileFinding, Wrong
from domain.complaint import BadInput, Flaw, flaws_of_free_text
from domain.errors import NotFit
from domain.file_names import misleads
from domain.statuses import CommandStatus
from rulebook.attachments import read_limits
from rulebook.texts import read_text_limits
from store.database import AdvisoryLock, hold
from store.files.folders import make_folders, open_new, sync_folder
from store.scope import OpenedCase
from store.tables import AttachmentRow, CommandRow, MailFileRow

INCOMING = "incoming"
"""Where a file lies until it is whole."""

LOCK = "lock"
"""Lies beside the files of a folder: shared by those who lay one down, held alone by whoever takes
one away."""

_DIGEST = re.compile(r"[0-9a-f]{64}")


class Damaged(Exception):
    """The file of an attachment is missing or not what was put there; it is not handed out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFile:
    """A file that lies there for good."""

    digest: str
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file of a case as a page shows it."""

    id: str
    """The command it came with."""
    name: str
    digest: str
    size: int


class AttachmentFolder:
    """The folder where the files lie."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @contextmanager
    def laid_down(
        self, content: IO[bytes], name: str, limits: AttachmentLimits
    ) -> Iterator[StoredFile]:
        """A file, so that no crash loses it; raises `NotFit` for one that may not be taken.

        Nobody takes it away before this is over, and by then a row is to speak of it. One of which
        none does is an orphan and harmless.
        """
        incoming = self._folder / INCOMING
        make_folders(self._folder, incoming)
        unfinished = incoming / uuid4().hex
        with ExitStack() as stays:
            try:
                kept = _written(content, unfinished, limits.largest_bytes)
                with unfinished.open("rb") as whole:
                    flaws = [*_flaws_of_name(name), *limits.flaws_of(name, kept.size, whole)]
                if flaws:
                    raise NotFit(flaws)
                place = self._path_of(kept.digest)
                make_folders(self._folder, place.parent)
                crashpoint("file.written")
                stays.enter_context(_locked(place.parent, fcntl.LOCK_SH))
                unfinished.replace(place)
                crashpoint("file.placed")
            finally:
                unfinished.unlink(missing_ok=True)
            # The file is there when its folders say so: theirs are the names that must not be lost.
            for folder in (place.parent, place.parent.parent, self._folder):
                sync_folder(folder)
            yield kept

    def read(self, digest: str) -> bytes:
        """The contents, checked against their digest; raises `Damaged`."""
        try:
            content = self._path_of(digest).read_bytes()
        except FileNotFoundError:
            raise Damaged(digest) from None
        if hashlib.sha256(content).hexdigest() != digest:
            raise Damaged(digest)
        return content

    def remove(self, digest: str, is_spoken_of: Callable[[], bool]) -> bool:
        """Take a file away, unless a row speaks of it; False while somebody lays it down, for then
        a row is about to. That is asked when nobody can lay it down any more."""
        place = self._path_of(digest)
        if not place.exists():
            return True
        try:
            with _locked(place.parent, fcntl.LOCK_EX | fcntl.LOCK_NB):
                if not is_spoken_of():
                    place.unlink(missing_ok=True)
                    sync_folder(place.parent)
        except BlockingIOError:
            return False
        return True

    def check(
        self, known: set[str], *, now: float, orphan_after_hours: int
    ) -> Iterator[FileFinding]:
        """Walk through every file there is and every one there should be. `known` are the digests
        that rows speak of, read before this; `now` is in seconds since 1970."""
        for digest in sorted(known):
            wrong = self._wrong_with(digest)
            if wrong is not None:
                yield FileFinding(wrong=wrong, what=digest)
        for path in sorted(self._folder.rglob("*")):
            if path.is_dir() or path.name == LOCK:
                continue
            if path.name in known and path == self._path_of(path.name):
                continue
            with suppress(FileNotFoundError):  # what was just being laid down has its name by now
                if now - path.stat().st_mtime > orphan_after_hours * 3600:
                    yield FileFinding(wrong=Wrong.ORPHAN, what=str(path.relative_to(self._folder)))

    def _wrong_with(self, digest: str) -> Wrong | None:
        if not _DIGEST.fullmatch(digest) or not self._path_of(digest).is_file():
            return Wrong.MISSING
        try:
            return None if _digest_of(self._path_of(digest)) == digest else Wrong.FLIPPED
        except FileNotFoundError:
            return Wrong.MISSING

    def _path_of(self, digest: str) -> Path:
        if not _DIGEST.fullmatch(digest):
            raise Damaged(digest)  # never a path of somebody's making
        return self._folder / digest[:2] / digest[2:4] / digest


def write_attachment(
    session: Session, command_id: str, reference: str, act: Attach | WriteLetter | ReceiveFile
) -> None:
    """The row of a file, in the transaction of the act that brings it. Again, no change."""
    session.execute(
        insert(AttachmentRow)
        .values(command=command_id, reference=reference, digest=act.digest, size=act.size)
        .on_conflict_do_nothing()
    )


def attachments_of(session: Session, opened: OpenedCase) -> list[Attachment]:
    """The files of a case in the order they came; those of refused acts belong to none."""
    rows = session.execute(
        select(AttachmentRow, CommandRow.words)
        .join(CommandRow, CommandRow.id == AttachmentRow.command)
        .where(
            AttachmentRow.reference == opened.reference, CommandRow.status != CommandStatus.REFUSED
        )
        .order_by(AttachmentRow.stored_at, AttachmentRow.command)
    )
    return [
        Attachment(id=row.command, name=words["file_name"], digest=row.digest, size=row.size)
        for row, words in rows
    ]


def room_for_files(session: Session, reference: str) -> int:
    """How many more files may be put with a case; those of refused acts take no room. Nobody else
    puts one with it before this transaction is over: two at once would both find the last room."""
    hold(session, AdvisoryLock.ADDING_A_FILE, reference)
    wanted = (
        select(func.count())
        .select_from(AttachmentRow)
        .join(CommandRow, CommandRow.id == AttachmentRow.command)
        .where(AttachmentRow.reference == reference, CommandRow.status != CommandStatus.REFUSED)
    )
    return max(0, read_limits().files_per_case - (session.scalar(wanted) or 0))


def require_room_for_file(session: Session, reference: str) -> None:
    """Raises `NotFit` for a case that has as many files as it may; holds it as `room_for_files`
    does."""
    if not room_for_files(session, reference):
        limit = read_limits().files_per_case
        raise NotFit([Flaw.of(FIELD, BadInput.TOO_MANY_FILES, limit=limit)])


def known_digests(session: Session) -> set[str]:
    """Every file that a row speaks of, of a case or of a mail that is with none yet."""
    of_mails = select(MailFileRow.digest)
    return set(session.scalars(select(AttachmentRow.digest).union(of_mails)))


def is_spoken_of(session: Session, digest: str) -> bool:
    """Whether a file lies with any case, or with a mail that is with none yet."""
    with_case = exists().where(AttachmentRow.digest == digest)
    with_mail = exists().where(MailFileRow.digest == digest)
    return session.scalar(select(or_(with_case, with_mail))) is True


@contextmanager
def _locked(folder: Path, how: int) -> Iterator[None]:
    """With the lock of a folder of files. Whoever dies lets go of it; it holds between machines
    that share the folder, too. Raises `BlockingIOError` where it is not to be waited for."""
    with open(os.open(folder / LOCK, os.O_RDWR | os.O_CREAT, 0o600), "rb") as lock:
        fcntl.flock(lock, how)
        yield


def _written(content: IO[bytes], path: Path, at_most: int) -> StoredFile:
    """Write and sync a file; one that is too large is left off soon after."""
    digest, size = hashlib.sha256(), 0
    with open_new(path) as file:
        while size <= at_most and (chunk := content.read(CHUNK)):
            digest.update(chunk)
            size += len(chunk)
            file.write(chunk)
        file.flush()
        os.fsync(file.fileno())
    return StoredFile(digest=digest.hexdigest(), size=size)


def _flaws_of_name(name: str) -> list[Flaw]:
    if not name.strip():
        return [Flaw.of(FIELD, BadInput.EMPTY)]
    if misleads(name):
        return [Flaw.of(FIELD, BadInput.FILE_NAME)]
    limit = read_text_limits().file_name
    return flaws_of_free_text(FIELD, name, limit)


def _digest_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
