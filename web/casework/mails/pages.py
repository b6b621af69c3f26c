"""Mail not joined: what came in and could not be put with a case safely, one after the other."""

from collections.abc import Sequence

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from desk.mails import REASON
from domain.complaint import Flaw
from domain.errors import NotFit, Refusal, Refused
from domain.permission_names import Permission
from store.mails.mailboxes import mailboxes
from store.mails.waiting import WholeMail, waiting_mails
from web import wording
from web.base.context import reading, records
from web.base.phrases import _
from web.casework.mails.reading import looked_at
from web.kit.access import note_refusal, open_to, reader, visitor
from web.kit.forms import Field, FieldKind, Typed, flaws_in, judged, typed_into
from web.kit.paging import asked_page

blueprint = Blueprint("mails", __name__, url_prefix="/mails")

Page = str | Response | tuple[str, int]

REFERENCE = "reference"


@blueprint.get("")
@open_to(Permission.SORT_MAIL)
def waiting() -> str:
    """The mails that wait, the longest waiting first."""
    return render_template(
        "casework/mails.html",
        found=waiting_mails(reading(), reader(), asked_page()),
        has_mailbox=records().settings.mailbox is not None or bool(mailboxes(reading())),
    )


@blueprint.get("/<int:number>")
@open_to(Permission.SORT_MAIL)
def one(number: int) -> Page:
    """One mail, whole, and what can be done about it."""
    mail = looked_at(number)
    return _settled() if mail is None else _page(mail)


@blueprint.post("/<int:number>/case")
@open_to(Permission.SORT_MAIL)
def join(number: int) -> Page:
    """Put it with a case; refused, the page comes back with what was typed."""
    reference = Typed(request.form).text(REFERENCE)
    try:
        if not reference:
            raise Refused(Refusal.UNKNOWN_REFERENCE, reference="–")
        records().mails.join(number, reference, visitor().actor)
    except Refused as refused:
        if refused.code is Refusal.UNKNOWN_REFERENCE and reference:
            note_refusal(reference)
        return _again(number, refused, reference=reference)
    flash(_("The mail is joined to %(case)s.", case=reference.upper()), "success")
    return redirect(url_for("mails.waiting"))


@blueprint.post("/<int:number>/aside")
@open_to(Permission.SORT_MAIL)
def aside(number: int) -> Page:
    """Set it aside; without a reason, the page comes back."""
    typed = typed_into(request.form, (REASON,))
    why = Typed(typed).text(REASON)
    try:
        records().mails.set_aside(number, why, visitor().actor)
    except NotFit as unfit:
        mail = looked_at(number)
        if mail is None:
            return _settled()
        return _page(mail, reason=why, flaws=flaws_in(unfit)), 422
    except Refused as refused:
        return _again(number, refused, reason=why)
    flash(_("The mail is set aside."), "success")
    return redirect(url_for("mails.waiting"))


def _settled() -> Response:
    flash(_("Somebody has decided on this mail already."), "warning")
    return redirect(url_for("mails.waiting"))


def _again(number: int, refused: Refused, *, reference: str = "", reason: str = "") -> Page:
    mail = looked_at(number)
    if mail is None:
        return _settled()
    sentence = wording.refusal_sentence(refused)
    return _page(mail, reference=reference, reason=reason, refusal=sentence), 409


def _page(
    mail: WholeMail,
    *,
    reference: str = "",
    reason: str = "",
    flaws: Sequence[Flaw] = (),
    refusal: str = "",
) -> str:
    named = mail.named[0] if len(mail.named) == 1 else ""
    to_case = Field(
        name=REFERENCE, label=_("Reference of the case"), required=True,
        typed=(reference or named,),
    )  # fmt: skip
    to_rest = Field(
        name=REASON, label=wording.label(REASON), kind=FieldKind.LONG_TEXT, required=True,
        typed=(reason,),
    )  # fmt: skip
    return render_template(
        "casework/mail.html",
        mail=mail,
        join_fields=(to_case,),
        rest_fields=judged((to_rest,), flaws),
        refusal=refusal,
    )
