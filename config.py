"""Settings: everything that may differ from one installation to the next, read once.

Only the one-command start and the installation look at the environment besides, before there are
settings. Nothing here is a rule of complaint handling: those are policies (`policies/`), which are
data of their own.
"""

import base64
import binascii
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Concatenate, ParamSpec, Self, TypeVar, cast
from urllib.parse import parse_qs, unquote, urlsplit

from domain.addresses import is_address

SHORTEST_SECRET = 32
"""Bytes. A key for AES-256 has exactly as many."""

SHORTEST_PASSWORD = 16
"""Characters of the database's password (default): it meets nobody but PostgreSQL, which answers
guesses slowly."""

FEWEST_CHARACTERS = 10
"""Different ones, in a secret that no machine would have chosen with fewer (default)."""

How = ParamSpec("How")
Value = TypeVar("Value")

_OBVIOUS = ("changeme", "change-me", "change_me", "secret", "password", "default", "example")


class SettingsRefused(Exception):
    """Settings are missing, weak or make no sense; a sentence for each begins with its name."""


@dataclass(frozen=True, slots=True)
class PayloadKey:
    """One key of the ring that encrypts what Temporal stores."""

    id: str
    key: bytes = field(repr=False)
    """32 bytes, for AES-256-GCM."""
    opens_unbound: bool = False
    """Whether it was in use before payloads were bound to their place, and opens those too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TemporalTls:
    """Mutual TLS with Temporal, each in PEM as the files hold it."""

    authority: bytes
    """Whom the server's certificate must be signed by."""
    certificate: bytes
    key: bytes = field(repr=False)
    server_name: str
    """The name the server's certificate must bear; empty for the one in the address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """One installation of Redress. Secrets stay out of its `repr`, so it may be logged."""

    database_url: str = field(repr=False)
    """SQLAlchemy's address of PostgreSQL: `postgresql+psycopg2://...`."""
    temporal_address: str
    """Host and port of the Temporal frontend."""
    temporal_tls: TemporalTls | None
    """None: Temporal is spoken to in the clear, for a server that nobody else can reach."""
    temporal_namespace: str
    secret_key: str = field(repr=False)
    """Signs sessions and forms."""
    payload_keys: tuple[PayloadKey, ...] = field(repr=False)
    """Encrypt with the first, decrypt with any: a key is retired by moving it back, then out."""
    journal_key: bytes = field(repr=False)
    """Seals the journals. Kept away from the database, so that its administrator can forge none."""
    var_dir: Path
    """Where this installation keeps its files."""
    attachments_dir: Path
    """Where the files of attachments lie: best on another disk than PostgreSQL's."""
    uploads_dir: Path
    """Where files to be imported lie until they are done; pages and worker both reach it."""
    heads_dir: Path
    """Where the signed heads of the journals go: best on another machine's disk."""
    web_host: str
    web_port: int
    base_url: str
    """Where people find the pages, as links in notices begin; without a stroke at the end."""
    mail_urls: tuple[str, ...] = field(repr=False)
    """Gateways that carry notices out, as apprise writes them; none means in-app notices only."""
    mail_from: str
    bank_name: str
    default_language: str
    """`en` or `zh`: for a visitor whose browser asks for neither."""
    trial: bool
    """Whether this is a trial on embedded engines: sample data, mail is caught and not sent."""
    crash_at: str
    """A fault test's: the point in `crashpoints` where this process is to be killed."""
    raise_after: str
    """A fault test's: the point after which finished work is to look failed."""

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> Self:
        """The settings that `environ` describes.

        :raises SettingsRefused: naming every variable that is missing, weak or wrong
        """
        reading = _Reading(environ)
        settings = cls(
            database_url=reading.of(_database_url),
            temporal_address=reading.of(_required, "TEMPORAL_ADDRESS"),
            temporal_tls=reading.of(_temporal_tls),
            temporal_namespace=environ.get("TEMPORAL_NAMESPACE") or "redress",
            secret_key=reading.of(_secret, "REDRESS_SECRET_KEY"),
            payload_keys=reading.of(_key_ring, "REDRESS_PAYLOAD_KEYS"),
            journal_key=reading.of(_sealing_key, "REDRESS_JOURNAL_KEY"),
            var_dir=Path(environ.get("REDRESS_VAR_DIR") or "var").absolute(),
            attachments_dir=Path(
                environ.get("REDRESS_ATTACHMENTS_DIR")
                or Path(environ.get("REDRESS_VAR_DIR") or "var") / "attachments"
            ).absolute(),
            uploads_dir=Path(
                environ.get("REDRESS_UPLOADS_DIR")
                or Path(environ.get("REDRESS_VAR_DIR") or "var") / "uploads"
            ).absolute(),
            heads_dir=Path(
                environ.get("REDRESS_HEADS_DIR")
                or Path(environ.get("REDRESS_VAR_DIR") or "var") / "heads"
            ).absolute(),
            web_host=environ.get("REDRESS_HOST") or "127.0.0.1",
            web_port=reading.of(_port, "REDRESS_PORT", 8400),
            base_url=reading.of(_base_url),
            mail_urls=tuple((environ.get("REDRESS_MAIL_URL") or "").split()),
            mail_from=reading.of(_address, "REDRESS_MAIL_FROM", "complaints@localhost"),
            bank_name=environ.get("REDRESS_BANK_NAME") or "Redress",
            default_language=reading.of(_one_of, "REDRESS_LANGUAGE", ("en", "zh")),
            trial=reading.of(_one_of, "REDRESS_TRIAL", ("no", "yes")) == "yes",
            crash_at=reading.of(_on_trial_only, "REDRESS_CRASH_AT"),
            raise_after=reading.of(_on_trial_only, "REDRESS_RAISE_AFTER"),
        )
        refused = [*reading.refused, *_shared_secrets(environ)]
        if refused:
            raise SettingsRefused(" ".join(dict.fromkeys(refused)))
        return settings


