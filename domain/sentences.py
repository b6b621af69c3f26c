"""Sentences that are made far from any page: a page says them in its own language."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence in English, which a terminal says as it is, and apart from it its facts."""

    english: str
    """With `%(name)s` in the place of each fact."""
    facts: Mapping[str, str | tuple[str, ...]] = field(default_factory=dict)
    """Several names are joined in the language of whoever reads them."""

    def __str__(self) -> str:
        said = {name: fact if isinstance(fact, str) else ", ".join(fact)
                for name, fact in self.facts.items()}  # fmt: skip
        return self.english % said if said else self.english

    def about(self, **facts: object) -> "Sentence":
        """The same sentence about these."""
        return Sentence(self.english, {name: plain(fact) for name, fact in facts.items()})


def sentence(english: str, /, **facts: object) -> Sentence:
    """A sentence with its facts. `tools/phrases.py` finds by this name what wants a translation."""
    return Sentence(english).about(**facts)


def plain(fact: object) -> str | tuple[str, ...]:
    """A fact as it is kept with its sentence."""
    return tuple(map(str, fact)) if isinstance(fact, list | tuple) else str(fact)
