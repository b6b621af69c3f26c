"""The ways out of the house: mail to one person, chat robots and webhooks to rooms of the staff."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from typing import Protocol

from activities.gateways.bounded import Bounded
from activities.gateways.configured import Configured, configured
from activities.gateways.message import KEY_HEADER, EnclosedFile, Message, NotTaken
from config import OAuthClient
from domain.notices import Obstacle
from domain.robots import RobotRules

__all__ = ["KEY_HEADER", "EnclosedFile", "Gateways", "Message", "NotTaken", "Turns"]

IN_ALL = 3
"""Times the patience: how long one gateway may take for one message, however it drips (default).
Two that do so, one after the other, still end within one try."""


class Turns(Protocol):
    """Who may speak through a robot when; kept where every worker sees it."""

    def wait_for(self, robot: str, rules: RobotRules) -> timedelta:
        """How long until it is this message's turn; nothing when it is now, which it then was."""

    def rest(self, robot: str, time: timedelta) -> None:
        """Nobody speaks through this robot for so long: it has asked for that."""


class Gateways:
    """Every way out that is configured."""

    def __init__(
        self,
        entries: Iterable[str],
        *,
        sender: str,
        patience: float,
        robots: Mapping[str, RobotRules],
        client: OAuthClient | None = None,
    ) -> None:
        """`client` is whose tokens mail servers are shown. `patience` is how many seconds a gateway
        may leave us without an answer; for a whole message it may take `IN_ALL` times as long.
        Raises `SettingsRefused` for an entry that nothing understands, or whose answers nothing
        reads."""
        found = [
            configured(
                entry, number, sender=sender, patience=patience, robots=robots, client=client
            )
            for number, entry in enumerate(entries, start=1)
        ]
        seconds = IN_ALL * patience
        self._mail = [Bounded(each.gateway, seconds) for each in found if each.is_mail]
        self._rooms = [(Bounded(each.gateway, seconds), each) for each in found if not each.is_mail]

    @property
    def has_room(self) -> bool:
        """Whether staff without an address may be reached all the same."""
        return bool(self._rooms)

    @property
    def units(self) -> frozenset[str]:
        """The units that have a room of their own."""
        return frozenset(each.unit for _, each in self._rooms if each.unit is not None)

    def ways(self, message: Message) -> int:
        """How many gateways take this message, mail being one way; none when nothing carries it."""
        return self.left(message, frozenset())

    def left(self, message: Message, carried_by: frozenset[str]) -> int:
        """How many of these have not taken it yet. What has taken it and is none of them any more,
        such as the room of a unit that the case has left, counts for none."""
        rooms = {gateway.name for gateway, _ in self._rooms_for(message)}
        return self._is_to_be_mailed(message, carried_by) + len(rooms - carried_by)

    def carry(self, message: Message, carried_by: frozenset[str], turns: Turns) -> Iterator[str]:
        """Send through every gateway that has not taken it, naming each that now has.

        Mail gateways stand in for one another, in the order they are configured; the rooms each
        hear it, in their turn. Raises `NotTaken` after all have been asked: for a reason that may
        pass, if there is one.
        """
        failures: list[NotTaken] = []
        if self._is_to_be_mailed(message, carried_by):
            yield from self._mailed(message, failures)
        told = set(carried_by)
        for gateway, room in self._rooms_for(message):
            if gateway.name in told:
                continue
            told.add(gateway.name)
            try:
                _in_turn(gateway.name, room, turns)
                _send(gateway, message, turns)
            except NotTaken as refused:
                failures.append(refused)
            else:
                yield gateway.name
        if failures:
            raise min(failures, key=lambda each: each.obstacle.is_final)

    def _is_to_be_mailed(self, message: Message, carried_by: frozenset[str]) -> bool:
        is_mailed = bool(message.email and self._mail)
        return is_mailed and not carried_by & {each.name for each in self._mail}

    def _mailed(self, message: Message, failures: list[NotTaken]) -> Iterator[str]:
        """Mail by the first gateway that takes it; where none does, what the last one says."""
        refusals: list[NotTaken] = []
        for gateway in self._mail:
            try:
                gateway.send(message)
            except NotTaken as refused:
                refusals.append(refused)
            else:
                yield gateway.name
                return
        failures += refusals[-1:]

    def _rooms_for(self, message: Message) -> Iterator[tuple[Bounded, Configured]]:
        if message.rooms is None:
            return
        for gateway, room in self._rooms:
            if room.unit is None or room.unit in message.rooms:
                yield gateway, room


def _in_turn(name: str, room: Configured, turns: Turns) -> None:
    wait = timedelta(0) if room.rules is None else turns.wait_for(name, room.rules)
    if wait:
        raise NotTaken(Obstacle.QUEUED, f"{name} queue", wait=wait)


def _send(gateway: Bounded, message: Message, turns: Turns) -> None:
    try:
        gateway.send(message)
    except NotTaken as refused:
        if refused.wait is not None:
            turns.rest(gateway.name, refused.wait)
        raise
