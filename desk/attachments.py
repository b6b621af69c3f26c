"""Putting a file with a case: first the file for good, then the act that speaks of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from desk.cases import ActOutcome, CaseDesk
from domain.acts import Attach
from domain.attachments import AttachmentLimits
from domain.case import Actor
from store.cases.commands import act_of
from store.database import Sessions
from store.files.attachments import AttachmentFolder, StoredFile, require_room_for_file


class AttachmentDesk:
    """Takes files in and passes on word of them."""

    def __init__(
        self, sessions: Sessions, desk: CaseDesk, folder: AttachmentFolder, limits: AttachmentLimits
    ) -> None:
        self._sessions = sessions
        self._desk = desk
        self._folder = folder
        self._limits = limits

    def read(self, digest: str) -> bytes:
        """The contents of a file; raises `Damaged` rather than hand out anything else."""
        return self._folder.read(digest)

    def attach(
        self,
        *,
        command_id: str,
        reference: str,
        name: str,
        content: IO[bytes],
        note: str,
        by: Actor,
    ) -> ActOutcome:
        """Put a file with a case; raises `NotFit` for one that may not be taken.

        The same `command_id` again does nothing and gets the same answer.
        """
        with self.laid_down(
            command_id=command_id, reference=reference, name=name, content=content
        ) as kept:
            return self._desk.act(
                command_id=command_id,
                reference=reference,
                act=Attach(digest=kept.digest, size=kept.size),
                words={"file_name": name, "note": note},
                by=by,
            )

    @contextmanager
    def laid_down(
        self, *, command_id: str, reference: str, name: str, content: IO[bytes]
    ) -> Iterator[StoredFile]:
        """The file for good, before the act of that id speaks of it; raises as `attach` does."""
        with self._sessions() as session:
            # What came before is among those counted, and is owed the answer it had.
            if act_of(session, command_id) is None:
                require_room_for_file(session, reference)
        with self._folder.laid_down(content, name, self._limits) as kept:
            yield kept
