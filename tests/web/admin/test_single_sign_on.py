"""The bank's own log-in, by OpenID Connect: a provider on a port, with tokens that are signed."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from flask import Flask
from joserfc.jwk import RSAKey
from sqlalchemy import select

from desk.cases import CaseDesk
from desk.people import AT_THE_CONSOLE, PeopleDesk, Wish
from domain.staffing import BankRecords
from embedded.processes import wait_until
from store.database import Sessions
from store.tables import ApprovalRow, PersonRow
from tests.identity_provider import CLIENT, CLIENT_SECRET, IdentityProvider, running
from tests.settings import some_settings
from tests.waiting import PATIENCE, somebody_waits
from tests.web.browser import Browser
from web import create_app

MAPPING = """
groups:
  east-handlers: {unit: east-branch, roles: [handler]}
  east-supervisors: {unit: east-branch, roles: [supervisor]}
  harbour-handlers: {unit: harbour-outlet, roles: [handler]}
  lost-unit: {unit: nowhere, roles: [handler]}
  administrators: {roles: [administrator]}
"""


@pytest.fixture(scope="module")
def provider() -> Iterator[IdentityProvider]:
    with running() as provider:
        yield provider


@pytest.fixture(scope="module")
def pages(
    provider: IdentityProvider,
    sessions: Sessions,
    desk: CaseDesk,
    tmp_path_factory: pytest.TempPathFactory,
) -> Flask:
    mapping = tmp_path_factory.mktemp("mapping") / "groups.yaml"
    Path(mapping).write_text(MAPPING)
    settings = some_settings(
        REDRESS_TRIAL="yes",  # its provider is on this machine, without TLS
        REDRESS_SECOND_FACTOR="required",
        REDRESS_OIDC_ISSUER=provider.issuer,
        REDRESS_OIDC_CLIENT_ID=CLIENT,
        REDRESS_OIDC_CLIENT_SECRET=CLIENT_SECRET,
        REDRESS_OIDC_MAPPING=str(mapping),
    )
    return create_app(settings, sessions=sessions, desk=desk)


@pytest.fixture
def comes(pages: Flask, provider: IdentityProvider) -> Iterator[Callable[..., tuple[Browser, Any]]]:
    """Somebody who presses the button of the log-in page, is at the provider, and comes back."""

    def come(login: str, *groups: str, **said: Any) -> tuple[Browser, Any]:
        provider.claims = {
            "sub": f"subject of {login}",
            "preferred_username": login,
            "name": f"{login.title()} Of The Bank",
            "groups": list(groups),
            "amr": ["pwd", "mfa"],
            **said,
        }
        browser = Browser(pages.test_client())
        assert "/login/bank?next=/register" in browser.get("/login?next=/register").text
        away = browser.get("/login/bank?next=/register")
        assert away.status_code == 302, away.text
        assert away.location.startswith(provider.issuer)
        back = requests.get(away.location, allow_redirects=False, timeout=5).headers["Location"]
        parts = urlsplit(back)
        return browser, browser.get(f"{parts.path}?{parts.query}")

    yield come
    provider.signs_with, provider.over = None, {}


def person(sessions: Sessions, login: str) -> PersonRow | None:
    with sessions() as session:
        return session.scalars(select(PersonRow).where(PersonRow.login == login)).one_or_none()


Comes = Callable[..., tuple[Browser, Any]]


def test_somebody_new_is_taken_on_as_their_groups_say_and_is_where_they_wanted(
    comes: Comes, sessions: Sessions
) -> None:
    browser, answer = comes("nia", "east-handlers", "a group that means nothing here")
    assert answer.location == "/register"
    assert browser.get("/register").status_code == 200
    row = person(sessions, "nia")
    assert row is not None
    assert (row.unit, row.roles, row.name) == ("east-branch", ["handler"], "Nia Of The Bank")


def test_who_changes_groups_is_moved_and_logged_out_elsewhere(
    comes: Comes, sessions: Sessions
) -> None:
    before, _ = comes("moe", "east-handlers")
    assert before.get("/").status_code == 200
    _, answer = comes("moe", "harbour-handlers", preferred_username="renamed-there")
    assert answer.location == "/register"
    row = person(sessions, "moe")
    assert row is not None, "known by the subject, whatever the login is called now"
    assert row.unit == "harbour-outlet"
    assert before.get("/").location.startswith("/login")


def test_without_a_second_factor_of_the_provider_ours_is_asked_for(comes: Comes) -> None:
    _, with_one = comes("sue", "east-supervisors")
    assert with_one.location == "/register"
    _, without = comes("sue", "east-supervisors", amr=["pwd"])
    assert without.location == "/login/second-factor?next=/register"


def test_a_group_makes_nobody_an_administrator_without_a_second_one(
    comes: Comes, sessions: Sessions
) -> None:
    comes("eve", "east-handlers", "administrators")
    row = person(sessions, "eve")
    assert row is not None
    assert row.roles == ["handler"]
    with sessions() as session:
        asked = session.scalars(select(ApprovalRow.subject)).all()
    assert row.id in asked


@pytest.mark.parametrize(
    ("login", "groups", "said", "sentence"),
    [
        ("nobody", (), {}, "none of your groups has a place here"),
        ("twofold", ("east-handlers", "harbour-handlers"), {}, "two units at once"),
        ("unplaced", ("administrators",), {}, "in no unit"),
        ("lost", ("lost-unit",), {}, "a unit that is not there"),
        ("", ("east-handlers",), {}, "gave no login name"),
        ("nia", ("east-handlers",), {"sub": "another subject"}, "belongs to somebody else"),
    ],
)
def test_who_has_no_place_here_reads_why_and_stays_outside(
    comes: Comes, login: str, groups: tuple[str, ...], said: dict[str, str], sentence: str
) -> None:
    comes("nia", "east-handlers")
    browser, answer = comes(login, *groups, **said)
    assert answer.status_code == 403
    assert sentence in answer.text
    assert 'name="next" value="/register"' in answer.text, "the password leads there too"
    assert browser.get("/").location.startswith("/login")


def test_whoever_loses_all_groups_is_logged_out(comes: Comes) -> None:
    browser, _ = comes("gus", "east-handlers")
    assert browser.get("/").status_code == 200
    comes("gus")
    assert browser.get("/").location.startswith("/login")


def test_whoever_cannot_become_what_their_groups_say_is_not_left_what_they_were(
    comes: Comes, sessions: Sessions
) -> None:
    before, _ = comes("dee", "east-supervisors")
    assert before.get("/").status_code == 200

    def on_duty(yes: bool) -> None:
        PeopleDesk(sessions).change(
            lambda bank: Wish(people=[replace(bank.people["dee"], on_duty=yes)]), AT_THE_CONSOLE
        )

    on_duty(True)
    assert before.get("/").status_code == 200
    _, answer = comes("dee", "east-handlers")  # who could not say that an escalation was heard
    assert answer.status_code == 403
    assert before.get("/").location.startswith("/login")
    on_duty(False)


def test_whoever_is_let_go_in_the_moment_they_come_stays_let_go(
    comes: Comes, sessions: Sessions
) -> None:
    comes("lea", "east-handlers")
    coming: list[Future[tuple[Browser, Any]]] = []
    with ThreadPoolExecutor(1) as threads:

        def meanwhile(bank: BankRecords) -> Wish:
            coming.append(threads.submit(comes, "lea", "east-handlers"))
            assert wait_until(lambda: somebody_waits(sessions), PATIENCE)
            return Wish(people=[replace(bank.people["lea"], is_disabled=True)])

        PeopleDesk(sessions).change(meanwhile, AT_THE_CONSOLE)
        browser, answer = coming[0].result()
    assert answer.status_code == 403
    assert browser.get("/").location.startswith("/login")
    row = person(sessions, "lea")
    assert row is not None
    assert not row.active, "nobody has let them in again"


@pytest.mark.parametrize(
    "over",
    [
        {"nonce": "of another log-in"},
        {"aud": "another program"},
        {"iss": "https://elsewhere.example"},
        {"exp": 1_000_000_000},
    ],
)
def test_a_token_that_is_not_meant_for_this_log_in_is_refused(
    comes: Comes, provider: IdentityProvider, over: dict[str, object]
) -> None:
    provider.over = over
    browser, answer = comes("nia", "east-handlers")
    assert answer.status_code == 400
    assert "did not answer as it should" in answer.text
    assert 'name="next" value="/register"' in answer.text, "the password leads there too"
    assert browser.get("/").location.startswith("/login")


def test_a_token_that_somebody_else_signed_is_refused(
    comes: Comes, provider: IdentityProvider
) -> None:
    provider.signs_with = RSAKey.generate_key(2048, {"kid": "one"})
    browser, answer = comes("nia", "east-handlers")
    assert answer.status_code == 400
    assert browser.get("/").location.startswith("/login")


def test_an_answer_that_nobody_asked_for_is_refused(pages: Flask) -> None:
    answer = Browser(pages.test_client()).get("/login/bank/back?code=x&state=made-up")
    assert answer.status_code == 400


@pytest.fixture
def newcomers(
    pages: Flask, provider: IdentityProvider, sessions: Sessions, desk: CaseDesk
) -> Iterator[Callable[..., Browser]]:
    """Browsers of a web that has asked the provider nothing yet."""

    def newcomer(**settings: str) -> Browser:
        anew = replace(pages.extensions["redress"].settings.sign_in.single_sign_on, **settings)
        sign_in = replace(pages.extensions["redress"].settings.sign_in, single_sign_on=anew)
        as_set = replace(pages.extensions["redress"].settings, sign_in=sign_in)
        return Browser(create_app(as_set, sessions=sessions, desk=desk).test_client())

    yield newcomer
    provider.is_broken, provider.says_of_itself = False, None


Newcomers = Callable[..., Browser]


def test_while_the_provider_is_away_the_password_is_still_a_way(
    newcomers: Newcomers, provider: IdentityProvider
) -> None:
    provider.is_broken = True
    answer = newcomers().get("/login/bank")
    assert answer.status_code == 502
    assert 'id="password"' in answer.text


@pytest.mark.parametrize("said", [[], "hello", {}, {"issuer": None}, {"issuer": ["", 1]}])
def test_a_provider_that_answers_with_something_else_is_no_way_in(
    newcomers: Newcomers, provider: IdentityProvider, said: object
) -> None:
    provider.says_of_itself = said
    answer = newcomers().get("/login/bank")
    assert answer.status_code == 502
    assert 'id="password"' in answer.text


@pytest.mark.parametrize("issuer", ["https://elsewhere.example", "{issuer}/", "{issuer}/realm", ""])
def test_nobody_is_sent_to_a_provider_that_calls_itself_otherwise_than_the_settings(
    newcomers: Newcomers, provider: IdentityProvider, caplog: pytest.LogCaptureFixture, issuer: str
) -> None:
    issuer = issuer.format(issuer=provider.issuer)
    provider.says_of_itself = {**provider.about, "issuer": issuer}
    browser = newcomers()
    answer = browser.get("/login/bank")
    assert answer.status_code == 502
    assert "not the one that this installation was set up for" in answer.text
    assert 'id="password"' in answer.text
    said = f"it calls itself {issuer!r}, and REDRESS_OIDC_ISSUER says {provider.issuer!r}"
    assert said in caplog.text

    provider.says_of_itself = None
    assert browser.get("/login/bank").status_code == 302, "set right there, it is asked anew"


def test_an_issuer_with_a_last_slash_is_written_as_the_provider_writes_it(
    newcomers: Newcomers, provider: IdentityProvider
) -> None:
    provider.says_of_itself = {**provider.about, "issuer": f"{provider.issuer}/"}
    assert newcomers(issuer=f"{provider.issuer}/").get("/login/bank").status_code == 302


def test_without_a_provider_there_is_no_such_way(app: Flask) -> None:
    assert "/login/bank" not in app.test_client().get("/login").text
    for url in ("/login/bank", "/login/bank/back"):
        assert app.test_client().get(url).status_code == 404, url
