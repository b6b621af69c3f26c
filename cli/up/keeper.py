"""The keeper of processes: starts them in order, starts again what dies, ends all in order."""

import contextlib
import math
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Protocol

from cli.up.readable_log import ReadableLog
from embedded.problems import SetupProblem
from embedded.processes import ProcessIdentity

LOOK_EVERY = 0.2
"""Seconds between two looks at what runs, or at what is waited for (default)."""

FIRST_PAUSE = 1.0
LONGEST_PAUSE = 30.0
"""Seconds before a service that ended is started again, doubled each time it ends soon after, and
how long they become (default)."""
STEADY_AFTER = 60.0
"""Seconds after which a service counts as running well, and its pause as short again (default)."""


HANGS_AFTER = 30.0
"""Seconds without a change of the file by which a service shows that it moves (default)."""
FIRST_SIGN_WITHIN = 60.0
"""Seconds a service may take to give its first sign (default)."""


class Service(Protocol):
    """Something the keeper looks after: an engine, or a program of ours."""

    @property
    def name(self) -> str:
        """What the log calls it."""

    def start(self) -> subprocess.Popen[bytes]:
        """Start it; ends first what an earlier keeper left behind of it."""

    def stop(self) -> None:
        """End it in good order. Harmless when it has ended."""


class Program:
    """One of our own programs, its lines in the common log."""

    def __init__(
        self,
        name: str,
        arguments: tuple[str, ...],
        *,
        environ: Mapping[str, str],
        notes: Path,
        log: ReadableLog,
        inherits: tuple[int, ...] = (),
    ) -> None:
        """`notes` is the folder where it is noted which process this is; `inherits` are open files
        of ours that it is given, such as the socket it shall listen on."""
        self.name = name
        self._command = (sys.executable, *arguments)
        self._environ = {**environ, "PYTHONUNBUFFERED": "1"}  # its lines come when they are said
        self._identity_file = notes / f"{name}.pid"
        self._log = log
        self._inherits = inherits
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> subprocess.Popen[bytes]:
        """Start it; back at once."""
        self.end_predecessor()
        self._process = process = subprocess.Popen(
            self._command,
            env=self._environ,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C is for the keeper, who ends all in order
            pass_fds=self._inherits,
        )
        identity = ProcessIdentity.of(process.pid)
        if identity is not None:
            identity.write(self._identity_file)
        assert process.stdout is not None
        self._log.follow(process.stdout, self.name)
        return process

    def end_predecessor(self) -> None:
        """End it if it outlived an earlier keeper."""
        left_behind = ProcessIdentity.read(self._identity_file)
        if left_behind is not None and left_behind.is_running():
            self._log.say(f"ending the {self.name} that an earlier start left behind")
            left_behind.stop(within=10)

    def stop(self, within: float = 10.0) -> None:
        """Ask it to end, and end it with all it started when it does not."""
        if self._process is None:
            return
        self._process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(within)
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._process = None


