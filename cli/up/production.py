"""`redress production`: the topology of `docker-compose.yml` on this machine, without containers.

PostgreSQL with Temporal's state in it, Temporal, two workers, and two webs behind one address. All
of it lies in `var/production/`, apart from what `redress up` keeps, and is continued by the next
start. No trial bank: it is set up as a bank's own (docs/operations.md).
"""

import os
import socket
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import click

from cli.up.keeper import LOOK_EVERY, Keeper, Program, SignOfLife
from cli.up.readable_log import ReadableLog
from cli.up.up import WEB_READY_WITHIN, is_healthy, only_one_start, var_dir
from config import ENGINES_FILE, SECRETS_FILE, read_env_file, write_env_file
from embedded.ports import LOOPBACK
from embedded.problems import SetupProblem
from embedded.processes import wait_until
from embedded.production import ProductionTopology, fresh_secrets

WORKERS = ("worker-1", "worker-2")
WEBS = ("web-1", "web-2")

BACKLOG = 2048
"""Connections that wait at the door while no web takes them, as gunicorn has it."""


@click.command()
def production() -> None:
    """Start production's topology on this machine, and stop it on Ctrl-C."""
    log = ReadableLog()
    folder = var_dir() / "production"
    folder.mkdir(exist_ok=True)
    folder.chmod(0o755)  # PostgreSQL may run as somebody else; what is secret in it is closed
    keeper = Keeper(log)
    door = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    with only_one_start(folder), door:
        keeper.run(_Start(folder, log, keeper, door).bring_up)


@dataclass(frozen=True, slots=True)
class _Start:
    """One start, told in the order in which things come up."""

    folder: Path
    log: ReadableLog
    keeper: Keeper
    door: socket.socket
    """The one address of all webs, which each of them inherits; whoever is free takes the next
    connection. It stays open here too, so that who asks while a web is away, or all are, waits for
    the next one and is not refused."""

    def bring_up(self) -> None:
        began = time.monotonic()
        port = int(os.environ.get("REDRESS_PORT") or 8400)
        topology = ProductionTopology(self.folder, _variables(self.folder, port))
        self._end_predecessors()
        _open(self.door, port)
        for server in (topology.postgres, topology.temporal):
            self.log.say(f"starting {server.name}; its log is {server.folder / 'server.log'}")
            self.keeper.keep(server)
        self.log.say("bringing the database up to date and preparing the namespace")
        topology.migrate()
        self._tell_commands(topology)
        for name in WORKERS:
            sign = SignOfLife(topology.listening_file(name))
            self.keeper.keep(self._worker(topology, name), sign=sign)
        for name in WEBS:
            self.keeper.keep(self._web(topology, name))
        self._wait_for_web_and_workers(topology, f"http://{LOOPBACK}:{port}")
        self.log.say(
            f"ready after {time.monotonic() - began:.1f} s: {len(WORKERS)} workers, and"
            f" {len(WEBS)} webs behind http://{LOOPBACK}:{port}"
        )
        self.log.say(
            f"a command finds it so: REDRESS_VAR_DIR={self.folder} .venv/bin/redress invite --help"
        )
        self.log.say("Ctrl-C stops everything")

    def _worker(self, topology: ProductionTopology, name: str) -> Program:
        return Program(
            name,
            topology.python_arguments("worker"),
            environ=topology.environment("worker", name),
            notes=self.folder / "run",
            log=self.log,
        )

    def _web(self, topology: ProductionTopology, name: str) -> Program:
        return Program(
            name,
            topology.python_arguments("web", bind=f"fd://{self.door.fileno()}"),
            environ=topology.environment("web", name),
            notes=self.folder / "run",
            log=self.log,
            inherits=(self.door.fileno(),),
        )

    def _end_predecessors(self) -> None:
        """What a killed start left behind holds the door, and the engines' files."""
        notes = self.folder / "run"
        notes.mkdir(exist_ok=True)
        for name in (*WEBS, *WORKERS):
            Program(name, (), environ={}, notes=notes, log=self.log).end_predecessor()

    def _tell_commands(self, topology: ProductionTopology) -> None:
        """Where a command in a second terminal finds everything; not who owns the tables."""
        told = topology.environment("worker")
        ours = {name: value for name, value in told.items() if name.startswith(_TOLD)}
        write_env_file(self.folder / ENGINES_FILE, {**ours, "REDRESS_VAR_DIR": str(self.folder)})

    def _wait_for_web_and_workers(self, topology: ProductionTopology, address: str) -> None:
        self.log.say("waiting for the first page, and until both workers are heard")
        began = time.time()
        files = [topology.listening_file(name) for name in WORKERS]

        def answers() -> bool:
            self.keeper.want_all_running()
            return all(_is_since(began, file) for file in files) and is_healthy(address)

        if not wait_until(answers, WEB_READY_WITHIN, every=LOOK_EVERY):
            raise SetupProblem(
                f"Not all answered within {WEB_READY_WITHIN:.0f} s. What they say stands above,"
                " after `worker-1 |`, `web-1 |` and so on."
            )


def _is_since(instant: float, file: Path) -> bool:
    try:
        return file.stat().st_mtime >= instant
    except FileNotFoundError:
        return False


_TOLD = ("DATABASE_URL", "TEMPORAL_", "REDRESS_")


def _variables(folder: Path, port: int) -> Mapping[str, str]:
    """What stands in a bank's `.env`. Secrets are kept from the first start on, which takes those
    that are set; of the rest what is set goes before what this machine is.
    """
    file = folder / SECRETS_FILE
    kept = read_env_file(file)
    fresh = {name: os.environ.get(name) or made for name, made in fresh_secrets().items()}
    complete = {**fresh, **kept}
    if complete != kept:
        write_env_file(file, complete)
    return {
        "REDRESS_BASE_URL": f"http://{LOOPBACK}:{port}",
        "REDRESS_BANK_NAME": "Redress",
        "REDRESS_MAIL_FROM": "complaints@localhost",
        "REDRESS_TRUSTED_PROXIES": LOOPBACK,
        **{name: value for name, value in os.environ.items() if value},
        **complete,
    }


def _open(door: socket.socket, port: int) -> None:
    door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        door.bind((LOOPBACK, port))
    except OSError:
        raise SetupProblem(
            f"Port {port} is taken by another program: end that program, or choose another port,"
            f" for instance `REDRESS_PORT={port + 1} make production`."
        ) from None
    door.listen(BACKLOG)
