"""Coming in: passwords, how tries are slowed down, one-time links, stays, languages."""

import re
from concurrent.futures import ThreadPoolExecutor
from threading import Semaphore
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, text, update

from desk.cases import CaseDesk
from domain.classification import Role
from domain.complaint import Language
from embedded.processes import wait_until
from rulebook.sign_in import read_sign_in_limits
from store.database import Sessions
from store.evidence.audit import Action
from store.people import passwords
from store.people.passwords import set_password
from store.people.people import create_invitation, create_person
from store.tables import AuditRow, StayRow
from tests.settings import some_settings
from tests.waiting import PATIENCE
from tests.web.browser import PASSWORD, Browser, Visit, hidden
from web import create_app

LIMITS = read_sign_in_limits()


def a_newcomer(
    sessions: Sessions, login: str, *, password: str | None = PASSWORD, **more: Any
) -> str:
    with sessions.begin() as session:
        person = create_person(
            session, login=login, name="A Newcomer", unit="hotline", roles=[Role.INTAKE], **more
        )
        if password:
            set_password(session, person, password)
        return person


def noted(sessions: Sessions, action: Action, by: str) -> int:
    with sessions() as session:
        rows = select(func.count()).where(AuditRow.action == action, AuditRow.by == by)
        return session.scalar(rows) or 0


def test_a_stranger_is_asked_to_log_in_and_comes_back_to_the_page(app: Flask) -> None:
    stranger = Browser(app.test_client())
    asked = stranger.get("/register")
    assert asked.location == "/login?next=/register"
    let_in = stranger.send(asked.location, login="ines", password=PASSWORD, next="/register")
    assert let_in.location == "/register"


def test_nobody_is_led_to_another_host(app: Flask) -> None:
    for elsewhere in ("https://example.com/", "//example.com", "/\\example.com"):
        let_in = Browser(app.test_client()).send(
            "/login", login="ines", password=PASSWORD, next=elsewhere
        )
        assert let_in.location == "/"


def test_too_many_wrong_passwords_make_one_wait_and_the_right_one_is_let_in_afterwards(
    app: Flask, sessions: Sessions
) -> None:
    person = a_newcomer(sessions, "forgetful")
    browser = Browser(app.test_client())
    for _ in range(LIMITS.place_free + 1):
        assert browser.send("/login", login="forgetful", password="wrong").status_code == 422
    waiting = browser.send("/login", login="forgetful", password=PASSWORD)
    assert waiting.status_code == 429
    assert int(waiting.headers["Retry-After"]) == 1
    assert "this one was not looked at" in waiting.text
    assert 'value="forgetful"' in waiting.text, "what was typed is kept"
    assert noted(sessions, Action.LOG_IN_FAILED, person) == LIMITS.place_free + 1
    assert noted(sessions, Action.LOCKED_OUT, person) == 1
    assert wait_until(
        lambda: browser.send("/login", login="forgetful", password=PASSWORD).status_code == 302,
        within=PATIENCE,
    )


def test_strangers_keep_nobody_out_of_a_browser_or_place_that_is_known(
    app: Flask, sessions: Sessions
) -> None:
    a_newcomer(sessions, "wanted")
    home = Browser(app.test_client(), address="192.0.2.1")
    assert home.send("/login", login="wanted", password=PASSWORD).status_code == 302
    home.send("/logout")
    for number in range(LIMITS.account_free + 5):
        stranger = Browser(app.test_client(), address=f"198.51.100.{number}")
        answer = stranger.send("/login", login="wanted", password="a guess of strangers")
        assert answer.status_code == (422 if number < LIMITS.account_free else 429)
    assert home.send("/login", login="wanted", password=PASSWORD).status_code == 302
    beside = Browser(app.test_client(), address="192.0.2.1")
    assert beside.send("/login", login="wanted", password=PASSWORD).status_code == 302
    away = Browser(app.test_client(), address="203.0.113.9")
    assert away.send("/login", login="wanted", password=PASSWORD).status_code == 429
    assert wait_until(
        lambda: away.send("/login", login="wanted", password=PASSWORD).status_code == 302,
        within=PATIENCE,
        every=2,
    ), "after a short wait, whatever strangers do"


