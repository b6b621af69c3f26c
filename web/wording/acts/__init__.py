"""How acts are called on their forms and what is said when they were taken."""

from collections.abc import Mapping

from web.wording.acts.accountability import ACCOUNTABILITY
from web.wording.acts.afterwards import AFTERWARDS
from web.wording.acts.handling import HANDLING
from web.wording.acts.keeping import KEEPING
from web.wording.acts.reporting import REPORTING
from web.wording.acts.words import ActWords

__all__ = ["ACT_WORDS", "ActWords", "act_title", "act_words"]

ACT_WORDS: Mapping[str, ActWords] = {
    **HANDLING,
    **AFTERWARDS,
    **ACCOUNTABILITY,
    **KEEPING,
    **REPORTING,
}


def act_words(kind: str) -> ActWords:
    """The words of an act."""
    return ACT_WORDS[kind]


def act_title(kind: str) -> str:
    """What an act is called, from the bare name in a row or in the engine."""
    known = ACT_WORDS.get(kind)
    return str(known.title) if known else kind
