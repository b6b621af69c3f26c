"""Names of files from outside: kept as they came, handed out so that they can be saved."""

import re
import unicodedata

LONGEST_SAVED = 240
"""Bytes of a name that is handed out (default): file systems hold 255, and browsers add a number
to a name that is there already."""

TURNS_WRITING = frozenset(
    "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
)
"""Marks that turn the direction of writing: with one, `fdp.exe` can be read as `exe.pdf`."""

_OF_NO_NAME = re.compile(r'[<>:"/\\|?*]')
_OF_A_DEVICE = re.compile(
    r"(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9\u00b9\u00b2\u00b3])", re.I
)


def misleads(name: str) -> bool:
    """Whether a name holds what nobody sees: line breaks, control characters, turned writing."""
    return any(_is_unseen(each) for each in name)


def savable(name: str) -> str:
    """The name under which any of the usual systems can save the file: the same one, but for what
    one of them keeps for itself."""
    shown = "".join("_" if _is_unseen(each) else each for each in name)
    stem, dot, ending = _OF_NO_NAME.sub("_", shown).strip(" .").rpartition(".")
    stem, ending = (stem, f".{ending.strip()}") if dot else (ending, "")
    stem = stem.rstrip(" .") or "_"
    if _OF_A_DEVICE.fullmatch(stem.partition(".")[0].rstrip()):
        stem = f"_{stem}"
    ending = _cut(ending, LONGEST_SAVED // 2)
    return _cut(stem, LONGEST_SAVED - len(ending.encode())) + ending


def _is_unseen(character: str) -> bool:
    return character in TURNS_WRITING or unicodedata.category(character) in {"Cc", "Cs", "Zl", "Zp"}


def _cut(text: str, at_most: int) -> str:
    return text.encode(errors="replace")[:at_most].decode(errors="ignore")
