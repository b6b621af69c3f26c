"""How the engines are reached: PostgreSQL and Temporal."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from config.reading import SettingsRefused, can_be_guessed, required

SHORTEST_PASSWORD = 16
"""Characters of the database's password (default): it meets nobody but PostgreSQL, which answers
guesses slowly."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TemporalTls:
    """Mutual TLS with Temporal, each in PEM as the files hold it."""

    authority: bytes
    """Whom the server's certificate must be signed by."""
    certificate: bytes
    key: bytes = field(repr=False)
    server_name: str
    """The name the server's certificate must bear; empty for the one in the address."""


def database_url(environ: Mapping[str, str]) -> str:
    """PostgreSQL's address for SQLAlchemy, whatever driver it was written for."""
    url = required(environ, "DATABASE_URL")
    scheme, _, rest = url.partition("://")
    if scheme not in {"postgresql", "postgres", "postgresql+psycopg2"} or not rest:
        raise SettingsRefused("DATABASE_URL must begin with postgresql+psycopg2://.")
    password = database_password(environ)
    # Without one PostgreSQL knows us otherwise, by a certificate or by the user of the system.
    if password and environ.get("REDRESS_TRIAL") != "yes":
        if len(password) < SHORTEST_PASSWORD:
            raise SettingsRefused(
                f"DATABASE_URL has a password that is too short: it wants {SHORTEST_PASSWORD}"
                " characters or more."
            )
        if can_be_guessed(password):
            raise SettingsRefused(
                "DATABASE_URL has a password that can be guessed: let a machine choose it."
            )
    return f"postgresql+psycopg2://{rest}"


def database_password(environ: Mapping[str, str]) -> str:
    """The password PostgreSQL is asked with; libpq also reads it from the query."""
    url = urlsplit(environ.get("DATABASE_URL", "").strip())
    asked = parse_qs(url.query).get("password", [""])
    return unquote(url.password or "") or asked[-1]


def temporal_tls(environ: Mapping[str, str]) -> TemporalTls | None:
    """What we show Temporal and whom we trust there; None when nothing is set."""
    named = {variable: environ.get(variable, "") for variable in TEMPORAL_TLS}
    if not any(named.values()):
        return None
    for variable, file in named.items():
        if not file:
            raise SettingsRefused(f"{variable} is not set, and the others of its kind are.")
    authority, certificate, key = (_pem(variable, file) for variable, file in named.items())
    return TemporalTls(
        authority=authority,
        certificate=certificate,
        key=key,
        server_name=environ.get("REDRESS_TEMPORAL_TLS_SERVER_NAME", ""),
    )


def _pem(variable: str, file: str) -> bytes:
    try:
        content = Path(file).read_bytes()
    except OSError as unreadable:
        raise SettingsRefused(
            f"{variable} names a file that cannot be read: {unreadable.strerror}."
        ) from None
    if b"-----BEGIN " not in content:
        raise SettingsRefused(f"{variable} names a file that holds no certificate or key in PEM.")
    return content


TEMPORAL_TLS = (
    "REDRESS_TEMPORAL_TLS_AUTHORITY",
    "REDRESS_TEMPORAL_TLS_CERTIFICATE",
    "REDRESS_TEMPORAL_TLS_KEY",
)
"""Files in PEM; all of them, or none."""
