"""Reports of rules.md 1.J.3 over a year, as their workbooks say them, held against SQL over the
journals; and what opens them."""

import re
import shutil
import subprocess
from collections.abc import Mapping
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import text

from domain.classification import Business, Category
from store.database import Sessions
from store.tables import PeriodicReportRow
from tests.report_days import Clock
from tests.web.browser import Visit
from tests.year.told import OF_THE_REPORT

AFTER = datetime(2027, 1, 8, 2, tzinfo=UTC)
"""The year is over."""

Report = tuple[str, str, str, str, str]
"""Who answers for it, the unit, its name in the pack, its first day and its last."""

CLASSIFIED: list[Report] = [
    ("head-supervisor", "head-office", "report-to-leaders", "2026-03-16", "2026-03-31"),
    ("supervisor-3", "branch-03", "statistics", "2026-05-01", "2026-05-31"),
    ("head-supervisor", "head-office", "statistics-head-office", "2026-08-01", "2026-08-31"),
    ("supervisor-4", "branch-04", "analysis", "2026-07-01", "2026-12-31"),
    ("supervisor-5", "branch-05", "analysis-year", "2026-01-01", "2026-12-31"),
    ("head-supervisor", "head-office", "analysis-to-leaders", "2026-07-01", "2026-12-31"),
    ("head-supervisor", "head-office", "analysis-year-to-leaders", "2026-01-01", "2026-12-31"),
    ("head-supervisor", "head-office", "circular", "2026-10-01", "2026-12-31"),
    ("head-supervisor", "head-office", "situation", "2026-07-01", "2026-12-31"),
    ("supervisor-4", "branch-04", "analysis-when-needed", "2026-03-05", "2026-04-20"),
    ("head-supervisor", "head-office", "quarterly-analysis", "2026-04-01", "2026-06-30"),
    ("supervisor-7", "outlet-017", "statistics", "2026-06-01", "2026-06-30"),
    ("supervisor-6", "branch-06", "daily-report", "2026-10-20", "2026-10-20"),
]
REGISTERS: list[Report] = [
    ("supervisor-0", "branch-00", "register-key-branches", "2026-06-16", "2026-06-30"),
    ("supervisor-2", "branch-02", "register-other-branches", "2026-04-01", "2026-06-30"),
]
APPRAISAL: Report = ("supervisor-8", "branch-08", "assessment", "2026-03-01", "2026-03-31")

WORDS: Mapping[Category, str] = {
    Category.WORK_ERROR: "Work error",
    Category.SERVICE_ATTITUDE: "Service attitude",
    Category.INTERNAL_MANAGEMENT: "Internal management",
    Category.SERVICE_PRODUCT: "Service product",
    Category.SERVICE_CHANNEL: "Service channel",
    Category.ILLEGAL_OPERATION: "Illegal operation",
    Category.FINANCIAL_CRIME: "Financial crime",
    Category.ANONYMOUS: "Anonymous complaint",
}

BUSINESSES: Mapping[Business, str] = {
    Business.SAVINGS: "Savings",
    Business.LOANS: "Loans",
    Business.CARDS: "Bank cards",
    Business.PAYMENT: "Payment and settlement",
    Business.CASH: "Notes and coins",
    Business.INFORMATION: "Personal financial information",
    Business.OTHER: "Another business",
}


def address(report: Report) -> str:
    _, unit, name, begins, _ = report
    return f"/reports-owed/{unit}/{name}/{begins}"


def asked(sessions: Sessions, wanted: str, report: Report, more: str = "") -> list[Any]:
    """What SQL says of the cases of a report."""
    with sessions() as session:
        _, unit, _, begins, ends = report
        told = {"unit": unit, "begins": begins, "ends": ends}
        return list(session.execute(text(f"select {wanted} {OF_THE_REPORT} {more}"), told))


def saved(visit: Visit, report: Report) -> bytes:
    """The workbook of a report, as whoever answers for it saves it."""
    # Of one that nobody owes the address says the last day; of any other that is known.
    answer = visit(report[0]).get(f"{address(report)}.xlsx?ends={report[4]}")
    assert answer.status_code == 200, answer.location
    content: bytes = answer.data
    return content


def tables_in(content: bytes) -> dict[str, dict[str, list[Any]]]:
    """The sheets of a workbook: of each line the first cell, with the others."""
    book = CalamineWorkbook.from_filelike(BytesIO(content))
    return {
        name: {
            str(line[0]): [*line[1:]]
            for line in book.get_sheet_by_name(name).to_python(skip_empty_area=False)
        }
        for name in book.sheet_names
    }