class SignOfLife:
    """A file that a service changes as long as it moves. How old it is goes by our own clock, which
    stands still while the machine sleeps: nobody is taken for hung when it wakes.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._seen = 0
        self._changed_at = -math.inf

    def is_missing(self, now: float, *, started_at: float) -> bool:
        """Whether it has not changed for too long; to be asked several times a minute."""
        with contextlib.suppress(FileNotFoundError):
            seen = self._file.stat().st_mtime_ns
            if seen != self._seen:
                self._seen, self._changed_at = seen, now
        first_sign_by = started_at + FIRST_SIGN_WITHIN
        return now > max(self._changed_at + HANGS_AFTER, first_sign_by)


@dataclass(slots=True)
class _Kept:
    service: Service
    process: subprocess.Popen[bytes] | None
    started_at: float
    once: bool = False
    sign: SignOfLife | None = None
    pause: float = FIRST_PAUSE
    start_again_at: float | None = None


class Keeper:
    """Looks after services. Times are seconds of the monotonic clock."""

    def __init__(self, log: ReadableLog) -> None:
        self._log = log
        self._kept: list[_Kept] = []

    def run(self, bring_up: Callable[[], None]) -> None:
        """Start everything and look after it, until somebody ends this program; then end it all."""
        with interruptible():
            try:
                bring_up()
                while True:
                    self.look_after()
                    time.sleep(LOOK_EVERY)
            except KeyboardInterrupt:
                self._log.say("stopping")
            finally:
                with uninterruptible():
                    self.stop()
                    self._log.say("stopped")

    def keep(self, service: Service, *, once: bool = False, sign: SignOfLife | None = None) -> None:
        """Start a service and look after it from now on; `once`: until it ends with status 0;
        `sign`: and as long as it moves.

        :raises SetupProblem: it does not start this first time
        """
        kept = _Kept(service, None, time.monotonic(), once, sign)
        self._kept.append(kept)  # first, so that a start that is interrupted is ended as well
        kept.process = service.start()

    def look_after(self) -> None:
        """Notice what ended, and start again what has paused long enough."""
        now = time.monotonic()
        for kept in self._kept:
            if kept.start_again_at is not None:
                if now >= kept.start_again_at:
                    self._start_again(kept)
            elif kept.process is not None and kept.process.poll() is not None:
                self._note_the_end(kept, now)
            elif _hangs(kept, now):
                self._log.say(f"{kept.service.name} does not move any more: ending it")
                assert kept.process is not None
                kept.process.kill()
                kept.process.wait()

    def want_all_running(self) -> None:
        """Raises `SetupProblem` when anything has ended: what dies young is not waited for."""
        for kept in self._kept:
            if kept.process is not None and kept.process.poll() is not None:
                raise SetupProblem(
                    f"The {kept.service.name} {_how_it_ended(kept.process.returncode)} before all"
                    f" was up. Why it did so it says above, after `{kept.service.name} |`, or in"
                    " its log where one was named."
                )

    def stop(self) -> None:
        """End everything, the last started first: doors before workers, engines at the end."""
        while self._kept:
            service = self._kept.pop().service
            try:
                service.stop()
            except OSError as error:
                self._log.say(f"{service.name} could not be ended: {error}")

    def _note_the_end(self, kept: _Kept, now: float) -> None:
        assert kept.process is not None
        if kept.once and kept.process.returncode == 0:
            kept.process = None
            return
        if now - kept.started_at > STEADY_AFTER:
            kept.pause = FIRST_PAUSE
        how = _how_it_ended(kept.process.returncode)
        self._log.say(f"{kept.service.name} {how}; starting it again in {kept.pause:.0f} s")
        kept.start_again_at = now + kept.pause
        kept.pause = min(kept.pause * 2, LONGEST_PAUSE)

    def _start_again(self, kept: _Kept) -> None:
        kept.start_again_at = None
        kept.started_at = time.monotonic()
        try:
            kept.process = kept.service.start()
        except (SetupProblem, OSError) as problem:
            self._log.say(f"{kept.service.name} does not start: {problem}")
            kept.start_again_at = time.monotonic() + kept.pause
            kept.pause = min(kept.pause * 2, LONGEST_PAUSE)


def _hangs(kept: _Kept, now: float) -> bool:
    return (
        kept.process is not None
        and kept.sign is not None
        and kept.sign.is_missing(now, started_at=kept.started_at)
    )


def _how_it_ended(status: int) -> str:
    if status < 0:
        return f"was ended by {signal.Signals(-status).name}"
    return f"ended with status {status}"


@contextlib.contextmanager
def interruptible() -> Iterator[None]:
    """Inside, every usual way of ending a program is a KeyboardInterrupt."""

    def interrupt(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    with _handling_signals_by(interrupt):
        yield


@contextlib.contextmanager
def uninterruptible() -> Iterator[None]:
    """Inside, an impatient second Ctrl-C does not stop the stopping."""
    with _handling_signals_by(signal.SIG_IGN):
        yield


@contextlib.contextmanager
def _handling_signals_by(
    handler: Callable[[int, FrameType | None], None] | signal.Handlers,
) -> Iterator[None]:
    ways = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {way: signal.signal(way, handler) for way in ways}
    try:
        yield
    finally:
        for way in ways:
            signal.signal(way, before[way])
