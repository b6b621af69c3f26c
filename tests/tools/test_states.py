"""The drawing of where a case may stand: made from what acts do, and still true."""

import pytest

from domain.acts import ACTS, Act
from domain.case import Status
from tools.moves import Moves, observed
from tools.states import DOCUMENT, drawn


@pytest.fixture(scope="module")
def moves() -> Moves:
    return observed()


def test_the_page_is_what_the_code_does(moves: Moves) -> None:
    assert DOCUMENT.read_text(encoding="utf-8") == drawn(moves), "run: python -m tools.states"


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.__name__)
def test_an_act_was_seen_wherever_it_may_be_done(act: type[Act], moves: Moves) -> None:
    assert set(moves[act]) == act.statuses


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.__name__)
def test_an_act_leads_just_where_it_says(act: type[Act], moves: Moves) -> None:
    """By that, journals are judged: what is declared and never happens would let a lie pass."""
    for before, afterwards in moves[act].items():
        assert afterwards <= (act.leads_to or {before})
    assert set(act.leads_to) <= {after for each in moves[act].values() for after in each}


def test_no_case_is_stuck_but_a_closed_one_that_nobody_takes_up(moves: Moves) -> None:
    for status in Status:
        leads = {after for each in moves.values() for after in each.get(status, ())}
        assert leads - {status}, f"nothing leads on from {status}"
