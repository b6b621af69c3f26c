"""How long what is typed is kept, and a case counts as open: read from `policies/pages/`."""

from functools import cache
from pathlib import Path

from domain.open_pages import OpenPageLimits
from rulebook.marked_yaml import read_figures
from rulebook.packs import POLICIES


@cache
def read_open_page_limits(file: Path = POLICIES / "pages" / "limits.yaml") -> OpenPageLimits:
    """The figures of open pages; raises `FileProblems` with everything wrong at once."""
    return read_figures(file, OpenPageLimits)
