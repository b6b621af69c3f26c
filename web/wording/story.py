"""The story of a case in sentences: what the engine, notices and repairs did, for people.

What the journal records has its words in `web/wording`; here are the happenings beside it.
"""

import re
from collections.abc import Mapping
from datetime import datetime

from flask import Flask

from domain.errors import Refusal
from domain.events import Event
from domain.notices import COMPLAINANT, SENDER
from engine.reset_points import PreviewLine
from engine.timeline import Happening, Lane, Moment
from web import wording
from web.base.phrases import LazyString, _, _l, instant_as

LANES: Mapping[Lane, LazyString] = {
    Lane.PEOPLE: _l("People"),
    Lane.CLOCKS: _l("Time limits"),
    Lane.NOTICES: _l("Notices"),
    Lane.ENGINE: _l("Engine"),
}

SENTENCES: Mapping[Happening, LazyString] = {
    Happening.COMMAND_WAITING: _l("%(act)s: stored, waiting for the engine"),
    Happening.COMMAND_REFUSED: _l("%(act)s: refused. %(refusal)s"),
    Happening.NOTICE_WRITTEN: _l("Notice written: %(about)s"),
    Happening.NOTICE_SENT: _l("Notice sent: %(about)s"),
    Happening.NOTICE_READ: _l("Notice read: %(about)s"),
    Happening.NOTICE_DEAD: _l("Notice given up after %(attempts)s tries: %(about)s"),
    Happening.REPAIR: _l("Taking the case back to “%(point)s”: %(repair)s"),
    Happening.RUN_STARTED: _l("The engine took the case up"),
    Happening.RUN_CONTINUED: _l("The engine goes on with the case in a new run"),
    Happening.RUN_COMPLETED: _l("The engine put the case away: nothing is left to happen"),
    Happening.RUN_CONTINUED_AS_NEW: _l("The run has grown long and is left for a new one"),
    Happening.RUN_FAILED: _l("The run of the case failed: %(error)s"),
    Happening.RUN_TIMED_OUT: _l("The run of the case took too long and was ended"),
    Happening.RUN_TERMINATED: _l("The run was ended from outside: %(reason)s"),
    Happening.RUN_CANCELED: _l("The run was cancelled"),
    Happening.RUN_RESET: _l("The case was taken back to this point"),
    Happening.WORKFLOW_PROBLEM: _l("The case could not go on: %(error)s"),
    Happening.STEP_DONE: _l("Written down: %(step)s"),
    Happening.STEP_FAILED: _l("Could not be written down: %(step)s. %(error)s"),
    Happening.STEP_UNDER_WAY: _l("Being written down: %(step)s"),
    Happening.TIMER_SET: _l("Timer set for %(fires_at)s: %(timer)s"),
    Happening.TIMER_FIRED: _l("The time has come: %(timer)s"),
    Happening.TIMER_CANCELED: _l("Timer put away: %(timer)s"),
    Happening.COMMAND_HEARD: _l("The engine heard what was asked: %(act)s"),
    Happening.SIGNAL_HEARD: _l("The case was asked to look again"),
    Happening.LISTS_TOLD: _l("Status and next date were entered in the engine's lists"),
    Happening.OTHER: _l("Something else happened in the engine: %(type)s"),
}

REPAIRS: Mapping[str, LazyString] = {
    "requested": _l("asked for"),
    "approved": _l("agreed to"),
    "declined": _l("declined"),
    "done": _l("done"),
}

OPENING = "Open the case"
"""What the workflow calls its first step, which is no entry of the journal."""


def sentence(moment: Moment) -> str:
    """What happened, as a person says it."""
    if moment.what in set(Event):
        return wording.words(Event(moment.what))
    facts = {name: _fact(name, text) for name, text in moment.facts.items()}
    return str(SENTENCES[Happening(moment.what)]) % facts


def lane_name(lane: Lane) -> str:
    """Who made it happen."""
    return str(LANES[lane])


def step_label(label: str) -> str:
    """A step of the workflow: the journal's event, or what comes before the first."""
    if label in set(Event):
        return wording.words(Event(label))
    if label == OPENING:
        return _("the case is opened")
    return label or _("the very beginning")


def timer_label(label: str) -> str:
    """A timer's label, `reply: hr (A-37)`, in words."""
    parts = re.fullmatch(r"(?P<clock>[^:]+): (?P<step>\S+) \((?P<rule>[^)]*)\)", label)
    if parts is None:
        return label
    return clock_step(parts["clock"], parts["step"])


def clock_step(clock: str, step: str) -> str:
    """A step of a time limit."""
    return _("%(clock)s, %(step)s", clock=wording.clock_name(clock), step=wording.step_name(step))


def told_to(person: str | None) -> str:
    """Who hears of something: somebody of the bank, the customer, or who handed it over."""
    if person == COMPLAINANT:
        return _("the customer")
    if person == SENDER:
        return _("the sender")
    return wording.person_name(person)


def mark_name(step: str) -> str:
    """A mark in the picture of the clocks."""
    match step:
        case "start":
            return _("Start")
        case "due":
            return _("Due")
        case "done":
            return _("Done")
    return wording.step_name(step)


def journal_facts(moment: Moment) -> list[tuple[str, str]]:
    """The facts of a journal entry; those of other happenings are in their sentences."""
    return wording.told_facts(moment.facts) if moment.what in set(Event) else []


def line_sentence(line: PreviewLine) -> str:
    """One line of the preview of a reset."""
    match line.what:
        case Happening.STEP_DONE | Happening.STEP_UNDER_WAY:
            return step_label(line.label)
        case Happening.COMMAND_HEARD:
            return _fact("act", line.label)
        case Happening.TIMER_SET:
            return timer_label(line.label)
    facts = {"reason": line.label, "error": line.label}
    return (str(SENTENCES[line.what]) % facts).rstrip(": ：")


def repair_state(status: str) -> str:
    """How far a repair has come."""
    return str(REPAIRS[status])


def clock_time(instant: datetime) -> str:
    """The time of day, under a heading that says which day."""
    return instant_as("HH:mm:ss", instant)


def teach(app: Flask) -> None:
    """Let templates tell the story."""
    app.jinja_env.filters.update(
        sentence=sentence,
        lane_name=lane_name,
        step_label=step_label,
        timer_label=timer_label,
        clock_step=clock_step,
        told_to=told_to,
        mark_name=mark_name,
        journal_facts=journal_facts,
        clock_time=clock_time,
        line_sentence=line_sentence,
        repair_state=repair_state,
    )


def _fact(name: str, text: str) -> str:
    match name:
        case "act":
            known = wording.ACT_WORDS.get(text)
            return str(known.title) if known else text
        case "refusal":
            # The sentence alone: its figures were told to who asked.
            bare = wording.ENUMERATIONS[Refusal].get(Refusal(text))
            return re.sub(r"%\(\w+\)s", "…", str(bare)) if bare else text
        case "about":
            return wording.words(Event(text))
        case "step" | "point":
            return step_label(text)
        case "timer":
            return timer_label(text)
        case "repair":
            return str(REPAIRS[text])
        case "fires_at":
            return wording.when(datetime.fromisoformat(text))
    return text
