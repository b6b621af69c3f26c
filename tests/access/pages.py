"""The pages of the bank of these tests, as people come to them by the links they see."""

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from werkzeug.test import TestResponse

from domain.classification import Role
from domain.permission_names import Permission
from domain.permissions import holds
from tests.access.asking import Bank
from tests.access.cast import VISITORS, Visitor
from tests.web.seen import Page

ASKS_THE_ENGINE = {"repair.decide"}
"""Pages that say that the engine is away, as it is here."""

AT_THE_DOOR = ("/login", "/invitations/spent", "/survey", "/survey/thanks", "/survey/no-such-code")
"""Where somebody begins who is nobody here."""

INSIDE = (
    "/",
    "/views/new",
    "/registered/{reference}",
    "/bulk/?act=assign&reference={reference}&key=00000000-0000-4000-8000-000000000001",
    "/admin/failed/{reference}/points",
    "/admin/failed/{reference}/points/4",
)
"""Where everybody else begins: the first page, and those that a form or the engine leads to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A page that somebody came to."""

    endpoint: str
    url: str
    answer: TestResponse


def roles_by_what_is_open() -> Iterator[Role]:
    """One role for each set of rights: to those with the same ones, the same pages are open."""
    rights = {role: frozenset(each for each in Permission if holds((role,), each)) for role in Role}
    yield from {having: role for role, having in reversed(rights.items())}.values()


def of_role(role: Role) -> Visitor:
    """The one who looks at the pages for a role."""
    return VISITORS[f"p-{role}-near"]


def shown_to(
    bank: Bank, visitor: Visitor | None, begins: Iterable[str] = ("/",)
) -> Iterator[Shown]:
    """All pages that somebody comes to, one of each view. Nothing is asked for that no link leads
    to, and files to be saved are no pages."""
    browser = bank.browser(visitor)
    addresses = bank.app.url_map.bind("localhost")
    waiting, known = deque(begins), {"static"}
    while waiting:
        url = waiting.popleft()
        path = urlsplit(url).path
        endpoint, _values = addresses.match(path, method="GET")
        if endpoint in known or PurePosixPath(path).suffix:
            continue
        known.add(endpoint)
        answer = browser.get(url)
        if answer.mimetype != "text/html":
            continue
        yield Shown(endpoint=endpoint, url=url, answer=answer)
        waiting.extend(Page(answer).addresses)
