"""Returns to authorities: filled as known on any day, submitted by two, corrected, saved."""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from xml.etree import ElementTree

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from desk.approvals.return_flaws import flaws_of_filled
from desk.approvals.returns import submit_return
from desk.spreadsheets import Cell, Sheet, table_text, workbook
from domain.complaint import Flaw
from domain.errors import NotFit, Refused
from domain.permission_names import Permission
from domain.returns import (
    Count,
    Figures,
    ReturnLine,
    ReturnTemplate,
    SchemaBreach,
    difference,
    document_of_return,
)
from rulebook.returns import read_returns
from rulebook.staffing import beginning_of
from store.evidence.audit import Action, note
from store.reports.returns import (
    FilledReturn,
    fill_return,
    note_receipt,
    return_period,
    submissions_of,
    submitted_periods,
)
from web import wording
from web.base.context import reading, writing
from web.base.phrases import _, language_code, on_the_wall
from web.kit.access import open_to, visitor
from web.kit.days import asked_day
from web.kit.downloads import XLSX, saved
from web.kit.forms import reason_field, reason_in, set_apart
from web.reports.breaches import breach_words
from web.reports.files import percent_of
from web.wording.facts import return_figure_words, return_line_words

blueprint = Blueprint("returns", __name__, url_prefix="/returns")

PERIODS = 8
"""Periods that the overview lists of each return (default)."""

ONE_RETURN = "/<name>/<begins>"
ENDINGS = frozenset({"csv", "xlsx", "json", "xml"})
LONGEST_RECEIPT = 100
"""Characters (default)."""


@blueprint.get("")
@open_to(Permission.REPORT_TO_REGULATOR)
def overview() -> str:
    """Each return with its last periods, and how each stands."""
    found, today = [], _today()
    for template in read_returns().values():
        submitted = submitted_periods(reading(), template.name)
        day, periods = today, []
        for _number in range(PERIODS):
            period = return_period(template, day)
            periods.append((period, submitted.get(period.begins), period.ends >= today))
            day = period.begins - timedelta(days=1)
        found.append((template, periods))
    return render_template("reports/returns.html", found=found)


@blueprint.get(ONE_RETURN)
@open_to(Permission.REPORT_TO_REGULATOR)
def one(name: str, begins: str) -> str:
    """The figures as known on a day, what differs from another, and what was submitted."""
    return _page(_template(name), _day(begins))


@blueprint.post(ONE_RETURN)
@open_to(Permission.REPORT_TO_REGULATOR)
def submit(name: str, begins: str) -> Answer | tuple[str, int]:
    """Submit, or correct, once another has agreed."""
    template, day = _template(name), _day(begins)
    reason = reason_in(request.form)
    try:
        with writing() as session:
            filled = fill_return(session, template, return_period(template, day), now())
            agreed = submit_return(
                session,
                filled,
                by=visitor().actor,
                reason=reason,
                now=now(),
                sent_as=request.form.get("number", type=int),
            )
    except (NotFit, Refused) as why:
        refusal, wrong = set_apart(why)
        return _page(template, day, refusal, reason, wrong), 422 if wrong else 409
    if agreed.may_be_done:
        flash(_("It is submitted: send it, then note the receipt number."), "success")
    else:
        flash(_("Asked for. Submit it once another has agreed; see “Approvals”."), "success")
    return redirect(request.path)


@blueprint.post(f"{ONE_RETURN}/<int:number>/receipt")
@open_to(Permission.REPORT_TO_REGULATOR)
def receipt(name: str, begins: str, number: int) -> Answer | tuple[str, int]:
    """The number by which the authority says that it has it."""
    template, day = _template(name), _day(begins)
    typed = request.form.get("receipt", "").strip()
    if not typed or len(typed) > LONGEST_RECEIPT or not typed.isprintable():
        says = _("Write down the receipt number: up to %(most)s characters.", most=LONGEST_RECEIPT)
        return _page(template, day, receipt=(number, typed, says)), 422
    with writing() as session:
        kept = note_receipt(session, name, day, number, typed, visitor().actor)
    if kept is None:
        abort(404)
    if kept != typed:
        says = _(
            "It has the receipt number %(number)s already; %(typed)s was not noted.",
            number=kept,
            typed=typed,
        )
        return _page(template, day, says), 409
    flash(_("The receipt number is noted."), "success")
    return redirect(url_for("returns.one", name=name, begins=begins))


