"""What administrators see and do about cases that are held up."""

import logging
import threading
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from time import monotonic

from temporalio.service import RPCError

from domain.approvals import Approval, ApprovalKind, ApprovalOutcome
from domain.case import Actor
from domain.errors import Refusal, Refused
from domain.failures import FailureCause, Incident, incidents_of
from domain.permission_names import Permission
from domain.permissions import holds, may, not_your_role
from domain.relations import Reader
from domain.statuses import RepairStatus
from engine.connection import EngineAway, TemporalConnection
from engine.listening import workers_heard
from engine.repair import Retried, incidents_now, latest_run, retry
from engine.reset_points import PREVIEW, Preview, ResetPoint, preview, reset_points
from engine.runs import Run
from store.approvals.requests import CarryOut, ask_for, decide
from store.database import DatabaseSession, Sessions
from store.evidence.audit import Action, note
from store.operations import incidents, repairs, retries
from store.operations.failures import HELD_UP_AFTER, hurry, stored_failures
from store.operations.incidents import Assignment
from store.operations.repairs import Repair
from store.operations.retries import Retries
from store.scope import hidden_among, reader_of, relations_in
from workflows.names import TASK_QUEUE

log = logging.getLogger(__name__)

ENGINE_PATIENCE = timedelta(seconds=10)
"""How long a page waits for the engine before it shows the rows' part alone (default)."""

FRESH_FOR = timedelta(minutes=1)
"""How old a look may be before somebody who asks causes the next one (default)."""


class LastLook:
    """The cases of the last look. Whoever asks is told of that one at once; an old one is followed
    by another, one at a time, beside the page."""

    def __init__(self, fresh_for: timedelta = FRESH_FOR) -> None:
        self._fresh_for = fresh_for.total_seconds()
        self._looks = threading.Lock()
        self._found: frozenset[str] = frozenset()
        self._looked_at: float | None = None

    def note(self, found: Collection[str]) -> None:
        """Somebody has just looked."""
        self._found = frozenset(found)
        self._looked_at = monotonic()

    def found(self, look: Callable[[], object]) -> frozenset[str]:
        """What was found last. `look` notes what it finds itself."""
        is_old = self._looked_at is None or monotonic() - self._looked_at > self._fresh_for
        if is_old and self._looks.acquire(blocking=False):
            threading.Thread(target=self._look, args=(look,), name="look", daemon=True).start()
        return self._found

    def _look(self, look: Callable[[], object]) -> None:
        try:
            look()
        except Exception:
            self._looked_at = monotonic()  # The next one comes in its time.
            log.exception("nobody can say what fails")
        finally:
            self._looks.release()


