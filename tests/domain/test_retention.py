"""When a closed case may be erased, and what keeps it."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from domain.case import CaseTask, Disposition, Milestone, Status
from domain.classification import Responsibility, Role, Severity, Validity, WithdrawalKind
from domain.retention import (
    KeptFor,
    Retention,
    RetentionClass,
    RetentionTerm,
    class_of,
    reasons_to_keep,
)
from tests.builders import MONDAY, a_case

TERMS = Retention(
    terms={
        each: RetentionTerm(days=100 * number, days_despite_wish=number)
        for number, each in enumerate(RetentionClass, start=1)
    }
)
WITHDRAWN = Disposition(
    validity=Validity.VALID,
    responsibility=Responsibility.NOT_BANK,
    withdrawal=WithdrawalKind.VOLUNTARY,
)
A_TASK = CaseTask(name="report", role=Role.HR, level=None, rule="A-48", opened_at=MONDAY)
CLOSED = a_case(status=Status.CLOSED).reach(Milestone.CLOSED, at=MONDAY)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, RetentionClass.ORDINARY),
        ({"severity": Severity.MAJOR}, RetentionClass.MAJOR),
        ({"restricted_to": (Role.DISCIPLINE,)}, RetentionClass.MAJOR),
        ({"disposition": WITHDRAWN}, RetentionClass.NOT_PURSUED),
        ({"duplicate_of": "C-2026-000009"}, RetentionClass.NOT_PURSUED),
        ({"steps_from": MONDAY}, RetentionClass.IMPORTED),
        ({"steps_from": MONDAY, "severity": Severity.MAJOR}, RetentionClass.MAJOR),
        ({"steps_from": MONDAY, "disposition": WITHDRAWN}, RetentionClass.NOT_PURSUED),
    ],
)
def test_the_first_class_that_fits_decides(
    change: dict[str, Any], expected: RetentionClass
) -> None:
    assert class_of(replace(CLOSED, **change)) is expected


def test_the_time_runs_from_the_last_closing_and_an_open_case_has_none() -> None:
    term = TERMS.terms[RetentionClass.ORDINARY]
    later = MONDAY + timedelta(days=3)
    assert TERMS.due_at(CLOSED) == MONDAY + timedelta(days=term.days)
    assert TERMS.may_be_wished_at(CLOSED) == MONDAY + timedelta(days=term.days_despite_wish)
    again = CLOSED.reach(Milestone.REOPENED, Milestone.CLOSED, at=later)
    assert TERMS.due_at(again) == later + timedelta(days=term.days)
    assert TERMS.due_at(a_case()) is None


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, ()),
        ({"status": Status.DISPOSED}, (KeptFor.OPEN,)),
        ({"held_since": MONDAY}, (KeptFor.HELD,)),
        ({"erased_at": MONDAY}, (KeptFor.ERASED,)),
        ({"tasks": (A_TASK,)}, (KeptFor.TASK_OPEN,)),
        ({"tasks": (replace(A_TASK, done_at=MONDAY),)}, ()),
    ],
)
def test_what_is_under_way_in_the_case_keeps_it(
    change: dict[str, Any], expected: tuple[KeptFor, ...]
) -> None:
    case = replace(CLOSED, **change)
    found = reasons_to_keep(case, (), owes=frozenset(), erasable_at=MONDAY, at=MONDAY)
    assert found == expected


def test_an_appeal_keeps_it_until_it_is_decided() -> None:
    appealed = CLOSED.reach(Milestone.APPEALED, at=MONDAY)
    decided = appealed.reach(Milestone.APPEAL_DECIDED, at=MONDAY)
    found = [
        reasons_to_keep(case, (), owes=frozenset(), erasable_at=MONDAY, at=MONDAY)
        for case in (appealed, decided)
    ]
    assert found == [(KeptFor.APPEAL_PENDING,), ()]


def test_it_is_kept_to_the_very_instant_and_for_what_is_owed() -> None:
    at = MONDAY - timedelta(seconds=1)
    owes = frozenset({KeptFor.REPORT_OWED, KeptFor.NOTICE_UNSENT})
    assert reasons_to_keep(CLOSED, (), owes=owes, erasable_at=MONDAY, at=at) == (
        KeptFor.REPORT_OWED,
        KeptFor.NOTICE_UNSENT,
        KeptFor.KEPT,
    )
    assert reasons_to_keep(CLOSED, (), owes=frozenset(), erasable_at=MONDAY, at=MONDAY) == ()
