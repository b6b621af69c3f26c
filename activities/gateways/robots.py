"""Chat robots: a message counts as taken when the robot's own answer says so, and not before."""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import requests

from activities.gateways.dialects import Answer, Dialect
from activities.gateways.message import KEY_HEADER, Message, NotTaken
from activities.gateways.shortening import in_bytes, text_for
from domain.notices import Obstacle
from domain.robots import RobotRules

LONGEST_ANSWER = 65_536
"""Bytes of an answer that are read (default); robots say a line."""

LONGEST_NUMBER = 9
"""Digits of a wait in seconds: more would be no answer to how long (default)."""

WAITS = ("Retry-After", "x-ogw-ratelimit-reset")
"""Headers that say for how long to wait: HTTP's own (RFC 9110, 10.2.3), and that of Feishu."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Robot:
    """One robot in one room."""

    name: str
    kind: str
    address: str
    """Where it listens, with its key: a secret."""
    secret: str
    """What it wants its messages signed with; empty when it wants none."""
    dialect: Dialect
    rules: RobotRules
    patience: float

    def send(self, message: Message) -> None:
        """Hand a message over; raises `NotTaken`."""
        answer = self._ask(message.key, self._text(message))
        code = self.dialect.refusal(answer)
        if code is None:
            return
        status = f"HTTP {answer.status}"
        obstacle = self._meaning(code, status, answer.status)
        wait = self._asked_to_wait(answer.headers) if obstacle is Obstacle.TOO_OFTEN else None
        raise NotTaken(obstacle, f"{self.kind} {code or status}", answer.text, wait=wait)

    def _text(self, message: Message) -> str:
        measure = in_bytes if self.rules.in_bytes else len
        text = text_for(
            message, self.rules.longest, lambda words: measure(self.dialect.written(words))
        )
        return self.dialect.written(text)

    def _ask(self, key: str, text: str) -> Answer:
        asking = self.dialect.asking(text, secret=self.secret, now=time.time())
        kind = "application/x-www-form-urlencoded" if asking.is_form else "application/json"
        # As it is, not escaped: where bytes are counted, six for a character would be too many.
        written = json.dumps(asking.body, ensure_ascii=False).encode()
        try:
            with requests.post(
                self.address,
                params=asking.query,
                data=asking.body if asking.is_form else written,
                headers={"Content-Type": f"{kind}; charset=utf-8", KEY_HEADER: key},
                timeout=self.patience,
                # Following a redirect would let a robot send us anywhere inside the bank.
                allow_redirects=False,
                stream=True,
            ) as answer:
                said = _beginning_of(answer).decode("utf-8", "replace")
                return Answer(status=answer.status_code, headers=answer.headers, text=said)
        # What these errors say holds the address, and with it the key.
        except requests.Timeout:
            raise NotTaken(Obstacle.SLOW, f"{self.kind} timeout") from None
        except (requests.RequestException, OSError) as away:
            raise NotTaken(Obstacle.AWAY, f"{self.kind} {type(away).__name__}") from None

    def _meaning(self, code: str, status: str, number: int) -> Obstacle:
        known = self.rules.answers.get(code) or self.rules.answers.get(status)
        if known is not None:
            return known
        if number == requests.codes.too_many_requests:
            return Obstacle.TOO_OFTEN
        return Obstacle.BUSY if number >= 500 else Obstacle.UNCLEAR

    def _asked_to_wait(self, headers: Mapping[str, str]) -> timedelta:
        """As long as it says, or as long as its kind is known to want."""
        said = next((headers[name] for name in WAITS if name in headers), "").strip()
        if said.isdecimal() and len(said) <= LONGEST_NUMBER:
            return timedelta(seconds=int(said))
        try:
            return max(parsedate_to_datetime(said) - datetime.now(UTC), timedelta(seconds=1))
        except (TypeError, ValueError):
            return timedelta(seconds=self.rules.seconds_after_too_often)


def _beginning_of(answer: requests.Response) -> bytes:
    said = b""
    for part in answer.iter_content(LONGEST_ANSWER):
        said += part
        if len(said) >= LONGEST_ANSWER:
            break
    return said[:LONGEST_ANSWER]
