"""What is due to be erased, and how far erasing it has come."""

from collections.abc import Sequence

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from domain.complaint import Flaw
from domain.errors import NotFit, Refused
from domain.permission_names import Permission
from rulebook.retention import read_retention
from store.cases.erasing import ask_for_all_due, erasure_runs
from store.erasure.due import due_now
from web.base.context import reading, writing
from web.base.phrases import _
from web.kit.access import open_to, visitor
from web.kit.forms import reason_field, reason_in, set_apart

blueprint = Blueprint("erasure", __name__, url_prefix="/erasure")

RUNS_SHOWN = 10
"""Requests for all that were due, newest first (default)."""


@blueprint.get("")
@open_to(Permission.ERASE_ALL_DUE)
def due() -> str:
    """A dry run: which cases are due, what would go, what keeps others; and the runs so far."""
    return _page()


@blueprint.post("")
@open_to(Permission.ERASE_ALL_DUE)
def ask() -> Response | tuple[str, int]:
    """Have a second person agree to it; refused, what was typed comes back."""
    reason = reason_in(request.form)
    try:
        with writing() as session:
            ask_for_all_due(session, by=visitor().actor, reason=reason)
    except (NotFit, Refused) as why:
        refusal, wrong = set_apart(why)
        return _page(refusal, reason, wrong), 422 if wrong else 409
    flash(
        _("Asked for, and nothing is erased yet: somebody else must agree under “Approvals”."),
        "warning",
    )
    return redirect(url_for("erasure.due"))


def _page(refusal: str = "", typed: str = "", wrong: Sequence[Flaw] = ()) -> str:
    reading().rollback()  # What is due now, also when something has been asked for meanwhile.
    return render_template(
        "control/erasure.html",
        due=due_now(reading()),
        runs=erasure_runs(reading())[:RUNS_SHOWN],
        terms=read_retention().terms,
        refusal=refusal,
        reason=reason_field(_("Reason, for the second person who must agree"), typed, wrong),
    )
