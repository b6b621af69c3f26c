"""The letters of a case: chosen, filled from it, looked at, and kept as a version."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from uuid import uuid4

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from desk.documents import NotPrintable
from domain.complaint import Flaw, Language
from domain.errors import NotFit, Refused
from domain.file_names import savable
from domain.letters import LetterPart, LetterTemplate, TemplatePart
from domain.permission_names import Permission
from rulebook.letters import read_letters
from store.reads.case_page import CaseFile
from store.scope import OpenedCase
from web import wording
from web.base.context import reading, records
from web.base.phrases import _, language_code
from web.casework.letters.filling import filled_letter
from web.casework.letters.opening import (
    file_of,
    missing_in,
    name_of,
    note_the_look,
    unplaced,
    why_not_here,
)
from web.kit.access import open_to, opened, visitor
from web.kit.forms import Field, FieldKind, filled, flaws_in, judged, key_in, typed_into
from web.kit.kept_typing import keeps_what_is_typed, kept_form
from web.kit.letters import day_of, sheet_of, shown_letters
from web.kit.outcomes import tell
from web.wording.documents import not_printable_sentence
from web.wording.policies import rule_words

blueprint = Blueprint("letters", __name__)

Page = str | Response | tuple[str, int]

ONE_LINE = frozenset({LetterPart.HANDLED_AT, LetterPart.HANDLER_NAME, LetterPart.HANDLER_PHONE})
"""Parts that say one thing."""


@blueprint.get("/cases/<reference>/letters")
@open_to(Permission.READ_WORDS)
def letters(reference: str) -> str:
    """The letters that can be written, and every version that was kept, the newest first."""
    case = opened(reference, Permission.READ_WORDS)
    note_the_look(case)
    return render_template(
        "casework/letters.html",
        case=case.case,
        refusal=why_not_here(case),
        templates=tuple(read_letters().values()),
        shown=shown_letters(case)[::-1],
        language=file_of(case).said.language,
    )


@blueprint.get("/cases/<reference>/letters/new/<name>/<language>")
@open_to(Permission.READ_WORDS)
def new(reference: str, name: str, language: str) -> str:
    """A letter as far as this person has begun it; else as the case fills it, or an earlier version
    of it to go on from."""
    case, template = opened(reference, Permission.READ_WORDS), _template(name, language)
    note_the_look(case)
    file = file_of(case)
    begun = kept_form(_address(case, template, language))
    if begun is not None:
        return _form(case, file, template, language, MultiDict(begun.form.typed))
    earlier = next(
        (e.letter for e in shown_letters(case) if e.letter.id == request.args.get("after")), None
    )
    texts = dict(earlier.texts) if earlier else filled_letter(template, file, language)
    return _form(case, file, template, language, MultiDict(texts))


def _parts_of(reference: str, name: str, language: str) -> Mapping[str, str]:
    """What the parts of a letter are called, for whoever may write one here."""
    case, template = opened(reference, Permission.READ_WORDS), _template(name, language)
    if why_not_here(case):
        abort(404)
    return {each.name: each.label for each in _fields(template, file_of(case))}


@blueprint.post("/cases/<reference>/letters/new/<name>/<language>")
@open_to(Permission.READ_WORDS)
@keeps_what_is_typed(_parts_of)
def write(reference: str, name: str, language: str) -> Page:
    """Show the letter as it will look, or keep it; refused, the form comes back as it was."""
    case, template = opened(reference, Permission.READ_WORDS), _template(name, language)
    file = file_of(case)
    names = [str(each.part) for each in template.parts]
    typed = typed_into(request.form, names)
    if "keep" not in typed:
        return _form(case, file, template, language, typed, is_preview=True)
    texts = {each: typed.get(each, "").replace("\r\n", "\n").strip() for each in names}
    command_id = key_in(typed, "command_id")
    if why_not_here(case):
        # Before the file is laid down: it would be nobody's.
        return _form(case, file, template, language, typed), 409
    reading().rollback()  # The engine may keep us waiting; nothing of PostgreSQL's is held.
    try:
        title = template.title[language]
        outcome = records().letters.keep(
            template,
            {each: text for each, text in texts.items() if text},
            command_id=command_id,
            reference=reference,
            language=language,
            file_name=savable(f"{title}-{reference}.pdf"),
            written_on=day_of(datetime.now(UTC)),
            by=visitor().actor,
        )
    except NotFit as unfit:
        flaws = flaws_in(unfit)
        beyond = unplaced(flaws, _fields(template, file))
        return _form(case, file, template, language, typed, flaws=flaws, refusal=beyond), 422
    except Refused as refused:
        sentence = wording.refusal_sentence(refused)
        return _form(case, file, template, language, typed, refusal=sentence), 409
    except NotPrintable as why:
        sentence = not_printable_sentence(why)
        return _form(case, file, template, language, typed, refusal=sentence), 422
    if outcome.refusal is not None:
        sentence = wording.refusal_sentence(outcome.refusal)
        return _form(case, file, template, language, typed, refusal=sentence), 409
    tell(outcome, _("The letter is kept. It has not been sent yet."))
    return redirect(url_for("letter_versions.version", reference=reference, letter_id=command_id))


def _template(name: str, language: str) -> LetterTemplate:
    if language not in set(Language):
        abort(404)
    return read_letters().get(name) or abort(404)


def _address(case: OpenedCase, template: LetterTemplate, language: str) -> str:
    """Where a letter is written."""
    return url_for("letters.write", reference=case.reference, name=template.name, language=language)


def _form(
    case: OpenedCase,
    file: CaseFile,
    template: LetterTemplate,
    language: str,
    typed: MultiDict[str, str],
    *,
    is_preview: bool = False,
    flaws: Sequence[Flaw] = (),
    refusal: str = "",
) -> str:
    texts = {str(each.part): typed.get(each.part, "") for each in template.parts}
    fields = judged(filled(_fields(template, file), typed), flaws)
    stands_against, today = why_not_here(case), day_of(datetime.now(UTC))
    return render_template(
        "casework/letter_form.html",
        case=case.case,
        template=template,
        language=language,
        action=_address(case, template, language),
        fields=fields,
        refusal=refusal or stands_against,
        may_write=not stands_against,
        missing=missing_in(template, texts, file),
        sheet=sheet_of(template, texts, language, case.reference, today) if is_preview else None,
        # What was answered keeps its answer; sent again, it is asked anew.
        command_id=(not refusal and typed.get("command_id")) or str(uuid4()),
    )


def _fields(template: LetterTemplate, file: CaseFile) -> tuple[Field, ...]:
    wanted = template.missing_in({}, file.pack.conduct.reply_elements)
    return tuple(
        Field(
            name=each.part,
            label=name_of(each.label.get(language_code(), ""), each.part),
            kind=FieldKind.TEXT if each.part in ONE_LINE else FieldKind.LONG_TEXT,
            required=each.part in wanted,
            hint=_hint(each) if each.part in wanted else "",
            rows=1 if each.part is LetterPart.GREETING else 4,
        )
        for each in template.parts
    )


def _hint(part: TemplatePart) -> str:
    """The rule that wants it said; a default of ours is no reason to name."""
    return "" if part.rule == "default" else _("Wanted by %(rule)s.", rule=rule_words(part.rule))
