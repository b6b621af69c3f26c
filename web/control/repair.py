"""Failed cases: what is held up and why, and what administrators do about it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import uuid4

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from desk.repair import FailedCases
from domain.complaint import BadInput, Flaw
from domain.errors import NotFit, Refusal, Refused
from domain.failures import Incident
from domain.permission_names import Permission
from domain.statuses import RepairStatus
from engine.connection import EngineAway
from engine.reset_points import PREVIEW, Preview
from store.operations.incidents import Assignment
from store.operations.repairs import Repair
from store.operations.retries import AT_REST, UNDER_WAY
from web import wording
from web.base.context import records
from web.base.phrases import _
from web.kit.access import not_there, open_to, opened, reader, visitor
from web.kit.forms import (
    Choice,
    Field,
    FieldKind,
    Typed,
    filled,
    judged,
    key_in,
    reason_field,
    reason_in,
    set_apart,
)
from web.kit.looking_again import looking_again
from web.wording.names import person_name

blueprint = Blueprint("repair", __name__)

SHOWN_OF_A_CAUSE = 50
"""Cases on the page for one cause; the heading counts them all (default)."""

Page = str | Response | tuple[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hands:
    """Who has an incident in hand, and to whom it may be handed."""

    assignment: Assignment | None
    field: Field


@blueprint.get("/admin/failed")
@open_to(Permission.REPAIR)
def failed_cases() -> Page:
    """Everything that is held up, by cause, and the repairs that wait for a second person; it looks
    again by itself while cases are being tried again."""
    page = _failed(records().repairs.failed_cases(reader()))
    is_at_work = any(each.status in UNDER_WAY for each in records().repairs.retries())
    return looking_again(page) if is_at_work else page


def _failed(failed: FailedCases, wrong: Mapping[str, Field] = {}) -> str:
    """The page; with the field of an incident in which somebody was wrongly chosen."""
    shop = records().repairs
    retries = shop.retries()
    in_hand = {each.incident: each for each in shop.in_hand(reader())}
    return render_template(
        "control/failed_cases.html",
        failed=failed,
        hands={
            each.key: Hands(
                assignment=in_hand.get(each.key), field=wrong.get(each.key) or _to_whom(each)
            )
            for each in failed.incidents
        },
        # What fails otherwise by now, or goes on and is not yet over.
        elsewhere=[each for key, each in in_hand.items() if failed.incident(key) is None],
        repairs=shop.waiting(reader()),
        retries=retries,
        # Asked for once more, it would change nothing.
        tried_together={each.incident for each in retries if each.status in UNDER_WAY + AT_REST},
        at_most=SHOWN_OF_A_CAUSE,
    )


def _to_whom(incident: Incident) -> Field:
    people = records().repairs.who_may_have(incident)
    return Field(
        name="person",
        form=f"hand-{incident.key}",
        label=_("Who is to see to it"),
        kind=FieldKind.CHOICE,
        required=True,
        choices=tuple(Choice(value=each, words=person_name(each)) for each in people),
    )


@blueprint.post("/admin/failed/incidents/<key>/assign")
@open_to(Permission.REPAIR)
def assign(key: str) -> Page:
    """Hand an incident to somebody, or take it oneself."""
    shop = records().repairs
    failed = shop.failed_cases(reader())
    incident = failed.incident(key)
    if incident is None:
        flash(_("This is not on the list any more."), "warning")
        return redirect(url_for("repair.failed_cases"))
    typed, field = Typed(request.form), _to_whom(incident)
    person = typed.one_of("person", field.choices)
    if person is None:
        flaws = typed.flaws or [Flaw.of("person", BadInput.EMPTY)]
        (field,) = judged(filled([field], request.form), flaws)
        return _failed(failed, {key: field}), 422
    seen = request.form.get("seen", type=int)
    try:
        shop.assign(incident, person, visitor().actor, seen=seen)
    except Refused as refused:
        return _refused(refused, _place_of(key))
    flash(_("%(name)s has it in hand, and is told.", name=person_name(person)), "success")
    return redirect(_place_of(key))


@blueprint.post("/admin/assignments/<int:assignment_id>/take-back")
@open_to(Permission.REPAIR)
def take_back(assignment_id: int) -> Response:
    """Make an incident nobody's again."""
    if records().repairs.take_back(assignment_id, reader(), visitor().actor):
        flash(_("It is nobody's again, and whoever had it is told."), "success")
    else:
        flash(_("Nobody had it in hand any more."), "warning")
    return redirect(url_for("repair.failed_cases"))