@dataclass(frozen=True, slots=True, kw_only=True)
class FailedCases:
    """What is wrong, that which holds up most cases first."""

    incidents: tuple[Incident, ...]
    workers: int | None
    """How many the engine has heard lately; None when it is away."""

    @property
    def engine_is_away(self) -> bool:
        return self.workers is None

    @property
    def references(self) -> frozenset[str]:
        """The cases that something is wrong with."""
        return frozenset(
            each.reference for incident in self.incidents for each in incident.failures
        )

    def incident(self, key: str) -> Incident | None:
        """One of them, if it is still there."""
        return next((each for each in self.incidents if each.key == key), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rewinding:
    """The points one run of a case can be taken back to."""

    reference: str
    run_id: str
    points: tuple[ResetPoint, ...]


class RepairShop:
    """What administrators see and do about cases that are held up."""

    def __init__(
        self,
        sessions: Sessions,
        temporal: TemporalConnection,
        *,
        patience: timedelta = HELD_UP_AFTER,
    ) -> None:
        self._sessions = sessions
        self._temporal = temporal
        self._patience = patience
        self._last_look = LastLook()

    def how_many_cases(self, reader: Reader) -> int:
        """How many cases were held up when somebody last looked, of those this person may read;
        no page waits for the engine to say it."""
        about = self._last_look.found(self._failed_cases)
        if not about:
            return 0
        with self._sessions() as session:
            return len(about - hidden_among(session, Permission.READ_CASE, reader, about))

    def failed_cases(self, reader: Reader | None = None) -> FailedCases:
        """Everything that is held up, grouped by cause; for a person, of the cases they may read.
        Nobody in particular asks at a terminal of this machine.
        """
        found = self._failed_cases()
        if reader is None:
            return found
        about = found.references
        with self._sessions() as session:
            hidden = hidden_among(session, Permission.READ_CASE, reader, about)
        shown = (
            each
            for incident in found.incidents
            for each in incident.failures
            if each.reference not in hidden
        )
        return replace(found, incidents=incidents_of(shown))

    def _failed_cases(self) -> FailedCases:
        found = self._look()
        self._last_look.note(found.references)
        return found

    def _look(self) -> FailedCases:
        try:
            everything = self._temporal.call(
                lambda client: incidents_now(client, self._sessions, self._patience),
                within=ENGINE_PATIENCE,
            )
            workers = self._temporal.call(
                lambda client: workers_heard(client, TASK_QUEUE, within=ENGINE_PATIENCE),
                within=ENGINE_PATIENCE,
            )
        except (EngineAway, RPCError):
            with self._sessions() as session:
                found = stored_failures(session, self._patience)
            return FailedCases(incidents=incidents_of(found), workers=None)
        return FailedCases(incidents=everything, workers=workers)

    def retry(self, reference: str, by: Actor) -> Retried:
        """Have everything that is held up about a case tried again now. Raises `Refused`."""
        with self._sessions.begin() as session:
            _require_repairing(session, reference, by)
            hurry(session, reference)
            note(session, Action.REPAIR_RETRIED, by=by.person, subject=reference)
        try:
            return self._temporal.call(
                lambda client: retry(client, reference), within=ENGINE_PATIENCE
            )
        except (EngineAway, RPCError):
            return Retried.ENGINE_AWAY

    def retry_all(self, key: str, reader: Reader, by: Actor) -> bool:
        """Have every case of an incident, of those this person may read and mend, tried again, one
        of them first; says whether the incident is still there. Raises `Refused` when that is none.
        """
        incident = self.failed_cases(reader).incident(key)
        if incident is None or incident.cause is FailureCause.NOTICE_DEAD:
            return False
        with self._sessions.begin() as session:
            theirs = [
                each for each in incident.failures if _may_repair(session, each.reference, by)
            ]
            if not theirs:
                _require_repairing(session, incident.failures[0].reference, by)
            retries.begin(session, replace(incident, failures=tuple(theirs)), by.person)
        return True

    def in_hand(self, reader: Reader | None = None) -> tuple[Assignment, ...]:
        """The incidents that somebody has in hand; for a person, those of which they may read a
        case."""
        with self._sessions() as session:
            return tuple(
                each
                for each in incidents.open_assignments(session)
                if reader is None
                or hidden_among(session, Permission.READ_CASE, reader, each.cases)
                < frozenset(each.cases)
            )

    def who_may_have(self, incident: Incident) -> tuple[str, ...]:
        """Those to whom an incident may be handed."""
        with self._sessions() as session:
            return incidents.who_may_have(session, incident)

    def assign(self, incident: Incident, person: str, by: Actor, *, seen: int | None) -> None:
        """Hand an incident to somebody. `seen` is the assignment that stood when this was asked
        for. Raises `Refused`."""
        with self._sessions.begin() as session:
            incidents.assign(session, incident, person, by, seen=seen)

    def take_back(self, assignment_id: int, reader: Reader, by: Actor) -> bool:
        """Make an incident nobody's again; says whether it was in somebody's hands, as far as this
        person may know."""
        if assignment_id not in {each.id for each in self.in_hand(reader)}:
            return False
        with self._sessions.begin() as session:
            return incidents.take_back(session, assignment_id, by)

    def stop(self, retries_id: str, by: Actor) -> bool:
        """Try no further case of them; says whether there was something to stop."""
        with self._sessions.begin() as session:
            return retries.stop(session, retries_id, by.person)

    def resume(self, retries_id: str, by: Actor) -> bool:
        """Go on with those that are left; says whether there was something at rest."""
        with self._sessions.begin() as session:
            return retries.resume(session, retries_id, by.person)

    def retries(self) -> tuple[Retries, ...]:
        """What is tried again together, or was until a moment ago."""
        with self._sessions() as session:
            return retries.to_show(session)

    def points_of(self, reference: str, by: Actor) -> Rewinding:
        """Where the latest run of a case can be taken back to. Raises `EngineAway`, `Refused`."""
        self._require(reference, by)
        run = self._latest_run(reference)
        return Rewinding(reference=reference, run_id=run.run_id, points=reset_points(run))

    def preview_of(self, reference: str, event_id: int, by: Actor) -> Preview:
        """What taking the case back to a point would do. Raises `EngineAway`, and `Refused` for
        a point that is none."""
        self._require(reference, by)
        return _previewed(self._latest_run(reference), event_id)

    def request(
        self, *, repair_id: str, reference: str, event_id: int, reason: str, by: Actor
    ) -> Repair:
        """Ask a second administrator to take a case back. The same id again is one request."""
        shown = self.preview_of(reference, event_id, by)
        preview = PREVIEW.dump_python(shown, mode="json")
        with self._sessions.begin() as session:
            asked = ask_for(
                session,
                ApprovalKind.RESET,
                id=repair_id,
                subject=reference,
                request=repairs.wish_of(shown.run_id, event_id, shown.point.after, preview),
                reason=reason,
                by=by.person,
            )
            return repairs.read(session, asked.id)

    def approve(self, repair_id: str, *, digest: str, by: Actor) -> Repair:
        """Agree to what `digest` stands for. Raises `Refused` for one's own request, and when the
        case has moved on since this person looked; one that has moved on since it was asked for
        stays as it is, and whoever asked hears.
        """
        asked = self.read(repair_id, by)
        if asked.status is not RepairStatus.REQUESTED:
            return asked
        if asked.requested_by == by.person:
            raise Refused(Refusal.OWN_REQUEST)
        run = self._latest_run(asked.reference)
        # In another run its point may be none, or be something else.
        now = _previewed(run, asked.event_id) if run.run_id == asked.run_id else None
        if now is not None and now.digest() != digest:
            raise Refused(Refusal.CHANGED_MEANWHILE)

        def order(session: DatabaseSession, approval: Approval) -> None:
            if now is None:
                raise Refused(Refusal.CHANGED_MEANWHILE)
            repairs.order(session, approval, PREVIEW.dump_python(now, mode="json"))

        return self._decided(repair_id, ApprovalOutcome.APPROVED, by, order)

    def decline(self, repair_id: str, by: Actor, why: str = "") -> Repair:
        """Leave the case as it is. Whoever asked takes the request back so; another says why."""
        asked = self.read(repair_id, by)
        is_own = asked.requested_by == by.person
        outcome = ApprovalOutcome.TAKEN_BACK if is_own else ApprovalOutcome.DECLINED
        return self._decided(repair_id, outcome, by, _leave_alone, why)

    def _decided(
        self,
        repair_id: str,
        outcome: ApprovalOutcome,
        by: Actor,
        carry_out: CarryOut,
        why: str = "",
    ) -> Repair:
        with self._sessions.begin() as session:
            decide(session, repair_id, outcome, by=by, carry_out=carry_out, why=why)
            return repairs.read(session, repair_id)

    def waiting(self, reader: Reader) -> tuple[Repair, ...]:
        """Repairs of the cases that somebody may read, to be decided or on their way."""
        with self._sessions() as session:
            return repairs.waiting(session, reader)

    def read(self, repair_id: str, by: Actor) -> Repair:
        """One repair; raises `Refused` when there is none, or none that is this person's to decide
        on."""
        with self._sessions() as session:
            repair = repairs.read(session, repair_id)
            _require_repairing(session, repair.reference, by)
        return repair

    def _require(self, reference: str, by: Actor) -> None:
        with self._sessions() as session:
            _require_repairing(session, reference, by)

    def _latest_run(self, reference: str) -> Run:
        run = self._temporal.call(
            lambda client: latest_run(client, reference), within=ENGINE_PATIENCE
        )
        if run is None:
            raise Refused(Refusal.UNKNOWN_REFERENCE, reference=reference)
        return run


def _previewed(run: Run, event_id: int) -> Preview:
    """What taking a run back to a point would do; raises `Refused` for a point that is none."""
    try:
        return preview(run, event_id, datetime.now(UTC))
    except KeyError:
        raise Refused(Refusal.CHANGED_MEANWHILE) from None


def _require_repairing(session: DatabaseSession, reference: str, by: Actor) -> None:
    """Raises `Refused`: neither who is complained about nor who handles the case has a hand in its
    repair, and what an office has to itself is not there for others.
    """
    if not holds(by.roles, Permission.REPAIR):
        raise not_your_role(Permission.REPAIR)
    if not _may_repair(session, reference, by):
        raise Refused(Refusal.UNKNOWN_REFERENCE, reference=reference)


def _may_repair(session: DatabaseSession, reference: str, by: Actor) -> bool:
    reader = reader_of(session, by)
    relations = relations_in(session, reader, reference)
    return relations is not None and may(Permission.REPAIR, reader.roles, relations)


def _leave_alone(session: DatabaseSession, approval: Approval) -> None:
    """What is declined is not carried out."""
