"""Taking back what one has just done."""

from flask import Blueprint, flash, redirect
from werkzeug.wrappers import Response

from desk.cases import UNDO
from domain.errors import Refusal, Refused
from store.undoing import Done, find_done
from web import wording
from web.base.context import reading, records
from web.base.phrases import _
from web.casework.cases import page_after
from web.kit.access import not_there, open_to_staff, visitor
from web.kit.asking import changed_since
from web.kit.menu import way_back
from web.kit.outcomes import tell

blueprint = Blueprint("undoing", __name__, url_prefix="/undo")


@blueprint.post("/<key>")
@open_to_staff
def undo(key: str) -> Response:
    """Take it back, unless somebody has gone on from it; a second click changes nothing."""
    done = find_done(reading(), key, visitor().id) or not_there(key)
    reading().rollback()  # The engine may keep us waiting; nothing of PostgreSQL's is held.
    outcome = records().desk.undo(done, visitor().actor)
    if outcome.refusal is not None:
        flash(_why_not(done, outcome.refusal), "warning")
    else:
        tell(outcome, str(wording.act_words(UNDO).done))
    return redirect(way_back() or page_after(done.reference))


def _why_not(done: Done, refused: Refused) -> str:
    if refused.code is not Refusal.CHANGED_MEANWHILE:
        return wording.refusal_sentence(refused)
    stays = _("It stays as it is, for somebody has gone on from it.")
    return f"{stays} {changed_since(done.reference, done.version)}".strip()
