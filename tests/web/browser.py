"""The browser of somebody who has the pages before them, and what they type into it."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from html.parser import HTMLParser
from typing import Any
from zoneinfo import ZoneInfo

from argon2 import PasswordHasher
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

_TODAY = datetime.now(ZoneInfo("Asia/Shanghai")).date()

LATELY, THE_DAY_AFTER = (str(_TODAY - timedelta(days=days)) for days in (8, 7))
"""Days on which complaints came in; a day that was written down would be long ago one day."""

PASSWORD = "four plain words here"
"""Of everybody in the bank."""

QUICK_HASHER = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
"""What a hash costs to check is written in the hash. These people log in often, and nobody guesses
their password."""


class Browser:
    """Asks for pages and sends forms as a browser does: each form with the token of its page.

    Every page of every test is held to be well-formed.
    """

    def __init__(self, client: FlaskClient, address: str = "127.0.0.1") -> None:
        self._client = client
        self._client.environ_base["REMOTE_ADDR"] = address
        self._token = ""

    def copy(self, client: FlaskClient) -> "Browser":
        """Another browser, with a copy of the cookie of this one."""
        with self._client.session_transaction() as _:
            pass
        cookie = self._client.get_cookie("redress")
        assert cookie is not None
        client.set_cookie("redress", cookie.value)
        return Browser(client)

    def get(self, url: str, **how: Any) -> TestResponse:
        page = _looked_at(self._client.get(url, **how))
        if page.mimetype == "text/html":
            self._token = _value_in(page.text, "csrf_token") or self._token
        return page

    def ask(self, url: str, method: str) -> TestResponse:
        """Without any token of a form."""
        return self._client.open(url, method=method)

    def post_as_it_is(
        self, url: str, typed: dict[str, str], headers: dict[str, str]
    ) -> TestResponse:
        """A form with the token it has, whatever that is worth."""
        return _looked_at(self._client.post(url, data=typed, headers=headers))

    def send(self, url: str, **typed: Any) -> TestResponse:
        """Fill in and send a form."""
        if not self._token:
            self.get("/login", follow_redirects=True)
            assert self._token, "no page has a form"
        answer = self._client.post(url, data={"csrf_token": self._token, **typed})
        if url == "/logout" or url.startswith("/login"):
            self._token = ""  # Another session has begun, with tokens of its own.
        return _looked_at(answer)


def _looked_at(answer: TestResponse) -> TestResponse:
    if answer.mimetype == "text/html" and answer.location is None:
        require_well_formed(answer.text)
    return answer


def hidden(page: str, name: str) -> str:
    """The value of a hidden field."""
    found = _value_in(page, name)
    assert found is not None, f"the page has no hidden field {name}"
    return found


def _value_in(page: str, name: str) -> str | None:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    return found[1] if found else None


VOID = {"meta", "link", "input", "br", "img", "hr", "use", "path", "circle"}


class _Elements(HTMLParser):
    """Every element is closed where it was opened, and every id is there once."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs).get("id")
        assert named not in self.ids or named is None, f"the id {named} is there twice"
        self.ids.add(named or "")
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open, f"</{tag}> closes nothing"
            assert self.open.pop() == tag, f"</{tag}> closes another element"


def require_well_formed(page: str) -> None:
    """A page is one whole document."""
    elements = _Elements()
    elements.feed(page)
    assert not elements.open, f"never closed: {elements.open}"
    assert re.search(r"<title>[^<]+</title>", page)
    labelled = set(re.findall(r'<label[^>]* for="([^"]+)"', page))
    fields = re.findall(r"<(?:input|select|textarea)\b[^>]*>", page)
    for field in fields:
        if 'type="hidden"' not in field:
            named = re.search(r' id="([^"]+)"', field)
            assert named is not None, f"no id on {field}"
            assert named[1] in labelled, f"no label for {field}"


Visit = Callable[[str], Browser]
"""Gives the browser of somebody who has logged in: the fixture `visit`."""

Taker = Callable[..., str]
"""Takes a complaint down and gives its reference: the fixture `a_received_case`."""


def a_filled_form(browser: Browser, **over: str) -> dict[str, str]:
    """The fields of the form for receipt, filled in well."""
    return {
        "intake_key": hidden(browser.get("/register").text, "intake_key"),
        "received_at": f"{LATELY}T09:30",
        "channel": "phone",
        "unit": "harbour-outlet",
        "language": "zh",
        "narrative": "The machine kept my card.",
        **over,
    }
