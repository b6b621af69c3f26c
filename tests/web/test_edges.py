"""What no page of ours can have sent is turned away at the door with a sentence."""

import re
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import select

from domain.classification import Channel
from store.database import Sessions
from store.people.people import create_person
from store.people.tokens import create_token
from store.tables import CommandRow
from tests.architecture.code import ROOT
from tests.builders import actor
from tests.web.browser import Taker, Visit, hidden

NUL = "%00"
SENTENCE = "holds a character that cannot be typed"


@pytest.mark.parametrize(
    ("person", "url"),
    [
        ("sun", f"/?unit=a{NUL}"),
        ("sun", f"/?{NUL}=a"),
        ("ada", f"/admin/audit?by=a{NUL}"),
        ("ada", f"/admin/audit?subject=a{NUL}"),
        ("lin", f"/reports?page={NUL}"),
        ("sun", f"/cases/C-2026-000001/history?as_of={NUL}"),
    ],
)
def test_an_address_with_a_character_that_cannot_be_typed(
    visit: Visit, person: str, url: str
) -> None:
    refused = visit(person).get(url)
    assert refused.status_code == 400
    assert SENTENCE in refused.text


@pytest.mark.parametrize(
    ("person", "url"),
    [
        ("sun", f"/cases/C{NUL}"),
        ("sun", f"/cases/C-2026-000001{NUL}/history"),
        ("ada", f"/admin/repairs/a{NUL}"),
        ("ada", f"/admin/failed/a{NUL}/points"),
        ("lin", f"/reports/a{NUL}/step/reply/regulator"),
        ("sun", f"/reports-owed/a{NUL}/register/2026-11-16"),
        ("ada", f"/admin/failed/C-2026-000001/points/{2**70}"),
    ],
)
def test_a_page_that_cannot_be_is_not_there(visit: Visit, person: str, url: str) -> None:
    assert visit(person).get(url).status_code == 404


ASKS = re.compile(r'(?:args\.get(?:list)?|typed\.\w+|asked_day|asked_month)\(\s*"(\w+)"')
"""What a page asks its address for."""

ODD = ("9999-12-31", "0001-01-01", "2026-02-30", "9999-12", "-1", str(2**70), "١", "x" * 5_000)


def test_no_odd_day_or_number_in_an_address_breaks_a_page(app: Flask, visit: Visit) -> None:
    texts = [file.read_text(encoding="utf-8") for file in (ROOT / "web").rglob("*.py")]
    names = {name for text in texts for name in ASKS.findall(text)}
    assert {"day", "page", "known", "year"} <= names
    pages = {
        rule.rule
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and not rule.arguments
    }
    broken = []
    for person in ("sun", "ada", "lin", "hong"):
        browser = visit(person)
        for url in sorted(pages):
            if browser.get(url).status_code == 200:
                pages.remove(url)
                for odd in ODD:
                    asked = browser.get(url, query_string=dict.fromkeys(names, odd))
                    broken += [(url, odd)] if asked.status_code >= 500 else []
    assert not broken
    assert not any("/assessment" in url or "/improvements" in url for url in pages)


def test_whoever_has_no_role_yet_is_told_whom_to_ask(visit: Visit, sessions: Sessions) -> None:
    with sessions.begin() as session:
        create_person(session, login="fresh", name="A Fresh Face", unit="hotline", roles=[])
    page = visit("fresh").get("/")
    assert (page.status_code, "请向管理员申请" in page.text) == (200, True)


def test_a_number_beyond_all_is_no_task_and_no_notice(visit: Visit) -> None:
    hong, ada = visit("hong"), visit("ada")
    assert hong.send(f"/inbox/tasks/{2**70}/told").status_code == 404
    assert ada.send(f"/admin/notices/{2**70}/again").status_code == 404


def test_whoever_logs_in_or_searches_with_one_is_told(app: Flask, visit: Visit) -> None:
    refused = visit("sun").send("/search", text="queue\x00")
    assert (refused.status_code, SENTENCE in refused.text) == (400, True)
    client = app.test_client()
    page = client.get("/login").text
    typed = {"csrf_token": hidden(page, "csrf_token"), "login": "sun\x00", "password": "x"}
    assert client.post("/login", data=typed).status_code == 400


@pytest.mark.parametrize("version", [str(2**31), str(10**30), "-1", "1.5", "x", "١\x00"])
def test_an_act_on_a_version_that_no_case_has_is_refused_before_it_is_stored(
    visit: Visit, a_received_case: Taker, sessions: Sessions, version: str
) -> None:
    reference, hong = a_received_case(), visit("hong")
    key = str(uuid4())
    typed = {"command_id": key, "seen_version": version, "note": "called"}
    refused = hong.send(f"/cases/{reference}/acts/note", **typed)
    assert refused.status_code == 400
    assert "Open the page anew" in refused.text or SENTENCE in refused.text
    with sessions() as session:
        assert session.scalar(select(CommandRow.id).where(CommandRow.id == key)) is None


def test_another_system_is_told_too(app: Flask, sessions: Sessions) -> None:
    with sessions.begin() as session:
        _, secret = create_token(
            session,
            system="edges",
            units=["hotline"],
            channels=[Channel.INTERNET],
            first_owner="ines",
            by=actor("ada"),
        )
    headers = {"Authorization": f"Bearer {secret}"}
    client = app.test_client()
    assert client.get(f"/api/complaints/C{NUL}", headers=headers).status_code == 404
    refused = client.get(f"/api/complaints/C?a={NUL}", headers=headers)
    assert refused.status_code == 400
    assert refused.json is not None
    assert SENTENCE in refused.json["detail"]
