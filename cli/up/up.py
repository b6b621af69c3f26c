"""`redress up`: everything Redress needs, on this machine, in one foreground process.

The engines are embedded unless DATABASE_URL or TEMPORAL_ADDRESS names others. What is kept lies
under `var/` and is continued by the next start, however this one ended.
"""

import asyncio
import contextlib
import fcntl
import os
import shutil
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import click

from cli.up.first_secrets import ensure_secrets
from cli.up.keeper import LOOK_EVERY, Keeper, Program, SignOfLife
from cli.up.prepare import bring_up_to_date
from cli.up.readable_log import ReadableLog
from cli.up.trial import LOGINS_FILE, seed
from cli.up.workers import HOW_MANY, WorkerOfMany, connections, how_many, side_by_side
from config import ENGINES_FILE, TEMPORAL_TLS, Settings, write_env_file
from embedded.certificates import Certificates, ensure_certificates
from embedded.ports import LOOPBACK, is_free, remembered_ports
from embedded.postgres import EmbeddedPostgres
from embedded.problems import SetupProblem, disk_problem
from embedded.processes import wait_until
from embedded.temporal_namespace import prepare_namespace
from embedded.temporal_server import TemporalServer
from engine.connection import tls_of
from store.text_order import put_in_order
from workflows.names import SEARCH_ATTRIBUTES

WEB_READY_WITHIN = 90.0
"""Seconds until it must answer a first page (default)."""


@click.command()
def up() -> None:
    """Start everything, print where to log in, and stop everything on Ctrl-C."""
    log = ReadableLog()
    folder = var_dir()
    keeper = Keeper(log)
    with only_one_start(folder):
        keeper.run(_Start(folder, log, keeper).bring_up)


