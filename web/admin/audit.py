"""The audit trail: who did what outside the journals."""

from flask import Blueprint, render_template, request

from domain.permission_names import Permission
from store.reads.audit_trail import read_audit
from web.base.context import bank, reading
from web.kit.access import open_to, reader
from web.kit.forms import Typed
from web.kit.paging import asked_page

blueprint = Blueprint("audit", __name__, url_prefix="/admin")


@blueprint.get("/audit")
@open_to(Permission.READ_AUDIT)
def trail() -> str:
    """What people did outside the journals, newest first."""
    typed = Typed(request.args)
    by, subject = typed.text("by") or None, typed.text("subject") or None
    return render_template(
        "admin/audit.html",
        found=read_audit(reading(), reader(), asked_page(), by, subject),
        by=by,
        subject=subject,
        people=bank().people.values(),
    )
