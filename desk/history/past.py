"""The case as it stood: after an entry of its journal or at an instant, and what differs between.

Told from the records alone, so it is there whatever becomes of the engine.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from itertools import takewhile

from desk.history.clocks import ClockStory, clock_story
from domain.case import Case, CaseTask, Fired
from domain.clocks.ledger import Clock
from domain.clocks.plan import plan
from domain.findings import is_of_a_finding
from domain.past import states_of, untold
from domain.upcoming import Upcoming, upcoming_of
from store.reads.past import PastRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A case as it stood, with its clocks and what was to come of them then."""

    at: datetime
    """The instant that was asked for, or at which the entry was written."""
    case: Case
    clocks: tuple[ClockStory, ...]
    upcoming: tuple[Upcoming, ...]
    """Soonest first. Who would have heard is told by who is in the bank today."""

    @property
    def version(self) -> int:
        """The last entry of the journal by then."""
        return self.case.version


class Side(StrEnum):
    """Of what in a case something differs between two moments."""

    FACT = "fact"
    CLOCK = "clock"
    TASK = "task"
    RUNG = "rung"


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One thing that was otherwise before; None on the side where it was not there at all."""

    of: Side
    name: str
    """A fact by its name; a clock, a task or a step that was carried out by its key."""
    before: str | Clock | CaseTask | Fired | None
    after: str | Clock | CaseTask | Fired | None


class Past:
    """The past of one case."""

    def __init__(self, record: PastRecord) -> None:
        self._record = record
        self._states = tuple(
            states_of(
                record.case,
                record.entries,
                record.asked,
                record.pack.conduct,
                lambda case: tuple(each.clock for each in _clocks_of(record, case)),
                record.level,
            )
        )

    @property
    def untold(self) -> tuple[str, ...]:
        """What of the case does not come out as it stands now, by the names of its fields; of these
        nobody can say how they were before. Empty as a rule."""
        return untold(self._states[-1], self._record.case)

    def case_after(self, version: int) -> Case | None:
        """The case as an entry of its journal left it, without its clocks; None where there is no
        such entry."""
        return self._states[version - 1] if 1 <= version <= len(self._states) else None

    def after(self, version: int) -> Standing | None:
        """The case as an entry of its journal left it; None where there is no such entry."""
        if not 1 <= version <= len(self._states):
            return None
        return self._standing(version - 1, self._record.entries[version - 1].at)

    def at(self, instant: datetime) -> Standing | None:
        """The case as it stood at an instant, by what had happened until then; None before its
        receipt."""
        known = takewhile(lambda entry: entry.at <= instant, self._record.entries)
        count = sum(1 for _ in known)
        return self._standing(count - 1, instant) if count else None

    def _standing(self, index: int, at: datetime) -> Standing:
        case = self._states[index]
        clocks = _clocks_of(self._record, case)
        return Standing(
            at=at,
            case=case,
            clocks=clocks,
            upcoming=upcoming_of(
                case,
                (each.clock for each in clocks),
                self._record.pack,
                self._record.directory,
            ),
        )


def differences(before: Standing | None, after: Standing | None) -> tuple[Difference, ...]:
    """What became otherwise from one moment to a later one: facts, then clocks, tasks, steps."""
    return tuple(
        Difference(of=side, name=name, before=known.get(name), after=now.get(name))
        for side, known, now in zip(Side, _sides(before), _sides(after), strict=True)
        for name in dict.fromkeys((*known, *now))
        if known.get(name) != now.get(name)
    )


def facts_of(case: Case) -> dict[str, str]:
    """What is told of a case as it stood, by the names that journals call these facts. Nobody whom
    the case keeps out, and no other case: those have readers of their own."""
    settled = case.disposition
    facts = {
        "status": case.status,
        "handler": case.handler,
        "unit": case.unit,
        "category": case.category,
        "severity": case.severity,
        "amount_fen": str(case.amount_fen or ""),
        "marks": ", ".join(case.marks),
        "situation": case.situation,
        "business": case.business,
        "host_unit": case.host_unit,
        "calendar": case.calendar,
        "validity": settled.validity if settled else None,
        "responsibility": settled.responsibility if settled else None,
        "disposal": settled.disposal if settled else None,
        "redress_fen": str(settled.redress_fen or "") if settled else None,
    }
    return {name: str(value) for name, value in facts.items() if value}


def _clocks_of(record: PastRecord, case: Case) -> tuple[ClockStory, ...]:
    planned = plan(case, record.pack, record.calendars[case.calendar])
    return tuple(
        clock_story(case, each.clock, each.derivation)
        for each in planned
        if not is_of_a_finding(each.clock.key)
    )


def _sides(standing: Standing | None) -> Iterator[Mapping[str, str | Clock | CaseTask | Fired]]:
    """What is held against another moment, side by side."""
    if standing is None:
        yield from ({}, {}, {}, {})
        return
    case = standing.case
    yield facts_of(case)
    yield {each.clock.key: _without_steps(each.clock) for each in standing.clocks}
    yield {each.key: each for each in case.tasks}
    yield {each.key: each for each in case.fired}


def _without_steps(clock: Clock) -> Clock:
    """The clock without what it has still to do, which changes whenever something of it was done;
    the steps that were carried out are told by themselves."""
    return replace(clock, steps=(), proof="", extendable_until=None)
