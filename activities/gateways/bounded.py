"""Waiting for a gateway no longer than it may take, and letting none of its errors out."""

import logging
import traceback
from concurrent.futures import ThreadPoolExecutor

from activities.gateways.message import Gateway, Message, NotTaken
from domain.notices import Obstacle

SENDS_AT_ONCE = 8
"""Through one gateway (default): who sends waits no longer than it may, and a gateway that drips
keeps these threads of its own busy and nobody else's."""

log = logging.getLogger(__name__)


class Bounded:
    """Sends through one gateway and waits no longer than a whole message may take.

    The patience of sockets is for each answer anew: a server that says one character at a time,
    always within it, would be waited for without end.
    """

    def __init__(self, gateway: Gateway, seconds: float) -> None:
        self.name = gateway.name
        self._gateway = gateway
        self._seconds = seconds
        self._threads = ThreadPoolExecutor(SENDS_AT_ONCE, thread_name_prefix=gateway.name)

    def send(self, message: Message) -> None:
        """Hand a message over; raises `NotTaken` and nothing else. What was not taken in time may
        arrive all the same; its receiver knows it again by the key."""
        sending = self._threads.submit(self._gateway.send, message)
        try:
            sending.result(self._seconds)
        except NotTaken:
            raise
        except TimeoutError:
            sending.cancel()
            raise NotTaken(Obstacle.SLOW, "deadline") from None
        except Exception as unforeseen:
            # Its text may hold an address or a key, so where it happened must do.
            where = traceback.extract_tb(unforeseen.__traceback__)[-1]
            kind = type(unforeseen).__name__
            log.error("%s failed: %s at %s:%s", self.name, kind, where.filename, where.lineno)
            raise NotTaken(Obstacle.UNCLEAR, kind) from None
