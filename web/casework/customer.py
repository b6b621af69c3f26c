"""Who the customer of a case is: masked until somebody says why they must know, and corrected when
it is wrong."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from uuid import uuid4

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from domain.acts import CorrectContact, permit
from domain.complaint import BadInput, Flaw, flaws_of_free_text
from domain.contacts import CONTACT, Contact
from domain.customers import CustomerField
from domain.errors import Refused
from domain.permission_names import Permission
from rulebook.texts import read_text_limits
from store.cases.commands import act_of
from store.contacts import flaws_of_correction
from store.reads.customer import masked_customer, reveal_customer
from store.scope import OpenedCase
from web import wording
from web.base.context import reading, writing
from web.base.phrases import _
from web.kit.access import open_to, opened, visitor
from web.kit.asking import NotDone, ask
from web.kit.forms import (
    Choice,
    Field,
    FieldKind,
    Typed,
    filled,
    judged,
    key_in,
    typed_into,
)
from web.kit.kept_typing import keeps_what_is_typed
from web.kit.outcomes import tell
from web.wording import label

blueprint = Blueprint("customer", __name__)

FIELDS, REASON, REMOVED = "fields", "reason", "removed"

CORRECT = "correct_contact"

KINDS: Mapping[CustomerField, FieldKind] = {
    CustomerField.PHONE: FieldKind.PHONE,
    CustomerField.EMAIL: FieldKind.EMAIL,
}
"""How a field is shown that is no plain text."""

Page = Response | tuple[str, int] | str


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectionForm:
    """The form by which a contact is corrected, and what stands against it."""

    fields: tuple[Field, ...]
    refusal: str = ""
    command_id: str = ""
    """The key it is to be sent again with, where nobody knows what became of it."""
    seen_version: int | None = None
    """The version it was filled in on, when that is not how the case stands."""

    @property
    def words(self) -> wording.ActWords:
        return wording.act_words(CORRECT)

    @property
    def has_errors(self) -> bool:
        return bool(self.refusal) or any(field.errors for field in self.fields)


@blueprint.get("/cases/<reference>/customer")
@open_to(Permission.REVEAL)
def customer(reference: str) -> str:
    """What is known of the customer, masked, and the forms to ask for more and to correct it."""
    case = opened(reference, Permission.REVEAL)
    return _page(case)


@blueprint.post("/cases/<reference>/customer")
@open_to(Permission.REVEAL)
def reveal(reference: str) -> Page:
    """Show what was asked for, and note who has seen it and why."""
    case = opened(reference, Permission.REVEAL)
    form = typed_into(request.form, [REASON])
    typed = Typed(form)
    wanted, reason = typed.codes(FIELDS, CustomerField), typed.text(REASON)
    flaws = [*typed.flaws, *_flaws_of_reason(reason, read_text_limits().subject)]
    flaws += [Flaw.of(FIELDS, BadInput.NOTHING_CHOSEN)] if not wanted else []
    if flaws:
        return _page(case, asked=judged(filled(_fields(case), form), flaws)), 422
    with writing() as session:
        seen = reveal_customer(session, case, wanted, reason)
    return _page(case, seen=seen)


def _labels(reference: str) -> Mapping[str, str]:
    """What the texts of a correction are called, for whoever may make it in this case."""
    case = opened(reference, Permission.CORRECT_CONTACT)
    if not _may_correct(case):
        abort(404)
    return {field.name: field.label for field in _contact_fields(case)}


@blueprint.post("/cases/<reference>/customer/contact")
@open_to(Permission.CORRECT_CONTACT)
@keeps_what_is_typed(_labels)
def correct(reference: str) -> Page:
    """Have what is wrong corrected; refused, the form comes back with what was typed."""
    case = opened(reference, Permission.CORRECT_CONTACT)
    form = typed_into(request.form, [CustomerField.NAME, REASON])
    was_asked = act_of(reading(), key_in(form, "command_id")) is not None
    contact, reason, flaws = _read(case, form, is_asked=was_asked)
    if flaws:
        return _page(case, correction=_again(case, form, flaws)), 422
    answer = ask(reference, CorrectContact.of(contact), {REASON: reason}, form, contact)
    if isinstance(answer, NotDone):
        case = opened(reference, Permission.REVEAL)
        again = replace(
            _again(case, form, answer.flaws),
            refusal=answer.sentence,
            command_id=answer.command_id,
            seen_version=answer.seen_version,
        )
        return _page(case, correction=again), answer.status
    tell(answer, str(wording.act_words(CORRECT).done))
    return redirect(url_for("cases.case_page", reference=reference))


def _read(
    case: OpenedCase, form: MultiDict[str, str], *, is_asked: bool
) -> tuple[Contact, str, tuple[Flaw, ...]]:
    """What is right, why, and what stands against both; of what was asked before, the answer is
    there already."""
    typed = Typed(form)
    removed = dict.fromkeys(typed.codes(REMOVED, CustomerField), "")
    told = {field: text for field in CONTACT if (text := typed.text(field))}
    contact = {field: text for field, text in {**removed, **told}.items() if field in CONTACT}
    reason = typed.text(REASON)
    flaws = [*typed.flaws, *_flaws_of_reason(reason, read_text_limits().with_an_act)]
    if not is_asked:
        flaws += flaws_of_correction(reading(), case.reference, contact)
    return contact, reason, tuple(flaws)


def _flaws_of_reason(reason: str, at_most: int) -> list[Flaw]:
    flaws = flaws_of_free_text(REASON, reason, at_most)
    return flaws if reason else [Flaw.of(REASON, BadInput.EMPTY)]


def _may_correct(case: OpenedCase) -> bool:
    """Whether to offer the correction: whose business it is, as long as it can be done at all."""
    try:
        permit(CorrectContact, case.case, visitor().actor)
    except Refused:
        return False
    return case.allows(Permission.CORRECT_CONTACT)


def _page(
    case: OpenedCase,
    *,
    asked: tuple[Field, ...] | None = None,
    seen: Mapping[CustomerField, str] | None = None,
    correction: CorrectionForm | None = None,
) -> str:
    if correction is None and _may_correct(case):
        correction = CorrectionForm(fields=_contact_fields(case))
    return render_template(
        "casework/customer.html",
        case=case.case,
        customer={**masked_customer(reading(), case), **(seen or {})},
        seen=seen or {},
        fields=asked or _fields(case),
        correction=correction,
        new_command_id=str(uuid4()),
    )


def _again(
    case: OpenedCase, form: MultiDict[str, str], flaws: tuple[Flaw, ...] = ()
) -> CorrectionForm:
    """The form with what was typed, and what stands against it."""
    return CorrectionForm(fields=judged(filled(_contact_fields(case), form), flaws))


def _fields(case: OpenedCase) -> tuple[Field, ...]:
    known = masked_customer(reading(), case)
    return (
        Field(
            name=FIELDS,
            label=_("What you must see"),
            kind=FieldKind.CHOICES,
            choices=_chosen_from(tuple(field for field in known if known[field])),
        ),
        Field(
            name=REASON,
            label=_("Why"),
            required=True,
            hint=_("Your name, what you look at, this reason and your address are noted."),
        ),
    )


def _contact_fields(case: OpenedCase) -> tuple[Field, ...]:
    known = masked_customer(reading(), case)
    typed = tuple(
        Field(
            name=field,
            label=str(label(field)),
            kind=KINDS.get(field, FieldKind.TEXT),
            hint=_("Now: %(value)s", value=known[field] or _("not given")),
            form=CORRECT,
        )
        for field in CONTACT
    )
    removed = Field(
        name=REMOVED,
        label=wording.label_in(CORRECT, REMOVED),
        kind=FieldKind.CHOICES,
        choices=_chosen_from(tuple(field for field in CONTACT if known[field])),
        form=CORRECT,
    )
    reason = Field(
        name=REASON,
        label=wording.label_in(CORRECT, REASON),
        kind=FieldKind.LONG_TEXT,
        rows=2,
        required=True,
        hint=_("It stands in the journal: write no number and no address into it."),
        form=CORRECT,
    )
    return (*typed, *((removed,) if removed.choices else ()), reason)


def _chosen_from(fields: tuple[CustomerField, ...]) -> tuple[Choice, ...]:
    return tuple(Choice(value=field, words=str(label(field))) for field in fields)
