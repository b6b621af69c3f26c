"""What is wrong, told once however many cases it holds up."""

from dataclasses import replace
from datetime import timedelta

from domain.failures import Failure, FailureCause, incidents_of
from tests.builders import MONDAY

STUCK = Failure(
    cause=FailureCause.WORKFLOW_STUCK,
    reference="C-2026-000001",
    since=MONDAY,
    error="RuntimeError: no such day as 31 November",
    place="workflows/case.py:88 run",
    program="0123456789ab",
)
HOUR = timedelta(hours=1)


def test_one_class_of_error_at_one_place_of_one_program_is_one_fault() -> None:
    later = replace(
        STUCK, reference="C-2026-000002", since=MONDAY + HOUR, error="RuntimeError: nor 32",
        last_at=MONDAY + 3 * HOUR,
    )  # fmt: skip
    (incident,) = incidents_of([later, STUCK])
    assert [each.reference for each in incident.failures] == ["C-2026-000001", "C-2026-000002"]
    assert (incident.kind, incident.place) == ("RuntimeError", "workflows/case.py:88 run")
    assert (incident.first_at, incident.last_at) == (MONDAY, MONDAY + 3 * HOUR)


def test_another_class_place_program_or_cause_is_another_fault() -> None:
    others = [
        replace(STUCK, error="KeyError: 'reply'"),
        replace(STUCK, place="workflows/case.py:90 run"),
        replace(STUCK, program="ba9876543210"),
        replace(STUCK, cause=FailureCause.STEP_FAILING),
    ]
    incidents = incidents_of([STUCK, *others])
    assert len({incident.key for incident in incidents}) == len(incidents) == 5


def test_what_holds_up_most_cases_stands_first() -> None:
    rare = replace(STUCK, error="KeyError: 'reply'", since=MONDAY - HOUR)
    often = replace(STUCK, reference="C-2026-000003")
    assert [len(incident.failures) for incident in incidents_of([rare, STUCK, often])] == [2, 1]
