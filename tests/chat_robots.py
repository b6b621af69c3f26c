"""Chat robots on real sockets that answer as those of the makers do (docs/notices.md).

Each checks what its maker says it checks: the key, the signature, the key word, the length as it
counts it, and how many messages came within a minute.
"""

import base64
import hashlib
import hmac
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

Reply = tuple[int, dict[str, str], str]

KEY = "693a91f6-7a0c-4bc4-97a0-0ec2sifa5aaa"
SECRET = "SECf0d4a7b1c2e3"
MINUTE = 60.0
DRIFT = 3600.0
"""Seconds a signature may be old."""


class ChatRobot:
    """A robot in one room. `heard` is what people read there."""

    kind = ""
    path = f"/robot/{KEY}"
    a_minute = 1000

    def __init__(self) -> None:
        self.heard: list[str] = []
        self.asked = 0
        self.key = KEY
        self.secret = ""
        self.key_word = ""
        self.too_often: dict[str, str] | None = None
        """When set, it refuses everything as too often, with these headers."""
        self._times: list[float] = []

    def answer(self, path: str, query: dict[str, list[str]], body: bytes) -> Reply:
        """What it says to a request."""
        raise NotImplementedError

    def is_too_often(self) -> bool:
        """Whether it has had enough; counts this message when not."""
        now = time.monotonic()
        self._times = [at for at in self._times if now - at < MINUTE]
        if self.too_often is not None or len(self._times) >= self.a_minute:
            return True
        self._times.append(now)
        return False

    def json(self, said: object, status: int = 200, headers: dict[str, str] | None = None) -> Reply:
        """An answer in JSON."""
        return status, {"Content-Type": "application/json", **(headers or {})}, json.dumps(said)


class WeComRobot(ChatRobot):
    """企业微信: at most 2,048 bytes, 20 a minute."""

    kind = "wecombot"
    path = f"/cgi-bin/webhook/send?key={KEY}"
    a_minute = 20

    def answer(self, path: str, query: dict[str, list[str]], body: bytes) -> Reply:
        content = json.loads(body)["text"]["content"]
        if query.get("key") != [self.key]:
            return self._says(93000, "invalid webhook url, hint: [175560520005]")
        if len(content.encode()) > 2048:
            return self._says(40058, "text.content exceed max length 2048")
        if self.is_too_often():
            return self._says(45009, "api freq out of limit")
        self.heard.append(content)
        return self._says(0, "ok")

    def _says(self, code: int, words: str) -> Reply:
        return self.json({"errcode": code, "errmsg": words})


class DingTalkRobot(ChatRobot):
    """钉钉: signature in the query, key word in the text, 20 a minute."""

    kind = "dingtalk"
    path = f"/robot/send?access_token={KEY}"
    a_minute = 20

    def answer(self, path: str, query: dict[str, list[str]], body: bytes) -> Reply:
        content = json.loads(body)["text"]["content"]
        if query.get("access_token") != [self.key]:
            return self._says(300001, "token is not exist")
        if self.secret and not self._is_signed(query):
            return self._says(310000, "sign not match")
        if self.key_word not in content:
            return self._says(310000, "keywords not in content")
        if self.is_too_often():
            return self._says(130101, "send too fast, exceed 20 times per minute")
        self.heard.append(content)
        return self._says(0, "ok")

    def _is_signed(self, query: dict[str, list[str]]) -> bool:
        timestamp = query.get("timestamp", ["0"])[0]
        digest = hmac.digest(
            self.secret.encode(), f"{timestamp}\n{self.secret}".encode(), hashlib.sha256
        )
        right = base64.b64encode(digest).decode()
        is_fresh = abs(time.time() - int(timestamp) / 1000) < DRIFT
        return is_fresh and query.get("sign") == [right]

    def _says(self, code: int, words: str) -> Reply:
        return self.json({"errcode": code, "errmsg": words})


class FeishuRobot(ChatRobot):
    """飞书: signature in the body, the whole request at most 20 KB."""

    kind = "feishu"
    path = f"/open-apis/bot/v2/hook/{KEY}"
    a_minute = 100

    def answer(self, path: str, query: dict[str, list[str]], body: bytes) -> Reply:
        sent = json.loads(body)
        if not path.endswith(self.key):
            return self._says(19001, "param invalid: incoming webhook access token invalid")
        if len(body) > 20 * 1024:
            return self._says(9499, "Bad Request")
        if self.secret and not self._is_signed(sent):
            return self._says(19021, "sign match fail or timestamp is not within one hour")
        if self.key_word not in sent["content"]["text"]:
            return self._says(19024, "Key Words Not Found")
        if self.is_too_often():
            return self._says(11232, "frequency limited", self.too_often)
        self.heard.append(sent["content"]["text"])
        return self.json({"code": 0, "msg": "success", "data": {}, "StatusCode": 0})

    def _is_signed(self, sent: dict[str, Any]) -> bool:
        timestamp = str(sent.get("timestamp", "0"))
        key = f"{timestamp}\n{self.secret}".encode()
        right = base64.b64encode(hmac.digest(key, b"", hashlib.sha256)).decode()
        return abs(time.time() - int(timestamp)) < DRIFT and sent.get("sign") == right

    def _says(self, code: int, words: str, headers: dict[str, str] | None = None) -> Reply:
        return self.json({"code": code, "msg": words, "data": {}}, headers=headers)


