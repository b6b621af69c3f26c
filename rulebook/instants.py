"""What dates may be, read from `policies/instants/`."""

from functools import cache
from pathlib import Path

from domain.instants import InstantLimits
from rulebook.marked_yaml import read_figures
from rulebook.packs import POLICIES


@cache
def read_instant_limits(file: Path = POLICIES / "instants" / "limits.yaml") -> InstantLimits:
    """The limits of all dates; raises `FileProblems` with everything wrong at once."""
    return read_figures(file, InstantLimits)
