"""Sending word outside the pages. Nothing but a notice's number ever comes through Temporal."""

import contextvars
import logging
import math
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

from temporalio import activity
from temporalio.exceptions import ApplicationError, ApplicationErrorCategory

from activities.gateways import EnclosedFile, Gateways, Message, NotTaken
from crashpoints import crashpoint
from domain.notices import NoticeAudience, Obstacle, Sending
from domain.robots import RobotRules
from rulebook.notices import NoticeWords
from store import notices, robot_turns
from store.database import DatabaseAway, Sessions
from store.files.attachments import AttachmentFolder, Damaged
from store.notice_contents import NoticeContents

log = logging.getLogger(__name__)

READ_TOGETHER = 20
"""Letters of a batch read at once (default): each is still as fresh as its sending is quick."""

A_BEAT_SECONDS = 4.0
"""Between two heartbeats of a batch (default): several fit into the silence that is allowed."""


class Stopping(Exception):
    """The worker is told to stop: another one goes on with the batch."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Untaken:
    """A notice that a batch did not bring to its end, to be tried again by itself."""

    message: str
    """As the outbox names it."""
    wait_seconds: int
    """Before the next try; nothing when there was none."""

    @property
    def notice_id(self) -> int:
        return notices.notice_of(self.message)


class Notices:
    """Notices, as their workflows reach them."""

    def __init__(
        self,
        sessions: Sessions,
        gateways: Gateways,
        words: NoticeWords,
        sending: Sending,
        files: AttachmentFolder,
        *,
        bank_name: str,
        base_url: str,
    ) -> None:
        """`files` is where letters to customers lie. `base_url` is where people find the pages:
        links in notices begin with it."""
        self._sessions = sessions
        self._gateways = gateways
        self._words = words
        self._sending = sending
        self._files = files
        self._bank_name = bank_name
        self._base_url = base_url

    @activity.defn(name="send_notices", no_thread_cancel_exception=True)
    def send_each(self, messages: Sequence[str]) -> list[Untaken]:
        """Try once to send each of these and settle it at once, so that whoever begins anew goes on
        where this ended. Says what is left: what was not taken, and what there was no time for.
        """
        began = time.monotonic()
        left: list[Untaken] = []
        with _signs_of_life():
            for first in range(0, len(messages), READ_TOGETHER):
                by_id = {notices.notice_of(each): each for each in messages[first:][:READ_TOGETHER]}
                readable, unreadable = self._readable(list(by_id))
                left += [Untaken(message=by_id[each], wait_seconds=0) for each in unreadable]
                for contents in readable:
                    if activity.is_worker_shutdown():
                        raise Stopping
                    in_time = time.monotonic() - began < self._sending.seconds_for_one_try
                    wait = self._sent_or_wait(contents) if in_time else timedelta(0)
                    if wait is not None:
                        message, seconds = by_id[contents.notice_id], int(wait.total_seconds())
                        left.append(Untaken(message=message, wait_seconds=seconds))
        with self._sessions.begin() as session:
            notices.let_go(session, [each.notice_id for each in left])
        return left

    def _readable(self, notice_ids: Sequence[int]) -> tuple[list[NoticeContents], list[int]]:
        """Letters taken up together; when one of them cannot be read each is by itself, and those
        that fail go on alone, where their fault is seen and comes to an end."""
        try:
            return self._taken_up(notice_ids), []
        except DatabaseAway:
            raise
        except Exception as fault:
            if len(notice_ids) == 1:
                log.error("notice %d could not be read: %s", notice_ids[0], type(fault).__name__)
                return [], list(notice_ids)
        each_alone = [self._readable([each]) for each in notice_ids]
        return (
            [contents for readable, _ in each_alone for contents in readable],
            [each for _, unreadable in each_alone for each in unreadable],
        )

    def _sent_or_wait(self, contents: NoticeContents) -> timedelta | None:
        """Try once: None when that was its end, else how long to wait before the next try."""
        try:
            self._try(contents)
        except DatabaseAway:
            raise
        except ApplicationError as failure:
            if not failure.non_retryable and self._sending.further_tries:
                return failure.next_retry_delay or self._between_tries
        except Exception as fault:
            # Ours, with this one notice: the others go on, and it is seen as it climbs its ladder.
            log.error("notice %d could not be sent: %s", contents.notice_id, type(fault).__name__)
            if self._sending.further_tries:
                return self._between_tries
        else:
            return None
        self.give_up(contents.notice_id)
        return None

    @property
    def _between_tries(self) -> timedelta:
        return timedelta(seconds=self._sending.seconds_between_tries)

    @activity.defn(name="send_notice", no_thread_cancel_exception=True)
    def send(self, notice_id: int) -> None:
        """Try once to send a notice; does nothing when it has been sent or given up, or when
        another workflow is about it.

        Fails with the class of the failure only: a gateway's own words may name a person, and stay
        in PostgreSQL.
        """
        for contents in self._taken_up([notice_id]):
            self._try(contents)

    def _taken_up(self, notice_ids: Sequence[int]) -> list[NoticeContents]:
        at_most = timedelta(seconds=self._sending.seconds_for_one_try)
        with self._sessions.begin() as session:
            readable = notices.take_up(session, notice_ids, _carrier(), at_most)
        crashpoint("notice.taken_up")
        return readable

    def _try(self, contents: NoticeContents) -> None:
        try:
            message = self.message_of(contents)
        except Damaged:
            refused = NotTaken(Obstacle.ENCLOSURE, Obstacle.ENCLOSURE)
            raise self._failure(contents.notice_id, refused) from None
        if not self._gateways.ways(message):
            with self._sessions.begin() as session:
                notices.keep_inside(session, contents.notice_id)
            return
        left = self._gateways.left(message, contents.carried_by)
        if not left:
            # Those that had not are ways no more.
            with self._sessions.begin() as session:
                notices.sent(session, contents.notice_id)
            return
        try:
            # No transaction is open while a gateway takes its time.
            turns = _Turns(self._sessions, contents, self._sending.whole_ladder)
            for gateway in self._gateways.carry(message, contents.carried_by, turns):
                crashpoint("notice.carried")
                left -= 1
                with self._sessions.begin() as session:
                    note = notices.carried if left else notices.sent
                    note(session, contents.notice_id, gateway)
        except NotTaken as refused:
            raise self._failure(contents.notice_id, refused) from None
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
                notices.put_off(session, notice_id, wait)
        return ApplicationError(
            refused.code,
            type="NotTaken",
            non_retryable=refused.obstacle.is_final,
            next_retry_delay=None if wait is None else _whole_seconds(wait),
            category=_BENIGN if is_queued else ApplicationErrorCategory.UNSPECIFIED,
        )

    def message_of(self, contents: NoticeContents) -> Message:
        """What its reader is told, in their language; raises `Damaged` where the file that goes
        with it is not what was put there."""
        subject, text = self._words.of(contents.audience, contents.about, contents.language)
        fillings = {
            "bank": self._bank_name,
            "reference": contents.reference,
            "link": f"{self._base_url}/{contents.page}",
            "unit": contents.unit or self._bank_name,
            "clock": self._clock_of(contents),
            "limit": self._limit_of(contents),
            "task": contents.task,
            "cause": self._words.cause(contents.cause, contents.language),
            "survey": f"{self._base_url}/survey/{contents.survey}" if contents.survey else "",
            "date": _date(contents),
            **{name: contents.words.get(name, "") for name in ("question", "reason", "letter")},
        }
        return Message(
            key=contents.key,
            subject=subject.substitute(fillings),
            text=text.substitute(fillings),
            link=fillings["link"],
            email=contents.email,
            mail_id=contents.mail_id,
            rooms=contents.rooms,
            enclosed=self._enclosed_with(contents),
        )

    def _clock_of(self, contents: NoticeContents) -> str:
        """What ends at the date; of a task the date is told as of any other limit."""
        key = contents.limit.clock if contents.limit else ""
        return contents.task or self._words.clock(key, contents.language)

    def _limit_of(self, contents: NoticeContents) -> str:
        """A sentence that names the time limit, and the instant at which it ends."""
        sentence = self._words.limit(
            contents.limit is not None, contents.date_at is not None, contents.language
        )
        return sentence.substitute(clock=self._clock_of(contents), date=_date(contents))

    def _enclosed_with(self, contents: NoticeContents) -> EnclosedFile | None:
        if not contents.enclosed:
            return None
        content = self._files.read(contents.enclosed)
        return EnclosedFile(name=f"{contents.reference}.pdf", content=content)


@dataclass(frozen=True, slots=True)
class _Turns:
    """The turns at the robots, asked for one notice."""

    sessions: Sessions
    contents: NoticeContents
    longest: timedelta
    """No robot rests longer than the whole ladder of tries, whatever it says."""

    def wait_for(self, robot: str, rules: RobotRules) -> timedelta:
        """In a transaction of its own: the turn stays taken, whatever becomes of the message."""
        contents = self.contents
        with self.sessions.begin() as session:
            return robot_turns.wait_for_turn(
                session, robot, contents.notice_id, contents.reference, rules
            )

    def rest(self, robot: str, time: timedelta) -> None:
        with self.sessions.begin() as session:
            robot_turns.let_rest(session, robot, min(time, self.longest))


@contextmanager
def _signs_of_life() -> Iterator[None]:
    """Tell the engine again and again that this goes on, however long one gateway takes."""
    over, context = threading.Event(), contextvars.copy_context()

    def beat() -> None:
        while not over.wait(A_BEAT_SECONDS):
            context.run(activity.heartbeat)

    beating = threading.Thread(target=beat, name="signs of life", daemon=True)
    beating.start()
    try:
        yield
    finally:
        over.set()
        beating.join()


def _carrier() -> str:
    """Who sends: the workflow for which this runs; nobody in particular when there is none."""
    return (activity.info().workflow_id or "") if activity.in_activity() else ""


_BENIGN = ApplicationErrorCategory.BENIGN
"""Nothing has failed, so no log needs to warn of it."""


def _whole_seconds(wait: timedelta) -> timedelta:
    """Rounded up, so that nobody comes before the turn."""
    return timedelta(seconds=math.ceil(wait.total_seconds()))


def _date(contents: NoticeContents) -> str:
    """A date as the bank would write it: customers are given a day, staff the minute too."""
    if contents.date_at is None:
        return "–"
    # The last instant of a day is that day's, not the midnight that begins the next.
    local = (contents.date_at - timedelta(microseconds=1)).astimezone(ZoneInfo(contents.time_zone))
    if contents.audience is not NoticeAudience.STAFF:
        return f"{local:%Y-%m-%d}"
    return f"{contents.date_at.astimezone(ZoneInfo(contents.time_zone)):%Y-%m-%d %H:%M}"
