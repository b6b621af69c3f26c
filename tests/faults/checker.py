"""Whether every promise was kept: the operations' log against rows, workflows and journals."""

import asyncio
import math
import statistics
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from sqlalchemy import select, text
from sqlalchemy.exc import SQLAlchemyError

from activities.verification import Verifier
from config import Settings
from domain.journal import is_reserved
from domain.notices import Delivery
from domain.upkeep import Patience
from domain.verification import Disagreement
from embedded.processes import wait_until
from engine.connection import connect
from engine.index import TemporalEngine
from rulebook.upkeep import read_upkeep
from store.database import Sessions
from store.notice_contents import key_of
from store.operations.verification import personal_words
from store.tables import NoticeRow
from tests.faults.machine import Machine
from tests.faults.operations import Line, Said, read_lines
from workflows.names import case_workflow_id

QUIET_WITHIN = 120.0
"""Seconds the installation has to come to rest after the last fault."""

COMPLAINTS_LOOKED_FOR = 100
"""Whose names, numbers and words are looked for in Temporal's files."""

_UNDER_WAY = """
select (select count(*) from outbox where kind <> 'notice')
     + (select count(*) from commands where status = 'stored')
     + (select count(*) from cases where next_step_at < now() - interval '1 second')
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What became of all that was asked."""

    acknowledged: int
    refused: int
    unanswered: int
    """Never answered in spite of every try: either way is right."""
    done_unanswered: int
    """Of those, what did happen: the ambiguous commits."""
    lost: tuple[str, ...]
    doubled: tuple[str, ...]
    undone: tuple[str, ...]
    """Refused, and done all the same."""
    unasked: tuple[str, ...]
    """Done, and nobody had asked for it: an act that took effect under another key as well."""
    undelivered: tuple[str, ...]
    """Notices that count as sent and that no gateway was given."""
    repeated: int
    """Notices that a gateway was given more than once, each time under the same key."""
    disagreements: tuple[Disagreement, ...]

    @property
    def kept_every_promise(self) -> bool:
        return not (
            self.lost
            or self.doubled
            or self.undone
            or self.unasked
            or self.undelivered
            or self.disagreements
        )


def check(machine: Machine) -> Verdict:
    """Wait until everything is at rest, then judge."""
    assert wait_until(lambda: _is_quiet(machine.sessions), QUIET_WITHIN, every=0.2), (
        f"not at rest after {QUIET_WITHIN} s: {_leftovers(machine.sessions)}"
    )
    asked = _asked(machine.log_file)
    done = _done(machine.sessions)
    taken = machine.gateway.taken
    by_said: dict[Said, list[str]] = defaultdict(list)
    for key, said in asked.items():
        by_said[said].append(key)
    return Verdict(
        acknowledged=len(by_said[Said.OK]),
        refused=len(by_said[Said.FAIL]),
        unanswered=len(by_said[Said.INFO]),
        done_unanswered=sum(1 for key in by_said[Said.INFO] if key in done),
        lost=tuple(key for key in by_said[Said.OK] if key not in done),
        doubled=tuple(key for key in asked if done.get(key, 0) > 1),
        undone=tuple(key for key in by_said[Said.FAIL] if key in done),
        unasked=tuple(key for key in done if key not in asked and not is_reserved(key)),
        undelivered=tuple(key for key in _sent(machine.sessions) if key not in taken),
        repeated=sum(1 for times in taken.values() if times > 1),
        disagreements=asyncio.run(_disagreements(machine)),
    )


def recoveries(file: Path, kills: list[float]) -> list[float]:
    """Seconds from each kill to the end of the first operation begun after it that went well; of a
    kill at the end of a run, after which nobody asked for anything, nothing is known.
    """
    lines = list(read_lines(file))
    begun: dict[str, float] = {}
    good: list[tuple[float, float]] = []
    for line in lines:
        if line.said is Said.INVOKE:
            begun[line.key] = line.at
        elif line.said is Said.OK and line.key in begun:
            good.append((begun[line.key], line.at))
    good.sort()
    ends = [[ended for began, ended in good if began > kill] for kill in kills]
    return [min(later) - kill for kill, later in zip(kills, ends, strict=True) if later]


