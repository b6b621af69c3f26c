"""A way to PostgreSQL that can vanish: from one moment on whoever is connected hears nothing more,
not even the kernel's own acknowledgements, as when the machine behind has lost its power.
"""

import contextlib
import ctypes
import selectors
import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from embedded.ports import LOOPBACK

CHUNK = 65_536

_DROP_EVERYTHING = struct.pack("HBBI", 0x06, 0, 0, 0)
"""A socket filter of one instruction: of each packet, keep nothing (`ret #0`)."""

_SO_ATTACH_FILTER = 26

_VANISH, _CLOSE = b"v", b"c"


class VanishingWay:
    """Listens on a port of its own and passes everything on."""

    def __init__(self, port: int) -> None:
        self._target = port
        self._listener = socket.create_server((LOOPBACK, 0))
        self.port: int = self._listener.getsockname()[1]
        self._ends: dict[socket.socket, socket.socket] = {}
        self._callers: list[socket.socket] = []
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._listener, selectors.EVENT_READ)
        self._wake, self._woken = socket.socketpair()
        self._selector.register(self._woken, selectors.EVENT_READ)
        self._thread = threading.Thread(target=self._pass_on, daemon=True)
        self._thread.start()

    def vanish(self) -> None:
        """All who are connected hear nothing more and are told nothing; whoever comes anew does."""
        self._wake.send(_VANISH)

    def close(self) -> None:
        """Stop listening and let go of every connection."""
        self._wake.send(_CLOSE)
        self._thread.join()
        for each in (self._listener, self._wake, self._woken, *self._ends):
            each.close()

    def _pass_on(self) -> None:
        while True:
            for key, _ in self._selector.select():
                ready = key.fileobj
                assert isinstance(ready, socket.socket)
                if ready is self._woken:
                    if self._woken.recv(1) == _CLOSE:
                        return
                    self._deafen()
                elif ready is self._listener:
                    self._take_in()
                elif data := _received(ready):
                    self._ends[ready].sendall(data)
                else:
                    self._selector.unregister(ready)
                    self._ends[ready].shutdown(socket.SHUT_WR)

    def _deafen(self) -> None:
        program = ctypes.create_string_buffer(_DROP_EVERYTHING)
        attached = struct.pack("HP", 1, ctypes.addressof(program))
        for caller in self._callers:
            caller.setsockopt(socket.SOL_SOCKET, _SO_ATTACH_FILTER, attached)
            for end in (caller, self._ends[caller]):
                with contextlib.suppress(KeyError):  # it had closed before
                    self._selector.unregister(end)
        self._callers.clear()

    def _take_in(self) -> None:
        caller, _ = self._listener.accept()
        server = socket.create_connection((LOOPBACK, self._target))
        self._callers.append(caller)
        self._ends |= {caller: server, server: caller}
        for end in (caller, server):
            self._selector.register(end, selectors.EVENT_READ)


def _received(end: socket.socket) -> bytes:
    try:
        return end.recv(CHUNK)
    except OSError:
        return b""


@contextmanager
def a_vanishing_way(port: int) -> Iterator[VanishingWay]:
    """A way to the server that listens on this port of the loopback."""
    way = VanishingWay(port)
    try:
        yield way
    finally:
        way.close()
