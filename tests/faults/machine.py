"""One installation on one machine: real engines and our own processes, to be killed and kept."""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import ClassVar, Self

from sqlalchemy.engine import make_url

from activities.gateways import KEY_HEADER
from cli.up.first_secrets import ensure_secrets
from config import Settings
from domain.classification import Level
from domain.verification import Disagreement
from embedded.ports import LOOPBACK, answers, remembered_ports
from embedded.postgres import EmbeddedPostgres
from embedded.problems import SetupProblem
from embedded.processes import wait_until
from embedded.temporal_namespace import prepare_namespace
from embedded.temporal_server import TemporalServer
from engine.connection import tls_of
from engine.leaks import leaks
from store.database import (
    DatabaseSession,
    Sessions,
    migrate_as_owner,
    open_database,
    safe_engine,
)
from store.people.passwords import set_password
from store.policies.packs import publish_all
from store.tables import UnitRow
from tests.bank import SMALL
from tests.builders import a_bank
from tests.faults.pages import PASSWORD
from tests.faults.proxy import Proxy
from workflows.names import SEARCH_ATTRIBUTES

EVENTS_A_RUN = 40
"""Workflow runs are kept short, so that continue-as-new happens under every fault."""

LOOK_EVERY = 0.1

REHEARSING = "rehearsing-outlet"
"""A unit whose time limits are seconds."""


