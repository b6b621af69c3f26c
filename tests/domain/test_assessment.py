"""The figures of an assessment: what counts, and what is said where nothing does."""

from dataclasses import replace
from decimal import Decimal

import pytest

from domain.afterwards import AskedBy, Ratings, Verdict
from domain.assessment import (
    Basis,
    CaseSet,
    Indicator,
    Measurement,
    Sorted,
    Standing,
    measured,
    median_of,
    sets_of,
)
from domain.case import BREACH, Case, Disposition, Fired, Milestone, Status
from domain.classification import Mark, Responsibility, Satisfaction, Validity
from domain.findings import Finding, FindingStage, Involvement
from tests.builders import MONDAY, a_case, some_conduct

RATE = Indicator(
    name="timely_rate",
    title={"en": "Settled in time", "zh": "及时率"},
    counts=CaseSet.SETTLED_IN_TIME,
    of=CaseSet.SETTLED,
    per=100,
    rule="H-05",
    formula="default",
)
PER_OUTLET = replace(RATE, counts=CaseSet.COUNTED, of=Basis.OUTLETS, per=1000)
FEWEST = 5
VALID = Disposition(validity=Validity.VALID, responsibility=Responsibility.BANK)
SETTLED = replace(a_case(), disposition=VALID, status=Status.DISPOSED)
LATE = Fired(clock="reply", step=BREACH, planned_at=MONDAY, at=MONDAY)
FOUND = Finding(
    person="han",
    involvement=Involvement.DIRECT_PERSON,
    proposed_by="sun",
    proposed_at=MONDAY,
    reply_until_at=MONDAY,
    stage=FindingStage.RESPONSIBLE,
)


def verdict(said: Satisfaction) -> Verdict:
    return Verdict(at=MONDAY, asked_by=AskedBy.CALL, satisfaction=said, ratings=Ratings())


@pytest.mark.parametrize(
    ("case", "is_in", "is_not_in"),
    [
        pytest.param(
            a_case(), {"received", "counted", "within_limits"}, {"settled"}, id="a new complaint"
        ),
        pytest.param(
            replace(a_case(), disposition=VALID, status=Status.IN_PROGRESS),
            {"received"},
            {"settled", "settled_in_time"},
            id="pressed to take it back: it goes on",
        ),
        pytest.param(
            SETTLED, {"settled", "settled_in_time", "own_fault"}, {"asked"}, id="settled, our fault"
        ),
        pytest.param(
            replace(SETTLED, fired=(LATE,)),
            {"settled"},
            {"settled_in_time", "within_limits"},
            id="settled too late",
        ),
        pytest.param(
            replace(SETTLED, fired=(replace(LATE, clock="task/legal/1"),)),
            {"settled_in_time"},
            set(),
            id="that an office was slow is its own affair",
        ),
        pytest.param(
            replace(SETTLED, disposition=replace(VALID, responsibility=Responsibility.NOT_BANK)),
            {"settled"},
            {"own_fault"},
            id="not our fault",
        ),
        pytest.param(
            replace(
                SETTLED,
                verdicts=(verdict(Satisfaction.DISSATISFIED), verdict(Satisfaction.SATISFIED)),
            ),
            {"asked", "satisfied"},
            set(),
            id="the last word of the customer counts",
        ),
        pytest.param(replace(SETTLED, marks=(Mark.REPEAT,)), {"recurring"}, set(), id="said again"),
        pytest.param(
            a_case().reach(Milestone.REOPENED, at=MONDAY), {"recurring"}, set(), id="taken up again"
        ),
    ],
)
def test_what_a_case_counts_as(case: Case, is_in: set[str], is_not_in: set[str]) -> None:
    found = set(sets_of(case, some_conduct()))
    assert is_in <= found
    assert not is_not_in & found


def test_own_fault_of_a_person_is_that_they_were_found_responsible_and_still_are() -> None:
    found = replace(SETTLED, findings=(FOUND,))
    assert CaseSet.OWN_FAULT in sets_of(found, some_conduct(), person="han")
    assert CaseSet.OWN_FAULT not in sets_of(found, some_conduct(), person="hugo")
    taken_back = replace(SETTLED, findings=(replace(FOUND, stage=FindingStage.REVERSED),))
    assert CaseSet.OWN_FAULT not in sets_of(taken_back, some_conduct(), person="han")
    assert CaseSet.OWN_FAULT in sets_of(taken_back, some_conduct()), "the bank is still at fault"


def some(in_time: int, late: int) -> list[Sorted]:
    every = frozenset({CaseSet.RECEIVED, CaseSet.COUNTED, CaseSet.SETTLED})
    return [
        Sorted(
            reference=f"C-{number}",
            sets=every | ({CaseSet.SETTLED_IN_TIME} if number < in_time else frozenset()),
        )
        for number in range(in_time + late)
    ]


@pytest.mark.parametrize(
    ("in_time", "late", "standing", "value"),
    [
        (0, 0, Standing.NOTHING, None),
        (4, 0, Standing.TOO_FEW, None),
        (5, 0, Standing.THERE, Decimal(100)),
        (0, 5, Standing.THERE, Decimal(0)),
        (3, 3, Standing.THERE, Decimal(50)),
    ],
)
def test_nothing_is_divided_by_nothing_and_no_rate_is_shown_of_a_few(
    in_time: int, late: int, standing: Standing, value: Decimal | None
) -> None:
    found = measured(RATE, some(in_time, late), {}, FEWEST)
    assert (found.standing, found.value) == (standing, value)
    is_few = standing is Standing.TOO_FEW
    assert found.cases == (() if is_few else tuple(f"C-{each}" for each in range(in_time)))
    assert (found.counted, found.of) == ((None, None) if is_few else (in_time, in_time + late))


@pytest.mark.parametrize(
    ("outlets", "standing", "value"),
    [
        (None, Standing.NOT_ENTERED, None),
        (0, Standing.NOTHING, None),
        (4, Standing.THERE, Decimal(1500)),
    ],
)
def test_complaints_are_set_against_outlets(
    outlets: int | None, standing: Standing, value: Decimal | None
) -> None:
    found = measured(PER_OUTLET, some(3, 3), {Basis.OUTLETS: outlets}, FEWEST)
    assert (found.standing, found.value) == (standing, value)


def valued(value: int | None) -> Measurement:
    return replace(measured(RATE, (), {}, FEWEST), value=None if value is None else Decimal(value))


def test_a_median_is_of_so_many_units_that_it_tells_of_none() -> None:
    five = [valued(each) for each in (1, 9, 2, 8, 3)]
    assert median_of(five, FEWEST) == 3
    assert median_of([*five[:4], valued(None)], FEWEST) is None
