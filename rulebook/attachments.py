"""What may be put with a case, as the bank has set it."""

from functools import cache
from pathlib import Path

from domain.attachments import AttachmentLimits, FileKind
from rulebook import marked_yaml
from rulebook.marked_yaml import FileProblems
from rulebook.packs import POLICIES


@cache
def read_limits(file: Path = POLICIES / "attachments" / "limits.yaml") -> AttachmentLimits:
    """What may be put with a case; raises `FileProblems` with everything wrong at once."""
    page = marked_yaml.read(file, name="attachments/limits.yaml")
    figures = {
        name: page.figure(name)
        for name in ("largest_bytes", "files_per_case", "orphan_after_hours")
    }
    kinds = {}
    for name, kind in page.data.get("kinds", {}).items():
        if not isinstance(kind, dict) or "rule" not in kind:
            page.wrong(f"{name} wants the rule it comes from, or `default`", "kinds", name)
            continue
        try:
            begins = tuple(bytes.fromhex(each) for each in kind.get("begins", ()))
            holds = tuple(kind.get("holds", ()))
            kinds[name] = FileKind(begins=begins, after=int(kind.get("after", 0)), holds=holds)
        except ValueError:
            page.wrong(f"{name} does not say in hexadecimal how it begins", "kinds", name)
    page.nothing_else("kinds")
    if page.problems:
        raise FileProblems(page.problems)
    return AttachmentLimits(**figures, kinds=kinds)
