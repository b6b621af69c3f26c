"""Time limits, their steps and the days they count, by name."""

from collections.abc import Mapping
from functools import cache

from domain.case import Milestone, is_of_a_task
from domain.classification import Role
from domain.clocks.ledger import FINAL, Derivation
from domain.complaint import Language
from domain.events import Event
from domain.findings import is_of_a_finding
from domain.labels import TimerLabel
from domain.policy import DateSetBy
from domain.upcoming import Upcoming
from rulebook.calendars import calendar_names, load_arrangements
from rulebook.notices import read_words
from web.base.phrases import LazyString, _, _l, language_code, phrase_of
from web.wording import classification, events
from web.wording.amounts import when
from web.wording.names import told_to
from web.wording.policies import rule_words, span_words, task_of_key

STEPS: Mapping[str, LazyString] = {
    "breach": _l("Time limit exceeded"),
    "supervisor": _l("To the supervisor"),
    "hr": _l("To human resources"),
    "regulator": _l("To the regulator liaison"),
    "leader": _l("To the leader in charge"),
    FINAL: _l("Time is over"),
}

ENDS: Mapping[str, LazyString] = {"start": _l("Start"), "due": _l("Due"), "done": _l("Done")}
"""What the picture of the clocks marks beside their steps."""

DAYS: Mapping[str, LazyString] = {
    "working": _l("working day"),
    "weekend": _l("weekend"),
    "receipt": _l("day of receipt: not counted"),
    "waiting": _l("waiting for the customer: not counted"),
    "calendar": _l("calendar day"),
}


def clock_name(key: str) -> str:
    """A clock's name, as notices say it; a task's clock is called as the task."""
    if is_of_a_task(key):
        return task_of_key(key)
    if is_of_a_finding(key):
        return _("Time to appeal against a finding")
    return read_words().clock(key, language_code())


def step_name(step: str) -> str:
    """A warning by its number, or a rung by who hears."""
    kind, _mark, number = step.partition("-")
    if kind == "warning":
        return _("Warning %(number)s", number=number)
    return phrase_of(STEPS, step)


def clock_step(clock: str, step: str) -> str:
    """A step of a time limit."""
    return _("%(clock)s, %(step)s", clock=clock_name(clock), step=step_name(step))


def counted_from(proof: Derivation) -> str:
    """From when a limit runs and by which rule: how long, or to the date that somebody set."""
    facts = {
        "within": span_words(proof.within),
        "anchor": phrase_of(events.WORDS[Milestone], proof.anchor),
        "at": when(proof.anchor_at),
        "rule": rule_words(proof.rule),
    }
    if proof.within in set(DateSetBy):
        return _("Since %(anchor)s, %(at)s, it runs to %(within)s (rule %(rule)s).", **facts)
    return _("%(within)s from %(anchor)s, %(at)s (rule %(rule)s).", **facts)


def by_itself(upcoming: Upcoming) -> str:
    """What happens if nobody acts, as one would say it."""
    clock = clock_name(upcoming.clock)
    if upcoming.receiver is None:
        role = phrase_of(classification.WORDS[Role], upcoming.role)
        return _(
            "%(step)s of “%(clock)s”: nobody holds the role %(role)s, so the next one is told",
            step=step_name(upcoming.step), clock=clock, role=role,
        )  # fmt: skip
    person = told_to(upcoming.receiver)
    match upcoming.what:
        case Event.ESCALATED:
            role = phrase_of(classification.WORDS[Role], upcoming.role)
            return _(
                "%(role)s is told that “%(clock)s” is late: %(person)s",
                role=role, clock=clock, person=person,
            )  # fmt: skip
        case Event.BREACHED:
            return _("“%(clock)s” is late, and %(person)s hears of it", clock=clock, person=person)
        case _:
            return _("%(person)s is reminded of “%(clock)s”", person=person, clock=clock)


def timer_label(label: str) -> str:
    """A timer's label, `reply: hr (A-37)`, in words."""
    timer = TimerLabel.read(label)
    return clock_step(timer.clock, timer.step) if timer else label


def mark_name(step: str) -> str:
    """A mark in the picture of the clocks."""
    return str(ENDS[step]) if step in ENDS else step_name(step)


def why_day(why: str) -> str:
    """Why a day counted or not, as a derivation says it."""
    kind, _mark, name = why.partition(":")
    if kind == "holiday":
        return _("holiday (%(name)s)", name=_holiday_name(name))
    if kind == "make-up":
        return _("make-up workday (%(name)s)", name=_holiday_name(name))
    return phrase_of(DAYS, kind)


def _holiday_name(name: str) -> str:
    """A holiday in the language of the page, as its arrangement has it."""
    return _in_chinese().get(name, name) if language_code() == Language.ZH else name


@cache
def _in_chinese() -> Mapping[str, str]:
    """Every holiday of every calendar of the house; those of a year are written in both."""
    return {
        each.name: each.chinese
        for calendar in calendar_names()
        for arrangement in load_arrangements(calendar)
        for each in arrangement.holidays
    }
