"""What a pack may ask about a case before a limit, a gate, a task or a route applies to it."""

from collections.abc import Mapping
from enum import StrEnum

from domain.case import BREACH, Case, Milestone, Status
from domain.classification import (
    Category,
    Channel,
    DeadlineClass,
    Level,
    Mark,
    Responsibility,
    Satisfaction,
    Severity,
    Situation,
    Validity,
)
from domain.events import Event
from domain.hand_over import HandOverKind, waiting_items
from domain.improvement import ImprovementStage

When = Mapping[str, tuple[str, ...]]
"""Conditions as a pack writes them: `severity: [major]`. All must hold, each by any word."""


class YesNo(StrEnum):
    """The answer to a plain question."""

    YES = "yes"
    NO = "no"


CONDITIONS: Mapping[str, type[StrEnum] | None] = {
    "status": Status,
    "channel": Channel,
    "deadline_class": DeadlineClass,
    "severity": Severity,
    "level": Level,
    "category": Category,
    "mark": Mark,
    "situation": Situation,
    "reached": Milestone,
    "validity": Validity,
    "responsibility": Responsibility,
    "event": Event,
    "satisfaction": Satisfaction,
    "improvement": ImprovementStage,
    "hand_over": HandOverKind,
    "has_sender": YesNo,
    "breached": None,
}
"""Every fact a condition may name, and the words it may take; None for names of clocks."""


def facts_of(case: Case, deadline_class: DeadlineClass) -> dict[str, frozenset[str]]:
    """What can be said of a case in the words of conditions."""
    ended = case.disposition
    return {
        "status": frozenset({case.status}),
        "channel": frozenset({case.channel}),
        "deadline_class": frozenset({deadline_class}),
        "severity": frozenset({case.severity}),
        "level": frozenset({case.level}),
        "category": frozenset({case.category} if case.category else ()),
        "mark": frozenset(case.marks),
        "situation": frozenset({case.situation or Situation.ORDINARY}),
        "reached": frozenset(each.milestone for each in case.milestones),
        "validity": frozenset({ended.validity} if ended else ()),
        "responsibility": frozenset({ended.responsibility} if ended else ()),
        "satisfaction": frozenset(each.satisfaction for each in case.verdicts[-1:]),
        "improvement": frozenset(each.stage for each in case.improvements[-1:]),
        "hand_over": frozenset(each.kind for each in waiting_items(case)),
        "has_sender": frozenset({YesNo.YES if case.sender else YesNo.NO}),
        "breached": frozenset(each.clock for each in case.fired if each.step == BREACH),
    }


def holds(when: When, facts: Mapping[str, frozenset[str]]) -> bool:
    """Whether each condition is met by at least one of the facts of its name."""
    return all(facts.get(name, frozenset()).intersection(wanted) for name, wanted in when.items())
