"""The quarterly return of a year, as known on two days, and balances of every unit and period, held
against SQL over the journals."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import text

from bench.year.bank import YEAR, midnight
from domain.classification import Business
from rulebook.staffing import beginning_of
from store.database import Sessions
from store.evidence.chain import verify
from tests.report_days import Clock
from tests.web.browser import Visit
from tests.web.seen import Page
from tests.year.balances import LINES, balances, lines_of, whole

AFTER = datetime(2027, 1, 8, 2, tzinfo=UTC)


def test_the_balance_of_every_unit_and_period_reconciles_and_the_next_begins_with_it(
    sessions: Sessions,
) -> None:
    months = [(month, month + 1) for month in range(1, 13)]
    for periods in (months, [(1, 4), (4, 7), (7, 10), (10, 13)], [(1, 7), (7, 13)], [(1, 13)]):
        before: dict[str, int] | None = None
        for first, beyond in periods:
            units = balances(sessions, first, beyond)
            for unit, each in units.items():
                come = each["opening"] + each["received"] + each["reopened"]
                assert come - each["closed"] == each["closing"], (unit, first, beyond)
            opened = {unit: each["opening"] for unit, each in units.items()}
            assert before is None or opened == before
            before = {unit: each["closing"] for unit, each in units.items()}


@pytest.mark.parametrize(
    ("begins", "first"), [("2026-01-01", 1), ("2026-04-01", 4), ("2026-07-01", 7)]
)
def test_the_lines_of_a_return_are_the_sums_of_the_units(
    visit: Visit, sessions: Sessions, at: Clock, begins: str, first: int
) -> None:
    at(AFTER)
    lines = lines_of(visit, begins)
    assert {line: lines[line] for line in LINES} == whole(balances(sessions, first, first + 3))


@pytest.mark.parametrize("early", [date(YEAR, 9, 15), date(YEAR, 9, 30)], ids=str)
def test_a_return_as_known_on_two_days_is_that_of_the_journals_and_shows_its_difference(
    visit: Visit, sessions: Sessions, at: Clock, early: date
) -> None:
    at(AFTER)
    late = date(YEAR, 12, 31)
    told = {}
    for day in (early, late):
        known_at = beginning_of(day + timedelta(days=1))
        told[day] = whole(balances(sessions, 7, 10, known_at))
        lines = lines_of(visit, "2026-07-01", str(day))
        assert {line: lines[line] for line in LINES} == told[day], day
    changed = {
        line: int(told[late][line]) - int(told[early][line])
        for line in LINES
        if told[late][line] != told[early][line]
    }
    # In a small year it may be that nothing was written down after the quarter.
    assert changed or early.day == 30
    page = visit("head-regulator_liaison").get(
        f"/returns/cn-quarterly/2026-07-01?known={late}&against={early}"
    )
    words = Page(page).words
    for by in changed.values():
        assert f"{by:+d}" in words


def test_what_was_received_is_told_by_business_as_the_journals_have_it(
    visit: Visit, sessions: Sessions, at: Clock
) -> None:
    at(AFTER)
    with sessions() as session:
        by_business = dict(
            tuple(each)
            for each in session.execute(
                text(
                    "select coalesce(t.business, 'other'), count(*)"
                    " from told('infinity') t where t.is_official and not t.is_duplicate"
                    " and t.received_at >= :begins and t.received_at < :ends group by 1"
                ),
                {"begins": midnight(YEAR, 7), "ends": midnight(YEAR, 10)},
            )
        )
    lines = lines_of(visit, "2026-07-01")
    told = {each: int(lines[f"F{place}"]) for place, each in enumerate(Business, start=1)}
    assert told == {each: by_business.get(each, 0) for each in Business}
    assert sum(told.values()) == int(lines["A2"])


def test_the_journals_of_the_year_are_sealed_as_they_would_be(sessions: Sessions) -> None:
    with sessions() as session:
        found = [*verify(session, b"k" * 32, {})]
    assert found == []
