"""Reports that units owe, as those see them who answer for them."""

import csv
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO, StringIO
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import update

from desk.approvals import large_files
from desk.spreadsheets import harmless
from domain.classification import Role
from rulebook.approvals import read_approval_limits
from store.database import Sessions
from store.tables import PersonRow, PolicyVersionRow
from tests.builders import MONDAY
from tests.web.browser import Visit
from tests.web.seen import Page
from web.reports import files, periodic

Taker = Callable[..., str]

OCTOBER = "/reports-owed/east-branch/statistics/2026-10-01"
NOVEMBER = "/reports-owed/east-branch/statistics/2026-11-01"
A_DAY_IN_OCTOBER = datetime(2026, 10, 12, 2, tzinfo=UTC)


@pytest.fixture(autouse=True)
def a_monday_in_november(sessions: Sessions, monkeypatch: pytest.MonkeyPatch) -> None:
    """The rules have been in force since the first of October."""
    monkeypatch.setattr(periodic, "now", lambda: MONDAY)
    with sessions.begin() as session:
        since = datetime(2026, 10, 1, 4, tzinfo=UTC)
        session.execute(update(PolicyVersionRow).values(published_at=since))


def test_a_supervisor_sees_what_the_own_branch_and_its_outlets_owe(visit: Visit) -> None:
    page = visit("sun").get("/reports-owed").text
    assert OCTOBER in page
    assert "Opinion book looked at before closing" in page, "the outlet's"
    assert "Complaint handling report" not in page, "the head office's"
    assert "Complaint handling report" in visit("hong").get("/reports-owed").text


def test_the_list_can_be_narrowed_to_a_unit(visit: Visit) -> None:
    page = visit("sun").get("/reports-owed?unit=harbour-outlet").text
    assert "Opinion book looked at before closing" in page
    assert OCTOBER not in page


def test_a_report_is_read_and_submitted_and_stays_as_it_was(
    visit: Visit, a_received_case: Taker
) -> None:
    sun = visit("sun")

    def rows() -> list[list[str]]:
        file = sun.get(f"{OCTOBER}.csv").text.lstrip("\ufeff")
        return list(csv.reader(StringIO(file)))

    def received() -> int:
        return int(dict(row for row in rows() if len(row) == 2)["Complaints received"])

    before = received()
    a_received_case(received_at=A_DAY_IN_OCTOBER)
    page = sun.get(OCTOBER).text
    assert "Overdue: was due on" in page
    assert "Service attitude" in page
    for _ in range(2):
        assert sun.send(OCTOBER).location == OCTOBER, "a second click finds it done"
    a_received_case(received_at=A_DAY_IN_OCTOBER)
    page = sun.get(OCTOBER).text
    assert "by sun." in page
    assert "Yes, submit" not in page
    assert "Complaints of these days that have come since: 1." in page
    assert rows()[:2] == [["Report", "Statistics by category"], ["Unit", "east-branch"]]
    assert received() == before + 1


def test_63_a_day_without_complaints_is_a_report_all_the_same(visit: Visit) -> None:
    """D-39."""
    address = "/reports-owed/harbour-outlet/daily-report/2026-10-03"
    sun = visit("sun")
    assert "No complaints: a report all the same." in sun.get(address).text
    sun.send(address)
    assert "No complaints: a report all the same." in sun.get(address).text


def test_a_report_about_days_to_come_is_not_submitted_yet(visit: Visit) -> None:
    sun = visit("sun")
    assert "Yes, submit" not in sun.get(NOVEMBER).text
    refused = sun.send(NOVEMBER)
    assert refused.status_code == 409
    assert "It can be submitted from 2026-12-01 on." in refused.text


def test_a_check_has_no_figures_and_is_submitted_as_done(visit: Visit) -> None:
    address = "/reports-owed/harbour-outlet/opinion-book/2026-11-09"
    sun = visit("sun")
    assert "submitting it says that it was done" in sun.get(address).text
    assert sun.send(address).status_code == 302


def test_a_register_lists_complaints_without_a_word_of_the_customer(
    visit: Visit, a_received_case: Taker, monkeypatch: pytest.MonkeyPatch
) -> None:
    many = replace(read_approval_limits(), customers_at_once=100_000)
    for module in (large_files, periodic, files):
        monkeypatch.setattr(module, "read_approval_limits", lambda: many)
    reference = a_received_case(received_at=A_DAY_IN_OCTOBER, narrative="Words of a customer")
    register = "/reports-owed/east-branch/register-other-branches/2026-10-01"
    for address in (register, f"{register}.csv"):
        page = visit("sun").get(address).text
        assert reference in page
        assert "Words of a customer" not in page


WANTED = "Why you need the file (another reads it and agrees): Please fill this in."


def key() -> str:
    """That of a form as it is shown anew."""
    return str(uuid4())


