"""What follows by itself from a change to a case: tasks that offices are given, or have done by it;
a survey; a closed file; penalties that have nothing to rest on any more.
"""

from dataclasses import replace
from datetime import datetime

from domain.case import Case
from domain.classification import Role
from domain.events import Event
from domain.penalties import undone_for
from domain.policy import CaseRules
from domain.reporting import answerable_in
from domain.surveys import with_survey_called_for
from domain.tasks.giving import tasks_after


def with_consequences(
    case: Case, conduct: CaseRules, *, event: Event, at: datetime, by: str
) -> Case:
    """The case after what somebody did to it: restricted, and with its tasks as the pack asks."""
    case = _without_baseless_penalties(case, at)
    case = replace(case, tasks=tasks_after(case, conduct, event=event, at=at, by=by))
    case = with_survey_called_for(case, conduct, event, at)
    roles = restricted_by(case, conduct)
    if roles and not case.restricted_to:
        # The unit's own people lose sight of it, the handler among them.
        case = replace(case, restricted_to=roles, handler=None)
    return case


def _without_baseless_penalties(case: Case, at: datetime) -> Case:
    """A penalty stands while its person answers for a justified complaint: whatever takes that away
    undoes it, be it an appeal, a reversal, a reopening, or an outcome that was set right."""
    penalised = frozenset(each.person for each in case.imposed if each.stands)
    baseless = penalised - answerable_in(case) if penalised else penalised
    if not baseless:
        return case
    return replace(case, imposed=undone_for(case.imposed, baseless, at))


def restricted_by(case: Case, conduct: CaseRules) -> tuple[Role, ...]:
    """The office that such a case is handed to; empty for one that is open to ordinary eyes."""
    return next((each.roles for each in conduct.restrictions if conduct.meets(case, each.when)), ())
