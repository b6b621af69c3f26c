"""What a handler does on the pages of letters, and what becomes of it."""

import re
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from uuid import uuid4

from flask import Flask
from sqlalchemy import select
from temporalio.exceptions import ApplicationError
from werkzeug.test import TestResponse

from domain.acts import Assign
from domain.classification import Level
from domain.complaint import Language
from domain.notices import Delivery
from store.database import Sessions
from store.tables import JournalRow, NoticeRow
from tests.activities.letters import notices_through
from tests.mail_sink import MailSink
from tests.oddities.forms import forms_of
from tests.tasks.work import Work
from tests.web.browser import Browser

ASSIGNED = Assign(handler="stan", handler_unit="station-outlet", handler_level=Level.OUTLET)

FOUND = "账户里的人民币在长城路支行一楼门口的机器上被重复扣款，见附页：#strong[无妨] $x$ =1+1。"
DECIDED = "我们已于当日退还重复扣款，并向您致歉。"
FINAL = {"findings": FOUND, "result": DECIDED, "handler_phone": "8888 6666"}
INSIDE = {
    "persons": "the clerk was talked to",
    "lessons": "counters are watched",
    "satisfaction": "satisfied",
    "handled_at": "2026-11-20T10:00",
}
"""What a reply wants beside the letter, for the bank's own eyes."""


class Letters:
    """What a handler does on the pages of letters, carried out as it is asked for."""

    def __init__(
        self, app: Flask, sessions: Sessions, sink: MailSink, work: Work, browser: Browser
    ) -> None:
        self.of_the_bank = app, sessions, sink, work
        self._files: Path = app.extensions["redress"].settings.attachments_dir
        self._sessions = sessions
        self._sink = sink
        self._work = work
        self.browser = browser

    def fills(self, reference: str, name: str, language: str = "zh") -> dict[str, str]:
        """The form of a letter as the case fills it."""
        url = f"/cases/{reference}/letters/new/{name}/{language}"
        page = self.browser.get(url)
        assert page.status_code == 200, page.text
        return stands_in(page, url)

    def keeps(self, reference: str, name: str, language: str = "zh", **texts: str) -> str:
        """Keep a letter; the page where it lies."""
        typed = {**self.fills(reference, name, language), **texts}
        answer = self.browser.send(
            f"/cases/{reference}/letters/new/{name}/{language}",
            **{**typed, "keep": "yes"},
        )
        assert answer.status_code == 302, answer.text
        self._work.carry_out_what_waits(reference)
        return str(answer.location)

    def sends(self, letter: str, **typed: str) -> tuple[int, TestResponse]:
        """Send it by the form of its page."""
        reference = letter.split("/")[2]
        seen = str(self._work.case(reference).version)
        asked = {"command_id": str(uuid4()), "seen_version": seen, **typed}
        answer = self.browser.send(f"{letter}/dispatches", **asked)
        if answer.status_code == 302:
            self._work.carry_out_what_waits(reference)
        return answer.status_code, answer

    def posts(self, reference: str) -> list[EmailMessage]:
        """The mail that goes out by what waits for the customer."""
        with self._sessions() as session:
            waiting = select(NoticeRow.id).where(
                NoticeRow.reference == reference,
                NoticeRow.recipient == "complainant",
                NoticeRow.delivery == Delivery.PENDING,
            )
            ids = session.scalars(waiting.order_by(NoticeRow.id)).all()
        before = len(self._sink.taken)
        sender = notices_through(self._sessions, self._sink.url, patience=30, files=self._files)
        for each in ids:
            try:
                sender.send(each)
            except ApplicationError:
                sender.give_up(each)  # as its workflow does after the last try
        return self._sink.taken[before:]

    def file(self, digest: str) -> Path:
        return next(self._files.rglob(digest))


def stands_in(page: TestResponse, action: str) -> dict[str, str]:
    """What stands in the fields of a form, and what it sends along."""
    form = next(each for each in forms_of(page, action) if each.action == action)
    return {blank.name: blank.value for blank in form.blanks}


def in_stans_hands(work: Work, pack: str = "head-office") -> str:
    """A complaint of somebody with an address, which stan handles."""
    reference = work.received(
        pack,
        unit="station-outlet",
        email="wang@example.org",
        language=Language.ZH,
        narrative="柜台排队一小时。",
    )
    work.does(reference, ASSIGNED, "stan")
    return reference


def plain(text: str) -> str:
    return re.sub(r"\s", "", text)


def entry(sessions: Sessions, reference: str, event: str) -> Any:
    with sessions() as session:
        wanted = select(JournalRow).where(
            JournalRow.reference == reference, JournalRow.event == event
        )
        return session.scalars(wanted.order_by(JournalRow.version.desc())).first()
