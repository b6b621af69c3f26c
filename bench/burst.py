"""Many cases due in the same second, on embedded engines, with the real worker and real pages.

    python -m bench.burst CASES [SECONDS]          all due together, SECONDS from now (default 300)
    python -m bench.burst CASES --after-outage     received over eight hours while no worker ran

Every case breaches and climbs its first rung, and each step is told to a chat. Fired, doubled and
early come from the journal. Lateness runs from the planned instant to the one at which the workflow
decided, and to the one at which the entry stood in the journal; no timer is meant to be more
punctual than 50 ms (`timerProcessorMaxTimeShift`). Meanwhile a supervisor's queue and /health are
asked for all the time.
"""

import re
import shutil
import statistics
import sys
import tempfile
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import text

from bench.processor import seconds_of
from embedded.process_exit import leave_after
from embedded.processes import wait_until
from store.cases.receipts import receive_each
from store.policies.packs import publish
from tests.builders import a_complaint, actor
from tests.faults.machine import Machine
from tests.faults.pages import Browser

OUTAGE = timedelta(hours=8)
BATCH = 200
"""Complaints received in one transaction, as an import does."""

PACK = """
pack: burst
extends: base
title: {{en: Burst, zh: 同时到期}}
about: {{en: For measuring only., zh: 仅供测量。}}
source: default
limits:
  reply:
    clock: reply
    when: {{}}
    within: {seconds} seconds
    from: [received]
    until: [replied]
{warning}    rule: default
ladders:
  expiry:
    - {{rung: supervisor, role: supervisor, acknowledge_within: 30 working days,
        resolve_within: 30 working days, rule: default}}
"""

WARNING = """    warn:
      - {before: 1800 seconds, rule: default}
"""


class Pages:
    """Somebody who looks at pages all the time, and a watch."""

    def __init__(self, machine: Machine) -> None:
        self._browser = Browser(machine.keep_web())
        self._browser.log_in("sun")
        self.seconds: dict[str, list[float]] = {"/health": [], "/": []}
        self._over = threading.Event()
        self._looking = threading.Thread(target=self._look, daemon=True)
        self._looking.start()

    def close(self) -> None:
        """Look no more; back when the last page has come."""
        self._over.set()
        self._looking.join()

    def forget(self) -> None:
        """Count from now on."""
        for seconds in self.seconds.values():
            seconds.clear()

    def _look(self) -> None:
        while not self._over.wait(0.2):
            for path, seconds in self.seconds.items():
                began = time.monotonic()
                self._browser.get(path)
                seconds.append(time.monotonic() - began)


def main() -> None:
    """One burst, or the end of one outage."""
    cases = int(sys.argv[1])
    after_outage = "--after-outage" in sys.argv
    lead = 1 if after_outage else int(sys.argv[2]) if len(sys.argv) > 2 else 300
    folder = Path(tempfile.mkdtemp(prefix="redress-burst-"))
    folder.chmod(0o755)
    try:
        installation = folder / "installation"
        with Machine(installation, events_a_run=4096, behind_proxies=False) as machine:
            pages = Pages(machine)
            _burst(machine, pages, cases, lead, after_outage)
            pages.close()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _burst(machine: Machine, pages: Pages, cases: int, lead: int, after_outage: bool) -> None:
    _publish(machine, 3600 if after_outage else lead, WARNING if after_outage else "")
    if not after_outage:
        machine.keep_worker()
        processor = Processor(machine)
    received_at = datetime.now(UTC)
    began = time.monotonic()
    _receive(machine, cases, received_at, after_outage)
    print(f"{cases} complaints received in {time.monotonic() - began:.0f} s", flush=True)
    if after_outage:
        machine.keep_worker()
        processor = Processor(machine)
        began = time.monotonic()
    else:
        ready = wait_until(lambda: _waiting(machine) == 0, within=lead, every=1)
        left = (received_at + timedelta(seconds=lead) - datetime.now(UTC)).total_seconds()
        print(f"all workflows wait: {ready}, {left:.0f} s before the instant", flush=True)
        assert left > 0, "give more SECONDS: the cases were not ready in time"
        processor.tell("received and waiting", cases)
        time.sleep(left)
        processor.tell("waiting meanwhile", cases)
        began = time.monotonic()
    pages.forget()
    due = _due(cases, after_outage)
    wait_until(lambda: _fired(machine) >= 2 * due, within=1800, every=1)
    print(f"drained after {time.monotonic() - began:.0f} s", flush=True)
    processor.tell("breached, climbed and recorded", due)
    _report(machine, pages)


