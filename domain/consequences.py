"""What a pack lets follow by itself from a change to a case: tasks that offices are given, or have
done by it; a survey; a closed file.
"""

from dataclasses import replace
from datetime import datetime

from domain.case import Case
from domain.classification import Role
from domain.events import Event
from domain.policy import CaseRules
from domain.surveys import with_survey_called_for
from domain.tasks.giving import tasks_after


def with_consequences(
    case: Case, conduct: CaseRules, *, event: Event, at: datetime, by: str
) -> Case:
    """The case after what somebody did to it: restricted, and with its tasks as the pack asks."""
    case = replace(case, tasks=tasks_after(case, conduct, event=event, at=at, by=by))
    case = with_survey_called_for(case, conduct, event, at)
    roles = restricted_by(case, conduct)
    if roles and not case.restricted_to:
        # The unit's own people lose sight of it, the handler among them.
        case = replace(case, restricted_to=roles, handler=None)
    return case


def restricted_by(case: Case, conduct: CaseRules) -> tuple[Role, ...]:
    """The office that such a case is handed to; empty for one that is open to ordinary eyes."""
    return next((each.roles for each in conduct.restrictions if conduct.meets(case, each.when)), ())
