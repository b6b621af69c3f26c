"""What somebody wants to see of a history: which lanes, until when, held against what."""

from dataclasses import dataclass
from datetime import UTC, datetime

from werkzeug.datastructures import MultiDict

from desk.history.past import Past, Standing
from engine.timeline import Lane
from web.kit.forms import read_instant
from web.kit.paging import asked_page

OFFERED = tuple(lane for lane in Lane if lane is not Lane.ENGINE)
"""What is shown unless somebody asks: what the engine did is for who wants to know, and takes
longer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What was asked of the page."""

    lanes: tuple[Lane, ...]
    as_of: datetime | None
    since: datetime | None
    entry: int | None
    """A version: what this entry of the journal made of the case."""
    page: int
    unread: frozenset[str]
    """Which of the two instants was typed and is no date and time."""
    to_come: frozenset[str]
    """Which of them is still to come: it is taken for now, for nothing stands there yet."""

    @property
    def looks_back(self) -> bool:
        """Whether it asks how the case stood, or what became otherwise."""
        return any(each is not None for each in (self.as_of, self.since, self.entry))

    @property
    def wants_engine(self) -> bool:
        return Lane.ENGINE in self.lanes


def asked_in(typed: MultiDict[str, str]) -> Asked:
    """What a page was asked for; a lane or an entry that there is not is not asked for."""
    lanes = tuple(lane for lane in Lane if lane in typed.getlist("lane"))
    instants = {name: _instant(typed.get(name, "")) for name in ("as_of", "since")}
    now = datetime.now(UTC)
    to_come = frozenset(name for name, read in instants.items() if read and read > now)
    return Asked(
        lanes=lanes or OFFERED,
        as_of=now if "as_of" in to_come else instants["as_of"],
        since=now if "since" in to_come else instants["since"],
        entry=typed.get("entry", type=int),
        page=asked_page(),
        unread=frozenset(
            name for name, read in instants.items() if typed.get(name) and read is None
        ),
        to_come=to_come,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """A look back: how the case stood at the later moment and, where two are held against each
    other, at the earlier one. Nothing stood before the receipt."""

    then: Standing | None
    before: Standing | None
    compares: bool

    def __bool__(self) -> bool:
        return self.then is not None


def look_at(past: Past, asked: Asked) -> Look:
    """How the case stood at the moments that were asked for; the later one is now, unless asked."""
    if asked.entry is not None:
        return Look(then=past.after(asked.entry), before=past.after(asked.entry - 1), compares=True)
    as_of = asked.as_of or datetime.now(UTC)
    if asked.since is None:
        return Look(then=past.at(as_of), before=None, compares=False)
    first, last = sorted((asked.since, as_of))
    return Look(then=past.at(last), before=past.at(first), compares=True)


def _instant(text: str) -> datetime | None:
    """What a date-and-time field holds; nothing for what is none."""
    try:
        return read_instant(text)
    except ValueError:
        return None
