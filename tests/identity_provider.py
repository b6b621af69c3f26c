"""A bank's identity provider: small, but over HTTP, with signed tokens and a client's secret."""

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

CLIENT, CLIENT_SECRET = "redress", "the provider and the pages know it"


@dataclass(eq=False)
class IdentityProvider:
    """Lets in whoever `claims` names, without asking for a password."""

    issuer: str = ""
    claims: dict[str, Any] = field(default_factory=dict)
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "one"}))
    signs_with: RSAKey | None = None
    """Another key than the one it shows, when it is not the provider at all that signs."""
    over: dict[str, Any] = field(default_factory=dict)
    """What its tokens say instead of what they should."""
    asked: list[str] = field(default_factory=list)
    is_broken: bool = False
    says_of_itself: object = None
    """Instead of its metadata, when they are not what they should be."""
    _codes: dict[str, dict[str, str]] = field(default_factory=dict)

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        request = Request(environ)
        self.asked.append(request.path)
        pages: dict[str, Callable[[Request], Response]] = {
            "/.well-known/openid-configuration": self._about,
            "/authorize": self._authorize,
            "/token": self._token,
            "/jwks": lambda _: as_json(KeySet([self.key]).as_dict(private=False)),
        }
        answer = Response(status=500) if self.is_broken else pages[request.path](request)
        return answer(environ, start_response)

    def _about(self, _: Request) -> Response:
        return as_json(self.about if self.says_of_itself is None else self.says_of_itself)

    @property
    def about(self) -> dict[str, Any]:
        """Its metadata."""
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/jwks",
            "id_token_signing_alg_values_supported": ["RS256"],
        }

    def _authorize(self, request: Request) -> Response:
        asked = request.args.to_dict()
        assert asked["client_id"] == CLIENT
        assert asked["response_type"] == "code"
        assert asked["code_challenge_method"] == "S256"
        code = secrets.token_urlsafe(16)
        self._codes[code] = asked
        back = urlencode({"code": code, "state": asked["state"]})
        return Response(status=302, headers={"Location": f"{asked['redirect_uri']}?{back}"})

    def _token(self, request: Request) -> Response:
        assert request.authorization is not None
        shown = (request.authorization.username, request.authorization.password)
        asked = self._codes.pop(request.form.get("code", ""), None)
        if shown != (CLIENT, CLIENT_SECRET) or asked is None:
            return as_json({"error": "invalid_grant"}, 400)
        verifier = hashlib.sha256(request.form["code_verifier"].encode()).digest()
        proof = base64.urlsafe_b64encode(verifier).rstrip(b"=").decode()
        if (
            proof != asked["code_challenge"]
            or asked["redirect_uri"] != request.form["redirect_uri"]
        ):
            return as_json({"error": "invalid_grant"}, 400)
        now = int(time.time())
        said = {
            "iss": self.issuer,
            "aud": CLIENT,
            "iat": now,
            "exp": now + 300,
            "nonce": asked["nonce"],
            **self.claims,
            **self.over,
        }
        signed = jwt.encode({"alg": "RS256", "kid": "one"}, said, self.signs_with or self.key)
        return as_json({"access_token": "a", "token_type": "Bearer", "id_token": signed})


def as_json(said: object, status: int = 200) -> Response:
    """What a provider answers."""
    return Response(json.dumps(said), status, mimetype="application/json")


@contextmanager
def running() -> Iterator[IdentityProvider]:
    """A provider that listens on a port of its own."""
    provider = IdentityProvider()
    server = make_server("127.0.0.1", 0, provider, threaded=True)
    provider.issuer = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
