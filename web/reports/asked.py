"""Reports that somebody asks for, over any days and units: asked, made in the worker, saved."""

from collections.abc import Collection, Sequence
from datetime import date
from uuid import uuid4

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from desk.approvals.large_files import count_listed, save_many, takes_two
from desk.documents import NotPrintable
from desk.spreadsheets import Cell
from domain.asked_reports import FORMS, WantedReport
from domain.complaint import Flaw
from domain.errors import NotFit, Refused
from domain.permission_names import Permission
from domain.permissions import units_for
from domain.report_tables import Table, listed_in
from domain.reporting import Form
from domain.statuses import AskedReportStatus
from rulebook.approvals import read_approval_limits
from rulebook.staffing import today_in_the_bank
from store.evidence.audit import Action, note
from store.reports.asked import AskedReport, ask_for_report, find_asked, list_asked
from web import wording
from web.base.context import bank, reading, writing
from web.base.phrases import _, joined
from web.kit.access import open_to, reader, visitor
from web.kit.forms import Choice, Typed, key_in, reason_in, set_apart
from web.kit.looking_again import looking_again
from web.kit.paging import asked_page
from web.reports.files import ENDINGS, file_of, first_rows, reason_for_file, told
from web.wording.documents import not_printable_sentence

blueprint = Blueprint("asked_reports", __name__, url_prefix="/reports-asked")

UNFINISHED = frozenset({AskedReportStatus.ASKED, AskedReportStatus.BEING_MADE})


@blueprint.get("")
@open_to(Permission.ANSWER_FOR_REPORTS)
def overview() -> str:
    """What was asked for, and the form that asks."""
    return _overview()


@blueprint.post("")
@open_to(Permission.ANSWER_FOR_REPORTS)
def ask() -> Response | tuple[str, int]:
    """Have a report made; refused, what was typed is kept."""
    typed = Typed(request.form)
    form = typed.one_of("form", _forms()) or Form.CLASSIFIED
    unit = typed.one_of("unit", _units())
    wanted = WantedReport(
        form=Form(form),
        units=(unit,) if unit else (),
        begins=_day(typed.text("begins")),
        ends=_day(typed.text("ends")),
    )
    flaws = [wording.words(each) for each in wanted.flaws(today_in_the_bank())]
    if flaws:
        return _overview(flaws), 422
    key = key_in(request.form, "command_id")
    with writing() as session:
        id = ask_for_report(session, wanted, visitor().actor, key)
    flash(_("Asked for. The worker makes it; this page says how far it is."), "success")
    return redirect(url_for("asked_reports.one", id=id))


@blueprint.get("/<id>")
@open_to(Permission.ANSWER_FOR_REPORTS)
def one(id: str) -> str | Response:
    """How far it is, and it looks again by itself; when it is made, its figures."""
    found = _found(id)
    if found.status in UNFINISHED:
        return looking_again(_page(found))
    _note(Action.READ_ASKED_REPORT, found)
    return _page(found)


@blueprint.get("/<id>.<ending>")
@open_to(Permission.ANSWER_FOR_REPORTS)
def download(id: str, ending: str) -> Response:
    """The figures as a file; with many cases in it, the page says how to have it."""
    found = _found(id)
    _require(found, ending)
    assert found.tables is not None
    if takes_two(found.tables):
        return redirect(url_for("asked_reports.one", id=id))
    return _file(found, found.tables, ending)


@blueprint.post("/<id>.<ending>")
@open_to(Permission.ANSWER_FOR_REPORTS)
def download_many(id: str, ending: str) -> Response | tuple[str, int]:
    """The same with many cases in it, once a second person has agreed."""
    found = _found(id)
    _require(found, ending)
    assert found.tables is not None
    reason = reason_in(request.form)
    try:
        with writing() as session:
            agreed = save_many(
                session,
                id,
                found.tables,
                about=_about(found),
                by=visitor().actor,
                reason=reason,
                sent_as=key_in(request.form, "command_id"),
            )
    except (NotFit, Refused) as why:
        refusal, wrong = set_apart(why)
        return _page(found, refusal, reason, wrong), 422 if wrong else 409
    if agreed.may_be_done:
        return _file(found, found.tables, ending)
    flash(
        _("Asked for. You can save the file once another has agreed; see “Approvals”."),
        "success",
    )
    return redirect(url_for("asked_reports.one", id=id))


def _overview(flaws: Collection[str] = ()) -> str:
    return render_template(
        "reports/reports_asked.html",
        found=list_asked(reading(), reader(), _mine(), asked_page()),
        units=_units(),
        forms=_forms(),
        typed=request.form,
        flaws=flaws,
        today=today_in_the_bank().isoformat(),
        command_id=str(uuid4()),
    )


def _page(
    found: AskedReport, refusal: str = "", reason: str = "", wrong: Sequence[Flaw] = ()
) -> str:
    tables = found.tables or ()
    is_large = takes_two(tables)
    shown = [first_rows(table) if is_large else table for table in tables]
    return render_template(
        "reports/report_asked.html",
        report=found,
        tables=[(table, told(table)) for table in shown if table.rows],
        is_unfinished=found.status in UNFINISHED,
        is_large=is_large,
        listed=count_listed(tables),
        at_once=read_approval_limits().customers_at_once,
        refusal=refusal,
        reason=reason_for_file(reason, wrong),
        command_id=str(uuid4()),
    )


def _file(found: AskedReport, tables: tuple[Table, ...], ending: str) -> Response:
    _note(Action.SAVED_ASKED_REPORT, found)
    title = wording.words(found.form)
    about: list[tuple[str, Cell]] = [
        (_("Report"), title),
        (_("Unit"), joined(map(wording.unit_name, found.units))),
        (_("Complaints"), found.total or 0),
        (_("From day"), found.begins.isoformat()),
        (_("To day"), found.ends.isoformat()),
        (_("Made"), wording.when(found.made_at) if found.made_at else ""),
    ]
    name = f"{title}-{found.begins}-{found.ends}"
    try:
        return file_of(ending, title, about, tables, name=name, made_on=found.ends)
    except NotPrintable as why:
        flash(not_printable_sentence(why), "danger")
        return redirect(url_for("asked_reports.one", id=found.id))


def _about(found: AskedReport) -> dict[str, object]:
    """What a second person reads of it."""
    return {
        "form": found.form,
        "unit": found.units[0],
        "days": [found.begins.isoformat(), found.ends.isoformat()],
    }


def _found(id: str) -> AskedReport:
    found = find_asked(reading(), reader(), _mine(), id)
    if found is None:
        abort(404)
    return found


def _require(found: AskedReport, ending: str) -> None:
    if ending not in ENDINGS or found.tables is None:
        abort(404)


def _note(action: Action, found: AskedReport) -> None:
    shown = sorted(listed_in(found.tables or ()))
    with writing() as session:
        note(session, action, by=visitor().id, subject=found.id, shown=shown)


def _mine() -> frozenset[str]:
    return units_for(Permission.ANSWER_FOR_REPORTS, reader(), bank().units)


def _units() -> list[Choice]:
    return [Choice(value=each, words=wording.unit_name(each)) for each in sorted(_mine())]


def _forms() -> list[Choice]:
    return [Choice(value=each, words=wording.words(each)) for each in FORMS]


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if day.year >= 2000 else None  # No complaint of ours is older (default).
