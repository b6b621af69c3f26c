"""Joiners, movers and leavers in the pages of the administrators."""

import re
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from html import unescape
from io import BytesIO

import pytest
from flask import Flask
from sqlalchemy import delete, update
from werkzeug.test import TestResponse

from desk.people import AT_THE_CONSOLE, PeopleDesk, Wish
from domain.classification import Level, Role
from domain.complaint import Language
from domain.staffing import BankRecords, PersonRecord, UnitRecord
from embedded.processes import wait_until
from rulebook.staffing import read_staffing
from store.database import Sessions, close_database, open_database
from store.tables import ApprovalRow, InvitationRow, KnownBrowserRow, PersonRow, StayRow, UnitRow
from tests.big_bank import lines, people_file, table, units_file
from tests.settings import PERSONAL_KEYS, some_settings
from tests.waiting import PATIENCE, somebody_waits
from tests.web.browser import PASSWORD, QUICK_HASHER, Browser, hidden
from tests.web.seen import Page
from web import create_app
from web.wording import words

CARD = "6222 0212 3456 7890 128"
MASKED = "6222 02** **** ***0 128"

ADMIN = (Role.ADMINISTRATOR,)


def somebody(login: str, *roles: Role, unit: str = "east", **over: object) -> PersonRecord:
    values = {"name": login.title(), "language": Language.EN, **over}
    return PersonRecord(login=login, unit=unit, roles=roles, **values)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def database(database_with_packs: Callable[[], str]) -> Iterator[Sessions]:
    """Right after `redress migrate`: policies, and nobody yet."""
    sessions = open_database(
        database_with_packs(), journal_key=b"k" * 32, personal_keys=PERSONAL_KEYS
    )
    yield sessions
    close_database(sessions)


UNITS = (
    UnitRecord(
        id="top", name_en="Top", name_zh="总行", level=Level.HEAD_OFFICE, policy="head-office"
    ),
    UnitRecord(id="east", name_en="East", name_zh="东区", level=Level.TIER_1, parent="top"),
    UnitRecord(id="west", name_en="West", name_zh="西区", level=Level.TIER_1, parent="top"),
)

PEOPLE = (
    somebody("ada", *ADMIN, unit="top"),
    somebody("alma", *ADMIN, unit="top"),
    somebody("sun", Role.SUPERVISOR),
    somebody("han", Role.HANDLER),
    somebody("hugo", Role.HANDLER),
)

BAY = UnitRecord(id="bay", name_en="Bay", name_zh="Bay", level=Level.OUTLET, parent="east")

HASH = QUICK_HASHER.hash(PASSWORD)


@pytest.fixture
def sessions(database: Sessions) -> Sessions:
    """A bank of three units, two administrators, a supervisor and two handlers, each time anew."""
    with database.begin() as session:
        session.execute(update(PersonRow).values(deputy=None))
        session.execute(update(UnitRow).values(parent=None))
        for rows in (ApprovalRow, InvitationRow, KnownBrowserRow, StayRow, PersonRow, UnitRow):
            session.execute(delete(rows))
    PeopleDesk(database).change(lambda _: Wish(units=UNITS, people=PEOPLE), AT_THE_CONSOLE)
    with database.begin() as session:
        session.execute(update(PersonRow).values(password_hash=HASH))
    return database


