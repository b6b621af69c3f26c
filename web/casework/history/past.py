"""A case as it stood, and what became otherwise, in words."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from desk.history.past import Difference, Side, Standing, facts_of
from domain.case import CaseTask, Fired
from domain.clocks.ledger import Clock
from web.base.phrases import LazyString, _, _l
from web.kit.countdown import Tone
from web.wording.amounts import when
from web.wording.clocks import clock_name, clock_step
from web.wording.facts import fact_words
from web.wording.fields import label
from web.wording.names import person_name, told_to
from web.wording.policies import task_of_key

UNTOLD = frozenset({"calendar"})
"""What says something by its change alone."""


OF_A_CASE: Mapping[str, LazyString] = {
    "first_owner": _l("First owner"),
    "version": _l("Number of its last entry"),
    "last_act_version": _l("Number of the last entry of an act"),
    "also_complained_about": _l("Others complained about"),
    "in_conflict": _l("Conflicts of interest"),
    "milestones": _l("What was reached, and when"),
    "pauses": _l("Waits for the customer"),
    "extension_request": _l("Request for a later date"),
    "extensions": _l("Later dates"),
    "fired": _l("What time limits did by themselves"),
    "disposition": _l("How it was settled"),
    "restricted_to": _l("Offices that alone see it"),
    "linked": _l("Cases linked to it"),
    "duplicate_of": _l("Case that it is the same letter as"),
    "assisting_units": _l("Assisting units"),
    "disputed_with": _l("Unit with which there is a dispute"),
    "commitments": _l("Dates promised"),
    "plans": _l("Plans of how to handle it"),
    "promised_fen": _l("Sum promised"),
    "paid_cash_fen": _l("Emergency cash paid"),
    "penalties": _l("Penalties proposed"),
    "imposed": _l("Penalties imposed"),
    "spotted": _l("Cases that may belong together with it"),
    "commendations": _l("Commendations"),
    "tasks": _l("Tasks"),
    "surveys": _l("Surveys"),
    "verdicts": _l("What the customer said afterwards"),
    "improvements": _l("Improvements"),
    "reports": _l("Reports to the regulator"),
    "held_since": _l("Legal hold since"),
    "erased_at": _l("Erased at"),
    "steps_from": _l("Time limits that were past at its import"),
}
"""What no journal entry and no form calls by name."""


def of_a_case(name: str) -> str:
    """What a part of a case is called."""
    return str(OF_A_CASE[name]) if name in OF_A_CASE else label(name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """One thing that became otherwise: what, from what, to what. Empty for what was not there."""

    what: str
    before: str
    after: str


def facts_in_words(then: Standing) -> list[tuple[str, str]]:
    """What is told of a case as it stood: names and what they said."""
    facts = facts_of(then.case)
    told = [
        (label(name), fact_words(name, value))
        for name, value in facts.items()
        if name not in UNTOLD
    ]
    if "handler" not in facts:
        told.insert(1, (label("handler"), _("not assigned")))
    return told


def clock_tone(clock: Clock, at: datetime) -> Tone:
    """How a clock stood at an instant."""
    if clock.superseded:
        return Tone.NONE
    if clock.stopped_at is not None:
        return Tone.MISSED if clock.breached else Tone.MET
    if clock.due_at is None:
        return Tone.PAUSED
    return Tone.LATE if clock.breached or clock.due_at < at else Tone.FINE


def clock_words(clock: Clock, at: datetime) -> str:
    """The same in words."""
    match clock_tone(clock, at):
        case Tone.NONE:
            return _("started anew")
        case Tone.MISSED:
            return _("done too late")
        case Tone.MET:
            return _("done in time")
        case Tone.PAUSED:
            return _("stands still: waiting for the customer")
        case Tone.LATE if clock.breached:
            return _("exceeded")
        case Tone.LATE:
            return _("past its date, and nobody told yet")
    return _("running")


def changes_in_words(
    changes: Sequence[Difference], since: datetime | None, until: datetime
) -> Iterator[Changed]:
    """What became otherwise from one moment to a later one."""
    for each in changes:
        yield Changed(
            what=_name(each),
            before=_side(each.name, each.before, since or until),
            after=_side(each.name, each.after, until),
        )


def _name(changed: Difference) -> str:
    match changed.of:
        case Side.FACT:
            return label(changed.name)
        case Side.CLOCK:
            return _("Time limit: %(name)s", name=clock_name(changed.name))
        case Side.TASK:
            return _("Task: %(name)s", name=task_of_key(changed.name))
    fired = changed.after or changed.before
    assert isinstance(fired, Fired)
    return clock_step(fired.clock, fired.step)


def _side(name: str, value: str | Clock | CaseTask | Fired | None, at: datetime) -> str:
    match value:
        case None:
            return ""
        case Clock():
            words = clock_words(value, at)
            if value.due_at is None:
                return words
            return _("due %(due_at)s, %(state)s", due_at=when(value.due_at), state=words)
        case CaseTask(done_at=None):
            return _("to be done")
        case CaseTask():
            return _("done by %(person)s", person=person_name(value.done_by))
        case Fired():
            return fired_words(value)
    return fact_words(name, value)


def fired_words(fired: Fired) -> str:
    """Who heard of a step, and who said so."""
    if fired.receiver is None:
        return _("nobody held the role")
    told = told_to(fired.receiver)
    if fired.acknowledged_by is None:
        return _("told to %(person)s", person=told)
    return _(
        "told to %(person)s, acknowledged by %(other)s",
        person=told,
        other=person_name(fired.acknowledged_by),
    )
