"""A report that somebody asks for: over any days and units, made in the worker, found, saved."""

import csv
import re
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from io import BytesIO, StringIO
from uuid import uuid4

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import text, update
from sqlalchemy.exc import OperationalError

from desk.approvals import large_files
from domain.classification import Category
from relay.asked_reports import AskedReports
from rulebook.approvals import read_approval_limits
from store.cases.receipts import receive
from store.database import Sessions
from store.reports import asked
from store.tables import AskedReportRow
from tests.bank import WHOLE
from tests.builders import a_complaint
from tests.idle_transactions import ended_after
from tests.web.browser import Browser, Visit
from tests.web.seen import Page
from web.reports import asked as asked_pages
from web.reports import files

IN_FEBRUARY = datetime(2026, 2, 12, 2, tzinfo=UTC)
FEBRUARY = {"form": "classified", "begins": "2026-02-01", "ends": "2026-02-28"}


def take_down(sessions: Sessions, **over: object) -> str:
    with sessions.begin() as session:
        about = {"received_at": IN_FEBRUARY, "category": Category.WORK_ERROR, **over}
        return receive(session, a_complaint(**about), WHOLE.actor("ines")).reference


def asks(browser: Browser, unit: str = "east-branch", **over: str) -> str:
    """The address of the report; the button is clicked twice."""
    browser.get("/reports-asked")
    key = str(uuid4())
    for _ in range(2):
        answer = browser.send("/reports-asked", command_id=key, unit=unit, **{**FEBRUARY, **over})
        assert answer.status_code == 302, Page(answer).words
    return str(answer.location)


def numbers(browser: Browser, address: str) -> dict[str, int]:
    file = browser.get(f"{address}.csv").text.lstrip("\ufeff")
    rows = csv.reader(StringIO(file))
    return {row[0]: int(row[1]) for row in rows if len(row) == 2 and row[1].isdecimal()}


def test_it_is_made_in_the_worker_counts_as_sql_does_and_is_found_and_saved(
    visit: Visit, sessions: Sessions
) -> None:
    take_down(sessions)
    take_down(sessions, unit="station-outlet")
    tess = visit("tess")
    address = asks(tess)
    assert "waits for the worker" in Page(tess.get(address)).words
    assert tess.get(f"{address}.csv").status_code == 404, "there is nothing to save yet"
    AskedReports(sessions).look()
    assert "made" in Page(tess.get(address)).fact("Status")
    with sessions() as session:
        counted = session.scalar(
            text(
                "select count(*) from cases where received_at >= '2026-02-01 00:00+08'"
                " and received_at < '2026-03-01 00:00+08'"
                " and unit in ('east-branch', 'bay-branch', 'harbour-outlet', 'station-outlet')"
                " and state->>'category' = 'work_error'"
            )
        )
    assert numbers(tess, address)["Work error"] == counted
    book = CalamineWorkbook.from_filelike(BytesIO(tess.get(f"{address}.xlsx").data))
    assert ["Complaints received", float(numbers(tess, address)["Complaints"])] in (
        book.get_sheet_by_index(1).to_python()
    )
    assert tess.get(f"{address}.xlsx").data == tess.get(f"{address}.xlsx").data
    listed = tess.get("/reports-asked").text
    assert listed.count(f'href="{address}"') == 1, "a double click asks once"


def test_days_without_a_complaint_are_a_report_all_the_same(
    visit: Visit, sessions: Sessions
) -> None:
    tess = visit("tess")
    address = asks(tess, begins="2011-01-01", ends="2011-12-31")
    AskedReports(sessions).look()
    assert "No complaints: a report all the same." in Page(tess.get(address)).words
    assert numbers(tess, address)["Work error"] == 0, "all eight, noughts too"
    assert "none to count" in tess.get(f"{address}.csv").text, "a share of nothing says so"


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"begins": "2026-02-28", "ends": "2026-02-01"}, "The last day comes before the first."),
        ({"ends": ""}, "Give the first and the last day"),
        ({"begins": "tomorrow"}, "Give the first and the last day"),
        ({"ends": "2126-01-01"}, "The last day is still to come"),
        ({"begins": "2001-01-01"}, "That is more than ten years"),
        ({"unit": "head-office"}, "Choose a unit that you answer for."),
    ],
)
def test_what_cannot_be_made_is_told_and_what_was_typed_is_kept(
    visit: Visit, typed: dict[str, str], says: str
) -> None:
    tess = visit("tess")
    tess.get("/reports-asked")
    answer = tess.send(
        "/reports-asked", command_id=str(uuid4()), **{"unit": "east-branch", **FEBRUARY, **typed}
    )
    assert answer.status_code == 422
    assert says in answer.text
    for name in ("begins", "ends"):
        assert f'value="{ {**FEBRUARY, **typed}[name] }"' in answer.text


