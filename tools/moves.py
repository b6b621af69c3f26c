"""What every act does, found out by trying each in every status a case may stand in."""

from collections.abc import Iterator, Mapping
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from itertools import product
from types import UnionType
from typing import Any, get_args, get_type_hints

from domain.acts import (
    ACTS,
    Act,
    ActContext,
    decide,
)
from domain.afterwards import Spotted, Survey
from domain.case import (
    Actor,
    Case,
    CaseTask,
    Disposition,
    ExtensionRequest,
    Fired,
    Milestone,
    Pause,
    Status,
)
from domain.case_reports import CaseReport
from domain.classification import (
    Category,
    Channel,
    CustomerTier,
    Level,
    Mark,
    Responsibility,
    Role,
    Severity,
    Validity,
)
from domain.clocks.ledger import Clock
from domain.errors import Refused
from domain.events import Event
from domain.filings import Filing
from domain.findings import Finding, FindingStage, Involvement
from domain.improvement import Improvement, ImprovementStage
from domain.penalties import ImposedPenalty, PenaltySchedule, Sanction
from domain.policy import CaseRules, FindingRules, Nature, Span, SurveyRules, TimeUnit

Moves = Mapping[type[Act], Mapping[Status, frozenset[Status]]]
"""Of each act: where it can be done, and where the case may stand afterwards."""

ONE, OTHER = "one", "other"
"""Every unit, person, clock and task of these cases has one of two names, so that each fact of an
act can be that of the case, or another."""

NOW = datetime(2026, 11, 9, 2, 0, tzinfo=UTC)
LATER = NOW + timedelta(days=1)

EVERYBODY = Actor(person=ONE, roles=tuple(Role), unit="above both", level=Level.HEAD_OFFICE)

RULES = CaseRules(
    deadline_classes={},
    accepts_demands=True,
    survey=SurveyRules(
        open_for=Span(amount=1, unit=TimeUnit.CALENDAR_DAY), when={}, rule="default"
    ),
    findings=FindingRules(
        reply_within=Span(amount=1, unit=TimeUnit.CALENDAR_DAY),
        appeal_within=Span(amount=1, unit=TimeUnit.CALENDAR_DAY),
        decided_by=Role.HR,
        leads_to_penalties=True,
        rule="default",
    ),
    emergency_cash_fen=dict.fromkeys(CustomerTier, 1),
    penalties=(
        PenaltySchedule(
            name=ONE,
            posts=(ONE, Involvement.DIRECT_PERSON),
            at_least_fen=1,
            at_most_fen=1,
            withholds_pay_of=(),
            holds_responsible=(),
            rule="default",
        ),
    ),
)

CLOCK = Clock(
    key=ONE,
    limit=ONE,
    rule="default",
    nature=Nature.INTERNAL,
    anchor=Milestone.RECEIVED,
    anchor_at=NOW,
    due_at=NOW,
    due_on=None,
    stopped_at=None,
    superseded=False,
    breached=True,
    pausable=True,
    extendable=True,
    steps=(),
    proof="",
)

NOTHING_PENDING = Case(
    reference="C-1",
    policy="any",
    calendar=ONE,
    received_at=NOW,
    channel=Channel.PHONE,
    unit=ONE,
    level=Level.OUTLET,
    first_owner=ONE,
    category=Category.ANONYMOUS,
    marks=(Mark.REPEAT,),
)

EVERYTHING_PENDING = (
    replace(
        NOTHING_PENDING,
        sender="somebody",
        disposition=Disposition(validity=Validity.VALID, responsibility=Responsibility.BANK),
        pauses=(Pause(since_at=NOW),),
        extension_request=ExtensionRequest(
            clock=ONE, until_at=LATER, requested_by=OTHER, requested_at=NOW
        ),
        disputed_with=OTHER,
        tasks=(CaseTask(name=ONE, role=Role.LEGAL, level=None, rule="default", opened_at=NOW),),
        fired=(Fired(clock=ONE, step=ONE, planned_at=NOW, at=NOW),),
        surveys=(Survey(number=1, offered_at=NOW, closes_at=LATER),),
        spotted=(Spotted(cases=(ONE,), at=NOW),),
        held_since=NOW,
    )
    .reach(Milestone.DELIVERED, Milestone.FORWARDED, Milestone.LOSS_REPORTED, at=NOW)
    .reach(Milestone.APPEALED, at=NOW)
)

