"""A bank's token endpoint: small, but over TLS, and mail servers ask it whose each token is."""

import secrets
import ssl
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response

from config import ClientCredentials, ServiceAccount
from embedded.certificates import Certificates, ensure_certificates
from embedded.ports import remembered_ports
from tests.identity_provider import as_json

CLIENT, SCOPE = "redress-client", "https://mail.bank.example/.default"
ACCOUNT = "redress@project.iam.bank.example"
JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"


@dataclass(frozen=True)
class Issued:
    """What a token is good for."""

    until: float
    mailbox: str
    """Empty for every mailbox that the client was given."""


@dataclass(eq=False)
class TokenEndpoint:
    """Gives tokens to one client, as long as it shows what it has to."""

    port: int
    certificates: Certificates
    mailboxes: set[str]
    """Which the client may open."""
    secret: str = field(default_factory=lambda: secrets.token_urlsafe(30))
    account_key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "one"}))
    lifetime: int | str = 3600
    """Of a token, in seconds."""
    answers: Callable[[], Response] | None = None
    """Instead of what it should."""
    issued: dict[str, Issued] = field(default_factory=dict)
    asked: int = 0
    _server: BaseWSGIServer | None = None

    @property
    def url(self) -> str:
        return f"https://localhost:{self.port}/token"

    @property
    def client(self) -> ClientCredentials:
        """The client, as the bank has set it."""
        return ClientCredentials(
            token_endpoint=self.url, client_id=CLIENT, client_secret=self.secret, scope=SCOPE
        )

    @property
    def service_account(self) -> ServiceAccount:
        """The same client, where it has a key instead of a secret."""
        key = self.account_key.as_pem(private=True).decode()
        return ServiceAccount(
            token_endpoint=self.url, name=ACCOUNT, key_id="one", key=key, scope=SCOPE
        )

    @property
    def settings(self) -> dict[str, str]:
        """The same, as it is named to Redress."""
        return {
            "REDRESS_MAIL_OAUTH_TOKEN_ENDPOINT": self.url,
            "REDRESS_MAIL_OAUTH_CLIENT_ID": CLIENT,
            "REDRESS_MAIL_OAUTH_CLIENT_SECRET": self.secret,
            "REDRESS_MAIL_OAUTH_SCOPE": SCOPE,
        }

    def is_good(self, token: str, mailbox: str) -> bool:
        """Whether this token opens this mailbox now."""
        known = self.issued.get(token)
        if known is None or time.time() >= known.until:
            return False
        return mailbox in ({known.mailbox} if known.mailbox else self.mailboxes)

    def new_token(self, mailbox: str = "") -> str:
        """A token as long as those of Exchange Online are."""
        token = secrets.token_urlsafe(1400)
        lasts = self.lifetime if isinstance(self.lifetime, int) else 3600
        self.issued[token] = Issued(time.time() + lasts, mailbox)
        return token

    def start(self) -> None:
        shown = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        shown.load_cert_chain(self.certificates.certificate, self.certificates.key)
        self._server = make_server(
            "localhost", self.port, self, threaded=True, ssl_context=shown, request_handler=_Quiet
        )
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        """As when it is away."""
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        request = Request(environ)
        pages = {"/token": self._token, "/introspect": self._introspect}
        return pages[request.path](request)(environ, start_response)

    def _token(self, request: Request) -> Response:
        self.asked += 1
        if self.answers is not None:
            return self.answers()
        form = request.form
        if form.get("grant_type") == JWT_BEARER:
            return self._by_assertion(form.get("assertion", ""))
        if (form.get("client_id"), form.get("client_secret")) != (CLIENT, self.secret):
            # Real ones are as talkative.
            said = f"Invalid client secret {form.get('client_secret')} for {CLIENT}."
            return _refused("invalid_client", said)
        if form.get("grant_type") != "client_credentials":
            return _refused("unsupported_grant_type")
        if form.get("scope") != SCOPE:
            return _refused("invalid_scope")
        return self._given()

    def _by_assertion(self, assertion: str) -> Response:
        with suppress(JoseError, ValueError):
            said = jwt.decode(assertion, self.account_key, algorithms=["RS256"]).claims
            fits = (said["iss"], said["aud"], said["scope"]) == (ACCOUNT, self.url, SCOPE)
            if fits and said["exp"] > time.time() and said["sub"] in self.mailboxes:
                return self._given(said["sub"])
        return _refused("invalid_grant")

    def _given(self, mailbox: str = "") -> Response:
        token = self.new_token(mailbox)
        return as_json({"access_token": token, "token_type": "Bearer", "expires_in": self.lifetime})

    def _introspect(self, request: Request) -> Response:
        is_good = self.is_good(request.form["token"], request.form["mailbox"])
        return as_json({"active": is_good})


class _Quiet(WSGIRequestHandler):
    def log(self, *_said: Any) -> None:
        pass


def _refused(error: str, description: str = "") -> Response:
    said = {"error": error, "error_description": description}
    return as_json(said, HTTPStatus.UNAUTHORIZED)


def a_token_endpoint(folder: Path, *mailboxes: str) -> TokenEndpoint:
    """One that is not listening yet, on a port of its own."""
    certificates = Certificates(folder / "token-endpoint")
    ensure_certificates(certificates, Certificates(folder / "client"), ["localhost", "127.0.0.1"])
    port = remembered_ports(folder / "token-ports.json", ("token",))["token"]
    return TokenEndpoint(port, certificates, set(mailboxes))
