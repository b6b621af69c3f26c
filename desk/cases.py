"""The desk: what a page, an import or the API asks of a case. The only door to Temporal."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any

from temporalio.service import RPCError

from crashpoints import crashpoint
from domain.acts import AnyAct
from domain.case import Actor
from domain.complaint import Complaint
from domain.errors import Refusal, Refused
from domain.instants import ReceiptDates
from domain.statuses import CommandStatus
from engine.connection import EngineAway, TemporalConnection
from engine.delivery import Answered, deliver, deliver_each
from engine.repair import is_held_up
from store.cases import receipts
from store.cases.approved_acts import ask_for_act
from store.cases.commands import (
    StoredCommand,
    answer_command,
    read_command,
    store_command,
)
from store.cases.receipts import Receipt
from store.database import Sessions

log = logging.getLogger(__name__)

PATIENCE = timedelta(seconds=6)
"""How long a person waits for the answer before being told it is stored (default)."""


A_LOOK = timedelta(seconds=1)
"""How long the engine may take to say whether a case is held up, on top of that (default)."""


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


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedOfOne:
    """What is asked of one case among several."""

    command_id: str
    reference: str
    act: AnyAct
    words: Mapping[str, str]
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
        self, complaint: Complaint, by: Actor, dates: ReceiptDates | None = None
    ) -> Receipt:
        """Take a complaint down: one commit, answered also while Temporal is down. `dates` says
        how long ago it may have come; None for a door that does not ask.

        Raises `NotFit` with every flaw. The same intake key again gets the same reference, or
        `Refused` with that reference when it says something else.
        """
        with self._sessions.begin() as session:
            receipt = receipts.receive(session, complaint, by, dates)
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
    ) -> ActOutcome:
        """Store an act, let the workflow judge it, and say what became of it; where it takes a
        second person, ask for one.

        The same again does nothing and gets the same answer; the same `command_id` for something
        else is refused. Raises `NotFit` for a text that will not do.
        """
        one = AskedOfOne(
            command_id=command_id,
            reference=reference,
            act=act,
            words=words,
            seen_version=seen_version,
        )
        asked = self._stored(one, by)
        if isinstance(asked, ActOutcome):
            return asked
        crashpoint("command.stored")
        return self._outcome(asked) or self._delivered(asked)

    def act_each(self, many: Sequence[AskedOfOne], by: Actor) -> list[ActOutcome]:
        """The same for several cases: each is stored and judged by itself, whatever becomes of the
        others, and all answers together are waited for no longer than one. Raises `NotFit` for a
        text that will not do.
        """
        stored = [self._stored(each, by) for each in many]
        to_hear = [
            each
            for each in stored
            if isinstance(each, StoredCommand) and self._outcome(each) is None
        ]
        for command_id, answered in self._heard(to_hear).items():
            if answered.refusal is not None:
                with self._sessions.begin() as session:
                    answer_command(session, command_id, answered.refusal)
        return [
            each if isinstance(each, ActOutcome) else self.outcome_of(each.id) for each in stored
        ]

    def _stored(self, one: AskedOfOne, by: Actor) -> StoredCommand | ActOutcome:
        """The act as it is stored; or what became of it at once."""
        try:
            with self._sessions.begin() as session:
                asked = store_command(
                    session,
                    command_id=one.command_id,
                    reference=one.reference,
                    act=one.act,
                    words=one.words,
                    by=by,
                    seen_version=one.seen_version,
                )
                crashpoint("command.written")
        except Refused as refused:
            if refused.code is not Refusal.TAKES_TWO:
                return ActOutcome(status=ActStatus.REFUSED, refusal=refused)
            return self._asked_for(
                command_id=one.command_id,
                reference=one.reference,
                act=one.act,
                words=one.words,
                by=by,
                seen_version=one.seen_version,
            )
        return asked

    def _heard(self, asked: Sequence[StoredCommand]) -> Mapping[str, Answered]:
        """The answers of the workflows that gave one in time, by command."""
        if not asked:
            return {}
        try:
            return self._temporal.call(
                lambda client: deliver_each(client, asked, within=PATIENCE - A_LOOK),
                within=PATIENCE,
            )
        except EngineAway:
            return {}

    def deliver(self, command_id: str) -> ActOutcome:
        """Let the workflow judge what is stored already, and say what became of it."""
        with self._sessions() as session:
            asked = read_command(session, command_id)
        return self._outcome(asked) or self._delivered(asked)

    def _asked_for(self, **asked: Any) -> ActOutcome:
        try:
            with self._sessions.begin() as session:
                ask_for_act(session, **asked)
        except Refused as refused:
            return ActOutcome(status=ActStatus.REFUSED, refusal=refused)
        return ActOutcome(status=ActStatus.ASKED_FOR)

    def outcome_of(self, command_id: str) -> ActOutcome:
        """What became of an act that was stored before."""
        with self._sessions() as session:
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
        if answered.refusal is not None:
            # A yes was written with its journal entry.
            with self._sessions.begin() as session:
                answer_command(session, asked.id, answered.refusal)
        # The first answer stands: this one may be of a second hearing, after the case moved on.
        return self.outcome_of(asked.id)

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
