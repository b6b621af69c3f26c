"""Ids label cases in the engine, which takes no label of any length."""

import json
from collections.abc import Callable

import pytest
from sqlalchemy.exc import IntegrityError

from store.database import close_database, open_database
from store.tables import UnitRow
from store.tables.people import LONGEST_ID
from tests.settings import PERSONAL_KEYS

LONGEST_LABEL = 2_048
"""Bytes, beyond which Temporal 1.32 ends the workflow that gives itself such a label."""


@pytest.mark.parametrize("unit", ["", "柜" * (LONGEST_ID + 1)])
def test_a_unit_has_an_id_that_the_engine_takes_as_a_label(
    new_database: Callable[[], str], unit: str
) -> None:
    assert len(json.dumps("柜" * LONGEST_ID)) < LONGEST_LABEL
    sessions = open_database(new_database(), personal_keys=PERSONAL_KEYS)
    with pytest.raises(IntegrityError, match="id_length"), sessions.begin() as session:
        session.add(UnitRow(id=unit, name_en="x", name_zh="x", level="outlet"))
    close_database(sessions)
