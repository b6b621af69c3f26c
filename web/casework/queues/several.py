"""One act upon several cases of a list: looked at first, then done to each as if by hand.

Each case is asked and answers for itself; what the rules forbid in one stops no other.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from uuid import UUID, uuid4, uuid5

from flask import Blueprint, abort, render_template, request, url_for
from werkzeug.datastructures import MultiDict

from desk.cases import ActOutcome, ActStatus, AskedOfOne
from domain.errors import NotFit
from store.cases.commands import act_of
from store.reads.case_page import CaseFile, read_case_file
from store.reads.queues import PAGE
from store.scope import OpenedCase, open_case
from web import wording
from web.base.context import bank, reading, records, speak_of_tasks
from web.base.phrases import _
from web.casework.act_forms import ActForm, ActForms
from web.kit.access import note_refusal, open_to_staff, reader, visitor
from web.kit.forms import Choice, Field, FieldKind, flaws_in, key_in

blueprint = Blueprint("several", __name__, url_prefix="/several")

KINDS = ("assign", "urge", "acknowledge")
"""Acts that may be done to several at once: none of them ends anything or says anything outside."""

ESCALATION = "clock+step"
"""What an acknowledgement is of: each case has its own, so all that are open in it are meant."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """One of the cases, and what stands against the act there."""

    reference: str
    file: CaseFile | None
    """None for a case that is not there, or not this person's."""
    form: ActForm | None
    """None where it cannot be done now."""
    why_not: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What became of it in one case."""

    reference: str
    tone: str
    words: str


@blueprint.get("/")
@open_to_staff
def look() -> str:
    """What the act would meet in each of the cases, before anything is done."""
    kind = _kind(request.args)
    return _preview(kind, _chosen(kind, request.args), request.args)


@blueprint.post("/")
@open_to_staff
def act() -> str | tuple[str, int]:
    """Do it to each case where nothing stood against it; sent again, nothing happens twice."""
    kind, form = _kind(request.form), request.form
    key = UUID(key_in(form, "command_id"))
    chosen = _chosen(kind, form, key)
    asked: list[AskedOfOne] = []
    for each in chosen:
        if each.form is None or each.file is None:
            continue
        read = list(_read(kind, each, form, key))
        if any(one is None for one in read):
            return _preview(kind, chosen, form, _("Choose who is to have them.")), 422
        asked += [one for one in read if one is not None]
    # The engine may keep us waiting, and a page that waits must hold nothing of PostgreSQL's.
    reading().rollback()
    try:
        outcomes = records().desk.act_each(asked, visitor().actor)
    except NotFit as unfit:
        sentences = _("; ").join(wording.flaw_sentence(flaw) for flaw in flaws_in(unfit))
        return _preview(kind, _chosen(kind, form), form, sentences), 422
    told = [
        *(_told(kind, one.reference, out) for one, out in zip(asked, outcomes, strict=True)),
        *(
            Told(reference=each.reference, tone="late", words=each.why_not)
            for each in chosen
            if each.form is None
        ),
    ]
    return render_template(
        "casework/several_done.html",
        words=wording.act_words(kind),
        told=told,
        done=sum(each.tone == "met" for each in told),
    )


def _preview(
    kind: str, chosen: Sequence[Chosen], typed: MultiDict[str, str], problem: str = ""
) -> str:
    forms = [each.form for each in chosen if each.form is not None]
    return render_template(
        "casework/several.html",
        kind=kind,
        words=wording.act_words(kind),
        chosen=chosen,
        possible=len(forms),
        fields=[_with_typed(field, typed) for field in _common(forms)],
        problem=problem,
        command_id=typed.get("command_id") or str(uuid4()),
        back=url_for("queue.my_queue"),
    )


def _kind(typed: MultiDict[str, str]) -> str:
    kind = typed.get("act", "")
    if kind not in KINDS:
        abort(404)
    return kind


def _chosen(kind: str, typed: MultiDict[str, str], key: UUID | None = None) -> list[Chosen]:
    """The cases that were ticked, each once, at most as many as a page of the list has."""
    ticked = list(dict.fromkeys(typed.getlist("reference")))[:PAGE]
    return [_one(kind, reference, key) for reference in ticked]


def _one(kind: str, reference: str, key: UUID | None) -> Chosen:
    opened = open_case(reading(), reader(), reference)
    if opened is None:
        note_refusal(reference)
        gone = _("There is no such case, or it is not yours.")
        return Chosen(reference=reference, file=None, form=None, why_not=gone)
    file = read_case_file(reading(), opened, entries_at_most=1)
    speak_of_tasks(file.pack.conduct.task_titles)
    offered, not_now = _forms(opened, file).offered()
    form = next((each for each in offered if each.kind == kind), None)
    if form is None and key is not None and _was_asked(key, reference):
        # It was sent before, and being carried out it may have used up what it chose.
        form = _forms(opened, file).form(kind)
    held_up = next((each.why for each in not_now if each.kind == kind), "")
    return Chosen(
        reference=reference,
        file=file,
        form=form,
        why_not="" if form else held_up or _("Not possible here now, or not yours to do."),
    )


def _was_asked(key: UUID, reference: str) -> bool:
    return act_of(reading(), _command_id(key, reference, 0)) is not None


def _forms(opened: OpenedCase, file: CaseFile) -> ActForms:
    return ActForms(file, visitor().actor, bank(), opened.is_for)


def _common(forms: Sequence[ActForm]) -> list[Field]:
    """What is asked for once for all cases: of a list what every case offers."""
    if not forms:
        return []
    first, *others = forms
    return [_offered_by_all(field, others) for field in first.fields if field.name != ESCALATION]


def _offered_by_all(field: Field, others: Sequence[ActForm]) -> Field:
    if field.kind is not FieldKind.CHOICE:
        return field
    offered = [
        {choice.value for choice in other.choices}
        for form in others
        for other in form.fields
        if other.name == field.name
    ]
    return replace(
        field,
        choices=tuple(each for each in field.choices if all(each.value in o for o in offered)),
    )


def _with_typed(field: Field, typed: MultiDict[str, str]) -> Field:
    return replace(field, typed=tuple(typed.getlist(field.name)))


def _read(
    kind: str, chosen: Chosen, typed: MultiDict[str, str], key: UUID
) -> Iterator[AskedOfOne | None]:
    """What is asked of one case: of an acknowledgement, each open escalation. None for what was not
    filled in."""
    assert chosen.file is not None
    opened = open_case(reading(), reader(), chosen.reference)
    assert opened is not None
    assert chosen.form is not None
    each_of: tuple[Choice | None, ...] = (None,)
    for field in chosen.form.fields:
        if field.name == ESCALATION:
            each_of = field.choices
    for number, escalation in enumerate(each_of):
        form = MultiDict(typed)
        if escalation is not None:
            form.setlist(ESCALATION, [escalation.value])
        command_id = _command_id(key, chosen.reference, number)
        before = act_of(reading(), command_id)
        read = _forms(opened, chosen.file).read(kind, form, before)
        if read.act is None:
            yield None
            return
        yield AskedOfOne(
            command_id=command_id,
            reference=chosen.reference,
            act=read.act,
            words=read.words,
            seen_version=typed.get(f"version-{chosen.reference}", type=int),
        )


def _command_id(key: UUID, reference: str, number: int) -> str:
    """The same for the same form, case and escalation, however often it is sent."""
    return str(uuid5(key, f"{reference}/{number}"))


def _told(kind: str, reference: str, outcome: ActOutcome) -> Told:
    match outcome.status:
        case ActStatus.ACCEPTED:
            return Told(reference=reference, tone="met", words=str(wording.act_words(kind).done))
        case ActStatus.ASKED_FOR:
            asked = _("Asked for, and not done yet: this takes a second person.")
            return Told(reference=reference, tone="soon", words=asked)
        case ActStatus.WAITING:
            stored = _("Stored, waiting for the engine; nothing is lost.")
            return Told(reference=reference, tone="soon", words=stored)
    assert outcome.refusal is not None
    return Told(reference=reference, tone="late", words=wording.refusal_sentence(outcome.refusal))
