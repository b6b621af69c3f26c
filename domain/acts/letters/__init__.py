"""Letters to the customer: written and kept, and sent by mail, by post or by hand."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated, Literal, Self

from domain.acts.base import Act, ActContext, ApprovedAct, Need
from domain.acts.chosen import Enclosure
from domain.acts.handling import require_handler
from domain.case import Case, Status
from domain.errors import Refusal, Refused
from domain.events import Event
from domain.letters import LetterPart, LetterWay
from domain.permission_names import Permission


@dataclass(frozen=True, slots=True, kw_only=True)
class ActWithLetter(ApprovedAct):
    """An act that may be done by sending a letter: the entry of the journal is the evidence of its
    dispatch, by the digest of the file, the way and the day. Where a second person reads the letter
    first, they stand there too."""

    enclosed: Annotated[str | None, Enclosure.LETTER] = None
    """SHA-256 of the letter that goes out with it, which lies with the case."""
    way: Annotated[LetterWay | None, Enclosure.LETTER] = None
    sent_at: Annotated[datetime | None, Enclosure.LETTER] = None
    """When it was posted or handed over; of mail the mail server says when it took it."""

    def agreed(self, by: str, at: datetime) -> Self:
        """What is read first goes out when it is agreed to, also by post and by hand."""
        goes_now = self.enclosed is not None and self.way not in (None, LetterWay.MAIL)
        return replace(self, approved_by=by, sent_at=at if goes_now else self.sent_at)


def require_dispatch(act: ActWithLetter, case: Case, context: ActContext) -> None:
    """Raises `Refused` where a letter goes out without a way, or otherwise than by mail without the
    day on which it has gone."""
    if act.enclosed is None:
        return
    if act.way is None:
        raise Refused(Refusal.LETTER_WITHOUT_WAY)
    if act.way is LetterWay.MAIL:
        return
    # A form knows minutes.
    since = case.received_at.replace(second=0, microsecond=0)
    if act.sent_at is None or not since <= act.sent_at <= context.at:
        raise Refused(Refusal.LETTER_DAY_UNFIT)


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteLetter(Act):
    """Keep a letter as it was written: its texts, and the file that was made of them. Written anew
    it is a further version; none is changed."""

    kind: Literal["write_letter"] = "write_letter"
    letter_template: str
    """The template it was written after."""
    language: str
    digest: str
    """SHA-256 of the file, in hexadecimal."""
    size: int
    """Bytes."""

    event = Event.LETTER_WRITTEN
    permission = Permission.HANDLE
    statuses = frozenset(Status)
    words = {"file_name": Need.REQUIRED, **dict.fromkeys(map(str, LetterPart), Need.OPTIONAL)}
    is_free_of_version = True

    @classmethod
    def check(cls, case: Case, context: ActContext) -> None:
        require_handler(case, context)

    def apply(self, case: Case, context: ActContext) -> Case:
        return case


@dataclass(frozen=True, slots=True, kw_only=True)
class SendLetter(ActWithLetter):
    """Send a letter that is no other act: the customer is written to, and no clock hangs on it."""

    kind: Literal["send_letter"] = "send_letter"

    event = Event.LETTER_SENT
    permission = Permission.HANDLE
    statuses = frozenset(Status)
    words = {"letter": Need.REQUIRED}
    is_free_of_version = True

    @classmethod
    def check(cls, case: Case, context: ActContext) -> None:
        require_handler(case, context)

    def apply(self, case: Case, context: ActContext) -> Case:
        if self.enclosed is None:
            raise Refused(Refusal.NO_SUCH_LETTER)
        require_dispatch(self, case, context)
        return case