def _place_of(key: str) -> str:
    return url_for("repair.failed_cases", _anchor=f"incident-{key}")


@blueprint.post("/admin/failed/<reference>/retry")
@open_to(Permission.REPAIR)
def retry(reference: str) -> Response:
    """Try again whatever holds the case up."""
    opened(reference, Permission.REPAIR)
    retried = records().repairs.retry(reference, visitor().actor)
    flash(wording.words(retried), "success")
    return redirect(url_for("repair.failed_cases"))


@blueprint.post("/admin/failed/incidents/<key>/retry")
@open_to(Permission.REPAIR)
def retry_all(key: str) -> Page:
    """Try every case of an incident again, one of them first."""
    try:
        is_there = records().repairs.retry_all(key, reader(), visitor().actor)
    except Refused as refused:
        return _refused(refused, url_for("repair.failed_cases"))
    if is_there:
        flash(_("One case is tried first. The others follow when it goes on."), "success")
    else:
        flash(_("This is not on the list any more."), "warning")
    return redirect(url_for("repair.failed_cases"))


@blueprint.post("/admin/retries/<retries_id>/stop")
@open_to(Permission.REPAIR)
def stop(retries_id: str) -> Response:
    """Try no further case."""
    if records().repairs.stop(retries_id, visitor().actor):
        flash(_("Stopped. What was tried stays tried."), "success")
    else:
        flash(_("Nothing was under way any more."), "warning")
    return redirect(url_for("repair.failed_cases"))


@blueprint.post("/admin/retries/<retries_id>/resume")
@open_to(Permission.REPAIR)
def resume(retries_id: str) -> Response:
    """Go on with the cases that are left."""
    if records().repairs.resume(retries_id, visitor().actor):
        flash(_("It goes on with the cases that are left."), "success")
    else:
        flash(_("There was nothing to go on with."), "warning")
    return redirect(url_for("repair.failed_cases"))


@blueprint.get("/admin/failed/<reference>/points")
@open_to(Permission.REPAIR)
def points(reference: str) -> Page:
    """To which points a case can be taken back."""
    opened(reference, Permission.REPAIR)
    try:
        rewinding = records().repairs.points_of(reference, visitor().actor)
    except EngineAway:
        return _engine_away()
    except Refused as refused:
        return _refused(refused, url_for("repair.failed_cases"))
    return render_template("control/reset_points.html", rewinding=rewinding)


@blueprint.get("/admin/failed/<reference>/points/<int:event_id>")
@open_to(Permission.REPAIR)
def preview(reference: str, event_id: int) -> Page:
    """What taking the case back to one point would do."""
    opened(reference, Permission.REPAIR)
    return _preview(reference, event_id)


@blueprint.post("/admin/failed/<reference>/points/<int:event_id>")
@open_to(Permission.REPAIR)
def ask(reference: str, event_id: int) -> Page:
    """Ask a second administrator to agree."""
    opened(reference, Permission.REPAIR)
    try:
        repair = records().repairs.request(
            repair_id=key_in(request.form, "repair_id"),
            reference=reference,
            event_id=event_id,
            reason=reason_in(request.form),
            by=visitor().actor,
        )
    except EngineAway:
        return _engine_away()
    except (NotFit, Refused) as why:
        refusal, wrong = set_apart(why)
        return _preview(reference, event_id, refusal, wrong)
    flash(_("Asked for. It is done as soon as a second administrator agrees."), "success")
    return redirect(url_for("repair.decide", repair_id=repair.id))


