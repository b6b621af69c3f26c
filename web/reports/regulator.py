"""Reports to the regulator on cases (C-21): written, agreed to by another, submitted, acknowledged,
corrected.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from uuid import uuid4

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from desk.cases import ActStatus
from desk.documents import NotPrintable
from domain.acts import AnyAct, NoteReportReceipt, SubmitCaseReport, WordCaseReport
from domain.case_reports import said
from domain.complaint import BadInput, Flaw
from domain.errors import Refusal, Refused
from domain.permission_names import Permission
from rulebook.returns import read_case_report
from store.evidence.audit import Action, note
from store.reports.regulator import RegulatorReport, ReportList, find_report, list_reports
from web import wording
from web.base.context import reading, writing
from web.base.phrases import _, language_code
from web.kit.access import not_there, open_to, reader, visitor
from web.kit.asking import NotDone, ask
from web.kit.downloads import saved
from web.kit.forms import (
    Field,
    FieldKind,
    Typed,
    filled,
    judged,
    reason_field,
    typed_instant,
    typed_into,
)
from web.kit.kept_typing import keeps_what_is_typed
from web.kit.outcomes import tell
from web.kit.paging import asked_page
from web.reports.case_report_files import FILES, Told, content_of, flaws_said, rows_of
from web.wording.documents import not_printable_sentence
from web.wording.names import person_name

blueprint = Blueprint("reports", __name__)

Page = str | Response | tuple[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Again:
    """What was typed into the forms of the page, and what stands against it."""

    refusal: str = ""
    fields: tuple[Field, ...] = ()
    """Of the texts; empty while they are as they were kept."""
    shows_theirs: bool = False
    """Whether somebody else has written meanwhile, whose words stand beside what was typed."""
    reason: str = ""
    reason_lacks: str = ""
    number: int = 0
    """Of the submission whose receipt was typed."""
    receipt: str = ""
    receipt_lacks: str = ""
    acknowledged_at: str = ""
    acknowledged_lacks: str = ""
    command_id: str = ""
    """The key to send the same form again with, where nobody knows what became of it."""

    @property
    def typed_receipt(self) -> str:
        """The receipt as it was typed, with the time beside it."""
        return f"{self.receipt} ({self.acknowledged_at.replace('T', ' ')})"

    def key_of(self, endpoint: str, number: int | None = None) -> str:
        """The key of a form of the page: a new one, unless it was this one that was sent."""
        was_sent = (
            request.endpoint == endpoint and (request.view_args or {}).get("number") == number
        )
        return (self.command_id if was_sent else "") or str(uuid4())


@blueprint.get("/reports")
@open_to(Permission.REPORT_TO_REGULATOR)
def drafts() -> str:
    """What is due first; narrowed to what is open, late or submitted."""
    wanted = request.args.get("show", "")
    shown = ReportList(wanted) if wanted in set(ReportList) else ReportList.OPEN
    found = list_reports(reading(), reader(), shown, asked_page())
    return render_template(
        "reports/reports.html", found=found, shown=shown, lists=tuple(ReportList)
    )


@blueprint.get("/reports/<path:key>")
@open_to(Permission.REPORT_TO_REGULATOR)
def report(key: str) -> str:
    """What the report says, how it stands, and what was submitted of it."""
    found = _found(key)
    with writing() as session:
        note(session, Action.READ_DRAFT, by=visitor().id, subject=found.line.reference)
    return _page(found, Again())


def _texts_of(key: str) -> Mapping[str, str]:
    """What the texts of a report are called, for whoever may write it."""
    _found(key)
    return {row.name: row.label[language_code()] for row in read_case_report().texts}


@blueprint.post("/reports/<path:key>")
@open_to(Permission.REPORT_TO_REGULATOR)
@keeps_what_is_typed(_texts_of)
def word(key: str) -> Page:
    """Keep what was written."""
    found = _found(key)
    names = [row.name for row in read_case_report().texts]
    form = typed_into(request.form, names)
    texts = {name: Typed(form).text(name) for name in names}
    again = Again(fields=filled(_fields(), form))
    if not any(texts.values()):
        flaws = [Flaw.of(names[0], BadInput.EMPTY)]
        return _page(found, replace(again, fields=judged(again.fields, flaws))), 422
    if texts == {name: found.texts.get(name, "") for name in names}:
        flash(_("Nothing has changed, so nothing was written down."), "info")
        return redirect(_address(found))
    if request.form.get("seen", found.worded_when) != found.worded_when:
        says = _(
            "%(person)s has written in it since you opened it. Their words stand below yours: bring"
            " both together, then keep it.",
            person=person_name(found.worded_by),
        )
        return _page(found, replace(again, refusal=says, shows_theirs=True)), 409
    act = WordCaseReport(report=found.name)
    return _done(found, act, texts, again, _("What the report says is kept."))


def _reason_of(key: str) -> Mapping[str, str]:
    """What the reason of a submission is called, for whoever may ask for one."""
    return {"reason": _why(_found(key))}


def _why(found: RegulatorReport) -> str:
    """What the reason of its next submission is called."""
    if found.submissions:
        return _("What is corrected and why (another reads it and agrees)")
    return _("Why as it is (another reads it and agrees)")


@blueprint.post("/reports/submission/<path:key>")
@open_to(Permission.REPORT_TO_REGULATOR)
@keeps_what_is_typed(_reason_of)
def submit(key: str) -> Page:
    """Ask another to agree to just these words; when they do, it is submitted."""
    found, template = _found(key), read_case_report()
    again = Again(reason=Typed(request.form).text("reason"))
    if any(flaws_said(template, Told.of(found))):
        says = _("It cannot be submitted as it is: see what is missing above.")
        return _page(found, replace(again, refusal=says)), 409
    if not found.has_changed:
        says = _("Nothing has changed since it was submitted, so there is nothing to correct.")
        return _page(found, replace(again, refusal=says)), 409
    if not again.reason:
        says = _("Write down why it is submitted as it is: another reads it and agrees.")
        return _page(found, replace(again, reason_lacks=says)), 422
    act = SubmitCaseReport(
        report=found.name,
        number=found.next_number,
        template=template.version,
        says=said(found.facts),
    )
    words = {row.name: found.texts.get(row.name, "") for row in template.texts}
    done = _("It is submitted: send it, then note the receipt number.")
    return _done(found, act, {"reason": again.reason, **words}, again, done)


@blueprint.post("/reports/receipts/<int:number>/<path:key>")
@open_to(Permission.REPORT_TO_REGULATOR)
def receipt(number: int, key: str) -> Page:
    """By which number and when the regulator said that it has it."""
    found = _found(key)
    form = Typed(request.form)
    at = form.instant("acknowledged_at")
    again = Again(
        number=number,
        receipt=form.text("receipt"),
        acknowledged_at=form.text("acknowledged_at"),
    )
    if not again.receipt or at is None:
        number_lacks = "" if again.receipt else _("Write down the receipt number.")
        hour_lacks = "" if at else _("Write down the day and hour it came.")
        lacking = replace(again, receipt_lacks=number_lacks, acknowledged_lacks=hour_lacks)
        return _page(found, lacking), 422
    submission = [each for each in found.submissions if each.number == number]
    if any(each.receipt == again.receipt for each in submission):
        flash(_("The receipt number is noted."), "success")
        return redirect(_address(found))
    if any(each.acknowledged_at for each in submission):
        says = wording.refusal_sentence(Refused(Refusal.RECEIPT_NOTED_ALREADY))
        return _page(found, replace(again, refusal=says)), 409
    # The field knows no seconds.
    minutes = (each.submitted_at.replace(second=0, microsecond=0) for each in submission)
    if at > datetime.now(UTC) or any(at < each for each in minutes):
        says = _("The receipt cannot have come before it was submitted, nor later than now.")
        return _page(found, replace(again, acknowledged_lacks=says)), 422
    act = NoteReportReceipt(report=found.name, number=number, acknowledged_at=at)
    words = {"receipt": again.receipt}
    return _done(found, act, words, again, _("The receipt number is noted."))


@blueprint.get("/reports/files/<ending>/<path:key>")
@open_to(Permission.REPORT_TO_REGULATOR)
def download(ending: str, key: str) -> Response:
    """The report as a document or a file: as submitted under a number, else as it stands."""
    if ending not in FILES:
        abort(404)
    found = _found(key)
    number = request.args.get("number", 0, type=int)
    submitted = next((each for each in found.submissions if each.number == number), None)
    if number and submitted is None:
        abort(404)
    template = read_case_report()
    try:
        content = content_of(ending, template, found, Told.of(found, submitted))
    except NotPrintable as why:
        flash(not_printable_sentence(why), "danger")
        return redirect(_address(found))
    with writing() as session:
        facts = {"ending": ending, "submission": str(number or "")}
        reference = found.line.reference
        note(session, Action.SAVED_CASE_REPORT, by=visitor().id, subject=reference, **facts)
    name = f"{template.title[language_code()]}-{reference}-{number or _('draft')}"
    return saved(content, FILES[ending], f"{name}.{ending}")


def _done(
    found: RegulatorReport, act: AnyAct, words: Mapping[str, str], again: Again, done: str
) -> Page:
    """Let the case judge the act, and say what became of it; what was typed is kept."""
    said_in_it = {name: text for name, text in words.items() if text}
    answer = ask(found.line.reference, act, said_in_it, request.form)
    if isinstance(answer, NotDone):
        flaws = answer.flaws
        fields = judged(again.fields, flaws)
        nowhere = () if fields else map(wording.flaw_sentence, flaws)
        says = answer.sentence or " ".join(nowhere)
        again = replace(again, fields=fields, refusal=says, command_id=answer.command_id)
        return _page(_found(found.line.key), again), answer.status
    if answer.status is ActStatus.ASKED_FOR:
        flash(_("Asked for. It is submitted as soon as another agrees to it."), "success")
    else:
        tell(answer, done)
    return redirect(_address(found))


def _page(found: RegulatorReport, again: Again) -> str:
    template, told = read_case_report(), Told.of(found)
    language = language_code()
    lacks = (again.reason_lacks,) if again.reason_lacks else ()
    labels = {row.name: row.label[language] for row in template.rows}
    return render_template(
        "reports/report.html",
        report=found,
        template=template,
        facts=[(label, says) for row, label, says in rows_of(template, told) if row.fact and says],
        fields=again.fields or filled(_fields(), MultiDict(found.texts)),
        flaws=list(flaws_said(template, told)),
        submissions=[
            (
                each,
                [(label, says) for _row, label, says in rows_of(template, Told.of(found, each))],
                [labels.get(name, name) for name in each.changed],
            )
            for each in found.submissions
        ],
        endings=tuple(FILES),
        again=again,
        reason=reason_field(_why(found), again.reason, errors=lacks),
        now=typed_instant(datetime.now(UTC)),
    )


def _fields() -> tuple[Field, ...]:
    language = language_code()
    return tuple(
        Field(
            name=row.name,
            label=row.label[language],
            kind=FieldKind.LONG_TEXT,
            required=row.is_required,
            hint=row.hint.get(language, ""),
            rows=2 if row.name == "contact" else 4,
            form="text",
        )
        for row in read_case_report().texts
    )


def _found(key: str) -> RegulatorReport:
    found = find_report(reading(), reader(), key)
    if found is None:
        not_there(key)
    return found


def _address(found: RegulatorReport) -> str:
    return url_for("reports.report", key=found.line.key)
