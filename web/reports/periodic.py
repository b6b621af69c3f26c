"""Reports that units owe again and again: what is open, the figures of each, and submitting it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from uuid import uuid4

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from desk.approvals.large_files import count_listed, save_many, takes_two
from desk.documents import NotPrintable
from desk.spreadsheets import Cell
from domain.complaint import Flaw
from domain.errors import NotFit, Refused
from domain.paging import page_of
from domain.permission_names import Permission
from domain.permissions import units_for
from domain.relations import Reader
from domain.report_tables import changed_rows, listed_in
from domain.reporting import Form, is_owed
from rulebook.approvals import read_approval_limits
from store.evidence.audit import Action, note
from store.people.bank import Bank
from store.reports.corrections import ReportVersion, correct_report, versions_of
from store.reports.filed import file_of_year, years_filed
from store.reports.periodic import (
    PeriodicReport,
    duties_of,
    figures_now,
    find_periodic_report,
    submit_periodic_report,
)
from web import wording
from web.base.context import bank, reading, writing
from web.base.phrases import _, language_code, on_the_wall
from web.kit.access import not_there, open_to, reader, visitor
from web.kit.forms import (
    Choice,
    Field,
    Typed,
    filled,
    flaws_in,
    judged,
    key_in,
    reason_field,
    reason_in,
    set_apart,
)
from web.kit.menu import way_back
from web.kit.paging import asked_page
from web.reports.files import (
    ENDINGS,
    changes_told,
    file_of,
    first_rows,
    reason_for_file,
    told,
)
from web.reports.written import day_in, typed_words, words_told, written_fields
from web.wording.documents import not_printable_sentence

blueprint = Blueprint("reporting", __name__, url_prefix="/reports-owed")


ONE_REPORT = "/<unit>/<periodical>/<begins>"


@blueprint.get("")
@open_to(Permission.ANSWER_FOR_REPORTS)
def owed() -> str:
    """What one's own unit and those below it owe: overdue, open, submitted."""
    typed = Typed(request.args)
    mine = sorted(units_of(reader(), bank()))
    unit = typed.one_of("unit", [Choice(value=each, words=each) for each in mine])
    duties = duties_of(reading(), [unit] if unit else mine, now())
    return render_template(
        "reports/reports_owed.html",
        found=page_of(duties, asked_page()),
        overdue=sum(len(each.overdue) for each in duties),
        units=[Choice(value=each, words=wording.unit_name(each)) for each in mine],
        unit=unit,
    )


@blueprint.get("/filed")
@open_to(Permission.ANSWER_FOR_REPORTS)
def filed() -> str:
    """What was submitted, by the year it is about."""
    mine = sorted(units_of(reader(), bank()))
    years = years_filed(reading(), mine)
    this_year = on_the_wall(now()).year
    year = request.args.get("year", years[0] if years else this_year, type=int)
    found = file_of_year(reading(), reader(), mine, min(max(year, 1), 9999), asked_page())
    return render_template("reports/reports_filed.html", found=found, years=years)


@blueprint.get(ONE_REPORT)
@open_to(Permission.ANSWER_FOR_REPORTS)
def report(unit: str, periodical: str, begins: str) -> str:
    """The figures of one report: as they were submitted, else as they are now."""
    found = _found(unit, periodical, begins)
    _note(Action.READ_REPORT, found)
    return _page(found)


@blueprint.post(ONE_REPORT)
@open_to(Permission.ANSWER_FOR_REPORTS)
def submit(unit: str, periodical: str, begins: str) -> Response | tuple[str, int]:
    """The unit reports: the figures and what was written stay as they are now."""
    found = _found(unit, periodical, begins)
    fields, words = typed_words(found.periodical, request.form)
    by, last = visitor().actor, found.ends
    try:
        with writing() as session:
            submit_periodic_report(
                session, unit, periodical, found.begins, by, now(), words, ends=last
            )
    except NotFit as unfit:
        return _page(found, fields=judged(fields, flaws_in(unfit))), 422
    except Refused as refused:
        now_there = _found(unit, periodical, begins)  # Somebody may have submitted it meanwhile.
        return _page(now_there, wording.refusal_sentence(refused), fields=fields), 409
    flash(_said(found), "success")
    return redirect(way_back() or request.path)


