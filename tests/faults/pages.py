"""The pages as people use them: a browser each, forms with keys, and reload when nothing came."""

import re
import urllib.request
from dataclasses import dataclass, fields
from datetime import datetime
from http import HTTPStatus
from http.client import HTTPException
from http.cookiejar import CookieJar
from io import BytesIO
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlsplit

from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from desk.cases import ActStatus
from domain.acts import AnyAct
from domain.attachments import FIELD
from domain.case import Actor
from domain.complaint import Complaint
from embedded.ports import LOOPBACK, answers
from embedded.processes import wait_until
from tests.faults.desks import NoAnswer
from web.base.phrases import on_the_wall

PASSWORD = "four plain words here"
"""Of people who exist for a few minutes."""

PAGE_WITHIN = 60.0
"""Seconds a person looks at an empty window before asking again."""

BACK_WITHIN = 30.0
"""Seconds a person waits for pages that are away altogether before asking again."""

REFUSED = frozenset({403, 409, 422})
"""What a page is answered with that says no: to this person, by the rules, for what was typed."""

Typed = dict[str, str | FileStorage]


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What a browser shows in the end, after every redirection."""

    path: str
    status: int
    text: str

    @property
    def hidden(self) -> Typed:
        """What every form of this page sends along unseen."""
        return dict(re.findall(r'name="(csrf_token|seen_version)" value="([^"]*)"', self.text))

    def told(self, pattern: str) -> list[str]:
        """Each thing the page tells that looks like this, in its order."""
        found: list[str] = re.findall(pattern, self.text)
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A form as it was filled in, to be sent as often as it takes: each time the same bytes."""

    path: str
    boundary: str
    body: bytes

    @classmethod
    def filled_in(cls, path: str, typed: Typed) -> "Form":
        boundary, body = encode_multipart(typed)
        return cls(path=path, boundary=boundary, body=body)


class Browser:
    """One person's browser: it keeps cookies and goes where it is redirected.

    Whatever leaves somebody without a page of ours raises `NoAnswer`.
    """

    def __init__(self, port: int) -> None:
        self._port = port
        cookies = urllib.request.HTTPCookieProcessor(CookieJar())
        self._opener = urllib.request.build_opener(cookies)

    def log_in(self, login: str) -> None:
        """Come in by name and password. Whoever tries often, as people do while all is taken from
        them, is told to wait a little, and comes back (`domain.throttling`)."""
        typed: Typed = {**self.get("/login").hidden, "login": login, "password": PASSWORD}
        after = self.send(Form.filled_in("/login", typed))
        if after.status == HTTPStatus.TOO_MANY_REQUESTS:
            raise NoAnswer(f"{login} is told to wait")
        assert after.path != "/login", f"{login} is not let in: {after.status}"

    def get(self, path: str) -> Page:
        """The page at this address."""
        return self._page(urllib.request.Request(self._url(path)))

    def send(self, form: Form) -> Page:
        """The page that answers a form."""
        kind = {"Content-Type": f"multipart/form-data; boundary={form.boundary}"}
        return self._page(urllib.request.Request(self._url(form.path), form.body, kind))

    def _url(self, path: str) -> str:
        return f"http://{LOOPBACK}:{self._port}{path}"

    def _page(self, request: urllib.request.Request) -> Page:
        try:
            page = self._read(request)
        except (OSError, HTTPException) as broken:
            wait_until(lambda: answers(self._port), BACK_WITHIN, every=0.1)
            raise NoAnswer(request.selector) from broken
        if page.status >= 500:
            raise NoAnswer(f"{page.path}: {page.status}")
        return page

    def _read(self, request: urllib.request.Request) -> Page:
        try:
            answer = self._opener.open(request, timeout=PAGE_WITHIN)
        except HTTPError as problem:  # A page as well, under a status of its own.
            answer = problem
        with answer:
            text = answer.read().decode()
            return Page(path=urlsplit(answer.url).path, status=answer.status, text=text)


class DeskBehindPages:
    """Brings everything to the pages: for one thread of people, each in a browser of their own."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._browsers: dict[str, Browser] = {}
        self._in_hand: tuple[str, Form] | None = None

    def receive(self, complaint: Complaint, by: Actor) -> str:
        page = self._sent(complaint.intake_key, "/register", "/register", _typed(complaint), by)
        (reference,) = page.told('<p class="reference">([^<]+)</p>')
        return reference

    def act(
        self, key: str, reference: str, act: AnyAct, words: dict[str, str], by: Actor
    ) -> ActStatus:
        case = f"/cases/{reference}"
        typed: Typed = {**_typed(act), **words, "command_id": key}
        return _taken(self._sent(key, case, f"{case}/acts/{act.kind}", typed, by))

    def attach(self, key: str, reference: str, name: str, content: bytes, by: Actor) -> ActStatus:
        files = f"/cases/{reference}/attachments"
        typed: Typed = {FIELD: FileStorage(BytesIO(content), name), "command_id": key}
        return _taken(self._sent(key, files, files, typed, by))

    def _sent(self, key: str, page: str, action: str, typed: Typed, by: Actor) -> Page:
        """Open the page and send its form; what is still in hand is sent again as it is."""
        browser = self._browser_of(by.person)
        if self._in_hand is None or self._in_hand[0] != key:
            opened = self._looked_at(browser.get(page), by)
            if opened.status in REFUSED:
                return opened
            self._in_hand = key, Form.filled_in(action, opened.hidden | typed)
        return self._looked_at(browser.send(self._in_hand[1]), by)

    def _browser_of(self, person: str) -> Browser:
        if person not in self._browsers:
            browser = Browser(self._port)
            browser.log_in(person)
            self._browsers[person] = browser
        return self._browsers[person]

    def _looked_at(self, page: Page, by: Actor) -> Page:
        """The page, unless it is the way in: then the session is lost, and the form with it."""
        if page.path == "/login":
            del self._browsers[by.person]
            self._in_hand = None
            raise NoAnswer(page.path)
        return page


def _typed(what: AnyAct | Complaint) -> Typed:
    """What a form asks of an act or a complaint, as somebody types it."""
    facts = {field.name: getattr(what, field.name) for field in fields(what)}
    return {name: _in_a_field(value) for name, value in facts.items() if value}


def _in_a_field(value: Any) -> str:
    if isinstance(value, datetime):
        return on_the_wall(value).replace(tzinfo=None).isoformat()
    return str(value)


def _taken(page: Page) -> ActStatus:
    """What the page says became of an act. Of the same act sent twice it tells twice: the last
    word counts.
    """
    if page.status in REFUSED:
        return ActStatus.REFUSED
    told = page.told('<p class="told told-(success|warning)">')
    assert told, f"{page.path} says nothing of what became of an act: {page.status}"
    return ActStatus.ACCEPTED if told[-1] == "success" else ActStatus.WAITING
