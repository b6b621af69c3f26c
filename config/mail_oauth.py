"""By whose tokens mail servers let us in: a client of the bank's identity provider (OAuth 2)."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias
from urllib.parse import unquote, urlsplit

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from config.reading import SettingsRefused
from domain.addresses import is_address

SETTINGS = "REDRESS_MAIL_OAUTH_..."
"""All of them in one word."""

SCOPE, SERVICE_ACCOUNT = "REDRESS_MAIL_OAUTH_SCOPE", "REDRESS_MAIL_OAUTH_SERVICE_ACCOUNT"
TOKEN_ENDPOINT = "REDRESS_MAIL_OAUTH_TOKEN_ENDPOINT"  # noqa: S105 - the name of a setting
CREDENTIALS = (
    TOKEN_ENDPOINT,
    "REDRESS_MAIL_OAUTH_CLIENT_ID",
    "REDRESS_MAIL_OAUTH_CLIENT_SECRET",
)
"""All of them, or the service account, or none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientCredentials:
    """A client with a secret, whose token opens every mailbox it was given (RFC 6749, 4.4)."""

    token_endpoint: str
    client_id: str
    client_secret: str = field(repr=False)
    scope: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceAccount:
    """A client with a key, by which it signs for one mailbox at a time (RFC 7523, 2.1)."""

    token_endpoint: str
    name: str
    key_id: str
    key: str = field(repr=False)
    """In PEM."""
    scope: str


OAuthClient: TypeAlias = ClientCredentials | ServiceAccount


def takes_tokens(environ: Mapping[str, str]) -> bool:
    """Whether mail servers are shown tokens; where none of these settings is made, passwords."""
    return any(environ.get(each, "").strip() for each in (*CREDENTIALS, SERVICE_ACCOUNT, SCOPE))


def mail_oauth(environ: Mapping[str, str]) -> OAuthClient | None:
    """The client whose tokens mail servers take; None where they take passwords."""
    if not takes_tokens(environ):
        return None
    credentials = {variable: environ.get(variable, "").strip() for variable in CREDENTIALS}
    file, scope = (environ.get(variable, "").strip() for variable in (SERVICE_ACCOUNT, SCOPE))
    if file and any(credentials.values()):
        raise SettingsRefused(
            f"{SERVICE_ACCOUNT} is set, and so is {next(filter(credentials.get, credentials))}:"
            " a client has a key or a secret."
        )
    for variable, value in {**({} if file else credentials), SCOPE: scope}.items():
        if not value:
            raise SettingsRefused(f"{variable} is not set, and the others of its kind are.")
    if file:
        return _service_account(file, scope)
    endpoint, client_id, secret = credentials.values()
    return ClientCredentials(
        token_endpoint=_endpoint(TOKEN_ENDPOINT, endpoint),
        client_id=client_id,
        client_secret=secret,
        scope=scope,
    )


def wrong_with_a_token(name: str, password: str | None) -> str:
    """Why an address will not do where a token is shown, as the rest of a sentence about it; empty
    when it will. `name` is as it is written there."""
    if password:
        return (
            f"names a password, and {SETTINGS} say that a token is shown: leave the password out,"
            " or those"
        )
    if not is_address(unquote(name), host_may_be_short=True):
        return (
            f"names no mailbox: where {SETTINGS} are set, its name is a mail address, such as"
            " complaints%40bank.example"
        )
    return ""


def _service_account(file: str, scope: str) -> ServiceAccount:
    """What the file says that Google gives with a key."""
    try:
        said = json.loads(Path(file).read_bytes())
        key = str(said["private_key"])
        if not isinstance(load_pem_private_key(key.encode(), None), RSAPrivateKey):
            raise ValueError
        endpoint, name, key_id = (
            str(said[each]) for each in ("token_uri", "client_email", "private_key_id")
        )
    except OSError as unreadable:
        raise SettingsRefused(
            f"{SERVICE_ACCOUNT} names a file that cannot be read: {unreadable.strerror}."
        ) from None
    except (ValueError, KeyError, TypeError):  # their words could quote the key
        raise SettingsRefused(
            f"{SERVICE_ACCOUNT} names a file that is no key of a service account: take the JSON"
            " file that Google gives when the key is made."
        ) from None
    return ServiceAccount(
        token_endpoint=_endpoint(SERVICE_ACCOUNT, endpoint),
        name=name,
        key_id=key_id,
        key=key,
        scope=scope,
    )


def _endpoint(variable: str, url: str) -> str:
    """An address to which a secret may be sent."""
    try:
        parts = urlsplit(url)
        is_one = parts.scheme == "https" and parts.hostname and parts.port != 0
    except ValueError:
        is_one = False
    if not is_one or "@" in parts.netloc or parts.fragment:
        raise SettingsRefused(
            f"{variable} must name a token endpoint that begins with https://, such as"
            " https://login.microsoftonline.com/TENANT/oauth2/v2.0/token."
        )
    return url