def test_one_password_on_many_names_from_one_address_is_stopped_by_the_records(
    app: Flask, sessions: Sessions, desk: CaseDesk
) -> None:
    another_process = create_app(some_settings(), sessions=sessions, desk=desk)
    browsers = [Browser(each.test_client(), address="192.0.2.7") for each in (app, another_process)]
    answers = [
        browsers[number % 2].send("/login", login=f"name {number}", password="spring").status_code
        for number in range(LIMITS.address_free + 2)
    ]
    assert answers == [422] * (LIMITS.address_free + 1) + [429]


def test_many_people_who_log_in_at_once_are_no_failures(app: Flask, sessions: Sessions) -> None:
    logins = [f"busy {number}" for number in range(12)]
    for login in logins:
        a_newcomer(sessions, login)

    def comes_in(login: str) -> int:
        let_in = Browser(app.test_client()).send("/login", login=login, password=PASSWORD)
        return let_in.status_code

    with ThreadPoolExecutor(len(logins)) as people:
        assert set(people.map(comes_in, logins)) == {302}


def test_more_at_once_than_can_be_looked_at_are_asked_to_come_again(
    app: Flask, sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else whoever waits to log in would take the threads of those who are in."""
    person = a_newcomer(sessions, "one too many")
    monkeypatch.setattr(app.extensions["redress"].sign_in._hashing, "_places", Semaphore(0))
    later = Browser(app.test_client()).send("/login", login="one too many", password=PASSWORD)
    assert later.status_code == 503
    assert later.headers["Retry-After"]
    assert "Send it again in a few seconds" in later.text
    assert noted(sessions, Action.LOG_IN_FAILED, person) == 0


def test_while_a_password_is_compared_nobody_waits_for_a_row_of_its_name(
    app: Flask, sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else four tries at once make a staircase of answers that tells that the name exists."""
    a_newcomer(sessions, "stairs")
    held: list[int] = []
    compare = passwords.fits

    def compare_and_look(password_hash: str | None, password: str) -> bool:
        with sessions() as session:
            in_transaction = text(
                "select count(*) from pg_stat_activity where datname = current_database()"
                " and state like 'idle in transaction%' and pid <> pg_backend_pid()"
            )
            held.append(session.scalar(in_transaction) or 0)
        return compare(password_hash, password)

    monkeypatch.setattr("desk.sign_in.hashing.fits", compare_and_look)
    for login in ("stairs", "nobody at all"):
        Browser(app.test_client()).send("/login", login=login, password="wrong")
    assert held == [0, 0]


NEW = "five plain words here now"


def change_meanwhile(monkeypatch: pytest.MonkeyPatch, sessions: Sessions, person: str) -> None:
    """While the next password is compared, the person's is changed to another."""
    compare, changes = passwords.fits, [NEW]

    def compare_and_change(password_hash: str | None, password: str) -> bool:
        fits = compare(password_hash, password)
        if changes:
            with sessions.begin() as session:
                set_password(session, person, changes.pop())
        return fits

    monkeypatch.setattr("desk.sign_in.hashing.fits", compare_and_change)


def test_a_password_that_is_changed_while_it_is_compared_opens_nothing_and_stays_changed(
    app: Flask, sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = a_newcomer(sessions, "hasty")
    change_meanwhile(monkeypatch, sessions, person)
    # The hash of the old one would be made anew, with the figures of today.
    monkeypatch.setattr("desk.sign_in.by_password.is_outdated", lambda _: True)
    browser = Browser(app.test_client())
    assert browser.send("/login", login="hasty", password=PASSWORD).status_code == 422
    assert noted(sessions, Action.LOGGED_IN, person) == 0
    assert browser.send("/login", login="hasty", password=NEW).location == "/"


def test_a_password_that_is_changed_elsewhere_is_not_changed_by_who_knew_the_old_one(
    app: Flask, sessions: Sessions, visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = a_newcomer(sessions, "hurried")
    browser, other = visit("hurried"), "six plain words there then"
    change_meanwhile(monkeypatch, sessions, person)
    sent = browser.send("/password", old_password=PASSWORD, password=other, again=other)
    assert sent.status_code == 422
    stranger = Browser(app.test_client())
    assert stranger.send("/login", login="hurried", password=other).status_code == 422
    assert stranger.send("/login", login="hurried", password=NEW).location == "/"


def test_who_does_not_exist_gets_the_same_answer(app: Flask) -> None:
    browser = Browser(app.test_client())
    unknown = browser.send("/login", login="nobody-of-ours", password=PASSWORD)
    wrong = browser.send("/login", login="hong", password="wrong")
    assert unknown.status_code == wrong.status_code == 422
    assert unknown.text.count("do not fit") == wrong.text.count("do not fit") == 1


def test_logging_out_ends_this_stay_and_a_copy_of_its_cookie(
    app: Flask, sessions: Sessions, visit: Visit
) -> None:
    a_newcomer(sessions, "leaver")
    here, there = visit("leaver"), visit("leaver")
    copied = here.copy(app.test_client())
    here.send("/logout")
    assert copied.get("/").location.startswith("/login")
    assert there.get("/").status_code == 200


def test_one_sees_where_one_is_logged_in_and_logs_out_there(
    sessions: Sessions, visit: Visit
) -> None:
    a_newcomer(sessions, "roamer", language=Language.EN)
    here, there, elsewhere = visit("roamer"), visit("roamer"), visit("roamer")
    page = here.get("/you").text
    assert page.count("Log out there") == 2
    assert page.count("This browser") == 1
    first, _second = re.findall(r'action="(/you/log-ins/l-[^"]+/end)"', page)
    here.send(first)
    assert here.get("/you").text.count("Log out there") == 1
    assert sorted(each.get("/").status_code for each in (there, elsewhere)) == [200, 302]
    here.send("/you/log-ins/others/end")
    assert [each.get("/").status_code for each in (here, there, elsewhere)] == [200, 302, 302]


def test_nobody_ends_a_stay_of_somebody_else(sessions: Sessions, visit: Visit) -> None:
    mine, theirs = visit("han"), visit("sun")
    with sessions() as session:
        stay = session.scalars(
            select(StayRow.id).where(StayRow.person == "sun").order_by(StayRow.began_at.desc())
        ).first()
    mine.send(f"/you/log-ins/{stay}/end")
    assert theirs.get("/").status_code == 200


@pytest.mark.parametrize("column", ["ends_at", "seen_at"])
def test_a_stay_has_an_end_whatever_is_asked_for_and_when_nothing_is(
    sessions: Sessions, visit: Visit, column: str
) -> None:
    person = a_newcomer(sessions, f"stays-{column}")
    browser = visit(f"stays-{column}")
    assert browser.get("/").status_code == 200
    with sessions.begin() as session:
        session.execute(
            update(StayRow)
            .where(StayRow.person == person)
            .values({column: getattr(StayRow, column) - LIMITS.stay})
        )
    assert browser.get("/").location.startswith("/login")


def test_a_key_that_was_changed_logs_nobody_out_and_signs_nothing_any_more(
    app: Flask, sessions: Sessions, desk: CaseDesk, visit: Visit
) -> None:
    a_newcomer(sessions, "keeper")
    before = visit("keeper")
    old_key = app.config["SECRET_KEY"]
    new_key = "a newer key for the tests, as long as it must be"
    renewed = create_app(
        some_settings(REDRESS_SECRET_KEY=new_key, REDRESS_SECRET_KEY_BEFORE=old_key),
        sessions=sessions,
        desk=desk,
    )
    after = before.copy(renewed.test_client())
    assert after.get("/").status_code == 200
    assert after.send("/language", language="en").status_code == 302
    only_new = create_app(some_settings(REDRESS_SECRET_KEY=new_key), sessions=sessions, desk=desk)
    assert after.copy(only_new.test_client()).get("/").status_code == 200
    assert before.copy(only_new.test_client()).get("/").location.startswith("/login")


def test_a_link_sets_the_first_password_once(app: Flask, sessions: Sessions) -> None:
    person = a_newcomer(sessions, "invited", password=None)
    with sessions.begin() as session:
        token = create_invitation(session, person)
    browser = Browser(app.test_client())
    link = f"/invitations/{token}"
    assert browser.get(link).status_code == 200
    assert "at least 12" in browser.send(link, password="short", again="short").text
    assert browser.send(link, password=PASSWORD, again="another password").status_code == 422
    local = "hotline " * 3
    assert "would be guessed" in browser.send(link, password=local, again=local).text
    assert browser.send(link, password=PASSWORD, again=PASSWORD).location == "/login"
    assert browser.send(link, password=PASSWORD, again=PASSWORD).status_code == 410
    assert browser.send("/login", login="invited", password=PASSWORD).location == "/"


def test_a_page_speaks_what_the_browser_asks_for_until_the_person_chooses(
    app: Flask, sessions: Sessions
) -> None:
    browser = Browser(app.test_client())
    assert "登录" in browser.get("/login", headers={"Accept-Language": "zh-CN,zh;q=0.9"}).text
    assert "Log in" in browser.get("/login", headers={"Accept-Language": "fr, en;q=0.5"}).text
    assert "Log in" in browser.get("/login", headers={"Accept-Language": "fr"}).text
    browser.send("/language", language="zh", next="/login")
    assert "登录" in browser.get("/login", headers={"Accept-Language": "en"}).text
    a_newcomer(sessions, "speaker")
    browser.send("/login", login="speaker", password=PASSWORD)
    assert "登记投诉" in browser.get("/register").text
    browser.send("/language", language="en", next="/register")
    assert "Register a complaint" in browser.get("/register").text


def test_who_read_the_log_in_page_in_chinese_reads_on_in_chinese(
    app: Flask, sessions: Sessions
) -> None:
    a_newcomer(sessions, "reader")
    for wanted, words in (("zh-CN", "登记投诉"), ("en", "Register a complaint")):
        asks = {"Accept-Language": wanted}
        client = app.test_client()
        token = hidden(client.get("/login", headers=asks).text, "csrf_token")
        typed = {"csrf_token": token, "login": "reader", "password": PASSWORD}
        client.post("/login", data=typed, headers=asks)
        assert words in client.get("/register").text, "remembered with the person"


def test_every_answer_forbids_other_hosts_and_keeping_a_copy(app: Flask) -> None:
    answer = app.test_client().get("/login")
    assert "default-src 'self'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    cookie = app.test_client().get("/login").headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_a_form_without_the_token_of_its_page_is_not_heard(app: Flask) -> None:
    sent = app.test_client().post("/login", data={"login": "ines", "password": PASSWORD})
    assert sent.status_code == 400


def test_the_service_says_that_it_is_there(app: Flask) -> None:
    assert app.test_client().get("/health").json == {"status": "ok"}


def test_a_browser_stays_as_dark_as_it_was_told_before_and_after_the_log_in(
    app: Flask, sessions: Sessions
) -> None:
    browser = Browser(app.test_client())
    follows, dark = 'data-bs-theme="light" data-follows-device>', 'data-bs-theme="dark">'
    assert follows in browser.get("/login").text
    assert browser.send("/appearance", appearance="dark", next="/login").location == "/login"
    assert dark in browser.get("/login").text
    browser.send("/appearance", appearance="plaid")
    assert dark in browser.get("/login").text, "what is none of ours changes nothing"
    a_newcomer(sessions, "owl")
    browser.send("/login", login="owl", password=PASSWORD)
    assert dark in browser.get("/").text
    browser.send("/logout")
    assert dark in browser.get("/login").text
    browser.send("/appearance", appearance="device")
    assert follows in browser.get("/login").text
