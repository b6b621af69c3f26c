"""Reports to the regulator: drafted by a ladder, checked and sent by the liaison (C-21)."""

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from domain.classification import Role
from store.reports.regulator import find_report, list_reports, submit_report
from web.base.context import reading, writing
from web.base.phrases import _
from web.kit.access import open_to, visitor

blueprint = Blueprint("reports", __name__)


@blueprint.get("/reports")
@open_to(Role.REGULATOR_LIAISON)
def drafts() -> str:
    """Drafts first, then what was submitted."""
    return render_template("reports/reports.html", reports=list_reports(reading()))


@blueprint.get("/reports/<path:key>")
@open_to(Role.REGULATOR_LIAISON)
def report(key: str) -> str:
    """What the report says."""
    found = find_report(reading(), key)
    if found is None:
        abort(404)
    return render_template("reports/report.html", report=found)


@blueprint.post("/reports/<path:key>")
@open_to(Role.REGULATOR_LIAISON)
def submit(key: str) -> Response:
    """The report went to the regulator."""
    with writing() as session:
        submit_report(session, key, visitor().actor)
    flash(_("The report is marked as submitted."), "success")
    return redirect(url_for("reports.drafts"))
