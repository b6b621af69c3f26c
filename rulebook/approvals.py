"""How long requests for a second person wait, read from `policies/approvals/`."""

from functools import cache
from pathlib import Path

from domain.approvals import ApprovalLimits
from rulebook.marked_yaml import read_figures
from rulebook.packs import POLICIES


@cache
def read_approval_limits(
    file: Path = POLICIES / "approvals" / "limits.yaml",
) -> ApprovalLimits:
    """The bank's figures; raises `FileProblems` with everything wrong at once."""
    return read_figures(file, ApprovalLimits)
