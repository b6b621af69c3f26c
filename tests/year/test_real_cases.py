"""Real complaints are counted beside the generated ones, in reports and in the balance."""

from collections import Counter
from datetime import UTC, date, datetime

from sqlalchemy import text

from store.database import Sessions
from tests.report_days import Clock
from tests.web.browser import Visit
from tests.year.balances import LINES, balances, lines_of, whole
from tests.year.real_cases import IMPORTED_AT, REAL

AFTER = datetime(2027, 1, 8, 2, tzinfo=UTC)


def imported_by_quarter(sessions: Sessions) -> Counter[int]:
    with sessions() as session:
        rows = session.scalars(
            text(
                "select extract(quarter from received_at at time zone 'Asia/Shanghai')"
                " from told('infinity') t where t.is_official and not t.is_duplicate"
                " and exists (select from journal j"
                " where j.reference = t.reference and j.event = 'imported')"
            )
        )
        return Counter(int(each) for each in rows)


def test_all_of_them_are_there(sessions: Sessions) -> None:
    with sessions() as session:
        imported = text("select count(*) from journal where event = 'imported'")
        assert session.scalar(imported) == sum(REAL.values())


def test_the_return_of_a_quarter_has_them_once_they_are_written_down_and_its_balance_holds(
    visit: Visit, sessions: Sessions, at: Clock
) -> None:
    at(AFTER)
    before = lines_of(visit, "2026-04-01", str(date(2026, 11, 14)))
    after = lines_of(visit, "2026-04-01", str(IMPORTED_AT.date()))
    real = imported_by_quarter(sessions)
    assert int(after["A2"]) - int(before["A2"]) == real[2]
    assert int(after["A1"]) - int(before["A1"]) == real[1]
    lines = lines_of(visit, "2026-04-01")
    assert {line: lines[line] for line in LINES} == whole(balances(sessions, 4, 7))


def test_the_report_of_the_year_counts_them(visit: Visit, sessions: Sessions, at: Clock) -> None:
    at(AFTER)
    address = "/reports-owed/head-office/analysis-year-to-leaders/2026-01-01.csv"
    saved = visit("head-supervisor").get(address).data.decode("utf-8-sig")
    with sessions() as session:
        received = session.scalar(text("select count(*) from told('infinity') where is_official"))
    assert received is not None
    assert received > sum(REAL.values())
    assert f"Complaints received,{received}" in saved.splitlines()
