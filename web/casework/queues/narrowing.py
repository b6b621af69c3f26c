"""What a list is narrowed to: read from its address, and offered above it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import request
from werkzeug.datastructures import MultiDict

from domain.case import Status
from domain.classification import Category, Channel
from domain.heat import DueIn
from domain.permission_names import Permission
from domain.permissions import holds, units_for
from domain.policy import Nature
from domain.relations import Reader
from rulebook.analysis.reading import read_analysis
from store.reads.dates import DatesOfDay
from store.reads.queues import NO_HANDLER, Filters, QueueView, SortedBy
from web.base.context import bank
from web.base.phrases import _
from web.kit.forms import Choice, Typed, codes
from web.wording import unit_name, words
from web.wording.analysis import age_words
from web.wording.names import handler_name

SHELVES: tuple[tuple[QueueView, Permission], ...] = (
    (QueueView.MINE, Permission.BE_GIVEN),
    (QueueView.RECEIVED_BY_ME, Permission.TRACK),
    (QueueView.ALL, Permission.READ_CASE),
    (QueueView.UNASSIGNED, Permission.HANDLE),
    (QueueView.BREACHED, Permission.OVERSEE),
    (QueueView.ESCALATED, Permission.OVERSEE),
)
"""The tabs above the list, each for whoever may do this; the first one is opened."""

ASKED = (
    "shelf", "status", "unit", "channel", "category", "handler", "due", "age", "on", "nature",
    "sort", "down",
)  # fmt: skip
"""What an address says of how a list is looked at; which page of it is no part of that."""

HANDLERS_OFFERED = 40
"""People to narrow a list to (default): of more, only those chosen already stand there."""


FIRST_YEAR, LAST_YEAR = 2000, 2100
"""Of days that a list can be narrowed to (default)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FilterKind:
    """One thing to narrow a list by: to any of several values."""

    name: str
    words: str
    choices: tuple[Choice, ...]
    chosen: tuple[str, ...]
    unless: str = ""
    """What the list holds when nothing is chosen, where that is not everything."""

    @property
    def summary(self) -> str:
        """What is chosen, in one line: a value by its name, several by their number."""
        names = [choice.words for choice in self.choices if choice.value in self.chosen]
        match len(names):
            case 0:
                return self.unless or _("All")
            case 1:
                return names[0]
        return _("%(count)s chosen", count=len(names))

    @property
    def in_the_title(self) -> str:
        """What is chosen, as the title of the list says it, which has no label beside it."""
        return self.summary if len(self.chosen) == 1 else f"{self.words}{_(': ')}{self.summary}"


def shelves_of(who: Reader) -> tuple[QueueView, ...]:
    """The tabs of all somebody's roles together."""
    return tuple(shelf for shelf, permission in SHELVES if holds(who.roles, permission))


def title_of(filters: Filters, kinds: Sequence[FilterKind]) -> str:
    """What the list holds: its tab, and what of it is left when it is narrowed."""
    whole = str(words(filters.shelf))
    if filters.shelf is QueueView.ALL and filters.are_narrowed:
        whole = _("Cases") if filters.statuses else _("Open cases")
    return " · ".join([whole, *(kind.in_the_title for kind in kinds if kind.chosen)])


def filters_asked(shelves: Sequence[QueueView]) -> Filters:
    """What this address asks for; what it says besides, or wrongly, narrows nothing."""
    typed, values = Typed(request.args), request.args.getlist
    shelf = typed.code("shelf", QueueView) or shelves[0]
    ages = range(len(read_analysis().age_days) + 1)
    people = {NO_HANDLER, *bank().people}
    return Filters(
        shelf=shelf if shelf in shelves else shelves[0],
        statuses=typed.codes("status", Status),
        units=tuple(each for each in values("unit") if each in bank().units),
        channels=typed.codes("channel", Channel),
        categories=typed.codes("category", Category),
        handlers=tuple(each for each in values("handler") if each in people),
        due=typed.codes("due", DueIn),
        ages=tuple(each for each in ages if str(each) in values("age")),
        dates=_dates(typed),
        sorted_by=typed.code("sort", SortedBy),
        descending=request.args.get("down") == "yes",
    )


def address_of(typed: MultiDict[str, str], *without: str) -> dict[str, Any]:
    """How a list is looked at, as the address of it or of something about it says."""
    return {name: values for name, values in typed.lists() if name in ASKED and name not in without}


def _dates(typed: Typed) -> DatesOfDay | None:
    try:
        on = date.fromisoformat(typed.text("on"))
    except ValueError:
        return None
    is_sane = FIRST_YEAR <= on.year <= LAST_YEAR
    return DatesOfDay(on=on, nature=typed.code("nature", Nature)) if is_sane else None


def kinds_for(who: Reader, filters: Filters) -> tuple[FilterKind, ...]:
    """What a list can be narrowed by, with what is chosen of each."""
    ages = range(len(read_analysis().age_days) + 1)
    return (
        FilterKind(
            name="status",
            words=_("Status"),
            unless=_("All open") if filters.are_open else "",
            choices=codes(Status),
            chosen=filters.statuses,
        ),
        FilterKind(name="unit", words=_("Unit"), choices=_units(who), chosen=filters.units),
        FilterKind(
            name="handler",
            words=_("Handler"),
            choices=_handlers(who, filters.handlers),
            chosen=filters.handlers,
        ),
        FilterKind(name="due", words=_("Next date"), choices=codes(DueIn), chosen=filters.due),
        FilterKind(
            name="age",
            words=_("Days since receipt"),
            choices=tuple(Choice(value=str(each), words=age_words(each)) for each in ages),
            chosen=tuple(map(str, filters.ages)),
        ),
        FilterKind(
            name="channel", words=_("Channel"), choices=codes(Channel), chosen=filters.channels
        ),
        FilterKind(
            name="category",
            words=_("Category"),
            choices=codes(Category),
            chosen=filters.categories,
        ),
    )


def _units(who: Reader) -> tuple[Choice, ...]:
    """The units to narrow the list to: those whose cases one reads, or any where one reads cases
    for another reason, such as having heard them first.
    """
    units = bank().units
    in_line = units_for(Permission.READ_CASE, who, units)
    return tuple(Choice(value=unit, words=unit_name(unit)) for unit in in_line or units)


def _handlers(who: Reader, chosen: Sequence[str]) -> tuple[Choice, ...]:
    """Nobody, and whoever may be a handler in the units whose cases one reads, if these are few."""
    in_line = units_for(Permission.READ_CASE, who, bank().units)
    people = [
        each.id
        for each in bank().people.values()
        if each.unit in in_line and each.active and holds(each.roles, Permission.BE_GIVEN)
    ]
    offered = people if len(people) <= HANDLERS_OFFERED else []
    others = [each for each in chosen if each not in {NO_HANDLER, *offered}]
    named = sorted(
        (Choice(value=each, words=handler_name(each)) for each in (*offered, *others)),
        key=lambda choice: choice.words,
    )
    return (Choice(value=NO_HANDLER, words=_("not assigned")), *named)
