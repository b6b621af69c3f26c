"""How a setting is read: each by a function that refuses in one sentence, all of them at once."""

from collections.abc import Callable, Mapping
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Concatenate, ParamSpec, TypeAlias, TypeVar, cast
from urllib.parse import urlsplit

from domain.addresses import is_address

FEWEST_CHARACTERS = 10
"""Different ones, in a secret that no machine would have chosen with fewer (default)."""

_OBVIOUS = ("changeme", "change-me", "change_me", "secret", "password", "default", "example")

IpNetwork: TypeAlias = IPv4Network | IPv6Network

How = ParamSpec("How")
Value = TypeVar("Value")


class SettingsRefused(Exception):
    """Settings are missing, weak or make no sense; a sentence for each begins with its name."""


class Reading:
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


def can_be_guessed(secret: str) -> bool:
    """Whether no machine can have chosen this secret."""
    return len(set(secret)) < FEWEST_CHARACTERS or any(word in secret.lower() for word in _OBVIOUS)


def required(environ: Mapping[str, str], variable: str) -> str:
    """What must be set."""
    value = environ.get(variable, "").strip()
    if not value:
        raise SettingsRefused(f"{variable} is not set.")
    return value


def port(environ: Mapping[str, str], variable: str, default: int) -> int:
    """A port of this machine."""
    value = environ.get(variable) or str(default)
    if not value.isdecimal() or not 0 < int(value) < 65536:
        raise SettingsRefused(f"{variable} must be a port: a number from 1 to 65535.")
    return int(value)


def whole_number(environ: Mapping[str, str], variable: str, default: int, at_most: int) -> int:
    """A number from 1 to `at_most`."""
    value = environ.get(variable) or str(default)
    if not (value.isascii() and value.isdecimal()) or not 0 < int(value) <= at_most:
        raise SettingsRefused(f"{variable} must be a number from 1 to {at_most}.")
    return int(value)


def address(environ: Mapping[str, str], variable: str, default: str) -> str:
    """One mail address."""
    value = environ.get(variable) or default
    if not is_address(value, host_may_be_short=True):
        raise SettingsRefused(
            f"{variable} must be one mail address and nothing else, such as"
            " complaints@bank.example."
        )
    return value


def base_url(environ: Mapping[str, str]) -> str:
    """As the bank says, or where the web of this installation listens."""
    listens_at = port(environ, "REDRESS_PORT", 8400)
    url = (environ.get("REDRESS_BASE_URL") or f"http://127.0.0.1:{listens_at}").rstrip("/")
    if not url.startswith(("http://", "https://")):
        raise SettingsRefused("REDRESS_BASE_URL must begin with http:// or https://.")
    parts = urlsplit(url)
    if not parts.hostname or "@" in parts.netloc or parts.path or parts.query or parts.fragment:
        raise SettingsRefused(
            "REDRESS_BASE_URL must be a scheme and a host of its own and nothing else, such as"
            " https://complaints.bank.example."
        )
    return url


def networks(environ: Mapping[str, str], variable: str) -> tuple[IpNetwork, ...]:
    """Addresses and networks, separated by commas or spaces; none when it is not set."""
    named = environ.get(variable, "").replace(",", " ").split()
    try:
        found = tuple(ip_network(each) for each in named)
    except ValueError:
        raise SettingsRefused(
            f"{variable} must be addresses or networks, such as 10.0.0.7 or 10.0.0.0/24."
        ) from None
    if any(each.prefixlen == 0 for each in found):
        raise SettingsRefused(f"{variable} names everybody: name the proxies and nobody else.")
    return found


def on_trial_only(environ: Mapping[str, str], variable: str) -> str:
    """What no bank may set; empty when it is not."""
    value = environ.get(variable, "")
    if value and environ.get("REDRESS_TRIAL") != "yes":
        raise SettingsRefused(f"{variable} breaks things on purpose: it is for trials only.")
    return value


def one_of(environ: Mapping[str, str], variable: str, choices: tuple[str, ...]) -> str:
    """One of `choices`, of which the first is meant when nothing is said."""
    value = environ.get(variable) or choices[0]
    if value not in choices:
        raise SettingsRefused(f"{variable} must be one of: {', '.join(choices)}.")
    return value
