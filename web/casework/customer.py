"""Who the customer of a case is: masked until somebody says why they must know."""

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from domain.complaint import BadInput, Flaw, flaws_of_sensitive, flaws_of_text
from domain.customers import CustomerField
from domain.permission_names import Permission
from rulebook.texts import read_text_limits
from store.reads.customer import masked_customer, reveal_customer
from store.scope import OpenedCase
from web.base.context import reading, writing
from web.base.phrases import _
from web.kit.access import open_to, opened
from web.kit.forms import Choice, Field, FieldKind, Typed, filled, judged, typed_into
from web.wording import label

blueprint = Blueprint("customer", __name__)

FIELDS, REASON = "fields", "reason"


@blueprint.get("/cases/<reference>/customer")
@open_to(Permission.REVEAL)
def customer(reference: str) -> str:
    """What is known of the customer, masked, and the form to ask for more."""
    case = opened(reference, Permission.REVEAL)
    return _page(case, _fields(case))


@blueprint.post("/cases/<reference>/customer")
@open_to(Permission.REVEAL)
def reveal(reference: str) -> Response | tuple[str, int] | str:
    """Show what was asked for, and note who has seen it and why."""
    case = opened(reference, Permission.REVEAL)
    form = typed_into(request.form, [REASON])
    typed = Typed(form)
    wanted, reason = typed.codes(FIELDS, CustomerField), typed.text(REASON)
    flaws = [
        *typed.flaws,
        *flaws_of_text(REASON, reason, read_text_limits().subject),
        *flaws_of_sensitive(REASON, reason),
    ]
    flaws += [Flaw.of(FIELDS, BadInput.NOTHING_CHOSEN)] if not wanted else []
    flaws += [Flaw.of(REASON, BadInput.EMPTY)] if not reason else []
    if flaws:
        return _page(case, judged(filled(_fields(case), form), flaws)), 422
    with writing() as session:
        seen = reveal_customer(session, case, wanted, reason)
    return _page(case, _fields(case), seen)


def _page(
    case: OpenedCase, fields: tuple[Field, ...], seen: dict[CustomerField, str] | None = None
) -> str:
    masked = masked_customer(reading(), case)
    return render_template(
        "casework/customer.html",
        case=case.case,
        customer={**masked, **(seen or {})},
        seen=seen or {},
        fields=fields,
    )


def _fields(case: OpenedCase) -> tuple[Field, ...]:
    known = masked_customer(reading(), case)
    return (
        Field(
            name=FIELDS,
            label=_("What you must see"),
            kind=FieldKind.CHOICES,
            choices=tuple(
                Choice(value=field, words=str(label(field))) for field in known if known[field]
            ),
        ),
        Field(
            name=REASON,
            label=_("Why"),
            required=True,
            hint=_("Your name, what you look at, this reason and your address are noted."),
        ),
    )