def test_only_whoever_answers_for_reports_asks_and_others_units_are_not_there(
    visit: Visit, sessions: Sessions
) -> None:
    assert visit("han").get("/reports-asked").status_code == 403
    address = asks(visit("tess"))
    AskedReports(sessions).look()
    assert visit("sun").get(address).status_code == 404, "of the branch below"
    assert address not in visit("sun").get("/reports-asked").text
    assert "made" in Page(visit("hong").get(address)).fact("Status")
    assert address in visit("hong").get("/reports-asked").text


def test_whoever_is_complained_about_counts_it_nowhere(visit: Visit, sessions: Sessions) -> None:
    reference = take_down(sessions, unit="east-branch", person_complained_about="tess")
    tess, hong = visit("tess"), visit("hong")
    address = asks(hong, form="register")
    own = asks(tess, form="register")
    AskedReports(sessions).look()
    assert reference in hong.get(address).text
    assert "Cases that are not yours to count are left out." in Page(tess.get(own)).words
    assert reference not in tess.get(own).text
    assert "It counts cases that are not yours to count." in Page(tess.get(address)).words
    how_many = "<dt>Complaints</dt>"
    assert how_many in hong.get(address).text
    assert how_many not in tess.get(address).text, "with her own it would tell of it"
    assert reference not in tess.get(address).text
    assert tess.get(f"{address}.csv").status_code == 404


def test_what_an_office_took_to_itself_since_is_told_in_no_register_of_before(
    visit: Visit, sessions: Sessions
) -> None:
    reference = take_down(sessions, received_at=datetime(2024, 9, 12, 2, tzinfo=UTC))
    tess, hong = visit("tess"), visit("hong")
    address = asks(tess, form="register", begins="2024-09-01", ends="2024-09-30")
    AskedReports(sessions).look()
    for browser in (tess, hong):
        assert reference in browser.get(address).text
    with sessions.begin() as session:
        session.execute(
            text(
                "update cases set state = jsonb_set(state, '{restricted_to}', '[\"discipline\"]')"
                " where reference = :reference"
            ),
            {"reference": reference},
        )
    for browser in (tess, hong):
        assert reference not in browser.get(address).text
        assert browser.get(f"{address}.csv").status_code == 404


def test_the_page_says_how_far_it_is_and_what_a_dead_worker_left_is_made_by_the_next(
    visit: Visit, sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asked, "TOGETHER", 1)
    take_down(sessions)
    take_down(sessions)
    tess = visit("tess")
    address = asks(tess)
    with sessions.begin() as session:
        row = AskedReportRow.id == address.rpartition("/")[2]
        left = {"status": "being_made", "done": 1, "total": 2}
        session.execute(update(AskedReportRow).where(row).values(**left))
    under_way = tess.get(address)
    assert "1 of 2 complaints read." in Page(under_way).words
    assert "Refresh" in under_way.headers, "it looks again by itself, without a script"
    AskedReports(sessions).look()
    made = tess.get(address)
    assert "Refresh" not in made.headers
    page = Page(made)
    assert "made" in page.fact("Status")
    assert int(page.fact("Complaints")) >= 2


