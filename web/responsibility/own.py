"""What is found about oneself: what is said, until when one may reply, the decision, the appeal.

Whoever is held responsible does not see the case; this page is all that they read of it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from uuid import uuid4

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from domain.acts import AppealFinding, ReplyToFinding
from domain.complaint import BadInput, Flaw
from store.evidence.audit import Action, note
from store.reads.findings import OwnFinding, commendations_of, findings_about
from web import wording
from web.base.context import reading, writing
from web.kit import countdown
from web.kit.access import not_there, open_to_staff, reader, visitor
from web.kit.asking import NotDone, ask
from web.kit.forms import Field, FieldKind, Typed, filled, judged, key_in, typed_into
from web.kit.kept_typing import keeps_what_is_typed
from web.kit.outcomes import tell

blueprint = Blueprint("own_findings", __name__)

Page = str | Response | tuple[str, int]

ACTS: Mapping[str, type[ReplyToFinding | AppealFinding]] = {
    "reply_to_finding": ReplyToFinding,
    "appeal_finding": AppealFinding,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnForm:
    """The form by which somebody replies or appeals."""

    reference: str
    kind: str
    field: Field
    command_id: str
    refusal: str = ""

    @property
    def words(self) -> wording.ActWords:
        return wording.act_words(self.kind)


@blueprint.get("/findings")
@open_to_staff
def mine() -> str:
    """Everything that was found about oneself, newest first. Each look is noted."""
    return _page()


def _texts_of(reference: str, kind: str) -> Mapping[str, str]:
    """What the text of a reply or an appeal is called, for whom it is about."""
    if kind not in ACTS:
        abort(404)
    if reference not in {each.reference for each in _read()}:
        not_there(reference)
    return {name: wording.label_in(kind, name) for name in ACTS[kind].words}


@blueprint.post("/findings/<reference>/<kind>")
@open_to_staff
@keeps_what_is_typed(_texts_of)
def say(reference: str, kind: str) -> Page:
    """Reply or appeal; refused, the form comes back with the rule and what was typed."""
    _texts_of(reference, kind)
    act = ACTS[kind]()
    form = typed_into(request.form, act.words)
    key, (name,) = key_in(form, "command_id"), act.words
    text = Typed(form).text(name)
    again = OwnForm(
        reference=reference,
        kind=kind,
        field=filled((_field(kind, reference),), form)[0],
        command_id=key,
    )
    if not text:
        return _with_flaws(again, [Flaw.of(name, BadInput.EMPTY)])
    answer = ask(reference, act, {name: text}, form)
    if isinstance(answer, NotDone):
        if answer.flaws:
            return _with_flaws(again, answer.flaws)
        again = replace(
            again, refusal=answer.sentence, command_id=answer.command_id or str(uuid4())
        )
        return _page(again), answer.status
    tell(answer, str(wording.act_words(kind).done))
    return redirect(url_for("own_findings.mine"))


def _read() -> tuple[OwnFinding, ...]:
    return findings_about(reading(), reader(), datetime.now(UTC))


def _page(again: OwnForm | None = None) -> str:
    found, praise = _read(), commendations_of(reading(), reader())
    if found or praise:
        with writing() as session:
            read = {each.reference for each in found} | {each.reference for each in praise}
            for reference in sorted(read):
                note(session, Action.READ_OWN_FINDING, by=visitor().id, subject=reference)
    return render_template(
        "responsibility/own.html",
        found=[(each, _form_of(each, again)) for each in found],
        praise=praise,
        again=again,
        running=countdown.running,
    )


def _form_of(own: OwnFinding, again: OwnForm | None) -> OwnForm | None:
    """What may be said now about one of them; as it was typed, where it did not do."""
    if again is not None and again.reference == own.reference and (own.may_reply or own.may_appeal):
        return again
    kind = "reply_to_finding" if own.may_reply else "appeal_finding" if own.may_appeal else None
    if kind is None:
        return None
    field = _field(kind, own.reference)
    return OwnForm(reference=own.reference, kind=kind, field=field, command_id=str(uuid4()))


def _with_flaws(form: OwnForm, flaws: Sequence[Flaw]) -> tuple[str, int]:
    (field,) = judged((form.field,), flaws)
    return _page(replace(form, field=field)), 422


def _field(kind: str, reference: str) -> Field:
    (name,) = ACTS[kind].words
    return Field(
        name=name,
        label=wording.label_in(kind, name),
        kind=FieldKind.LONG_TEXT,
        required=True,
        rows=6,
        form=f"{kind}-{reference}",
    )
