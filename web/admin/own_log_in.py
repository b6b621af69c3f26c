"""One's own way in: password, second factor, and where one is logged in."""

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from rulebook.sign_in import read_sign_in_limits
from store.people import logins
from store.people.stays import stays_of
from web.base.context import reading, records, writing
from web.base.phrases import _
from web.kit.access import open_to_staff, visitor

blueprint = Blueprint("own_log_in", __name__, url_prefix="/you")


@blueprint.get("")
@open_to_staff
def overview() -> str:
    """How one comes in, and from where one has."""
    who, factors = visitor(), records().sign_in.second_factors
    return render_template(
        "admin/own_log_in.html",
        stays=stays_of(reading(), who.id, read_sign_in_limits()),
        has_factor=factors.is_set(who.id),
        factor_is_wanted=factors.is_wanted(who.roles),
        recovery_codes=factors.count_recovery_codes(who.id),
    )


@blueprint.post("/log-ins/<stay>/end")
@open_to_staff
def log_out_there(stay: str) -> Response:
    """End a stay of one's own in another browser."""
    with writing() as session:
        ended = logins.log_out_there(session, visitor(), stay)
    if ended:
        flash(_("You are logged out there."), "success")
    else:
        flash(_("You were logged out there already."), "success")
    return redirect(url_for("own_log_in.overview"))


@blueprint.post("/log-ins/others/end")
@open_to_staff
def log_out_elsewhere() -> Response:
    """End every stay of one's own but this one."""
    with writing() as session:
        logins.log_out_elsewhere(session, visitor())
    flash(_("You are logged in here and nowhere else."), "success")
    return redirect(url_for("own_log_in.overview"))
