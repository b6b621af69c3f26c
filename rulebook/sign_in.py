"""The figures and words of coming in: `policies/sign_in/`."""

from functools import cache
from pathlib import Path

from domain.classification import Role
from domain.sign_in import SignInLimits
from rulebook import marked_yaml
from rulebook.marked_yaml import FileProblems, read_figures
from rulebook.packs import POLICIES

FOLDER = POLICIES / "sign_in"


@cache
def read_sign_in_limits(folder: Path = FOLDER) -> SignInLimits:
    """How long people stay logged in and what slows tries down; raises `FileProblems` with
    everything wrong at once.
    """
    return read_figures(folder / "limits.yaml", SignInLimits)


@cache
def read_guessed_words(folder: Path = FOLDER) -> frozenset[str]:
    """Words that whoever guesses tries first, in small letters; raises `FileProblems`."""
    page = marked_yaml.read(folder / "words.yaml", name="sign_in/words.yaml")
    words = frozenset(word for line in page.data.get("words", ()) for word in line)
    if not words:
        page.wrong("there is no list of words", "words")
    for word in words:
        if word != word.casefold():
            page.wrong(f"{word!r} is not in small letters", "words")
    if page.problems:
        raise FileProblems(page.problems)
    return words


@cache
def read_common_passwords(file: Path | None, shortest: int) -> frozenset[str]:
    """A list of the bank's own, one password a line; those too short to be chosen are left out."""
    if file is None:
        return frozenset()
    with file.open(encoding="utf-8", errors="replace") as lines:
        passwords = (line.rstrip("\r\n").casefold() for line in lines)
        return frozenset(each for each in passwords if len(each) >= shortest)


@cache
def read_second_factor_roles(folder: Path = FOLDER) -> frozenset[Role]:
    """The roles that want a second factor; raises `FileProblems` with everything wrong at once."""
    page = marked_yaml.read(folder / "second_factor.yaml", name="sign_in/second_factor.yaml")
    stated = page.data.get("roles")
    if not isinstance(stated, dict) or not stated.get("rule"):
        page.wrong("roles wants a value and the rule it comes from, or `default`", "roles")
        stated = {}
    named = stated.get("value") or []
    for role in named:
        if role not in set(Role):
            page.wrong(f"there is no role {role!r}", "roles")
    if page.problems:
        raise FileProblems(page.problems)
    return frozenset(Role(role) for role in named)
