"""Sending word outside the pages. Nothing but a notice's number ever comes through Temporal."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.gateways import Gateways, Message, NotTaken
from crashpoints import crashpoint
from domain.notices import NoticeAudience
from rulebook.notices import NoticeWords
from store import notices
from store.database import Sessions
from store.notices import Letter


class Notices:
    """Notices, as their workflows reach them."""

    def __init__(
        self,
        sessions: Sessions,
        gateways: Gateways,
        words: NoticeWords,
        *,
        bank_name: str,
        base_url: str,
    ) -> None:
        """`base_url` is where people find the pages: links in notices begin with it."""
        self._sessions = sessions
        self._gateways = gateways
        self._words = words
        self._bank_name = bank_name
        self._base_url = base_url

    @activity.defn(name="send_notice")
    def send(self, notice_id: int) -> None:
        """Try once to send a notice; does nothing when it has been sent or given up.

        Fails with the class of the failure only: a gateway's own words may name a person, and stay
        in PostgreSQL.
        """
        with self._sessions.begin() as session:
            letter = notices.take_up(session, notice_id)
        if letter is None:
            return
        crashpoint("notice.taken_up")
        message = self.message_of(letter)
        if not self._gateways.reach(message):
            with self._sessions.begin() as session:
                notices.keep_inside(session, notice_id)
            return
        try:
            # No transaction is open while a gateway takes its time.
            for gateway in self._gateways.carry(message, letter.carried_by):
                crashpoint("notice.carried")
                with self._sessions.begin() as session:
                    notices.carried(session, notice_id, gateway)
        except NotTaken as refused:
            with self._sessions.begin() as session:
                notices.not_taken(session, notice_id, f"{refused.code} {refused.says}".strip())
            raise ApplicationError(
                refused.code, type="NotTaken", non_retryable=refused.for_good
            ) from None
        with self._sessions.begin() as session:
            notices.sent(session, notice_id)
        crashpoint("notice.settled")

    @activity.defn(name="give_up_notice")
    def give_up(self, notice_id: int) -> None:
        """Make an unsent notice a person's task."""
        with self._sessions.begin() as session:
            notices.give_up(session, notice_id)

    def message_of(self, letter: Letter) -> Message:
        """A letter in its reader's language."""
        subject, text = self._words.of(letter.audience, letter.about, letter.language)
        fillings = {
            "bank": self._bank_name,
            "reference": letter.reference,
            "link": f"{self._base_url}/cases/{letter.reference}",
            "clock": self._words.clock(letter.clock, letter.language),
            "date": _date(letter),
            **{name: letter.words.get(name, "") for name in ("question", "reason", "letter")},
        }
        return Message(
            key=letter.key,
            subject=subject.substitute(fillings),
            text=text.substitute(fillings),
            email=letter.email,
            for_staff=letter.audience is NoticeAudience.STAFF,
        )


def _date(letter: Letter) -> str:
    """A date as the bank would write it: customers are given a day, staff the minute too."""
    if letter.date_at is None:
        return "–"
    # The last instant of a day is that day's, not the midnight that begins the next.
    local = (letter.date_at - timedelta(microseconds=1)).astimezone(ZoneInfo(letter.time_zone))
    if letter.audience is not NoticeAudience.STAFF:
        return f"{local:%Y-%m-%d}"
    return f"{letter.date_at.astimezone(ZoneInfo(letter.time_zone)):%Y-%m-%d %H:%M}"
