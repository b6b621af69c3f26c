"""Reports that were submitted to whoever looks: they wait under My tasks until they are read."""

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from domain.report_tables import CASE
from store.evidence.audit import Action, note
from store.reports.corrections import versions_of
from store.reports.received import find_received, note_read, reports_received
from web.base.context import bank, reading, writing
from web.kit.access import not_there, open_to_staff, reader, visitor
from web.kit.paging import asked_page
from web.reports.files import told
from web.reports.periodic import units_of
from web.reports.written import day_in, words_told

blueprint = Blueprint("received_reports", __name__, url_prefix="/reports-received")


@blueprint.get("")
@open_to_staff
def overview() -> str:
    """All that came, the newest first."""
    found = reports_received(reading(), visitor().id, asked_page())
    return render_template("reports/reports_received.html", found=found)


@blueprint.get("/<unit>/<periodical>/<begins>")
@open_to_staff
def one(unit: str, periodical: str, begins: str) -> str | Response:
    """What it says, as it was submitted or corrected last; with that it has been read.

    Whoever answers for the reports of that unit reads it on its own page, with all that belongs to
    it. Complaints told of one by one are for them alone.
    """
    day = day_in(begins)
    found = find_received(reading(), visitor().id, unit, periodical, day) if day else None
    if found is None:
        not_there(unit)
    versions = versions_of(reading(), unit, periodical, found.begins)
    with writing() as session:
        note_read(session, visitor().id, found)
        note(
            session,
            Action.READ_REPORT,
            by=visitor().id,
            subject=unit,
            periodical=periodical,
            begins=found.begins.isoformat(),
            shown=[],
        )
    if unit in units_of(reader(), bank()):
        return redirect(
            url_for("reporting.report", unit=unit, periodical=periodical, begins=begins)
        )
    last = versions[-1]
    return render_template(
        "reports/report_received.html",
        report=found,
        version=last,
        versions=versions,
        tables=[
            (table, told(table))
            for table in last.tables
            if table.rows and CASE not in table.columns
        ],
        written=words_told(found.periodical, last.words),
    )
