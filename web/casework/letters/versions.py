"""A version of a letter: looked at, read by a second person where the pack wants it, and sent."""

from collections.abc import Mapping
from uuid import uuid4

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from domain.acts import AnyAct
from domain.approvals import Approval
from domain.errors import Refusal, Refused
from domain.permission_names import Permission
from store.cases.commands import act_of
from store.customer_letters import may_be_mailed
from store.reads.case_page import CaseFile
from store.scope import OpenedCase
from web import wording
from web.base.context import reading
from web.base.phrases import _
from web.casework.letters.opening import (
    file_of,
    missing_in,
    note_the_look,
    parts_missing,
    unplaced,
    why_not_here,
)
from web.casework.letters.sending import DispatchForm
from web.kit.access import open_to, opened, visitor
from web.kit.asking import NotDone, ask
from web.kit.forms import Field, FieldKind, key_in, typed_into
from web.kit.kept_typing import as_kept, keeps_what_is_typed, kept_form
from web.kit.letters import ShownLetter, shown_letters
from web.kit.looking_again import looking_again
from web.kit.outcomes import tell

blueprint = Blueprint("letter_versions", __name__)

Page = str | Response | tuple[str, int]


@blueprint.get("/cases/<reference>/letters/<letter_id>")
@open_to(Permission.READ_WORDS)
def version(reference: str, letter_id: str) -> Page:
    """A version as it was kept, what it still lacks, and how it went out; it looks again by itself
    while a mail is on its way."""
    case = opened(reference, Permission.READ_WORDS)
    note_the_look(case)
    shown = _version(case, letter_id)
    page = _letter_page(case, shown)
    is_under_way = any(each.is_on_its_way for each in shown.dispatches)
    return looking_again(page) if is_under_way else page


def _texts_of(reference: str, letter_id: str) -> Mapping[str, str]:
    """What the texts are called that stay in the bank when a letter goes out, for whoever may send
    it."""
    case = opened(reference, Permission.READ_WORDS)
    wanted = _version(case, letter_id)
    if why_not_here(case):
        abort(404)
    return {
        each.name: each.label
        for each in _dispatch_form(case, file_of(case), wanted).fields()
        if each.kind in (FieldKind.TEXT, FieldKind.LONG_TEXT)
    }


@blueprint.post("/cases/<reference>/letters/<letter_id>/dispatches")
@open_to(Permission.READ_WORDS)
@keeps_what_is_typed(_texts_of)
def send(reference: str, letter_id: str) -> Page:
    """Send a version; refused, its page comes back with the rule and what was typed."""
    case = opened(reference, Permission.READ_WORDS)
    wanted = _version(case, letter_id)
    file = file_of(case)
    lacks = parts_missing(wanted.template, wanted.letter.texts, file)
    if lacks:
        incomplete = Refused(Refusal.LETTER_INCOMPLETE, missing=", ".join(lacks))
        return _letter_page(case, wanted, refusal=wording.refusal_sentence(incomplete)), 409
    asked_before = act_of(reading(), key_in(request.form, "command_id"))
    form = _dispatch_form(case, file, wanted, asked_before)
    typed = typed_into(request.form, [each.name for each in form.fields()])
    asked = form.read(typed)
    if asked.act is None:
        again = form.again(typed, asked.flaws)
        return _letter_page(case, wanted, fields=again, refusal=unplaced(asked.flaws, again)), 422
    answer = ask(reference, asked.act, asked.words, typed)
    if isinstance(answer, NotDone):
        case = opened(reference, Permission.READ_WORDS)
        wanted = _version(case, letter_id)  # Somebody may have sent it meanwhile.
        again = form.again(typed, answer.flaws)
        refusal = answer.sentence or unplaced(answer.flaws, again)
        key = answer.command_id
        return _letter_page(case, wanted, fields=again, refusal=refusal, key=key), answer.status
    tell(answer, _("The letter goes out. What becomes of it stands below."))
    return redirect(url_for("letter_versions.version", reference=reference, letter_id=letter_id))


def _version(case: OpenedCase, letter_id: str) -> ShownLetter:
    found = next((each for each in shown_letters(case) if each.letter.id == letter_id), None)
    return found or abort(404)


def _dispatch_form(
    case: OpenedCase, file: CaseFile, shown: ShownLetter, asked_before: AnyAct | None = None
) -> DispatchForm:
    return DispatchForm(
        case,
        file,
        shown.letter,
        shown.template,
        has_address=may_be_mailed(reading(), case),
        is_read_first=_is_read_first(file, shown),
        asked_before=asked_before,
    )


def _is_read_first(file: CaseFile, shown: ShownLetter) -> bool:
    """Whether a second person reads it before it goes out."""
    return shown.letter.name in file.pack.letters_read_by_two and not shown.was_read


def _handed_back(case: OpenedCase, shown: ShownLetter) -> Approval | None:
    """The last time that this letter, in whichever version, came back from a second reader."""
    versions = [each for each in shown_letters(case) if each.letter.name == shown.letter.name]
    answers = [answer for each in versions for answer in each.answers]
    return max(answers, key=lambda each: each.requested_at, default=None)


def _why_not_sent(case: OpenedCase, file: CaseFile, shown: ShownLetter) -> str:
    """Why who asks cannot send this version; empty when they can."""
    if _is_read_first(file, shown) and shown.letter.by != visitor().id:
        return wording.refusal_sentence(Refused(Refusal.LETTER_OF_ANOTHER))
    return why_not_here(case)


def _letter_page(
    case: OpenedCase,
    shown: ShownLetter,
    *,
    fields: tuple[Field, ...] = (),
    refusal: str = "",
    key: str = "",
) -> str:
    file = file_of(case)
    missing = missing_in(shown.template, shown.letter.texts, file)
    stands_against = _why_not_sent(case, file, shown)
    may_send = not missing and not stands_against and shown.with_reader is None
    form = _dispatch_form(case, file, shown)
    sending = url_for("letter_versions.send", reference=case.reference, letter_id=shown.letter.id)
    begun = kept_form(sending)
    offered = (
        as_kept(form.fields(), begun) if begun else form.as_sent_back(_handed_back(case, shown))
    )
    return render_template(
        "casework/letter.html",
        case=case.case,
        shown=shown,
        missing=missing,
        refusal=refusal or stands_against,
        may_go_on=not why_not_here(case),
        is_read_first=_is_read_first(file, shown),
        sent_as=form.kind,
        sending=sending,
        fields=fields or (offered if may_send else ()),
        begun=begun,
        command_id=key or str(uuid4()),
    )
