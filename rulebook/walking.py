"""When walking through references is noticed, read from `policies/people/`."""

from functools import cache
from pathlib import Path

from domain.walking import WalkLimits
from rulebook.marked_yaml import read_figures
from rulebook.packs import POLICIES


@cache
def read_walk_limits(file: Path = POLICIES / "people" / "walking.yaml") -> WalkLimits:
    """The limits for everybody; raises `FileProblems` with everything wrong at once."""
    return read_figures(file, WalkLimits)
