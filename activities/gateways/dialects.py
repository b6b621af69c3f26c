"""How each kind of robot is spoken to, and how it says that it has taken a message.

Where each behaviour is documented stands in `docs/notices.md`.
"""

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Body = Mapping[str, Any]

_CODE = re.compile(r"[A-Za-z0-9][\w.-]{0,59}")
"""What is kept as a code: never a sentence, which could hold anything."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """One request to a robot."""

    body: Body
    query: Mapping[str, str] = field(default_factory=dict)
    is_form: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    text: str

    @property
    def said(self) -> Body:
        """Its JSON, if it is an object."""
        try:
            said = json.loads(self.text)
        except ValueError:
            return {}
        return said if isinstance(said, dict) else {}


class Dialect:
    """The common ground: JSON goes there, and a code of nought in JSON comes back."""

    code = "errcode"
    signs = False
    """Whether a robot of this kind may want its messages signed."""

    def asking(self, text: str, *, secret: str, now: float) -> Asking:
        """What to send for a text; `now` in seconds since 1970, `secret` empty when none is set."""
        return Asking(body={"msgtype": "text", "text": {"content": text}})

    def refusal(self, answer: Answer) -> str | None:
        """Its own code for why it has not taken the message, empty when it gives none; None only
        when it says that it has."""
        code = answer.said.get(self.code)
        return None if answer.status == 200 and code == 0 else _code(code)

    def written(self, text: str) -> str:
        """A text as it is written there."""
        return text


class WeCom(Dialect):
    """企业微信."""


class DingTalk(Dialect):
    """钉钉. Its signature stands in the query, escaped once."""

    signs = True

    def asking(self, text: str, *, secret: str, now: float) -> Asking:
        body = {"msgtype": "text", "text": {"content": text}}
        if not secret:
            return Asking(body=body)
        timestamp = str(round(now * 1000))
        sign = _signed(secret, f"{timestamp}\n{secret}")
        return Asking(body=body, query={"timestamp": timestamp, "sign": sign})


class Feishu(Dialect):
    """飞书 and Lark. What one would sign is the key of the signature, and nothing is signed."""

    code = "code"
    signs = True

    def asking(self, text: str, *, secret: str, now: float) -> Asking:
        body: dict[str, Any] = {"msg_type": "text", "content": {"text": text}}
        if secret:
            timestamp = str(round(now))
            body |= {"timestamp": timestamp, "sign": _signed(f"{timestamp}\n{secret}", "")}
        return Asking(body=body)


class ServerChan(Dialect):
    """Server酱: a title of at most 32 characters and a text, as a form."""

    code = "code"

    def asking(self, text: str, *, secret: str, now: float) -> Asking:
        title = text.partition("\n")[0][:32]
        return Asking(body={"title": title, "desp": text}, is_form=True)


class _PlainText(Dialect):
    """Takes a text and nothing around it, and answers in a way of its own."""

    def asking(self, text: str, *, secret: str, now: float) -> Asking:
        return Asking(body={"text": text})


class Slack(_PlainText):
    """Slack: `ok` in plain text, else one word for what is wrong."""

    def refusal(self, answer: Answer) -> str | None:
        said = answer.text.strip()
        return None if answer.status == 200 and said == "ok" else _code(said)

    def written(self, text: str) -> str:
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


class Mattermost(_PlainText):
    """Mattermost: `ok` in plain text, else JSON with the id of an error."""

    def refusal(self, answer: Answer) -> str | None:
        taken = answer.status == 200 and answer.text.strip() == "ok"
        return None if taken else _code(answer.said.get("id"))


class RocketChat(_PlainText):
    """Rocket.Chat: `{"success": true}`, else the same with false and an error."""

    def refusal(self, answer: Answer) -> str | None:
        taken = answer.status == 200 and answer.said.get("success") is True
        return None if taken else _code(answer.said.get("error"))


class GoogleChat(_PlainText):
    """Google Chat: the message as it now stands in the space, with the name it got there."""

    def refusal(self, answer: Answer) -> str | None:
        name = str(answer.said.get("name", ""))
        if answer.status == 200 and name.startswith("spaces/"):
            return None
        return _code(_inner(answer.said, "error").get("status"))


class Workflows(Dialect):
    """A workflow of Microsoft Teams: 202, the flow was started; what it does is never said."""

    def asking(self, text: str, *, secret: str, now: float) -> Asking:
        words = {"type": "TextBlock", "text": text.replace("\n", "\n\n"), "wrap": True}
        card = {"type": "AdaptiveCard", "version": "1.4", "body": [words]}
        kind = "application/vnd.microsoft.card.adaptive"
        attachments = [{"contentType": kind, "contentUrl": None, "content": card}]
        return Asking(body={"type": "message", "attachments": attachments})

    def refusal(self, answer: Answer) -> str | None:
        if answer.status == 202:
            return None
        return _code(_inner(answer.said, "error").get("code"))


DIALECTS: Mapping[str, Dialect] = {
    "wecombot": WeCom(),
    "dingtalk": DingTalk(),
    "feishu": Feishu(),
    "lark": Feishu(),
    "schan": ServerChan(),
    "slack": Slack(),
    "mattermost": Mattermost(),
    "rocketchat": RocketChat(),
    "gchat": GoogleChat(),
    "workflows": Workflows(),
}
"""By the word an address begins with."""


def _signed(key: str, text: str) -> str:
    return base64.b64encode(hmac.digest(key.encode(), text.encode(), hashlib.sha256)).decode()


def _code(code: object) -> str:
    found = str(code) if isinstance(code, int | str) and not isinstance(code, bool) else ""
    return found if _CODE.fullmatch(found.removeprefix("-")) else ""


def _inner(said: Body, name: str) -> Body:
    inner = said.get(name)
    return inner if isinstance(inner, dict) else {}
