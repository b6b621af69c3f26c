"""For administrators: files of units and people, checked first and then loaded."""

import base64
import binascii
from collections.abc import Mapping, Sequence

from flask import Blueprint, Response, flash, render_template, request
from werkzeug.datastructures import FileStorage

from desk.people_files import FileKind, check_files, kind_of, links_text, load_files
from domain.complaint import BadInput, Flaw
from domain.errors import NotFit
from domain.permission_names import Permission
from rulebook.staffing import read_staffing
from web.base.context import records
from web.base.phrases import _
from web.kit.access import open_to, visitor
from web.kit.forms import Field, FieldKind, flaws_in, reason_field, reason_in
from web.wording.flaws import FLAWS

blueprint = Blueprint("bank_files", __name__, url_prefix="/admin/files")

Page = str | tuple[str, int]

SHOWN_AT_MOST = 200
"""Lines of a report on one page (default)."""


@blueprint.get("")
@open_to(Permission.MANAGE_PEOPLE)
def choose() -> str:
    """Which files, and how they are written."""
    return _page()


@blueprint.post("")
@open_to(Permission.MANAGE_PEOPLE)
def check() -> Page:
    """What loading them would do; with everything that is wrong, by line."""
    chosen = [file for file in request.files.getlist("files") if file.filename]
    if not chosen:
        return _page(problem=str(FLAWS[BadInput.EMPTY])), 422
    files = _by_kind(chosen)
    if files is None:
        told = _("Choose one file of units and one of people. These two are of the same kind.")
        return _page(problem=told), 422
    report = check_files(records().people, files, visitor().actor)
    page = _page(report=report, contents=_packed(files), reason=_reason())
    return page if not report.flaws else (page, 422)


@blueprint.post("/load")
@open_to(Permission.MANAGE_PEOPLE)
def load() -> Page:
    """Load what was checked: the page that showed the report carries the files."""
    files = _unpacked(request.form)
    if not files:
        return _page(problem=_("Choose the files anew.")), 422
    typed = reason_in(request.form)
    reason, desk, by = typed or _("From a file of people."), records().people, visitor().actor
    try:
        report = load_files(desk, files, by, reason=reason)
    except NotFit as unfit:  # in the reason, which is all that stands in no file
        report, contents = check_files(desk, files, by), _packed(files)
        why = _reason(typed, flaws_in(unfit))
        return _page(report=report, contents=contents, reason=why), 422
    if report.flaws:
        return _page(report=report), 422
    flash(_("The files are loaded."), "success")
    return _page(report=report, is_loaded=True)


@blueprint.post("/links")
@open_to(Permission.MANAGE_PEOPLE)
def links() -> Response:
    """A file of one-time links for everybody who has never set a password."""
    invited = records().people.invite_newcomers(visitor().actor)
    answer = Response(links_text(invited, records().settings.base_url), mimetype="text/csv")
    answer.headers["Content-Disposition"] = 'attachment; filename="links.csv"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _reason(typed: str = "", wrong: Sequence[Flaw] = ()) -> Field:
    label = _("Reason, for the second administrator")
    return reason_field(label, typed, wrong, kind=FieldKind.TEXT, required=False)


def _by_kind(chosen: list[FileStorage]) -> dict[FileKind, bytes] | None:
    contents = [file.read() for file in chosen]
    by_kind = {kind_of(content): content for content in contents}
    return by_kind if len(by_kind) == len(contents) else None


def _packed(files: Mapping[FileKind, bytes]) -> dict[str, str]:
    """The files as the page carries them to the second step."""
    return {kind.value: base64.b64encode(content).decode() for kind, content in files.items()}


def _unpacked(form: Mapping[str, str]) -> dict[FileKind, bytes]:
    try:
        return {
            kind: base64.b64decode(form[kind.value], validate=True)
            for kind in FileKind
            if form.get(kind.value)
        }
    except (binascii.Error, ValueError):
        return {}


def _page(**told: object) -> str:
    return render_template(
        "admin/bank_files.html", headings=_headings(), shown_at_most=SHOWN_AT_MOST, **told
    )


def _headings() -> dict[FileKind, dict[str, list[str]]]:
    """For each kind of file its fields, each with the headings that name it."""
    told: dict[FileKind, dict[str, list[str]]] = {}
    for kind in FileKind:
        fields = told.setdefault(kind, {})
        for heading, field in read_staffing().headings[kind].items():
            fields.setdefault(field, []).append(heading)
    return told
