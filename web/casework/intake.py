"""Receipt: taking a complaint down, and the number the customer asks by."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from uuid import uuid4

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from domain.classification import Business, Category, Channel, Mark, Situation
from domain.complaint import FREE_TEXTS, BadInput, Draft, Flaw, Language
from domain.errors import NotFit, Refused
from domain.instants import ReceiptDates
from domain.permission_names import Permission
from domain.permissions import holds
from rulebook.instants import read_instant_limits
from store.cases.earlier import EarlierLetter, earlier_letters, references_among
from store.cases.reception import what_stands_against
from store.database import DatabaseAway
from store.mails.waiting import WholeMail
from store.reads.case_page import is_awaiting_engine
from web.base.context import bank, reading, records
from web.base.language import current_language
from web.base.phrases import _
from web.casework.mails.reading import intake_key_of, looked_at, said_in
from web.kit.access import open_to, opened, reader, refuse_look, visitor
from web.kit.failures import unanswered
from web.kit.forms import (
    Choice,
    Field,
    FieldKind,
    Typed,
    codes,
    filled,
    flaws_in,
    judged,
    key_in,
    typed_instant,
    typed_into,
)
from web.kit.kept_typing import as_kept, keeps_what_is_typed, kept_form
from web.wording import label, refusal_sentence, unit_name

blueprint = Blueprint("intake", __name__)

CONFIRMED = "came_long_ago"
"""The field by which somebody says that the date of a receipt long ago is no slip of the pen."""

LETTER, ANOTHER = "letter", "another"
"""The buttons by which somebody says which earlier letter this is again, or that it is none."""

Page = str | Response | tuple[str, int]


@blueprint.get("/register")
@blueprint.get("/register/mails/<int:mail>")
@open_to(Permission.REGISTER)
def register(mail: int | None = None) -> Page:
    """A form to type into at once, with a key of its own: sent twice it is one complaint. What this
    person has begun and not sent stands in it, or else what the mail says that it is taken from."""
    taken_from = _mail(mail) if mail is not None else None
    if mail is not None and taken_from is None:
        flash(_("Somebody has decided on this mail already."), "warning")
        return redirect(url_for("mails.waiting"))
    begun = kept_form(url_for("intake.receive", mail=mail))
    said = said_in(taken_from) if taken_from else {}
    fields = {
        name: replace(field, typed=(said[name],)) if said.get(name) else field
        for name, field in _by_name(_fields()).items()
    }
    fields = _by_name(as_kept(tuple(fields.values()), begun))
    fields["narrative"] = replace(fields["narrative"], is_begun_with=True)
    return render_template(
        "casework/register.html",
        fields=fields,
        intake_key=intake_key_of(taken_from) if taken_from else str(uuid4()),
        mail=mail,
        left_out=taken_from.left_out if taken_from else (),
        begun=begun,
        comes_back=begun is not None,
        asks_whether_long_ago=bool(fields[CONFIRMED].value),
    )


def _texts_of(mail: int | None = None) -> Mapping[str, str]:
    """What the texts of a complaint are called that people write as they like."""
    return {name: label(name) for name in FREE_TEXTS}


@blueprint.post("/register")
@blueprint.post("/register/mails/<int:mail>")
@open_to(Permission.REGISTER)
@keeps_what_is_typed(_texts_of, key_field="intake_key")
def receive(mail: int | None = None) -> Page:
    """Take the complaint down, or show every flaw beside its field with what was typed. The files
    of the mail that it is taken from go with it."""
    form = typed_into(request.form, FREE_TEXTS)
    typed = Typed(form)
    draft, key = _draft(typed), key_in(form, "intake_key")
    is_confirmed = bool(typed.text(CONFIRMED))
    dates = ReceiptDates(limits=read_instant_limits(), is_confirmed=is_confirmed)
    try:
        # What the rules say of the rest is told in the same breath.
        if against := what_stands_against(reading(), draft, typed.flaws, dates):
            raise NotFit(against)
        earlier = earlier_letters(reading(), reader(), draft, key)
        is_same, is_another = _which_letter(typed, earlier)
        if earlier and not is_same and not is_another:
            return _again(form, key, mail, earlier=earlier), 409
        draft = replace(draft, duplicate_of=is_same)
        by = visitor().actor
        receipt = records().desk.receive(draft.complaint(key), by, dates, mail=mail)
    except NotFit as unfit:
        return _again(form, key, mail, flaws=flaws_in(unfit)), 422
    except Refused as refused:
        return _again(form, key, mail, refusal=refusal_sentence(refused)), 409
    except DatabaseAway as away:
        return _again(form, key, mail, refusal=unanswered(away), is_unsure=True), 503
    return redirect(url_for("intake.registered", reference=receipt.reference))


def _mail(number: int) -> WholeMail | None:
    """The mail from which a complaint is to be taken down, for whoever sorts mail; each look is
    noted. None when it waits no more."""
    if not holds(visitor().roles, Permission.SORT_MAIL):
        refuse_look(request.path)
    return looked_at(number)


def _again(
    form: MultiDict[str, str],
    intake_key: str,
    mail: int | None,
    flaws: tuple[Flaw, ...] = (),
    refusal: str = "",
    *,
    is_unsure: bool = False,
    earlier: Sequence[EarlierLetter] = (),
) -> str:
    """The form with what was typed in it, the key it had, and what stands against it."""
    fields = judged(filled(_fields(), form), flaws)
    return render_template(
        "casework/register.html",
        fields=_by_name(fields),
        intake_key=intake_key,
        mail=mail,
        left_out=(),
        begun=kept_form(url_for("intake.receive", mail=mail)),
        refusal=refusal,
        is_unsure=is_unsure,
        earlier=earlier,
        asks_whether_long_ago=CONFIRMED in form
        or any(flaw.code is BadInput.LONG_AGO for flaw in flaws),
    )


def _which_letter(typed: Typed, earlier: Sequence[EarlierLetter]) -> tuple[str | None, bool]:
    """Of which case somebody says that it is the same letter, and whether that it is another."""
    said = typed.text(LETTER)
    return said if said in references_among(earlier) else None, said == ANOTHER


@blueprint.get("/registered/<reference>")
@open_to(Permission.REGISTER)
def registered(reference: str) -> Page:
    """The reference number, to be told to the customer."""
    case = opened(reference).case
    return render_template(
        "casework/registered.html",
        case=case,
        awaits_engine=is_awaiting_engine(reading(), reference),
    )


def _draft(typed: Typed) -> Draft:
    return Draft(
        received_at=typed.instant("received_at"),
        channel=typed.code("channel", Channel),
        unit=typed.one_of("unit", _units()),
        narrative=typed.text("narrative"),
        subject=typed.text("subject"),
        demand=typed.text("demand"),
        name=typed.text("name"),
        phone=typed.text("phone"),
        email=typed.text("email"),
        address=typed.text("address"),
        account=typed.text("account"),
        language=typed.code("language", Language) or Language.ZH,
        person_complained_about=typed.one_of("person_complained_about", _people()),
        sender=typed.text("sender") or None,
        sender_due_at=typed.instant("sender_due_at"),
        category=typed.code("category", Category),
        amount_fen=typed.fen("amount_fen"),
        marks=typed.codes("marks", Mark),
        situation=typed.code("situation", Situation),
        business=typed.code("business", Business),
    )


def _fields() -> tuple[Field, ...]:
    unit = visitor().unit
    return (
        Field(
            name="received_at",
            label=label("received_at"),
            kind=FieldKind.INSTANT,
            required=True,
            typed=(typed_instant(datetime.now(UTC)),),
            hint=_("Set it back when the complaint came in earlier, for instance by letter."),
        ),
        Field(
            name="channel",
            label=label("channel"),
            kind=FieldKind.CHOICE,
            required=True,
            choices=codes(Channel),
        ),
        Field(
            name="unit",
            label=_("Unit complained about"),
            kind=FieldKind.CHOICE,
            required=True,
            choices=_units(),
            typed=(unit,) if holds(visitor().roles, Permission.REGISTER_OWN_UNIT) else (),
        ),
        Field(
            name="person_complained_about",
            label=label("person_complained_about"),
            kind=FieldKind.CHOICE,
            choices=_people(),
            hint=_("This person will neither handle nor see the case."),
        ),
        Field(
            name="sender",
            label=label("sender"),
            hint=_("Only for complaints handed down by a superior bank or an authority."),
        ),
        Field(name=CONFIRMED, label=_("The complaint came in that long ago"), kind=FieldKind.YES),
        Field(name="sender_due_at", label=label("sender_due_at"), kind=FieldKind.INSTANT),
        Field(
            name="category",
            label=label("category"),
            kind=FieldKind.CHOICE,
            choices=codes(Category),
            hint=_("May be left open and classified later."),
        ),
        Field(
            name="business",
            label=label("business"),
            kind=FieldKind.CHOICE,
            choices=codes(Business),
        ),
        Field(name="amount_fen", label=label("amount_fen"), kind=FieldKind.AMOUNT),
        Field(name="marks", label=label("marks"), kind=FieldKind.CHOICES, choices=codes(Mark)),
        Field(
            name="situation",
            label=label("situation"),
            kind=FieldKind.CHOICE,
            choices=codes(Situation),
            hint=_("Only while a system goes live: other rules may then apply."),
        ),
        Field(name="name", label=label("name")),
        Field(name="phone", label=label("phone"), kind=FieldKind.PHONE),
        Field(name="email", label=label("email"), kind=FieldKind.EMAIL),
        Field(name="address", label=label("address")),
        Field(
            name="account",
            label=label("account"),
            hint=_("Here and nowhere else: this field is encrypted, texts are not."),
        ),
        Field(
            name="language",
            label=label("language"),
            kind=FieldKind.CHOICE,
            required=True,
            choices=codes(Language),
            typed=(current_language().value,),
        ),
        Field(name="subject", label=label("subject"), hint=_("A few words for the lists.")),
        Field(
            name="narrative",
            label=label("narrative"),
            kind=FieldKind.LONG_TEXT,
            required=True,
            rows=10,
        ),
        Field(name="demand", label=label("demand"), kind=FieldKind.LONG_TEXT, rows=3),
    )


def _by_name(fields: Iterable[Field]) -> dict[str, Field]:
    return {field.name: field for field in fields}


def _units() -> tuple[Choice, ...]:
    return tuple(Choice(value=unit, words=unit_name(unit)) for unit in bank().open_units)


def _people() -> tuple[Choice, ...]:
    return tuple(
        Choice(value=person.id, words=f"{person.name}, {unit_name(person.unit)}")
        for person in bank().people.values()
        if person.active
    )
