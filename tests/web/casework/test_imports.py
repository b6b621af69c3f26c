"""Importing without a terminal: a file is uploaded, matched, checked, imported and reported."""

import asyncio
import os
import stat
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import func, select, update
from xlsxwriter import Workbook

from desk.imports import handed_in, run
from desk.imports.handed_in import ImportDesk
from desk.imports.mapping_files import read_mapping
from store.database import Sessions
from store.tables import CaseRow, ComplaintRow, UploadRow
from tests.waiting import eventually
from tests.web.browser import LATELY, THE_DAY_AFTER, Browser, Visit
from tests.web.casework.closing import closed_down
from tests.web.english import english_in, in_chinese
from tests.web.seen import Page, tree_of, words_of

MATCHED = {
    "received_at": "受理时间",
    "narrative": "投诉内容",
    "number": "编号",
    "name": "姓名",
    "otherwise_channel": "letter",
    "language": "zh",
}


def a_log(*rows: str, number: str = "") -> str:
    """A branch's log with those rows, and its heading."""
    return "\n".join(["编号;受理时间;投诉内容;姓名", *(f"{number}{row}" for row in rows), ""])


@pytest.fixture
def folder(app: Flask) -> Path:
    """Where uploaded files lie."""
    uploads: Path = app.extensions["redress"].settings.uploads_dir
    return uploads


@pytest.fixture
def worker(sessions: Sessions, folder: Path) -> ImportDesk:
    """What works on uploaded files beside the worker."""
    return ImportDesk(sessions, folder)


def uploaded(browser: Browser, text: str | bytes, name: str = "登记簿.csv") -> str:
    """Upload a file; returns the address of its page."""
    content = text.encode("gb18030") if isinstance(text, str) else text
    answer = browser.send("/imports", file=(BytesIO(content), name), unit="harbour-outlet")
    assert answer.status_code == 302, answer.text
    return str(answer.location)


def checked(browser: Browser, url: str, worker: ImportDesk, **typed: str) -> str:
    """Match the headings and have the file checked; returns the page."""
    answer = browser.send(
        f"{url}/check", **{**MATCHED, "source": f"log-{uuid4().hex[:8]}", **typed}
    )
    assert answer.status_code == 302, answer.text
    while worker.work():
        pass
    return browser.get(url).text


def cases(sessions: Sessions) -> int:
    with sessions() as session:
        return session.scalar(select(func.count()).select_from(CaseRow)) or 0


def test_a_file_is_matched_checked_imported_and_gone(
    visit: Visit, worker: ImportDesk, sessions: Sessions, folder: Path
) -> None:
    ines, before = visit("ines"), cases(sessions)
    url = uploaded(ines, a_log(f"1;{LATELY} 09:30;柜台排队一小时。;甲", "2;昨天;无人叫号。;乙"))
    (file,) = folder.iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert '<option value="受理时间" selected>' in ines.get(url).text

    page = checked(ines, url, worker)
    assert "1 rows would be received" in page
    assert "柜台排队一小时。" in page
    assert "&#39;昨天&#39; is no date of a form that is read here." in page
    assert cases(sessions) == before

    assert ines.send(f"{url}/start").status_code == 302
    assert "<progress" in ines.get(url).text
    assert worker.work()
    page = ines.get(url).text
    assert "1 rows received" in page
    assert cases(sessions) == before + 1
    assert list(folder.iterdir()) == []
    report = ines.get(f"{url}/report")
    assert report.mimetype == "text/csv"
    assert "3," in report.text
    assert "昨天" in report.text


def test_a_word_of_ours_counts_however_it_is_written_and_another_is_told_which_there_are(
    visit: Visit, worker: ImportDesk
) -> None:
    ines = visit("ines")
    lines = ("letter", "LETTER", "pigeon")
    rows = (f"{n};{LATELY} 09:30;{word}号信;{word}" for n, word in enumerate(lines, 1))
    text = "\n".join(["编号;受理时间;投诉内容;渠道", *rows, ""])
    page = checked(
        ines, uploaded(ines, text), worker, name="", channel="渠道", otherwise_channel=""
    )
    assert "2 rows would be received" in page
    assert "&#39;pigeon&#39; is a word that means none of ours. Write one of: " in page
    told = page.partition("Write one of: ")[2].partition("</")[0]
    assert "Letter" in told
    assert "Telephone" in told


