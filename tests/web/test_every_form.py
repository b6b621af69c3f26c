"""No other page can make a browser act here: every form of every page carries its own token."""

from collections.abc import Callable

from flask import Flask
from sqlalchemy import func, select

from store.database import Sessions
from store.tables import Base
from tests.web.browser import Visit
from web.application import WITHOUT_COOKIES

PEOPLE = ("ines", "sun", "ada")


def posting(app: Flask) -> list[tuple[str, str]]:
    """Every address that takes forms, filled with something, and its view."""
    apart = tuple(f"{each.blueprint.name}." for each in WITHOUT_COOKIES)
    adapter = app.url_map.bind("localhost")
    return [
        (adapter.build(rule.endpoint, dict.fromkeys(rule.arguments, "1"), method="POST"), rule.rule)
        for rule in app.url_map.iter_rules()
        if "POST" in (rule.methods or ()) and not rule.endpoint.startswith(apart)
    ]


def test_a_form_without_its_token_or_with_that_of_another_session_does_nothing(
    app: Flask, visit: Visit, sessions: Sessions, record_property: Callable[[str, object], None]
) -> None:
    browser, another = visit("ada"), visit("sun")
    another.get("/")
    before = rows(sessions)
    forms = posting(app)
    for url, rule in forms:
        for token in ({}, {"csrf_token": "made-up"}):
            answer = browser._client.post(url, data={"command_id": "x", **token})
            assert answer.status_code in (400, 403), rule
    assert rows(sessions) == before
    record_property("checked", 2 * len(forms))
    assert len(forms) > 30


def test_whoever_sends_an_empty_form_is_told_in_the_title_and_before_all_else(
    app: Flask, visit: Visit
) -> None:
    """What is heard first of a page that comes back, and what the eye falls on."""
    told = set()
    for person in PEOPLE:
        browser = visit(person)
        for url, rule in posting(app):
            if rule.startswith(("/login", "/logout", "/invitations")):
                continue
            answer = browser.send(url)
            if answer.status_code == 422 and answer.mimetype == "text/html":
                told.add(rule)
                assert "<title>Error: " in answer.text, rule
                assert 'role="alert"' in answer.text, rule
                assert "autofocus" in answer.text, rule
    assert {"/admin/new-person", "/admin/new-unit", "/views/", "/imports"} <= told


def test_looking_changes_nothing(
    app: Flask, visit: Visit, sessions: Sessions, record_property: Callable[[str, object], None]
) -> None:
    """A link that somebody is lured to is a look, and no more; that a code was none is counted."""
    adapter, looked = app.url_map.bind("localhost"), 0
    browsers = [visit(person) for person in PEOPLE]
    before = rows(sessions, "throttles")
    for browser in browsers:
        for rule in app.url_map.iter_rules():
            if "GET" in (rule.methods or ()) and not rule.rule.startswith(("/static", "/api")):
                url = adapter.build(rule.endpoint, dict.fromkeys(rule.arguments, "1"))
                browser.ask(url, "GET")
                looked += 1
    assert rows(sessions, "throttles") == before
    record_property("checked", looked)


def test_no_other_method_and_no_folder_is_answered(app: Flask, visit: Visit) -> None:
    methods = {each for rule in app.url_map.iter_rules() for each in rule.methods or ()}
    assert methods == {"GET", "HEAD", "OPTIONS", "POST"}
    assert visit("ada").ask("/", "TRACE").status_code == 405
    assert visit("ada").ask("/static/", "GET").status_code == 404


def rows(sessions: Sessions, *apart: str) -> dict[str, int]:
    """How many rows each table has; the audit notes looks, as it should."""
    with sessions() as session:
        return {
            name: session.scalar(select(func.count()).select_from(table)) or 0
            for name, table in Base.metadata.tables.items()
            if name not in {"audit", *apart}
        }
