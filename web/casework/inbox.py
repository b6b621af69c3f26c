"""The inbox: what Redress has told this person, and whom this person must tell."""

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from domain.permission_names import Permission
from rulebook.walking import read_walk_limits
from store.evidence.looks import look_into
from store.notice_care import mark_read
from store.reads.inbox import inbox_of, walks_told
from store.reads.tasks import SHOWN_AT_MOST, to_be_told_by
from web.base.context import reading, records, writing
from web.base.phrases import _
from web.kit.access import open_to, open_to_staff, reader, visitor

blueprint = Blueprint("inbox", __name__)


@blueprint.get("/inbox")
@open_to_staff
def my_inbox() -> str:
    """Notices, unread ones first; above them the customers who could not be written to."""
    return render_template(
        "casework/inbox.html",
        notices=inbox_of(reading(), reader()),
        to_tell=to_be_told_by(reading(), reader()),
        walks=walks_told(reading(), reader()),
        walk_limits=read_walk_limits(),
        shown_at_most=SHOWN_AT_MOST,
    )


@blueprint.post("/inbox/read")
@open_to_staff
def read_all() -> Response:
    """Everything has been read."""
    with writing() as session:
        mark_read(session, visitor().id)
    return redirect(url_for("inbox.my_inbox"))


@blueprint.post("/inbox/<int:notice_id>/read")
@open_to_staff
def read_one(notice_id: int) -> Response:
    """One notice has been read."""
    with writing() as session:
        mark_read(session, visitor().id, notice_id)
    return redirect(url_for("inbox.my_inbox"))


@blueprint.post("/inbox/walks/<int:walk_id>")
@open_to(Permission.HEAR_OF_WALKS)
def looked_into(walk_id: int) -> Response:
    """Somebody has looked into who asked for many things that are not theirs."""
    with writing() as session:
        if not look_into(session, walk_id, visitor().id):
            abort(404)
    flash(_("Noted: you have looked into it."), "success")
    return redirect(url_for("inbox.my_inbox"))


@blueprint.post("/inbox/tasks/<int:task_id>/told")
@open_to_staff
def told(task_id: int) -> Response:
    """Somebody who could not be written to has been told by telephone or letter."""
    if task_id not in {task.id for task in to_be_told_by(reading(), reader())}:
        abort(404)
    records().notices.told(task_id, visitor().actor)
    flash(_("Noted: they have been told."), "success")
    return redirect(url_for("inbox.my_inbox"))
