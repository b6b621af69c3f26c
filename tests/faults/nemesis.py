"""The one who breaks things: seeded, bounded, and always putting back what was broken."""

import contextlib
import os
import random
import signal
import time
from collections import Counter
from collections.abc import Callable

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from tests.faults.machine import Machine
from tests.faults.proxy import Mode, Proxy


class Nemesis:
    """Strikes an installation under load, again and again."""

    def __init__(self, machine: Machine, seed: str) -> None:
        self._machine = machine
        self._random = random.Random(seed)
        self.struck: Counter[str] = Counter()
        self.kills: dict[str, list[float]] = {}
        """When each target was killed."""
        self._faults: tuple[tuple[int, Callable[[], None]], ...] = (
            (4, self.kill_worker),
            (3, self.kill_web),
            (1, self.kill_web_child),
            (3, self.kill_temporal),
            (4, self.kill_postgres),
            (1, self.kill_everything),
            (1, self.stop_worker_for_a_while),
            (2, self.terminate_backends),
            (1, self.cut_postgres),
            (1, self.cut_temporal),
            (1, self.blackhole_postgres),
            (1, self.blackhole_temporal),
            (1, self.slow_postgres),
        )

    def rage(self, seconds: float) -> None:
        """Every fault once in a seeded order, then at random until the time is over."""
        until = time.monotonic() + seconds
        faults = [fault for _, fault in self._faults]
        self._random.shuffle(faults)
        while time.monotonic() < until:
            fault = faults.pop() if faults else self._choose()
            self.struck[fault.__name__] += 1
            fault()
            time.sleep(self._random.uniform(0.5, 3))

    def kill_worker(self) -> None:
        """kill -9; the supervisor brings it back."""
        self.note("worker")
        self._machine.kill("worker")

    def kill_web(self) -> None:
        """kill -9 of gunicorn, master and children, in the middle of their requests."""
        self.note("web")
        self._machine.kill("web")

    def kill_web_child(self) -> None:
        """kill -9 of one child of gunicorn, which puts another in its place."""
        if children := self._machine.children("web"):
            self.note("web child")
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._random.choice(children), signal.SIGKILL)

    def kill_temporal(self) -> None:
        """kill -9, down for up to three seconds."""
        self.note("temporal")
        self._machine.kill_temporal()
        self._pause(3)
        self._machine.start_temporal()

    def kill_postgres(self) -> None:
        """kill -9 of all its processes, down for up to two seconds."""
        self.note("postgres")
        self._machine.kill_postgres()
        self._pause(2)
        self._machine.start_postgres()

    def kill_everything(self) -> None:
        """All at once, and back in the wrong order."""
        self.note("everything")
        self._machine.kill("worker")
        self._machine.kill("web")
        self._machine.kill_temporal()
        self._machine.kill_postgres()
        self._pause(2)
        self._machine.start_temporal()
        self._pause(1)
        self._machine.start_postgres()

    def stop_worker_for_a_while(self) -> None:
        """A worker that sleeps and wakes up with old work in its hands."""
        process = self._machine.process("worker")
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGSTOP)
            self._pause(8)
            os.killpg(process.pid, signal.SIGCONT)

    def terminate_backends(self) -> None:
        """Every session of the database cut, five times in a row."""
        for _ in range(5):
            with contextlib.suppress(SQLAlchemyError), self._machine.sessions() as session:
                session.execute(
                    text(
                        "select pg_terminate_backend(pid) from pg_stat_activity"
                        " where usename = current_user and pid <> pg_backend_pid()"
                    )
                )
            time.sleep(0.5)

    def cut_postgres(self) -> None:
        """Connections to PostgreSQL break, and break again."""
        self._break(self._machine.postgres_proxy, Mode.CUT, 1)

    def cut_temporal(self) -> None:
        """Connections to Temporal break, and break again."""
        self._break(self._machine.temporal_proxy, Mode.CUT, 1)

    def blackhole_postgres(self) -> None:
        """Nothing arrives at PostgreSQL, and nobody is told."""
        self._break(self._machine.postgres_proxy, Mode.BLACKHOLE, 6)

    def blackhole_temporal(self) -> None:
        """Nothing arrives at Temporal, and nobody is told."""
        self._break(self._machine.temporal_proxy, Mode.BLACKHOLE, 6)

    def slow_postgres(self) -> None:
        """A network of 200 ms."""
        self._break(self._machine.postgres_proxy, Mode.DELAY, 4)

    def _break(self, proxy: Proxy, mode: Mode, at_most: float) -> None:
        proxy.become(mode)
        self._pause(at_most)
        proxy.become(Mode.PASS)

    def _choose(self) -> Callable[[], None]:
        weights = [weight for weight, _ in self._faults]
        return self._random.choices(self._faults, weights)[0][1]

    def note(self, target: str) -> None:
        """Write down that this was struck now."""
        self.kills.setdefault(target, []).append(time.time())

    def _pause(self, at_most: float) -> None:
        time.sleep(self._random.uniform(0, at_most))
