"""The installation that is measured: real engines, the real worker and real pages, in a folder that
goes afterwards; and the floors' places in the same engines."""

import asyncio
import random
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.engine import make_url

from bench.sizes import SEED
from domain.complaint import Complaint
from embedded.temporal_namespace import prepare_namespace
from store.cases.receipts import receive_each
from store.database import safe_engine
from store.policies.packs import publish
from tests.builders import a_complaint, actor
from tests.faults.machine import Machine
from tests.mail_sink import a_mail_sink

AS_THE_SERVER_SUGGESTS = 4096
"""Events after which Temporal suggests a new run."""

BATCH = 200
"""Complaints received in one transaction, as an import does."""

BARE = "bare"
"""The namespace and the start of the databases in which the floors live."""

FLOOR_TABLES = """
create table waiting (number integer primary key, due_at timestamptz not null);
create index on waiting (due_at);
create table escalated (number integer primary key,
    recorded_at timestamptz not null default clock_timestamp());
"""


@contextmanager
def an_installation() -> Iterator[Machine]:
    """Engines without proxies, a chat and a mail server; worker and pages as an arm wants them."""
    folder = Path(tempfile.mkdtemp(prefix="redress-bench-"))
    folder.chmod(0o755)
    try:
        installation = folder / "installation"
        with Machine(
            installation, events_a_run=AS_THE_SERVER_SUGGESTS, behind_proxies=False
        ) as machine:
            sink = a_mail_sink(folder)
            sink.start()
            machine.environ["REDRESS_MAIL_URL"] += f" {sink.url}"
            yield machine
            sink.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def publish_pack(machine: Machine, name: str, content: str) -> None:
    """Put a pack in force besides those that came with us."""
    policies = machine.folder / f"policies-{name}"
    shutil.copytree(Path(__file__).parent.parent / "policies", policies)
    (policies / f"{name}.yaml").write_text(content, encoding="utf-8")
    with machine.sessions.begin() as session:
        publish(session, name, policies)


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
    asyncio.run(prepare_namespace(machine.temporal.address, BARE, {}))


def database_of_a_floor(machine: Machine, name: str) -> str:
    """A database of its own with the floors' two tables; its address."""
    with safe_engine(machine.postgres.owner_url).connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT")
        connection.execute(text(f"create database {BARE}_{name}"))
    url = machine.postgres.owner_url_of(f"{BARE}_{name}")
    with safe_engine(url).begin() as connection:
        connection.execute(text(FLOOR_TABLES))
    return url


def for_libpq(url: str) -> str:
    """The same address for whoever uses no SQLAlchemy."""
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
