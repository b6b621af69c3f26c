"""A whole installation with its pages, engine and worker, and what is noticed while it is asked."""

import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from time import monotonic
from typing import Any
from urllib.parse import urlsplit

from flask import Flask
from sqlalchemy import select
from werkzeug.exceptions import HTTPException
from werkzeug.test import TestResponse

from desk.cases import CaseDesk
from desk.repair import RepairShop
from domain.case import Status
from domain.statuses import CommandStatus
from store.cases.receipts import receive
from store.database import Sessions
from store.outbox.messages import MessageKind
from store.tables import CaseRow, CommandRow, OutboxRow, PersonRow
from tests.bank import WHOLE
from tests.builders import a_complaint
from tests.oddities.forms import Form, forms_of, is_shown, links_of
from tests.stays import a_stay
from tests.waiting import PATIENCE
from tests.web.browser import Browser

AT_ONCE = 6
"""Cases that stand at a time."""

ELSEWHERE = {"cases.act", "intake.receive", "attachments.add", "sessions.log_out"}
"""Forms with a test of their own, and the way out."""

READERS = ("sun", "tess", "dean", "hong", "dora", "han", "ines", "ada")
"""Who is asked, in this order, for a page that shows a case."""


class _Mistakes(logging.Handler):
    """What the installation itself calls a mistake of its own."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.said.append(self.format(record))


@dataclass
class House:
    """Whoever stands at one of its doors."""

    app: Flask
    sessions: Sessions
    desk: CaseDesk
    taken: set[str] = field(default_factory=set)
    """References of what was accepted."""
    handed_in: int = 0
    met: set[str] = field(default_factory=set)
    """Acts whose form was filled in."""
    standing: list[str] = field(default_factory=list)
    mistakes: _Mistakes = field(default_factory=_Mistakes)
    _forms: list[tuple[str, str, Form]] = field(default_factory=list)

    def _repr_pretty_(self, printer: Any, _cycle: bool) -> None:
        """As Hypothesis tells of it, who would else tell of every page."""
        printer.text(f"a house with {len(self.taken)} cases")

    def __post_init__(self) -> None:
        logging.getLogger().addHandler(self.mistakes)

    def visit(self, person: str) -> Browser:
        """The browser of somebody who has just logged in; let go by a form, they are back."""
        client = self.app.test_client()
        known = WHOLE.people[person]
        with self.sessions.begin() as records:
            row = records.scalars(select(PersonRow).where(PersonRow.login == person)).one()
            row.active, row.unit, row.roles = True, known.unit, [*known.roles]
            key = a_stay(records, row.id)
        with client.session_transaction() as session:
            session["key"] = key
        return Browser(client)

    def a_case(self, **over: object) -> str:
        """A complaint that the worker takes up by itself."""
        with self.sessions.begin() as session:
            reference = receive(session, a_complaint(**over), WHOLE.actor("ines")).reference
        self.taken.add(reference)
        return reference

    def a_standing_case(self, which: int) -> str:
        """One of a few cases at which people act in turns; one that is closed is let go."""
        with self.sessions() as session:
            closed = CaseRow.status == Status.CLOSED
            over = set(session.scalars(select(CaseRow.reference).where(closed)))
        self.standing = [each for each in self.standing if each not in over]
        while len(self.standing) < AT_ONCE:
            self.standing.append(self.a_case(received_at=datetime.now(UTC)))
        return self.standing[which % AT_ONCE]

    def forms_at(self, browser: Browser, url: str) -> list[Form]:
        """The forms of a page; none where it is shut."""
        page = browser.get(url)
        return forms_of(page, url) if page.status_code == 200 else []

    def in_turn(self, people: Sequence[str], which: int) -> Iterator[str]:
        """Everybody, beginning with one of them."""
        first = which % len(people)
        yield from (*people[first:], *people[:first])

    def forms(self, people: Sequence[str]) -> list[tuple[str, str, Form]]:
        """Every form that these people come by: who, on which page, and which; found once."""
        if not self._forms:
            self._forms = [door for person in people for door in self._found_by(person)]
        return self._forms

    def _found_by(self, person: str) -> Iterator[tuple[str, str, Form]]:
        """One page of each kind, and each form once."""
        browser, ahead, seen, sent = self.visit(person), ["/"], set[str](), set[str]()
        while ahead:
            url = ahead.pop(0)
            page = browser.get(url, follow_redirects=True)
            if page.mimetype != "text/html" or page.status_code != 200:
                continue
            for form in forms_of(page, url):
                kind = self._endpoint(form.action, form.method)
                if kind not in sent | ELSEWHERE:
                    sent.add(kind)
                    yield person, url, form
            for link in links_of(page):
                kind = self._endpoint(link, "get")
                if kind not in seen:
                    seen.add(kind)
                    ahead.append(link)

    def _endpoint(self, url: str, method: str) -> str:
        where = self.app.url_map.bind("localhost")
        try:
            return str(where.match(urlsplit(url).path, method.upper())[0])
        except HTTPException:
            return url

    def answered(self, answer: TestResponse, *statuses: int) -> None:
        """One thing was handed in, and answered without a mistake of ours."""
        self.handed_in += 1
        said, self.mistakes.said = self.mistakes.said, []
        assert not said, said
        assert answer.status_code < 500, answer.text[:2_000]
        assert not statuses or answer.status_code in statuses, (answer.status_code, answer.text)

    def given_back(self, answer: TestResponse, form: Form, texts: dict[str, str], url: str) -> None:
        """What was typed stands in the form again, to be mended, each text as it was typed."""
        if not texts:
            return
        again = [each for each in forms_of(answer, url) if each.action == form.action]
        assert again, f"the form is gone, with {texts}"
        kept = [{name: _line(text) for name, text in each.values().items()} for each in again]
        lost = {n: t for n, t in texts.items() if _line(t) not in [each.get(n) for each in kept]}
        assert not lost, lost

    def shown(self, texts: Iterable[str], *urls: str, to: Iterable[str] = READERS) -> None:
        """Every text stands on one of these pages, for somebody who may read it; what waits for the
        engine, as soon as the engine has heard it."""
        left = {text for text in texts if text.strip()}
        patience = monotonic() + PATIENCE
        while left and monotonic() < patience:
            left = self._not_shown(left, urls, to)
            if left and not self.waiting():
                break
        # Heard between the last look and the question.
        assert not self._not_shown(left, urls, to), f"{left} is on none of {urls}"

    def _not_shown(self, left: set[str], urls: Sequence[str], to: Iterable[str]) -> set[str]:
        for person in to:
            browser = self.visit(person)
            for url in urls:
                if not left:
                    return left
                page = browser.get(url, follow_redirects=True)
                if page.status_code == 200:
                    left = {text for text in left if not is_shown(text, page)}
        return left

    def waiting(self) -> list[str]:
        """Acts that were stored and are not carried out yet."""
        with self.sessions() as session:
            stored = CommandRow.status == CommandStatus.STORED
            return list(session.scalars(select(CommandRow.id).where(stored)))

    def unsent(self) -> list[int]:
        """Cases and acts that the engine has not been told of."""
        of_cases = OutboxRow.kind.in_([MessageKind.CASE, MessageKind.COMMAND])
        with self.sessions() as session:
            return list(session.scalars(select(OutboxRow.id).where(of_cases)))

    def held_up(self) -> dict[str, str]:
        """Cases that do not go on, and why."""
        incidents = RepairShop(self.sessions, self.desk.temporal).failed_cases().incidents
        return {str(each.reference): str(each) for of in incidents for each in of.failures}


def _line(text: str | None) -> str | None:
    """A form knows no difference between the ends of lines, and pages none between outer blanks."""
    return None if text is None else "\n".join(text.strip().splitlines())
