"""The facts an act asks for, as its fields declare them."""

import types
from dataclasses import MISSING, dataclass, fields
from enum import StrEnum
from typing import Any, Union, get_args, get_origin, get_type_hints

from domain.acts import Act
from domain.acts.chosen import Approver, Chosen, Enclosure, Follows, Unsays

CLOCK_AND_STEP = "clock+step"

ON_NO_FORM = Follows | Unsays | Approver | Enclosure
"""What marks a fact that nobody types or chooses."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A fact somebody must choose or type, and what will be known with it."""

    name: str
    kind: Any
    """Its type, without `None`."""
    required: bool
    chosen: Chosen | None
    followers: tuple["Fact", ...]
    """Facts of the act that follow from this one; on no form."""
    unsaid: str | None = None
    """The fact by which this one is taken back, where it may be; on no form."""

    @property
    def field(self) -> str:
        """What its field is called: an entry of the list of escalations names clock and step."""
        return CLOCK_AND_STEP if self.chosen is Chosen.OPEN_ESCALATION else self.name


def facts_of(act: type[Act]) -> tuple[Fact, ...]:
    """The facts of a form for this act, in their order."""
    if act not in _read_before:
        _read_before[act] = tuple(
            _fact(act, field.name)
            for field in fields(act)
            if field.name != "kind" and not _marks(act, field.name, ON_NO_FORM)
        )
    return _read_before[act]


_read_before: dict[type[Act], tuple[Fact, ...]] = {}
"""To read the types of an act takes longer than to write its form."""


def _fact(act: type[Act], name: str) -> Fact:
    field = next(each for each in fields(act) if each.name == name)
    followers = [
        each.name for each in fields(act) if Follows(name) in _marks(act, each.name, Follows)
    ]
    return Fact(
        name=name,
        kind=without_none(get_type_hints(act)[name]),
        required=field.default is MISSING and field.default_factory is MISSING,
        chosen=next(iter(_marks(act, name, Chosen)), None),
        followers=tuple(_fact(act, each) for each in followers),
        unsaid=next(
            (e.name for e in fields(act) if Unsays(name) in _marks(act, e.name, Unsays)), None
        ),
    )


def _marks(act: type[Act], name: str, kind: Any) -> list[Any]:
    """What a field says about itself beside its type."""
    hint = get_type_hints(act, include_extras=True)[name]
    return [each for each in getattr(hint, "__metadata__", ()) if isinstance(each, kind)]


def without_none(kind: Any) -> Any:
    """The type of a fact that may be left out."""
    if get_origin(kind) in (Union, types.UnionType):
        return next(each for each in get_args(kind) if each is not type(None))
    return kind


def is_code(kind: Any) -> bool:
    """Whether a fact of this type is a member of an enumeration."""
    return isinstance(kind, type) and issubclass(kind, StrEnum)