def test_a_file_comes_in_masked_and_the_report_names_the_lines(
    visit: Visit, worker: ImportDesk, sessions: Sessions
) -> None:
    ines, number = visit("ines"), uuid4().hex[:8]
    rows = (
        f"1;{LATELY} 09:30;卡号6222 0212 3456 7890 128被吞;甲",
        f"2;{LATELY} 09:40;无人叫号。;乙",
    )
    url = uploaded(ines, a_log(*rows, number=number))
    page = checked(ines, url, worker)
    assert "2 rows would be received" in page
    assert "1 rows hold a card number, an identity number or a password" in page
    assert "line 2 (What happened, in the customer" in page
    assert "6222 0212 3456 7890 128" not in page
    assert ines.send(f"{url}/start").status_code == 302
    assert worker.work()
    assert "is masked in: What happened, in the customer" in ines.get(f"{url}/report").text
    with sessions() as session:
        kept = select(ComplaintRow.narrative).where(ComplaintRow.narrative.contains("被吞"))
        assert session.scalars(kept).one() == "卡号6222 02** **** ***0 128被吞"


def test_rows_that_may_be_the_same_letter_are_told_in_the_report(
    visit: Visit, worker: ImportDesk
) -> None:
    ines, number = visit("ines"), uuid4().hex[:8]
    words = "城东支行柜台排队一小时，无人叫号，机器也坏了"
    name = f"欧阳{number}"
    rows = (f"1;{LATELY} 09:30;{words};{name}", f"2;{THE_DAY_AFTER} 09:30;{words}！;{name}")
    url = uploaded(ines, a_log(*rows, number=number))
    assert "2 rows would be received" in checked(ines, url, worker)
    assert ines.send(f"{url}/start").status_code == 302
    assert worker.work()
    page = ines.get(url).text
    assert "1 rows may be letters that are cases already" in page
    assert "line 3: C-" in page
    assert "Perhaps the same letter as C-" in ines.get(f"{url}/report").text


def test_what_was_chosen_for_a_check_stands_in_the_form_after_it(
    visit: Visit, worker: ImportDesk
) -> None:
    ines = visit("ines")
    url = uploaded(ines, a_log(f"1;{LATELY} 09:30;柜台排队。;甲"))
    page = checked(ines, url, worker, source="kept", name="", date_order="day", is_confirmed="yes")
    assert 'value="kept"' in page
    assert '<option value="letter" selected>' in page
    assert '<option value="day" selected>' in page
    assert '<option value="姓名" selected>' not in page
    assert 'value="yes" checked' in page
    page = checked(ines, url, worker, mapping="cfpb")
    assert '<option value="cfpb" selected>' in page


def test_the_preview_says_what_a_case_would_say(visit: Visit, worker: ImportDesk) -> None:
    ines = visit("ines")
    url = uploaded(ines, a_log(f"1;{LATELY} 09:30;柜台排队。;甲"))
    page = checked(ines, url, worker)
    preview = page[page.index('id="preview"') :]
    assert f">{LATELY} 09:30<" in preview
    assert ">Letter<" in preview


def test_the_page_of_an_import_at_work_asks_again_by_itself(
    visit: Visit, worker: ImportDesk
) -> None:
    ines = visit("ines")
    url = uploaded(ines, a_log(f"1;{LATELY} 09:30;柜台排队。;甲"))
    assert "Refresh" not in ines.get(url).headers
    ines.send(f"{url}/check", **MATCHED, source="refreshing")
    assert ines.get(url).headers["Refresh"] == "3"
    assert worker.work()
    assert "Refresh" not in ines.get(url).headers