def load_settings() -> Settings:
    """The settings of this process: its environment, and what `redress up` noted under `var/`."""
    return Settings.from_env(environment())


def environment(environ: Mapping[str, str] = os.environ) -> dict[str, str]:
    """`environ`, completed by the secrets and addresses that `redress up` keeps under `var/`.

    So a command typed in a second terminal finds the engines of the first. What `environ` says
    itself comes first.
    """
    var_dir = Path(environ.get("REDRESS_VAR_DIR") or "var")
    noted = [read_env_file(var_dir / name) for name in (SECRETS_FILE, ENGINES_FILE)]
    return {**noted[0], **noted[1], **environ}


SECRETS_FILE = "secrets.env"
"""Under `var/`, mode 0600: made by the first start, read by every later one."""

ENGINES_FILE = "engines.env"
"""Under `var/`, mode 0600: where the embedded engines of this folder answer."""


def read_env_file(file: Path) -> dict[str, str]:
    """`NAME=value` lines; empty when there is no such file. No quoting, no expansion."""
    if not file.exists():
        return {}
    lines = (line.strip() for line in file.read_text().splitlines())
    pairs = (line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))
    return {name.strip(): value.strip() for name, value in pairs}


def write_env_file(file: Path, values: Mapping[str, str]) -> None:
    """Write `NAME=value` lines for our eyes only, whole or not at all."""
    unfinished = file.with_suffix(".unfinished")
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with open(descriptor, "w") as lines:
        lines.writelines(f"{name}={value}\n" for name, value in values.items())
    unfinished.replace(file)


