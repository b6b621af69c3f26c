"""Looking for personal words where Temporal keeps its state: there must be none (decision 9)."""

import json
import mmap
from collections.abc import Iterable, Iterator
from pathlib import Path

from domain.sentences import sentence
from domain.verification import Disagreement, Invariant


def leaks(words: Iterable[str], folder: Path) -> Iterator[Disagreement]:
    """The files of an embedded Temporal that hold one of these words, plain or as JSON writes it.

    A name in it is a breach whoever it belongs to, so the finding names the file and not the word.
    """
    needles = sorted({form for word in words for form in _forms(word)})
    for file in sorted(folder.glob("*.db*")):
        if file.stat().st_size == 0:
            continue
        with file.open("rb") as opened, mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ) as m:
            found = sum(m.find(needle) >= 0 for needle in needles)
        if found:
            yield Disagreement(
                invariant=Invariant.NOTHING_PERSONAL_LEAKED,
                subject=file.name,
                says=sentence("holds %(found)s pieces of personal data in the clear", found=found),
            )


def _forms(word: str) -> tuple[bytes, bytes]:
    return word.encode(), json.dumps(word)[1:-1].encode()
