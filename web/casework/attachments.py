"""The files of a case: who may read its words may add a file, and save one. None is ever shown."""

from collections.abc import Mapping
from io import BytesIO
from typing import Any
from uuid import uuid4

from flask import Blueprint, abort, flash, redirect, render_template, request, send_file, url_for
from werkzeug.wrappers import Response

from desk.cases import ActStatus
from domain.acts import Attach, pass_gates, permit
from domain.attachments import FIELD
from domain.errors import NotFit, Refused
from domain.file_names import savable
from domain.permission_names import Permission
from domain.sensitive import masked_text
from rulebook.attachments import read_limits
from rulebook.documents import read_documents
from store.evidence.audit import Action, note
from store.files.attachments import Damaged, attachments_of
from store.policies.packs import published_pack
from store.scope import OpenedCase
from web import wording
from web.base.context import reading, records, writing
from web.base.phrases import _, joined
from web.kit.access import open_to, opened, visitor
from web.kit.forms import MASK, Field, FieldKind, filled, flaws_in, judged, key_in, typed_into
from web.kit.kept_typing import keeps_what_is_typed

blueprint = Blueprint("attachments", __name__)

BESIDE_THE_FILE = 1 << 20
"""Bytes a form may have besides its file (default)."""

SAVED_NEVER_SHOWN = {
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}
"""Whatever a browser thinks of a file from outside, it runs nothing of it."""


@blueprint.url_value_preprocessor
def _make_room_for_a_file(_endpoint: str | None, _values: dict[str, Any] | None) -> None:
    # Before anything reads the form: elsewhere forms are kept much smaller.
    request.max_content_length = read_limits().largest_bytes + BESIDE_THE_FILE


@blueprint.get("/cases/<reference>/attachments")
@open_to(Permission.READ_WORDS)
def files(reference: str) -> str:
    """The files of a case, and the form to add one."""
    case = opened(reference, Permission.READ_WORDS)
    with writing() as session:
        note(session, Action.LISTED_FILES, by=visitor().id, subject=case.reference)
    return _page(case, _fields())


def _texts_of(reference: str) -> Mapping[str, str]:
    """What the text beside a file is called, for whoever may add one."""
    if _refused(opened(reference, Permission.READ_WORDS)):
        abort(404)
    return {name: wording.label_in("attach", name) for name in Attach.words}


@blueprint.post("/cases/<reference>/attachments")
@open_to(Permission.READ_WORDS)
@keeps_what_is_typed(_texts_of)
def add(reference: str) -> str | Response | tuple[str, int]:
    """Put a file with the case; refused, the page comes back with what is wrong."""
    case = opened(reference, Permission.READ_WORDS)
    if _refused(case):
        return _page(case, ()), 409  # before the file is laid down: it would be nobody's
    form = typed_into(request.form, ["note"])
    sent = request.files.get(FIELD)
    # Some browsers tell the whole path; only its end is a name.
    name = (sent.filename or "" if sent else "").replace("\\", "/").rpartition("/")[2]
    name = masked_text(name) if MASK in form else name
    try:
        outcome = records().attachments.attach(
            command_id=key_in(request.form, "command_id"),
            reference=reference,
            name=name,
            content=sent.stream if sent else BytesIO(),
            note=form.get("note", ""),
            by=visitor().actor,
        )
    except NotFit as unfit:
        return _page(case, judged(filled(_fields(), form), flaws_in(unfit))), 422
    if outcome.refusal is not None:
        return _page(case, _fields(), refusal=wording.refusal_sentence(outcome.refusal)), 409
    if outcome.status is ActStatus.WAITING:
        flash(_("The file is stored. The engine will note it in the journal."), "warning")
    else:
        flash(str(wording.act_words("attach").done), "success")
    return redirect(url_for("attachments.files", reference=reference))


@blueprint.get("/cases/<reference>/attachments/<attachment_id>")
@open_to(Permission.READ_WORDS)
def save(reference: str, attachment_id: str) -> Response | tuple[str, int]:
    """Hand a file out to be saved. Each time is noted; a damaged file is not handed out."""
    case = opened(reference, Permission.READ_WORDS)
    mine = {each.id: each for each in attachments_of(reading(), case)}
    if attachment_id not in mine:
        abort(404)
    wanted = mine[attachment_id]
    try:
        content = records().attachments.read(wanted.digest)
    except Damaged:
        sentence = _("This file is missing or damaged. Tell an administrator; it is noted.")
        with writing() as session:
            note(
                session,
                Action.DAMAGED_FILE,
                by=visitor().id,
                subject=case.reference,
                digest=wanted.digest,
            )
        return render_template("failure.html", sentence=sentence, code=410), 410
    with writing() as session:
        note(
            session,
            Action.SAVED_FILE,
            by=visitor().id,
            subject=case.reference,
            digest=wanted.digest,
        )
    answer = send_file(
        BytesIO(content),
        mimetype="application/octet-stream",
        as_attachment=True,
        download_name=savable(wanted.name),
    )
    answer.headers.update(SAVED_NEVER_SHOWN)
    return answer


def _fields() -> tuple[Field, ...]:
    limits = read_limits()
    hint = _(
        "At most %(megabytes)s MB; one of: %(kinds)s.",
        megabytes=limits.largest_bytes // 2**20,
        kinds=joined(limits.kinds),
    )
    return (
        Field(
            name=FIELD,
            label=wording.label(FIELD),
            kind=FieldKind.FILE,
            required=True,
            hint=hint,
        ),
        Field(name="note", label=wording.label("note"), kind=FieldKind.LONG_TEXT),
    )


def _refused(case: OpenedCase) -> str:
    """Why this case takes no file from who asks; empty when it does."""
    try:
        permit(Attach, case.case, visitor().actor)
        pass_gates("attach", case.case, published_pack(reading(), case.case.policy).conduct)
    except Refused as refused:
        return wording.refusal_sentence(refused)
    return ""


def _page(case: OpenedCase, fields: tuple[Field, ...], refusal: str = "") -> str:
    against_any = _refused(case)
    return render_template(
        "casework/attachments.html",
        case=case.case,
        attachments=attachments_of(reading(), case),
        fields=() if against_any else fields,
        refusal=against_any or refusal,
        documents=() if against_any else tuple(read_documents().values()),
        new_command_id=lambda: str(uuid4()),
    )