def formulas_in(content: bytes) -> list[str]:
    """The sheets of a workbook in which anything is computed."""
    with ZipFile(BytesIO(content)) as book:
        sheets = [each for each in book.namelist() if each.startswith("xl/worksheets/")]
        return [each for each in sheets if re.search(rb"<f[ />]", book.read(each))]


@pytest.mark.parametrize("report", CLASSIFIED, ids=lambda report: f"{report[2]} of {report[1]}")
def test_the_figures_of_a_report_are_those_of_the_journals(
    visit: Visit, sessions: Sessions, at: Clock, report: Report
) -> None:
    at(AFTER)
    (row,) = asked(
        sessions,
        """count(*) as received,
            count(*) filter (where is_settled) as settled,
            count(*) filter (where is_late) as late,
            count(*) filter (where is_settled and not is_late) as in_time,
            count(*) filter (where is_settled and responsibility <> 'not_bank') as own_fault,
            count(*) filter (where is_settled and causes like '%business_error%') as staff_errors,
            count(satisfaction) as asked,
            count(*) filter (where satisfaction = 'satisfied') as satisfied,
            count(*) filter (where is_duplicate) as not_counted,
            count(*) filter (where not is_duplicate and validity = 'demand') as consultations""",
        report,
    )
    sheets = tables_in(saved(visit, report))
    first = next(iter(sheets.values()))
    assert first["Complaints"][0] == row.received
    if not row.received:
        return
    figures = sheets["Figures"]
    assert {name: figures[name][0] for name in figures if name != "Figure"} == {
        "Complaints received": row.received,
        "Settled so far": row.settled,
        "With a time limit exceeded": row.late,
        "The bank at fault, alone or with the customer": row.own_fault,
        "Errors of staff": row.staff_errors,
    }
    rates = sheets["Rates"]
    parts = {name: cells[:2] for name, cells in rates.items() if name != "Rate"}
    assert parts == {
        "Settled within the time limits": [row.in_time, row.settled],
        "The bank at fault, alone or with the customer": [row.own_fault, row.settled],
        "Satisfied, of those who were asked and answered": [row.satisfied, row.asked],
    }
    for part, of, percent in list(rates.values())[1:]:
        if of:
            assert percent == pytest.approx(part / of, abs=0.0006)
    counted = sheets["How they count"]
    assert counted["Not counted: solved by the outlet itself"][0] == row.not_counted
    assert counted["Counted as a consultation"][0] == row.consultations
    rest = row.received - row.not_counted - row.consultations
    assert counted["Counted as a complaint"][0] == rest
    by_category = dict(
        tuple(each) for each in asked(sessions, "category, count(*)", report, "group by 1")
    )
    said = {name: cells[0] for name, cells in sheets["By category"].items() if name != "Category"}
    assert said.pop("not classified", 0) == by_category.get(None, 0)
    assert said == {words: by_category.get(each, 0) for each, words in WORDS.items()}
    by_business = dict(
        tuple(each) for each in asked(sessions, "business, count(*)", report, "group by 1")
    )
    businesses = {
        name: cells[0]
        for name, cells in sheets["By business"].items()
        if name != "Business it is about"
    }
    assert businesses.pop("not said", 0) == by_business.get(None, 0)
    assert businesses == {words: by_business.get(each, 0) for each, words in BUSINESSES.items()}
    by_unit = asked(sessions, "t.unit, count(*)", report, "group by 1")
    units = {name: cells[0] for name, cells in sheets["By unit"].items() if name != "Unit"}
    assert units == {unit: count for unit, count in by_unit}  # noqa: C416 - rows are no tuples


@pytest.mark.parametrize("report", REGISTERS, ids=lambda report: f"{report[2]} of {report[1]}")
def test_a_register_lists_the_cases_of_the_journals_as_they_are_when_it_is_submitted(
    visit: Visit, sessions: Sessions, at: Clock, report: Report
) -> None:
    at(AFTER)
    expected = asked(
        sessions,
        "t.reference, t.unit, t.channel, t.category, t.validity, t.responsibility",
        report,
        "order by t.received_at, t.reference",
    )
    assert visit(report[0]).send(address(report)).status_code == 302
    with sessions() as session:
        row = session.get_one(PeriodicReportRow, (*report[1:3], report[3]))
        (table,) = row.tables
        assert row.cases == len(expected)
    columns = [
        table["columns"].index(name)
        for name in ("case", "unit", "channel", "category", "validity", "responsibility")
    ]
    assert [tuple(line[each] for each in columns) for line in table["rows"]] == [
        tuple(each) for each in expected
    ]