def carried_out_by(settings: Settings, references: Sequence[str]) -> dict[str, int]:
    """By case, the number of the worker's process that carried out its last step; those that none
    has looked at yet are left out."""

    async def ask() -> dict[str, int]:
        client = await connect(settings)
        found = {}
        for reference in references:
            run = client.get_workflow_handle(case_workflow_id(reference))
            by = [
                event.workflow_task_completed_event_attributes.identity
                async for event in run.fetch_history_events()
                if event.HasField("workflow_task_completed_event_attributes")
            ]
            if by:
                found[reference] = int(by[-1].partition("@")[0])
        return found

    return asyncio.run(ask())


def starts_left(machine: Machine) -> int:
    """Cases whose workflow is still to be started."""
    with machine.sessions() as session:
        return session.scalar(text("select count(*) from outbox where kind = 'case'")) or 0


def spread(seconds: list[float]) -> dict[str, float]:
    """How often, and the middle, the 99th hundredth and the worst in seconds."""
    ordered = sorted(seconds)
    return {
        "times": len(ordered),
        "p50": round(statistics.median(ordered), 1),
        "p99": round(ordered[math.ceil(0.99 * len(ordered)) - 1], 1),
        "max": round(ordered[-1], 1),
    }


def _asked(file: Path) -> dict[str, Said]:
    """Each operation by its key, with the surest thing that was ever said of it."""
    surest: dict[str, Line] = {}
    weight = {Said.INVOKE: 0, Said.INFO: 1, Said.FAIL: 2, Said.OK: 3}
    for line in read_lines(file):
        known = surest.get(line.key)
        if known is None or weight[line.said] > weight[known.said]:
            surest[line.key] = line
        if known is not None and {line.said, known.said} == {Said.OK, Said.FAIL}:
            raise AssertionError(f"{line.key} was both accepted and refused")
        if known and known.said is line.said is Said.OK and known.reference != line.reference:
            raise AssertionError(f"{line.key} was given two references")
    return {
        key: Said.INFO if line.said is Said.INVOKE else line.said for key, line in surest.items()
    }


def _done(sessions: Sessions) -> dict[str, int]:
    """How often each operation has taken effect."""
    with sessions() as session:
        rows = session.execute(
            text(
                "select key, sum(times)::int as times from ("
                " select intake_key as key, count(*) as times from complaints group by 1"
                " union all select key, count(*) from journal group by 1) each group by key"
            )
        )
        return {row.key: row.times for row in rows}


def _sent(sessions: Sessions) -> list[str]:
    """The keys of all notices that count as sent: nobody here has an address, so by the chat."""
    with sessions() as session:
        sent = select(NoticeRow.dedupe_key).where(NoticeRow.delivery == Delivery.SENT)
        return [key_of(each) for each in session.scalars(sent)]


def _is_quiet(sessions: Sessions) -> bool:
    try:
        with sessions() as session:
            return bool(session.scalar(text(_UNDER_WAY)) == 0)
    except SQLAlchemyError:
        return False


def _leftovers(sessions: Sessions) -> list[str]:
    with sessions() as session:
        messages = session.execute(
            text(
                "select kind, key, attempts, last_error from outbox where kind <> 'notice' limit 5"
            )
        )
        steps = session.execute(
            text("select reference, next_step_at from cases order by next_step_at limit 5")
        )
        return [str(row) for row in (*messages, *steps)]


async def _disagreements(machine: Machine) -> tuple[Disagreement, ...]:
    settings = machine.settings
    patience = Patience(
        start=timedelta(0),
        step=timedelta(seconds=10),
        answer=timedelta(seconds=30),
        notice=timedelta(hours=1),
    )
    verifier = Verifier(
        machine.sessions,
        TemporalEngine(await connect(settings)),
        upkeep=replace(read_upkeep(), patience=patience),
        heads=settings.heads_dir,
        files=settings.attachments_dir,
        key=settings.journal_key,
    )
    found = (await verifier.verify(every_standing=True)).disagreements
    with machine.sessions() as session:
        words = personal_words(session, COMPLAINTS_LOOKED_FOR)
    return (*found, *machine.leaks(words))