class LarkRobot(FeishuRobot):
    """Lark: the same outside China."""

    kind = "lark"


class ServerChanRobot(ChatRobot):
    """Server酱: a form, and a code of nought."""

    kind = "schan"
    path = f"/{KEY}.send"

    def answer(self, path: str, query: dict[str, list[str]], body: bytes) -> Reply:
        sent = parse_qs(body.decode())
        if path != f"/{self.key}.send":
            return self.json({"code": 40001, "message": "bad pushtoken", "data": {}}, 400)
        if self.is_too_often():
            return self.json({"code": 40001, "message": "too often"}, 429)
        assert len(sent["title"][0]) <= 32
        self.heard.append(sent["desp"][0])
        return self.json({"code": 0, "message": "", "data": {"error": "SUCCESS", "errno": 0}})


class SlackRobot(ChatRobot):
    """Slack: words instead of JSON."""

    kind = "slack"
    path = f"/services/T0/B0/{KEY}"

    def answer(self, path: str, query: dict[str, list[str]], body: bytes) -> Reply:
        if not path.endswith(self.key):
            return 404, {}, "no_service"
        if self.is_too_often():
            return 429, self.too_often or {}, "rate_limited"
        self.heard.append(json.loads(body)["text"])
        return 200, {"Content-Type": "text/html"}, "ok"


class MattermostRobot(ChatRobot):
    """Mattermost: `ok`, or the id of an error."""

    kind = "mattermost"
    path = f"/hooks/{KEY}"

    def answer(self, path: str, query: dict[str, list[str]], body: bytes) -> Reply:
        if not path.endswith(self.key):
            found = {"id": "web.incoming_webhook.invalid.app_error", "message": "Invalid webhook."}
            return self.json({**found, "status_code": 400}, 400)
        if self.is_too_often():
            return 429, self.too_often or {}, "limit exceeded"
        self.heard.append(json.loads(body)["text"])
        return 200, {"Content-Type": "text/plain"}, "ok"


class RocketChatRobot(ChatRobot):
    """Rocket.Chat: success, or a sentence."""

    kind = "rocketchat"
    path = f"/hooks/64f1/{KEY}"

    def answer(self, path: str, query: dict[str, list[str]], body: bytes) -> Reply:
        if not path.endswith(self.key):
            sentence = "Invalid integration id or token provided."
            return self.json({"success": False, "error": sentence}, 404)
        if self.is_too_often():
            return self.json({"success": False, "error": "too-many-requests"}, 429)
        self.heard.append(json.loads(body)["text"])
        return self.json({"success": True})


class GoogleChatRobot(ChatRobot):
    """Google Chat: the message with its name in the space."""

    kind = "gchat"
    path = f"/v1/spaces/AAAA/messages?key=k&token={KEY}"

    def answer(self, path: str, query: dict[str, list[str]], body: bytes) -> Reply:
        if query.get("token") != [self.key]:
            return self._says(404, "NOT_FOUND", "Requested entity was not found.")
        if self.is_too_often():
            return self._says(429, "RESOURCE_EXHAUSTED", "Resource has been exhausted.")
        self.heard.append(json.loads(body)["text"])
        return self.json({"name": "spaces/AAAA/messages/BBBB.CCCC", "text": self.heard[-1]})

    def _says(self, status: int, code: str, words: str) -> Reply:
        return self.json({"error": {"code": status, "message": words, "status": code}}, status)


class WorkflowsRobot(ChatRobot):
    """A workflow of Microsoft Teams: 202, and nothing more."""

    kind = "workflows"
    path = f"/workflows/w1/triggers/manual/paths/invoke?api-version=2016-06-01&sig={KEY}"

    def answer(self, path: str, query: dict[str, list[str]], body: bytes) -> Reply:
        if query.get("sig") != [self.key]:
            found = {"code": "DirectApiAuthorizationRequired", "message": "Not authorized."}
            return self.json({"error": found}, 401)
        if self.is_too_often():
            return 429, self.too_often or {}, ""
        [card] = json.loads(body)["attachments"]
        self.heard.append("\n".join(block["text"] for block in card["content"]["body"]))
        return 202, {}, ""


ROBOTS = (
    WeComRobot,
    DingTalkRobot,
    FeishuRobot,
    LarkRobot,
    ServerChanRobot,
    SlackRobot,
    MattermostRobot,
    RocketChatRobot,
    GoogleChatRobot,
    WorkflowsRobot,
)


@contextmanager
def listening(robot: ChatRobot) -> Iterator[str]:
    """Let a robot listen on a port of its own; gives its address as our settings name it."""

    class Door(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            url = urlsplit(self.path)
            body = self.rfile.read(int(self.headers["Content-Length"]))
            robot.asked += 1
            status, headers, said = robot.answer(url.path, parse_qs(url.query), body)
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            with suppress(ConnectionError):  # whoever asks need not listen to the end
                self.wfile.write(said.encode())

        def log_message(self, *ignored: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    secret = f"{robot.secret}@" if robot.secret else ""
    try:
        port = server.server_address[1]
        yield f"{robot.kind}+http://{secret}127.0.0.1:{port}{robot.path}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
