"""A date that proves itself, in two languages, and one that no longer does."""

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import delete, update

from cli.explain import explain
from store.cases.receipts import receive
from store.database import Sessions
from store.tables import ClockRow
from tests.builders import a_complaint, actor

pytestmark = pytest.mark.usefixtures("terminal")


@pytest.fixture(scope="module")
def reference(bank: None, sessions: Sessions) -> str:
    """A complaint of Monday, 9 November 2026, under the head-office measure."""
    with sessions.begin() as session:
        return receive(session, a_complaint(), actor("ines")).reference


def told(*arguments: str) -> Result:
    return CliRunner().invoke(explain, arguments)


def test_a_date_is_told_day_by_day_and_proves_itself(reference: str) -> None:
    said = told(reference, "reply")
    assert said.exit_code == 0, said.output
    assert "2026-11-12  day 3" in said.stdout
    assert "A-34" in said.stdout
    assert "the same, day by day" in said.stdout


def test_it_is_told_in_chinese_too(reference: str) -> None:
    said = told(reference, "--language", "zh")
    assert said.exit_code == 0, said.output
    assert "逐日完全一致" in said.stdout


def test_a_date_that_was_altered_is_found_out(reference: str, sessions: Sessions) -> None:
    with sessions.begin() as session:
        row = session.get_one(ClockRow, (reference, "reply"))
        before = row.derivation
        days = [{**day, "why": "holiday:made up"} for day in before["days"]]
        wanted = (ClockRow.reference == reference, ClockRow.key == "reply")
        session.execute(update(ClockRow).where(*wanted).values(derivation={**before, "days": days}))
    said = told(reference)
    assert said.exit_code == 1
    assert "NOT THE SAME" in said.stdout


def test_a_case_that_is_not_there_is_one_sentence() -> None:
    said = told("C-1999-000001")
    assert said.exit_code == 1
    assert "There is no case C-1999-000001." in said.output


def test_a_clock_no_case_has_is_told_though_another_one_is_missing(
    bank: None, sessions: Sessions
) -> None:
    with sessions.begin() as session:
        reference = receive(session, a_complaint(), actor("ines")).reference
        session.execute(delete(ClockRow).where(ClockRow.reference == reference))
    assert "NO ROW HAS IT: reply" in told(reference, "reply").stdout
    said = told(reference, "rely")
    assert said.exit_code == 1
    assert f"Case {reference} has no clock rely." in said.output
