"""For administrators: people and units, the audit trail, policies, and notices that did not go."""

from datetime import UTC, datetime

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from domain.classification import Role
from domain.errors import NotFit, Refused
from domain.upkeep import Chore
from rulebook.packs import read_all_packs
from rulebook.upkeep import read_upkeep
from store.operations.verification import latest_verifications
from store.people.tokens import read_tokens, revoke_token
from store.policies.packs import current_packs
from store.reads.audit_trail import read_audit
from store.reads.inbox import dead_notices
from web import wording
from web.base.context import bank, reading, records, writing
from web.base.phrases import _
from web.kit.access import open_to, visitor
from web.kit.countdown import span
from web.kit.forms import Typed

VERIFICATIONS_SHOWN = 20

RESULTS_MISSED = 2
"""That should have come since the last one, before the page warns (default): one may be under way,
or have lost its worker."""

blueprint = Blueprint("administration", __name__, url_prefix="/admin")


@blueprint.get("/people")
@open_to(Role.ADMINISTRATOR)
def people() -> str:
    """Everybody, every unit, and the other systems that may file complaints."""
    return render_template(
        "admin/people.html", bank=bank(), tokens=read_tokens(reading()), now=datetime.now(UTC)
    )


@blueprint.post("/tokens/<token>/revoke")
@open_to(Role.ADMINISTRATOR)
def revoke(token: str) -> Response:
    """Let a token open nothing any more."""
    with writing() as session:
        revoked = revoke_token(session, token, visitor().actor)
    if revoked:
        flash(_("The token is revoked. Whoever shows it is refused."), "success")
    else:
        flash(_("There is no such token in force."), "warning")
    return redirect(url_for("administration.people"))


@blueprint.get("/audit")
@open_to(Role.ADMINISTRATOR)
def audit() -> str:
    """What people did outside the journals, newest first."""
    typed = Typed(request.args)
    by, subject = typed.text("by") or None, typed.text("subject") or None
    page = max(1, min(request.args.get("page", 1, type=int), 100_000))
    return render_template(
        "admin/audit.html",
        found=read_audit(reading(), page, by, subject),
        by=by,
        subject=subject,
        people=bank().people.values(),
    )


@blueprint.get("/policies")
@open_to(Role.ADMINISTRATOR, Role.SUPERVISOR, Role.HR, Role.REGULATOR_LIAISON)
def packs() -> str:
    """Every published policy with each figure and its rule; and what is wrong with the others."""
    unfit = {name: pack for name, pack in read_all_packs().items() if isinstance(pack, NotFit)}
    return render_template("admin/packs.html", packs=current_packs(reading()), unfit=unfit)


@blueprint.get("/verifications")
@open_to(Role.ADMINISTRATOR)
def verifications() -> str:
    """What the last comparisons of rows, workflows and journals have found, and whether new ones
    still come: an old result says nothing of today."""
    found = latest_verifications(reading(), VERIFICATIONS_SHOWN)
    every = read_upkeep().every[Chore.VERIFY]
    age = datetime.now(UTC) - found[0].finished_at if found else None
    return render_template(
        "control/verifications.html",
        verifications=found,
        age=span(age) if age is not None else "",
        every=span(every) if age is not None and age > RESULTS_MISSED * every else "",
    )


@blueprint.get("/notices")
@open_to(Role.ADMINISTRATOR)
def notices() -> str:
    """Notices that could not be sent."""
    return render_template("control/dead_notices.html", notices=dead_notices(reading()))


@blueprint.post("/notices/<int:notice_id>/again")
@open_to(Role.ADMINISTRATOR)
def send_again(notice_id: int) -> Response:
    """Try once more."""
    return _mended(notice_id, again=True)


@blueprint.post("/notices/<int:notice_id>/rest")
@open_to(Role.ADMINISTRATOR)
def let_rest(notice_id: int) -> Response:
    """Seen, and left as it is."""
    return _mended(notice_id, again=False)


def _mended(notice_id: int, *, again: bool) -> Response:
    desk = records().notices
    try:
        (desk.try_again if again else desk.let_rest)(notice_id, visitor().actor)
    except Refused as refused:
        flash(wording.refusal_sentence(refused), "warning")
    else:
        flash(_("It will be sent again.") if again else _("Noted as seen."), "success")
    return redirect(url_for("administration.notices"))
