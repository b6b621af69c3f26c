"""Failed cases: what is held up and why, and what administrators do about it."""

from uuid import uuid4

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from domain.errors import NotFit, Refusal, Refused
from domain.permission_names import Permission
from domain.statuses import RepairStatus
from engine.connection import EngineAway
from engine.reset_points import PREVIEW
from web import wording
from web.base.context import records
from web.base.phrases import _
from web.kit.access import not_there, open_to, opened, reader, visitor
from web.kit.forms import flaws_in, key_in

blueprint = Blueprint("repair", __name__)

SHOWN_OF_A_CAUSE = 50
"""Cases on the page for one cause; the heading counts them all (default)."""

Page = str | Response | tuple[str, int]


@blueprint.get("/admin/failed")
@open_to(Permission.REPAIR)
def failed_cases() -> str:
    """Everything that is held up, by cause, and the repairs that wait for a second person."""
    shop = records().repairs
    return render_template(
        "control/failed_cases.html",
        failed=shop.failed_cases(reader()),
        repairs=shop.waiting(reader()),
        retries=shop.retries(),
        at_most=SHOWN_OF_A_CAUSE,
    )


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
            reason=request.form.get("reason", ""),
            by=visitor().actor,
        )
    except EngineAway:
        return _engine_away()
    except NotFit as unfit:
        sentence = "; ".join(map(wording.flaw_sentence, flaws_in(unfit)))
        return _preview(reference, event_id, problem=sentence)
    except Refused as refused:
        return _preview(reference, event_id, problem=wording.refusal_sentence(refused))
    flash(_("Asked for. It is done as soon as a second administrator agrees."), "success")
    return redirect(url_for("repair.decide", repair_id=repair.id))


@blueprint.get("/admin/repairs/<repair_id>")
@open_to(Permission.REPAIR)
def decide(repair_id: str) -> Page:
    """One request: what it would do as things stand now, and the decision."""
    shop = records().repairs
    try:
        repair = shop.read(repair_id, visitor().actor)
        shown = (
            shop.preview_of(repair.reference, repair.event_id, visitor().actor)
            if repair.status is RepairStatus.REQUESTED
            else PREVIEW.validate_python(repair.preview)
        )
    except EngineAway:
        return _engine_away()
    except Refused as refused:
        return _refused(refused, url_for("repair.failed_cases"))
    return render_template("control/repair.html", repair=repair, shown=shown)


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
    try:
        records().repairs.decline(repair_id, visitor().actor, request.form.get("why", ""))
    except NotFit as unfit:
        flash("; ".join(map(wording.flaw_sentence, flaws_in(unfit))), "warning")
        return redirect(url_for("repair.decide", repair_id=repair_id))
    except Refused as refused:
        return _refused(refused, url_for("repair.decide", repair_id=repair_id))
    flash(_("The case stays as it is."), "success")
    return redirect(url_for("repair.failed_cases"))


def _preview(reference: str, event_id: int, problem: str = "") -> Page:
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
        reason=request.form.get("reason", ""),
        problem=problem,
    )
    return (page, 422) if problem else page


def _refused(refused: Refused, back: str) -> Response:
    if refused.code is Refusal.UNKNOWN_REFERENCE:
        not_there(refused.facts["reference"])
    flash(wording.refusal_sentence(refused), "warning")
    return redirect(back)


def _engine_away() -> tuple[str, int]:
    sentence = _("The engine does not answer, and only it knows this. Try again in a moment.")
    return render_template("failure.html", sentence=sentence, code=503), 503
