"""Whole lives of cases: received, the customer told, a timer armed, one act that closes it, the
customer told again; ours at our own desk, then the same on DBOS in the same PostgreSQL.

What our rules want done before a case may be closed (assigned, begun, answered, settled) has no
counterpart there and is counted in neither.
"""

import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import TextClause, text

from bench import lives
from bench.figures import DBOS, OURS, Measured
from bench.floors.environment import python_with_dbos
from bench.floors.program import ROOT, Program
from bench.installation import Installation, an_installation, database_of_a_floor, for_libpq
from bench.processor import Meter
from bench.sizes import Sizes
from bench.topology import Topology
from bench.wrong import Wrong
from embedded.processes import wait_until
from store.database import close_database, open_database

GIVES: Sequence[str] = ("life.cpu_ms", "life.rate")

PATIENCE = 1800.0
POLICY = "life"

CLOSED = text("select count(distinct reference) from journal where event = 'closed'")
CLOSED_ENTRIES = text("select count(*) from journal where event = 'closed'")
FROM_RECEIPT = text(
    "select extract(epoch from max(sent_at) - min(written_at)) from notices join cases"
    " using (reference) where policy like 'life@%'"
)
FROM_CLOSING = text(
    "select extract(epoch from greatest(max(recorded_at), (select max(sent_at) from notices)))"
    " - :began from journal where event = 'closed'"
)


@dataclass(frozen=True)
class DbosTold:
    """What the floor's program is asked for."""

    database_url: str
    cases: int
    mail_port: int


def measure(sizes: Sizes, slowness: float, topology: Topology) -> Measured:
    """So many lives of each."""
    cases = sizes.lives
    python = python_with_dbos()
    with an_installation(topology) as machine:
        ours = _ours(machine, cases)
        machine.rest_workers()
        dbos = _on_dbos(machine, cases, python)
    return {
        "life.cpu_ms": {OURS: ours[0], DBOS: dbos[0]},
        "life.rate": {OURS: ours[1], DBOS: dbos[1]},
    }


def _ours(machine: Installation, cases: int) -> tuple[float, float]:
    """Milliseconds of a processor for each life, and lives in a second."""
    machine.publish(POLICY)
    machine.start_workers()
    machine.warm_up()
    with desk_at_work(machine, POLICY, cases) as desk:
        desk.hear("ready")
        meter = Meter({**machine.parts, "desk": desk.pid})
        desk.hear("received")
        wait_until_quiet(machine)
        first = meter.milliseconds(cases)
        seconds = _seconds(machine, FROM_RECEIPT)
        desk.go_on()
        desk.hear("prepared")
        wait_until_quiet(machine)
        meter.restart()
        began = time.time()
        desk.go_on()
        desk.hear("closed")
        wait_until_quiet(machine)
        second = meter.milliseconds(cases)
        seconds += _seconds(machine, FROM_CLOSING, began=began)
    if (machine.count(CLOSED), machine.count(CLOSED_ENTRIES)) != (cases, cases):
        raise Wrong(f"life: {machine.count(CLOSED)} of {cases} closed")
    return _told(OURS, {part: first[part] + second[part] for part in first}, cases / seconds)


def _on_dbos(machine: Installation, cases: int, python: str) -> tuple[float, float]:
    """The same of DBOS, driver and workflows in one process."""
    database = database_of_a_floor(machine, "dbos")
    told = DbosTold(for_libpq(database), cases, machine.mail.port)
    before = len(machine.mail.taken)
    command = (python, str(ROOT / "bench" / "floors" / "dbos_lives.py"))
    with Program("DBOS", command, told, machine.folder / "dbos.log") as program:
        program.hear("ready")
        meter = Meter({"PostgreSQL": machine.servers["PostgreSQL"], "DBOS": program.pid})
        began = time.monotonic()
        program.hear("waiting")
        program.go_on()
        program.hear("closed")
        seconds = time.monotonic() - began
        used = meter.milliseconds(cases)
    sessions = open_database(database)
    with sessions() as session:
        closed = session.scalar(text("select count(*) from closed"))
    close_database(sessions)
    written = len(machine.mail.taken) - before
    if (closed, written) != (cases, 2 * cases):
        raise Wrong(f"life on DBOS: {closed} of {cases} closed, {written} mails")
    return _told(DBOS, used, cases / seconds)


def desk_at_work(machine: Installation, policy: str, cases: int) -> Program:
    """People who give so many cases their lives."""
    told = lives.Told(cases=cases, policy=policy)
    log = machine.folder / "lives.log"
    return Program("lives", (sys.executable, "-m", "bench.lives"), told, log, machine.environ)


def wait_until_quiet(machine: Installation) -> None:
    """Nothing is to be done for these cases."""
    if not wait_until(machine.is_quiet, within=PATIENCE, every=0.2):
        raise Wrong("life: it never came to rest")


def _seconds(machine: Installation, question: TextClause, **values: float) -> float:
    with machine.sessions() as session:
        return float(session.scalar(question, values) or 0)


def _told(contender: str, parts: dict[str, float], rate: float) -> tuple[float, float]:
    """Print the parts; return their sum, and the rate."""
    each = " + ".join(f"{part} {used:.1f}" for part, used in parts.items())
    print(f"  {contender}: {each} = {sum(parts.values()):.1f} ms a life, {rate:.1f} lives a second",
          flush=True)  # fmt: skip
    return sum(parts.values()), rate
