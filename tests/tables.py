"""Rules told as tables: one sentence of the trade a line."""

from collections.abc import Mapping
from typing import Any

import pytest


def told(names: str, table: Mapping[str, tuple[Any, ...]]) -> pytest.MarkDecorator:
    """Runs a test once a line, under the line's sentence, with these arguments of its own."""
    return pytest.mark.parametrize(names, table.values(), ids=table.keys())
