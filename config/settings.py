"""Settings: everything that may differ from one installation to the next, read once.

Only the one-command start and the installation look at the environment besides, before there are
settings. Nothing here is a rule of complaint handling: those are policies (`policies/`), which are
data of their own.
"""

import os
import socket
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from config.engines import TemporalTls, database_url, owner_database_url, temporal_tls
from config.env_files import ENGINES_FILE, SECRETS_FILE, read_env_file
from config.keys import (
    PayloadKey,
    PersonalKey,
    key_ring,
    personal_ring,
    sealing_key,
    secret,
    shared_secrets,
)
from config.mail_oauth import OAuthClient, mail_oauth
from config.mailbox import MailboxAddress, mailbox
from config.reading import (
    IpNetwork,
    Reading,
    SettingsRefused,
    address,
    base_url,
    networks,
    on_trial_only,
    one_of,
    port,
    required,
    whole_number,
)
from config.sign_in import SignInSettings, sign_in

CASES_IN_MEMORY = 10_000
"""With more of them due at once, each of their steps would have to read a whole history again
(default); some 80 to 140 kB each."""

MOST_CASES_IN_MEMORY = 1_000_000

VAR_DIR = Path("var")
"""Where an installation keeps its files unless it says otherwise (default)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """One installation of Redress. Secrets stay out of its `repr`, so it may be logged."""

    database_url: str = field(repr=False)
    """SQLAlchemy's address of PostgreSQL: `postgresql+psycopg2://...`."""
    owner_database_url: str = field(repr=False)
    """The same database as the role that owns its tables, for migrations; where nobody has named
    one, it is the application's own."""
    temporal_address: str
    """Host and port of the Temporal frontend."""
    temporal_tls: TemporalTls | None
    """None: Temporal is spoken to in the clear, for a server that nobody else can reach."""
    temporal_namespace: str
    secret_key: str = field(repr=False)
    """Signs sessions and forms."""
    payload_keys: tuple[PayloadKey, ...] = field(repr=False)
    """Encrypt with the first, decrypt with any: a key is retired by moving it back, then out."""
    personal_keys: tuple[PersonalKey, ...] = field(repr=False)
    """Encrypt what is kept of customers with the first, decrypt it with any."""
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
    trusted_proxies: tuple[IpNetwork, ...]
    """Whose word it is from which address somebody asks; nobody else's is taken."""
    mail_urls: tuple[str, ...] = field(repr=False)
    """Gateways that carry notices out, as apprise writes them; none means in-app notices only."""
    mail_from: str
    mailbox: MailboxAddress | None = field(repr=False)
    """Where mail comes in; None: none is read."""
    mail_oauth: OAuthClient | None
    """By whose tokens mail servers let us in; None where they take passwords."""
    bank_name: str
    default_language: str
    """`en` or `zh`: for a visitor whose browser asks for neither."""
    cases_in_memory: int
    """Cases whose workflows a worker keeps ready, the longest untouched leave first."""
    trial: bool
    """Whether this is a trial on embedded engines: sample data, mail is caught and not sent."""
    sign_in: SignInSettings
    crash_at: str
    """A fault test's: the point in `crashpoints` where this process is to be killed."""
    raise_after: str
    """A fault test's: the point after which finished work is to look failed."""

    @property
    def over_tls(self) -> bool:
        """Whether people reach the pages over TLS, whoever ends it."""
        return self.base_url.startswith("https://")

    @property
    def listening_file(self) -> Path:
        """As old as the last question for work of the worker that runs here, on this machine."""
        return self.var_dir / f"listening-{socket.gethostname()}"

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> Self:
        """The settings that `environ` describes.

        :raises SettingsRefused: naming every variable that is missing, weak or wrong
        """
        reading, var_dir = Reading(environ), _folder(environ, "REDRESS_VAR_DIR", VAR_DIR)
        settings = cls(
            database_url=reading.of(database_url),
            owner_database_url=reading.of(owner_database_url),
            temporal_address=reading.of(required, "TEMPORAL_ADDRESS"),
            temporal_tls=reading.of(temporal_tls),
            temporal_namespace=environ.get("TEMPORAL_NAMESPACE") or "redress",
            secret_key=reading.of(secret, "REDRESS_SECRET_KEY"),
            payload_keys=reading.of(key_ring, "REDRESS_PAYLOAD_KEYS"),
            personal_keys=reading.of(personal_ring, "REDRESS_PERSONAL_KEYS"),
            journal_key=reading.of(sealing_key, "REDRESS_JOURNAL_KEY"),
            var_dir=var_dir,
            attachments_dir=_folder(environ, "REDRESS_ATTACHMENTS_DIR", var_dir / "attachments"),
            uploads_dir=_folder(environ, "REDRESS_UPLOADS_DIR", var_dir / "uploads"),
            heads_dir=_folder(environ, "REDRESS_HEADS_DIR", var_dir / "heads"),
            web_host=environ.get("REDRESS_HOST") or "127.0.0.1",
            web_port=reading.of(port, "REDRESS_PORT", 8400),
            base_url=reading.of(base_url),
            trusted_proxies=reading.of(networks, "REDRESS_TRUSTED_PROXIES"),
            mail_urls=tuple((environ.get("REDRESS_MAIL_URL") or "").split()),
            mail_from=reading.of(address, "REDRESS_MAIL_FROM", "complaints@localhost"),
            mailbox=reading.of(mailbox, "REDRESS_MAILBOX_URL"),
            mail_oauth=reading.of(mail_oauth),
            bank_name=environ.get("REDRESS_BANK_NAME") or "Redress",
            default_language=reading.of(one_of, "REDRESS_LANGUAGE", ("en", "zh")),
            cases_in_memory=reading.of(
                whole_number, "REDRESS_CASES_IN_MEMORY", CASES_IN_MEMORY, MOST_CASES_IN_MEMORY
            ),
            trial=reading.of(one_of, "REDRESS_TRIAL", ("no", "yes")) == "yes",
            sign_in=reading.of(sign_in),
            crash_at=reading.of(on_trial_only, "REDRESS_CRASH_AT"),
            raise_after=reading.of(on_trial_only, "REDRESS_RAISE_AFTER"),
        )
        refused = [*reading.refused, *shared_secrets(environ)]
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
    var_dir = _folder(environ, "REDRESS_VAR_DIR", VAR_DIR)
    secrets, engines = (read_env_file(var_dir / name) for name in (SECRETS_FILE, ENGINES_FILE))
    return {**secrets, **engines, **environ}


def _folder(environ: Mapping[str, str], variable: str, otherwise: Path) -> Path:
    return Path(environ.get(variable) or otherwise).absolute()
