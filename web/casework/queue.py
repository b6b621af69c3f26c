"""The queue: the cases somebody works on, what is due soonest first; and the search."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from domain.relations import Reader
from store.cases.receipts import REFERENCE
from store.evidence.looks import SearchKind, note_search, note_shown
from store.people.saved_views import views_for
from store.reads.case_page import find_status
from store.reads.queues import (
    FOUND_AT_MOST,
    Filters,
    count_cases,
    list_cases,
)
from store.reads.search import search_cases
from store.scope import open_case
from web.base.context import reading, writing
from web.base.language import current_language
from web.casework.bulk.choice import AT_MOST, bulk_kinds_for
from web.casework.presence.beat import looking_at
from web.casework.queues.narrowing import address_of, filters_asked, kinds_for, shelves_of, title_of
from web.kit import countdown
from web.kit.access import note_refusal, open_to_staff, reader
from web.kit.forms import Typed
from web.kit.paging import asked_page

blueprint = Blueprint("queue", __name__)


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
    who = reader()
    shelves = shelves_of(who)
    if not shelves:
        return render_template("casework/no_list.html")
    filters = filters_asked(shelves)
    lists = [Filters(shelf=shelf) for shelf in shelves]
    count, *counts = count_cases(reading(), who, filters, *lists)
    found = list_cases(reading(), who, filters, asked_page(), count, language=current_language())
    with writing() as session:
        note_shown(session, by=who.person, where=filters.shelf, references=found.with_words)
    asked = address_of(request.args)
    kinds, views = kinds_for(who, filters), views_for(reading(), who)
    view = next((view.name for view in views if view.asked == asked), "")
    return render_template(
        "casework/queue.html",
        title=view or title_of(filters, kinds),
        found=found,
        filters=filters,
        tabs=list(zip(shelves, counts, strict=True)),
        kinds=kinds,
        bulk_kinds=bulk_kinds_for(who),
        bulk_at_most=AT_MOST,
        views=views,
        asked=asked,
        every_day=address_of(request.args, "on", "nature"),
        sorting=Sorting(filters),
        looking=looking_at(line.reference for line in found.lines),
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