@blueprint.get("/admin/repairs/<repair_id>")
@open_to(Permission.REPAIR)
def decide(repair_id: str) -> Page:
    """One request: what it would do as things stand now, and the decision."""
    return _decision(repair_id)


def _decision(repair_id: str, typed: str = "", wrong: Sequence[Flaw] = ()) -> Page:
    shop = records().repairs
    try:
        repair = shop.read(repair_id, visitor().actor)
        shown = _shown_of(repair)
    except EngineAway:
        return _engine_away()
    except Refused as refused:
        return _refused(refused, url_for("repair.failed_cases"))
    why = reason_field(
        _("Your reason"), typed, wrong, name="why", hint=_("Needed to decline."), required=False
    )
    page = render_template("control/repair.html", repair=repair, shown=shown, why=why)
    return (page, 422) if wrong else page


def _shown_of(repair: Repair) -> Preview:
    """What it would do as things stand now; of one that is decided, or whose case has moved on to
    where its point is none, what was shown then."""
    if repair.status is RepairStatus.REQUESTED:
        try:
            return records().repairs.preview_of(repair.reference, repair.event_id, visitor().actor)
        except Refused as refused:
            if refused.code is not Refusal.CHANGED_MEANWHILE:
                raise
    return PREVIEW.validate_python(repair.preview)


@blueprint.post("/admin/repairs/<repair_id>/approve")
@open_to(Permission.REPAIR)
def approve(repair_id: str) -> Page:
    """Agree to what was shown."""
    try:
        agreed = records().repairs.approve(
            repair_id, digest=request.form.get("digest", ""), by=visitor().actor
        )
    except EngineAway:
        return _engine_away()
    except Refused as refused:
        return _refused(refused, url_for("repair.decide", repair_id=repair_id))
    if agreed.status is RepairStatus.DECLINED:
        flash(_("The case has moved on since it was asked for, and stays as it is."), "warning")
    else:
        flash(_("Agreed. The engine is being told."), "success")
    return redirect(url_for("repair.decide", repair_id=repair_id))


@blueprint.post("/admin/repairs/<repair_id>/decline")
@open_to(Permission.REPAIR)
def decline(repair_id: str) -> Page:
    """Leave the case as it is."""
    typed = reason_in(request.form, "why")
    try:
        records().repairs.decline(repair_id, visitor().actor, typed)
    except (NotFit, Refused) as why:
        _refusal, wrong = set_apart(why)
        if isinstance(why, Refused) and not wrong:
            return _refused(why, url_for("repair.decide", repair_id=repair_id))
        return _decision(repair_id, typed, wrong)
    flash(_("The case stays as it is."), "success")
    return redirect(url_for("repair.failed_cases"))


def _preview(reference: str, event_id: int, refusal: str = "", wrong: Sequence[Flaw] = ()) -> Page:
    try:
        shown = records().repairs.preview_of(reference, event_id, visitor().actor)
    except EngineAway:
        return _engine_away()
    except Refused as refused:
        return _refused(refused, url_for("repair.points", reference=reference))
    page = render_template(
        "control/reset_preview.html",
        reference=reference,
        shown=shown,
        repair_id=request.form.get("repair_id") or str(uuid4()),
        reason=reason_field(
            _("Reason"),
            request.form.get("reason", ""),
            wrong,
            hint=_("For the second administrator and the audit. No words of customers."),
            rows=3,
        ),
        refusal=refusal,
    )
    return (page, 422) if refusal or wrong else page


def _refused(refused: Refused, back: str) -> Response:
    if refused.code is Refusal.UNKNOWN_REFERENCE:
        not_there(refused.facts["reference"])
    flash(wording.refusal_sentence(refused), "warning")
    return redirect(back)


def _engine_away() -> tuple[str, int]:
    sentence = _("The engine does not answer, and only it knows this. Try again in a moment.")
    return render_template("failure.html", sentence=sentence, code=503), 503
