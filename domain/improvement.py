"""Improvements: what is to become better because of one or several complaints, in the four steps
of plan, do, check, act (S-20), each by somebody, at a date, with what was done (S-23).
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from domain.events import Event


class ImprovementStage(StrEnum):
    """Which step an improvement waits for."""

    TO_PLAN = "to_plan"
    TO_DO = "to_do"
    TO_CHECK = "to_check"
    TO_CONCLUDE = "to_conclude"
    """What worked is made the rule, and what is left over is listed."""
    CONCLUDED = "concluded"


class CheckResult(StrEnum):
    """Whether what was done has made it better."""

    WORKED = "worked"
    PARTLY = "partly"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class ImprovementStep:
    """A step that was taken; its words lie with the journal entry of that instant."""

    event: Event
    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Improvement:
    """Something that is to become better. It belongs to the case that led to it."""

    number: int
    """Counts them within their case."""
    steps: tuple[ImprovementStep, ...]
    """The first is the proposal."""
    also: tuple[str, ...] = ()
    """References of further cases that show the same."""
    stage: ImprovementStage = ImprovementStage.TO_PLAN
    person: str | None = None
    """Who carries it out, by the plan."""
    until_at: datetime | None = None
    result: CheckResult | None = None
    carried_from: int | None = None
    """The one of which this is what was left over."""

    @property
    def is_open(self) -> bool:
        return self.stage is not ImprovementStage.CONCLUDED

    def stepped(
        self, event: Event, stage: ImprovementStage, by: str, at: datetime
    ) -> "Improvement":
        """The same after a step."""
        step = ImprovementStep(event=event, by=by, at=at)
        return replace(self, stage=stage, steps=(*self.steps, step))


def proposed(
    number: int, event: Event, by: str, at: datetime, also: tuple[str, ...] = ()
) -> Improvement:
    """A new one, which somebody must plan."""
    return Improvement(
        number=number, steps=(ImprovementStep(event=event, by=by, at=at),), also=also
    )


Period = tuple[date, date]
"""The first and the last day of the days that one list is for."""


def stands_on_list(
    improvement: Improvement,
    period: Period,
    day_of: Callable[[datetime], date],
    period_of: Callable[[date], Period],
) -> bool:
    """Whether it stands on the list of a period: from the one in which it was proposed, of a
    leftover the one after, to the one in which it was concluded (S-20).
    """
    begins, ends = period
    listed_from = day_of(improvement.steps[0].at)
    if improvement.carried_from is not None:
        listed_from = period_of(listed_from)[1] + timedelta(days=1)
    concluded = None if improvement.is_open else day_of(improvement.steps[-1].at)
    last = concluded if concluded is None else max(concluded, listed_from)
    return listed_from <= ends and (last is None or last >= begins)
