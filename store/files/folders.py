"""Folders whose names must not be lost when the power fails."""

import os
from pathlib import Path


def sync_folder(folder: Path) -> None:
    """Have the disk keep which files lie in a folder; what they hold is synced by who wrote them.

    Raises `OSError`.
    """
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
