"""Coming in by the bank's identity provider (OpenID Connect), with Authlib."""

import logging
from typing import Any

from authlib.integrations.base_client import OAuthError
from authlib.integrations.flask_client import FlaskOAuth2App, OAuth
from flask import Blueprint, Flask, abort, current_app, redirect, request, session, url_for
from joserfc.errors import JoseError
from requests import RequestException
from werkzeug.wrappers import Response

from config.sign_in import SingleSignOn
from desk.sign_in.by_provider import NotLetInByProvider
from web.admin.sessions import log_in_page
from web.base.context import records
from web.base.phrases import _
from web.kit.access import open_to_everybody
from web.kit.menu import way_back
from web.kit.stays import next_step, open_stay, place
from web.wording import words

blueprint = Blueprint("single_sign_on", __name__, url_prefix="/login/bank")

Page = str | Response | tuple[str, int]

log = logging.getLogger(__name__)

ANSWERS_WITHIN = 5.0
"""Seconds for the provider to answer (default)."""


class AnotherIssuer(Exception):
    """Whoever answers at the provider's address calls themselves otherwise than the settings do."""

    def __init__(self, calls_itself: object) -> None:
        super().__init__(calls_itself)
        self.calls_itself = calls_itself


FAILURES = (
    AnotherIssuer,
    OAuthError,
    JoseError,
    RequestException,
    RuntimeError,
    KeyError,
    TypeError,
    ValueError,
)
"""What comes of a provider that does not answer, or not as it should."""


class Provider(FlaskOAuth2App):  # type: ignore[misc]  # Authlib has no types
    """The provider that the settings name, and nobody else who answers at its address."""

    issuer: str

    def load_server_metadata(self) -> dict[str, Any]:
        """What the provider says of itself, asked for once. Tokens are held against its issuer, so
        that is first held against the settings (OpenID Connect Discovery 4.3). Raises
        `AnotherIssuer`, and then it is asked anew the next time.
        """
        metadata: dict[str, Any] = super().load_server_metadata()
        if metadata.get("issuer") != self.issuer:
            metadata.pop("_loaded_at", None)
            raise AnotherIssuer(metadata.get("issuer"))
        return metadata


def know_the_provider(app: Flask) -> None:
    """Register the provider that the settings name; it is asked nothing before somebody comes."""
    provider = app.extensions["redress"].settings.sign_in.single_sign_on
    app.jinja_env.globals.update(has_single_sign_on=provider is not None)
    if provider is None:
        return
    bank = OAuth(app).register(
        "bank",
        client_cls=Provider,
        client_id=provider.client_id,
        client_secret=provider.client_secret,
        server_metadata_url=f"{provider.address}/.well-known/openid-configuration",
        client_kwargs={
            "scope": "openid profile email groups",
            "code_challenge_method": "S256",
            "default_timeout": ANSWERS_WITHIN,
        },
    )
    bank.issuer = provider.issuer


@blueprint.get("")
@open_to_everybody
def go() -> Page:
    """To the provider, and back to the page that was wanted."""
    came_for = way_back()
    try:
        away: Response = _bank().authorize_redirect(
            records().settings.base_url + url_for("single_sign_on.back")
        )
    except FAILURES as failed:
        return _failed(failed, came_for)
    session["came_for"] = came_for
    return away


@blueprint.get("/back")
@open_to_everybody
def back() -> Page:
    """From the provider, who says who this is."""
    issuer, came_for = _provider().address, session.get("came_for")
    try:
        said = _bank().authorize_access_token(leeway=60)["userinfo"]
        let_in = records().single_sign_on.let_in(issuer, dict(said), place())
    except NotLetInByProvider as refused:
        return log_in_page(words(refused.why), came_for), 403
    except FAILURES as failed:
        return _failed(failed, came_for)
    open_stay(let_in)
    return redirect(next_step(let_in.stage, came_for))


def _provider() -> SingleSignOn:
    provider = records().settings.sign_in.single_sign_on
    if provider is None:
        abort(404)
    return provider


def _bank() -> OAuth:
    _provider()
    return current_app.extensions["authlib.integrations.flask_client"].bank


def _failed(why: Exception, came_for: str | None) -> Page:
    if isinstance(why, AnotherIssuer):
        return _not_the_one(why, came_for)
    # Neither the code nor a token is in these, but what a provider says may be anything.
    log.warning("no log-in by the identity provider: %s", type(why).__name__)
    sentence = _(
        "The bank's own log-in did not answer as it should. Try again; if it stays so, log in with"
        " your password, or ask an administrator."
    )
    status = 400 if "error" in request.args or "state" in request.args else 502
    return log_in_page(sentence, came_for), status


def _not_the_one(other: AnotherIssuer, came_for: str | None) -> Page:
    log.error(
        "no log-in by the identity provider: it calls itself %.200r, and REDRESS_OIDC_ISSUER says"
        " %r. Nobody comes in by it until the two are the same, to the last slash.",
        other.calls_itself,
        _provider().issuer,
    )
    sentence = _(
        "The bank's own log-in is not the one that this installation was set up for, so nobody is"
        " let in by it. Log in with your password, and tell an administrator: the log of the web"
        " says what to set right."
    )
    return log_in_page(sentence, came_for), 502
