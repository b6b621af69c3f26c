"""How like two texts are: whether one letter may have been written down twice."""

import unicodedata
from collections import Counter

ALIKE = 0.6
"""How like the words of one customer must be for somebody to be asked (default)."""

ALIKE_OF_A_NAMESAKE = 0.8
"""How like they must be where only the name is the same (default): many have the same name."""


def likeness(one: str, other: str) -> float:
    """From 0, nothing in common, to 1, the same: how many pairs of neighbouring characters two
    texts share, whatever their script, case, spaces and signs.
    """
    pairs, others = _pairs(one), _pairs(other)
    count = pairs.total() + others.total()
    return 2 * (pairs & others).total() / count if count else 0.0


def _pairs(text: str) -> Counter[str]:
    plain = unicodedata.normalize("NFKC", text).casefold()
    said = "".join(each for each in plain if each.isalnum())
    return Counter(said[at : at + 2] for at in range(len(said) - 1)) or Counter([said] * bool(said))
