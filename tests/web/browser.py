"""The browser of somebody who has the pages before them, and what they type into it."""

import html
import re
from collections.abc import Callable
from datetime import datetime, timedelta
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
        return self.send_from({}, url, **typed)

    def send_from(self, headers: dict[str, str], url: str, **typed: Any) -> TestResponse:
        """The same, with what the browser says besides."""
        if not self._token:
            self.get("/login?next=/keys", follow_redirects=True)
            assert self._token, "no page has a form"
        answer = self._client.post(url, data={"csrf_token": self._token, **typed}, headers=headers)
        if url == "/logout" or url.startswith("/login"):
            self._token = ""  # Another session has begun, with tokens of its own.
        return _looked_at(answer)


def _looked_at(answer: TestResponse) -> TestResponse:
    if answer.mimetype == "text/plain":
        assert not answer.data.startswith(b"<!doctype"), "a page that is shown as its source"
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

_TAG = re.compile(
    r"<!--.*?-->|<!doctype html>"
    r"|<(?P<ends>/?)(?P<name>[a-z][a-z0-9-]*)"
    r"(?P<attributes>[^\"'<>]*(?:\"[^\"]*\"[^\"'<>]*|'[^']*'[^\"'<>]*)*)>",
    re.DOTALL,
)
_ID = re.compile(r'\sid="([^"]*)"')


def require_closed(page: str) -> None:
    """Every element is closed where it was opened, and every id is there once. Asked of every page
    of every test, so it reads a page in some milliseconds; a parser of the library takes ten times
    as long.
    """
    opened: list[str] = []
    ids: set[str] = set()
    at = page.find("<")
    while at >= 0:
        tag = _TAG.match(page, at)
        assert tag is not None, f"this is no tag: {page[at : at + 60]}"
        at = page.find("<", tag.end())
        ends, name, attributes = tag["ends"], tag["name"], tag["attributes"]
        if name is None or (ends and name in VOID):
            continue
        if ends:
            assert opened, f"</{name}> closes nothing"
            assert opened.pop() == name, f"</{name}> closes another element"
            continue
        named = _ID.search(attributes)
        if named is not None:
            assert named[1] not in ids, f"the id {named[1]} is there twice"
            ids.add(named[1])
        if name not in VOID and not attributes.endswith("/"):
            opened.append(name)
    assert not opened, f"never closed: {opened}"


def require_errors_named(page: str) -> None:
    """What is wrong is said of a field by the name that the field has on this page."""
    labels = {
        name: _plain(said) for pattern in (_LABEL, _LEGEND) for name, said in pattern.findall(page)
    }
    for place, said in _ERROR.findall(page):
        assert place in labels, f"the error leads to no field: {said}"
        assert _plain(said).startswith(labels[place]), (said, labels[place])
    for missing in re.findall(r"Please write down: ([^<.]+)\.", page):
        unnamed = html.unescape(missing)
        for label in labels.values():
            unnamed = unnamed.replace(label, "")
        assert not unnamed.strip(", "), f"no field is called so: {missing}"


_LABEL = re.compile(r'<label[^>]* for="([^"]+)"[^>]*>(.*?)</label>', re.DOTALL)
_LEGEND = re.compile(r'<fieldset id="([^"]+)"[^>]*>\s*<legend[^>]*>(.*?)</legend>', re.DOTALL)
_ERROR = re.compile(r'<li><a href="#([^"]+)">([^<]*[:：][^<]*)</a></li>')


def _plain(said: str) -> str:
    text = re.sub(r'<span class="optional">.*?</span>|<[^>]+>', "", said, flags=re.DOTALL)
    return " ".join(html.unescape(text).split())


def require_well_formed(page: str) -> None:
    """A page is one whole document."""
    require_closed(page)
    if "error-summary" in page or "Please write down" in page:
        require_errors_named(page)
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
