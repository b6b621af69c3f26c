"""Coming in: passwords, the lock after too many tries, one-time links, languages."""

from datetime import timedelta

from flask import Flask
from sqlalchemy import func, select, update

from domain.classification import Role
from store.database import Sessions
from store.evidence.audit import Action
from store.people.logins import FAILURES_AT_MOST, LOCK_LASTS
from store.people.people import create_invitation, create_person, set_password
from store.tables import AuditRow, PersonRow
from tests.web.browser import PASSWORD, Browser, Visit, hidden


def a_newcomer(sessions: Sessions, login: str, *, password: str | None = PASSWORD) -> str:
    with sessions.begin() as session:
        person = create_person(
            session, login=login, name="A Newcomer", unit="hotline", roles=[Role.INTAKE]
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


def test_too_many_wrong_passwords_shut_the_door_for_a_while(app: Flask, sessions: Sessions) -> None:
    person = a_newcomer(sessions, "forgetful")
    browser = Browser(app.test_client())
    for _ in range(FAILURES_AT_MOST):
        assert browser.send("/login", login="forgetful", password="wrong").status_code == 422
    assert browser.send("/login", login="forgetful", password=PASSWORD).status_code == 422
    assert noted(sessions, Action.LOG_IN_FAILED, person) == FAILURES_AT_MOST
    assert noted(sessions, Action.LOCKED_OUT, person) == 1
    with sessions.begin() as session:
        session.execute(
            update(PersonRow)
            .where(PersonRow.id == person)
            .values(locked_until=PersonRow.locked_until - LOCK_LASTS - timedelta(seconds=1))
        )
    assert browser.send("/login", login="forgetful", password=PASSWORD).status_code == 302


def test_who_does_not_exist_gets_the_same_answer(app: Flask) -> None:
    browser = Browser(app.test_client())
    unknown = browser.send("/login", login="nobody-of-ours", password=PASSWORD)
    wrong = browser.send("/login", login="hong", password="wrong")
    assert unknown.status_code == wrong.status_code == 422
    assert unknown.text.count("do not fit") == wrong.text.count("do not fit") == 1


def test_logging_out_ends_every_session_of_a_person(
    app: Flask, sessions: Sessions, visit: Visit
) -> None:
    a_newcomer(sessions, "leaver")
    here, there = visit("leaver"), visit("leaver")
    here.send("/logout")
    assert there.get("/").location.startswith("/login")


def test_a_link_sets_the_first_password_once(app: Flask, sessions: Sessions) -> None:
    person = a_newcomer(sessions, "invited", password=None)
    with sessions.begin() as session:
        token = create_invitation(session, person)
    browser = Browser(app.test_client())
    link = f"/invitations/{token}"
    assert browser.get(link).status_code == 200
    assert "at least 12" in browser.send(link, password="short", again="short").text
    assert browser.send(link, password=PASSWORD, again="another password").status_code == 422
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
