"""Pictures of the reports of the generated year, as those who answer for them save and see them."""

import re
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path

from flask import Flask
from playwright.sync_api import sync_playwright
from sqlalchemy import text, update
from werkzeug.serving import make_server

from bench.pages import desk_of_no_engine
from bench.year.writing import write_year
from embedded.browser import chromium
from embedded.postgres import EmbeddedPostgres
from store.database import Sessions, close_database, migrate_as_owner, open_database
from store.tables import NoticeRow
from tests.settings import PERSONAL_KEYS, some_settings
from tests.stays import a_stay
from tests.web.browser import Browser
from tools.case_report_in_pictures import LIAISON, write_case_report
from web import create_app
from web.analysis import board
from web.kit import checks
from web.reports import periodic, returns

CASES = 1_500
"""Complaints of the year in the pictures (default): what a small bank has."""

AFTER = datetime(2027, 1, 8, 2, tzinfo=UTC)
"""From when the year is looked back at."""

DOTS_PER_INCH = 80

NAMES = """
    update units set
        name_en = case when parent is null then 'Head office'
            when level = 'tier_2' then 'City branch'
            when id like 'branch%' then 'Branch ' || right(id, 2)::int + 1
            else 'Outlet ' || right(id, 3)::int + 1 end,
        name_zh = case when parent is null then '总行'
            when level = 'tier_2' then '市分行'
            when id like 'branch%' then '第' || right(id, 2)::int + 1 || '分行'
            else '第' || right(id, 3)::int + 1 || '支行' end
"""