NAMED_AND_RESTRICTED = replace(
    NOTHING_PENDING, person_complained_about=OTHER, restricted_to=(Role.DISCIPLINE,)
)

IMPROVED = tuple(
    replace(NOTHING_PENDING, improvements=(Improvement(number=1, steps=(), stage=stage),))
    for stage in ImprovementStage
)


FINDINGS = tuple(
    replace(
        EVERYTHING_PENDING,
        findings=(
            Finding(
                person=ONE,
                involvement=Involvement.DIRECT_PERSON,
                proposed_by=OTHER,
                proposed_at=NOW,
                reply_until_at=NOW,
                appeal_until_at=LATER,
                stage=stage,
            ),
        ),
    )
    for stage in FindingStage
)

PENALISED = replace(
    next(each for each in FINDINGS if each.findings[0].stage is FindingStage.CONFIRMED),
    imposed=(
        ImposedPenalty(
            number=1,
            person=ONE,
            schedule=OTHER,
            post=Involvement.DIRECT_PERSON,
            measure=Sanction.FINE,
            amount_fen=1,
            rule="default",
            imposed_by=OTHER,
            approved_by=None,
            imposed_at=NOW,
        ),
    ),
)

NAMED_THERE: Mapping[str, tuple[Any, ...]] = {
    "penalty": ("1",),
    "items": (("penalty/1",),),
    "undone": (Event.ASSIGNED, Event.REPLIED),
}
"""Facts by which an act names something of the case, or of its journal."""


REPORTED = tuple(
    replace(
        EVERYTHING_PENDING,
        severity=Severity.MAJOR,
        reports=(CaseReport(key=ONE, drafted_at=NOW, filing=filing),),
    )
    for filing in (Filing(), Filing(submissions=1), Filing(submissions=1, receipts=(1,)))
)
"""A report to the regulator as a draft, submitted, and acknowledged."""

MAJOR = replace(NOTHING_PENDING, severity=Severity.MAJOR)


def observed() -> Moves:
    """What every act does, found out by trying."""
    return {act: _moves_of(act) for act in ACTS}


def _moves_of(act: type[Act]) -> Mapping[Status, frozenset[Status]]:
    seen: dict[Status, set[Status]] = {}
    by = EVERYBODY if act.done_by is None else replace(EVERYBODY, person=act.done_by, roles=())
    for case, attempt in product(_cases(), attempts(act)):
        words = frozenset(attempt.words)
        context = ActContext(by=by, at=NOW, words=words, conduct=RULES, clocks=(CLOCK,))
        try:
            seen.setdefault(case.status, set()).add(decide(attempt, case, context, None).status)
        except Refused:
            continue
    return {status: frozenset(seen[status]) for status in Status if seen.get(status)}


def _cases() -> Iterator[Case]:
    """Cases in every status: with and without a handler, a task, a wait, a dispute, an appeal, a
    survey; about somebody; with one office; with an improvement, a finding and a report to the
    regulator at each step; with a penalty."""
    for status, handler in product(Status, (None, ONE)):
        for case in (
            NOTHING_PENDING,
            EVERYTHING_PENDING,
            NAMED_AND_RESTRICTED,
            *IMPROVED,
            *FINDINGS,
            PENALISED,
            *REPORTED,
            MAJOR,
        ):
            yield replace(case, status=status, handler=handler)


def attempts(act: type[Act]) -> Iterator[Act]:
    """The act with one set of facts, then with each fact in turn as it may be instead."""
    kinds = get_type_hints(act)
    choices = {
        each.name: NAMED_THERE.get(each.name) or _choices(kinds[each.name])
        for each in fields(act)
        if each.name != "kind"
    }
    first: dict[str, Any] = {name: values[0] for name, values in choices.items()}
    yield act(**first)
    for name, values in choices.items():
        for value in values[1:]:
            yield act(**{**first, name: value})


def _choices(kind: Any) -> tuple[Any, ...]:
    """Values that a fact of this type may have."""
    if isinstance(kind, UnionType):
        kind = next(each for each in get_args(kind) if each is not type(None))
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return tuple(kind)
    if kind == tuple[str, ...]:
        return (), (OTHER,)
    simple = {bool: (False, True), int: (1,), datetime: (LATER,), str: (ONE, OTHER)}
    return simple.get(kind, ((),))
