"""Reports that nobody owes and somebody writes when there is cause (A-58): of which days."""

from datetime import UTC, datetime

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from domain.asked_reports import WantedReport
from domain.permission_names import Permission
from domain.reporting import Form
from rulebook.staffing import today_in_the_bank
from store.reports.duties import OwedReport
from store.reports.periodic import duties_of
from web import wording
from web.base.context import bank, reading
from web.kit.access import not_there, open_to, reader
from web.kit.forms import Typed
from web.reports.periodic import units_of
from web.reports.written import day_in

blueprint = Blueprint("when_needed", __name__, url_prefix="/reports-when-needed")


@blueprint.get("/<unit>/<periodical>")
@open_to(Permission.ANSWER_FOR_REPORTS)
def of_days(unit: str, periodical: str) -> str | Response | tuple[str, int]:
    """Asks for the days; given good ones, leads to the report of them."""
    duty = _duty(unit, periodical)
    form = Typed(request.args)
    wanted = WantedReport(
        form=Form(duty.periodical.form),
        units=(unit,),
        begins=day_in(form.text("begins")),
        ends=day_in(form.text("ends")),
    )
    today = today_in_the_bank()
    flaws = [*wanted.flaws(today)] if request.args else []
    if request.args and not flaws:
        return redirect(
            url_for(
                "reporting.report",
                unit=unit,
                periodical=periodical,
                begins=wanted.begins,
                ends=wanted.ends,
            )
        )
    page = render_template(
        "reports/report_when_needed.html",
        duty=duty,
        typed=request.args,
        today=today.isoformat(),
        flaws=[wording.words(each) for each in flaws],
    )
    return (page, 422) if flaws else page


def _duty(unit: str, periodical: str) -> OwedReport:
    """The report as the pack of that unit knows it, for whoever answers for the unit."""
    mine = [unit] if unit in units_of(reader(), bank()) else []
    for duty in duties_of(reading(), mine, datetime.now(UTC)):
        if duty.periodical.name == periodical and duty.is_written_when_needed:
            return duty
    not_there(unit)
