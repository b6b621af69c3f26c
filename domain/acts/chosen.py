"""How facts of an act come about that nobody types: chosen from a list, or following from a choice.

A field carries it beside its type: `handler: Annotated[str, Chosen.HANDLER]`. A form asks for what
is chosen and fills in what follows; a field without either is typed.
"""

from dataclasses import dataclass
from enum import Enum, auto


class Chosen(Enum):
    """The list a fact is chosen from: the bank's, the case's own, or the pack's."""

    HANDLER = auto()
    """Somebody who handles complaints and is not the person complained about."""
    COLLEAGUE = auto()
    """Anybody who works here and is not kept out of the case."""
    DOER = auto()
    """Anybody who works on cases and is not kept out of this one."""
    NAMED = auto()
    """A person complained about."""
    ANYBODY = auto()
    """Anybody who works here, also whom the case keeps out."""
    FINDING_TO_DECIDE = auto()
    """Somebody about whom a finding waits to be decided."""
    FINDING_APPEALED = auto()
    """Somebody who has appealed against what was decided about them."""
    FINDING_STANDING = auto()
    """Somebody who was found responsible."""
    UNIT = auto()
    """A unit that is not closed."""
    EXTENDABLE_CLOCK = auto()
    OVERRUN_CLOCK = auto()
    OPEN_ESCALATION = auto()
    """A step of a clock that waits to be acknowledged."""
    OPEN_TASK = auto()
    PENALTY_SCHEDULE = auto()
    PENALISED_POST = auto()
    PENALTY_STANDING = auto()
    """A penalty on somebody that was not undone."""
    EVIDENCE = auto()
    """A file that lies with the case."""


class Approver(Enum):
    """Who agreed to an act that takes two: known when it is carried out, and on no form."""

    SECOND_PERSON = auto()


class Enclosure(Enum):
    """What is said of the letter that goes out with an act: known where letters are sent, and on no
    form of the case."""

    LETTER = auto()


@dataclass(frozen=True, slots=True)
class Follows:
    """What is known once another fact of the act is chosen: the unit of a person, a unit's level,
    the step of an escalation.
    """

    fact: str


@dataclass(frozen=True, slots=True)
class Unsays:
    """That what the case says of another fact of the act was wrong, and nobody knows better yet:
    so where nothing is chosen."""

    fact: str
