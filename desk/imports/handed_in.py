"""Files handed in at a page: kept until they are done, and worked on beside the worker."""

import asyncio
import logging
import threading
from collections.abc import Mapping
from pathlib import Path
from time import monotonic
from typing import IO, Any

from pydantic import TypeAdapter

from desk.imports.destination import Destination
from desk.imports.mapping import ImportMapping
from desk.imports.report import MaskedRow, RefusedRow, Report, RowAgain, shown_in_preview
from desk.imports.run import Import, StopAsked
from domain.attachments import FIELD
from domain.case import Actor
from domain.complaint import (
    OF_A_COMPLAINT,
    BadInput,
    Complaint,
    Flaw,
    flaws_of_free_text,
)
from domain.errors import NotFit
from domain.permission_names import Permission
from domain.permissions import holds
from domain.uploads import UploadStatus
from rulebook.texts import read_text_limits
from store.cases.reception import zone_of
from store.cases.uploads import (
    TooLarge,
    Upload,
    UploadFolder,
    abandoned_uploads,
    add_upload,
    ask_to_check,
    ask_to_import,
    ask_to_stop,
    find_upload,
    forget_upload,
    let_go,
    needless,
    note_progress,
    settle,
    take_upload,
    uploads_of,
)
from store.database import DatabaseSession, Sessions
from store.people.people import actor_of

log = logging.getLogger(__name__)

LARGEST_FILE = 64 * 2**20
"""Bytes of an uploaded file (default): a hundred thousand rows of some two hundred characters."""

TOLD_AT_MOST = 1_000
"""Refused rows that a kept report tells one by one (default); all of them are counted."""

LOOK_EVERY_SECONDS = 1.0
"""How often to look for a file that waits (default)."""

FORGET_EVERY_SECONDS = 600.0
"""How often to look for files whose time is over (default)."""

SHOWN = 200
"""Characters of each text in a preview (default)."""

MAPPING = TypeAdapter(ImportMapping)
ROWS = TypeAdapter(list[RefusedRow])
MASKED = TypeAdapter(list[MaskedRow])
AGAIN = TypeAdapter(list[RowAgain])


class ImportDesk:
    """Takes files in, says how their import stands, and does it."""

    def __init__(self, sessions: Sessions, folder: Path) -> None:
        self._sessions = sessions
        self._folder = UploadFolder(folder)
        self._stopped = threading.Event()
        self._forgot_at = float("-inf")

    def upload(self, content: IO[bytes], name: str, unit: str, by: Actor) -> str:
        """Keep a file; returns its id. Raises `NotFit` for one that may not be taken."""
        limit = read_text_limits().file_name
        flaws = flaws_of_free_text(FIELD, name, limit)
        if flaws:
            raise NotFit(flaws)
        try:
            upload, size = self._folder.keep(content, LARGEST_FILE)
        except TooLarge:
            limit = LARGEST_FILE // 2**20
            raise NotFit([Flaw.of(FIELD, BadInput.FILE_TOO_LARGE, limit=limit)]) from None
        try:
            if not size:
                raise NotFit([Flaw.of(FIELD, BadInput.EMPTY)])
            with self._sessions.begin() as session:
                add_upload(session, upload, by=by.person, unit=unit, name=name, size=size)
        except BaseException:
            self._folder.remove(upload)
            raise
        return upload

    def of(self, session: DatabaseSession, person: str) -> tuple[Upload, ...]:
        """What somebody handed in, newest first."""
        return uploads_of(session, person)

    def find(self, session: DatabaseSession, upload: str, person: str) -> Upload | None:
        """That upload, if it is this person's."""
        found = find_upload(session, upload)
        return found if found is not None and found.by == person else None

    def path(self, upload: Upload) -> Path:
        """Where its file lies, as long as it does."""
        return self._folder.path(upload.id)

    def check(self, upload: Upload, mapping: ImportMapping, *, is_confirmed: bool) -> bool:
        """Have it checked; False when it is past that."""
        said = MAPPING.dump_python(mapping, mode="json")
        with self._sessions.begin() as session:
            return ask_to_check(session, upload.id, said, is_confirmed=is_confirmed)

    def carry_out(self, upload: Upload) -> bool:
        """Have it imported; False unless it has been checked."""
        with self._sessions.begin() as session:
            return ask_to_import(session, upload.id)

    def stop(self, upload: Upload) -> bool:
        """Have the worker let it be: of an import, what came in stays, and it may be gone on with;
        False when nobody is at it."""
        with self._sessions.begin() as session:
            return ask_to_stop(session, upload.id)

    def remove(self, upload: Upload) -> bool:
        """Forget it, file and report; False while it is at work. Cases it brought stay."""
        with self._sessions.begin() as session:
            gone = forget_upload(session, upload.id)
        if gone:
            self._folder.remove(upload.id)
        return gone

    async def run(self) -> None:
        """Until cancelled: work on what waits, one file at a time, and forget what nobody goes on
        with; a file that was interrupted is gone on with by the next worker."""
        try:
            while True:
                if not await asyncio.to_thread(self._work_on_the_next):
                    await asyncio.sleep(LOOK_EVERY_SECONDS)
        finally:
            self._stopped.set()

    def work(self) -> bool:
        """Work on one file that waits; False when none does."""
        with self._sessions.begin() as session:
            upload = take_upload(session)
        if upload is None:
            return False
        try:
            self._settle(upload)
        except _Stopped:
            with self._sessions.begin() as session:
                let_go(session, upload.id)
        return True

    def _work_on_the_next(self) -> bool:
        try:
            if monotonic() - self._forgot_at >= FORGET_EVERY_SECONDS:
                self._forget_abandoned()
                self._forgot_at = monotonic()
            return self.work()
        except Exception:
            # The database is away, or the fault is ours: it is tried again when its time is up.
            log.exception("an import could not go on")
            return False

    def _settle(self, upload: Upload) -> None:
        is_dry_run = upload.status is UploadStatus.CHECKING
        try:
            run = self._import(upload)
            preview = [_previewed(row) for row in run.preview()] if is_dry_run else []
            shown = self._shown(upload)
            report = run.rehearse(shown) if is_dry_run else run.carry_out(shown)
            done = UploadStatus.STOPPED if report.is_stopped else UploadStatus.DONE
            status = UploadStatus.CHECKED if is_dry_run else done
            told = _kept(report, preview)
        except StopAsked:  # of a check, of which nothing is worth keeping
            status, told = UploadStatus.UPLOADED, {}
        except NotFit as unfit:
            whole = [RefusedRow(line=0, faults=unfit.faults)]
            status, told = UploadStatus.UNREADABLE, {"rows": ROWS.dump_python(whole, mode="json")}
        with self._sessions.begin() as session:
            settle(session, upload.id, status, told)
        if status is UploadStatus.DONE:
            self._folder.remove(upload.id)

    def _import(self, upload: Upload) -> Import:
        with self._sessions() as session:
            by, zone = actor_of(session, upload.by), zone_of(session, upload.unit)
        if not holds(by.roles, Permission.REGISTER):
            raise NotFit([Flaw.of(FIELD, BadInput.NOT_A_CHOICE)])
        mapping = read_kept_mapping(upload)
        destination = Destination(unit=upload.unit, bank_zone=zone, by=by)
        file = self._folder.path(upload.id)
        if not file.is_file():
            raise NotFit([Flaw.of(FIELD, BadInput.EMPTY)])
        return Import(self._sessions, file, mapping, destination, is_confirmed=upload.is_confirmed)

    def _shown(self, upload: Upload) -> "_Progress":
        return _Progress(self._sessions, upload.id, self._stopped)

    def _forget_abandoned(self) -> None:
        """Take away the files whose time is over, and those that a killed program left behind."""
        with self._sessions.begin() as session:
            gone = {each for each in abandoned_uploads(session) if forget_upload(session, each)}
        with self._sessions() as session:
            gone |= needless(session, set(self._folder.old()))
        for upload in gone:
            self._folder.remove(upload)


