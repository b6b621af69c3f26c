"""What is wrong, told once however many cases it holds up."""

from dataclasses import replace
from datetime import timedelta

from domain.failures import Failure, FailureCause, Intrusion, incidents_of
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


def test_another_class_place_or_cause_is_another_fault() -> None:
    others = [
        replace(STUCK, error="KeyError: 'reply'"),
        replace(STUCK, place="workflows/case.py:90 run"),
        replace(STUCK, mark="workflows/case.py run: raise RuntimeError(day)"),
        replace(STUCK, cause=FailureCause.STEP_FAILING),
    ]
    incidents = incidents_of([STUCK, *others])
    assert len({incident.key for incident in incidents}) == len(incidents) == 5


def test_the_same_line_in_another_program_or_step_is_the_same_fault() -> None:
    """The last program it was seen in stands first, with its number of the line."""
    here = replace(STUCK, mark="workflows/case.py run: raise RuntimeError(day)")
    moved = replace(
        here, reference="C-2026-000002", place="workflows/case.py:91 run", program="ba9876543210",
        since=MONDAY + HOUR,
    )  # fmt: skip
    step = replace(here, cause=FailureCause.STEP_FAILING, place="record · store/writing.py:3 write")
    elsewhere = replace(
        step, reference="C-2026-000003", place="open_case · store/writing.py:3 write"
    )
    stuck, failing = incidents_of([here, moved, step, elsewhere])
    assert stuck.programs == ("ba9876543210", "0123456789ab")
    assert stuck.place == "workflows/case.py:91 run"
    assert [each.place for each in failing.failures] == [step.place, elsewhere.place]


def test_what_it_befell_makes_no_other_fault() -> None:
    """A mail server that is away is one fault, whatever the mails were about."""
    given_up = replace(
        STUCK, cause=FailureCause.NOTICE_DEAD, error="not_let_in 535", befell="assigned", place="",
        program="",
    )  # fmt: skip
    (one,) = incidents_of([given_up, replace(given_up, befell="breached")])
    assert len(one.failures) == 2
    unknown = replace(given_up, error="mailbox 550")
    assert len(incidents_of([given_up, unknown])) == 2, "another thing is wrong with the same word"


def test_what_one_fault_brings_about_in_its_case_is_no_fault_of_its_own() -> None:
    behind = [
        replace(STUCK, cause=FailureCause.COMMAND_UNDELIVERED, error="assign"),
        replace(STUCK, cause=FailureCause.ERRAND_FAILING, error="command: EngineAway"),
    ]
    (incident,) = incidents_of([*behind, STUCK])
    assert incident.cause is FailureCause.WORKFLOW_STUCK
    (undelivered,) = incidents_of(behind)
    assert undelivered.cause is FailureCause.ERRAND_FAILING, "which says why"


def test_in_another_case_and_beside_it_other_things_are_wrong_by_themselves() -> None:
    elsewhere = replace(
        STUCK, cause=FailureCause.COMMAND_UNDELIVERED, reference="C-2026-000009", error="assign"
    )
    given_up = replace(STUCK, cause=FailureCause.NOTICE_DEAD, error="assigned")
    from_outside = replace(STUCK, cause=FailureCause.INTRUSION, error="no_command")
    found = incidents_of([STUCK, elsewhere, given_up, from_outside])
    assert {each.cause for each in found} == {
        FailureCause.WORKFLOW_STUCK,
        FailureCause.COMMAND_UNDELIVERED,
        FailureCause.NOTICE_DEAD,
        FailureCause.INTRUSION,
    }


def test_what_started_somebody_elses_run_is_told_by_that_run_alone() -> None:
    run = replace(STUCK, cause=FailureCause.RUN_OF_SOMEBODY_ELSE)
    word = replace(STUCK, cause=FailureCause.INTRUSION, error=Intrusion.NOT_ENCRYPTED)
    (incident,) = incidents_of([word, run])
    assert incident.cause is FailureCause.RUN_OF_SOMEBODY_ELSE
    elsewhere = replace(word, reference="C-2026-000009")
    asked_by_nobody = replace(word, error=Intrusion.NO_COMMAND)
    assert len(incidents_of([run, elsewhere, asked_by_nobody])) == 3, "other matters"


def test_what_holds_up_most_cases_stands_first() -> None:
    rare = replace(STUCK, error="KeyError: 'reply'", since=MONDAY - HOUR)
    often = replace(STUCK, reference="C-2026-000003")
    assert [len(incident.failures) for incident in incidents_of([rare, STUCK, often])] == [2, 1]
