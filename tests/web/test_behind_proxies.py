"""Behind the bank's proxy: cookies and browsers stay on TLS, and the audit knows who asked."""

import pytest
from flask import Flask
from sqlalchemy import select

from config import Settings, SettingsRefused
from desk.cases import CaseDesk
from store.database import Sessions
from store.evidence.audit import Action
from store.tables import AuditRow
from tests.settings import COMPLETE, some_settings
from tests.web.browser import PASSWORD, hidden
from web import create_app, serving
from web.application import HEADERS
from web.base.proxies import asker

BANK = "https://complaints.bank.example"
PROXY, CUSTOMER, STRANGER = "10.1.0.7", "203.0.113.9", "198.51.100.4"


@pytest.fixture(scope="module")
def app(sessions: Sessions, desk: CaseDesk, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The application as a bank serves it."""
    settings = some_settings(
        REDRESS_BASE_URL=BANK,
        REDRESS_TRUSTED_PROXIES="10.1.0.0/24 ::1",
        REDRESS_VAR_DIR=str(tmp_path_factory.mktemp("var")),
    )
    return create_app(settings, sessions=sessions, desk=desk)


def test_every_answer_keeps_browsers_on_tls_and_every_cookie_is_for_this_host_alone(
    app: Flask,
) -> None:
    client = app.test_client()
    cookies = 0
    for rule in app.url_map.iter_rules():
        url = app.url_map.bind("localhost").build(rule.endpoint, dict.fromkeys(rule.arguments, "1"),
            method="POST" if "POST" in (rule.methods or ()) else "GET")  # fmt: skip
        for path in (url, f"{url}/nowhere"):
            answer = client.get(path, base_url="http://127.0.0.1:8400")
            assert answer.headers["Strict-Transport-Security"].startswith("max-age=31536000"), path
            for name, value in HEADERS.items():
                wanted = {value, "no-referrer"} if name == "Referrer-Policy" else {value}
                assert answer.headers[name] in wanted, path
            for cookie in answer.headers.getlist("Set-Cookie"):
                cookies += 1
                name, _, attributes = cookie.partition("=")
                assert name.startswith("__Host-"), path
                held = {each.strip() for each in attributes.split(";")[1:]}
                assert held >= {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"}, path
                assert "Domain" not in attributes, path
    assert cookies > 0


def test_an_installation_without_tls_says_nothing_that_only_tls_can_keep(
    sessions: Sessions, desk: CaseDesk
) -> None:
    client = create_app(some_settings(), sessions=sessions, desk=desk).test_client()
    page = client.get("/login", headers={"X-Forwarded-Proto": "https"})
    assert "Strict-Transport-Security" not in page.headers
    assert page.headers["Set-Cookie"].startswith("redress=")
    assert "Secure" not in page.headers["Set-Cookie"]


def test_whoever_asks_by_another_name_than_the_banks_is_not_served(app: Flask) -> None:
    client = app.test_client()
    assert client.get("/login", base_url="http://complaints.bank.example").status_code == 200
    assert client.get("/health", base_url="http://localhost:8400").status_code != 400
    assert client.get("/login", base_url="http://elsewhere.example").status_code == 400


def test_somebody_logs_in_through_a_proxy_that_keeps_the_name_to_itself(app: Flask) -> None:
    client = app.test_client()
    inside = "https://127.0.0.1:8400"
    page = client.get("/login", base_url=inside).text
    typed = {"login": "ines", "password": PASSWORD, "csrf_token": hidden(page, "csrf_token")}
    came = {"Referer": f"{BANK}/login"}
    assert client.post("/login", data=typed, base_url=inside, headers=came).status_code == 302


@pytest.mark.parametrize(
    ("peer", "told", "who"),
    [
        (PROXY, CUSTOMER, CUSTOMER),
        (PROXY, f"{STRANGER}, {CUSTOMER}", CUSTOMER),
        (PROXY, f"{CUSTOMER}, 10.1.0.8", CUSTOMER),
        (PROXY, f"nonsense, {CUSTOMER}", CUSTOMER),
        (PROXY, "10.1.0.8", "10.1.0.8"),
        (PROXY, f"{CUSTOMER}, nonsense", PROXY),
        (PROXY, "", PROXY),
        ("::1", "2001:db8::7", "2001:db8::7"),
        ("::ffff:10.1.0.7", CUSTOMER, CUSTOMER),
        (STRANGER, CUSTOMER, STRANGER),
        ("", CUSTOMER, ""),
    ],
)
def test_only_a_proxy_of_the_bank_says_from_where_somebody_asks(
    peer: str, told: str, who: str
) -> None:
    trusted = some_settings(REDRESS_TRUSTED_PROXIES="10.1.0.0/24 ::1").trusted_proxies
    assert asker(peer, told, trusted) == who


@pytest.mark.parametrize(("peer", "noted"), [(PROXY, CUSTOMER), (STRANGER, STRANGER)])
def test_the_audit_knows_from_where_somebody_tried_to_come_in(
    app: Flask, sessions: Sessions, peer: str, noted: str
) -> None:
    client = app.test_client()
    asked = {
        "environ_overrides": {"REMOTE_ADDR": peer},
        "headers": {"X-Forwarded-For": f"10.9.9.9, {CUSTOMER}"},
        "base_url": BANK,
    }
    token = hidden(client.get("/login", **asked).text, "csrf_token")
    typed = {"login": "nobody", "password": "wrong", "csrf_token": token}
    assert client.post("/login", data=typed, **asked).status_code == 422
    newest = (
        select(AuditRow.address)
        .where(AuditRow.action == Action.LOG_IN_FAILED)
        .order_by(AuditRow.id.desc())
    )
    with sessions() as session:
        assert session.scalars(newest).first() == noted


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("REDRESS_TRUSTED_PROXIES", "the proxy"),
        ("REDRESS_TRUSTED_PROXIES", "0.0.0.0/0"),
        ("REDRESS_TRUSTED_PROXIES", "10.0.0.1, ::/0"),
        ("REDRESS_TRUSTED_PROXIES", "10.0.0.1/24"),
        ("REDRESS_BASE_URL", "complaints.bank.example"),
        ("REDRESS_BASE_URL", "https://"),
        ("REDRESS_BASE_URL", "https://bank.example/complaints"),
        ("REDRESS_BASE_URL", "https://bank.example?complaints"),
        ("REDRESS_BASE_URL", "https://redress:word@bank.example"),
    ],
)
def test_what_is_no_place_for_pages_and_no_proxy_is_refused(variable: str, value: str) -> None:
    with pytest.raises(SettingsRefused, match=f"^{variable} "):
        Settings.from_env({**COMPLETE, variable: value})


def test_gunicorn_believes_nobody_so_that_one_place_decides() -> None:
    assert serving.forwarded_allow_ips == ""
    assert serving.secure_scheme_headers == {}
    assert serving.forwarder_headers == ""