@blueprint.get(f"{ONE_RETURN}.<ending>")
@open_to(Permission.REPORT_TO_REGULATOR)
def download(name: str, begins: str, ending: str) -> Response:
    """The figures as a file: those submitted under a number, else as known on a day. From the same
    figures the same bytes."""
    if ending not in ENDINGS:
        abort(404)
    template = _template(name)
    period = return_period(template, _day(begins))
    number = request.args.get("number", type=int)
    if number is not None:
        told = next(
            (e for e in submissions_of(reading(), name, period.begins) if e.number == number), None
        )
        if told is None:
            abort(404)
        figures, known_at = told.figures, told.known_at
    else:
        known_at = _known("known") or now()
        figures = fill_return(reading(), template, period, known_at).figures
    document = document_of_return(template, period, known_at, figures, submission=number)
    about = {name: str(value) for name, value in document.items() if name != "figures"}
    with writing() as session:
        note(session, Action.SAVED_RETURN, by=visitor().id, subject=name, ending=ending, **about)
    title = template.title[language_code()]
    content, kind = _content(ending, template, document, about, figures)
    return saved(content, kind, f"{title}-{period.begins}.{ending}")


def _content(
    ending: str,
    template: ReturnTemplate,
    document: dict[str, Any],
    about: dict[str, str],
    figures: Figures,
) -> tuple[bytes, str]:
    match ending:
        case "json":
            text = json.dumps(document, ensure_ascii=False, indent=1) + "\n"
            return text.encode(), "application/json"
        case "xml":
            root = ElementTree.Element("return", about)
            for line in template.lines:
                value = figures.get(line.code)
                told = {} if value is None else {"value": str(value)}
                ElementTree.SubElement(root, "line", {"code": line.code, **told})
            ElementTree.indent(root)
            return ElementTree.tostring(root, "utf-8", xml_declaration=True), "application/xml"
        case "xlsx":
            sheets = [
                Sheet(tab=template.title[language_code()], lines=_lines(template, figures)),
                Sheet(tab=_("About"), lines=[*_about_in_words(template, about)]),
            ]
            return workbook(template.title[language_code()], sheets), XLSX
        case _:
            return table_text(_lines(template, figures)).encode(), "text/csv; charset=utf-8"


def _about_in_words(template: ReturnTemplate, about: Mapping[str, str]) -> Iterator[Sequence[Cell]]:
    """What the file says of itself, for whoever opens it in a spreadsheet."""
    yield [_("Field"), _("Value")]
    yield [_("Report"), template.title[language_code()]]
    yield [_("Goes to"), template.authority[language_code()]]
    yield [_("From day"), about["begins"]]
    yield [_("To day"), about["ends"]]
    yield [_("As known at"), wording.when(datetime.fromisoformat(about["known_at"]))]
    yield [_("Submission"), about["submission"] or _("not submitted")]
    yield [_("Version of the form"), about["template"]]


def _lines(template: ReturnTemplate, figures: Figures) -> list[list[Cell]]:
    lines: list[list[Cell]] = [[_("Line"), _("What it counts"), _("Value"), _("Section")]]
    for section in template.sections:
        for line in section.lines:
            value = figures.get(line.code)
            cell: Cell = "" if value is None else percent_of(value) if line.is_share else value
            title = section.title[language_code()]
            lines.append([line.code, return_line_words(line), cell, title])
    return lines


