"""Files of complaints handed in at a page: uploaded, matched, checked, imported, reported.

The work itself is done beside the worker; the pages say how far it is.
"""

import csv
import io
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from io import BytesIO
from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from desk.imports.drawn import (
    DATES,
    DAY_FIRST,
    DRAWN,
    LIKELY,
    MONTH_FIRST,
    Drawing,
    headings_of,
    kind_of,
    likely_columns,
)
from desk.imports.handed_in import LARGEST_FILE, masked_rows, read_kept_mapping, refused_rows
from desk.imports.mapping import ImportMapping
from desk.imports.mapping_files import mapping_names, read_mapping
from desk.spreadsheets import harmless
from domain.attachments import FIELD
from domain.classification import Channel
from domain.complaint import OF_A_COMPLAINT, BadInput, Flaw, Language
from domain.errors import NotFit
from domain.file_names import savable
from domain.permission_names import Permission
from domain.uploads import UploadStatus
from store.cases.uploads import Upload
from web.base.context import bank, reading, records
from web.base.language import TIME_ZONE, current_language
from web.base.phrases import _
from web.kit.access import open_to, visitor
from web.kit.forms import Choice, Field, FieldKind, Typed, codes, filled, flaws_in, judged
from web.wording import label, unit_name, when, words
from web.wording.imports import fault_sentence, masked_lines, report_lines

blueprint = Blueprint("imports", __name__, url_prefix="/imports")

BESIDE_THE_FILE = 1 << 20
"""Bytes a form may have besides its file (default)."""

LOOK_AGAIN_SECONDS = 3
"""How often the page of an import at work asks how far it is (default)."""

LONGEST_SOURCE = 40
"""Characters of the name for a kind of file (default)."""

ORDERS = {"year": (), "day": DAY_FIRST, "month": MONTH_FIRST}
"""What comes first in dates that do not begin with the year."""

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
    page = _page(found, _mapping_fields(found))
    if not found.status.is_at_work:
        return page
    answer = Response(page)
    answer.headers["Refresh"] = str(LOOK_AGAIN_SECONDS)
    return answer


@blueprint.post("/<upload_id>/check")
@open_to(Permission.REGISTER)
def check(upload_id: str) -> Page:
    """Have it checked under the mapping that was chosen or drawn."""
    found, typed = _mine(upload_id), Typed(request.form)
    mapping = _chosen(found, typed)
    if mapping is None:
        fields = judged(filled(_mapping_fields(found), request.form), tuple(typed.flaws))
        return _page(found, fields), 422
    records().imports.check(found, mapping, is_confirmed=bool(typed.text("is_confirmed")))
    return redirect(url_for("imports.one", upload_id=upload_id))


