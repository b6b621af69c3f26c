"""Folders and files that no power cut loses, and that nobody else on the machine reads."""

import os
from pathlib import Path
from typing import IO


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


def sync_folder(folder: Path) -> None:
    """Have the disk keep which files lie in a folder; what they hold is synced by who wrote them.

    Raises `OSError`.
    """
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