def test_what_was_found_wrongly_is_chosen_and_the_headings_are_read_anew(
    visit: Visit, worker: ImportDesk
) -> None:
    ines = visit("ines")
    text = f"編號;受理時間;投訴內容;姓名\n1;{LATELY} 09:30;櫃檯排隊;甲\n"
    url = uploaded(ines, text.encode("big5hkscs"))
    assert "As found: GB 18030" in Page(ines.get(url)).words
    again = ines.send(f"{url}/check", **MATCHED, source="big5", encoding="big5hkscs")
    assert again.status_code == 422
    asked = Page(again).form("Check the file")
    assert asked.field("Encoding of the text").value == "Big5"
    assert "受理時間" in asked.field("Received at (Beijing time)").choices
    columns = {"received_at": "受理時間", "number": "編號", "narrative": "投訴內容", "name": ""}
    page = checked(ines, url, worker, **columns, encoding="big5hkscs", separator="semicolon")
    assert "1 rows would be received" in page
    assert "櫃檯排隊" in page


def test_of_a_workbook_the_sheet_is_chosen_and_of_times_the_zone(
    visit: Visit, worker: ImportDesk, sessions: Sessions
) -> None:
    ines = visit("ines")
    heading, row = ["编号", "受理时间", "投诉内容"], ["7", f"{LATELY} 09:30", "第二张表"]
    url = uploaded(ines, workbook([["说明"]], [heading, row]), "登记簿.xlsx")
    asked = Page(ines.get(url)).form("Check the file")
    assert asked.field("Sheet of the workbook").choices == ["Sheet1", "Sheet2"]
    typed = {**MATCHED, "name": "", "sheet": "Sheet2", "time_zone": "America/New_York"}
    page = checked(ines, url, worker, **typed, source="zone")
    assert "1 rows would be received" in page
    assert Page(ines.get(url)).form("Check the file").field("Time zone").value == "America/New_York"
    ines.send(f"{url}/start")
    assert worker.work()
    with sessions() as session:
        wanted = select(ComplaintRow).where(ComplaintRow.intake_key == "zone/7")
        assert session.scalars(wanted).one().received_at == datetime.fromisoformat(
            f"{LATELY}T09:30"
        ).replace(tzinfo=ZoneInfo("America/New_York"))


def test_an_import_is_stopped_and_gone_on_with_and_nothing_comes_in_twice(
    visit: Visit, worker: ImportDesk, sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "ROWS_AT_ONCE", 2)
    ines, before = visit("ines"), cases(sessions)
    rows = [f"{number};{LATELY} 09:30;柜台排队。;甲" for number in range(1, 6)]
    url = uploaded(ines, a_log(*rows))
    checked(ines, url, worker, source="stopped")
    ines.send(f"{url}/start")
    assert Page(ines.get(url)).offers("Stop")
    ines.send(f"{url}/stop")
    assert "What came in stays" in Page(ines.get(url)).words
    assert worker.work()
    page = Page(ines.get(url))
    assert page.fact("Status") == "Stopped"
    assert "Stopped after line 3" in page.words
    assert cases(sessions) == before + 2
    ines.send(f"{url}/start")
    assert worker.work()
    said = Page(ines.get(url)).words
    assert "3 rows received" in said
    assert "2 were known already" in said
    assert cases(sessions) == before + 5


def test_a_check_that_is_stopped_leaves_the_file_as_it_was_uploaded(
    visit: Visit, worker: ImportDesk
) -> None:
    ines = visit("ines")
    url = uploaded(ines, a_log(f"1;{LATELY} 09:30;柜台排队。;甲"))
    ines.send(f"{url}/check", **MATCHED, source="unchecked")
    ines.send(f"{url}/stop")
    assert worker.work()
    page = Page(ines.get(url))
    assert page.fact("Status") == "Uploaded"
    assert page.form("Check the file").field("Name of this kind of file").value == "unchecked"
    ines.send(f"{url}/stop")
    assert Page(ines.get(url)).fact("Status") == "Uploaded"
    assert "1 rows would be received" in checked(ines, url, worker)


