"""Folders and files that no power cut loses, and that nobody else on the machine reads."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from pathlib import Path
from typing import IO, TextIO


def make_folders(root: Path, within: Path) -> None:
    """Make `root` and every folder from there down to `within`, for our own eyes only. What is
    there stays as its owner has set it.
    """
    root.parent.mkdir(parents=True, exist_ok=True)
    between = [root / each for each in reversed(within.relative_to(root).parents)]
    for folder in (*between, within):
        folder.mkdir(mode=0o700, exist_ok=True)


def open_new(path: Path) -> IO[bytes]:
    """A file that is not there yet, to be written, for our own eyes only."""
    return open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


def open_new_text(path: Path) -> TextIO:
    """The same for text, its line ends as they are written."""
    return TextIOWrapper(open_new(path), encoding="utf-8", newline="")


@contextmanager
def whole_or_gone(path: Path) -> Iterator[None]:
    """Leave no half of a file: the next try may call it the same."""
    try:
        yield
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def sync_folder(folder: Path) -> None:
    """Have the disk keep which files lie in a folder; what they hold is synced by who wrote them.

    Raises `OSError`.
    """
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
