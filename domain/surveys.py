"""Surveys after the closing: which one is offered, until when, and whether it can be answered."""

from dataclasses import replace
from datetime import datetime, timedelta

from domain.afterwards import Survey
from domain.case import Case, Milestone
from domain.conditions import holds
from domain.errors import Refusal, Refused
from domain.events import Event
from domain.policy import CaseRules, TimeUnit

PLAIN: dict[TimeUnit, timedelta] = {
    TimeUnit.CALENDAR_DAY: timedelta(days=1),
    TimeUnit.CLOCK_HOUR: timedelta(hours=1),
    TimeUnit.SECOND: timedelta(seconds=1),
}
"""Units that no calendar is needed for: a customer knows nothing of the bank's working days."""


def with_survey(case: Case, conduct: CaseRules, at: datetime) -> Case:
    """The case with a survey offered now, in place of one that is open."""
    if conduct.survey is None:
        raise Refused(Refusal.NO_SURVEY_HERE)
    span = conduct.survey.open_for
    offered = Survey(
        number=len(case.surveys) + 1,
        offered_at=at,
        closes_at=at + span.amount * PLAIN[span.unit],
    )
    return replace(case, surveys=(*case.surveys, offered))


def with_survey_called_for(case: Case, conduct: CaseRules, event: Event, at: datetime) -> Case:
    """The case with a survey, where the pack offers one by itself after this."""
    rules = conduct.survey
    if rules is None or not rules.when:
        return case
    facts = conduct.facts_of(case) | {"event": frozenset({event})}
    return with_survey(case, conduct, at) if holds(rules.when, facts) else case


def open_survey(case: Case, at: datetime) -> Survey | None:
    """The survey that can be answered now: the newest, unanswered, not run out, and about how the
    case ended, so none from before it was taken up again."""
    newest = case.surveys[-1] if case.surveys else None
    if newest is None or newest.answered_at is not None or at >= newest.closes_at:
        return None
    reopened = case.reached(Milestone.REOPENED)
    return None if reopened is not None and newest.offered_at < reopened else newest