def test_an_assessment_lists_whom_the_journals_hold_responsible(
    visit: Visit, sessions: Sessions, at: Clock
) -> None:
    at(AFTER)
    standing = """
        select distinct on (reference, person) reference, person, (
            (event = 'finding_decided' and facts->>'outcome' = 'responsible')
            or event = 'finding_appealed'
            or (event = 'finding_appeal_decided' and facts->>'upheld' = 'False')) as stands
        from (select j.*, coalesce(j.facts->>'person', j.by) as person from journal j
            where j.event like 'finding%' and j.event <> 'finding_replied') found
        order by reference, person, version desc
    """
    with sessions() as session:
        found = [*session.execute(text(standing))]
    justified = asked(
        sessions,
        "t.reference, (select c.state->>'person_complained_about' from cases c"
        " where c.reference = t.reference) as named",
        APPRAISAL,
        "and is_settled and validity = 'valid' and responsibility <> 'not_bank'",
    )
    of_anybody = {row.reference for row in found}
    expected = {(row.reference, row.named) for row in justified if row.named} - {
        (row.reference, row.named) for row in justified if row.reference in of_anybody
    }
    references = {row.reference for row in justified}
    expected |= {(r.reference, r.person) for r in found if r.stands and r.reference in references}
    book = CalamineWorkbook.from_filelike(BytesIO(saved(visit, APPRAISAL)))
    _, *lines = book.get_sheet_by_index(len(book.sheet_names) - 1).to_python()
    assert {(line[1], line[0]) for line in lines if line[2] == "against"} == expected


def test_every_workbook_opens_in_a_spreadsheet_and_computes_nothing(
    visit: Visit, at: Clock, tmp_path: Path
) -> None:
    """LibreOffice reads each and writes its first sheet as CSV; no cell of any is a formula."""
    at(AFTER)
    for number, report in enumerate([*CLASSIFIED, APPRAISAL]):
        content = saved(visit, report)
        (tmp_path / f"{number}.xlsx").write_bytes(content)
        assert formulas_in(content) == []
    office = shutil.which("soffice")
    if office is None:
        pytest.fail("LibreOffice is needed to open a workbook as its reader does")
    files = sorted(tmp_path.glob("*.xlsx"))
    command = [
        office, f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--headless",
        "--convert-to", "csv", "--outdir", str(tmp_path / "read"), *map(str, files),
    ]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True, timeout=280)
    for number, report in enumerate([*CLASSIFIED, APPRAISAL]):
        read = (tmp_path / "read" / f"{number}.csv").read_text(encoding="utf-8", errors="replace")
        assert report[1] in read
        assert report[3] in read


@pytest.mark.parametrize("report", [CLASSIFIED[1], CLASSIFIED[6]], ids=lambda report: report[2])
def test_a_printed_report_gives_its_chinese_back(
    visit: Visit, at: Clock, tmp_path: Path, report: Report
) -> None:
    at(AFTER)
    browser = visit(report[0])
    browser.send("/language", language="zh")
    try:
        answer = browser.get(f"{address(report)}.pdf")
        table = browser.get(f"{address(report)}.csv").data.decode("utf-8-sig")
    finally:
        browser.send("/language", language="en")
    assert answer.status_code == 200, answer.location
    file = tmp_path / "report.pdf"
    file.write_bytes(answer.data)
    reader = shutil.which("pdftotext")
    if reader is None:
        pytest.fail("pdftotext (poppler-utils) is needed to read a PDF back")
    printed = subprocess.run(
        [reader, "-layout", str(file), "-"], check=True, capture_output=True, timeout=60
    ).stdout.decode()
    said = re.sub(r"\s", "", printed)
    title, *lines = table.splitlines()
    filled = [title.partition(",")[2], *(line for line in lines if not line.endswith(","))]
    words = {re.sub(r"\s|\"", "", cell) for line in filled for cell in line.split(",")}
    chinese = {each for each in words if re.search(r"[\u4e00-\u9fff]", each)}
    assert len(chinese) > 20
    assert {each for each in chinese if each not in said} == set()
