"""The gateways that `REDRESS_MAIL_URL` names, each understood or refused in a sentence."""

import hashlib
import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit

import apprise
from apprise.plugins.email import NotifyEmail

from activities.gateways.dialects import DIALECTS
from activities.gateways.mail import MailGateway
from activities.gateways.message import Gateway
from activities.gateways.robots import Robot
from activities.gateways.webhook import Webhook
from config import OAuthClient, SettingsRefused
from config.mail_oauth import SETTINGS, wrong_with_a_token
from config.mailbox import is_this_machine
from domain.robots import RobotRules

HOSTS: Mapping[str, str] = {
    "qyapi.weixin.qq.com": "wecombot",
    "oapi.dingtalk.com": "dingtalk",
    "open.feishu.cn": "feishu",
    "open.larksuite.com": "lark",
    "sctapi.ftqq.com": "schan",
    "hooks.slack.com": "slack",
    "chat.googleapis.com": "gchat",
    "logic.azure.com": "workflows",
    "api.powerplatform.com": "workflows",
}
"""Whose robots live there, or on machines below."""

SHORT: Mapping[str, str] = {
    "wecombot": "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key={}",
    "dingtalk": "https://oapi.dingtalk.com/robot/send?access_token={}",
    "feishu": "https://open.feishu.cn/open-apis/bot/v2/hook/{}",
    "lark": "https://open.larksuite.com/open-apis/bot/v2/hook/{}",
    "schan": "https://sctapi.ftqq.com/{}.send",
    "slack": "https://hooks.slack.com/services/{}",
}
"""The address of a robot that is named by its key alone, as in `wecombot://KEY`."""

READ_BY_APPRISE = frozenset({"json", "jsons", "xml", "xmls", "form", "forms", "pushplus"})
"""Where apprise's yes is the receiver's: the status of HTTP is the whole answer, or it reads it."""

_KEY = re.compile(r"[\w/-]+", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Configured:
    """One gateway as it stands in the settings."""

    gateway: Gateway
    unit: str | None
    """Whose room it is; None for the whole bank's."""
    rules: RobotRules | None
    """What a robot takes; None where nothing is known to be counted."""

    @property
    def is_mail(self) -> bool:
        return isinstance(self.gateway, MailGateway)


class Refusal(Exception):
    """Why an entry will not do, as the rest of a sentence that begins with its number."""


def configured(
    entry: str,
    number: int,
    *,
    sender: str,
    patience: float,
    robots: Mapping[str, RobotRules],
    client: OAuthClient | None,
) -> Configured:
    """The gateway of one entry: an address, or `UNIT=` and an address for the room of one unit.
    Mail servers are shown the tokens of `client`, where there is one.

    Raises `SettingsRefused` for what nothing understands; its text is a secret, not shown.
    """
    try:
        unit, url = _unit_and_url(entry)
        robot = _robot(url, patience, robots)
        if robot is not None:
            return Configured(gateway=robot, unit=unit, rules=robot.rules)
        gateway = _by_apprise(url, sender, patience, client)
        if unit is not None and isinstance(gateway, MailGateway):
            raise Refusal("is a mail server; only a room can be a unit's")
        return Configured(gateway=gateway, unit=unit, rules=None)
    except Refusal as why:
        raise SettingsRefused(
            f"REDRESS_MAIL_URL will not do: gateway {number} of the list {why}."
            " docs/notices.md says which gateways there are."
        ) from None


def _unit_and_url(entry: str) -> tuple[str | None, str]:
    unit, is_there, url = entry.partition("=")
    if not is_there or ":" in unit:
        return None, entry
    if not unit:
        raise Refusal("begins with = and names no unit before it")
    return unit, url


def _robot(url: str, patience: float, robots: Mapping[str, RobotRules]) -> Robot | None:
    """The robot an address leads to; None when it leads to none that we speak to ourselves."""
    word, _, rest = url.partition("://")
    kind, _, scheme = word.lower().partition("+")
    if scheme in ("https", "http"):
        address, secret = _without_secret(f"{scheme}://{rest}")
    elif kind == "https":
        address, secret = _without_secret(url)
        kind = _kind_at(urlsplit(address).hostname or "")
    elif kind in SHORT and not scheme:
        secret, _, key = rest.rpartition("@")
        key = key.strip("/")
        if not _KEY.fullmatch(key):
            raise Refusal(f"wants the robot's key after {kind}://")
        address = SHORT[kind].format(key)
    elif kind in DIALECTS:
        raise Refusal(f"wants the robot's whole address: {kind}+https://…")
    else:
        return None
    if kind not in DIALECTS:
        raise Refusal(f"is no robot known here; they are {', '.join(DIALECTS)}")
    dialect = DIALECTS[kind]
    if secret and not dialect.signs:
        raise Refusal(f"names a secret, and robots of {kind} sign nothing")
    return Robot(
        name=f"{kind}-{_digest(address)}",
        kind=kind,
        address=address,
        secret=secret,
        dialect=dialect,
        rules=robots[kind],
        patience=patience,
    )


def _without_secret(url: str) -> tuple[str, str]:
    """An address, and the secret that stood before its host."""
    parts = urlsplit(url)
    secret, _, host = parts.netloc.rpartition("@")
    if not host:
        raise Refusal("names no machine")
    return urlunsplit(parts._replace(netloc=host)), secret


def _kind_at(host: str) -> str:
    found = (kind for known, kind in HOSTS.items() if host == known or host.endswith(f".{known}"))
    kind = next(found, None)
    if kind is None:
        raise Refusal(
            "leads to a machine whose robots are not known: say which kind, KIND+https://…"
        )
    return kind


def _by_apprise(url: str, sender: str, patience: float, client: OAuthClient | None) -> Gateway:
    plugin = _understood(url)
    if plugin is None:
        raise Refusal("is nothing that apprise understands")
    scheme = url.partition(":")[0].lower()
    name = f"{scheme}-{_digest(url)}"
    if isinstance(plugin, NotifyEmail):
        if wrong := _wrong_with_how_it_lets_us_in(plugin, client):
            raise Refusal(wrong)
        return MailGateway(name, plugin, sender, patience, client)
    if scheme not in READ_BY_APPRISE:
        raise Refusal(
            f"is a service of a kind ({scheme}) whose answers nothing here reads, so word could be"
            " lost unseen"
        )
    return Webhook(name, plugin, patience)


def _wrong_with_how_it_lets_us_in(plugin: NotifyEmail, client: OAuthClient | None) -> str:
    """Why a mail server would let in nobody, as the rest of a sentence; empty when it may."""
    if not plugin.user:
        return ""
    if client is None:
        return (
            ""
            if plugin.password
            else f"names a mailbox without its password, and {SETTINGS} are not set"
        )
    if plugin.secure_mode == "insecure" and not is_this_machine(plugin.smtp_host):
        return "is spoken to in the clear, which no token may be: begin it with mailtos://"
    return wrong_with_a_token(plugin.user, plugin.password)


def _digest(address: str) -> str:
    return hashlib.sha256(address.encode()).hexdigest()[:8]


def _understood(url: str) -> apprise.NotifyBase | None:
    """The gateway of a URL. Of one it does not know apprise logs the whole, with its password."""
    log = logging.getLogger("apprise")
    log.disabled = True
    try:
        return apprise.Apprise.instantiate(url)
    finally:
        log.disabled = False
