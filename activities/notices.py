"""Sending word outside the pages. Nothing but a notice's number ever comes through Temporal."""

import math
from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

from temporalio import activity
from temporalio.exceptions import ApplicationError, ApplicationErrorCategory

from activities.gateways import Gateways, Message, NotTaken
from crashpoints import crashpoint
from domain.notices import NoticeAudience, Obstacle, Sending
from domain.robots import RobotRules
from rulebook.notices import NoticeWords
from store import notices, robot_turns
from store.database import Sessions
from store.letters import Letter


class Notices:
    """Notices, as their workflows reach them."""

    def __init__(
        self,
        sessions: Sessions,
        gateways: Gateways,
        words: NoticeWords,
        sending: Sending,
        *,
        bank_name: str,
        base_url: str,
    ) -> None:
        """`base_url` is where people find the pages: links in notices begin with it."""
        self._sessions = sessions
        self._gateways = gateways
        self._words = words
        self._sending = sending
        self._bank_name = bank_name
        self._base_url = base_url

    @activity.defn(name="send_notice", no_thread_cancel_exception=True)
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
            turns = _Turns(self._sessions, letter, self._sending.whole_ladder)
            for gateway in self._gateways.carry(message, letter.carried_by, turns):
                crashpoint("notice.carried")
                with self._sessions.begin() as session:
                    notices.carried(session, notice_id, gateway)
        except NotTaken as refused:
            raise self._failure(notice_id, refused) from None
        with self._sessions.begin() as session:
            notices.sent(session, notice_id)
        crashpoint("notice.settled")

    @activity.defn(name="give_up_notice")
    def give_up(self, notice_id: int) -> None:
        """Make an unsent notice a person's task."""
        with self._sessions.begin() as session:
            notices.give_up(session, notice_id)

    def _failure(self, notice_id: int, refused: NotTaken) -> ApplicationError:
        """What the workflow hears of it, after it has been written down. Who waits for a turn has
        not been tried; nobody waits longer than the whole ladder of tries."""
        wait = None if refused.wait is None else min(refused.wait, self._sending.whole_ladder)
        is_queued = refused.obstacle is Obstacle.QUEUED
        with self._sessions.begin() as session:
            if not is_queued:
                notices.not_taken(session, notice_id, refused.obstacle, refused.code, refused.says)
            if wait is not None:
                notices.put_off(session, notice_id, wait, was_tried=not is_queued)
        return ApplicationError(
            refused.code,
            type="NotTaken",
            non_retryable=refused.obstacle.is_final,
            next_retry_delay=None if wait is None else _whole_seconds(wait),
            category=_BENIGN if is_queued else ApplicationErrorCategory.UNSPECIFIED,
        )

    def message_of(self, letter: Letter) -> Message:
        """A letter in its reader's language."""
        subject, text = self._words.of(letter.audience, letter.about, letter.language)
        fillings = {
            "bank": self._bank_name,
            "reference": letter.reference,
            "link": f"{self._base_url}/{letter.page}",
            "unit": letter.unit,
            # Of a task the date is told as of any other limit, by the task's own name.
            "clock": letter.task or self._words.clock(letter.clock, letter.language),
            "task": letter.task,
            "survey": f"{self._base_url}/survey/{letter.survey}" if letter.survey else "",
            "date": _date(letter),
            **{name: letter.words.get(name, "") for name in ("question", "reason", "letter")},
        }
        return Message(
            key=letter.key,
            subject=subject.substitute(fillings),
            text=text.substitute(fillings),
            link=fillings["link"],
            email=letter.email,
            rooms=letter.rooms,
        )


@dataclass(frozen=True, slots=True)
class _Turns:
    """The turns at the robots, asked for one letter."""

    sessions: Sessions
    letter: Letter
    longest: timedelta
    """No robot rests longer than the whole ladder of tries, whatever it says."""

    def wait_for(self, robot: str, rules: RobotRules) -> timedelta:
        """In a transaction of its own: the turn stays taken, whatever becomes of the message."""
        letter = self.letter
        with self.sessions.begin() as session:
            return robot_turns.wait_for_turn(
                session, robot, letter.notice_id, letter.reference, rules
            )

    def rest(self, robot: str, time: timedelta) -> None:
        with self.sessions.begin() as session:
            robot_turns.let_rest(session, robot, min(time, self.longest))


_BENIGN = ApplicationErrorCategory.BENIGN
"""Nothing has failed, so no log needs to warn of it."""


def _whole_seconds(wait: timedelta) -> timedelta:
    """Rounded up, so that nobody comes before the turn."""
    return timedelta(seconds=math.ceil(wait.total_seconds()))


def _date(letter: Letter) -> str:
    """A date as the bank would write it: customers are given a day, staff the minute too."""
    if letter.date_at is None:
        return "–"
    # The last instant of a day is that day's, not the midnight that begins the next.
    local = (letter.date_at - timedelta(microseconds=1)).astimezone(ZoneInfo(letter.time_zone))
    if letter.audience is not NoticeAudience.STAFF:
        return f"{local:%Y-%m-%d}"
    return f"{letter.date_at.astimezone(ZoneInfo(letter.time_zone)):%Y-%m-%d %H:%M}"