PROBLEMS = {
    "zh": "午间窗口开放不足，等候时间长；部分投诉未在时限内答复。",
    "en": "Too few windows are open at noon; some replies came after their time.",
}
PROPOSALS = {
    "zh": "十一时至十四时增开窗口；答复前两日提醒主办人。",
    "en": "Open more windows from eleven to two; remind handlers two days before a reply is due.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A report, who has it before them, and in which language."""

    name: str
    who: str
    url: str
    language: str = "zh"
    is_page: bool = False
    """Whether it is seen on a page; else it is printed."""
    written: dict[str, dict[str, str]] = field(default_factory=dict)
    """What is written in it before, by language; it is submitted with that."""
    height: int = 900
    """Of what is seen of a page, in dots."""


ANALYSED = {"problems": PROBLEMS, "proposals": PROPOSALS}
OWED = "/reports-owed"
PICTURES = (
    Picture(
        name="report-to-leaders",
        who="head-supervisor",
        url=f"{OWED}/head-office/report-to-leaders/2026-06-16",
    ),
    Picture(
        name="register",
        who="supervisor-0",
        url=f"{OWED}/branch-00/register-key-branches/2026-06-16",
    ),
    Picture(
        name="statistics",
        who="supervisor-3",
        url=f"{OWED}/branch-03/statistics/2026-05-01",
        language="en",
    ),
    Picture(
        name="analysis",
        who="supervisor-4",
        url=f"{OWED}/branch-04/analysis/2026-07-01",
        written=ANALYSED,
    ),
    Picture(
        name="analysis-when-needed",
        who="supervisor-4",
        url=f"{OWED}/branch-04/analysis-when-needed/2026-03-05?ends=2026-04-20",
        language="en",
        written=ANALYSED,
    ),
    Picture(
        name="situation",
        who="head-supervisor",
        url=f"{OWED}/head-office/situation/2026-07-01",
        written=ANALYSED,
    ),
    Picture(
        name="circular",
        who="head-supervisor",
        url=f"{OWED}/head-office/circular/2026-10-01",
        written={"findings": PROBLEMS, "demands": PROPOSALS},
    ),
    Picture(
        name="circular-received",
        who="supervisor-2",
        url="/reports-received/head-office/circular/2026-10-01",
        is_page=True,
    ),
    Picture(
        name="quarterly-analysis",
        who="head-supervisor",
        url=f"{OWED}/head-office/quarterly-analysis/2026-10-01",
        written=ANALYSED,
    ),
    Picture(
        name="sub-branch-statistics",
        who="supervisor-7",
        url=f"{OWED}/outlet-017/statistics/2026-06-01",
        language="en",
    ),
    Picture(
        name="daily-report",
        who="supervisor-6",
        url=f"{OWED}/branch-06/daily-report/2026-11-04",
    ),
    Picture(
        name="daily-report-brought-together",
        who="supervisor-6",
        url=f"{OWED}/outlet-006/daily-report-brought-together/2026-11-04",
    ),
    Picture(
        name="assessment-items",
        who="supervisor-8",
        url=f"{OWED}/branch-08/assessment/2026-03-01",
        language="en",
    ),
    Picture(
        name="quarterly-return",
        who="head-regulator_liaison",
        url="/returns/cn-quarterly/2026-07-01?known=2026-12-31&against=2026-09-30",
        is_page=True,
    ),
    Picture(
        name="reports-to-read",
        who="head-leader",
        url="/reports-received",
        language="en",
        is_page=True,
        height=270,
    ),
)

BOARD_PACK = Picture(
    name="board-pack", who="head-hr", url="/analysis/board-packs?from=2026-01&to=2026-12"
)
CASE_REPORT = Picture(name="case-report", who=LIAISON, url="/reports")
"""Each is made first; what is printed is found after that."""


def take_pictures(folder: Path) -> None:
    """Write a year and put a picture of each report into the folder."""
    periodic.now = returns.now = checks.now = lambda: AFTER
    vars(board)["today_in_the_bank"] = lambda: date(AFTER.year, AFTER.month, AFTER.day)
    with _year() as sessions, tempfile.TemporaryDirectory() as scratch:
        app = create_app(some_settings(), sessions=sessions, desk=desk_of_no_engine(sessions))
        for picture in PICTURES:
            if picture.url.startswith(OWED):
                _submit(_browser(app, sessions, picture), picture)
        with sessions.begin() as session:
            session.execute(update(NoticeRow).values(written_at=AFTER))
        for picture in PICTURES:
            if not picture.is_page:
                path, _, asked = picture.url.partition("?")
                browser = _browser(app, sessions, picture)
                _print(browser, picture.name, f"{path}.pdf?{asked}", Path(scratch), folder)
        browser = _browser(app, sessions, BOARD_PACK)
        _print(browser, BOARD_PACK.name, _made_pack(browser), Path(scratch), folder)
        browser = _browser(app, sessions, CASE_REPORT)
        written = write_case_report(sessions, AFTER)
        _print(browser, CASE_REPORT.name, written, Path(scratch), folder)
        with _served(app) as address:
            _photograph(app, sessions, address, folder)


@contextmanager
def _year() -> Iterator[Sessions]:
    with tempfile.TemporaryDirectory(prefix="redress-pictures-") as folder:
        Path(folder).chmod(0o755)
        with EmbeddedPostgres(Path(folder) / "postgres") as server:
            migrate_as_owner(server.owner_url, server.url, personal_keys=PERSONAL_KEYS)
            opened = partial(open_database, journal_key=b"k" * 32, personal_keys=PERSONAL_KEYS)
            owner = opened(server.owner_url)
            write_year(owner, CASES)
            with owner.begin() as session:
                session.execute(text(NAMES))
            close_database(owner)
            sessions = opened(server.url)
            yield sessions
            close_database(sessions)


def _browser(app: Flask, sessions: Sessions, picture: Picture) -> Browser:
    """That of whoever has the report before them, in the language of the picture."""
    client = app.test_client()
    with sessions.begin() as records:
        key = a_stay(records, picture.who)
    with client.session_transaction() as session:
        session["key"] = key
    browser = Browser(client)
    browser.get("/inbox")
    browser.send("/language", language=picture.language)
    return browser


def _submit(browser: Browser, picture: Picture) -> None:
    words = {part: said[picture.language] for part, said in picture.written.items()}
    answer = browser.send(picture.url, **words)
    assert answer.status_code == 302, (picture.name, answer.status_code)


def _made_pack(browser: Browser) -> str:
    """A pack for the board is made and filed; where its file is saved."""
    answer = browser.send(BOARD_PACK.url)
    assert answer.status_code == 302, answer.status_code
    filed = re.search(r'href="(/analysis/board-packs/\d+\.pdf)"', browser.get(answer.location).text)
    assert filed is not None
    return filed[1]


def _print(browser: Browser, name: str, address: str, scratch: Path, folder: Path) -> None:
    """The first sheet of the file that is saved."""
    answer = browser.get(address)
    assert answer.status_code == 200, (name, answer.location)
    file = scratch / f"{name}.pdf"
    file.write_bytes(answer.data)
    target = str(folder / name)
    command = ["pdftoppm", "-png", "-singlefile", "-r", str(DOTS_PER_INCH), str(file), target]
    subprocess.run(command, check=True, capture_output=True, timeout=120)


@contextmanager
def _served(app: Flask) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, app, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()


def _photograph(app: Flask, sessions: Sessions, address: str, folder: Path) -> None:
    """The pages, as a browser has them."""
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        for picture in (each for each in PICTURES if each.is_page):
            client = app.test_client()
            browser = _browser(app, sessions, picture)
            browser.copy(client)
            cookie = client.get_cookie("redress")
            assert cookie is not None
            context = launched.new_context(viewport={"width": 1000, "height": picture.height})
            context.add_cookies([{"name": "redress", "value": cookie.value, "url": address}])
            page = context.new_page()
            page.goto(f"{address}{picture.url}")
            page.screenshot(path=folder / f"{picture.name}.png")
            context.close()
        launched.close()
