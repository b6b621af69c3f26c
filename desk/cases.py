"""The desk: what a page, a command or the API asks of a case, stored first and then told to its
workflow."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TypedDict

from temporalio.service import RPCError

from crashpoints import crashpoint
from desk.history.undoing import undo_of
from domain.acts import AnyAct
from domain.case import Actor
from domain.complaint import Complaint
from domain.contacts import Contact
from domain.errors import Refusal, Refused
from domain.instants import ReceiptDates
from domain.statuses import CommandStatus
from engine.connection import EngineAway, TemporalConnection
from engine.delivery import Answered, deliver
from engine.repair import is_held_up
from store.bulk.acts import AskedOfOne, BulkAct, store_bulk
from store.cases import receipts
from store.cases.approved_acts import ask_for_act
from store.cases.commands import (
    NO_CONTACT,
    StoredCommand,
    answer_command,
    read_command,
    store_command,
)
from store.cases.receipts import Receipt
from store.database import DatabaseSession, Sessions
from store.mails.waiting import note_registered, require_waiting
from store.undoing import Done, find_done, undo_key

log = logging.getLogger(__name__)

PATIENCE = timedelta(seconds=6)
"""How long a person waits for the answer before being told it is stored (default)."""


A_LOOK = timedelta(seconds=1)
"""How long the engine may take to say whether a case is held up, on top of that (default)."""


UNDO = "undo"
"""The kind of the act by which something is taken back."""


class ActStatus(StrEnum):
    """What became of an act, as the person is told."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    ASKED_FOR = "asked_for"
    """It takes a second person, who has been asked; it is done when they agree."""
    WAITING = "waiting"
    """Stored; the engine is away, or the case held up, and it will be heard of afterwards."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ActOutcome:
    """The answer to an act."""

    status: ActStatus
    refusal: Refused | None = None
    is_held_up: bool = False
    """Of what waits: the engine is there, and the case itself does not go on."""


class _Asked(TypedDict):
    """What a command and the request to a second person have alike."""

    command_id: str
    reference: str
    act: AnyAct
    words: Mapping[str, str]
    by: Actor
    seen_version: int | None


class CaseDesk:
    """Takes complaints in and passes on what people do about them."""

    def __init__(self, sessions: Sessions, temporal: TemporalConnection) -> None:
        self._sessions = sessions
        self._temporal = temporal

    @property
    def temporal(self) -> TemporalConnection:
        """The way to the engine, which the desks that tell and repair cases go too."""
        return self._temporal

    def receive(
        self,
        complaint: Complaint,
        by: Actor,
        dates: ReceiptDates | None = None,
        *,
        mail: int | None = None,
    ) -> Receipt:
        """Take a complaint down: one commit, answered also while Temporal is down. `dates` says
        how long ago it may have come; None for a door that does not ask. The files of the `mail`
        that it is taken from go with it.

        Raises `NotFit` with every flaw. The same intake key again gets the same reference, or
        `Refused` with that reference when it says something else; so does a mail on which somebody
        has decided otherwise.
        """
        with self._sessions.begin() as session:
            if mail is not None:
                require_waiting(session, mail, by)
            receipt = receipts.receive(session, complaint, by, dates)
            if mail is not None:
                note_registered(session, mail, receipt.reference, by)
            crashpoint("receipt.written")
        crashpoint("receipt.committed")
        return receipt

    def act(
        self,
        *,
        command_id: str,
        reference: str,
        act: AnyAct,
        words: Mapping[str, str],
        by: Actor,
        seen_version: int | None = None,
        contact: Contact = NO_CONTACT,
    ) -> ActOutcome:
        """Store an act, let the workflow judge it, and say what became of it; where it takes a
        second person, ask for one. `contact` comes with the correction of one.

        The same again does nothing and gets the same answer; the same `command_id` for something
        else is refused. Raises `NotFit` for a text that will not do.
        """
        asked: _Asked = {
            "command_id": command_id,
            "reference": reference,
            "act": act,
            "words": words,
            "by": by,
            "seen_version": seen_version,
        }
        try:
            with self._sessions.begin() as session:
                stored = store_command(session, **asked, contact=contact)
                crashpoint("command.written")
        except Refused as refused:
            if refused.code is not Refusal.TAKES_TWO:
                return ActOutcome(status=ActStatus.REFUSED, refusal=refused)
            return self._asked_for(asked)
        crashpoint("command.stored")
        return self._outcome(stored) or self._delivered(stored)

    def undo(self, done: Done, by: Actor) -> ActOutcome:
        """Take back what somebody has just done, by an act of its own; asked twice it is done
        once."""
        try:
            with self._sessions() as session:
                act = undo_of(session, done)
        except Refused as refused:
            return ActOutcome(status=ActStatus.REFUSED, refusal=refused)
        return self.act(
            command_id=undo_key(done.key),
            reference=done.reference,
            act=act,
            words={},
            by=by,
            seen_version=done.version,
        )

    def undo_in_bulk(self, bulk: BulkAct, by: Actor) -> str:
        """Take back what a bulk act has done, in each case by an act of its own; returns the id of
        the bulk act that does so. Asked twice it is asked once."""
        undo = undo_key(bulk.id)
        with self._sessions.begin() as session:
            store_bulk(session, undo, UNDO, tuple(_undo_each(session, bulk, by)), {}, by)
        return undo

    def act_in_bulk(
        self,
        bulk_id: str,
        kind: str,
        asked: Sequence[AskedOfOne],
        words: Mapping[str, str],
        by: Actor,
    ) -> None:
        """Store what is asked of several cases, all of it in one commit; nobody waits for the
        answers, which the relay brings into the records. The same again changes nothing. Raises
        `NotFit` for a text that will not do.
        """
        with self._sessions.begin() as session:
            store_bulk(session, bulk_id, kind, asked, words, by)

    def deliver(self, command_id: str) -> ActOutcome:
        """Let the workflow judge what is stored already, and say what became of it."""
        with self._sessions() as session:
            asked = read_command(session, command_id)
        return self._outcome(asked) or self._delivered(asked)

    def _asked_for(self, asked: _Asked) -> ActOutcome:
        try:
            with self._sessions.begin() as session:
                ask_for_act(session, **asked)
        except Refused as refused:
            return ActOutcome(status=ActStatus.REFUSED, refusal=refused)
        return ActOutcome(status=ActStatus.ASKED_FOR)

    def outcome_of(self, command_id: str) -> ActOutcome:
        """What became of an act that was stored before."""
        with self._sessions() as session:
            return self._outcome_in(session, command_id)

    def _outcome_in(self, session: DatabaseSession, command_id: str) -> ActOutcome:
        asked = read_command(session, command_id)
        return self._outcome(asked) or ActOutcome(status=ActStatus.WAITING)

    def _delivered(self, asked: StoredCommand) -> ActOutcome:
        try:
            answered: Answered = self._temporal.call(
                lambda client: deliver(client, asked), within=PATIENCE
            )
        except EngineAway:
            is_held_up = self.is_held_up(asked.reference)
            if is_held_up:
                log.error("%s is held up, and somebody waits for it", asked.reference)
            return ActOutcome(status=ActStatus.WAITING, is_held_up=is_held_up)
        crashpoint("command.heard")
        with self._sessions.begin() as session:
            answer_command(session, asked.id, answered.refusal)
            # The first answer stands: this one may be of a second hearing, after the case moved on.
            return self._outcome_in(session, asked.id)

    def is_held_up(self, reference: str) -> bool:
        """Whether the case itself does not go on, as far as the engine says so at once."""
        try:
            return self._temporal.call(lambda client: is_held_up(client, reference), within=A_LOOK)
        except (EngineAway, RPCError):
            return False

    @staticmethod
    def _outcome(asked: StoredCommand) -> ActOutcome | None:
        match asked.status:
            case CommandStatus.STORED:
                return None
            case CommandStatus.ACCEPTED:
                return ActOutcome(status=ActStatus.ACCEPTED)
            case CommandStatus.REFUSED:
                return ActOutcome(status=ActStatus.REFUSED, refusal=asked.refusal)


def _undo_each(session: DatabaseSession, bulk: BulkAct, by: Actor) -> Iterator[AskedOfOne]:
    """What takes back each act that a bulk act has done."""
    for item in bulk.items:
        if item.command_id is None or item.status is not CommandStatus.ACCEPTED:
            continue
        act, left_alone = None, None
        done = find_done(session, item.command_id, by.person)
        try:
            act = undo_of(session, done) if done is not None else None
        except Refused as refused:
            left_alone = refused
        yield AskedOfOne(
            reference=item.reference,
            command_id=undo_key(item.command_id),
            act=act,
            left_alone=left_alone or (None if act else Refused(Refusal.NOT_TO_BE_UNDONE)),
            seen_version=done.version if done is not None else None,
        )
