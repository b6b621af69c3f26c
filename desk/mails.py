"""What people do about mails that could not be joined to a case."""

from functools import partial

from domain.case import Actor
from domain.complaint import BadInput, Flaw, flaws_of_free_text
from domain.errors import NotFit
from rulebook.texts import read_text_limits
from store.database import Sessions
from store.files.attachments import AttachmentFolder, is_spoken_of
from store.mails import waiting

REASON = "reason"
"""What the flaws of a reason point at."""


class MailDesk:
    """Has mails joined, or set aside."""

    def __init__(self, sessions: Sessions, files: AttachmentFolder) -> None:
        self._sessions = sessions
        self._files = files

    def join(self, number: int, reference: str, by: Actor) -> None:
        """Put a mail with a case; its workflow writes it down in its turn. Raises `Refused`."""
        with self._sessions.begin() as session:
            waiting.join(session, number, reference.strip().upper(), by)

    def set_aside(self, number: int, why: str, by: Actor) -> None:
        """Leave a mail alone, for a reason; raises `NotFit` without one, and `Refused`."""
        flaws = _flaws_of_reason(why)
        if flaws:
            raise NotFit(flaws)
        with self._sessions.begin() as session:
            files = waiting.set_aside(session, number, why, by)
        with self._sessions() as session:
            for digest in files:
                self._files.remove(digest, partial(is_spoken_of, session, digest))


def _flaws_of_reason(why: str) -> list[Flaw]:
    if not why.strip():
        return [Flaw.of(REASON, BadInput.EMPTY)]
    limit = read_text_limits().demand
    return flaws_of_free_text(REASON, why, limit)