@dataclass(frozen=True, slots=True)
class _Start:
    """One start, told in the order in which things come up."""

    var_dir: Path
    log: ReadableLog
    keeper: Keeper

    def bring_up(self) -> None:
        began = time.monotonic()
        environ = {**ensure_secrets(self.var_dir), **os.environ}
        environ["REDRESS_VAR_DIR"] = str(self.var_dir)
        count = how_many(environ)
        engines = {**self._postgres(environ, count), **self._temporal(environ)}
        engines |= self._mail(environ)
        environ |= engines
        settings = Settings.from_env(environ)
        self._end_predecessors()
        self._want_free_port(settings)
        write_env_file(self.var_dir / ENGINES_FILE, engines)
        self.log.say("bringing the database up to date")
        bring_up_to_date(settings)
        put_in_order(settings.owner_database_url)
        self.log.say("preparing the namespace")
        asyncio.run(
            prepare_namespace(
                settings.temporal_address,
                settings.temporal_namespace,
                SEARCH_ATTRIBUTES,
                tls=tls_of(settings),
            )
        )
        for worker in side_by_side(settings, count):
            self._keep(worker, environ)
        self.keeper.keep(self._web(settings, environ))
        logins = seed(settings) if "REDRESS_TRIAL" in engines else {}
        self._wait_for_web(settings)
        self._say_how_to_log_in(settings, logins)
        how = "1 worker is" if count == 1 else f"{count} workers are"
        self.log.say(f"{how} at work; {HOW_MANY} says how many")
        self.log.say(f"ready after {time.monotonic() - began:.1f} s: {_address(settings)}")
        self.log.say("Ctrl-C stops everything")
        if logins:
            self.keeper.keep(
                self._program("trial", ("-m", "cli.main", "trial"), environ), once=True
            )

    def _postgres(self, environ: dict[str, str], workers: int) -> dict[str, str]:
        """Where PostgreSQL is: the server that was named, or the embedded one."""
        if environ.get("DATABASE_URL"):
            return {}
        server = EmbeddedPostgres(self.var_dir / "postgres", connections(workers))
        self.log.say(f"starting PostgreSQL; its log is {server.folder / 'server.log'}")
        self.keeper.keep(server)
        # Whoever tries it out is everybody in turn, and has not as many telephones.
        factor = environ.get("REDRESS_SECOND_FACTOR") or "offered"
        return {
            "DATABASE_URL": server.url,
            "REDRESS_OWNER_DATABASE_URL": server.owner_url,
            "REDRESS_TRIAL": "yes",
            "REDRESS_SECOND_FACTOR": factor,
        }

    def _temporal(self, environ: dict[str, str]) -> dict[str, str]:
        """Where Temporal is: the server that was named, or the embedded one."""
        if environ.get("TEMPORAL_ADDRESS"):
            return {}
        tls = self._certificates(environ)
        server = TemporalServer(self.var_dir / "temporal", tls=tls and tls[0])
        self.log.say(f"starting Temporal; its log is {server.folder / 'server.log'}")
        self.keeper.keep(server)
        address = {"TEMPORAL_ADDRESS": server.address}
        if tls is None:
            return address
        files = (tls[1].authority, tls[1].certificate, tls[1].key)
        return address | dict(zip(TEMPORAL_TLS, map(str, files), strict=True))

    def _certificates(self, environ: dict[str, str]) -> tuple[Certificates, Certificates] | None:
        """For the server and for us, when the embedded Temporal is to have mutual TLS."""
        if environ.get("REDRESS_EMBEDDED_TLS") != "yes":
            return None
        folder = self.var_dir / "certificates"
        server, client = Certificates(folder / "server"), Certificates(folder / "client")
        ensure_certificates(server, client, [LOOPBACK, "localhost"])
        return server, client

    def _mail(self, environ: dict[str, str]) -> dict[str, str]:
        """Where mail goes: through the gateways that were named, or onto a page of this machine."""
        if environ.get("REDRESS_MAIL_URL"):
            return {}
        folder = self.var_dir / "mail"
        folder.mkdir(mode=0o700, exist_ok=True)
        # Its predecessor must have let go of the ports before they can be the same again.
        self._program("mail", (), environ).end_predecessor()
        ports = remembered_ports(folder / "ports.json", ("smtp", "page"))
        arguments = ("--smtp-port", str(ports["smtp"]), "--page-port", str(ports["page"]))
        catcher = ("-m", "embedded.mail_catcher", "--folder", str(folder), *arguments)
        self.keeper.keep(self._program("mail", catcher, environ))
        return {"REDRESS_MAIL_URL": f"mailto://{LOOPBACK}:{ports['smtp']}?from=redress@localhost"}

    def _keep(self, worker: WorkerOfMany, environ: dict[str, str]) -> None:
        """Keep it at work, and as long as it moves."""
        program = self._program(worker.name, ("-m", "worker"), {**environ, **worker.environ})
        self.keeper.keep(program, sign=SignOfLife(worker.listening_file))

    def _web(self, settings: Settings, environ: dict[str, str]) -> Program:
        bind = f"{settings.web_host}:{settings.web_port}"
        serve = ("-m", "gunicorn", "--config", "python:web.serving", "--bind", bind)
        return self._program("web", (*serve, "web:create_app()"), environ)

    def _program(self, name: str, arguments: tuple[str, ...], environ: dict[str, str]) -> Program:
        notes = self.var_dir / "run"
        notes.mkdir(exist_ok=True)
        return Program(name, arguments, environ=environ, notes=notes, log=self.log)

    def _end_predecessors(self) -> None:
        """Of a start that was killed, which may have had more workers than this one, and what these
        left word of themselves in."""
        notes = self.var_dir / "run"
        for name in ("web", *(file.stem for file in notes.glob("worker*.pid"))):
            self._program(name, (), {}).end_predecessor()
        for folder in filter(Path.is_dir, notes.glob("worker-*")):
            shutil.rmtree(folder)
        for word in self.var_dir.glob("listening-*"):
            word.unlink()

    def _want_free_port(self, settings: Settings) -> None:
        if not wait_until(lambda: is_free(settings.web_port, settings.web_host), within=3):
            raise SetupProblem(
                f"Port {settings.web_port} is taken by another program: end that program, or"
                f" choose another port, for instance `REDRESS_PORT={settings.web_port + 1} make"
                " up`."
            )

    def _wait_for_web(self, settings: Settings) -> None:
        self.log.say("waiting for the first page")

        def answers() -> bool:
            self.keeper.want_all_running()
            return is_healthy(_address(settings))

        if not wait_until(answers, WEB_READY_WITHIN, every=LOOK_EVERY):
            raise SetupProblem(
                f"The web did not answer within {WEB_READY_WITHIN:.0f} s. What it says stands"
                " above, after `web |`."
            )

    def _say_how_to_log_in(self, settings: Settings, logins: dict[str, str]) -> None:
        if not logins:
            self.log.say("the first administrator comes by a link: redress invite --help")
            return
        self.log.say("log in as one of these; the passwords are those of the first start")
        for login, password in logins.items():
            self.log.say(f"  {login:<12} {password}")
        self.log.say(f"they are kept in {settings.var_dir / LOGINS_FILE}")


def is_healthy(address: str) -> bool:
    """Whether the pages of an http address of ours are served."""
    try:
        with urllib.request.urlopen(f"{address}/health", timeout=2) as answer:  # noqa: S310
            return bool(answer.status == 200)
    except OSError:
        return False


def _address(settings: Settings) -> str:
    host = "127.0.0.1" if settings.web_host in {"0.0.0.0", "::"} else settings.web_host  # noqa: S104  # read, not bound
    return f"http://{host}:{settings.web_port}"


def var_dir() -> Path:
    """The folder of everything kept, made when it is not there."""
    folder = Path(os.environ.get("REDRESS_VAR_DIR") or "var").absolute()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise disk_problem(error, folder) or error from error
    for name in _PERSONAL:
        if (folder / name).is_dir():
            (folder / name).chmod(0o700)  # versions before this one left them open
    return folder


_PERSONAL = ("attachments", "uploads", "mail")
"""Under `var/`: files that hold customers' words, for the eyes of this account only."""


@contextlib.contextmanager
def only_one_start(folder: Path) -> Iterator[None]:
    """Hold this folder for one start; the system lets go of it however that start ends.

    :raises SetupProblem: another start holds it
    """
    with (folder / "up.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise SetupProblem(
                f"Redress is already running on {folder}: stop it with Ctrl-C where it was"
                " started, or set REDRESS_VAR_DIR to another folder."
            ) from None
        yield
