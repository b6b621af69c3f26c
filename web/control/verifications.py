"""Whether rows, workflows and journals agree."""

from datetime import UTC, datetime

from flask import Blueprint, render_template

from domain.permission_names import Permission
from domain.upkeep import Chore
from rulebook.upkeep import read_upkeep
from store.operations.verification import latest_verifications
from web.base.context import reading
from web.kit.access import open_to, reader
from web.kit.countdown import span

VERIFICATIONS_SHOWN = 20

RESULTS_MISSED = 2
"""That should have come since the last one, before the page warns (default): one may be under way,
or have lost its worker."""

blueprint = Blueprint("verifications", __name__, url_prefix="/admin")


@blueprint.get("/verifications")
@open_to(Permission.READ_VERIFICATIONS)
def latest() -> str:
    """What the last comparisons of rows, workflows and journals have found, and whether new ones
    still come: an old result says nothing of today."""
    found = latest_verifications(reading(), reader(), VERIFICATIONS_SHOWN)
    every = read_upkeep().every[Chore.VERIFY]
    age = datetime.now(UTC) - found[0].finished_at if found else None
    return render_template(
        "control/verifications.html",
        verifications=found,
        age=span(age) if age is not None else "",
        every=span(every) if age is not None and age > RESULTS_MISSED * every else "",
    )