def _page(
    template: ReturnTemplate,
    day: date,
    refusal: str = "",
    reason: str = "",
    wrong: Sequence[Flaw] = (),
    receipt: tuple[int, str, str] = (0, "", ""),
) -> str:
    """:param receipt: of which submission, what was typed as it, and what is wrong with that"""
    period = return_period(template, day)
    known_at, against_at = _known("known"), _known("against")
    filled = fill_return(reading(), template, period, known_at or now())
    against = fill_return(reading(), template, period, against_at) if against_at else None
    told = submissions_of(reading(), template.name, period.begins)
    before = against.figures if against else told[-1].figures if told else None
    return render_template(
        "reports/return.html",
        template=template,
        period=period,
        known=request.args.get("known", ""),
        against=request.args.get("against", ""),
        known_at=known_at,
        against_at=against_at,
        filled=filled,
        sections=[
            (section.title[language_code()], [_row(line, filled, before) for line in section.lines])
            for section in template.sections
        ],
        has_difference=before is not None,
        is_against_submission=against is None,
        balance=list(_balance(filled)),
        flaws=list(_flaws(filled)),
        submissions=[
            (each, _changes(template, was.figures, each.figures) if was else [])
            for was, each in zip((None, *told), told, strict=False)
        ],
        can_submit=known_at is None,
        has_changed=not told or bool(difference(told[-1].figures, filled.figures)),
        refusal=refusal,
        reason=reason_field(_("Why as it is (another reads it and agrees)"), reason, wrong),
        receipt=receipt,
    )


def _flaws(filled: FilledReturn) -> Iterator[str]:
    """Everything that keeps it from being submitted, a sentence each."""
    labels = {line.code: f"{line.code} {return_line_words(line)}" for line in filled.template.lines}
    for flaw, where in flaws_of_filled(filled, filled.known_at):
        if isinstance(where, SchemaBreach):
            yield breach_words(where, labels)
        else:
            yield f"{wording.words(flaw)}{_(': ')}{where}" if where else wording.words(flaw)


def _row(line: ReturnLine, filled: FilledReturn, before: Figures | None) -> dict[str, str]:
    value = filled.figures[line.code]
    was = None if before is None else before.get(line.code)
    return {
        "code": line.code,
        "title": return_line_words(line),
        "value": return_figure_words(line, value),
        "changed": "" if before is None else _changed(line, was, value),
        "lacks_code": "yes" if line.lacks_code else "",
    }


def _changes(template: ReturnTemplate, before: Figures, after: Figures) -> list[str]:
    """The lines that differ, each by how much; a line that the template has no more by its code."""
    lines = {line.code: line for line in template.lines}
    changed = {
        code: _changed(lines[code], before.get(code), after.get(code))
        if code in lines
        else f"{by:+d}"
        for code, by in difference(before, after).items()
    }
    return [f"{code} {by}" for code, by in changed.items() if by]


def _changed(line: ReturnLine, before: int | None, after: int | None) -> str:
    """By how much a line differs; a share of nothing was none, and differs by nothing."""
    by = (after or 0) - (before or 0)
    if not by or (line.is_share and None in (before, after)):
        return ""
    return _("%(by)s points", by=f"{by / 10:+.1f}") if line.is_share else f"{by:+d}"


def _balance(filled: FilledReturn) -> Iterator[tuple[Count, int]]:
    """How the list of cases adds up, beside what the lines say."""
    for count in (Count.OPENING, Count.RECEIVED, Count.REOPENED, Count.CLOSED, Count.CLOSING):
        yield count, filled.cases.count(count)


def _template(name: str) -> ReturnTemplate:
    found = read_returns().get(name)
    if found is None:
        abort(404)
    return found


def _day(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        abort(404)
    if day.year < 2000 or day > _today():  # No complaint of ours is older (default).
        abort(404)
    return day


def _known(name: str) -> datetime | None:
    """The end of a day that was asked for; a day that is none, or has not ended, is now."""
    day = asked_day(name)
    end = beginning_of(day + timedelta(days=1)) if day else None
    return end if end and end <= now() else None


def _today() -> date:
    return on_the_wall(now()).date()


def now() -> datetime:
    """By which it is told what is known."""
    return datetime.now(UTC)
