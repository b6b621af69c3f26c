"""What the engine's timers are called can be read again, for every clock a pack can bring."""

import pytest

from domain.errors import NotFit
from domain.labels import TimerLabel
from domain.policy import Limit
from rulebook.packs import read_all_packs

LIMITS = [
    limit
    for pack in read_all_packs().values()
    if not isinstance(pack, NotFit)
    for limit in pack.limits
]


@pytest.mark.parametrize("limit", LIMITS, ids=lambda limit: limit.name)
def test_the_label_of_every_clock_is_read_as_it_was_written(limit: Limit) -> None:
    for clock in (limit.clock, f"{limit.clock}.2"):
        label = TimerLabel(clock=clock, step="warning-1", rule=limit.rule)
        assert TimerLabel.read(str(label)) == label


def test_a_label_says_clock_step_and_rule() -> None:
    assert str(TimerLabel(clock="reply", step="hr", rule="A-37")) == "reply: hr (A-37)"


@pytest.mark.parametrize("text", ["", "Open the case", "reply: hr", "sleep for a while"])
def test_what_is_no_label_of_a_timer_is_not_taken_for_one(text: str) -> None:
    assert TimerLabel.read(text) is None
