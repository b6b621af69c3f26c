"""What a field of an act says about where its fact comes from."""

from collections.abc import Mapping
from typing import Any, get_type_hints

import pytest

from domain.acts import ACTS, Act
from domain.acts.chosen import Chosen, Follows


def said_by_fields(act: type[Act]) -> Mapping[str, tuple[Any, ...]]:
    hints = get_type_hints(act, include_extras=True)
    return {name: getattr(hint, "__metadata__", ()) for name, hint in hints.items()}


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.__name__)
def test_what_follows_follows_from_something_chosen(act: type[Act]) -> None:
    said = said_by_fields(act)
    chosen = {name for name, marks in said.items() if any(isinstance(m, Chosen) for m in marks)}
    follows = {each.fact for marks in said.values() for each in marks if isinstance(each, Follows)}
    assert follows <= chosen


def test_every_list_is_one_that_some_act_chooses_from() -> None:
    chosen = {each for act in ACTS for marks in said_by_fields(act).values() for each in marks}
    assert set(Chosen) <= chosen
