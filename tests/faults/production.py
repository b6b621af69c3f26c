"""The topology of production on one machine, to be killed and kept: Temporal's state in PostgreSQL,
certificates, two workers, two webs on one socket."""

import json
import socket
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from types import TracebackType
from typing import ClassVar

import psycopg2
from psycopg2 import sql
from sqlalchemy.engine import make_url

from domain.verification import Disagreement, Invariant
from embedded.ports import LOOPBACK
from embedded.postgres import OWNER
from embedded.production import ProductionTopology, fresh_secrets
from tests.faults.machine import EVENTS_A_RUN, Machine

TEMPORALS_DATABASES = ("temporal", "temporal_visibility")


class ProductionMachine(Machine):
    """As `Machine`, from the compose file and the scripts of `deploy/`."""

    workers: ClassVar[tuple[str, ...]] = ("worker-1", "worker-2")
    webs: ClassVar[tuple[str, ...]] = ("web-1", "web-2")

    def __init__(
        self,
        folder: Path,
        *,
        events_a_run: int = EVENTS_A_RUN,
        behind_proxies: bool = True,
        inner_address: str = LOOPBACK,
    ) -> None:
        """:param inner_address: by which both servers are reached besides"""
        self._inner_address = inner_address
        super().__init__(folder, events_a_run=events_a_run, behind_proxies=behind_proxies)

    def _make_engines(self, dynamic: Mapping[str, int]) -> None:
        self._door = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        variables = {
            **fresh_secrets(),
            "REDRESS_BASE_URL": f"http://{LOOPBACK}",
            "REDRESS_INNER_ADDRESS": self._inner_address,
            "REDRESS_BANK_NAME": "Redress",
            "REDRESS_LANGUAGE": "en",
            "REDRESS_MAIL_FROM": "complaints@localhost",
            "REDRESS_TRUSTED_PROXIES": LOOPBACK,
        }
        self.topology = ProductionTopology(self.folder, variables, dynamic)
        self.postgres = self._postgres = self.topology.postgres
        self.temporal = self.topology.temporal

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        super().__exit__(kind, error, trace)
        self._door.close()

    def is_heard(self, worker: str) -> bool:
        """Whether a worker has left word that the engine hears it."""
        return any((self.folder / "run" / worker).glob("listening-*"))

    def restart_postgres(self) -> None:
        """As an operator does for a new setting: sessions are cut, everything is on the disk."""
        self.postgres.stop()
        self.start_postgres()

    def _as_creator(self, statement: str) -> None:
        # In production nobody of ours may make a database: the one who rules the cluster does.
        with closing(_connected(self._postgres.ruler_url_of("postgres"))) as maker:
            maker.autocommit = True
            maker.cursor().execute(f"{statement} owner {OWNER}")

    def leaks(self, words: Sequence[str]) -> list[Disagreement]:
        """Every table of Temporal's two databases, read whole."""
        needles = {form.encode() for word in words for form in (word, json.dumps(word)[1:-1])}
        return [each for name in TEMPORALS_DATABASES for each in self._leaks_in(name, needles)]

    def _leaks_in(self, database: str, needles: set[bytes]) -> list[Disagreement]:
        found = []
        with closing(_connected(self._postgres.temporal_url_of(database))) as connection:
            with connection.cursor() as cursor:
                cursor.execute(
                    "select table_name from information_schema.tables where table_schema = 'public'"
                )
                tables = [name for (name,) in cursor.fetchall()]
            assert "executions" in tables or "executions_visibility" in tables, tables
            for table in tables:
                with connection.cursor() as cursor:
                    cursor.execute(sql.SQL("select * from {}").format(sql.Identifier(table)))
                    kept = b"\n".join(_bytes_of(cell) for row in cursor for cell in row)
                if held := sum(needle in kept for needle in needles):
                    found.append(
                        Disagreement(
                            invariant=Invariant.NOTHING_PERSONAL_LEAKED,
                            subject=f"{database}.{table}",
                            says=f"holds {held} pieces of personal data in the clear",
                        )
                    )
        return found

    def _bind(self, port: int) -> str:
        self._door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._door.bind((LOOPBACK, port))
        self._door.listen(2048)
        return f"fd://{self._door.fileno()}"

    def _inherited(self) -> tuple[int, ...]:
        return (self._door.fileno(),)

    def _only_for(self, name: str) -> Mapping[str, str]:
        own = self.folder / "run" / name
        own.mkdir(parents=True, exist_ok=True)
        return {"REDRESS_VAR_DIR": str(own)}

    def _environ(self) -> dict[str, str]:
        told = self.topology.environment("worker")
        if self._behind_proxies:
            url = make_url(told["DATABASE_URL"]).set(port=self.postgres_proxy.port)
            told["DATABASE_URL"] = url.render_as_string(hide_password=False)
            told["TEMPORAL_ADDRESS"] = f"{LOOPBACK}:{self.temporal_proxy.port}"
        return {
            **told,
            "REDRESS_MAIL_URL": self.gateway.url,
            "REDRESS_SECOND_FACTOR": "offered",
        }


def _connected(url: str) -> "psycopg2.extensions.connection":
    plain = make_url(url).set(drivername="postgresql")
    return psycopg2.connect(plain.render_as_string(hide_password=False))


def _bytes_of(cell: object) -> bytes:
    if isinstance(cell, memoryview):
        return bytes(cell)
    return (json.dumps(cell, ensure_ascii=False) if isinstance(cell, dict) else str(cell)).encode()
