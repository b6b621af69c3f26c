"""One act upon several cases: looked at first, asked of each, and told of as the answers come in.

Each case is asked and answers for itself; what the rules forbid in one stops no other. Nobody waits
for the answers: the commands are stored, and the page reads what the records say.
"""

from uuid import UUID, uuid4

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as Answer

from domain.statuses import CommandStatus
from store.bulk.acts import BulkAct, find_bulk
from store.bulk.lists import own_bulk_acts
from store.database import DatabaseAway
from web import wording
from web.base.context import reading, records
from web.casework.bulk.choice import (
    KINDS,
    Choice,
    asked_of,
    choice_asked,
    choice_sent,
    foreseen,
    opened_each,
)
from web.casework.bulk.preview import (
    LOOKED_AT,
    as_asked,
    fields_of,
    preview,
    read_typed,
    without_a_choice,
)
from web.casework.bulk.results import look_again_after, may_be_undone, told_of, undone_by
from web.kit.access import open_to_staff, visitor
from web.kit.edges import LARGEST_VERSION
from web.kit.failures import unanswered
from web.kit.forms import key_in, typed_into
from web.kit.looking_again import looking_again
from web.kit.paging import asked_page

blueprint = Blueprint("bulk", __name__, url_prefix="/bulk")

Page = str | Answer | tuple[str, int]


@blueprint.get("/")
@open_to_staff
def look() -> Page:
    """What the act would meet in each of the cases, before anything is done. The key it will be
    done under stands in the address: whoever comes back to it finds what became of it."""
    kind, key = _kind(request.args), request.args.get("key", "")
    if not _is_a_key(key):
        return redirect(url_for("bulk.look", **as_asked("key"), key=str(uuid4())))
    if _asked_before(key) is not None:
        return redirect(url_for("bulk.one", bulk_id=key))
    return _look(kind, choice_asked(), MultiDict(), key)


@blueprint.post("/")
@open_to_staff
def act() -> Page:
    """Ask it of each case where nothing stood against it; sent again, nothing happens twice."""
    form = typed_into(request.form, ("note",))
    kind, key, choice = _kind(form), key_in(form, "command_id"), choice_sent()
    if _asked_before(key) is not None:
        return redirect(url_for("bulk.one", bulk_id=key))
    return _look(kind, choice, form, key, is_sent="look" not in form)


@blueprint.get("/own")
@open_to_staff
def own() -> str:
    """What this person has done in several cases at once; nobody is shown another's."""
    found = own_bulk_acts(reading(), visitor().id, asked_page())
    return render_template("casework/bulk_acts.html", found=found)


@blueprint.get("/<bulk_id>")
@open_to_staff
def one(bulk_id: str) -> Page:
    """How far it has come, and what became of it in each case."""
    bulk = _asked_before(bulk_id) or abort(404)
    page = render_template(
        "casework/bulk_act.html",
        bulk=bulk,
        words=wording.act_words(bulk.kind),
        done=bulk.count(CommandStatus.ACCEPTED),
        told=list(told_of(bulk)),
        undone_by=undone_by(bulk),
        may_be_undone=may_be_undone(bulk),
    )
    return looking_again(page, look_again_after(bulk)) if bulk.is_at_work else page


@blueprint.post("/<bulk_id>/undo")
@open_to_staff
def undo(bulk_id: str) -> Page:
    """Take back all that it has done, as far as nobody has gone on from it; asked twice, once."""
    bulk = _asked_before(bulk_id) or abort(404)
    if undone_by(bulk) is None and not may_be_undone(bulk):
        return redirect(url_for("bulk.one", bulk_id=bulk_id), 303)
    reading().rollback()
    undo_id = records().desk.undo_in_bulk(bulk, visitor().actor)
    return redirect(url_for("bulk.one", bulk_id=undo_id), 303)


def _look(
    kind: str, choice: Choice, form: MultiDict[str, str], key: str, *, is_sent: bool = False
) -> Page:
    """The preview, with what was typed so far; or, sent whole from the preview of just this, what
    becomes of it."""
    opened = opened_each(kind, choice.references)
    typed = read_typed(kind, fields_of(kind, opened), form)
    chosen = foreseen(kind, opened, typed.handler)
    if form and not typed.is_whole:
        typed = without_a_choice(typed)
    if typed.flaws:
        return preview(kind, chosen, typed, beyond=choice.beyond, command_id=key), 422
    has_seen_this = form.get(LOOKED_AT, "") == (typed.handler or "")
    is_possible = any(each.left_alone is None for each in chosen)
    if not (is_sent and has_seen_this and is_possible):
        return preview(kind, chosen, typed, beyond=choice.beyond, command_id=key)
    asked = [
        asked
        for each in chosen
        for asked in asked_of(each, UUID(key), _version_seen(form, each.reference))
    ]
    reading().rollback()
    try:
        records().desk.act_in_bulk(key, kind, asked, typed.words, visitor().actor)
    except DatabaseAway as away:
        said = unanswered(away)
        again = preview(kind, chosen, typed, beyond=choice.beyond, command_id=key, unsure=said)
        return again, 503
    return redirect(url_for("bulk.one", bulk_id=key), 303)


def _version_seen(form: MultiDict[str, str], reference: str) -> int | None:
    version = form.get(f"version-{reference}", type=int)
    return None if version is None else max(0, min(version, LARGEST_VERSION))


def _kind(typed: MultiDict[str, str]) -> str:
    kind = typed.get("act", "")
    if kind not in dict(KINDS):
        abort(404)
    return kind


def _is_a_key(text: str) -> bool:
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False


def _asked_before(key: str) -> BulkAct | None:
    return find_bulk(reading(), key, visitor().id)
