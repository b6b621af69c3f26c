"""The story of a case line by line: what belongs to one thing that happened is one line, and opens.

Of a time limit these are the timer that was set and fired, what wrote it down in how many tries,
and who was told; of an act, that it was asked and heard, what wrote it down, and who was told.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.case import STEP
from domain.events import Event
from domain.labels import OPENING, TimerLabel
from engine.timeline import Happening, Moment


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One thing that happened, and what belongs to it."""

    moment: Moment
    behind: tuple[Moment, ...]
    """Oldest first."""

    @property
    def at(self) -> datetime:
        return self.moment.at

    @property
    def entry(self) -> int | None:
        """The version of the journal entry that it is; None for what is not in the journal."""
        return self.moment.version if is_entry(self.moment) else None


TIMERS = frozenset({Happening.TIMER_SET, Happening.TIMER_FIRED, Happening.TIMER_CANCELED})

UNTAKEN = frozenset({Happening.COMMAND_WAITING, Happening.COMMAND_REFUSED})
"""What was asked for and stands in no journal."""

_EVENTS = frozenset(Event)


def lines_of(moments: Sequence[Moment]) -> tuple[Line, ...]:
    """The moments of a story, line by line, oldest first. Whatever belongs to none of the others is
    a line of its own; timers that nothing came of are one for each step of a clock."""
    owners = _Owners(moments)
    heads: list[Moment] = []
    behind: dict[int, list[Moment]] = defaultdict(list)
    vain: dict[str, list[Moment]] = defaultdict(list)
    for moment in moments:
        owner = owners.of(moment)
        if owner is moment:
            heads.append(moment)
        elif owner is not None:
            behind[id(owner)].append(moment)
        elif moment.what in TIMERS:
            vain[moment.facts["timer"]].append(moment)
        else:
            heads.append(moment)
    lines = [Line(moment=each, behind=tuple(behind[id(each)])) for each in heads]
    # What became of a timer last says how it stands with it.
    lines += [Line(moment=last, behind=tuple(rest)) for *rest, last in vain.values()]
    return tuple(sorted(lines, key=lambda line: line.at))


def is_entry(moment: Moment) -> bool:
    """Whether it is an entry of the journal, and not word of one."""
    return moment.what in _EVENTS


class _Owners:
    """Which of the moments of a story others belong to."""

    def __init__(self, moments: Sequence[Moment]) -> None:
        entries = [each for each in moments if is_entry(each)]
        self._by_key = {each.key: each for each in moments if each.what in UNTAKEN}
        self._by_key |= {each.key: each for each in entries}
        self._by_version = {each.version: each for each in entries}
        self._by_step: dict[tuple[str, str], list[Moment]] = defaultdict(list)
        for each in entries:
            if "clock" in each.facts and each.what != Event.ACKNOWLEDGED:
                self._by_step[each.facts["clock"], each.facts.get("step", "")].append(each)

    def of(self, moment: Moment) -> Moment | None:
        """Itself where it is what others belong to; None where it belongs to nothing that is
        shown. Asked in the order in which the moments came about."""
        if is_entry(moment) or moment.what in UNTAKEN:
            return moment
        if moment.key:
            return self._by_key.get(moment.key)
        if moment.what in TIMERS:
            return self._of_timer(moment)
        if moment.what == Happening.STEP_DONE:
            return self._of_writing(moment)
        return self._by_version.get(moment.version)

    def _of_timer(self, moment: Moment) -> Moment | None:
        """The next time that its step was carried out."""
        label = TimerLabel.read(moment.facts["timer"])
        if label is None:
            return None
        carried_out = self._by_step.get((label.clock, label.step), ())
        return next((each for each in carried_out if each.at >= moment.at), None)

    def _of_writing(self, moment: Moment) -> Moment | None:
        """The first of the entries that were written together: a local step does not say which it
        was asked for, but at which version it left the case. Steps of clocks that are due by then
        too are written with the one before, at the same instant."""
        version = moment.version
        if version is None or (version > 1 and moment.facts["step"] == OPENING):
            return None
        entry = self._by_version.get(version)
        while entry is not None and entry.key.startswith(STEP):
            version -= 1
            before = self._by_version.get(version)
            if before is None or not before.key.startswith(STEP) or before.at != entry.at:
                break
            entry = before
        return entry
