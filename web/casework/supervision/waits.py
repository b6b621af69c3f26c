"""Who waits for whom: everybody by name, and what one of them waits for from another."""

from flask import Blueprint, render_template, request

from domain.permission_names import Permission
from store.reads.waits import waits_between, who_waits
from web.base.context import reading
from web.kit import countdown
from web.kit.access import open_to, reader
from web.kit.paging import asked_page

blueprint = Blueprint("waits", __name__, url_prefix="/supervision/waits")


@blueprint.get("")
@open_to(Permission.SUPERVISE)
def everybody() -> str:
    """All who wait and for whom, those who have waited longest first."""
    found = who_waits(reading(), reader(), asked_page())
    return render_template("casework/waits.html", found=found)


@blueprint.get("/between")
@open_to(Permission.SUPERVISE)
def between() -> str:
    """What one waits for from another; without a name it is nobody in particular."""
    asked = request.args
    asked_by, person = asked.get("by") or None, asked.get("of") or None
    past_only = asked.get("past") == "yes"
    found = waits_between(reading(), reader(), asked_by, person, asked_page(), past_only=past_only)
    return render_template(
        "casework/waits_between.html",
        asked_by=asked_by,
        person=person,
        past_only=past_only,
        found=found,
        running=countdown.running,
    )