@blueprint.post("/<upload_id>/start")
@open_to(Permission.REGISTER)
def start(upload_id: str) -> Page:
    """Import what was checked; a second click is no second import."""
    records().imports.carry_out(_mine(upload_id))
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
    return render_template(
        "casework/import.html",
        upload=found,
        fields=fields,
        rows=refused_rows(found.report or {}),
        masked=masked_rows(found.report or {}),
        report=found.report or {},
        preview=[_previewed(row) for row in (found.report or {}).get("preview", [])],
        fault_sentence=fault_sentence,
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


def _chosen(found: Upload, typed: Typed) -> ImportMapping | None:
    """The mapping that was chosen, or drawn; None with the flaws of what was typed."""
    ours = typed.one_of("mapping", _mappings())
    if ours is not None:
        return read_mapping(ours)
    headings = _headings(found)
    columns = {name: typed.one_of(name, _columns(headings)) or "" for name in LIKELY}
    for name in ("received_at", "narrative"):
        if not columns[name]:
            typed.flaw(name, BadInput.NOT_A_CHOICE)
    channel = typed.code("otherwise_channel", Channel)
    if channel is None and not columns["channel"]:
        typed.flaw("otherwise_channel", BadInput.NOT_A_CHOICE)
    order = typed.one_of("date_order", _orders()) or "year"
    source = typed.text("source")
    if not source:
        typed.flaw("source", BadInput.EMPTY)
    elif len(source) > LONGEST_SOURCE or not source.isprintable():
        typed.flaw("source", BadInput.NOT_A_NAME)
    if typed.flaws:
        return None
    language = typed.code("language", Language) or current_language()
    return Drawing(
        source=source,
        columns=columns,
        forms=(*DATES, *ORDERS[order]),
        time_zone=TIME_ZONE,
        language=language.value,
        channel=channel.value if channel else "",
        channel_words={words(each): each.value for each in Channel},
    ).mapping(kind_of(records().imports.path(found)))


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


def _chosen_before(found: Upload) -> dict[str, str]:
    """What was chosen for the last check, by the names of the form; a first choice before it."""
    if found.mapping is None:
        return {
            **likely_columns(_headings(found)),
            "language": current_language().value,
            "source": found.unit,
        }
    said = read_kept_mapping(found)
    confirmed = {"is_confirmed": "yes"} if found.is_confirmed else {}
    if said.about != DRAWN:
        return {"mapping": said.source, **confirmed}
    chosen = {name: getattr(said.fields, name).column for name in LIKELY if name != "number"}
    forms = said.fields.received_at.formats
    channel = said.fields.channel
    return {name: word for name, word in chosen.items() if word} | {
        "number": said.number or "",
        "date_order": next((o for o, more in ORDERS.items() if more and more[0] in forms), ""),
        "otherwise_channel": channel.otherwise or channel.value,
        "language": said.fields.language.value,
        "source": said.source,
        **confirmed,
    }


def _mapping_fields(found: Upload) -> tuple[Field, ...]:
    """How to read the file: one of our mappings, or which heading is which field."""
    if found.status.is_at_work or found.status is UploadStatus.DONE:
        return ()
    before, columns = _chosen_before(found), _columns(_headings(found))
    return tuple(
        replace(field, typed=(before.get(field.name, ""),)) for field in _questions(columns)
    )


def _questions(columns: tuple[Choice, ...]) -> tuple[Field, ...]:
    drawn = tuple(
        Field(
            name=name,
            label=label("number_in_file" if name == "number" else name),
            kind=FieldKind.CHOICE,
            choices=columns,
        )
        for name in LIKELY
    )
    return (
        Field(
            name="mapping",
            label=_("A kind of file that is known here"),
            kind=FieldKind.CHOICE,
            choices=_mappings(),
            hint=_("Leave it empty to match the headings below."),
        ),
        *drawn,
        Field(
            name="date_order",
            label=_("Dates that do not begin with the year begin with"),
            kind=FieldKind.CHOICE,
            choices=_orders(),
        ),
        Field(
            name="otherwise_channel",
            label=_("Channel of rows that name none of ours"),
            kind=FieldKind.CHOICE,
            choices=codes(Channel),
        ),
        Field(
            name="language",
            label=label("language"),
            kind=FieldKind.CHOICE,
            choices=codes(Language),
        ),
        Field(
            name="source",
            label=_("Name of this kind of file"),
            hint=_("With a row's own number it tells whether the row came in before."),
        ),
        Field(
            name="is_confirmed",
            label=_("Receipts of more than a year ago are right."),
            kind=FieldKind.YES,
        ),
    )


def _headings(found: Upload) -> tuple[str, ...]:
    """What the columns are called; none of a file that cannot be read, which the check tells."""
    try:
        return headings_of(records().imports.path(found))
    except (NotFit, OSError):
        return ()


def _columns(headings: tuple[str, ...]) -> tuple[Choice, ...]:
    return tuple(Choice(value=each, words=each) for each in dict.fromkeys(headings))


def _mappings() -> tuple[Choice, ...]:
    return tuple(Choice(value=each, words=each) for each in mapping_names())


def _orders() -> tuple[Choice, ...]:
    return (
        Choice(value="day", words=_("the day, such as 31/12/2026")),
        Choice(value="month", words=_("the month, such as 12/31/2026")),
    )


def _units() -> tuple[Choice, ...]:
    return tuple(Choice(value=unit, words=unit_name(unit)) for unit in bank().units)
