"""A newer version of a calendar for the cases that are under way: one act for each case."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from desk.cases import ActOutcome, ActStatus, CaseDesk
from domain.acts import ApplyCalendar
from domain.case import Actor
from domain.working_time import WorkingCalendar
from store.database import Sessions
from store.policies.calendar_changes import CalendarChange, changes_by
from store.policies.calendar_versions import publish_calendar


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """What became of the act on one case."""

    reference: str
    outcome: ActOutcome


def rehearse(sessions: Sessions, calendar: WorkingCalendar) -> tuple[CalendarChange, ...]:
    """What applying this version would change; nothing is written."""
    with sessions() as session:
        return tuple(changes_by(session, calendar))


def apply_calendar(
    sessions: Sessions,
    desk: CaseDesk,
    calendar: WorkingCalendar,
    changes: Iterable[CalendarChange],
    by: Actor,
) -> Iterator[Applied]:
    """Have each of these cases count its days by this version, one after the other. Interrupted, it
    is simply begun again: a case that has been changed is no longer among the changes. Ends with
    the first case whose workflow does not answer.
    """
    with sessions.begin() as session:
        # First of all: a case that counts by it must find it.
        version = publish_calendar(session, calendar)
    for change in changes:
        outcome = desk.act(
            # The same for the same case as it stands, whoever is interrupted how often.
            command_id=f"calendar/{version}/{change.reference}/{change.version}/{by.person}",
            reference=change.reference,
            act=ApplyCalendar(calendar=version, instead_of=change.calendar),
            words={},
            by=by,
        )
        yield Applied(reference=change.reference, outcome=outcome)
        if outcome.taken is ActStatus.WAITING:
            return
