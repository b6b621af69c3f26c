"""How long texts may be, read from `policies/texts/`."""

from functools import cache
from pathlib import Path

from domain.complaint import TextLimits
from rulebook.marked_yaml import read_figures
from rulebook.packs import POLICIES


@cache
def read_text_limits(file: Path = POLICIES / "texts" / "limits.yaml") -> TextLimits:
    """The limits of all texts; raises `FileProblems` with everything wrong at once."""
    return read_figures(file, TextLimits)