@pytest.fixture(scope="module")
def app(database: Sessions, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    settings = some_settings(
        REDRESS_VAR_DIR=str(tmp_path_factory.mktemp("var")),
        REDRESS_BASE_URL="https://complaints.bank.example",
    )
    return create_app(settings, sessions=database)


@pytest.fixture
def browse(app: Flask, sessions: Sessions) -> Callable[[str], Browser]:
    """The browser of somebody who has typed login and password."""

    def log_in(login: str, password: str = PASSWORD) -> Browser:
        browser = Browser(app.test_client())
        let_in = browser.send("/login", login=login, password=password)
        assert let_in.status_code == 302, "the password does not fit"
        return browser

    return log_in


@pytest.fixture
def ada(browse: Callable[[str], Browser]) -> Browser:
    return browse("ada")


Browse = Callable[[str], Browser]


def page_of(ada: Browser, name: str) -> str:
    """The address of somebody's page, as the search finds it."""
    found = ada.send("/admin/people", text=name).text
    link = re.search(rf'href="(/admin/people/p-[0-9a-f]+)">{name}<', found)
    assert link is not None, f"{name} is not found"
    return link[1]


def typed(ada: Browser, url: str, **over: object) -> dict[str, object]:
    """The form of a page as it is filled, with something else typed in."""
    page = ada.get(url).text
    form: dict[str, object] = {"seen": hidden(page, "seen")}
    for name in ("name", "email", "absent_from", "absent_until", "name_en", "name_zh"):
        value = re.search(rf'id="{name}" name="{name}"[^>]* value="([^"]*)"', page)
        if value:
            form[name] = unescape(value[1])
    for name in ("unit", "language", "deputy", "level", "parent", "policy"):
        part = page.partition(f'<select class="form-select" id="{name}"')[2].partition("</select>")
        chosen = re.search(r'value="([^"]*)" selected', part[0])
        form[name] = chosen[1] if chosen else ""
    form["roles"] = re.findall(r'name="roles" value="([^"]*)" checked', page)
    return {**form, **over}


def changes_told(ada: Browser, url: str) -> str:
    """What the audit says of somebody's changes, without its markup."""
    page = ada.get("/admin/audit?subject=" + url.rsplit("/", 1)[1]).text
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", page))


def test_somebody_is_taken_on_and_comes_in_by_the_link_that_is_shown(
    ada: Browser, app: Flask, browse: Browse
) -> None:
    page = ada.send(
        "/admin/new-person",
        login="nadia", name="Nadia New", unit="west", roles=["handler"], language="en",
    ).text  # fmt: skip
    link = re.search(r'value="https://complaints\.bank\.example(/invitations/[^"]+)"', page)
    assert link is not None
    stranger = Browser(app.test_client())
    assert stranger.send(link[1], password=PASSWORD, again=PASSWORD).location == "/login"
    assert "Nadia New" in browse("nadia").get("/").text
    told = changes_told(ada, page_of(ada, "Nadia New"))
    assert "Took somebody on" in told
    assert "Roles: none → is now Handler" in told
    assert "Made somebody a link to set a password" in told


def test_a_button_pressed_twice_adds_one_and_answers_like_the_first(ada: Browser) -> None:
    nadia = {"login": "nadia", "name": "Nadia", "unit": "west", "roles": ["handler"]}
    bay = {"id": "bay-1", "name_zh": "港湾", "level": "outlet", "parent": "east"}
    for _ in range(2):
        shown = ada.send("/admin/new-person", language="en", **nadia)
        assert shown.status_code == 200
        assert "/invitations/" in shown.text
        assert ada.send("/admin/new-unit", **bay).location == "/admin/units/bay-1"
    taken = ada.send("/admin/new-person", language="en", **{**nadia, "name": "Another Nadia"})
    assert taken.status_code == 422
    assert ada.send("/admin/new-unit", **{**bay, "name_zh": "另一"}).status_code == 422


def test_whoever_is_to_be_an_administrator_is_added_once_and_asked_for_once(ada: Browser) -> None:
    nora = {"login": "nora", "name": "Nora", "unit": "west", "roles": ["handler", "administrator"]}
    for _ in range(2):
        shown = ada.send("/admin/new-person", language="en", reason="Ada retires.", **nora)
        assert "/invitations/" in shown.text
    assert len(set(re.findall(r"/approvals/a-[0-9a-f]+", ada.get("/approvals").text))) == 1


def test_what_was_typed_is_kept_and_each_flaw_stands_beside_its_field(ada: Browser) -> None:
    answer = ada.send(
        "/admin/new-person",
        login="han", name="", unit="nowhere", email="no address", language="en",
        absent_from="2026-11-09", absent_until="2026-11-02",
    )  # fmt: skip
    assert answer.status_code == 422
    assert 'value="han"' in answer.text
    assert 'value="no address"' in answer.text
    refused = re.findall(r'<p class="error" id="([a-z_]+)-error">', answer.text)
    assert refused == ["login"], "the login is taken: nothing else is asked of a known one"
    answer = ada.send(
        "/admin/new-person",
        login="new one", name="", unit="nowhere", email="no address", language="en",
        absent_from="2026-11-09", absent_until="2026-11-02",
    )  # fmt: skip
    refused = re.findall(r'<p class="error" id="([a-z_]+)-error">', answer.text)
    assert refused == ["login", "name", "email", "unit", "roles", "absent_until"]


def test_who_moves_is_logged_out_and_the_audit_has_both_units(ada: Browser, browse: Browse) -> None:
    han = browse("han")
    assert han.get("/").status_code == 200
    url = page_of(ada, "Han")
    assert ada.send(url, **typed(ada, url, unit="west")).status_code == 302
    assert han.get("/").location.startswith("/login")
    assert "Unit: East → is now West" in changes_told(ada, url)


def test_a_change_that_takes_nothing_away_logs_nobody_out(ada: Browser, browse: Browse) -> None:
    han = browse("han")
    url = page_of(ada, "Han")
    form = typed(ada, url, roles=["handler", "intake"], deputy="hugo", absent_from="2026-11-09")
    assert ada.send(url, **form).status_code == 302
    assert han.get("/").status_code == 200
    page = ada.get(url).text
    assert re.search(r'value="hugo" selected', page)
    assert 'value="2026-11-09"' in page
    assert "absent" in page


def test_saving_the_same_changes_nothing_and_is_in_no_audit(ada: Browser) -> None:
    url = page_of(ada, "Han")
    before = changes_told(ada, url)
    ada.send(url, **typed(ada, url))
    assert "Nothing was changed." in ada.get(url).text
    assert changes_told(ada, url).count("Changed what") == before.count("Changed what")


def test_who_saves_from_an_old_page_takes_nothing_back(ada: Browser, browse: Browse) -> None:
    url = page_of(ada, "Han")
    old = typed(ada, url, name="Han Old")
    alma = browse("alma")
    alma.send(url, **typed(alma, url, unit="west"))
    answer = ada.send(url, **old)
    assert answer.status_code == 422
    assert "Somebody else has changed this" in answer.text
    assert 'value="Han Old"' in answer.text
    assert "West" in ada.get(url).text


def test_who_is_let_go_comes_in_no_more_until_let_in_again(
    ada: Browser, browse: Browse, app: Flask
) -> None:
    han, url = browse("han"), page_of(ada, "Han")
    ada.send(f"{url}/leave")
    assert han.get("/").location.startswith("/login")
    refused = Browser(app.test_client()).send("/login", login="han", password=PASSWORD)
    assert refused.status_code == 422
    assert ">Han<" not in ada.get("/admin/people").text
    assert ">Han<" in ada.get("/admin/people?left=yes").text
    ada.send(f"{url}/return")
    assert browse("han").get("/").status_code == 200
    assert han.get("/").location.startswith("/login"), "the session of before stays ended"


@pytest.mark.parametrize("press", ["leave", "close"])
def test_letting_go_takes_nothing_back_that_somebody_else_changes_in_the_same_moment(
    ada: Browser, sessions: Sessions, press: str
) -> None:
    ada.send("/admin/new-unit", id="bay", name_en="Bay", level="outlet", parent="east")
    url = {"leave": page_of(ada, "Han"), "close": "/admin/units/bay"}[press]
    ada.get(url)
    moved = {
        "leave": Wish(people=[somebody("han", Role.HANDLER, unit="west")]),
        "close": Wish(units=[replace(BAY, parent="west")]),
    }[press]
    with ThreadPoolExecutor(1) as threads:

        def meanwhile(_: BankRecords) -> Wish:
            pressed.append(threads.submit(ada.send, f"{url}/{press}"))
            assert wait_until(lambda: somebody_waits(sessions), PATIENCE)
            return moved

        pressed: list[Future[TestResponse]] = []
        PeopleDesk(sessions).change(meanwhile, AT_THE_CONSOLE)
        assert pressed[0].result().status_code == 302
    told = changes_told(ada, url)
    assert "East → is now West" in told
    assert "West → is now East" not in told


def test_the_last_administrator_lets_nobody_take_that_away(ada: Browser) -> None:
    alma, own = page_of(ada, "Alma"), page_of(ada, "Ada")
    ada.send(f"{alma}/leave")
    assert "This is the last administrator" in ada.send(f"{own}/leave").text


def test_an_administrator_comes_back_with_a_reason_for_the_second_one(
    ada: Browser, sessions: Sessions
) -> None:
    """They could not: a reason was wanted, and there was no field for it."""
    with sessions.begin() as session:
        hugo = update(PersonRow).where(PersonRow.login == "hugo")
        session.execute(hugo.values(roles=list(ADMIN)))
    alma = page_of(ada, "Alma")
    ada.send(f"{alma}/leave")
    refused = ada.send(f"{alma}/return")
    assert refused.status_code == 422
    assert Page(refused).form("Reactivate").field("Reason").fault == "Please fill this in."
    assert ada.send(f"{alma}/return", reason="Back from leave.").location == alma
    assert "a second administrator must agree" in ada.get(alma).text


def test_a_second_administrator_agrees_to_a_new_one(ada: Browser, browse: Browse) -> None:
    url = page_of(ada, "Sun")
    form = typed(ada, url, roles=["supervisor", "administrator"])
    assert "Please fill this in." in ada.send(url, **form).text, "a reason is wanted"
    assert ada.send(url, **form, reason="Ada retires.").status_code == 302
    assert "a second administrator must agree" in ada.get(url).text
    assert browse("sun").get("/admin/people").status_code == 403

    waits = ada.get("/approvals").text
    assert "Your requests, with others to decide" in waits
    approval = re.search(r"/approvals/(a-[0-9a-f]+)", waits)
    assert approval is not None
    decide = f"/approvals/{approval[1]}"
    own = ada.send(decide, outcome="approved")
    assert "Somebody else must decide about your own request." in own.text

    alma = browse("alma")
    assert re.search(r"Approvals\s*<span class=\"count\">1</span>", alma.get("/").text)
    assert "Ada retires." in alma.get("/approvals").text
    alma.send(decide, outcome="approved")
    assert browse("sun").get("/admin/people").status_code == 200
    again = alma.send(decide, outcome="declined", why="Too late.")
    assert "This has been decided already." in again.text
    assert "Alma agreed, and it is done." in ada.get("/approvals").text
    ada.send(f"/approvals/heard/{approval[1]}")
    assert "Alma agreed" not in ada.get("/approvals").text
    told = changes_told(ada, url)
    assert "Roles: Supervisor → is now Supervisor, Administrator" in told
    assert "Agreed as the second person" in told


def test_a_request_that_is_declined_or_taken_back_makes_nobody_an_administrator(
    ada: Browser, browse: Browse
) -> None:
    alma = browse("alma")
    for name, decider, outcome in (("Sun", alma, "declined"), ("Han", ada, "taken_back")):
        url = page_of(ada, name)
        roles = [*typed(ada, url)["roles"], "administrator"]  # type: ignore[misc]
        ada.send(url, **typed(ada, url, roles=roles, reason="To try."))
        found = re.search(r"/approvals/(a-[0-9a-f]+)", decider.get("/approvals").text)
        assert found is not None
        decider.send(f"/approvals/{found[1]}", outcome=outcome, why="Not now.")
        assert browse(name.lower()).get("/admin/people").status_code == 403


def test_what_must_not_stand_in_a_reason_or_an_answer_is_shown_and_masked_on_the_spot(
    ada: Browser, browse: Browse
) -> None:
    url, alma = page_of(ada, "Sun"), browse("alma")
    form = typed(ada, url)
    form |= {"roles": [*form["roles"], "administrator"], "reason": f"Rings {CARD}."}  # type: ignore[misc]
    again = ada.send(url, **form)
    assert again.status_code == 422
    assert "looks like the number of a card" in again.text
    assert f"Rings {CARD}." in again.text, "what was typed is kept"
    assert 'name="mask" value="yes"' in again.text
    assert ada.send(url, **form, mask="yes").status_code == 302
    waits = alma.get("/approvals").text
    assert f"Rings {MASKED}." in waits
    found = re.search(r"/approvals/(a-[0-9a-f]+)", waits)
    assert found is not None
    decide, why = found[0], f"Ask {CARD} first."
    again = alma.send(decide, outcome="declined", why=why)
    assert again.status_code == 422
    assert 'name="mask" value="declined"' in again.text, "the button goes on with what was pressed"
    assert alma.send(decide, mask="declined", why=why).status_code == 302
    assert f"Ask {MASKED} first." in ada.get("/approvals").text


def test_a_unit_is_made_renamed_moved_and_closed(ada: Browser) -> None:
    made = ada.send("/admin/new-unit", id="bay-1", name_zh="港湾", level="outlet", parent="east")
    assert made.location == "/admin/units/bay-1"
    ada.send("/admin/units/bay-1", **typed(ada, "/admin/units/bay-1", parent="west",
                                           name_en="Bay"))  # fmt: skip
    told = changes_told(ada, "/admin/units/bay-1")
    assert "Under: East → is now West" in told
    assert "Name in English: 港湾 → is now Bay" in told
    ada.send("/admin/units/bay-1/close")
    assert "closed" in ada.get("/admin/units/bay-1").text
    assert 'value="bay-1"' not in ada.get("/admin/new-person").text


def test_what_is_in_a_closed_unit_can_be_corrected_and_stays_there(ada: Browser) -> None:
    ada.send("/admin/new-unit", id="ward", name_en="Ward", level="outlet", parent="east")
    ada.send("/admin/new-unit", id="bay", name_en="Bay", level="outlet", parent="ward")
    ada.send("/admin/new-person", login="nora", name="Nora", unit="bay", roles=["handler"],
             language="en")  # fmt: skip
    nora, bay = page_of(ada, "Nora"), "/admin/units/bay"
    for closed in (f"{nora}/leave", f"{bay}/close", "/admin/units/ward/close"):
        assert ada.send(closed).status_code == 302
    assert ada.send(nora, **typed(ada, nora, name="Nora North")).status_code == 302
    assert ada.send(bay, **typed(ada, bay, name_en="Old Bay")).status_code == 302
    assert typed(ada, nora)["unit"] == "bay"
    assert typed(ada, bay)["parent"] == "ward"
    assert 'value="ward"' not in ada.get("/admin/new-unit").text


def test_in_chinese_a_unit_is_closed_down_and_no_case_is_meant(ada: Browser) -> None:
    """One English word may be two Chinese ones."""
    ada.send("/language", language="zh", next="/")
    ada.send("/admin/new-unit", id="bay-1", name_zh="港湾", level="outlet", parent="east")
    ada.send("/admin/units/bay-1/close")
    for page in ("/admin/units/bay-1", "/admin/units"):
        assert "已撤销" in ada.get(page).text
        assert "已结案" not in ada.get(page).text
    told = changes_told(ada, "/admin/units/bay-1")
    assert "已撤销：否" in told
    assert "在职情况" in ada.get("/admin/people").text


def test_a_unit_with_people_is_not_closed_and_a_unit_stands_in_no_circle(ada: Browser) -> None:
    kept = ada.send("/admin/units/east/close")
    assert "3 people or units still belong to this unit." in kept.text
    ada.send("/admin/new-unit", id="below", name_en="Below", level="tier_1", parent="east")
    answer = ada.send("/admin/units/east", **typed(ada, "/admin/units/east", parent="below"))
    assert answer.status_code == 422
    assert "This unit would stand under itself." in answer.text
    answer = ada.send("/admin/new-unit", id="名", name_en="x" * 101, level="head_office",
                      parent="east")  # fmt: skip
    refused = re.findall(r'<p class="error" id="([a-z_]+)-error">', answer.text)
    assert refused == ["id", "name_en", "name_zh", "level"]


def files(*contents: bytes) -> list[tuple[BytesIO, str]]:
    return [(BytesIO(content), f"file-{n}.csv") for n, content in enumerate(contents)]


def test_files_are_checked_first_and_loaded_when_somebody_says_so(ada: Browser) -> None:
    checked = ada.send("/admin/files", files=files(
        table(list(lines("unit|name|level|under", "bay|港湾|outlet|east"))),
        table(list(lines("login|name|unit|roles", "nora|Nora|bay|handler"))),
    ))  # fmt: skip
    assert checked.status_code == 200
    assert "This would be done" in checked.text
    assert "Nora" not in ada.get("/admin/people").text
    carried = {kind: hidden(checked.text, kind) for kind in ("units", "people")}
    loaded = ada.send("/admin/files/load", **carried)
    assert "The files are loaded." in loaded.text
    assert "Nora" in ada.get("/admin/people").text
    links = ada.send("/admin/files/links")
    assert links.headers["Content-Disposition"] == 'attachment; filename="links.csv"'
    assert "nora,Nora,bay,https://complaints.bank.example/invitations/" in links.text


def test_what_must_not_stand_in_the_reason_for_files_is_said_at_it_and_masked(
    ada: Browser, browse: Browse
) -> None:
    people = lines("login|name|unit|roles", "nora|Nora|east|administrator")
    asks = ada.send("/admin/files", files=files(table(list(people))))
    sent = {"people": hidden(asks.text, "people"), "reason": f"Rings {CARD}."}
    again = ada.send("/admin/files/load", **sent)
    assert again.status_code == 422
    assert 'id="reason-error"' in again.text
    assert f"Rings {CARD}." in again.text, "what was typed is kept"
    assert "Nora" not in ada.get("/admin/people").text
    assert ada.send("/admin/files/load", **sent, mask="yes").status_code == 200
    assert f"Rings {MASKED}." in browse("alma").get("/approvals").text


def test_what_is_wrong_in_a_file_is_told_by_line_in_both_languages(ada: Browser) -> None:
    bad = table(list(lines("login|name|unit|roles", "nora|Nora|moon|wizard")))
    for language, sentence in (
        ("en", "There is no such unit."),
        ("zh", "没有该单位，请从列表中选择。"),
    ):
        ada.send("/language", language=language, next="/admin/files")
        answer = ada.send("/admin/files", files=files(bad))
        assert answer.status_code == 422
        assert "<td>2</td>" in answer.text
        assert "<td>moon</td>" in answer.text
        assert sentence in answer.text


def test_a_bank_as_large_as_a_real_one_is_loaded_listed_and_searched(ada: Browser) -> None:
    units = units_file().replace(
        b"head-office,\xe6\x80\xbb\xe8\xa1\x8c", b"top,\xe6\x80\xbb\xe8\xa1\x8c"
    )
    units = units.replace(b",head-office,", b",top,")
    people = people_file().replace(b",head-office,", b",top,")
    checked = ada.send("/admin/files", files=files(units, people))
    assert checked.status_code == 200, re.findall(r"<td>[^<]*</td>", checked.text)[:20]
    ada.send("/admin/files/load", units=hidden(checked.text, "units"),
             people=hidden(checked.text, "people"))  # fmt: skip
    assert "People: 1005" in ada.get("/admin/people").text
    assert "Page 41 of 41" in ada.get("/admin/people?page=41").text
    assert "outlet-150" in ada.get("/admin/units?text=150").text
    assert "p0777" in ada.send("/admin/people", text="p0777").text


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_page_of_units_and_people_speaks_both_languages(ada: Browser, language: str) -> None:
    person = page_of(ada, "Han")
    ada.send("/language", language=language, next="/")
    heads = {
        "/admin/people": {"en": "People", "zh": "人员"},
        "/admin/units": {"en": "Units", "zh": "单位"},
        "/admin/files": {"en": "Units and people from files", "zh": "从文件导入单位和人员"},
        "/approvals": {"en": "Approvals", "zh": "待您审批"},
        "/admin/new-person": {"en": "Add a person", "zh": "录入人员"},
        "/admin/new-unit": {"en": "Add a unit", "zh": "新设单位"},
        "/admin/units/east": {"en": "East", "zh": "东区"},
        person: {"en": "Han", "zh": "Han"},
        "/password": {"en": "Change your password", "zh": "修改您的密码"},
    }
    for url, head in heads.items():
        assert f"<h1>{head[language]}</h1>" in ada.get(url).text, url


def test_the_words_of_the_pages_are_understood_in_files(app: Flask) -> None:
    read = read_staffing()
    for language in ("en", "zh"):
        with app.test_request_context(headers={"Accept-Language": language}):
            for kind, known in ((Role, read.roles), (Level, read.levels)):
                for code in kind:
                    assert known[words(code).casefold()] == code, words(code)
            for said in Language:
                assert read.languages[words(said).casefold()] == said


def test_ones_own_password_is_changed_by_who_knows_the_old_one(browse: Browse) -> None:
    han, elsewhere = browse("han"), browse("han")
    wrong = han.send("/password", old_password="wrong", password="five plain words here now",
                     again="five plain words here now")  # fmt: skip
    assert "This is not your password" in wrong.text
    differ = han.send("/password", old_password=PASSWORD, password="five plain words here now",
                      again="something else entirely")  # fmt: skip
    assert "The two passwords differ." in differ.text
    short = han.send("/password", old_password=PASSWORD, password="short", again="short")
    assert "This is too short" in short.text
    done = han.send("/password", old_password=PASSWORD, password="five plain words here now",
                    again="five plain words here now")  # fmt: skip
    assert done.location == "/you"
    assert han.get("/").status_code == 200
    assert elsewhere.get("/").location.startswith("/login")
    assert browse("han", "five plain words here now").get("/").status_code == 200  # type: ignore[call-arg]


def test_nobody_else_opens_these_pages(browse: Browse) -> None:
    sun = browse("sun")
    for url in ("/admin/people", "/admin/units", "/admin/files",
                "/admin/new-person", "/admin/new-unit"):  # fmt: skip
        assert sun.get(url).status_code == 403, url
    assert sun.send("/admin/new-unit", id="x").status_code == 403
