"""My queue: the cases somebody works on, what is due soonest first; and the search."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from domain.case import Status
from domain.classification import Category, Channel, Role
from store.people.logins import Visitor
from store.reads.case_page import find_case
from store.reads.queues import (
    FOUND_AT_MOST,
    Filters,
    QueueView,
    count_cases,
    list_cases,
    search_cases,
)
from store.reads.scope import Scope
from web.base.context import bank, reading
from web.kit import countdown
from web.kit.access import may_open, may_read_complaint, open_to_staff, scope_of, visitor
from web.kit.forms import Choice, Typed, codes
from web.wording import unit_name

blueprint = Blueprint("queue", __name__)

SHELVES: dict[Role, tuple[QueueView, ...]] = {
    Role.HANDLER: (QueueView.MINE, QueueView.UNASSIGNED, QueueView.ALL),
    Role.INTAKE: (QueueView.RECEIVED_BY_ME,),
    Role.SUPERVISOR: (QueueView.ALL, QueueView.UNASSIGNED, QueueView.BREACHED, QueueView.ESCALATED),
    Role.HR: (QueueView.ALL, QueueView.BREACHED, QueueView.ESCALATED),
    Role.REGULATOR_LIAISON: (QueueView.ALL, QueueView.BREACHED, QueueView.ESCALATED),
    Role.ADMINISTRATOR: (QueueView.ALL,),
}
"""The tabs above the list; the first one is opened."""

OF_OFFICES = (QueueView.ALL, QueueView.BREACHED, QueueView.ESCALATED)
"""What everybody else looks over: offices that packs give tasks to."""


@blueprint.get("/")
@open_to_staff
def my_queue() -> str:
    """One tab of the list, narrowed by what was chosen above it."""
    who, typed = visitor(), Typed(request.args)
    scope = scope_of(who, bank())
    shelves = shelves_of(who)
    filters = Filters(
        shelf=_chosen_shelf(typed, shelves),
        status=typed.code("status", Status),
        unit=typed.text("unit") or None,
        channel=typed.code("channel", Channel),
        category=typed.code("category", Category),
    )
    page = max(1, min(request.args.get("page", 1, type=int), 100_000))
    return render_template(
        "casework/queue.html",
        found=list_cases(reading(), scope, filters, who.id, page),
        filters=filters,
        tabs=[
            (shelf, count_cases(reading(), scope, Filters(shelf=shelf), who.id))
            for shelf in shelves
        ],
        units=_units(scope),
        statuses=codes(Status),
        channels=codes(Channel),
        categories=codes(Category),
        countdown=countdown.of_line,
        hides_complaint=not may_read_complaint(who),
    )


@blueprint.post("/search")
@open_to_staff
def search() -> str | Response:
    """By reference or by the complaint's own words. Posted, since those words are personal and
    addresses end up in logs and histories."""
    who, text = visitor(), Typed(request.form).text("text")
    case = find_case(reading(), text.upper()) if text else None
    if case is not None and may_open(who, case, bank()):
        return redirect(url_for("cases.case_page", reference=case.reference))
    searches_words = text and may_read_complaint(who)
    found = search_cases(reading(), scope_of(who, bank()), text) if searches_words else ()
    return render_template(
        "casework/search.html",
        text=text,
        lines=found[:FOUND_AT_MOST],
        there_is_more=len(found) > FOUND_AT_MOST,
        countdown=countdown.of_line,
    )


def shelves_of(who: Visitor) -> tuple[QueueView, ...]:
    """The tabs of all somebody's roles together, each once."""
    return tuple(
        dict.fromkeys(shelf for role in who.roles for shelf in SHELVES.get(role, OF_OFFICES))
    )


def _chosen_shelf(typed: Typed, shelves: tuple[QueueView, ...]) -> QueueView:
    asked = typed.code("shelf", QueueView)
    return asked if asked in shelves else shelves[0]


def _units(scope: Scope) -> tuple[Choice, ...]:
    """The units whose cases may be in the list."""
    return tuple(
        Choice(value=unit, words=unit_name(unit))
        for unit in bank().units
        if scope.bank_wide or scope.first_owner or unit in scope.units
    )
