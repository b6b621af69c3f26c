"""The connection to Temporal, and the one loop by which synchronous callers reach it."""

import asyncio
import threading
from collections.abc import Awaitable, Callable
from concurrent.futures import Future
from datetime import timedelta
from typing import TypeVar

from temporalio.client import Client
from temporalio.service import TLSConfig

from config import Settings
from engine.payloads import Report, encrypted_converter
from engine.program import identity

Answer = TypeVar("Answer")


class EngineAway(Exception):
    """Temporal did not answer in time. What was asked is stored and will be delivered."""


class NotReached(EngineAway):
    """There is no connection; the message says where to, and what is to be looked at."""


async def connect(settings: Settings, report: Report | None = None) -> Client:
    """A client that reads and writes encrypted payloads, and reports those that are not ours.
    Raises `NotReached`."""
    try:
        return await Client.connect(
            settings.temporal_address,
            namespace=settings.temporal_namespace,
            tls=tls_of(settings) or False,
            data_converter=encrypted_converter(settings.payload_keys, report),
            identity=identity(),
        )
    except RuntimeError as failed:  # the SDK's way to say so
        raise NotReached(_what_to_look_at(settings.temporal_address, str(failed))) from failed


def _what_to_look_at(address: str, failed: str) -> str:
    if "NotValidForName" in failed:
        return (
            f"Temporal at {address} shows a certificate without that name: make the certificates"
            " with it, or name it in REDRESS_TEMPORAL_TLS_SERVER_NAME."
        )
    if "InvalidCertificate" in failed:
        return (
            f"Temporal at {address} shows a certificate that REDRESS_TEMPORAL_TLS_AUTHORITY has not"
            " signed, or that is not valid now."
        )
    return (
        f"Temporal at {address} does not answer: look whether it runs, at the network between, and"
        " at the certificates if it asks for them."
    )


def tls_of(settings: Settings) -> TLSConfig | None:
    """How Temporal and we show each other who we are; None when it is spoken to in the clear."""
    tls = settings.temporal_tls
    if tls is None:
        return None
    return TLSConfig(
        server_root_ca_cert=tls.authority,
        client_cert=tls.certificate,
        client_private_key=tls.key,
        domain=tls.server_name or None,
    )


class TemporalConnection:
    """One event loop on one daemon thread, made on first use and so after gunicorn has forked: a
    client belongs to its loop, is not thread-safe, and does not survive a fork.
    """

    def __init__(self, connect: Callable[[], Awaitable[Client]]) -> None:
        self._connect = connect
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._connecting: asyncio.Future[Client] | None = None

    def call(self, ask: Callable[[Client], Awaitable[Answer]], *, within: timedelta) -> Answer:
        """Run `ask` with the client and wait for its answer; raises `EngineAway` when none comes
        in time."""
        loop = self._running_loop()
        assert threading.current_thread() is not self._thread, "would wait for itself"
        future: Future[Answer] = asyncio.run_coroutine_threadsafe(self._asked(ask), loop)
        try:
            return future.result(within.total_seconds())
        except TimeoutError:
            future.cancel()
            raise EngineAway from None

    def close(self) -> None:
        """Let go of the client and end the loop. The next call makes both anew."""
        if self._loop is None:
            return
        asyncio.run_coroutine_threadsafe(self._let_go(), self._loop).result(timeout=5)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(timeout=5)
        self._loop.close()
        self._loop = None

    async def _asked(self, ask: Callable[[Client], Awaitable[Answer]]) -> Answer:
        task = asyncio.current_task()
        assert task is not None
        task.add_done_callback(_take_error)
        return await ask(await self._client())

    async def _client(self) -> Client:
        """Connected once, however many ask at this moment; tried anew after it failed."""
        if self._connecting is None or _has_failed(self._connecting):
            self._connecting = asyncio.ensure_future(self._connect())
        try:
            # One who gives up waiting must not take the connection from the others.
            return await asyncio.shield(self._connecting)
        except Exception as unreachable:
            raise EngineAway from unreachable

    async def _let_go(self) -> None:
        if self._connecting is not None:
            self._connecting.cancel()
            self._connecting = None

    def _running_loop(self) -> asyncio.AbstractEventLoop:
        with self._lock:
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                self._thread = threading.Thread(
                    target=self._loop.run_forever, name="temporal", daemon=True
                )
                self._thread.start()
            return self._loop


def _take_error(task: asyncio.Task[object]) -> None:
    """Take note of the error in which a call ends that was given up waiting for. Otherwise asyncio
    would log it at length, once for each act while the engine is away.
    """
    if not task.cancelled():
        task.exception()


def _has_failed(attempt: asyncio.Future[Client]) -> bool:
    return attempt.done() and (attempt.cancelled() or attempt.exception() is not None)