class Gateway:
    """A chat that takes every notice, and counts how often it was given each."""

    def __init__(self) -> None:
        self.taken = taken = Counter[str]()
        counting = threading.Lock()

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                self.rfile.read(int(self.headers["Content-Length"]))
                with counting:
                    taken[self.headers[KEY_HEADER]] += 1
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Silent."""

        self._server = ThreadingHTTPServer((LOOPBACK, 0), Handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"json://{LOOPBACK}:{self._server.server_address[1]}"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


class Machine:
    """Engines and proxies from the start; workers, pages and load as a test wants them."""

    workers: ClassVar[tuple[str, ...]] = ("worker",)
    """The names of all that share the work."""
    webs: ClassVar[tuple[str, ...]] = ("web",)
    """The names of all that serve the pages."""

    def __init__(
        self,
        folder: Path,
        *,
        events_a_run: int = EVENTS_A_RUN,
        behind_proxies: bool = True,
        mailbox_url: str = "",
    ) -> None:
        self.folder = folder
        self._behind_proxies = behind_proxies
        self._mailbox_url = mailbox_url
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o755)  # PostgreSQL runs as somebody else
        self._make_engines({"limit.historyCount.suggestContinueAsNew": events_a_run})
        self.gateway = Gateway()
        self.log_file = folder / "operations.jsonl"
        self._kept: dict[str, subprocess.Popen[bytes]] = {}
        self._commands: dict[str, tuple[str, ...]] = {}
        self._typed_at: dict[str, str] = {}
        self._keeping = threading.Lock()
        self._over = threading.Event()

    def _make_engines(self, dynamic: Mapping[str, int]) -> None:
        self.postgres: EmbeddedPostgres = EmbeddedPostgres(self.folder / "postgres")
        self.temporal: TemporalServer = TemporalServer(self.folder / "temporal", dynamic)

    def __enter__(self) -> Self:
        self.postgres.start()
        self.temporal.start()
        self.postgres_proxy = Proxy(lambda: make_url(self.postgres.url).port or 0)
        self.temporal_proxy = Proxy(lambda: int(self.temporal.address.rpartition(":")[2]))
        self.environ = self._environ()
        self.settings = Settings.from_env(self.environ)
        migrate_as_owner(self.postgres.owner_url, self.postgres.url)
        self.prepare_namespace(self.settings.temporal_namespace, SEARCH_ATTRIBUTES)
        self.sessions = open_database(
            self.postgres.url,
            journal_key=self.settings.journal_key,
            personal_keys=self.settings.personal_keys,
        )
        with self.sessions.begin() as session:
            publish_all(session)
            a_bank(session)
            _prepare_people_and_units(session)
        threading.Thread(target=self._keep_all, name="supervisor", daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._over.set()
        with self._keeping:
            for process in self._kept.values():
                _kill(process)
        self.sessions.kw["bind"].dispose()
        self.temporal.stop()
        self.postgres.stop()
        self.postgres_proxy.close()
        self.temporal_proxy.close()
        self.gateway.close()

    def prepare_namespace(self, name: str, search_attributes: Mapping[str, str]) -> None:
        """Make a namespace ready in this machine's Temporal."""
        asyncio.run(
            prepare_namespace(
                self.temporal.address, name, search_attributes, tls=tls_of(self.settings)
            )
        )

    def make_database(self, name: str) -> str:
        """Make one more database in this machine's PostgreSQL; its address, as its owner."""
        self._as_creator(f"create database {name}")
        return self.postgres.owner_url_of(name)

    def _as_creator(self, statement: str) -> None:
        with safe_engine(self.postgres.owner_url, isolation_level="AUTOCOMMIT").connect() as maker:
            maker.exec_driver_sql(statement)

    def leaks(self, words: Sequence[str]) -> list[Disagreement]:
        """Where Temporal's state holds one of these words."""
        return list(leaks(words, self.folder / "temporal"))

    def keep_workers(self) -> None:
        """Keep every worker of this topology running."""
        for name in self.workers:
            self.keep_worker(name)

    def keep_worker(self, name: str = "worker", **armed: str) -> None:
        """Keep a worker running, whatever happens to it; only its first life is armed."""
        if name not in self._commands:
            self._keep(name, ("-m", "worker"), armed)

    def keep_web(self) -> int:
        """Keep the pages served as in production; returns their port, on which somebody listens."""
        port = remembered_ports(self.folder / "web.json", ("web",))["web"]
        bind = self._bind(port)
        for name in self.webs:
            serve = ("-m", "gunicorn", "--config", "python:web.serving", "--bind", bind)
            self._keep(name, (*serve, "web:create_app()"), {})
        assert wait_until(lambda: answers(port), within=60), "the pages are not served"
        return port

    def _bind(self, port: int) -> str:
        return f"{LOOPBACK}:{port}"

    def start_load(self, seed: str, *, threads: int = 4) -> None:
        """Begin with people at work in the pages. They are not broken, and never brought back."""
        port = self.keep_web()
        people = ("-m", "tests.faults.load", str(self.log_file), seed, str(threads), str(port))
        with self._keeping:
            self._kept["load"] = self._start("load", people, {})

    def end_load(self) -> None:
        """Send everybody home, who must have worked until now."""
        with self._keeping:
            load = self._kept.pop("load")
        ended_before = load.poll() is not None
        _kill(load)
        assert not ended_before, f"the load ended by itself: see {self.folder / 'load.log'}"

    def run_load(self, seed: str, **armed: str) -> int:
        """One person lives one complaint, the same one each time this seed is given, at a desk in
        the same process; returns how it ended."""
        typed_at = self._typed_at.setdefault(seed, datetime.now(UTC).isoformat())
        person = ("-m", "tests.faults.load", str(self.log_file), seed, typed_at)
        process = self._start("load", person, armed)
        return process.wait(timeout=90)

    def rest(self, name: str) -> None:
        """Keep it no longer, and end it at once."""
        with self._keeping:
            if self._commands.pop(name, None) is not None:
                _kill(self._kept.pop(name))

    def process(self, name: str) -> subprocess.Popen[bytes]:
        """The present life of what is kept under this name."""
        with self._keeping:
            return self._kept[name]

    def kill(self, name: str) -> None:
        """kill -9, with everything it started."""
        _kill(self.process(name))

    def children(self, name: str) -> list[int]:
        """The processes it started, by number."""
        return _children_of(self.process(name).pid)

    def kill_postgres(self) -> None:
        """kill -9 of the postmaster and of every backend."""
        assert self.postgres.process is not None
        for pid in (*_children_of(self.postgres.process.pid), self.postgres.process.pid):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.postgres.process.wait()

    def kill_temporal(self) -> None:
        """kill -9 of the Temporal server."""
        assert self.temporal.process is not None
        self.temporal.process.kill()
        self.temporal.process.wait()

    def start_postgres(self) -> None:
        """Bring it back; it recovers first."""
        for _ in range(50):
            with contextlib.suppress(SetupProblem, OSError):
                self.postgres.start()
                return
        raise AssertionError("PostgreSQL does not come back")

    def start_temporal(self) -> None:
        """Bring it back."""
        self.temporal.start()

    def _keep(self, name: str, command: tuple[str, ...], armed: Mapping[str, str]) -> None:
        with self._keeping:
            self._commands[name] = command
            self._kept[name] = self._start(name, command, armed)

    def _keep_all(self) -> None:
        while not self._over.wait(LOOK_EVERY):
            with self._keeping:
                for name, command in self._commands.items():
                    if self._kept[name].poll() not in (None, 0) and not self._over.is_set():
                        self._kept[name] = self._start(name, command, {})

    def _start(
        self, name: str, command: tuple[str, ...], armed: Mapping[str, str]
    ) -> subprocess.Popen[bytes]:
        with (self.folder / f"{name}.log").open("ab") as output:
            return subprocess.Popen(
                [sys.executable, *command],
                env={**self.environ, **self._only_for(name), **armed},
                pass_fds=self._inherited(),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def _only_for(self, name: str) -> Mapping[str, str]:
        """What one process is told that the others are not."""
        return {}

    def _inherited(self) -> tuple[int, ...]:
        """Open files that every process is given."""
        return ()

    def _environ(self) -> dict[str, str]:
        postgres, temporal = make_url(self.postgres.url), self.temporal.address
        if self._behind_proxies:
            postgres = postgres.set(port=self.postgres_proxy.port)
            temporal = f"{LOOPBACK}:{self.temporal_proxy.port}"
        return {
            **os.environ,
            **ensure_secrets(self.folder),
            "DATABASE_URL": postgres.render_as_string(hide_password=False),
            "TEMPORAL_ADDRESS": temporal,
            "REDRESS_VAR_DIR": str(self.folder),
            "REDRESS_HEADS_DIR": str(self.folder / "heads"),
            "REDRESS_MAIL_URL": self.gateway.url,
            "REDRESS_MAILBOX_URL": self._mailbox_url,
            "REDRESS_TRIAL": "yes",
            "REDRESS_SECOND_FACTOR": "offered",
        }

    sessions: Sessions
    settings: Settings


def _prepare_people_and_units(session: DatabaseSession) -> None:
    """Everybody can log in, and one unit more lives by seconds."""
    for person in SMALL.people:
        set_password(session, person, PASSWORD)
    session.add(
        UnitRow(
            id=REHEARSING,
            name_en=REHEARSING,
            name_zh=REHEARSING,
            level=Level.OUTLET,
            parent="east-branch",
            policy="rehearsal",
        )
    )


def _kill(process: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _children_of(parent: int) -> list[int]:
    children = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            fields = stat.read_text().rpartition(")")[2].split()
            if int(fields[1]) == parent:
                children.append(int(stat.parent.name))
    return children
