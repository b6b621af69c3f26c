"""The story of a case: what people, clocks, notices and the engine did, and what comes next.

PostgreSQL tells most of it and is always there. The engine adds what it holds and did; while it is
away the story says so and goes without.
"""

import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from temporalio.client import Client, WorkflowHistory
from temporalio.service import RPCError

from desk.history.clocks import ClockStory, clock_story
from desk.history.past import Past
from domain.case import Case
from domain.journal import REDRESS
from domain.notices import Delivery
from domain.statuses import RepairStatus
from domain.upcoming import Upcoming, upcoming_of
from engine.connection import EngineAway, TemporalConnection
from engine.held import WaitingActivity, problem_of, waiting_activity
from engine.listening import workers_heard
from engine.runs import Pause, Run, described, is_running, latest_of, pause_of, runs_of
from engine.story import PendingTimer, moments_of, pending_timers
from engine.timeline import Happening, Lane, Moment
from store.database import Sessions
from store.operations.histories import SealBroken, archived_of
from store.operations.repairs import Repair
from store.reads.history import JournalEntry, NoticeSent, Record, UntakenCommand, read_story
from store.reads.past import read_past
from workflows.names import TASK_QUEUE

log = logging.getLogger(__name__)

ENGINE_PATIENCE = timedelta(seconds=4)
"""How long a page waits for the engine's part of the story before it goes without (default)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineMemory:
    """What the engine remembers of a case and holds for it now."""

    runs: tuple[Run, ...] = ()
    """With everything each has done; empty unless that was asked for."""
    timers: tuple[PendingTimer, ...] = ()
    activities: tuple[WaitingActivity, ...] = ()
    pause: Pause | None = None
    """Set while somebody has paused the case in the engine."""
    problem: str | None = None
    """What the program of the case last failed on, while it cannot go on."""
    is_unattended: bool = False
    """No worker asks for work: what is due waits until one does."""
    is_away: bool = False
    """It did not answer: the story is told from PostgreSQL and the archive alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """Everything the history page shows."""

    case: Case
    moments: tuple[Moment, ...]
    """Oldest first."""
    clocks: tuple[ClockStory, ...]
    upcoming: tuple[Upcoming, ...]
    """Soonest first."""
    engine: EngineMemory
    archive_was_altered: bool = False
    """The archive of this case is not what was archived: it is told without."""

    def is_armed(self, upcoming: Upcoming) -> bool:
        """Whether the engine holds a timer for it now."""
        return upcoming.label in {timer.summary for timer in self.engine.timers}


class CaseHistories:
    """Tells the story of any case."""

    def __init__(self, sessions: Sessions, temporal: TemporalConnection) -> None:
        self._sessions = sessions
        self._temporal = temporal

    def story_of(self, reference: str, *, whole: bool = True) -> Story:
        """The story of a case, `whole` with everything the engine ever did; raises `Refused` for a
        reference nobody was ever given."""
        with self._sessions() as session:
            record = read_story(session, reference)
            try:
                archived = archived_of(session, reference) if whole else ()
            except SealBroken:
                log.error("the archived history of %s is not what was archived", reference)
                archived, was_altered = (), True
            else:
                was_altered = False
        runs = tuple(run_from_json(each.reference, each.run_id, each.json) for each in archived)
        story = tell(record, with_archive(self._engine(reference, whole), runs))
        return replace(story, archive_was_altered=was_altered)

    def past_of(self, reference: str) -> Past:
        """The past of a case, from the records alone; raises `Refused` for a reference nobody was
        ever given."""
        with self._sessions() as session:
            return Past(read_past(session, reference))

    def _engine(self, reference: str, whole: bool) -> EngineMemory:
        try:
            return self._temporal.call(
                lambda client: engine_of(client, reference, whole=whole), within=ENGINE_PATIENCE
            )
        except (EngineAway, RPCError):
            return EngineMemory(is_away=True)


async def engine_of(client: Client, reference: str, *, whole: bool = True) -> EngineMemory:
    """What the engine holds of a case now and, when it is asked for the `whole`, all it remembers;
    nothing when it was never told of it."""
    now = await described(client, reference)
    runs = await runs_of(client, reference) if whole else ()
    # What it holds now stands at the end of the history, however long that is.
    latest = await latest_of(client, reference) if now and is_running(now) else None
    return EngineMemory(
        runs=runs,
        timers=pending_timers(latest) if latest else (),
        activities=tuple(waiting_activity(info) for info in now.pending_activities) if now else (),
        pause=pause_of(now) if now else None,
        problem=problem_of(latest) if latest else None,
        is_unattended=not await workers_heard(client, TASK_QUEUE, within=ENGINE_PATIENCE),
    )


