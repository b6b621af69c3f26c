"""What people at work bring to whom: complaints, acts and files, and how a try may end."""

from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Protocol

from sqlalchemy.exc import SQLAlchemyError

from config import Settings
from crashpoints import SaidToHaveFailed
from desk.attachments import AttachmentDesk
from desk.cases import ActStatus, CaseDesk
from domain.acts import AnyAct
from domain.case import Actor
from domain.complaint import Complaint
from engine.connection import TemporalConnection, connect
from rulebook.attachments import read_limits
from store.database import open_database
from store.files.attachments import AttachmentFolder


class NoAnswer(Exception):
    """Nobody said what became of it: it may have happened or not."""


class Desk(Protocol):
    """Takes complaints and acts. The same key again is the same complaint or act; a try without an
    answer raises `NoAnswer`.
    """

    def receive(self, complaint: Complaint, by: Actor) -> str:
        """Take a complaint down; returns the reference it was given."""

    def act(
        self, key: str, reference: str, act: AnyAct, words: dict[str, str], by: Actor
    ) -> ActStatus:
        """Do something to a case."""

    def attach(self, key: str, reference: str, name: str, content: bytes, by: Actor) -> ActStatus:
        """Put a file with a case."""


class DeskHere:
    """The desk the pages use, in this very process: to be killed at named points of the code."""

    def __init__(self, settings: Settings) -> None:
        sessions = open_database(
            settings.database_url,
            journal_key=settings.journal_key,
            personal_keys=settings.personal_keys,
        )
        folder = AttachmentFolder(settings.attachments_dir)
        self._desk = CaseDesk(sessions, TemporalConnection(lambda: connect(settings)))
        self._files = AttachmentDesk(sessions, self._desk, folder, read_limits())

    def receive(self, complaint: Complaint, by: Actor) -> str:
        with _failures_unanswered():
            return self._desk.receive(complaint, by).reference

    def act(
        self, key: str, reference: str, act: AnyAct, words: dict[str, str], by: Actor
    ) -> ActStatus:
        with _failures_unanswered():
            return self._desk.act(
                command_id=key, reference=reference, act=act, words=words, by=by
            ).status

    def attach(self, key: str, reference: str, name: str, content: bytes, by: Actor) -> ActStatus:
        file = BytesIO(content)
        with _failures_unanswered():
            return self._files.attach(
                command_id=key, reference=reference, name=name, content=file, note="", by=by
            ).status


@contextmanager
def _failures_unanswered() -> Iterator[None]:
    try:
        yield
    except (SQLAlchemyError, SaidToHaveFailed) as failed:
        raise NoAnswer from failed
