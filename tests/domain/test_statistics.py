"""Whether a case goes into the statistics, and as what."""

from typing import Any

from domain.case import BREACH, Disposition, Fired, Milestone
from domain.classification import (
    Channel,
    Counting,
    Level,
    Mark,
    Responsibility,
    Validity,
)
from domain.policy import CaseRules
from domain.statistics import counting_of
from tests.builders import MONDAY, a_case, some_conduct
from tests.tables import told

ALL = some_conduct()
"""A pack under which every complaint counts (K-15)."""
GO_LIVE = some_conduct(counted_channels=(Channel.MEDIA,), within_limit_clock="result")
"""A pack that counts by who solved it, how it came in, and when (D-12, D-19)."""
WISH = Disposition(validity=Validity.DEMAND, responsibility=Responsibility.NOT_BANK)

VISIT: dict[str, Any] = {"channel": Channel.VISIT}
PASSED_ON = a_case().reach(Milestone.BEYOND_AUTHORITY, at=MONDAY).milestones


def late(clock: str, step: str = BREACH) -> dict[str, Any]:
    return VISIT | {"fired": (Fired(clock=clock, step=step, planned_at=MONDAY, at=MONDAY),)}


COUNTED: dict[str, tuple[CaseRules, dict[str, Any], Counting]] = {
    "every complaint counts where the pack says nothing": (ALL, {}, Counting.COUNTED),
    "a wish is a consultation under every pack": (
        ALL,
        {"disposition": WISH},
        Counting.CONSULTATION,
    ),
    "a wish is one even where it came through the press": (
        GO_LIVE,
        {"disposition": WISH, "channel": Channel.MEDIA},
        Counting.CONSULTATION,
    ),
    "solved at the counter it does not count": (GO_LIVE, VISIT, Counting.NOT_COUNTED),
    "by telephone it had left the outlet": (GO_LIVE, {}, Counting.CONSULTATION),
    "so it had where a branch took it": (
        GO_LIVE,
        VISIT | {"level": Level.TIER_2},
        Counting.CONSULTATION,
    ),
    "and where the outlet passed it on": (
        GO_LIVE,
        VISIT | {"milestones": PASSED_ON},
        Counting.CONSULTATION,
    ),
    "through the press it counts": (GO_LIVE, {"channel": Channel.MEDIA}, Counting.COUNTED),
    "made a second time it counts": (
        GO_LIVE,
        VISIT | {"marks": (Mark.REPEAT,)},
        Counting.COUNTED,
    ),
    "taken past a level it counts": (
        GO_LIVE,
        VISIT | {"marks": (Mark.SKIP_LEVEL,)},
        Counting.COUNTED,
    ),
    "any other mark counts for nothing": (
        GO_LIVE,
        VISIT | {"marks": (Mark.CLAIM,)},
        Counting.NOT_COUNTED,
    ),
    "the same letter again does not": (ALL, {"duplicate_of": "C-1"}, Counting.NOT_COUNTED),
    "not even late": (
        GO_LIVE,
        late("result") | {"duplicate_of": "C-1"},
        Counting.NOT_COUNTED,
    ),
    "late it counts": (GO_LIVE, late("result"), Counting.COUNTED),
    "late the second time it counts too": (GO_LIVE, late("result.2"), Counting.COUNTED),
    "late for another limit it does not": (GO_LIVE, late("on-site"), Counting.NOT_COUNTED),
    "warned is not late": (GO_LIVE, late("result", "warning-1"), Counting.NOT_COUNTED),
}


@told("rules, over, counting", COUNTED)
def test_a_case_counts_as(rules: CaseRules, over: dict[str, Any], counting: Counting) -> None:
    assert counting_of(a_case(**over), rules) is counting
