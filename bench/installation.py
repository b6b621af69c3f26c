"""The installation that is measured: real engines, the real worker and real pages, in a folder that
goes afterwards; and the floors' places in the same engines."""

import os
import random
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self
from uuid import UUID

from sqlalchemy import TextClause, text
from sqlalchemy.engine import make_url

from bench.processor import are_idle
from bench.sizes import SEED
from bench.topology import Topology
from bench.wrong import Wrong
from cli.up.workers import how_many, names, side_by_side
from domain.complaint import Complaint
from embedded.processes import wait_until
from store.cases.receipts import receive_each
from store.database import safe_engine
from store.policies.packs import publish
from tests.builders import a_complaint, actor
from tests.faults.machine import Machine
from tests.faults.production import ProductionMachine
from tests.mail_sink import a_mail_sink

ROOT = Path(__file__).parents[1]

AS_THE_SERVER_SUGGESTS = 4096
"""Events after which Temporal suggests a new run."""

BATCH = 200
"""Complaints received in one transaction, as an import does."""

BARE = "bare"
"""The namespace and the start of the databases in which the floors live."""

FLOOR_TABLES = """
create table closed (number integer primary key);
create table waiting (number integer primary key, due_at timestamptz not null);
create index on waiting (due_at);
create table escalated (number integer primary key,
    recorded_at timestamptz not null default clock_timestamp());
"""


PACK = """
pack: {name}
extends: base
title: {{en: Measured, zh: 测量}}
about: {{en: For measuring only., zh: 仅供测量。}}
source: default
limits:
  reply:
    clock: reply
    when: {{}}
    within: {seconds} seconds
    from: [received]
    until: [replied]
    rule: default
ladders:
  expiry:
    - {{rung: supervisor, role: supervisor, acknowledge_within: 30 working days,
        resolve_within: 30 working days, rule: default}}
"""

WARMING_UP = 20

A_MONTH = 30 * 86_400

QUIET = text(
    "select not exists (select from outbox where kind in ('case', 'notice'))"
    " and not exists (select from notices where delivery = 'pending')"
)
"""Temporal knows of every case, and all word that can go out has been taken by somebody."""


class Installation(Machine):
    """Engines without proxies, a chat and a mail server; workers and pages as an arm wants them."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, events_a_run=AS_THE_SERVER_SUGGESTS, behind_proxies=False)
        self.mail = a_mail_sink(folder)
        self._web: int | None = None

    def __enter__(self) -> Self:
        self.mail.start()
        super().__enter__()
        self.environ["REDRESS_MAIL_URL"] += f" {self.mail.url}"
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        super().__exit__(kind, error, trace)
        self.mail.stop()

    def keep_web(self) -> int:
        """As of any machine; whoever asks again is given the same pages."""
        if self._web is None:
            self._web = super().keep_web()
        return self._web

    @property
    def servers(self) -> dict[str, int]:
        """The processes of the engines, for a meter."""
        assert self.postgres.process is not None
        assert self.temporal.process is not None
        return {"Temporal": self.temporal.process.pid, "PostgreSQL": self.postgres.process.pid}

    @property
    def parts(self) -> dict[str, int]:
        """The engines and every worker."""
        return {**self.servers, **self.at_work}

    @property
    def at_work(self) -> dict[str, int]:
        """The processes of the workers by their names."""
        return {name: self.process(name).pid for name in self.workers}

    def start_workers(self) -> None:
        """Back when they have nothing to do."""
        self.keep_workers()
        wait_until(lambda: are_idle(self.at_work.values()), within=60)

    def rest_workers(self) -> None:
        """Nobody is at work any more."""
        for name in self.workers:
            self.rest(name)

    def rest_webs(self) -> None:
        """Nobody serves pages any more."""
        for name in self.webs:
            self.rest(name)

    def warm_up(self) -> None:
        """Some cases that do not count: what is loaded at the first of its kind is there then."""
        self.publish("warm-up")
        receive_all(self, complaints(WARMING_UP, "warm-up", datetime.now(UTC)))
        if not wait_until(self.is_quiet, within=120, every=0.2):
            undone = "no word waits" if self.count(QUIET) else "word waits to go out"
            raise Wrong(f"the installation never came to rest after the first cases; {undone}")

    def is_quiet(self) -> bool:
        """Whether nothing is to be done before the next instant; takes a second to look."""
        return bool(self.count(QUIET)) and are_idle(self.at_work.values())

    def count(self, question: TextClause) -> int:
        """One number from our own database."""
        with self.sessions() as session:
            return int(session.scalar(question) or 0)

    def publish(self, name: str, seconds: int = A_MONTH) -> None:
        """Put a pack in force by which a case must be answered within so many seconds."""
        policies = self.folder / f"policies-{name}"
        shutil.copytree(ROOT / "policies", policies)
        pack = PACK.format(name=name, seconds=seconds)
        (policies / f"{name}.yaml").write_text(pack, encoding="utf-8")
        with self.sessions.begin() as session:
            publish(session, name, policies)


class EmbeddedInstallation(Installation):
    """With as many workers as `make up` starts here, each told what it tells them."""

    workers = names(how_many(os.environ))

    def _only_for(self, name: str) -> Mapping[str, str]:
        workers = side_by_side(self.settings, len(self.workers))
        return {each.name: each.environ for each in workers}.get(name, {})


class ProductionInstallation(Installation, ProductionMachine):
    """The same from the compose file and the scripts of `deploy/`."""

    def start_workers(self) -> None:
        """Back when the engine hears all of them and they have nothing to do."""
        self.keep_workers()
        if not wait_until(lambda: all(map(self.is_heard, self.workers)), within=180, every=0.2):
            raise Wrong("the workers were never heard")
        super().start_workers()


INSTALLATIONS: dict[Topology, type[Installation]] = {
    Topology.EMBEDDED: EmbeddedInstallation,
    Topology.PRODUCTION: ProductionInstallation,
}


@contextmanager
def an_installation(topology: Topology = Topology.EMBEDDED) -> Iterator[Installation]:
    """An installation in a folder that goes afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="redress-bench-"))
    folder.chmod(0o755)
    try:
        with INSTALLATIONS[topology](folder / "installation") as installation:
            yield installation
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def complaints(cases: int, policy: str, received_at: datetime) -> list[Complaint]:
    """The same ones in every run, but for when they come."""
    lot = random.Random(f"{SEED} {policy}")
    return [
        a_complaint(
            policy=policy,
            received_at=received_at,
            email="customer@example.cn",
            intake_key=str(UUID(int=lot.getrandbits(128), version=4)),
        )
        for _ in range(cases)
    ]


def receive_all(machine: Machine, arrived: list[Complaint]) -> None:
    """Take them down, as an import does."""
    for first in range(0, len(arrived), BATCH):
        with machine.sessions.begin() as session:
            receive_each(session, arrived[first : first + BATCH], actor("ines"))


def place_for_bare_cases(machine: Machine) -> None:
    """A namespace of their own, so that ours has nothing in it that is not ours."""
    machine.prepare_namespace(BARE, {})


def database_of_a_floor(machine: Machine, name: str) -> str:
    """A database of its own with the floors' tables; its address."""
    url = machine.make_database(f"{BARE}_{name}")
    with safe_engine(url).begin() as connection:
        connection.execute(text(FLOOR_TABLES))
    return url


def for_libpq(url: str) -> str:
    """The same address for whoever uses no SQLAlchemy."""
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
