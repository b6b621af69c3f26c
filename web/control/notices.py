"""Notices that could not be sent, and what administrators do about them."""

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from domain.errors import Refused
from domain.permission_names import Permission
from store.mails.mailboxes import mailboxes
from store.reads.inbox import dead_notices
from web import wording
from web.base.context import reading, records
from web.base.phrases import _
from web.kit.access import open_to, reader, visitor

blueprint = Blueprint("notices", __name__, url_prefix="/admin")


@blueprint.get("/notices")
@open_to(Permission.MEND_NOTICE)
def unsent() -> str:
    """Notices that could not be sent."""
    return render_template(
        "control/dead_notices.html",
        notices=dead_notices(reading(), reader()),
        mailboxes=mailboxes(reading()),
    )


@blueprint.post("/notices/<int:notice_id>/again")
@open_to(Permission.MEND_NOTICE)
def send_again(notice_id: int) -> Response:
    """Try once more."""
    return _mended(notice_id, again=True)


@blueprint.post("/notices/<int:notice_id>/rest")
@open_to(Permission.MEND_NOTICE)
def let_rest(notice_id: int) -> Response:
    """Seen, and left as it is."""
    return _mended(notice_id, again=False)


def _mended(notice_id: int, *, again: bool) -> Response:
    desk = records().notices
    try:
        (desk.try_again if again else desk.let_rest)(notice_id, visitor().actor)
    except Refused as refused:
        flash(wording.refusal_sentence(refused), "warning")
    else:
        flash(_("It will be sent again.") if again else _("Noted as seen."), "success")
    return redirect(url_for("notices.unsent"))