class _Stopped(Exception):
    """The worker ends; somebody else goes on."""


class _Progress:
    """Writes down how far an import has come, and ends it when its owner or the worker ends it."""

    def __init__(self, sessions: Sessions, upload: str, stopped: threading.Event) -> None:
        self._sessions = sessions
        self._upload = upload
        self._stopped = stopped

    def __call__(self, done: int, _total: int) -> None:
        if self._stopped.is_set():
            raise _Stopped
        with self._sessions.begin() as session:
            may_go_on = note_progress(session, self._upload, done)
        if not may_go_on:
            raise StopAsked


def refused_rows(report: Mapping[str, Any]) -> list[RefusedRow]:
    """The refused rows of a kept report."""
    return ROWS.validate_python(report.get("rows", []))


def rows_again(report: Mapping[str, Any]) -> list[RowAgain]:
    """The rows of a kept report that may be a letter which is a case already."""
    return AGAIN.validate_python(report.get("again_rows", []))


def masked_rows(report: Mapping[str, Any]) -> list[MaskedRow]:
    """The rows of a kept report in which something was masked."""
    return MASKED.validate_python(report.get("masked_rows", []))


def read_kept_mapping(upload: Upload) -> ImportMapping:
    """The mapping that was chosen or drawn for an upload."""
    return MAPPING.validate_python(upload.mapping)


def _kept(report: Report, preview: list[dict[str, str]]) -> dict[str, Any]:
    return {
        "received": report.received,
        "known": report.known,
        "refused": len(report.refused),
        "days_only": report.days_only,
        "again": report.again,
        "again_rows": AGAIN.dump_python(report.again_rows, mode="json"),
        "masked": report.masked,
        "masked_rows": MASKED.dump_python(report.masked_rows, mode="json"),
        "past": report.past,
        "running": report.running,
        "last_line": report.last_line,
        "rows": ROWS.dump_python(report.refused[:TOLD_AT_MOST], mode="json"),
        "preview": preview,
    }


def _previewed(row: Complaint | RefusedRow) -> dict[str, str]:
    if isinstance(row, RefusedRow):
        return {"line": str(row.line)}
    words = {name: shown_in_preview(row, name)[:SHOWN] for name in OF_A_COMPLAINT}
    said = {"received_at": row.received_at.isoformat(), "channel": row.channel.value}
    return said | {name: word for name, word in words.items() if word}