def workbook(*sheets: list[list[str]]) -> bytes:
    written = BytesIO()
    with Workbook(written) as book:
        for rows in sheets:
            sheet = book.add_worksheet()
            for line, row in enumerate(rows):
                sheet.write_row(line, 0, row)
    return written.getvalue()


def test_a_second_click_imports_nothing_twice(
    visit: Visit, worker: ImportDesk, sessions: Sessions
) -> None:
    ines = visit("ines")
    url = uploaded(ines, a_log(f"1;{LATELY} 09:30;柜台排队。;甲"))
    checked(ines, url, worker)
    before = cases(sessions)
    for _ in range(2):
        ines.send(f"{url}/start")
    assert worker.work()
    assert not worker.work()
    ines.send(f"{url}/start")
    assert not worker.work()
    assert cases(sessions) == before + 1


def test_whoever_imported_follows_the_case_and_the_unit_is_the_one_that_was_chosen(
    visit: Visit, worker: ImportDesk, sessions: Sessions
) -> None:
    ines = visit("ines")
    url = uploaded(ines, a_log(f"77;{LATELY} 09:30;柜台排队。;甲"))
    checked(ines, url, worker, source="followed")
    ines.send(f"{url}/start")
    assert worker.work()
    with sessions() as session:
        wanted = select(CaseRow).join(ComplaintRow, ComplaintRow.reference == CaseRow.reference)
        case = session.scalars(wanted.where(ComplaintRow.intake_key == "followed/77")).one()
        assert (case.unit, case.first_owner) == ("harbour-outlet", "ines")


def test_a_unit_that_was_closed_down_is_neither_offered_nor_taken(
    visit: Visit, sessions: Sessions
) -> None:
    ines = visit("ines")
    assert 'value="harbour-outlet"' in ines.get("/imports").text
    with closed_down(sessions, "harbour-outlet"):
        assert 'value="harbour-outlet"' not in ines.get("/imports").text
        file = BytesIO(a_log(f"1;{LATELY} 09:30;柜台排队。;甲").encode()), "log.csv"
        answer = ines.send("/imports", file=file, unit="harbour-outlet")
        assert answer.status_code == 422
        assert 'id="unit-error"' in answer.text


def test_a_file_under_a_mapping_of_ours_that_lacks_its_columns_says_which_headings_it_has(
    visit: Visit, worker: ImportDesk
) -> None:
    ines = visit("ines")
    url = uploaded(ines, a_log(f"1;{LATELY} 09:30;柜台排队。;甲"))
    page = checked(ines, url, worker, mapping="cfpb")
    assert "Complaint ID" in page
    assert "The file has no such column." in page
    assert "The headings found are" in page
    assert "1 rows would be received" in checked(ines, url, worker)


def test_what_was_not_matched_is_asked_for_and_what_was_chosen_is_kept(visit: Visit) -> None:
    ines = visit("ines")
    url = uploaded(ines, a_log(f"1;{LATELY} 09:30;柜台排队。;甲"))
    answer = ines.send(f"{url}/check", received_at="", narrative="投诉内容", source="x" * 60)
    assert answer.status_code == 422
    assert 'class="error-summary"' in answer.text
    assert '<option value="投诉内容" selected>' in answer.text


@pytest.mark.parametrize(
    ("content", "name", "unit"),
    [
        (b"", "a.csv", "harbour-outlet"),
        (b"x", "", "harbour-outlet"),
        (b"x", "a.csv", "nowhere"),
        (b"x", "王五 6222021234567890128.csv", "harbour-outlet"),
    ],
)
def test_what_may_not_be_taken_is_said_and_nothing_is_kept(
    visit: Visit, folder: Path, content: bytes, name: str, unit: str
) -> None:
    answer = visit("ines").send("/imports", file=(BytesIO(content), name), unit=unit)
    assert answer.status_code == 422
    assert 'class="error-summary"' in answer.text
    assert not folder.exists() or not any(
        each.stat().st_size == len(content) for each in folder.iterdir()
    )