def test_many_cases_in_one_file_take_a_second_person_and_are_saved_once(
    visit: Visit, a_received_case: Taker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """S-04, S-19: a whole register left the bank with one person, and no trace."""
    few = replace(read_approval_limits(), customers_at_once=1)
    for module in (large_files, periodic, files):
        monkeypatch.setattr(module, "read_approval_limits", lambda: few)
    references = [a_received_case(received_at=A_DAY_IN_OCTOBER) for _ in range(2)]
    register = "/reports-owed/east-branch/register-other-branches/2026-10-01"
    sun, lin = visit("sun"), visit("lin")
    assert sun.get(f"{register}.csv").location == register
    assert "All of them in one file take a second person." in sun.get(register).text
    assert sum(each in sun.get(register).text for each in references) < 2

    assert WANTED in sun.send(f"{register}.csv", command_id=key()).text
    asked = sun.send(f"{register}.csv", command_id=key(), reason="for the auditors")
    assert asked.location == register
    waits = lin.get("/approvals").text
    assert "for the auditors" in waits
    assert '<dd class="words">2026-10-01 – 2026-12-31</dd>' in waits
    assert "east-branch-register" not in waits, "a name for machines"
    found = re.search(r"/approvals/(a-[0-9a-f]+)", waits)
    assert found is not None
    assert found[0] not in visit("ada").get("/approvals").text
    assert sun.send(f"{register}.csv", command_id=key()).location == register, "it waits still"
    lin.send(found[0], outcome="approved")
    assert "lin agreed. You can carry it out now." in sun.get("/approvals").text
    once = key()
    for _click in range(2):
        saved = sun.send(f"{register}.csv", command_id=once)
        assert saved.mimetype == "text/csv", "a second click saves the same file"
        assert all(each in saved.text for each in references)
    assert WANTED in sun.send(f"{register}.csv", command_id=key()).text, "once"
    assert lin.send(f"{register}.csv", command_id=once).mimetype != "text/csv", "not another's"


def test_reports_of_others_are_closed(visit: Visit) -> None:
    """Scenario 78."""
    assert visit("sun").get("/reports-owed/hotline/daily-report/2026-10-03").status_code == 404
    assert visit("han").get("/reports-owed").status_code == 403
    assert visit("ada").send(OCTOBER).status_code == 403


@pytest.mark.parametrize(
    "address",
    [
        "/reports-owed/nowhere/statistics/2026-10-01",
        "/reports-owed/east-branch/nothing/2026-10-01",
        "/reports-owed/east-branch/statistics/2026-10-02",
        "/reports-owed/east-branch/statistics/2027-01-01",
        "/reports-owed/east-branch/statistics/soon",
    ],
)
def test_a_report_nobody_owes_is_not_there(visit: Visit, address: str) -> None:
    assert visit("hong").get(address).status_code == 404


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1"])
def test_a_spreadsheet_computes_nothing_of_what_it_is_given(cell: str) -> None:
    assert harmless(cell) == f"'{cell}"
    assert harmless("Service attitude") == "Service attitude"


@pytest.mark.parametrize("role", Role)
def test_the_first_page_opens_for_every_role(visit: Visit, sessions: Sessions, role: Role) -> None:
    with sessions.begin() as session:
        session.execute(update(PersonRow).where(PersonRow.id == "hugo").values(roles=[role]))
    try:
        assert visit("hugo").get("/").status_code == 200
    finally:
        with sessions.begin() as session:
            handler = update(PersonRow).where(PersonRow.id == "hugo").values(roles=[Role.HANDLER])
            session.execute(handler)


def sheets_of(file: bytes) -> dict[str, list[list[Any]]]:
    book = CalamineWorkbook.from_filelike(BytesIO(file))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def test_a_workbook_says_what_the_page_says_under_a_chinese_name_and_always_in_the_same_bytes(
    visit: Visit, a_received_case: Taker
) -> None:
    the_twelfth = "/reports-owed/east-branch/daily-report/2026-10-12"
    a_received_case(received_at=A_DAY_IN_OCTOBER)
    sun = visit("sun")
    sun.send("/language", language="zh")
    file = sun.get(f"{the_twelfth}.xlsx")
    assert file.mimetype == "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    name = file.headers["Content-Disposition"]
    assert "filename*=UTF-8''" + quote("每日分类投诉报告-east-branch-2026-10-12.xlsx") in name
    sheets = sheets_of(file.data)
    assert ["单位", "east-branch"] in sheets["每日分类投诉报告"]
    categories = {row[0]: row[1] for row in sheets["按投诉类别"][1:]}
    assert len({*categories} - {"未分类"}) == 8, "zeros too (A-57)"
    assert categories["服务态度"] >= 1
    assert ["时限内定论", 0.0, 0.0, "无可计数"] in sheets["比率"], "nothing is settled yet"
    page = Page(sun.get(the_twelfth)).words
    assert "时限内定论" in page
    assert "无可计数" in page
    assert sun.get(f"{the_twelfth}.xlsx").data == file.data
    assert sun.get(f"{the_twelfth}.docx").status_code == 404
    sun.send("/language", language="en")