def run_from_json(reference: str, run_id: str, json: str) -> Run:
    """A run as the archive keeps it."""
    events = WorkflowHistory.from_json(reference, json).events
    return Run(run_id=run_id, events=tuple(events), is_archived=True)


def with_archive(engine: EngineMemory, archived: tuple[Run, ...]) -> EngineMemory:
    """The engine's memory, completed by the runs it has forgotten or cannot tell of now."""
    known = {run.run_id for run in engine.runs}
    runs = [*engine.runs, *(run for run in archived if run.run_id not in known)]
    return replace(engine, runs=tuple(sorted(runs, key=lambda run: run.started_at)))


def tell(record: Record, engine: EngineMemory) -> Story:
    """One story out of the rows and the engine's histories. Pure."""
    moments = [
        *(_entry(entry) for entry in record.entries),
        *(_command(command) for command in record.commands),
        *(moment for repair in record.repairs for moment in _repair(repair)),
        *(moment for notice in record.notices for moment in _notice(notice)),
        *(moment for run in engine.runs for moment in moments_of(run)),
    ]
    return Story(
        case=record.case,
        # Stable: what PostgreSQL and the engine date alike stays in the order of cause and effect.
        moments=tuple(sorted(moments, key=lambda moment: moment.at)),
        clocks=tuple(
            clock_story(record.case, clock, derivation) for clock, derivation in record.clocks
        ),
        upcoming=upcoming_of(
            record.case, (clock for clock, _ in record.clocks), record.pack, record.directory
        ),
        engine=engine,
    )


def _entry(entry: JournalEntry) -> Moment:
    by_itself = entry.by == REDRESS
    return Moment(
        at=entry.at,
        lane=Lane.CLOCKS if by_itself else Lane.PEOPLE,
        what=entry.event,
        key=entry.key,
        version=entry.version,
        who=entry.facts.get("receiver") if by_itself else entry.by,
        facts=entry.facts,
        words=entry.words,
    )


def _command(command: UntakenCommand) -> Moment:
    refusal = command.refusal
    return Moment(
        at=command.answered_at or command.stored_at,
        lane=Lane.PEOPLE,
        what=Happening.COMMAND_REFUSED if refusal else Happening.COMMAND_WAITING,
        key=command.id,
        who=command.by,
        facts={"act": command.act, **({"refusal": refusal["code"]} if refusal else {})},
    )


def _repair(repair: Repair) -> Iterator[Moment]:
    """Asked for, decided and done are three moments of different people."""
    is_done = repair.status is RepairStatus.DONE
    decision = RepairStatus.APPROVED if is_done else repair.status
    for at, who, state in (
        (repair.requested_at, repair.requested_by, RepairStatus.REQUESTED),
        (repair.decided_at, repair.decided_by or repair.requested_by, decision),
        (repair.done_at, REDRESS, RepairStatus.DONE),
    ):
        if at is not None:
            facts = {"repair": state, "point": repair.point}
            yield Moment(at=at, lane=Lane.PEOPLE, what=Happening.REPAIR, who=who, facts=facts)


def _notice(notice: NoticeSent) -> Iterator[Moment]:
    facts: Mapping[str, str] = {"about": notice.about}
    yield _of_notice(notice, notice.written_at, Happening.NOTICE_WRITTEN, facts)
    if notice.sent_at is not None:
        yield _of_notice(notice, notice.sent_at, Happening.NOTICE_SENT, facts)
    if notice.read_at is not None:
        yield _of_notice(notice, notice.read_at, Happening.NOTICE_READ, facts)
    if notice.delivery is Delivery.DEAD:
        # Nobody wrote down when it was given up; it was after the writing.
        dead = {**facts, "attempts": str(notice.attempts), "error": notice.last_error or ""}
        yield _of_notice(notice, notice.written_at, Happening.NOTICE_DEAD, dead)


def _of_notice(
    notice: NoticeSent, at: datetime, what: Happening, facts: Mapping[str, str]
) -> Moment:
    return Moment(
        at=at,
        lane=Lane.NOTICES,
        what=what,
        version=notice.version,
        who=notice.recipient,
        facts=facts,
    )
