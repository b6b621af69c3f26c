"""Files that come with a case: what may be taken, and what can be wrong with those that lie there.

Name and contents are personal and stay with the store; a case knows a file by its digest.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import IO

from domain.complaint import BadInput, Flaw
from domain.zip_contents import names_in_zip

FIELD = "file"
"""What the flaws of an attachment point at."""

CHUNK = 1 << 20
"""Bytes looked at a time."""

_IN_TEXT = frozenset(b"\t\n\r\f")


@dataclass(frozen=True, slots=True, kw_only=True)
class FileKind:
    """A kind of file: how its contents begin, and what lies in them."""

    begins: tuple[bytes, ...] = ()
    """Any one of these; none means text."""
    after: int = 0
    """Bytes that come before."""
    holds: tuple[str, ...] = ()
    """What lies in it, when it is a zip of parts as office documents are: all of these."""

    def admits(self, content: IO[bytes]) -> bool:
        """Whether a file with these contents is of this kind."""
        if not self.begins:
            return _is_text(content)
        head = content.read(self.after + max(map(len, self.begins)))
        if not any(head[self.after :].startswith(beginning) for beginning in self.begins):
            return False
        return not self.holds or names_in_zip(content).issuperset(self.holds)


def _is_text(content: IO[bytes]) -> bool:
    while chunk := content.read(CHUNK):
        if any(byte < 32 and byte not in _IN_TEXT for byte in chunk):
            return False
    return True


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachmentLimits:
    """What may be put with a case; the bank's choice (`policies/attachments/limits.yaml`)."""

    largest_bytes: int
    files_per_case: int
    orphan_after_hours: int
    """How long a file may lie without its row: a receipt under way is no orphan."""
    kinds: Mapping[str, FileKind]
    """By the end of the file's name, in small letters."""

    def flaws_of(self, name: str, size: int, content: IO[bytes]) -> list[Flaw]:
        """Everything wrong with a file; an empty list when it may be taken."""
        kind = self.kinds.get(name.rpartition(".")[2].lower())
        if size == 0:
            return [Flaw.of(FIELD, BadInput.EMPTY)]
        if size > self.largest_bytes:
            return [Flaw.of(FIELD, BadInput.FILE_TOO_LARGE, limit=self.largest_bytes // 2**20)]
        if kind is None or not kind.admits(content):
            return [Flaw.of(FIELD, BadInput.FILE_KIND)]
        return []


class Wrong(StrEnum):
    """What can be wrong with the files of attachments."""

    MISSING = "missing"
    """There is a row and no file."""
    FLIPPED = "flipped"
    """The file is not what was put there."""
    ORPHAN = "orphan"
    """A file that belongs to no row, and not to a receipt under way either."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileFinding:
    """One thing the walk through the files has found."""

    wrong: Wrong
    what: str
    """The digest, or the path of an orphan."""
