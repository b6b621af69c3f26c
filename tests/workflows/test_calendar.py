"""A newer version of the calendar on a case that is under way, in virtual time."""

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.acts import ApplyCalendar
from domain.case import BREACH
from domain.classification import Category
from domain.errors import Refusal
from domain.working_time import WorkingCalendar
from store.database import Sessions
from store.evidence.proofs import proofs_of
from store.policies.calendar_changes import changes_by
from store.policies.calendar_versions import publish_calendar, published_calendar, version_of
from tests.workflows.casework import Begin, Casework

pytestmark = pytest.mark.usefixtures("working")


def a_newer_version(sessions: Sessions, work: Casework) -> WorkingCalendar:
    """The calendar of the case, with its last working day off after all."""
    due_on = work.clock("reply").due_on
    assert due_on is not None
    with sessions.begin() as session:
        known = published_calendar(session, work.case.calendar)
        newer = replace(
            known,
            version=f"newer-for-{work.reference}",
            days_off={**known.days_off, due_on: "announced later"},
            extra_working_days={},
        )
        publish_calendar(session, newer)
    return newer


def the_act(work: Casework, newer: WorkingCalendar) -> ApplyCalendar:
    return ApplyCalendar(calendar=version_of(newer), instead_of=work.case.calendar)


async def test_a_day_off_announced_later_moves_the_date_and_the_case_waits_for_the_new_one(
    begin: Begin, sessions: Sessions
) -> None:
    work = await begin()
    before = work.due_at("reply")
    newer = a_newer_version(sessions, work)
    with sessions() as session:
        change = next(e for e in changes_by(session, newer) if e.reference == work.reference)
    await work.done(the_act(work, newer), "ada")

    after = work.due_at("reply")
    assert after > before
    (moved,) = change.moved
    assert (moved.clock, moved.due_at, moved.would_be_at) == ("reply", before, after)
    await work.until(before + timedelta(hours=1))
    assert ("reply", BREACH) not in {(each.clock, each.step) for each in work.case.fired}
    await work.until(after)
    assert work.fired(BREACH).planned_at == after
    assert work.journal()[:2] == ["received", "calendar_applied"]
    with sessions() as session:
        assert all(each.holds for each in proofs_of(session, work.reference).clocks)


async def test_it_is_done_once_and_only_to_the_edition_that_was_looked_at(
    begin: Begin, sessions: Sessions
) -> None:
    work = await begin()
    newer = a_newer_version(sessions, work)
    act = the_act(work, newer)
    await work.done(act, "ada")
    refused = await work.refused(act, "alma")
    assert refused.code is Refusal.CHANGED_MEANWHILE
    with sessions() as session:
        assert work.reference not in {each.reference for each in changes_by(session, newer)}


async def test_only_an_administrator_does_it_and_to_restricted_cases_too(
    begin: Begin, sessions: Sessions
) -> None:
    work = await begin(category=Category.FINANCIAL_CRIME)
    assert work.case.restricted_to
    act = the_act(work, a_newer_version(sessions, work))
    assert (await work.refused(act, "hong")).code is Refusal.UNKNOWN_REFERENCE
    await work.done(act, "ada")
