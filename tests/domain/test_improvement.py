"""On which lists an improvement stands."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from domain.events import Event
from domain.improvement import Improvement, ImprovementStage, proposed, stands_on_list
from domain.reporting import Cadence, reporting_period_of

MAY = datetime(2026, 5, 4, tzinfo=UTC)
OPEN = proposed(1, Event.IMPROVEMENT_PROPOSED, "sun", MAY)
LEFT_OVER = replace(OPEN, number=2, carried_from=1)


def concluded(improvement: Improvement, at: datetime) -> Improvement:
    return improvement.stepped(Event.IMPROVEMENT_CONCLUDED, ImprovementStage.CONCLUDED, "sun", at)


@pytest.mark.parametrize(
    ("improvement", "quarters"),
    [
        pytest.param(OPEN, [2, 3, 4], id="open, it is carried on from list to list"),
        pytest.param(concluded(OPEN, MAY), [2], id="concluded, it stays where it was"),
        pytest.param(
            concluded(OPEN, datetime(2026, 8, 1, tzinfo=UTC)), [2, 3], id="to the last quarter"
        ),
        pytest.param(LEFT_OVER, [3, 4], id="a leftover goes onto the next list"),
        pytest.param(
            concluded(LEFT_OVER, MAY), [3], id="and stands there though it was done before"
        ),
    ],
)
def test_an_improvement_stands_on_its_lists(improvement: Improvement, quarters: list[int]) -> None:
    def quarter_of(day: date) -> tuple[date, date]:
        return reporting_period_of(Cadence.QUARTER, day)

    periods = {number: quarter_of(date(2026, 3 * number, 1)) for number in (1, 2, 3, 4)}
    assert [
        number
        for number, period in periods.items()
        if stands_on_list(improvement, period, datetime.date, quarter_of)
    ] == quarters
