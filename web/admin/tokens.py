"""Taking the tokens of other systems back."""

from flask import Blueprint, flash, redirect, url_for
from werkzeug.wrappers import Response

from domain.permission_names import Permission
from store.people.tokens import revoke_token
from web.base.context import writing
from web.base.phrases import _
from web.kit.access import open_to, visitor

blueprint = Blueprint("tokens", __name__, url_prefix="/admin")


@blueprint.post("/tokens/<token>/revoke")
@open_to(Permission.MANAGE_PEOPLE)
def revoke(token: str) -> Response:
    """Let a token open nothing any more."""
    with writing() as session:
        revoked = revoke_token(session, token, visitor().actor)
    if revoked:
        flash(_("The token is revoked. Whoever shows it is refused."), "success")
    else:
        flash(_("There is no such token in force."), "warning")
    return redirect(url_for("people.everybody"))