class _Reading:
    """Reads one setting after the other and keeps what is wrong, so that all of it is said at
    once."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ
        self.refused: list[str] = []

    def of(
        self,
        setting: Callable[Concatenate[Mapping[str, str], How], Value],
        *how: How.args,
        **named: How.kwargs,
    ) -> Value:
        """The setting; when it is refused, something that must not be used."""
        try:
            return setting(self._environ, *how, **named)
        except SettingsRefused as wrong:
            self.refused.append(str(wrong))
            return cast(Value, None)


def _required(environ: Mapping[str, str], variable: str) -> str:
    value = environ.get(variable, "").strip()
    if not value:
        raise SettingsRefused(f"{variable} is not set.")
    return value


def _database_url(environ: Mapping[str, str]) -> str:
    url = _required(environ, "DATABASE_URL")
    scheme, _, rest = url.partition("://")
    if scheme not in {"postgresql", "postgres", "postgresql+psycopg2"} or not rest:
        raise SettingsRefused("DATABASE_URL must begin with postgresql+psycopg2://.")
    password = _database_password(environ)
    # Without one PostgreSQL knows us otherwise, by a certificate or by the user of the system.
    if password and environ.get("REDRESS_TRIAL") != "yes":
        if len(password) < SHORTEST_PASSWORD:
            raise SettingsRefused(
                f"DATABASE_URL has a password that is too short: it wants {SHORTEST_PASSWORD}"
                " characters or more."
            )
        if _can_be_guessed(password):
            raise SettingsRefused(
                "DATABASE_URL has a password that can be guessed: let a machine choose it."
            )
    return f"postgresql+psycopg2://{rest}"


def _database_password(environ: Mapping[str, str]) -> str:
    """The password PostgreSQL is asked with; libpq also reads it from the query."""
    url = urlsplit(environ.get("DATABASE_URL", "").strip())
    asked = parse_qs(url.query).get("password", [""])
    return unquote(url.password or "") or asked[-1]


def _secret(environ: Mapping[str, str], variable: str) -> str:
    value = _required(environ, variable)
    if len(value.encode()) < SHORTEST_SECRET:
        raise SettingsRefused(f"{variable} is too short: it wants {SHORTEST_SECRET} bytes or more.")
    if _can_be_guessed(value):
        raise SettingsRefused(f"{variable} can be guessed: let a machine choose it.")
    return value


def _sealing_key(environ: Mapping[str, str], variable: str) -> bytes:
    return _secret(environ, variable).encode()


def _can_be_guessed(secret: str) -> bool:
    return len(set(secret)) < FEWEST_CHARACTERS or any(word in secret.lower() for word in _OBVIOUS)


def _shared_secrets(environ: Mapping[str, str]) -> Iterator[str]:
    """What is wrong when one value guards two things: whoever learns it opens both."""
    ring = environ.get("REDRESS_PAYLOAD_KEYS", "").replace(f":{_BOUND}", "").split(",")
    secrets = [
        ("REDRESS_SECRET_KEY", environ.get("REDRESS_SECRET_KEY", "")),
        ("REDRESS_JOURNAL_KEY", environ.get("REDRESS_JOURNAL_KEY", "")),
        *(("REDRESS_PAYLOAD_KEYS", entry.partition(":")[2]) for entry in ring),
        ("DATABASE_URL", _database_password(environ)),
    ]
    first: dict[str, str] = {}
    for variable, secret in secrets:
        other = first.setdefault(secret.strip(), variable) if secret.strip() else variable
        if other != variable:
            yield f"{variable} holds the secret of {other} again: each wants its own."


_BOUND = "bound"
"""Stands behind a payload key that never made a payload without a place."""


def _key_ring(environ: Mapping[str, str], variable: str) -> tuple[PayloadKey, ...]:
    entries = [entry.strip() for entry in _required(environ, variable).split(",") if entry.strip()]
    keys = tuple(_payload_key(entry, variable) for entry in entries)
    if len({key.id for key in keys}) != len(keys) or len({key.key for key in keys}) != len(keys):
        raise SettingsRefused(f"{variable} names the same key twice.")
    return keys


def _payload_key(entry: str, variable: str) -> PayloadKey:
    identifier, _, encoded = entry.partition(":")
    encoded, _, mark = encoded.partition(":")
    try:
        key = base64.b64decode(encoded, validate=True)
    except binascii.Error:
        key = b""
    if not identifier or len(key) != SHORTEST_SECRET or mark not in ("", _BOUND):
        raise SettingsRefused(
            f"{variable} wants id:key pairs, each key 32 bytes in base64, and :{_BOUND} behind a"
            " key that was made since payloads are bound to their place."
        )
    if len(set(key)) < FEWEST_CHARACTERS:
        raise SettingsRefused(f"{variable} has a key ({identifier}) that can be guessed.")
    return PayloadKey(identifier, key, opens_unbound=mark != _BOUND)


def _temporal_tls(environ: Mapping[str, str]) -> TemporalTls | None:
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


def _port(environ: Mapping[str, str], variable: str, default: int) -> int:
    value = environ.get(variable) or str(default)
    if not value.isdecimal() or not 0 < int(value) < 65536:
        raise SettingsRefused(f"{variable} must be a port: a number from 1 to 65535.")
    return int(value)


def _address(environ: Mapping[str, str], variable: str, default: str) -> str:
    value = environ.get(variable) or default
    if not is_address(value, host_may_be_short=True):
        raise SettingsRefused(
            f"{variable} must be one mail address and nothing else, such as"
            " complaints@bank.example."
        )
    return value


def _base_url(environ: Mapping[str, str]) -> str:
    """As the bank says, or where the web of this installation listens."""
    port = _port(environ, "REDRESS_PORT", 8400)
    url = environ.get("REDRESS_BASE_URL") or f"http://127.0.0.1:{port}"
    if not url.startswith(("http://", "https://")):
        raise SettingsRefused("REDRESS_BASE_URL must begin with http:// or https://.")
    return url.rstrip("/")


def _on_trial_only(environ: Mapping[str, str], variable: str) -> str:
    value = environ.get(variable, "")
    if value and environ.get("REDRESS_TRIAL") != "yes":
        raise SettingsRefused(f"{variable} breaks things on purpose: it is for trials only.")
    return value


def _one_of(environ: Mapping[str, str], variable: str, choices: tuple[str, ...]) -> str:
    """One of `choices`, of which the first is meant when nothing is said."""
    value = environ.get(variable) or choices[0]
    if value not in choices:
        raise SettingsRefused(f"{variable} must be one of: {', '.join(choices)}.")
    return value