def test_what_cannot_be_made_says_so_and_stands_in_no_others_way(
    visit: Visit, sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    tess = visit("tess")
    broken = asks(tess)
    with monkeypatch.context() as patch:

        def fail(*_args: object) -> None:
            raise ValueError("a figure that cannot be")

        patch.setattr(asked, "tables_of", fail)
        with pytest.raises(ValueError, match="a figure that cannot be"):
            AskedReports(sessions).look()
    assert "It could not be made" in Page(tess.get(broken)).words
    whole = asks(tess)
    AskedReports(sessions).look()
    assert "made" in Page(tess.get(whole)).fact("Status")
    assert re.search("could not be made", tess.get("/reports-asked").text)


WHY = "for the auditors"

WANTED = "Why you need the file (another reads it and agrees): Please fill this in."


def key() -> str:
    """That of a form as it is shown anew."""
    return str(uuid4())


def test_many_cases_in_one_file_take_a_second_person(
    visit: Visit, sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = replace(read_approval_limits(), customers_at_once=1)
    for module in (large_files, files, asked_pages):
        monkeypatch.setattr(module, "read_approval_limits", lambda: few)
    references = [take_down(sessions) for _ in range(2)]
    tess, lin = visit("tess"), visit("lin")
    address = asks(tess, form="register")
    AskedReports(sessions).look()
    page = tess.get(address).text
    assert "All of them in one file take a second person." in page
    assert sum(each in page for each in references) < 2
    assert tess.get(f"{address}.csv").location == address
    assert WANTED in tess.send(f"{address}.csv", command_id=key()).text
    assert tess.send(f"{address}.csv", command_id=key(), reason=WHY).location == address
    waits = lin.get("/approvals").text
    assert "Register of complaints" in waits
    (card,) = (each for each in waits.split("<section") if "for the auditors" in each)
    found = re.search(r"/approvals/(a-[0-9a-f]+)", card)
    assert found is not None
    lin.send(found[0], outcome="approved")
    once = key()
    for _click in range(2):
        file = tess.send(f"{address}.csv", command_id=once, reason=WHY).text
        assert all(each in file for each in references)
    assert WANTED in tess.send(f"{address}.csv", command_id=key()).text, "another one"


def test_its_file_bears_a_chinese_name_any_system_can_have(
    visit: Visit, sessions: Sessions
) -> None:
    tess = visit("tess")
    address = asks(tess)
    AskedReports(sessions).look()
    tess.send("/language", language="zh")
    name = tess.get(f"{address}.xlsx").headers["Content-Disposition"]
    tess.send("/language", language="en")
    assert "%E7%BB%9F%E8%AE%A1%E8%A1%A8-2026-02-01-2026-02-28.xlsx" in name
    assert date(2026, 2, 1).isoformat() in name


def test_two_clicks_at_the_same_moment_ask_for_one_report(visit: Visit, sessions: Sessions) -> None:
    key = str(uuid4())
    browsers = [visit("tess") for _ in range(4)]
    together = threading.Barrier(len(browsers))

    def clicks(browser: Browser) -> tuple[int, str]:
        together.wait()
        answer = browser.send("/reports-asked", command_id=key, unit="east-branch", **FEBRUARY)
        return answer.status_code, str(answer.location)

    with ThreadPoolExecutor(len(browsers)) as clicking:
        answers = set(clicking.map(clicks, browsers))
    assert answers == {(302, f"/reports-asked/r-{key}")}


def test_a_report_whose_worker_lost_sight_of_the_records_is_made_once_they_are_there(
    visit: Visit, sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    take_down(sessions)
    tess = visit("tess")
    address = asks(tess)

    def cut_off(*_: object) -> None:
        raise OperationalError("select 1", None, Exception("the server has gone"))

    with monkeypatch.context() as patched:
        patched.setattr(asked, "tables_of", cut_off)
        with pytest.raises(OperationalError):
            AskedReports(sessions).look()
    assert "could not be made" not in Page(tess.get(address)).fact("Status")
    AskedReports(sessions).look()
    assert "made" in Page(tess.get(address)).fact("Status")


def test_a_report_that_takes_long_is_made_by_one_worker_all_the_while(
    visit: Visit, sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    idle = timedelta(seconds=3)
    for _ in range(4):
        take_down(sessions)
    tess = visit("tess")
    address = asks(tess)

    def in_slow_batches(references: Sequence[str]) -> Iterator[Sequence[str]]:
        for reference in references[-4:]:
            time.sleep(idle.total_seconds() / 2)
            assert not asked.make_next(sessions, datetime.now(UTC)), "another worker makes it too"
            yield [reference]

    monkeypatch.setattr(asked, "_in_batches", in_slow_batches)
    with ended_after(sessions, idle):
        AskedReports(sessions).look()
    assert "made" in Page(tess.get(address)).fact("Status")
