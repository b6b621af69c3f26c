"""Workers on machines of their own, step by step as docs/operations.md has them join."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy.engine import make_url

from config import DATABASE_TLS, TEMPORAL_TLS
from desk.cases import ActStatus, CaseDesk
from domain.acts import Note
from embedded.processes import wait_until
from engine.connection import TemporalConnection, connect
from tests.apart import MachineApart, Network
from tests.builders import a_complaint, actor
from tests.faults.checker import carried_out_by, starts_left
from tests.faults.production import ProductionMachine
from tests.faults.proxy import Proxy
from tests.settings import PASSWORD

NAMES = ("machine-1", "machine-2")
SHARED = ("heads", "attachments", "uploads")
NOBODYS = f"postgresql+psycopg2://redress:{PASSWORD}@127.0.0.1:1/redress"


@dataclass
class Bank:
    """Both engines, and two machines with nothing but what is reached of them from elsewhere."""

    engines: ProductionMachine
    desk: CaseDesk
    machines: list[MachineApart]
    references: list[str] = field(default_factory=list)

    def receive(self, cases: int) -> list[str]:
        """Take complaints down; back when every workflow has been started."""
        arrived = [
            self.desk.receive(a_complaint(received_at=datetime.now(UTC)), actor("ines")).reference
            for _ in range(cases)
        ]
        assert wait_until(lambda: starts_left(self.engines) == 0, within=120, every=0.2)
        self.references += arrived
        return arrived

    def cases_of(self) -> dict[str, set[str]]:
        """By machine, the cases whose last step it carried out."""
        by = carried_out_by(self.engines.settings, self.references)
        return {
            each.name: {ref for ref, pid in by.items() if pid == each.pid} for each in self.machines
        }


@pytest.fixture(scope="module")
def bank(engine_folder: Path) -> Iterator[Bank]:
    folder = engine_folder / "machines"
    with ExitStack() as held:
        network = held.enter_context(Network(NAMES))
        engines = held.enter_context(
            ProductionMachine(
                folder / "engines", behind_proxies=False, inner_address=network.address
            )
        )
        # The two ports that the first machine publishes on its address in the inner network.
        doors = [
            Proxy(lambda: make_url(engines.postgres.url).port or 0, network.address),
            Proxy(lambda: int(engines.temporal.address.rpartition(":")[2]), network.address),
        ]
        for door in doors:
            held.callback(door.close)
        for name in SHARED:
            (folder / "share" / name).mkdir(mode=0o700, parents=True)
        machines = [MachineApart(network, name, folder / name) for name in NAMES]
        for machine in machines:
            shutil.copytree(folder / "engines" / "tls" / "client", machine.folder / "tls")
            (machine.folder / "share").symlink_to(folder / "share")  # where it is mounted
            machine.environ = written_down(engines, machine.folder, network.address, doors)
            held.callback(machine.stop)
        temporal = TemporalConnection(lambda: connect(engines.settings))
        held.callback(temporal.close)
        yield Bank(engines, CaseDesk(engines.sessions, temporal), machines)


def written_down(
    engines: ProductionMachine, folder: Path, address: str, doors: list[Proxy]
) -> dict[str, str]:
    """The worker's part of the compose file: the secrets as they are, the addresses of both engines
    as they are reached from elsewhere, and places of its own."""
    postgres, temporal = (door.port for door in doors)
    told = engines.topology.environment("worker")
    url = make_url(told["DATABASE_URL"]).set(host=address, port=postgres)
    pem = [str(folder / "tls" / name) for name in ("authority.pem", "certificate.pem", "key.pem")]
    return {
        **{name: value for name, value in told.items() if name.startswith("REDRESS_")},
        "DATABASE_URL": url.render_as_string(hide_password=False),
        "TEMPORAL_ADDRESS": f"{address}:{temporal}",
        DATABASE_TLS[0]: pem[0],
        **dict(zip(TEMPORAL_TLS, pem, strict=True)),
        "REDRESS_VAR_DIR": str(folder / "var"),
        **{f"REDRESS_{name.upper()}_DIR": str(folder / "share" / name) for name in SHARED},
    }


def asked(engines: ProductionMachine, *words: str) -> str:
    """What a command says on the machine with both servers."""
    return subprocess.run(
        [sys.executable, "-m", "cli.main", *words],
        env=engines.environ,
        capture_output=True,
        text=True,
    ).stdout


@pytest.mark.timeout(600)
def test_two_machines_that_share_two_addresses_and_the_secrets_share_the_cases(bank: Bank) -> None:
    for machine in bank.machines:
        machine.start()
    for machine in bank.machines:
        assert wait_until(machine.is_well, within=120, every=0.5), machine.said()

    def are_counted() -> bool:
        return "Workers that ask for work: 2." in asked(bank.engines, "failed")

    assert wait_until(are_counted, within=60, every=1)

    def both_have_some() -> bool:
        bank.receive(5)
        return all(bank.cases_of().values())

    assert wait_until(both_have_some, within=240), bank.cases_of()
    assert not (bank.engines.folder / "worker.log").exists(), "nobody else is at work"


@pytest.mark.timeout(600)
def test_when_one_machine_is_taken_away_the_other_goes_on_with_its_cases(bank: Bank) -> None:
    leaves, stays = bank.machines
    held = next(iter(bank.cases_of()[leaves.name]))
    leaves.stop()
    after = bank.receive(5)
    assert wait_until(
        lambda: set(carried_out_by(bank.engines.settings, after).values()) == {stays.pid},
        within=120,
        every=0.5,
    )
    command_id = str(uuid4())

    def is_written_down() -> bool:
        done = bank.desk.act(
            command_id=command_id,
            reference=held,
            act=Note(),
            words={"note": "Called back."},
            by=actor("sun"),
        )
        return done.status is ActStatus.ACCEPTED

    assert wait_until(is_written_down, within=120, every=0.5)
    assert carried_out_by(bank.engines.settings, [held]) == {held: stays.pid}
    assert stays.is_well()


@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    ("told", "says"),
    [
        ({TEMPORAL_TLS[2]: "/nowhere/key.pem"}, f"{TEMPORAL_TLS[2]} names a file that cannot be"),
        (
            {"REDRESS_TEMPORAL_TLS_SERVER_NAME": "elsewhere"},
            "shows a certificate without that",
        ),
        ({"TEMPORAL_ADDRESS": "127.0.0.1:1"}, "Temporal at 127.0.0.1:1 does not answer"),
        ({"DATABASE_URL": NOBODYS}, "PostgreSQL is not reached: connection to server"),
    ],
)
def test_a_machine_that_cannot_join_says_in_one_sentence_why(
    bank: Bank, told: dict[str, str], says: str
) -> None:
    machine = bank.machines[0]
    machine.stop()
    machine.start(**told)
    said = machine.ended_saying().splitlines()
    assert says in said[-1]
    assert said[-1].startswith("The worker does not start: ")
    assert "Traceback" not in "".join(said)
