"""Nobody speaks through a robot more often than it takes, and no case crowds out the others."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from domain.robots import A_MINUTE, LATE, RobotRules, Turn, next_turn

NINE = datetime(2026, 11, 9, 1, 0, tzinfo=UTC)
RULES = RobotRules(
    messages_a_minute=4,
    of_one_case_a_minute=2,
    longest=2048,
    in_bytes=True,
    seconds_after_too_often=60,
    answers={},
)
APART = A_MINUTE + LATE


def planned(*references: str, rules: RobotRules = RULES) -> list[float]:
    """After how many seconds each of these goes, all asked for at nine."""
    turns: list[Turn] = []
    for reference in references:
        at = next_turn(turns, reference, rules, NINE)
        turns.append(Turn(at=at, reference=reference))
    return [(turn.at - NINE).total_seconds() for turn in turns]


def test_the_first_go_at_once_and_the_rest_when_there_is_room_again() -> None:
    assert planned("a", "b", "c", "d", "e", "f") == [0, 0, 0, 0, 65, 65]


def test_a_case_waits_for_its_own_messages_and_another_goes_at_once() -> None:
    assert planned("a", "a", "a", "a", "a", "b") == [0, 0, 65, 65, 130, 0]


def test_a_turn_long_ago_counts_no_more() -> None:
    past = [Turn(at=NINE - APART, reference="a") for _ in range(4)]
    assert next_turn(past, "a", RULES, NINE) == NINE


def test_one_kept_for_later_leaves_room_for_one_before_it() -> None:
    later = [Turn(at=NINE + APART, reference="a") for _ in range(4)]
    assert next_turn(later, "b", RULES, NINE) == NINE


@given(
    asked=st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 100)), max_size=40),
    late=st.lists(st.integers(0, int(LATE.total_seconds())), min_size=40, max_size=40),
    share=st.integers(1, 4),
)
def test_in_no_minute_more_go_than_the_robot_takes_however_late_each_comes(
    asked: list[tuple[str, int]], late: list[int], share: int
) -> None:
    rules = replace(RULES, of_one_case_a_minute=share)
    turns: list[Turn] = []
    for reference, second in asked:
        at = next_turn(turns, reference, rules, NINE + timedelta(seconds=second))
        assert at >= NINE + timedelta(seconds=second)
        turns.append(Turn(at=at, reference=reference))
    went = [
        (turn.at + timedelta(seconds=seconds), turn.reference)
        for turn, seconds in zip(turns, late, strict=False)
    ]
    for begins, _ in went:
        within = Counter(ref for at, ref in went if begins <= at < begins + A_MINUTE)
        assert within.total() <= rules.messages_a_minute
        assert max(within.values()) <= share
