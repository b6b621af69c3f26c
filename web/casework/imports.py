"""Files of complaints handed in at a page: uploaded, matched, checked, imported, reported.

The work itself is done beside the worker; the pages say how far it is.
"""

import csv
import io
from collections.abc import Mapping
from datetime import datetime
from io import BytesIO
from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from desk.imports.handed_in import LARGEST_FILE, masked_rows, refused_rows, rows_again
from desk.spreadsheets import harmless
from domain.attachments import FIELD
from domain.classification import Channel
from domain.complaint import OF_A_COMPLAINT, BadInput, Flaw
from domain.errors import NotFit
from domain.file_names import savable
from domain.permission_names import Permission
from domain.sensitive import masked_text
from store.cases.uploads import Upload
from web.base.context import bank, reading, records
from web.base.phrases import _
from web.casework.import_fields import (
    chosen_mapping,
    mapping_fields,
    mapping_fields_again,
)
from web.kit.access import open_to, visitor
from web.kit.forms import MASK, Choice, Field, FieldKind, Typed, filled, flaws_in, judged
from web.kit.looking_again import looking_again
from web.wording import label, unit_name, when, words
from web.wording.imports import lines_again, masked_lines, report_lines, same_faults

blueprint = Blueprint("imports", __name__, url_prefix="/imports")

BESIDE_THE_FILE = 1 << 20
"""Bytes a form may have besides its file (default)."""

Page = str | Answer | tuple[str, int]


@blueprint.url_value_preprocessor
def _make_room_for_a_file(_endpoint: str | None, _values: dict[str, Any] | None) -> None:
    # Before anything reads the form: elsewhere forms are kept much smaller.
    request.max_content_length = LARGEST_FILE + BESIDE_THE_FILE


@blueprint.get("")
@open_to(Permission.REGISTER)
def overview() -> Page:
    """One's own imports, and the form to hand in a file."""
    return _overview(_file_fields())


@blueprint.post("")
@open_to(Permission.REGISTER)
def upload() -> Page:
    """Keep a file; refused, the page comes back with what is wrong."""
    sent, typed = request.files.get(FIELD), Typed(request.form)
    unit = typed.one_of("unit", _units())
    if unit is None:
        typed.flaw("unit", BadInput.NOT_A_CHOICE)
    # Some browsers tell the whole path; only its end is a name.
    name = (sent.filename or "" if sent else "").replace("\\", "/").rpartition("/")[2]
    name = masked_text(name) if MASK in request.form else name
    try:
        if unit is None or not name:
            raise NotFit([*typed.flaws, *([] if name else [Flaw.of(FIELD, BadInput.EMPTY)])])
        content = sent.stream if sent else BytesIO()
        kept = records().imports.upload(content, savable(name), unit, visitor().actor)
    except NotFit as unfit:
        return _overview(judged(filled(_file_fields(), request.form), flaws_in(unfit))), 422
    return redirect(url_for("imports.one", upload_id=kept))


@blueprint.get("/<upload_id>")
@open_to(Permission.REGISTER)
def one(upload_id: str) -> Page:
    """How one import stands, and what can be done now."""
    found = _mine(upload_id)
    page = _page(found, mapping_fields(found))
    return looking_again(page) if found.status.is_at_work else page


@blueprint.post("/<upload_id>/check")
@open_to(Permission.REGISTER)
def check(upload_id: str) -> Page:
    """Have it checked under the mapping that was chosen or drawn."""
    found, typed = _mine(upload_id), Typed(request.form)
    mapping = chosen_mapping(found, typed)
    if mapping is None:
        return _page(found, mapping_fields_again(found, typed)), 422
    records().imports.check(found, mapping, is_confirmed=bool(typed.text("is_confirmed")))
    return redirect(url_for("imports.one", upload_id=upload_id))


@blueprint.post("/<upload_id>/start")
@open_to(Permission.REGISTER)
def start(upload_id: str) -> Page:
    """Import what was checked; a second click is no second import."""
    records().imports.carry_out(_mine(upload_id))
    return redirect(url_for("imports.one", upload_id=upload_id))


