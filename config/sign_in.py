"""How people and other systems come in."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from config.keys import secret
from config.reading import Reading, SettingsRefused, one_of, whole_number

REQUESTS_A_MINUTE = 300
"""Of one token (default): a bank whose every customer complained would file fewer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SingleSignOn:
    """The bank's own identity provider, spoken to by OpenID Connect."""

    issuer: str
    """As the provider writes it, to the last slash."""
    client_id: str
    client_secret: str = field(repr=False)
    mapping: Path
    """Which of its groups are which roles here."""

    @property
    def address(self) -> str:
        """Where it is asked, and the name under which its people are kept."""
        return self.issuer.rstrip("/")


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInSettings:
    """How people and other systems come in."""

    key_before: str = field(repr=False)
    """What signed cookies and forms until the key was changed; verifies, and signs nothing."""
    second_factor_required: bool
    """Whether those whose roles want a second factor must have one; else it is offered."""
    common_passwords: Path | None
    """A list of the bank's own of passwords that are refused, one a line."""
    token_requests_a_minute: int
    single_sign_on: SingleSignOn | None


def sign_in(environ: Mapping[str, str]) -> SignInSettings:
    """All of it; refuses with a sentence for each that is wrong."""
    reading = Reading(environ)
    factors = ("required", "offered")
    settings = SignInSettings(
        key_before=reading.of(_key_before, "REDRESS_SECRET_KEY_BEFORE"),
        second_factor_required=reading.of(one_of, "REDRESS_SECOND_FACTOR", factors) == factors[0],
        common_passwords=reading.of(_file, "REDRESS_COMMON_PASSWORDS"),
        token_requests_a_minute=reading.of(
            whole_number, "REDRESS_TOKEN_REQUESTS_A_MINUTE", REQUESTS_A_MINUTE, 1_000_000
        ),
        single_sign_on=reading.of(_single_sign_on),
    )
    if reading.refused:
        raise SettingsRefused(" ".join(reading.refused))
    return settings


def _key_before(environ: Mapping[str, str], variable: str) -> str:
    return secret(environ, variable) if environ.get(variable) else ""


SINGLE_SIGN_ON = (
    "REDRESS_OIDC_ISSUER",
    "REDRESS_OIDC_CLIENT_ID",
    "REDRESS_OIDC_CLIENT_SECRET",
    "REDRESS_OIDC_MAPPING",
)
"""All of them, or none."""


def _single_sign_on(environ: Mapping[str, str]) -> SingleSignOn | None:
    named = {variable: environ.get(variable, "").strip() for variable in SINGLE_SIGN_ON}
    if not any(named.values()):
        return None
    for variable, value in named.items():
        if not value:
            raise SettingsRefused(f"{variable} is not set, and the others of its kind are.")
    issuer, client_id, client_secret, _ = named.values()
    # A trial's provider may be on this machine; elsewhere what it says crosses a network.
    if not issuer.startswith("https://") and environ.get("REDRESS_TRIAL") != "yes":
        raise SettingsRefused("REDRESS_OIDC_ISSUER must begin with https://.")
    mapping = _file(environ, "REDRESS_OIDC_MAPPING")
    assert mapping is not None
    return SingleSignOn(
        issuer=issuer,
        client_id=client_id,
        client_secret=client_secret,
        mapping=mapping,
    )


def _file(environ: Mapping[str, str], variable: str) -> Path | None:
    value = environ.get(variable)
    if not value:
        return None
    file = Path(value).absolute()
    if not file.is_file():
        raise SettingsRefused(f"{variable} names a file that is not there.")
    return file
