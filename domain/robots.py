"""Chat robots: what each takes, what its answers mean, and whose turn it is to use one."""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.notices import Obstacle

A_MINUTE = timedelta(seconds=60)
"""What every robot counts its messages in."""

LATE = timedelta(seconds=5)
"""How late somebody may come to a turn and still have it (default). Turns are planned this much
farther apart than the robot asks, so that one who is late and one who is not still keep its
limit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RobotRules:
    """What is known of one kind of robot, from its maker (`policies/notices/robots.yaml`)."""

    messages_a_minute: int
    """Through one robot, whoever sends."""
    of_one_case_a_minute: int
    """At most so many of them about the same case, so that no case crowds out the others."""
    longest: int
    """How long a text may be, in bytes of UTF-8 or in characters."""
    in_bytes: bool
    seconds_after_too_often: int
    """How long a robot is left alone that says too often and not for how long."""
    answers: Mapping[str, Obstacle]
    """What the codes of its refusals mean."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """An instant at which a message about a case goes through a robot, or went."""

    at: datetime
    reference: str


def next_turn(
    turns: Iterable[Turn], reference: str, rules: RobotRules, not_before: datetime
) -> datetime:
    """The first instant at which a message about this case may go through a robot whose other
    `turns` are these: never more in a minute than the robot takes, nor of the case more than its
    share."""
    taken = list(turns)
    every = sorted(turn.at for turn in taken)
    of_case = sorted(turn.at for turn in taken if turn.reference == reference)
    apart = A_MINUTE + LATE
    later = [at + apart for at in every if at + apart > not_before]
    return next(
        at
        for at in (not_before, *later)
        if _has_room(every, at, rules.messages_a_minute)
        and _has_room(of_case, at, rules.of_one_case_a_minute)
    )


def _has_room(instants: Sequence[datetime], at: datetime, limit: int) -> bool:
    """Whether one more at this instant leaves no more than `limit` in any minute."""
    apart = A_MINUTE + LATE
    first, last = bisect_right(instants, at - apart), bisect_left(instants, at + apart)
    near = list(instants[first:last])
    insort(near, at)
    return all(later - earlier >= apart for earlier, later in zip(near, near[limit:], strict=False))
