"""A TCP proxy that fails the way networks do, between our processes and an engine."""

import asyncio
import contextlib
import threading
from collections.abc import Callable
from enum import StrEnum

from embedded.ports import LOOPBACK

CHUNK = 65_536
DELAY_SECONDS = 0.2
LOOK_EVERY = 0.02


class Mode(StrEnum):
    """What the network does."""

    PASS = "pass"
    REFUSE = "refuse"
    """New connections are closed at once; those that exist go on."""
    CUT = "cut"
    """Every connection is closed, now and as soon as it is made."""
    BLACKHOLE = "blackhole"
    """Nothing arrives and nothing is closed: the half-open connection."""
    DELAY = "delay"
    """Everything arrives, late."""


class Proxy:
    """Listens on a port of its own for as long as it lives; `target` says where the engine is."""

    def __init__(self, target: Callable[[], int], host: str = LOOPBACK) -> None:
        """:param host: the address of this machine on which it listens"""
        self._target = target
        self._host = host
        self._mode = Mode.PASS
        self._loop = asyncio.new_event_loop()
        self._writers: set[asyncio.StreamWriter] = set()
        self._ready = threading.Event()
        self.port = 0
        self._thread = threading.Thread(target=self._serve, name="fault proxy", daemon=True)
        self._thread.start()
        self._ready.wait()

    def become(self, mode: Mode) -> None:
        """Fail in another way from now on."""
        self._mode = mode
        if mode is Mode.CUT:
            self._loop.call_soon_threadsafe(self._cut)

    def close(self) -> None:
        """Stop listening and let go of every connection."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    def _serve(self) -> None:
        asyncio.set_event_loop(self._loop)
        server = self._loop.run_until_complete(asyncio.start_server(self._accept, self._host, 0))
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        self._loop.run_forever()
        server.close()
        self._cut()
        pumps = asyncio.all_tasks(self._loop)
        for pump in pumps:
            pump.cancel()
        self._loop.run_until_complete(asyncio.gather(*pumps, return_exceptions=True))
        self._loop.close()

    def _cut(self) -> None:
        for writer in list(self._writers):
            writer.transport.abort()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._mode in {Mode.REFUSE, Mode.CUT}:
            writer.transport.abort()
            return
        try:
            there, back = await asyncio.open_connection(LOOPBACK, self._target())
        except OSError:
            writer.transport.abort()
            return
        ends = {writer, back}
        self._writers |= ends
        try:
            await asyncio.gather(self._pump(reader, back), self._pump(there, writer))
        finally:
            self._writers -= ends

    async def _pump(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while data := await source.read(CHUNK):
                if self._mode is Mode.DELAY:
                    await asyncio.sleep(DELAY_SECONDS)
                while self._mode is Mode.BLACKHOLE:
                    await asyncio.sleep(LOOK_EVERY)
                sink.write(data)
                await sink.drain()
        with contextlib.suppress(OSError):
            sink.close()
