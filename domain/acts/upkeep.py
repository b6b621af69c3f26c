"""What administrators do to cases as such, without a look at what they are about."""

from dataclasses import dataclass, replace
from typing import Literal

from domain.acts.base import Act, ActContext
from domain.case import OPEN, Case, Status
from domain.errors import Refusal, Refused
from domain.events import Event
from domain.permission_names import Permission


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplyCalendar(Act):
    """Count the days of a case by a newer version of its calendar; its clocks are planned anew."""

    kind: Literal["apply_calendar"] = "apply_calendar"
    calendar: str
    """Name and digest of the newer version, which has been published."""
    instead_of: str
    """The version that whoever decided this saw the days counted by."""

    event = Event.CALENDAR_APPLIED
    permission = Permission.APPLY_CALENDAR
    statuses = frozenset(Status)
    is_free_of_version = True
    is_upkeep = True

    def apply(self, case: Case, context: ActContext) -> Case:
        if case.calendar != self.instead_of:
            raise Refused(Refusal.CHANGED_MEANWHILE)
        return replace(case, calendar=self.calendar)


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeBack(Act):
    """Take a case from a handler who comes in no more, or works below somebody complained about, so
    that it waits to be given to somebody, and the supervisor hears of it."""

    kind: Literal["take_back"] = "take_back"
    handler: str
    """Who had it; if that is somebody else by now, nothing is taken from them."""

    event = Event.TAKEN_BACK
    permission = Permission.TAKE_BACK
    leads_to = OPEN - {Status.ASSIGNED}  # given and not begun, it is received again; else it stays
    is_upkeep = True

    def apply(self, case: Case, context: ActContext) -> Case:
        if case.handler != self.handler:
            raise Refused(Refusal.CHANGED_MEANWHILE)
        status = Status.RECEIVED if case.status is Status.ASSIGNED else case.status
        return replace(case, handler=None, status=status)
