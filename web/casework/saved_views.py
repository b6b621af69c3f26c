"""Saving how one looks at the queue, for oneself or for the unit too."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from domain.complaint import BadInput, Flaw, flaws_of_free_text
from store.people.saved_views import AT_MOST, forget_view, save_view
from web.base.context import writing
from web.base.phrases import _
from web.casework.queues.narrowing import ASKED
from web.kit.access import open_to_staff, reader, visitor
from web.kit.forms import Field, FieldKind, Typed, filled, judged
from web.wording import unit_name

blueprint = Blueprint("saved_views", __name__, url_prefix="/views")

LONGEST_NAME = 60
"""Characters (default): a name stands in one line above the list."""

LONGEST_ID = 64
"""Characters of a value that a list can be narrowed to: units have ids as long as that."""


@blueprint.get("/new")
@open_to_staff
def new() -> str:
    """Give a name to the list that was looked at."""
    return _page(_fields(), request.args)


@blueprint.post("/")
@open_to_staff
def save() -> Response | tuple[str, int]:
    """Save it, in the place of one's own of the same name."""
    typed = Typed(request.form)
    name = typed.text("name")
    flaws = [
        *([] if name else [Flaw.of("name", BadInput.EMPTY)]),
        *flaws_of_free_text("name", name, LONGEST_NAME),
    ]
    if flaws:
        fields = judged(filled(_fields(), request.form), flaws)
        return _page(fields, request.form), 422
    asked = _asked(request.form)
    with writing() as session:
        is_saved = save_view(session, reader(), name, asked, shared=typed.text("shared") == "yes")
    if not is_saved:
        full = _("You have %(count)s views. Take one away first.", count=AT_MOST)
        return _page(filled(_fields(), request.form), request.form, full), 409
    flash(_("The view is saved. It stands above the list."), "success")
    return redirect(url_for("queue.my_queue", **asked))


@blueprint.post("/<int:view>/forget")
@open_to_staff
def forget(view: int) -> Response:
    """Take one of one's own away."""
    with writing() as session:
        if not forget_view(session, visitor().id, view):
            abort(404)
    flash(_("The view is taken away. The cases are where they were."), "success")
    return redirect(url_for("queue.my_queue"))


def _page(fields: tuple[Field, ...], asked: MultiDict[str, str], problem: str = "") -> str:
    return render_template(
        "casework/new_view.html", fields=fields, asked=_asked(asked), problem=problem
    )


def _fields() -> tuple[Field, ...]:
    return (
        Field(name="name", label=_("Name of the view"), required=True),
        Field(
            name="shared",
            label=_("Everybody in %(unit)s sees it too", unit=unit_name(visitor().unit)),
            kind=FieldKind.YES,
            hint=_("They see the cases that they may read, and none besides."),
        ),
    )


def _asked(typed: MultiDict[str, str]) -> dict[str, Any]:
    """How a list was looked at; what no list asks for is left out."""
    found = {name: [e for e in typed.getlist(name) if len(e) <= LONGEST_ID] for name in ASKED}
    return {name: values for name, values in found.items() if values}
