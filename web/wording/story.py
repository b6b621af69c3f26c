"""The story of a case in sentences: what the engine, notices and repairs did, for people.

What the journal records has its words in `events`; here are the happenings beside it.
"""

from collections.abc import Mapping

from domain.events import Event
from domain.labels import OPENING
from domain.statuses import RepairStatus
from engine.reset_points import PreviewLine
from engine.timeline import Happening, Lane, Moment
from web.base.phrases import LazyString, _, _l
from web.wording.acts import act_title
from web.wording.clocks import timer_label
from web.wording.events import event_words
from web.wording.facts import FACTS, Say, told_facts
from web.wording.refusals import refusal_in_short

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
    Happening.RUN_PAUSED: _l("The case was paused in the engine by %(operator)s"),
    Happening.RUN_UNPAUSED: _l("The case was let go on in the engine by %(operator)s"),
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

REPAIRS: Mapping[RepairStatus, LazyString] = {
    RepairStatus.REQUESTED: _l("asked for"),
    RepairStatus.APPROVED: _l("agreed to"),
    RepairStatus.DECLINED: _l("declined"),
    RepairStatus.DONE: _l("done"),
}


def sentence(moment: Moment) -> str:
    """What happened, as a person says it."""
    if moment.what in set(Event):
        return event_words(moment.what)
    facts = {name: _SAID.get(name, str)(text) for name, text in moment.facts.items()}
    return str(SENTENCES[Happening(moment.what)]) % facts


def lane_name(lane: Lane) -> str:
    """Who made it happen."""
    return str(LANES[lane])


def step_label(label: str) -> str:
    """A step of the workflow: the journal's event, or what comes before the first."""
    if label in set(Event):
        return event_words(label)
    if label == OPENING:
        return _("the case is opened")
    return label or _("the very beginning")


def journal_facts(moment: Moment) -> list[tuple[str, str]]:
    """The facts of a journal entry; those of other happenings are in their sentences."""
    return told_facts(moment.facts) if moment.what in set(Event) else []


def tries(moment: Moment) -> str:
    """In how many tries the engine had something done, and what the last of them failed on that
    did; nothing when the first one did it."""
    attempts, error = moment.facts.get("attempts", "1"), moment.facts.get("last_error", "")
    if moment.lane is not Lane.ENGINE or attempts == "1":
        return ""
    if not error:
        return _("%(attempts)s tries", attempts=attempts)
    return _("%(attempts)s tries, the last to fail with: %(error)s", attempts=attempts, error=error)


def line_sentence(line: PreviewLine) -> str:
    """One line of the preview of a reset."""
    match line.what:
        case Happening.STEP_DONE | Happening.STEP_UNDER_WAY:
            return step_label(line.label)
        case Happening.COMMAND_HEARD:
            return act_title(line.label)
        case Happening.TIMER_SET:
            return timer_label(line.label)
    facts = {"reason": line.label, "error": line.label, "operator": line.label}
    return (str(SENTENCES[line.what]) % facts).rstrip(": ：")


def repair_state(status: str) -> str:
    """How far a repair has come."""
    return str(REPAIRS[RepairStatus(status)])


_SAID: Mapping[str, Say] = {
    **FACTS,
    "point": step_label,
    "refusal": refusal_in_short,
    "repair": repair_state,
    "step": step_label,
    "timer": timer_label,
}
"""What only the engine tells; its steps are activities of the workflow, not those of a clock."""
