"""Reports to the regulator: drafted by a ladder, checked and sent by the liaison (C-21)."""

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from domain.errors import Refused
from domain.permission_names import Permission
from store.evidence.audit import Action, note
from store.reports.regulator import find_report, list_reports, submit_report
from web.base.context import reading, writing
from web.base.phrases import _
from web.kit.access import not_there, open_to, reader, visitor

blueprint = Blueprint("reports", __name__)


@blueprint.get("/reports")
@open_to(Permission.REPORT_TO_REGULATOR)
def drafts() -> str:
    """Drafts first, then what was submitted."""
    return render_template("reports/reports.html", reports=list_reports(reading(), reader()))


@blueprint.get("/reports/<path:key>")
@open_to(Permission.REPORT_TO_REGULATOR)
def report(key: str) -> str:
    """What the report says."""
    found = find_report(reading(), reader(), key)
    if found is None:
        not_there(key)
    with writing() as session:
        note(session, Action.READ_DRAFT, by=visitor().id, subject=found.reference)
    return render_template("reports/report.html", report=found)


@blueprint.post("/reports/<path:key>")
@open_to(Permission.REPORT_TO_REGULATOR)
def submit(key: str) -> Response:
    """The report went to the regulator."""
    try:
        with writing() as session:
            submit_report(session, key, visitor().actor)
    except Refused:
        not_there(key)
    flash(_("The report is marked as submitted."), "success")
    return redirect(url_for("reports.drafts"))
