"""The page of one case: its facts, its clocks with their proofs, and what may be done."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from desk.cases import ActStatus
from desk.history.clocks import clock_story
from domain.errors import NotFit, Refusal
from domain.permission_names import Permission
from domain.relations import named_in
from domain.upcoming import Upcoming, upcoming_of
from store.cases.commands import act_of
from store.database import DatabaseAway
from store.evidence.audit import Action, note
from store.people.directory import read_directory
from store.reads.case_page import CaseFile, find_status, read_case_file
from store.scope import OpenedCase, open_case
from web import wording
from web.base.context import bank, reading, records, speak_of_tasks, writing
from web.base.phrases import _
from web.casework.act_forms import BY_KIND, ActForm, ActForms, Group
from web.casework.clock_chart import Chart, chart_of
from web.kit import countdown
from web.kit.access import not_there, note_refusal, open_to_staff, opened, reader, visitor
from web.kit.failures import unanswered
from web.kit.forms import flaws_in, key_in, typed_into
from web.kit.menu import way_back

blueprint = Blueprint("cases", __name__)

JOURNAL_EXCERPT = 12
"""Entries of the journal on the case's own page; the history page has them all (default)."""

Page = str | Response | tuple[str, int]


@blueprint.get("/cases/<reference>")
@open_to_staff
def case_page(reference: str) -> Page:
    """The whole case, or how it stands for whoever may know no more. Each look is noted."""
    stands = find_status(reading(), reader(), reference)
    case = open_case(reading(), reader(), reference)
    if case is None and stands is not None:
        with writing() as session:
            note(session, Action.LOOKED_AT_STATUS, by=visitor().id, subject=reference)
        return render_template("casework/case_status.html", stands=stands)
    case = case or not_there(reference)
    if case.allows(Permission.READ_WORDS):
        with writing() as session:
            note(session, Action.LOOKED_AT_COMPLAINT, by=visitor().id, subject=case.reference)
    return _page(case, _file(case))


@blueprint.post("/cases/<reference>/acts/<kind>")
@open_to_staff
def act(reference: str, kind: str) -> Page:
    """Do something to the case; refused, the form comes back with the rule and what was typed."""
    case = _opened(reference)
    file = _file(case)
    if kind not in BY_KIND:
        abort(404)
    form = typed_into(request.form, BY_KIND[kind].words)
    key = key_in(form, "command_id")
    forms = _forms(case, file)
    asked = forms.read(kind, form, act_of(reading(), key))
    if asked.act is None:
        return _page(case, file, forms.again(kind, form, flaws=asked.flaws)), 422
    seen_version = form.get("seen_version", type=int)
    # The engine may keep us waiting, and a page that waits must hold nothing of PostgreSQL's.
    reading().rollback()
    try:
        outcome = records().desk.act(
            command_id=key,
            reference=reference,
            act=asked.act,
            words=asked.words,
            by=visitor().actor,
            seen_version=seen_version,
        )
    except NotFit as unfit:
        return _page(case, file, forms.again(kind, form, flaws=flaws_in(unfit))), 422
    except DatabaseAway as away:
        again = forms.again(kind, form, refusal=unanswered(away))
        return _page(case, file, replace(again, command_id=key, seen_version=seen_version)), 503
    if outcome.refusal is not None:
        if outcome.refusal.code is Refusal.UNKNOWN_REFERENCE:
            note_refusal(outcome.refusal.facts["reference"])
        # The case may have moved on meanwhile, and the page must show how it stands now.
        case = _opened(reference)
        file = _file(case)
        forms = _forms(case, file)
        sentence = wording.refusal_sentence(outcome.refusal)
        return _page(case, file, forms.again(kind, form, refusal=sentence)), 409
    if outcome.status is ActStatus.WAITING and outcome.is_held_up:
        flash(
            _(
                "Stored, and not carried out yet: this case is held up. The administrators see it"
                " among the failed cases; what you asked is done as soon as it goes on."
            ),
            "warning",
        )
    elif outcome.status is ActStatus.WAITING:
        flash(
            _("Stored. It is waiting for the engine and will be carried out; nothing is lost."),
            "warning",
        )
    elif outcome.status is ActStatus.ASKED_FOR:
        flash(
            _(
                "Asked for, and not done yet: this takes a second person. You hear what became of"
                " it under “Waits for you”."
            ),
            "warning",
        )
    else:
        flash(str(wording.act_words(kind).done), "success")
    return redirect(way_back() or _page_after(reference))


def _page_after(reference: str) -> str:
    """The case, unless what was just done has closed it to whoever did it."""
    reading().rollback()
    if open_case(reading(), reader(), reference) is None:
        return url_for("queue.my_queue")
    return url_for("cases.case_page", reference=reference)


def _opened(reference: str) -> OpenedCase:
    """The case, if this person may look at it."""
    reading().rollback()  # Read what is there now, not what was when this request began.
    return opened(reference)


def _file(case: OpenedCase) -> CaseFile:
    file = read_case_file(reading(), case, entries_at_most=JOURNAL_EXCERPT)
    speak_of_tasks(file.pack.conduct.task_titles)
    return file


def _forms(case: OpenedCase, file: CaseFile) -> ActForms:
    return ActForms(file, visitor().actor, bank(), case.is_for)


def _guidance(file: CaseFile) -> dict[str, Any]:
    """What the pack prescribes for the way this complaint came in and the situation it is about;
    nothing once it is closed.
    """
    case, pack = file.case, file.pack
    if case.is_closed:
        return {"guidance": False}
    found = {
        "routes": pack.routes_of(case),
        "passing_on": pack.passing_on_of(case),
        "checklists": pack.checklists_of(case),
    }
    return {**found, "guidance": any(found.values())}


def _upcoming(file: CaseFile) -> tuple[Upcoming, ...]:
    """What happens by itself, of the complaint's own clocks and of its tasks'."""
    clocks = (*(line.clock for line in file.clocks), *file.task_clocks)
    return upcoming_of(file.case, clocks, file.pack, read_directory(reading()))


def _chart(file: CaseFile) -> Chart | None:
    stories = [clock_story(file.case, line.clock, line.derivation) for line in file.clocks]
    return chart_of(stories, datetime.now(UTC))


def _page(opened_case: OpenedCase, file: CaseFile, again: ActForm | None = None) -> str:
    """The page; `again` is a form that did not do, in place of its empty twin."""
    offered, not_now = _forms(opened_case, file).offered()
    if again is not None:
        others = [form for form in offered if form.kind != again.kind]
        offered = [again, *others]
    return render_template(
        "casework/case.html",
        file=file,
        case=file.case,
        is_held_up=bool(file.pending) and records().desk.is_held_up(file.case.reference),
        survey_page=f"{records().settings.base_url}{url_for('survey.enter')}",
        **_guidance(file),
        upcoming=_upcoming(file),
        chart=_chart(file),
        again=again,
        came_from=way_back() or "",
        forms={group: [form for form in offered if form.group is group] for group in Group},
        not_now=not_now,
        countdown=countdown.of_clock,
        running=countdown.running,
        new_command_id=lambda: str(uuid4()),
        hides_complaint=not opened_case.allows(Permission.READ_WORDS),
        may_reveal=opened_case.allows(Permission.REVEAL),
        hides_names=not opened_case.allows(Permission.READ_NAMES),
        named=sorted(named_in(file.case)),
    )
