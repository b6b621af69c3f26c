"""Files that somebody names: a pack, a calendar, a mapping."""

from pathlib import Path


def is_there(path: Path) -> bool:
    """Whether that file lies there; a name that no file can have is the name of none."""
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False