@blueprint.post("/<upload_id>/stop")
@open_to(Permission.REGISTER)
def stop(upload_id: str) -> Page:
    """Have the worker let it be; what came in stays, and the rest may be gone on with."""
    if records().imports.stop(_mine(upload_id)):
        flash(_("It ends after the rows that are being read. What came in stays."), "success")
    return redirect(url_for("imports.one", upload_id=upload_id))


@blueprint.post("/<upload_id>/remove")
@open_to(Permission.REGISTER)
def remove(upload_id: str) -> Page:
    """Forget file and report; the cases that came of it stay."""
    if not records().imports.remove(_mine(upload_id)):
        flash(_("It is being worked on. Wait until that is over."), "warning")
        return redirect(url_for("imports.one", upload_id=upload_id))
    flash(_("The file and its report are gone. Cases that came of it stay."), "success")
    return redirect(url_for("imports.overview"))


@blueprint.get("/<upload_id>/report")
@open_to(Permission.REGISTER)
def report(upload_id: str) -> Answer:
    """The refused rows and the masked ones as CSV, to be saved."""
    found = _mine(upload_id)
    if found.report is None:
        abort(404)
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow([_("Line"), _("What stands against it")])
    rows = refused_rows(found.report)
    for line, sentence in report_lines(rows, found.report.get("refused", len(rows))):
        writer.writerow([line, harmless(sentence)])
    masked = masked_rows(found.report)
    again = rows_again(found.report)
    writer.writerows(lines_again(again, found.report.get("again", len(again))))
    writer.writerows(masked_lines(masked, found.report.get("masked", len(masked))))
    answer = Response("\ufeff" + written.getvalue(), mimetype="text/csv")
    answer.headers["Content-Disposition"] = 'attachment; filename="import-report.csv"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _mine(upload_id: str) -> Upload:
    """An import of one's own; anybody else's is none."""
    found = records().imports.find(reading(), upload_id, visitor().id)
    if found is None:
        abort(404)
    return found


def _overview(fields: tuple[Field, ...]) -> str:
    mine = records().imports.of(reading(), visitor().id)
    return render_template("casework/imports.html", fields=fields, uploads=mine)


def _page(found: Upload, fields: tuple[Field, ...]) -> str:
    rows = refused_rows(found.report or {})
    return render_template(
        "casework/import.html",
        upload=found,
        fields=fields,
        rows=rows,
        masked=masked_rows(found.report or {}),
        again=rows_again(found.report or {}),
        report=found.report or {},
        preview=[_previewed(row) for row in (found.report or {}).get("preview", [])],
        faults=same_faults(rows),
    )


def _previewed(row: Mapping[str, str]) -> list[tuple[str, str]]:
    """One row of a preview: each field that has something to say, as a case shows it."""
    if "line" in row:
        refused = _("would be refused")
        return [(_("Line"), f"{row['line']}{_(': ')}{refused}")]
    said = [
        (label("received_at"), when(datetime.fromisoformat(row["received_at"]))),
        (label("channel"), words(Channel(row["channel"]))),
    ]
    return said + [(label(name), row[name]) for name in OF_A_COMPLAINT if name in row]


def _file_fields() -> tuple[Field, ...]:
    hint = _(
        "CSV, a workbook (.xlsx) or JSON, an object a line; at most %(megabytes)s MB.",
        megabytes=LARGEST_FILE // 2**20,
    )
    return (
        Field(name=FIELD, label=label(FIELD), kind=FieldKind.FILE, required=True, hint=hint),
        Field(
            name="unit",
            label=_("Unit complained about"),
            kind=FieldKind.CHOICE,
            required=True,
            choices=_units(),
        ),
    )


def _units() -> tuple[Choice, ...]:
    return tuple(Choice(value=unit, words=unit_name(unit)) for unit in bank().open_units)
