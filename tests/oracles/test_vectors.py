"""Deadline vectors of other projects: every one that is not a matter of convention agrees."""

import json
import os
from pathlib import Path

import pytest

from tests.oracles.vectors import outcome

DATA = Path(os.environ["DATA"])
FILE = json.loads((DATA / "deadline_vectors_dev.json").read_text(encoding="utf-8"))
USABLE = [vector for vector in FILE["vectors"] if vector.get("usable", True)]


@pytest.mark.parametrize("vector", USABLE, ids=lambda vector: vector["id"])
def test_our_answer_is_the_peers(vector: dict[str, object]) -> None:
    came = outcome(vector, FILE["calendars"])
    peer_closes_too = vector.get("boundary_rule") in ("close", "open")
    if came.at_an_edge and not peer_closes_too:
        assert not (came.failure or "").startswith("not understood")
    else:
        assert came.failure is None