def _said(found: PeriodicReport) -> str:
    if found.periodical.form != Form.CHECK:
        if found.is_overdue:
            return _("The report is submitted, after its time: it stays late.")
        return _("The report is submitted. Its figures stay as they are now.")
    if found.is_overdue or found.is_late:
        return _("Confirmed after close of business: it stays late.")
    return _("Confirmed before close of business.")


@blueprint.post(f"{ONE_REPORT}/correction")
@open_to(Permission.ANSWER_FOR_REPORTS)
def correct(unit: str, periodical: str, begins: str) -> Response | tuple[str, int]:
    """New figures and words beside those that were submitted, which stay; with a reason."""
    found = _found(unit, periodical, begins)
    why = reason_in(request.form, "why")
    fields, words = typed_words(found.periodical, request.form)
    try:
        with writing() as session:
            correct_report(
                session,
                unit,
                periodical,
                found.begins,
                by=visitor().actor,
                reason=why,
                now=now(),
                words=words or None,
            )
    except (NotFit, Refused) as problem:
        flaws = flaws_in(problem) if isinstance(problem, NotFit) else ()
        of_reason = [each for each in flaws if each.where not in words]
        refusal, wrong = set_apart(NotFit(of_reason) if flaws else problem)
        told = _why(why, wrong)
        fields = judged(fields, flaws)
        return _page(found, refusal, why=told, fields=fields), 422 if flaws or wrong else 409
    flash(_("The report is corrected. What was submitted before stays beside it."), "success")
    return redirect(_address("report", found))


@blueprint.get(f"{ONE_REPORT}.<ending>")
@open_to(Permission.ANSWER_FOR_REPORTS)
def download(unit: str, periodical: str, begins: str, ending: str) -> Response:
    """The same figures, for a spreadsheet; with many cases in it, the page says how to have it."""
    found = _found(unit, periodical, begins)
    _require(ending)
    if takes_two(found.tables):
        return redirect(_address("report", found))
    return _file(found, ending)


@blueprint.post(f"{ONE_REPORT}.<ending>")
@open_to(Permission.ANSWER_FOR_REPORTS)
def download_many(
    unit: str, periodical: str, begins: str, ending: str
) -> Response | tuple[str, int]:
    """The same with many cases in it, once a second person has agreed."""
    found = _found(unit, periodical, begins)
    _require(ending)
    reason = reason_in(request.form)
    try:
        with writing() as session:
            agreed = save_many(
                session,
                _name(found),
                found.tables,
                about=_about(found),
                by=visitor().actor,
                reason=reason,
                sent_as=key_in(request.form, "command_id"),
            )
    except (NotFit, Refused) as why:
        refusal, wrong = set_apart(why)
        return _page(found, refusal, reason_for_file(reason, wrong)), 422 if wrong else 409
    if agreed.may_be_done:
        return _file(found, ending)
    flash(
        _("Asked for. You can save the file once another has agreed; see “Approvals”."),
        "success",
    )
    return redirect(_address("report", found))


def _file(found: PeriodicReport, ending: str) -> Response:
    _note(Action.SAVED_REPORT, found)
    title = found.periodical.title[language_code()]
    about: list[tuple[str, Cell]] = [
        (_("Report"), title),
        (_("Unit"), wording.unit_name(found.unit)),
        (_("Complaints"), found.cases),
        (_("From day"), found.begins.isoformat()),
        (_("To day"), found.ends.isoformat()),
        (_("Rule"), found.periodical.rule),
        (_("Policy"), found.policy),
        (_("Submitted"), wording.when(found.submitted_at) if found.submitted_at else ""),
    ]
    name = f"{title}-{found.unit}-{found.begins}"
    try:
        return file_of(
            ending,
            title,
            about,
            found.tables,
            name=name,
            made_on=found.ends,
            written=words_told(found.periodical, found.words),
        )
    except NotPrintable as why:
        flash(not_printable_sentence(why), "danger")
        return redirect(_address("report", found))


def _require(ending: str) -> None:
    if ending not in ENDINGS:
        abort(404)