def _publish(machine: Machine, seconds: int, warning: str) -> None:
    policies = machine.folder / "policies"
    shutil.copytree(Path(__file__).parent.parent / "policies", policies)
    (policies / "burst.yaml").write_text(PACK.format(seconds=seconds, warning=warning))
    with machine.sessions.begin() as session:
        publish(session, "burst", policies)


def _receive(machine: Machine, cases: int, received_at: datetime, after_outage: bool) -> None:
    # The first hour of an outage is long past its limit, the last one is not due yet.
    spread = OUTAGE if after_outage else timedelta(0)
    complaints = [
        a_complaint(policy="burst", received_at=received_at - spread * (number / cases))
        for number in range(cases)
    ]
    for first in range(0, cases, BATCH):
        with machine.sessions.begin() as session:
            receive_each(session, complaints[first : first + BATCH], actor("ines"))


def _due(cases: int, after_outage: bool) -> int:
    """How many breaches there must be: an outage's last hour is still within its limit."""
    return cases - cases // 8 - 1 if after_outage else cases


def _waiting(machine: Machine) -> int:
    """Cases whose workflow is still to be started."""
    with machine.sessions() as session:
        return session.scalar(text("select count(*) from outbox where kind = 'case'")) or 0


def _fired(machine: Machine) -> int:
    """Breaches and first rungs written down."""
    with machine.sessions() as session:
        found = text("select count(*) from journal where event in ('breached', 'escalated')")
        return session.scalar(found) or 0


class Processor:
    """What the parts of an installation use of a processor from now on."""

    def __init__(self, machine: Machine) -> None:
        assert machine.postgres.process is not None
        assert machine.temporal.process is not None
        self._parts = {
            "Temporal": machine.temporal.process.pid,
            "worker": machine.process("worker").pid,
            "PostgreSQL": machine.postgres.process.pid,
        }
        self._before = self._now()

    def tell(self, what: str, cases: int) -> None:
        """Milliseconds for each case since."""
        used = {
            part: 1000 * (now - self._before[part]) / cases for part, now in self._now().items()
        }
        parts = " + ".join(f"{part} {each:.1f}" for part, each in used.items())
        print(f"{what}: {parts} = {sum(used.values()):.1f} ms of a processor a case", flush=True)
        self._before = self._now()

    def _now(self) -> dict[str, float]:
        return {part: seconds_of([pid]) for part, pid in self._parts.items()}


def _report(machine: Machine, pages: Pages) -> None:
    with machine.sessions() as session:
        rows = session.execute(
            text(
                "select event, reference, key,"
                " extract(epoch from at - planned_at)::float as decided,"
                " extract(epoch from recorded_at - planned_at)::float as recorded"
                " from (select *, (facts->>'planned_at')::timestamptz as planned_at from journal"
                " where key like 'step/%') as steps"
            )
        ).all()
    for event in sorted({row.event for row in rows}):
        mine = [row for row in rows if row.event == event]
        once = len({(row.reference, row.key) for row in mine})
        early = sum(row.decided < 0 for row in mine)
        print(f"{event}: {once} fired, {len(mine) - once} doubled, {early} early")
        _tell("decided", sorted(row.decided for row in mine))
        _tell("recorded", sorted(row.recorded for row in mine))
    for path, seconds in pages.seconds.items():
        ordered = sorted(seconds)
        print(f"GET {path}: {len(ordered)} times, median {statistics.median(ordered):.2f} s,"
              f" p95 {_at(ordered, 0.95):.2f} s, max {ordered[-1]:.2f} s")  # fmt: skip
    print(f"worker: {_most_memory(machine) / 1024:.0f} MiB at most")


def _tell(what: str, late: list[float]) -> None:
    p50, p99 = _at(late, 0.5), _at(late, 0.99)
    print(f"  {what:<8} p50 {p50:.2f} s, p99 {p99:.2f} s, max {late[-1]:.2f} s late")


def _most_memory(machine: Machine) -> int:
    """The most memory the worker ever had, in KiB."""
    status = Path(f"/proc/{machine.process('worker').pid}/status").read_text()
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    assert found is not None
    return int(found[1])


def _at(ordered: list[float], part: float) -> float:
    """The value below which such a part of all lies."""
    return ordered[int(part * (len(ordered) - 1))]


if __name__ == "__main__":
    leave_after(main)
