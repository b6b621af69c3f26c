"""What waits for a second person: to decide on, to hear of, to take back."""

from collections.abc import Sequence

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from desk.approvals.waiting import Decided
from desk.cases import ActStatus
from domain.approvals import CHOSEN, COLLECTED, Approval, ApprovalKind, ApprovalOutcome
from domain.complaint import Flaw
from domain.errors import NotFit, Refusal, Refused
from store.approvals.about import cases_asked_about
from store.evidence.looks import note_shown
from web.base.context import reading, records, writing
from web.base.phrases import _
from web.kit.access import not_there, open_to_staff, reader, visitor
from web.kit.forms import MASK, Field, reason_field, reason_in, set_apart
from web.kit.letters import letter_to_read
from web.wording import flaw_sentence, refusal_sentence
from web.wording.approvals import refusal_of

blueprint = Blueprint("approvals", __name__, url_prefix="/approvals")

Page = str | Response | tuple[str, int]

NOBODY_TO_TELL = frozenset({Refusal.ASKER_HAS_LEFT, Refusal.ASKER_LOST_CASE})
"""Whoever asked does not hear of these any more."""


@blueprint.get("")
@open_to_staff
def waiting() -> str:
    """Requests of others to decide on, answers to one's own, and what others decide on."""
    return _page()


@blueprint.post("/<path:approval_id>")
@open_to_staff
def decide(approval_id: str) -> Page:
    """Agree, decline, or take the own request back; refused, what was typed comes back."""
    outcome = request.form.get("outcome") or request.form.get(MASK, "")
    why = reason_in(request.form, "why")
    if outcome not in CHOSEN:
        abort(400)
    asked = records().approvals.read(approval_id, reader())
    if asked is None:
        not_there(approval_id)
    if asked.kind is ApprovalKind.RESET and outcome == ApprovalOutcome.APPROVED:
        # What it would do is shown there, and only who has seen it agrees.
        return redirect(url_for("repair.decide", repair_id=approval_id))
    try:
        decided = records().approvals.decide(
            approval_id, ApprovalOutcome(outcome), visitor().actor, why
        )
    except (NotFit, Refused) as problem:
        if isinstance(problem, Refused) and problem.code is Refusal.NO_SUCH_REQUEST:
            not_there(approval_id)
        refusal, wrong = set_apart(problem)
        return _page(approval_id, refusal, why, wrong, outcome), 422 if wrong else 409
    told, category = _told(decided)
    flash(told, category)
    return redirect(url_for("approvals.waiting"))


@blueprint.post("/heard/<path:approval_id>")
@open_to_staff
def heard(approval_id: str) -> Response:
    """Take note of an answer."""
    records().approvals.hear(approval_id, visitor().actor)
    return redirect(url_for("approvals.waiting"))


def _told(decided: Decided) -> tuple[str, str]:
    """What is said after a decision, and how gravely."""
    approval, outcome = decided.approval, decided.outcome
    if approval.refusal is not None and approval.refusal["code"] in NOBODY_TO_TELL:
        return _("Not done. %(why)s", why=refusal_of(approval)), "warning"
    if approval.outcome is ApprovalOutcome.OVERTAKEN:
        return _("Not done: %(why)s Whoever asked is told.", why=refusal_of(approval)), "warning"
    if outcome is not None and outcome.refusal is not None:
        sentence = refusal_sentence(outcome.refusal)
        return _("Not done: %(why)s Whoever asked is told.", why=sentence), "warning"
    if outcome is not None and outcome.status is ActStatus.WAITING:
        return _("Agreed. It is waiting for the engine and will be carried out."), "warning"
    match approval.outcome:
        case ApprovalOutcome.APPROVED if approval.kind in COLLECTED:
            return _("Agreed. Whoever asked can carry it out now."), "success"
        case ApprovalOutcome.APPROVED if approval.kind is ApprovalKind.ERASE_ALL_DUE:
            return _("Agreed. The page “Erasure” shows how far it has come."), "success"
        case ApprovalOutcome.APPROVED:
            return _("Agreed, and done. Whoever asked is told."), "success"
        case ApprovalOutcome.DECLINED if approval.kind is ApprovalKind.LETTER:
            return _("Sent back. Whoever wrote it is told why."), "success"
        case ApprovalOutcome.DECLINED:
            return _("Declined. Whoever asked is told."), "success"
        case _:
            return _("The request is taken back."), "success"


def _page(
    again: str = "",
    problem: str = "",
    typed: str = "",
    wrong: Sequence[Flaw] = (),
    outcome: str = "",
) -> str:
    """The page; `again` is the request whose form did not do, with what was typed in it and the
    outcome that was pressed. One that was decided meanwhile has no form any more; what became of it
    is told."""
    found = records().approvals.waiting_for(reader())
    known: tuple[Approval, ...] = (*found.to_decide, *found.asked)
    is_known = any(each.id == again for each in known)
    if not is_known:  # There is no field to say it at.
        problem = problem or " ".join(map(flaw_sentence, wrong))
    ended = records().approvals.read(again, reader()) if again and not is_known else None
    listed = (*known, *found.answers)
    about = cases_asked_about(reading(), reader(), listed)
    shown = [each.subject for each in listed if each.id in about and about[each.id].subject]
    with writing() as session:
        note_shown(session, by=reader().person, where="approvals", references=shown)
    letters = {each.id: letter_to_read(each) for each in listed}
    return render_template(
        "control/approvals.html",
        found=found,
        again=again,
        problem=problem,
        typed=typed,
        outcome=outcome,
        is_known=is_known,
        ended=ended if ended is not None and ended.outcome is not None else None,
        letters=letters,
        about=about,
        reasons={
            each.id: _reason(each, *((typed, wrong) if each.id == again else ()))
            for each in found.to_decide
        },
    )


def _reason(asked: Approval, typed: str = "", wrong: Sequence[Flaw] = ()) -> Field:
    """Where somebody says why they decide so; of a letter, what is to be changed in it."""
    is_letter = asked.kind is ApprovalKind.LETTER
    return reason_field(
        _("What is to be changed") if is_letter else _("Your reason"),
        typed,
        wrong,
        hint=_("Needed to send it back.") if is_letter else _("Needed to decline."),
        name="why",
        form=asked.id,
        required=False,
    )
