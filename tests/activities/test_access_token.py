"""A token is asked for over TLS, once for all who want it, kept until shortly before its end, and
told to nobody but the mail server."""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from werkzeug.wrappers import Response

from activities.access_token import KEPT_BACK_SECONDS, AccessToken, NoToken
from config import ClientCredentials, OAuthClient
from tests.identity_provider import as_json
from tests.token_endpoint import TokenEndpoint, a_token_endpoint

MAILBOX = "complaints@bank.example"
PATIENCE = 5.0


@pytest.fixture
def endpoint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[TokenEndpoint]:
    """An endpoint of this test's own, which this machine trusts."""
    endpoint = a_token_endpoint(tmp_path, MAILBOX)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(endpoint.certificates.authority))
    endpoint.start()
    yield endpoint
    endpoint.stop()


@pytest.fixture
def token(endpoint: TokenEndpoint) -> AccessToken:
    return AccessToken(endpoint.client, MAILBOX, PATIENCE)


def refusal_of(token: AccessToken) -> NoToken:
    with pytest.raises(NoToken) as refused:
        token.current()
    return refused.value


def test_it_is_asked_for_once_and_kept(token: AccessToken, endpoint: TokenEndpoint) -> None:
    first = token.current()
    assert endpoint.is_good(first, MAILBOX)
    assert token.current() == first
    assert endpoint.asked == 1


def test_threads_that_want_one_at_once_share_one_question(
    token: AccessToken, endpoint: TokenEndpoint
) -> None:
    with ThreadPoolExecutor(12) as threads:
        given = {each.result() for each in [threads.submit(token.current) for _ in range(12)]}
        assert len(given) == 1
        [refused] = given
        again = {
            each.result() for each in [threads.submit(token.current, refused) for _ in range(12)]
        }
    assert len(again) == 1
    assert again != given
    assert endpoint.asked == 2


def test_one_that_is_almost_over_is_asked_for_anew(
    token: AccessToken, endpoint: TokenEndpoint
) -> None:
    endpoint.lifetime = KEPT_BACK_SECONDS - 1
    first = token.current()
    assert endpoint.is_good(first, MAILBOX), "it could still be shown, but not for long"
    endpoint.lifetime = 3600
    second = token.current()
    assert second != first
    assert token.current() == second


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"client_secret": "of-yesterday-hunter2"}, "OAuth invalid_client"),
        ({"client_id": "nobody"}, "OAuth invalid_client"),
        ({"scope": "https://elsewhere.example/.default"}, "OAuth invalid_scope"),
    ],
)
def test_who_is_refused_hears_it_by_the_providers_code_and_may_try_again(
    endpoint: TokenEndpoint, wrong: dict[str, str], code: str
) -> None:
    token = AccessToken(replace(endpoint.client, **wrong), MAILBOX, PATIENCE)
    for asked in (1, 2):
        refused = refusal_of(token)
        assert (refused.code, refused.is_refused) == (code, True)
        assert endpoint.asked == asked


ODD: list[tuple[str, Callable[[], Response], str, bool]] = [
    ("its own word", lambda: as_json({"error": "hunter2"}, 400), "OAuth error", True),
    ("a word that is none", lambda: as_json({"error": ["hunter2"]}, 400), "OAuth error", True),
    ("no such page", lambda: Response("hunter2", 404), "OAuth HTTP 404", True),
    ("broken", lambda: Response("hunter2", 503), "OAuth HTTP 503", False),
    ("asked too often", lambda: Response("hunter2", 429), "OAuth HTTP 429", False),
    ("a page", lambda: Response("<p>hunter2"), "OAuth ValueError", False),
    ("no token", lambda: as_json({"token_type": "Bearer"}), "OAuth answer without a token", False),
    (
        "a token that says more",
        lambda: as_json({"access_token": "a\1auth=hunter2"}),
        "OAuth answer without a token",
        False,
    ),
    (
        "for ever",
        lambda: as_json({"access_token": "hunter2", "expires_in": "for ever"}),
        "OAuth ValueError",
        False,
    ),
    (
        "sent elsewhere",
        lambda: Response(status=307, headers={"Location": "https://localhost:1/hunter2"}),
        "OAuth TooManyRedirects",
        False,
    ),
]


@pytest.mark.parametrize(
    ("answer", "code", "is_refused"), [each[1:] for each in ODD], ids=[each[0] for each in ODD]
)
def test_an_odd_answer_is_told_by_its_kind_and_not_by_its_words(
    token: AccessToken,
    endpoint: TokenEndpoint,
    answer: Callable[[], Response],
    code: str,
    is_refused: bool,
) -> None:
    endpoint.answers = answer
    refused = refusal_of(token)
    assert (refused.code, refused.is_refused) == (code, is_refused)
    assert "hunter2" not in repr(refused)
    endpoint.answers = None
    assert endpoint.is_good(token.current(), MAILBOX)


def test_a_provider_that_is_away_is_asked_again(
    token: AccessToken, endpoint: TokenEndpoint
) -> None:
    endpoint.stop()
    refused = refusal_of(token)
    assert (refused.code, refused.is_refused) == ("OAuth ConnectionError", False)
    endpoint.start()
    assert endpoint.is_good(token.current(), MAILBOX)


def test_a_provider_that_drips_is_not_waited_for_without_end(endpoint: TokenEndpoint) -> None:
    over = threading.Event()

    def drips() -> Iterator[bytes]:
        while not over.wait(0.1):
            yield b" "

    endpoint.answers = lambda: Response(drips())
    token = AccessToken(endpoint.client, MAILBOX, patience=0.5)
    began = time.monotonic()
    refused = refusal_of(token)
    over.set()
    assert (refused.code, refused.is_refused) == ("OAuth deadline", False)
    assert time.monotonic() - began < PATIENCE


def test_a_provider_that_cannot_be_trusted_is_told_no_secret(
    token: AccessToken, endpoint: TokenEndpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("REQUESTS_CA_BUNDLE")
    refused = refusal_of(token)
    assert (refused.code, refused.is_refused) == ("OAuth SSLError", False)
    assert endpoint.asked == 0


def test_a_service_account_signs_for_its_mailbox_and_no_other(endpoint: TokenEndpoint) -> None:
    own = AccessToken(endpoint.service_account, MAILBOX, PATIENCE).current()
    assert endpoint.is_good(own, MAILBOX)
    assert not endpoint.is_good(own, "somebody.else@bank.example")
    of_another = AccessToken(endpoint.service_account, "governor@bank.example", PATIENCE)
    assert refusal_of(of_another).code == "OAuth invalid_grant"


def secret_of(client: OAuthClient) -> str:
    return client.client_secret if isinstance(client, ClientCredentials) else client.key


@pytest.mark.parametrize("kind", ["client", "service_account"])
def test_neither_secret_nor_token_is_in_a_log_or_an_error(
    endpoint: TokenEndpoint, kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    client: OAuthClient = getattr(endpoint, kind)
    with caplog.at_level(logging.DEBUG):
        token = AccessToken(client, MAILBOX, PATIENCE)
        given = token.current()
        endpoint.secret = "rotated"
        endpoint.mailboxes.clear()
        with pytest.raises(NoToken) as refused:
            token.current(instead_of=given)
    assert "localhost" in caplog.text, "this listens to the right loggers"
    for said in (caplog.text, repr(refused.value), repr(client), repr(token)):
        assert secret_of(client) not in said
        assert given not in said
    assert refused.value.__suppress_context__
