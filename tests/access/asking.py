"""Asking the pages for what the bank of these tests holds, and counting what was asked."""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from domain.permission_names import Permission
from domain.permissions import may
from domain.relations import Relation
from engine.connection import TemporalConnection
from store.database import Sessions
from tests.access.cast import VISITORS, Told, Visitor
from tests.stays import logged_in
from tests.web.browser import hidden


@dataclass(frozen=True, slots=True)
class Bank:
    """The cases that were told, by name."""

    app: Flask
    temporal: TemporalConnection
    """To an engine that is away."""
    cases: dict[str, Told]
    sessions: Sessions
    browsers: dict[str, "Browser"] = field(default_factory=dict)
    """Of those who have asked for something."""

    @property
    def hub(self) -> Told:
        """The case that all others are linked to."""
        return self.cases["nobodys"]

    def browser(self, visitor: Visitor | None) -> "Browser":
        """The one browser of a visitor, or the new one of a stranger."""
        if visitor is None:
            return Browser(self.app.test_client())
        if visitor.id not in self.browsers:
            client = logged_in(self.app, self.sessions, visitor.id)
            self.browsers[visitor.id] = Browser(client, visitor.id)
        return self.browsers[visitor.id]


@dataclass(slots=True)
class Browser:
    """Asks for pages and sends forms with the token of this visitor's session."""

    client: FlaskClient
    who: str = "a stranger"
    token: str = ""

    def get(self, url: str) -> TestResponse:
        return self.client.get(url)

    def send(self, url: str, **typed: object) -> TestResponse:
        if not self.token:
            page = self.client.get("/login?next=/keys", follow_redirects=True).text
            self.token = hidden(page, "csrf_token")
        return self.client.post(url, data={"csrf_token": self.token, **typed})


@dataclass(slots=True)
class Cells:
    """What was asked: one visitor, one case, one thing is one cell; and which of them leak."""

    asked: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def hold(self, thing: str, who: str, case: str, *, right: bool, seen: object = "") -> None:
        """Count one cell, and remember it if it is not as the table says."""
        self.asked[thing] += 1
        if not right:
            self.wrong.append(f"{thing}: {who} x {case} {seen}".rstrip())

    def hold_all(self, thing: str, who: str, told: dict[str, bool], seen: set[str]) -> None:
        """Count one cell for each case that should be in a list, or should not."""
        for name, expected in told.items():
            self.hold(thing, who, name, right=(name in seen) == expected, seen=name in seen)


def allowed(visitor: Visitor, told: Told, permission: Permission) -> bool:
    """What the table says."""
    return may(permission, visitor.roles, told.relations_of(visitor))


def one_of_each(bank: Bank, visitor: Visitor) -> Iterator[Told]:
    """A case for every way this visitor stands to one."""
    ways: dict[frozenset[Relation], Told] = {}
    for told in bank.cases.values():
        ways.setdefault(told.relations_of(visitor), told)
    yield from ways.values()


def enough_pairs(
    bank: Bank, answer: Callable[[Visitor, Told], object]
) -> Iterator[tuple[Visitor, Told]]:
    """Somebody and a case, until each role and each relation has met every answer that the table
    has for it: granted and refused, wherever there is either.

    Each role in each way of standing to a case, which is in several relations at once, is asked of
    the rows (`test_relations`), of every list and of the page of a case. A door behind these asks
    the same question: what is left to see is that it asks.
    """
    met: set[tuple[object, object]] = set()
    for visitor in VISITORS.values():
        for told in one_of_each(bank, visitor):
            answered = answer(visitor, told)
            stands = (visitor.roles, *told.relations_of(visitor))
            here: set[tuple[object, object]] = {(each, answered) for each in stands}
            if not here <= met:
                met |= here
                yield visitor, told


def body_of(page: str, reference: str) -> str:
    """A page without what differs between any two: the token of its forms and what was asked."""
    return re.sub(r'name="csrf_token" value="[^"]*"', "", page).replace(reference, "*")
