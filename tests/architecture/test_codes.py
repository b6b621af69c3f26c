"""No sentence without an occasion: whatever can be refused is refused somewhere."""

import re
from enum import StrEnum

import pytest

from domain.complaint import BadInput
from domain.errors import Refusal
from tests.architecture.code import LAYERS, modules, name_of

SAID = [
    path.read_text(encoding="utf-8")
    for path in modules(*LAYERS)
    if not name_of(path).startswith("web/wording")
]


@pytest.mark.parametrize("codes", [Refusal, BadInput])
def test_every_refusal_and_every_flaw_can_happen(codes: type[StrEnum]) -> None:
    used = {name for text in SAID for name in re.findall(rf"\b{codes.__name__}\.([A-Z_]+)\b", text)}
    assert {each.name for each in codes} - used == set()
