"""How the engines are reached: PostgreSQL and Temporal."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlencode, urlsplit

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


def database_url(environ: Mapping[str, str], variable: str = "DATABASE_URL") -> str:
    """PostgreSQL's address for SQLAlchemy, whatever driver it was written for, with how TLS is to
    be spoken there."""
    url = required(environ, variable)
    scheme, _, rest = url.partition("://")
    if scheme not in {"postgresql", "postgres", "postgresql+psycopg2"} or not rest:
        raise SettingsRefused(f"{variable} must begin with postgresql+psycopg2://.")
    password = database_password(environ, variable)
    # Without one PostgreSQL knows us otherwise, by a certificate or by the user of the system.
    if password and environ.get("REDRESS_TRIAL") != "yes":
        if len(password) < SHORTEST_PASSWORD:
            raise SettingsRefused(
                f"{variable} has a password that is too short: it wants {SHORTEST_PASSWORD}"
                " characters or more."
            )
        if can_be_guessed(password):
            raise SettingsRefused(
                f"{variable} has a password that can be guessed: let a machine choose it."
            )
    said = _database_tls(environ)
    if said and "sslmode=" in rest:
        raise SettingsRefused(f"{variable} says how TLS is spoken, and so do {DATABASE_TLS[0]} ...")
    joint = "&" if "?" in rest else "?"
    return f"postgresql+psycopg2://{rest}{joint + urlencode(said) if said else ''}"


def owner_database_url(environ: Mapping[str, str]) -> str:
    """The same database as the owner of its tables; the application's own when none is named."""
    variable = "REDRESS_OWNER_DATABASE_URL"
    return database_url(environ, variable if environ.get(variable) else "DATABASE_URL")


def database_password(environ: Mapping[str, str], variable: str = "DATABASE_URL") -> str:
    """The password PostgreSQL is asked with; libpq also reads it from the query."""
    url = urlsplit(environ.get(variable, "").strip())
    asked = parse_qs(url.query).get("password", [""])
    return unquote(url.password or "") or asked[-1]


def _database_tls(environ: Mapping[str, str]) -> dict[str, str]:
    """How libpq is to speak TLS: never in the clear, and only to whom the authority has signed."""
    authority, *mine = (environ.get(variable, "") for variable in DATABASE_TLS)
    if not authority and not any(mine):
        return {}
    if not authority:
        raise SettingsRefused(f"{DATABASE_TLS[0]} is not set, and the others of its kind are.")
    if any(mine) and not all(mine):
        raise SettingsRefused(f"{DATABASE_TLS[1]} and its key are both set, or neither.")
    said = {"sslmode": "verify-full", "sslrootcert": authority}
    if all(mine):
        said |= {"sslcert": mine[0], "sslkey": mine[1]}
    for variable, file in zip(DATABASE_TLS, (authority, *mine), strict=True):
        if file:
            _pem(variable, file)
    return said


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


DATABASE_TLS = (
    "REDRESS_DATABASE_TLS_AUTHORITY",
    "REDRESS_DATABASE_TLS_CERTIFICATE",
    "REDRESS_DATABASE_TLS_KEY",
)
"""Files in PEM: the first, or all of them, or none."""

TEMPORAL_TLS = (
    "REDRESS_TEMPORAL_TLS_AUTHORITY",
    "REDRESS_TEMPORAL_TLS_CERTIFICATE",
    "REDRESS_TEMPORAL_TLS_KEY",
)
"""Files in PEM; all of them, or none."""
