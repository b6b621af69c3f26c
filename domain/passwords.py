"""Which passwords will not do: too short, too long, or guessed before any other.

Nothing is asked of which characters there are. What counts is what is left of a password when
everything is taken out that whoever guesses tries first.
"""

import re
from collections.abc import Iterable, Iterator

from domain.complaint import BadInput, Flaw
from domain.sign_in import SignInLimits

RUNS = (
    "01234567890",
    "abcdefghijklmnopqrstuvwxyz",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "qazwsxedcrfvtgbyhnujmik",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik",
    "1q2w3e4r5t6y7u8i9o0p",
)
"""What lies side by side, in the alphabet or on a keyboard; also backwards."""

SHORTEST_RUN = 3
"""Characters: any three of a row are no choice of one's own (default)."""

LOOKALIKES = str.maketrans("013457@$!", "oleastasi")
"""What people put for letters, and whoever guesses undoes."""

LETTERS = re.compile(r"[^\W\d_]+")


def flaws_of_password(
    password: str,
    about: Iterable[str],
    words: frozenset[str],
    limits: SignInLimits,
    common: frozenset[str] = frozenset(),
) -> list[Flaw]:
    """What is wrong with a password somebody chose.

    :param about: names whose words are no secret: login, person, unit, bank
    :param words: words that are tried first, in small letters
    :param common: whole passwords that are, in small letters
    """
    length = len(password)
    shortest, longest = limits.password_shortest, limits.password_longest
    if length < shortest:
        return [Flaw.of("password", BadInput.TOO_SHORT, limit=shortest, found=length)]
    if length > longest:
        return [Flaw.of("password", BadInput.TOO_LONG, limit=longest, found=length)]
    text = password.casefold()
    known = words | frozenset(_words_in(about))
    own = min(_own_characters(each, known) for each in (text, text.translate(LOOKALIKES)))
    if text in common or own < limits.password_own_characters:
        return [Flaw.of("password", BadInput.GUESSABLE)]
    return []


def _words_in(names: Iterable[str]) -> Iterator[str]:
    """Whole names and each word of them; of Chinese two characters are a word already."""
    for name in names:
        whole = name.casefold()
        for word in (whole, re.sub(r"[\W_]", "", whole), *LETTERS.findall(whole)):
            if len(word) >= (SHORTEST_RUN if word.isascii() else 2):
                yield word


def _own_characters(text: str, words: frozenset[str]) -> int:
    """How many letters and digits are of one's own choice; what is repeated counts once."""
    once = text[: _period(text)]
    taken = {place for word in words for place in _places(once, word)}
    for first in range(len(once) - SHORTEST_RUN + 1):
        piece = once[first : first + SHORTEST_RUN]
        if len(set(piece)) == 1 or any(piece in run or piece in run[::-1] for run in RUNS):
            taken |= set(range(first, first + SHORTEST_RUN))
    return sum(char.isalnum() for place, char in enumerate(once) if place not in taken)


def _places(text: str, word: str) -> Iterator[int]:
    begins = text.find(word)
    while begins >= 0:
        yield from range(begins, begins + len(word))
        begins = text.find(word, begins + 1)


def _period(text: str) -> int:
    """After how many characters a text only repeats itself."""
    return (text + text).index(text, 1)
