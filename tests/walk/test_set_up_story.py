"""From an empty production database to a bank of 200 units and 1,000 people, in a real browser.

The console lets the first administrator in and loads two files; from then on an administrator
hires, moves and lets go of a person in the pages, in English and in Chinese, without SQL. On the
way each page is held to WCAG by axe-core, and the browser may ask no other host for a thing.
"""

import re
import threading
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pyotp
import pytest
from click.testing import CliRunner
from playwright.sync_api import Browser, Page, expect, sync_playwright
from werkzeug.serving import make_server

from cli.invite import invite
from cli.people import people
from cli.up.first_secrets import ensure_secrets
from cli.up.prepare import migrate_command
from config import Settings
from embedded.ports import free_ports
from tests.big_bank import people_file, units_file
from tests.walk.accessible import require_accessible
from web import create_app

PATIENCE_MS = 20_000
BEIJING = ZoneInfo("Asia/Shanghai")
PASSWORD = "four plain words here"


@pytest.fixture(scope="module")
def console(new_database: Callable[[], str], tmp_path_factory: pytest.TempPathFactory) -> CliRunner:
    """A terminal at a production installation: its settings, and an empty database."""
    folder = tmp_path_factory.mktemp("var")
    variables = {
        **ensure_secrets(folder),
        "DATABASE_URL": new_database(),
        "TEMPORAL_ADDRESS": "127.0.0.1:1",
        "REDRESS_VAR_DIR": str(folder),
        "REDRESS_LANGUAGE": "en",
    }
    return CliRunner(env=variables)


