"""Scorecards of a year, now and as they were known on earlier days, held against SQL over the
journals."""

import csv
from datetime import date, datetime
from io import StringIO

import pytest
from sqlalchemy import text

from bench.year.bank import midnight
from store.database import Sessions
from tests.web.browser import Visit
from tests.web.seen import Page
from web.assessment import scorecards

QUARTER = "cadence=quarter&day=2026-04-01"
BEGINS, ENDS = midnight(2026, 4), midnight(2026, 7)
DAYS = [date(2026, 5, 20), date(2026, 7, 3), None]
"""In the middle of the quarter, just after it, and now."""


@pytest.fixture(autouse=True)
def after_the_year(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is January."""
    monkeypatch.setattr(scorecards, "today_in_the_bank", lambda: date(2027, 1, 8))


def figures(visit: Visit, unit: str, known: date | None) -> dict[str, tuple[str, str]]:
    """The figures of a unit as they are saved: what is counted, and out of how many."""
    more = f"&known={known}" if known else ""
    saved = visit("head-hr").get(f"/assessment/{unit}.csv?{QUARTER}{more}")
    lines = csv.reader(StringIO(saved.data.decode("utf-8-sig")))
    return {line[2]: (line[4], line[5]) for line in lines if line[1] == unit}


def expected(sessions: Sessions, unit: str, known_at: datetime | str) -> dict[str, int]:
    asked = """
        select count(*) as received,
            count(*) filter (where is_settled) as settled,
            count(*) filter (where is_settled and not is_late) as in_time,
            count(*) filter (where not is_late) as within_limits,
            count(*) filter (where validity = 'valid' and responsibility <> 'not_bank'
                and is_settled) as own_fault,
            count(satisfaction) as asked,
            count(*) filter (where satisfaction = 'satisfied') as satisfied
        from told(cast(:known as timestamptz)) t
        where is_official and unit in (select below(:unit))
            and received_at >= :begins and received_at < :ends
    """
    told = {"unit": unit, "known": known_at, "begins": BEGINS, "ends": ENDS}
    with sessions() as session:
        return dict(session.execute(text(asked), told).one()._mapping)


@pytest.mark.parametrize("known", DAYS, ids=lambda known: f"as known on {known or 'this day'}")
@pytest.mark.parametrize("unit", ["head-office", "branch-03", "outlet-014"])
def test_a_scorecard_tells_what_was_known_on_a_day(
    visit: Visit, sessions: Sessions, unit: str, known: date | None
) -> None:
    known_at = midnight(known.year, known.month, known.day + 1) if known else "infinity"
    sql = expected(sessions, unit, known_at)
    found = figures(visit, unit, known)
    assert found["Complaints by own fault"] == (str(sql["own_fault"]), "")
    for name, part, of in (
        ("Settled in time", "in_time", "settled"),
        ("Time limits kept", "within_limits", "received"),
        ("Satisfied with the reply", "satisfied", "asked"),
    ):
        if sql[of] >= 5 or sql[of] == 0:
            assert found[name] == (str(sql[part]), str(sql[of])), name
        else:
            assert found[name] == ("", ""), f"{name}: so few are not shown"


def test_figures_of_an_earlier_day_are_others_and_say_which_day_they_are_of(visit: Visit) -> None:
    hong = visit("head-hr")
    then = Page(hong.get(f"/assessment/head-office?{QUARTER}&known=2026-05-20")).words
    assert "As known on 2026-05-20" in then
    assert "As known now" in then
    assert "As known on 2026" not in Page(hong.get(f"/assessment/head-office?{QUARTER}")).words
    assert figures(visit, "head-office", DAYS[0]) != figures(visit, "head-office", None)
    hong.send("/language", language="zh")
    try:
        page = Page(hong.get(f"/assessment/head-office?{QUARTER}&known=2026-05-20")).words
    finally:
        hong.send("/language", language="en")
    assert "以当日结束前已记录的内容为准" in page


@pytest.mark.parametrize("known", ["2027-01-08", "9999-12-31", "x", ""])
def test_a_day_that_has_not_ended_or_is_none_is_now(visit: Visit, known: str) -> None:
    page = Page(visit("head-hr").get(f"/assessment?{QUARTER}&known={known}")).words
    assert "As known on 2" not in page
    assert "As known now" not in page
