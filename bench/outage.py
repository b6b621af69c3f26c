"""The end of an outage: `python -m bench.outage [CASES]`.

Complaints were received over eight hours in which no worker ran, each to be answered within one.
The worker comes back: all but those of the last hour breach and climb their first rung at once,
and say how late they are. Meanwhile a supervisor opens the queue every second.
"""

import sys
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import text

from bench.arms.acts import Work, a_look_at_the_queue
from bench.arms.burst import RECORDED
from bench.figures import at
from bench.installation import Installation, an_installation, complaints, receive_all
from bench.wrong import Wrong
from embedded.process_exit import leave_after
from embedded.processes import wait_until

OUTAGE = timedelta(hours=8)
LIMIT = 3600
PATIENCE = 1800.0

FIRED = text(
    "select event, count(*), count(distinct reference),"
    " min(extract(epoch from at - (facts->>'planned_at')::timestamptz))::float as earliest"
    " from journal where event in ('breached', 'escalated') group by event order by event"
)


def main() -> None:
    """One outage."""
    cases = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000
    due = cases - cases // 8 - 1  # the last hour is within its limit
    with an_installation() as machine:
        machine.publish("outage", LIMIT)
        now = datetime.now(UTC)
        arrived = [
            replace(each, received_at=now - OUTAGE * (number / cases))
            for number, each in enumerate(complaints(cases, "outage", now))
        ]
        receive_all(machine, arrived)
        with Work(a_look_at_the_queue(machine)) as looking:
            machine.keep_worker()
            began = time.monotonic()
            wait_until(lambda: machine.count(RECORDED) >= 2 * due, within=PATIENCE, every=0.5)
            print(f"caught up after {time.monotonic() - began:.0f} s")
        _report(machine, due)
    looks = looking.seconds
    print(f"{len(looks)} looks at the queue: p50 {at(looks, 0.5):.2f} s,"
          f" p95 {at(looks, 0.95):.2f} s, longest {max(looks):.2f} s")  # fmt: skip


def _report(machine: Installation, due: int) -> None:
    with machine.sessions() as session:
        fired = session.execute(FIRED).all()
    for event, entries, references, earliest in fired:
        print(f"{event}: {references} of at least {due}, {entries - references} doubled")
        if references < due or entries != references or earliest < 0:
            raise Wrong(f"{event}: missing, doubled, or {-earliest:.3f} s early")


if __name__ == "__main__":
    leave_after(main)
