"""My queue: the cases somebody works on, what is due soonest first; and the search."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from domain.case import Status
from domain.classification import Category, Channel
from domain.permission_names import Permission
from domain.permissions import holds, units_for
from domain.relations import Reader
from store.cases.receipts import REFERENCE
from store.evidence.looks import SearchKind, note_search, note_shown
from store.people.saved_views import views_for
from store.reads.case_page import find_status
from store.reads.queues import (
    FOUND_AT_MOST,
    Filters,
    QueueView,
    SortedBy,
    count_cases,
    list_cases,
)
from store.reads.search import search_cases
from store.scope import open_case
from web.base.context import bank, reading, writing
from web.base.language import current_language
from web.base.phrases import _
from web.kit import countdown
from web.kit.access import note_refusal, open_to_staff, reader
from web.kit.forms import Choice, Typed, codes
from web.wording import unit_name

blueprint = Blueprint("queue", __name__)

SHELVES: tuple[tuple[QueueView, Permission], ...] = (
    (QueueView.MINE, Permission.BE_GIVEN),
    (QueueView.RECEIVED_BY_ME, Permission.TRACK),
    (QueueView.ALL, Permission.READ_CASE),
    (QueueView.UNASSIGNED, Permission.HANDLE),
    (QueueView.BREACHED, Permission.OVERSEE),
    (QueueView.ESCALATED, Permission.OVERSEE),
)
"""The tabs above the list, each for whoever may do this; the first one is opened."""


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


@dataclass(frozen=True, slots=True)
class Sorting:
    """How the heads of the columns of a list sort it."""

    filters: Filters

    def url(self, column: str) -> str:
        """The list sorted by this column; the other way round, if it is so already."""
        asked: dict[str, Any] = {
            name: values for name, values in request.args.lists() if name not in {"page", "down"}
        }
        down = self.of(column) == "ascending"
        if down:
            asked["down"] = "yes"
        return url_for("queue.my_queue", **{**asked, "sort": column})

    def of(self, column: str) -> str:
        """As `aria-sort` says it; nothing for the columns it is not sorted by."""
        if self.filters.sorted_by != column:
            return ""
        return "descending" if self.filters.descending else "ascending"


@blueprint.get("/")
@open_to_staff
def my_queue() -> str:
    """One tab of the list, narrowed by what was chosen above it."""
    who, typed = reader(), Typed(request.args)
    shelves = shelves_of(who)
    if not shelves:
        return render_template("casework/no_list.html")
    filters = Filters(
        shelf=_chosen_shelf(typed, shelves),
        statuses=typed.codes("status", Status),
        units=tuple(each for each in request.args.getlist("unit") if each in bank().units),
        channels=typed.codes("channel", Channel),
        categories=typed.codes("category", Category),
        sorted_by=typed.code("sort", SortedBy),
        descending=request.args.get("down") == "yes",
    )
    page = max(1, min(request.args.get("page", 1, type=int), 100_000))
    lists = [Filters(shelf=shelf) for shelf in shelves]
    count, *counts = count_cases(reading(), who, filters, *lists)
    found = list_cases(reading(), who, filters, page, count, language=current_language())
    with writing() as session:
        note_shown(session, by=who.person, where=filters.shelf, references=found.with_words)
    return render_template(
        "casework/queue.html",
        found=found,
        filters=filters,
        tabs=list(zip(shelves, counts, strict=True)),
        kinds=_kinds(who, filters),
        several=several_for(who),
        views=views_for(reading(), who),
        asked={name: values for name, values in request.args.lists() if name != "page"},
        sorting=Sorting(filters),
        countdown=countdown.of_line,
    )


@blueprint.post("/search")
@open_to_staff
def search() -> str | Response:
    """By reference or by the complaint's own words. Posted, since those words are personal and
    addresses end up in logs and histories."""
    who, text = reader(), Typed(request.form).text("text")
    if text and _leads_somewhere(who, text.upper()):
        return redirect(url_for("cases.case_page", reference=text.upper()))
    found = search_cases(reading(), who, text) if text else ()
    if text:
        _note(who, text, [line.reference for line in found[:FOUND_AT_MOST]])
    return render_template(
        "casework/search.html",
        text=text,
        lines=found[:FOUND_AT_MOST],
        there_is_more=len(found) > FOUND_AT_MOST,
        countdown=countdown.of_line,
    )


def _note(who: Reader, text: str, shown: list[str]) -> None:
    """Write down what a search that led to no case has shown. The reference of one that is not
    there, or not theirs, counts as a look that was refused: it must be no way round."""
    kind = SearchKind.REFERENCE if REFERENCE.fullmatch(text.upper()) else SearchKind.WORDS
    with writing() as session:
        note_search(session, by=who.person, kind=kind, text=text, references=shown)
    if kind is SearchKind.REFERENCE and not shown:
        note_refusal(text.upper())


def _leads_somewhere(who: Reader, reference: str) -> bool:
    """Whether this is the reference of a case of which this person may know anything."""
    case = open_case(reading(), who, reference)
    return case is not None or find_status(reading(), who, reference) is not None


SEVERAL: tuple[tuple[str, Permission], ...] = (
    ("assign", Permission.ASSIGN_ANY),
    ("urge", Permission.URGE_ANY),
    ("acknowledge", Permission.ACKNOWLEDGE),
)
"""What may be done in several cases of a list at once, for whoever may do this in more than one's
own."""


def several_for(who: Reader) -> tuple[str, ...]:
    """The acts that somebody may do in several cases at once, by their kinds."""
    return tuple(kind for kind, permission in SEVERAL if holds(who.roles, permission))


def shelves_of(who: Reader) -> tuple[QueueView, ...]:
    """The tabs of all somebody's roles together."""
    return tuple(shelf for shelf, permission in SHELVES if holds(who.roles, permission))


def _chosen_shelf(typed: Typed, shelves: tuple[QueueView, ...]) -> QueueView:
    asked = typed.code("shelf", QueueView)
    return asked if asked in shelves else shelves[0]


def _kinds(who: Reader, filters: Filters) -> tuple[FilterKind, ...]:
    """What the list can be narrowed by, with what is chosen of each."""
    return (
        FilterKind(
            name="status",
            words=_("Status"),
            unless=_("All open"),
            choices=codes(Status),
            chosen=filters.statuses,
        ),
        FilterKind(name="unit", words=_("Unit"), choices=_units(who), chosen=filters.units),
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