@pytest.fixture(scope="module")
def address(console: CliRunner) -> Iterator[str]:
    """Where the pages are served, which the links of invitations begin with."""
    port = next(free_ports())
    address = f"http://127.0.0.1:{port}"
    variables = {name: value for name, value in console.env.items() if value is not None}
    app = create_app(Settings.from_env({**variables, "REDRESS_BASE_URL": address}))
    server = make_server("127.0.0.1", port, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield address
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def browser(chromium: Path) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def open_page(browser: Browser, address: str) -> Iterator[Callable[[str], Page]]:
    """A browser of somebody's own; what it asks of others is held against it at the end."""
    contexts, elsewhere = [], list[str]()

    def opened(language: str) -> Page:
        context = browser.new_context(base_url=address, locale=language)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.on(
            "request",
            lambda asked: (
                None if asked.url.startswith((address, "data:")) else elsewhere.append(asked.url)
            ),
        )
        return page

    yield opened
    for context in contexts:
        context.close()
    assert elsewhere == []


def said(console: CliRunner, address: str, command: object, *words: str) -> str:
    answer = console.invoke(command, list(words), env={"REDRESS_BASE_URL": address})  # type: ignore[arg-type]
    assert answer.exit_code == 0, answer.output
    return answer.stdout


def set_password(page: Page, link: str) -> None:
    page.goto(link)
    require_accessible(page)
    page.fill("#password", PASSWORD)
    page.fill("#again", PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator("#login")).to_be_visible()


RECOVERY_CODES: dict[str, list[str]] = {}
"""What each of those who have set up a second factor has written down."""


def log_in(page: Page, login: str) -> None:
    page.goto("/login")
    page.fill("#login", login)
    page.fill("#password", PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator("#code, .me").first).to_be_visible()
    if page.url.partition("?")[0].endswith("/login/second-factor"):
        RECOVERY_CODES[login] = set_up_second_factor(page)
    elif page.url.partition("?")[0].endswith("/login/code"):
        require_accessible(page)
        page.fill("#code", RECOVERY_CODES[login].pop())
        page.keyboard.press("Enter")
    expect(page.locator(".me")).to_be_visible()


def set_up_second_factor(page: Page) -> list[str]:
    """As an administrator must: type what the authenticator shows, and keep the recovery codes."""
    require_accessible(page)
    picture = page.locator("img.to-scan")
    assert picture.evaluate("each => each.complete && each.naturalWidth > 0")
    shared = page.locator(".secret").inner_text().replace(" ", "")
    page.fill("#code", pyotp.TOTP(shared).now())
    page.keyboard.press("Enter")
    codes = page.locator(".recovery-codes code")
    expect(codes).to_have_count(10)
    require_accessible(page)
    told = codes.all_inner_texts()
    page.locator("main a.btn").click()
    return told


def speak(page: Page, language: str) -> None:
    other = page.locator(f'.languages button[value="{language}"]')
    if other.count():
        other.click()
    expect(page.locator("html")).to_have_attribute("lang", re.compile(f"^{language}"))


def press(page: Page, words: str) -> None:
    page.locator("main").get_by_role("button", name=words, exact=True).click()


STORIES = {
    "en": {
        "people": "People", "take on": "Add a person", "take": "Take on", "look": "Look for",
        "save": "Save", "saved": "Saved.", "let go": "Deactivate", "link": "Link",
        "audit": "What was changed, and by whom", "changed": "Unit: 营业网点11 → is now 营业网点12",
        "gone": "comes in no more", "login": "nora", "name": "Nora Newly",
    },
    "zh": {
        "people": "人员", "take on": "录入人员", "take": "录入", "look": "查找",
        "save": "保存", "saved": "已保存。", "let go": "停用", "link": "链接",
        "audit": "变更记录", "changed": "单位：营业网点11 → 变更后为 营业网点12",
        "gone": "已停用", "login": "xin", "name": "辛新",
    },
}  # fmt: skip
"""What the pages say in each language, and whom the story is about."""


@pytest.fixture(scope="module")
def a_bank_from_two_files(
    console: CliRunner, address: str, tmp_path_factory: pytest.TempPathFactory
) -> str:
    """Everything that is done at the console; gives the first administrator's link."""
    folder = tmp_path_factory.mktemp("files")
    (folder / "units.csv").write_bytes(units_file())
    (folder / "people.csv").write_bytes(people_file())
    said(console, address, migrate_command)
    link = said(console, address, invite, "ada", "--role", "administrator").splitlines()[0]
    files = [str(folder / "units.csv"), str(folder / "people.csv")]
    rehearsed = said(console, address, people, "load", *files, "--dry-run")
    assert "people: 1000 would be new" in rehearsed
    assert "people: 1000 new" in said(console, address, people, "load", *files)
    return link


@pytest.mark.parametrize("language", ["en", "zh"])
def test_an_administrator_hires_moves_and_lets_go_of_a_person_in_a_bank_from_two_files(
    language: str,
    console: CliRunner,
    address: str,
    a_bank_from_two_files: str,
    open_page: Callable[[str], Page],
) -> None:
    words = STORIES[language]
    ada = open_page("en")
    again = said(console, address, invite, "ada").splitlines()[0]
    set_password(ada, again)
    log_in(ada, "ada")
    speak(ada, language)

    ada.get_by_role("link", name=words["people"], exact=True).first.click()
    require_accessible(ada)
    ada.get_by_role("link", name=words["take on"], exact=True).click()
    press(ada, words["take"])
    expect(ada.locator(".error-summary")).to_be_visible()
    require_accessible(ada)
    ada.fill("#login", words["login"])
    ada.fill("#name", words["name"])
    ada.select_option("#unit", "outlet-011")
    ada.check("#roles-handler")
    ada.select_option("#language", language)
    press(ada, words["take"])
    link = ada.locator("#link").input_value()
    assert link.startswith(address)
    require_accessible(ada)

    newcomer = open_page(language)
    set_password(newcomer, link)
    log_in(newcomer, words["login"])
    expect(newcomer.locator(".me")).to_contain_text("营业网点11")

    ada.goto("/admin/people")
    ada.fill("#text", words["name"])
    press(ada, words["look"])
    ada.get_by_role("link", name=words["name"], exact=True).click()
    require_accessible(ada)
    ada.select_option("#unit", "outlet-012")
    ada.select_option("#deputy", "p0011")
    today = datetime.now(BEIJING).date()
    ada.fill("#absent_from", str(today + timedelta(days=3)))
    ada.fill("#absent_until", str(today + timedelta(days=7)))
    press(ada, words["save"])
    expect(ada.locator(".told-success")).to_have_text(words["saved"])
    expect(ada.locator("#unit")).to_have_value("outlet-012")

    newcomer.goto("/")
    expect(newcomer.locator("#login")).to_be_visible()
    log_in(newcomer, words["login"])
    expect(newcomer.locator(".me")).to_contain_text("营业网点12")

    ada.locator("details.rare summary").last.click()
    ada.locator("details.rare button").last.click()
    expect(ada.locator("main")).to_contain_text(words["gone"])
    require_accessible(ada)
    ada.get_by_role("link", name=words["audit"], exact=True).click()
    expect(ada.locator("table")).to_contain_text(words["changed"])
    require_accessible(ada)

    newcomer.goto("/")
    expect(newcomer.locator("#login")).to_be_visible()


def test_the_pages_of_units_and_people_are_accessible_in_a_bank_of_that_size(
    console: CliRunner, address: str, a_bank_from_two_files: str, open_page: Callable[[str], Page]
) -> None:
    ada = open_page("en")
    set_password(ada, said(console, address, invite, "ada").splitlines()[0])
    log_in(ada, "ada")
    for url in (
        "/admin/people",
        "/admin/units",
        "/admin/units/branch-01",
        "/admin/new-unit",
        "/admin/files",
        "/approvals",
        "/password",
    ):
        ada.goto(url)
        require_accessible(ada)
