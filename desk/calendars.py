"""A newer version of a calendar for the cases that are under way: one act for each case."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from desk.approvals.agreements import Agreement, agreement
from desk.cases import ActOutcome, ActStatus, CaseDesk
from domain.acts import ApplyCalendar
from domain.approvals import SHOWN, ApprovalKind
from domain.case import Actor
from domain.working_time import WorkingCalendar
from store.approvals.requests import collect
from store.database import Sessions
from store.evidence.audit import Action, note
from store.policies.calendar_changes import CalendarChange, changes_by
from store.policies.calendar_versions import publish_calendar, version_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """What became of the act on one case."""

    reference: str
    outcome: ActOutcome


def rehearse(sessions: Sessions, calendar: WorkingCalendar) -> tuple[CalendarChange, ...]:
    """What applying this version would change; nothing is written."""
    with sessions() as session:
        return tuple(changes_by(session, calendar))


def agreed_to(
    sessions: Sessions,
    calendar: WorkingCalendar,
    changes: Sequence[CalendarChange],
    by: Actor,
    *,
    reason: str,
) -> Agreement:
    """Whether another has agreed that open cases go by this version; else they are asked. They read
    which dates would move now; a case that comes later moves with the others.
    """
    moved = [
        {
            "case": change.reference,
            "clock": each.clock,
            "before": _instant(each.due_at),
            "after": _instant(each.would_be_at),
        }
        for change in changes
        for each in change.moved
    ]
    with sessions.begin() as session:
        return agreement(
            session,
            ApprovalKind.APPLY_CALENDAR,
            subject=version_of(calendar),
            request={SHOWN: {"cases": len(changes), "moved": len(moved), "changes": moved}},
            by=by,
            reason=reason,
        )


def finish_applying(
    sessions: Sessions, calendar: WorkingCalendar, agreed: Agreement, by: Actor
) -> None:
    """It has been applied to every case there was, so the agreement is used up."""
    with sessions.begin() as session:
        facts = {}
        if agreed.request is not None:
            collect(session, agreed.request)
            facts = {"approved_by": str(agreed.request.decided_by)}
        note(session, Action.CALENDAR_APPLIED, by=by.person, subject=version_of(calendar), **facts)


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
        if outcome.status is ActStatus.WAITING:
            return


def _instant(instant: datetime | None) -> str | None:
    return instant.isoformat() if instant else None
