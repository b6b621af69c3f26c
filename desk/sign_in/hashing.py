"""Passwords are hashed in a small pool of their own: slow on purpose, they would stop the pages."""

import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as TakesTooLong
from typing import TypeVar

from store.people.passwords import fits, hashed

Result = TypeVar("Result")

AT_ONCE = 1
"""In one process (default): two processes on two cores keep both busy with it as it is."""

WAITING_AT_MOST = 24
"""For their turn, in one process (default): as many as have threads at the door."""

PATIENCE = 30.0
"""Seconds somebody waits for their turn (default)."""

NICENESS = 5
"""How far hashing gives way to pages on a machine that is busy (default)."""


class TooManyAtOnce(Exception):
    """So many people log in at this instant that one more would only keep pages waiting."""


class HashingPool:
    """Hashes and compares passwords, a few at a time."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(AT_ONCE, "hashing", initializer=_give_way)
        self._places = threading.BoundedSemaphore(WAITING_AT_MOST)

    def hashed(self, password: str) -> str:
        """The hash to keep. Raises `TooManyAtOnce`."""
        return self._do(lambda: hashed(password))

    def fits(self, password_hash: str | None, password: str) -> bool:
        """Whether this is the password; as slow for somebody who has none. Raises
        `TooManyAtOnce`.
        """
        return self._do(lambda: fits(password_hash, password))

    def _do(self, work: Callable[[], Result]) -> Result:
        if not self._places.acquire(blocking=False):
            raise TooManyAtOnce
        try:
            waiting = self._threads.submit(work)
            try:
                return waiting.result(PATIENCE)
            except TakesTooLong:
                waiting.cancel()
                raise TooManyAtOnce from None
        finally:
            self._places.release()


def _give_way() -> None:
    # On Linux every thread has a niceness of its own.
    os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICENESS)
