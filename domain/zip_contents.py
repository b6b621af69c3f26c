"""What lies in a zip, by the list at its end: nothing of it is unpacked."""

import struct
import zipfile
from typing import IO

LONGEST_LIST = 1 << 20
"""Bytes the list of a zip may have (default): some ten thousand names, which no document needs."""

_END = b"PK\x05\x06"
_END_OF_A_LARGE_ONE = b"PK\x06\x07"
_LONGEST_END = (1 << 16) + 22


def names_in_zip(content: IO[bytes]) -> frozenset[str]:
    """The names of what lies in it; none for what is no zip, or one whose list is too long to be
    looked at.
    """
    if not _has_a_short_list(content):
        return frozenset()
    try:
        with zipfile.ZipFile(content) as archive:
            return frozenset(archive.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError, OSError):
        return frozenset()


def _has_a_short_list(content: IO[bytes]) -> bool:
    """Asked before the list is read: it is read whole, at a multiple of its length in memory."""
    size = content.seek(0, 2)
    content.seek(max(0, size - _LONGEST_END))
    tail = content.read()
    at = tail.rfind(_END)
    if at < 0 or len(tail) - at < 22 or _END_OF_A_LARGE_ONE in tail[max(0, at - 20) : at]:
        return False
    (length,) = struct.unpack_from("<I", tail, at + 12)
    return int(length) <= LONGEST_LIST