def _about(found: PeriodicReport) -> dict[str, object]:
    """What a second person reads of it."""
    return {
        "report": dict(found.periodical.title),
        "unit": found.unit,
        "days": [found.begins.isoformat(), found.ends.isoformat()],
    }


def _name(found: PeriodicReport) -> str:
    return f"{found.unit}-{found.periodical.name}-{found.begins}"


def _address(view: str, found: PeriodicReport) -> str:
    """Of the same report, in the version that is looked at."""
    return url_for(
        f"reporting.{view}",
        unit=found.unit,
        periodical=found.periodical.name,
        begins=found.begins.isoformat(),
        ends=_asked_end(found),
        version=request.args.get("version", type=int),
    )


def _asked_end(found: PeriodicReport) -> str | None:
    """Up to which day a report is, as its address says; None where that is known by itself."""
    is_open = not is_owed(found.periodical) and found.submitted_at is None
    return found.ends.isoformat() if is_open else None


def units_of(who: Reader, everything: Bank) -> frozenset[str]:
    """The units whose reports somebody sees and may answer for."""
    return units_for(Permission.ANSWER_FOR_REPORTS, who, everything.units)


def _found(unit: str, periodical: str, begins: str) -> PeriodicReport:
    if unit not in units_of(reader(), bank()):
        not_there(unit)
    day, last = day_in(begins), day_in(request.args.get("ends", ""))
    if day is None:
        abort(404)
    found = find_periodic_report(reading(), reader(), unit, periodical, day, now(), last)
    if found is None:
        abort(404)
    return as_version(found, _versions(found))


def _versions(found: PeriodicReport) -> tuple[ReportVersion, ...]:
    """What was submitted and corrected, where all of it is this reader's."""
    if not found.is_as_submitted:
        return ()
    return versions_of(reading(), found.unit, found.periodical.name, found.begins)


def as_version(found: PeriodicReport, versions: tuple[ReportVersion, ...]) -> PeriodicReport:
    """The report as it was corrected last, or in the version that is asked for."""
    if len(versions) < 2:
        return found
    asked = request.args.get("version", type=int)
    shown = versions[asked] if asked is not None and 0 <= asked < len(versions) else versions[-1]
    return replace(found, tables=shown.tables, cases=shown.cases, words=shown.words)


def _note(action: Action, found: PeriodicReport) -> None:
    with writing() as session:
        note(
            session,
            action,
            by=visitor().id,
            subject=found.unit,
            periodical=found.periodical.name,
            begins=found.begins.isoformat(),
            shown=sorted(listed_in(found.tables)),
        )


def _page(
    found: PeriodicReport,
    refusal: str = "",
    reason: Field | None = None,
    why: Field | None = None,
    fields: tuple[Field, ...] = (),
) -> str:
    tables, versions = found.tables, _versions(found)
    would_change = (
        list(changed_rows(versions[-1].tables, figures_now(reading(), found)[0]))
        if versions
        else []
    )
    is_large = takes_two(tables)
    if is_large:
        # Of what one person may not take away, the page shows no more than they may.
        tables = tuple(map(first_rows, tables))
    return render_template(
        "reports/report_owed.html",
        report=found,
        written=words_told(found.periodical, found.words),
        fields=fields or filled(written_fields(found.periodical), MultiDict(found.words)),
        ends=_asked_end(found),
        tables=[(table, told(table)) for table in tables if table.rows],
        refusal=refusal,
        is_large=is_large,
        listed=count_listed(found.tables),
        at_once=read_approval_limits().customers_at_once,
        reason=reason or reason_for_file("", ()),
        why=why or _why(),
        command_id=str(uuid4()),
        versions=[
            (version, changes_told(changed_rows(before.tables, version.tables)) if before else [])
            for before, version in zip((None, *versions), versions, strict=False)
        ],
        would_change=changes_told(would_change),
        version=request.args.get("version", type=int),
    )


def _why(typed: str = "", wrong: Sequence[Flaw] = ()) -> Field:
    """The reason of a correction."""
    label = _("What is corrected and why (its receiver reads it)")
    return reason_field(label, typed, wrong, name="why")


def now() -> datetime:
    """By which it is told what is due."""
    return datetime.now(UTC)
