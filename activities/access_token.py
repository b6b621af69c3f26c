"""The token by which mail servers let us into a mailbox (OAuth 2), asked for with Authlib and shown
by SASL: XOAUTH2, or OAUTHBEARER (RFC 7628)."""

import re
import threading
from collections.abc import Callable, Collection
from concurrent.futures import Future, ThreadPoolExecutor

from authlib.common.errors import AuthlibBaseError
from authlib.integrations.requests_client import AssertionSession, OAuth2Session
from authlib.oauth2.rfc6749 import OAuth2Token
from joserfc.jwk import RSAKey
from requests import HTTPError, RequestException, codes

from config import ClientCredentials, OAuthClient

MECHANISMS = ("XOAUTH2", "OAUTHBEARER")
"""The first that a server offers is taken: the one that Exchange Online and Gmail describe."""

KEPT_BACK_SECONDS = 60
"""How long before its end a token is taken for over (default)."""

IN_ALL = 2
"""Times the patience: how long a token may take, however it drips (default). To connect and to
answer may take the patience each."""

NONE_FOLLOWED = 0
"""Redirects: whoever is sent elsewhere would take the secret there."""

REFUSALS = frozenset(
    {
        "invalid_request",
        "invalid_client",
        "invalid_grant",
        "unauthorized_client",
        "unsupported_grant_type",
        "invalid_scope",
    }
)
"""What a provider may answer (RFC 6749, 5.2): other words of its own are not repeated."""

_TOKEN = re.compile(r"[A-Za-z0-9._~+/-]+=*", re.ASCII)
"""RFC 6750, 2.1."""

Answering = Callable[..., str]
"""What is answered to a server's challenge, which comes as bytes."""


class NoToken(Exception):
    """There is no token that could be shown."""

    def __init__(self, code: str, *, is_refused: bool) -> None:
        """`code` has neither a secret in it nor the provider's own words. Who is refused must mend
        something; else nobody has answered, or not as was asked."""
        super().__init__(code)
        self.code = code
        self.is_refused = is_refused


class AccessToken:
    """The token for one mailbox: kept in memory until shortly before its end, and asked for once,
    however many threads want it."""

    def __init__(self, client: OAuthClient, mailbox: str, patience: float) -> None:
        """`patience` is how many seconds the provider may leave us without an answer."""
        self._client = client
        self._mailbox = mailbox
        self._patience = patience
        self._lock = threading.Lock()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="access token")
        self._asked: Future[OAuth2Token] | None = None

    def log_in(
        self,
        offered: Collection[str],
        authenticate: Callable[[str, Answering], object],
        refusal: type[Exception],
    ) -> None:
        """Be let in by `authenticate`, by a mechanism that the server offers. A token that it
        refuses is asked for anew, once; raises `NoToken`, and the second refusal."""
        mechanism = next((each for each in MECHANISMS if each in offered), None)
        if mechanism is None:
            raise NoToken(f"no {MECHANISMS[0]}", is_refused=True)
        token = self.current()
        try:
            authenticate(mechanism, self._answering(mechanism, token))
        except refusal:
            token = self.current(instead_of=token)
            authenticate(mechanism, self._answering(mechanism, token))

    def current(self, instead_of: str = "") -> str:
        """The token, and not the one that was refused; raises `NoToken`."""
        with self._lock:
            if self._asked is None or _is_over(self._asked, instead_of):
                self._asked = self._thread.submit(self._ask)
            asked = self._asked
        try:
            return str(asked.result(IN_ALL * self._patience)["access_token"])
        except TimeoutError:
            raise NoToken("OAuth deadline", is_refused=False) from None

    def _answering(self, mechanism: str, token: str) -> Answering:
        """Who we are and the token; then to what is wrong with it, that we have heard it."""
        if mechanism == "XOAUTH2":
            whose, heard = f"user={self._mailbox}", ""
        else:
            name = self._mailbox.replace("=", "=3D").replace(",", "=2C")
            whose, heard = f"n,a={name},", "\1"
        answers = iter([f"{whose}\1auth=Bearer {token}\1\1"])
        return lambda challenge: next(answers, heard)

    def _ask(self) -> OAuth2Token:
        try:
            token = self._given()
        except AuthlibBaseError as refused:
            code = str(refused.error)
            code = code if code in REFUSALS else "error"
            raise NoToken(f"OAuth {code}", is_refused=True) from None
        except HTTPError as failed:
            status = getattr(failed.response, "status_code", 0)
            is_refused = 400 <= status < 500 and status != codes.too_many_requests
            raise NoToken(f"OAuth HTTP {status}", is_refused=is_refused) from None
        except (RequestException, ValueError, TypeError) as away:
            # Nobody answers, or with what no provider says.
            raise NoToken(f"OAuth {type(away).__name__}", is_refused=False) from None
        if not _TOKEN.fullmatch(str(token.get("access_token", ""))):
            raise NoToken("OAuth answer without a token", is_refused=False)
        return token

    def _given(self) -> OAuth2Token:
        client, patience = self._client, self._patience
        if isinstance(client, ClientCredentials):
            with OAuth2Session(
                client.client_id,
                client.client_secret,
                scope=client.scope,
                token_endpoint_auth_method="client_secret_post",  # noqa: S106 - the name of a way
                default_timeout=patience,
            ) as session:
                session.max_redirects = NONE_FOLLOWED
                return session.fetch_token(client.token_endpoint, grant_type="client_credentials")
        with AssertionSession(
            client.token_endpoint,
            issuer=client.name,
            subject=self._mailbox,
            claims={"scope": client.scope},
            key=RSAKey.import_key(client.key),
            header={"alg": "RS256", "kid": client.key_id},
            default_timeout=patience,
        ) as session:
            session.max_redirects = NONE_FOLLOWED
            return session.refresh_token()


def token_for(
    mailbox: str | None, client: OAuthClient | None, patience: float
) -> AccessToken | None:
    """The token for this mailbox; None where none is shown."""
    return AccessToken(client, mailbox, patience) if client is not None and mailbox else None


def _is_over(asked: Future[OAuth2Token], refused: str) -> bool:
    """Whether to ask anew; not while it is being asked for."""
    if not asked.done():
        return False
    if asked.exception() is not None:
        return True
    token = asked.result()
    return bool(token.is_expired(KEPT_BACK_SECONDS)) or token["access_token"] == refused
