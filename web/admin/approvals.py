"""What waits for a second administrator."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from domain.approvals import ApprovalOutcome
from domain.errors import Refused
from domain.permission_names import Permission
from web.base.context import records
from web.base.phrases import _
from web.kit.access import open_to, visitor
from web.wording import refusal_sentence

blueprint = Blueprint("approvals", __name__, url_prefix="/admin/approvals")


@blueprint.get("")
@open_to(Permission.MANAGE_PEOPLE)
def waiting() -> str:
    """Requests of others to decide on, and one's own that others decide on."""
    every, me = records().people.waiting(), visitor().id
    return render_template(
        "admin/approvals.html",
        to_decide=[each for each in every if each.may_be_decided_by(me)],
        own=[each for each in every if not each.may_be_decided_by(me)],
    )


@blueprint.post("/<approval>")
@open_to(Permission.MANAGE_PEOPLE)
def decide(approval: str) -> Response:
    """Agree, decline, or take the own request back."""
    outcome = request.form.get("outcome", "")
    if outcome not in set(ApprovalOutcome):
        abort(400)
    try:
        records().people.decide(approval, ApprovalOutcome(outcome), visitor().actor)
    except Refused as refused:
        flash(refusal_sentence(refused), "warning")
    else:
        flash(_("Noted, and done."), "success")
    return redirect(url_for("approvals.waiting"))
