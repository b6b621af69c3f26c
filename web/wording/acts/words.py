"""What is said of one act."""

from dataclasses import dataclass

from web.base.phrases import LazyString


@dataclass(frozen=True, slots=True, kw_only=True)
class ActWords:
    """How an act is called on its form."""

    title: LazyString
    about: LazyString
    """One sentence: what happens then."""
    done: LazyString
    """What is said when it was taken."""
