"""How much time is left, in words: what a person looks at first."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from domain.clocks.ledger import Clock
from domain.heat import SOON
from store.reads.queues import CaseLine
from web.base.phrases import _


class Tone(StrEnum):
    """How a countdown looks; its words and its sign say the same without colour."""

    FINE = "fine"
    SOON = "soon"
    LATE = "late"
    PAUSED = "paused"
    MET = "met"
    MISSED = "missed"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Countdown:
    """What to say about a date."""

    tone: Tone
    words: str
    due_at: datetime | None = None
    """When it runs: a page that stays open counts on by itself."""


def of_line(line: CaseLine) -> Countdown:
    """The next date of a case in a list."""
    if line.next_due_at is None:
        if line.is_waiting:
            return Countdown(tone=Tone.PAUSED, words=_("waiting for the customer"))
        return Countdown(tone=Tone.NONE, words=_("no date running"))
    return running(line.next_due_at)


def of_clock(clock: Clock) -> Countdown:
    """Where a clock stands."""
    if clock.superseded:
        return Countdown(tone=Tone.NONE, words=_("started anew"))
    if clock.stopped_at is not None:
        if clock.breached:
            return Countdown(tone=Tone.MISSED, words=_("done too late"))
        return Countdown(tone=Tone.MET, words=_("done in time"))
    if clock.due_at is None:
        return Countdown(tone=Tone.PAUSED, words=_("stands still: waiting for the customer"))
    return running(clock.due_at)


def running(due_at: datetime) -> Countdown:
    """What is left until a date, or how long ago it passed."""
    left = due_at - datetime.now(UTC)
    if left < timedelta(0):
        return Countdown(
            tone=Tone.LATE, words=_("late by %(span)s", span=span(-left)), due_at=due_at
        )
    tone = Tone.SOON if left < SOON else Tone.FINE
    return Countdown(tone=tone, words=_("%(span)s left", span=span(left)), due_at=due_at)


def span(length: timedelta) -> str:
    """Days and hours, hours and minutes, or minutes and seconds: two figures, never more."""
    minutes, seconds = divmod(int(length.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    if days:
        return _("%(days)s d %(hours)s h", days=days, hours=hours)
    if hours:
        return _("%(hours)s h %(minutes)s min", hours=hours, minutes=minutes)
    return _("%(minutes)s min %(seconds)s s", minutes=minutes, seconds=seconds)