def test_a_file_that_is_too_large_is_refused_and_not_kept(
    visit: Visit, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(handed_in, "LARGEST_FILE", 10)
    answer = visit("ines").send(
        "/imports", file=(BytesIO(b"x" * 11), "a.csv"), unit="harbour-outlet"
    )
    assert answer.status_code == 422
    assert not any(each.stat().st_size == 11 for each in folder.iterdir())


def test_an_import_is_its_owners_alone(visit: Visit) -> None:
    url = uploaded(visit("ines"), a_log(f"1;{LATELY} 09:30;柜台排队。;甲"))
    for other in ("han", "sun"):
        assert visit(other).get(url).status_code == 404
        assert visit(other).get(f"{url}/report").status_code == 404
        assert visit(other).send(f"{url}/remove").status_code == 404
    for outsider in ("hong", "lin", "ada"):
        assert visit(outsider).get(url).status_code == 403
        assert visit(outsider).get("/imports").status_code == 403


def test_a_file_is_removed_when_its_owner_says_so_but_not_under_the_workers_hands(
    visit: Visit, worker: ImportDesk, folder: Path
) -> None:
    ines = visit("ines")
    url = uploaded(ines, a_log(f"1;{LATELY} 09:30;柜台排队。;甲"))
    file = folder / url.rpartition("/")[2]
    ines.send(f"{url}/check", **MATCHED, source="removed")
    ines.send(f"{url}/remove")
    assert file.exists()
    assert worker.work()
    ines.send(f"{url}/remove")
    assert not file.exists()
    assert ines.get(url).status_code == 404


async def test_a_file_nobody_goes_on_with_is_gone_after_a_day(
    visit: Visit, worker: ImportDesk, sessions: Sessions, folder: Path
) -> None:
    ines = visit("ines")
    url = uploaded(ines, a_log(f"1;{LATELY} 09:30;柜台排队。;甲"))
    checked(ines, url, worker)
    forgotten = url.rpartition("/")[2]
    with sessions.begin() as session:
        long_ago = func.now() - timedelta(days=2)
        session.execute(
            update(UploadRow).where(UploadRow.id == forgotten).values(uploaded_at=long_ago)
        )
    assert ines.get(url).status_code == 404
    assert ines.send(f"{url}/start").status_code == 404
    assert url not in ines.get("/imports").text
    left_behind = folder / uuid4().hex  # by a program that was killed before it wrote the row
    left_behind.write_text("told by customers")
    os.utime(left_behind, times=(0, 0))
    fresh = folder / uuid4().hex
    fresh.write_text("its row is about to be written")
    beside = asyncio.create_task(ImportDesk(sessions, folder).run())

    async def is_gone() -> bool:
        left = await asyncio.to_thread(lambda: set(folder.iterdir()))
        return left.isdisjoint({left_behind, folder / forgotten})

    await eventually("the files are gone", is_gone)
    beside.cancel()
    assert fresh.exists()


def test_an_import_whose_worker_died_is_gone_on_with_by_the_next_one(
    visit: Visit, worker: ImportDesk, sessions: Sessions, folder: Path
) -> None:
    ines = visit("ines")
    url = uploaded(ines, a_log(f"1;{LATELY} 09:30;柜台排队。;甲"))
    checked(ines, url, worker)
    ines.send(f"{url}/start")
    wanted = UploadRow.id == url.rpartition("/")[2]
    with sessions.begin() as session:  # some worker has it in hand, and dies
        session.execute(
            update(UploadRow).where(wanted).values(held_until=func.now() + timedelta(minutes=1))
        )
    assert not worker.work()
    with sessions.begin() as session:
        session.execute(update(UploadRow).where(wanted).values(held_until=func.now()))
    assert ImportDesk(sessions, folder).work()
    assert "1 rows received" in ines.get(url).text


async def test_beside_the_worker_files_are_worked_on_as_they_come(
    visit: Visit, sessions: Sessions, folder: Path
) -> None:
    ines = visit("ines")
    url = uploaded(ines, a_log(f"1;{LATELY} 09:30;柜台排队。;甲"))
    ines.send(f"{url}/check", **MATCHED, source="beside")
    beside = asyncio.create_task(ImportDesk(sessions, folder).run())

    async def is_checked() -> bool:
        return "1 rows would be received" in (await asyncio.to_thread(ines.get, url)).text

    await eventually("the file has been checked", is_checked)
    beside.cancel()


def test_what_many_rows_have_wrong_is_told_once_with_its_lines(
    visit: Visit, worker: ImportDesk
) -> None:
    """It was told row by row, the same sentence over and over."""
    fine = f"1;{LATELY} 09:30;排队。;甲"
    yesterday, *others = [f"{number};昨天;排队。;乙" for number in range(2, 8)]
    ines = visit("ines")
    url = uploaded(ines, a_log(yesterday, fine, *others[:3], "9;;排队。;丙", fine, others[3]))
    checked(ines, url, worker)
    page = refused_in(ines, url)
    (told,) = [row for row in page if "昨天" in row[0]]
    assert told[1:] == ["5", "2, 4–6, 9"]
    assert len(page) == 2, "each thing that is wrong once"
    assert any("Please fill this in." in each[0] for each in page), "an empty cell is no word"
    saved = ines.get(f"{url}/report").text
    assert saved.count("昨天") == 5, "each row by itself"


def test_what_is_wrong_with_a_file_is_told_in_chinese(visit: Visit, worker: ImportDesk) -> None:
    with in_chinese(visit("ines")) as ines:
        url = uploaded(ines, a_log("2;昨天;排队。;乙", "3;前天;排队。;乙"))
        checked(ines, url, worker)
        page = ines.get(url)
        assert english_in(page) == []
        assert "行号" in Page(page).words
        other = uploaded(ines, "甲,乙\n1,2\n".encode(), "其他.csv")
        ines.send(f"{other}/check", mapping="cfpb")
        while worker.work():
            pass
        page = ines.get(other)
        told = [row[0] for row in refused_in(ines, other)]
    columns = sorted(read_mapping("cfpb").columns())
    assert told == [
        f"{'、'.join(columns)}：文件没有这一列。",
        "找到的表头为 '甲'、'乙'。",
    ]
    assert [each for each in english_in(page) if each not in " ".join(columns)] == []


def test_a_report_from_before_is_shown_as_it_was_kept(
    visit: Visit, worker: ImportDesk, sessions: Sessions
) -> None:
    ines = visit("ines")
    url = uploaded(ines, a_log(f"1;{LATELY} 09:30;排队。;甲"))
    checked(ines, url, worker)
    kept = {
        "where": "channel",
        "says": "'fax' is a word that the mapping does not know: write one of letter, phone",
        "code": "unknown_word",
        "facts": {"word": "'fax'", "known": "letter, phone"},
    }
    ours = {"where": "log", "says": "there is no such mapping; there are: 100%"}
    rows = [{"line": 2, "faults": [kept]}, {"line": 0, "faults": [ours]}]
    with sessions.begin() as session:
        row = session.get_one(UploadRow, url.rpartition("/")[2])
        row.report = {**(row.report or {}), "rows": rows, "refused": 2}
    told = [row[0] for row in refused_in(ines, url)]
    assert any("'fax' is a word that means none of ours" in each for each in told)
    assert "log: there is no such mapping; there are: 100%" in told


def refused_in(browser: Browser, url: str) -> list[list[str]]:
    """The rows of the table that says what stands against a file."""
    tree = tree_of(browser.get(url))
    (section,) = [each for each in tree.iter("section") if each.get("aria-labelledby") == "refused"]
    rows = list(section.iter("tr"))[1:]
    return [[words_of(cell) for cell in row] for row in rows]
