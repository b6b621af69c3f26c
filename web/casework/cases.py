"""The page of one case: its facts, its clocks with their proofs, and what may be done."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from desk.cases import UNDO, ActStatus
from desk.history.clocks import clock_story
from domain.acts.undoing import UNDOABLE
from domain.permission_names import Permission
from domain.relations import named_in
from domain.upcoming import Upcoming, upcoming_of
from rulebook.letters import read_letters
from rulebook.pages.limits import read_open_page_limits
from store.cases.commands import act_of, answered_of
from store.evidence.audit import Action, note
from store.mails.conversation import Received, Sent, conversation_of
from store.people.directory import read_directory
from store.reads.case_page import (
    CaseAtHand,
    CaseFile,
    find_status,
    read_case_at_hand,
    read_case_file,
)
from store.reads.charges import ChargeLine
from store.scope import OpenedCase, open_case
from store.undoing import last_to_undo
from web import wording
from web.base.context import bank, reading, records, speak_of_tasks, writing
from web.casework.act_forms import BY_KIND, ActForm, ActForms, Group
from web.casework.clock_chart import Chart, chart_of
from web.kit import countdown
from web.kit.access import not_there, open_to_staff, opened, reader, visitor
from web.kit.asking import NotDone, ask
from web.kit.forms import key_in, typed_into
from web.kit.kept_typing import keeps_what_is_typed, kept_form
from web.kit.menu import way_back
from web.kit.outcomes import tell, tell_afterwards
from web.wording.acts.headings import under_headings

blueprint = Blueprint("cases", __name__)

JOURNAL_EXCERPT = 12
"""Entries of the journal on the case's own page; the history page has them all (default)."""

WAITED_FOR = 20
"""Acts that one page says at once what became of (default): more than somebody asks for while the
engine keeps them waiting."""

Page = str | Response | tuple[str, int]


@blueprint.get("/cases/<reference>")
@open_to_staff
def case_page(reference: str) -> Page:
    """The whole case, or how it stands for whoever may know no more. Each look is noted."""
    case = open_case(reading(), reader(), reference)
    if case is None:
        stands = find_status(reading(), reader(), reference) or not_there(reference)
        with writing() as session:
            note(session, Action.LOOKED_AT_STATUS, by=visitor().id, subject=reference)
        return render_template("casework/case_status.html", stands=stands)
    if waited_for := request.args.getlist("waited_for")[:WAITED_FOR]:
        for asked in answered_of(reading(), case, waited_for):
            tell_afterwards(asked)
        return redirect(url_for("cases.case_page", reference=reference))
    if case.allows(Permission.READ_WORDS):
        with writing() as session:
            note(session, Action.LOOKED_AT_COMPLAINT, by=visitor().id, subject=case.reference)
    return _page(case, _file(case))


def _texts_of(reference: str, kind: str) -> Mapping[str, str]:
    """What the texts of an act are called, for whoever may do it in this case."""
    case = _opened(reference)
    if kind not in BY_KIND or case.case.erased_at or not case.is_for(BY_KIND[kind].permission):
        abort(404)
    return {name: wording.label_in(kind, name) for name in BY_KIND[kind].words}


@blueprint.post("/cases/<reference>/acts/<kind>")
@open_to_staff
@keeps_what_is_typed(_texts_of)
def act(reference: str, kind: str) -> Page:
    """Do something to the case; refused, the form comes back with the rule and what was typed."""
    case = _opened(reference)
    if kind not in BY_KIND:
        abort(404)
    form = typed_into(request.form, BY_KIND[kind].words)
    key = key_in(form, "command_id")
    at_hand = read_case_at_hand(reading(), case)
    speak_of_tasks(at_hand.pack.conduct.task_titles)
    forms = _forms(case, at_hand)
    asked = forms.read(kind, form, act_of(reading(), key))
    if asked.act is None:
        return _page(case, _file(case), forms.again(kind, form, flaws=asked.flaws)), 422
    answer = ask(reference, asked.act, asked.words, form)
    if isinstance(answer, NotDone):
        case = _opened(reference)
        file = _file(case)
        again = replace(
            _forms(case, file).again(kind, form, answer.flaws),
            refusal=answer.sentence,
            command_id=answer.command_id,
            seen_version=answer.seen_version,
        )
        return _page(case, file, again), answer.status
    tell(answer, str(wording.act_words(kind).done))
    following = way_back() or page_after(reference)
    is_undoable = answer.status is ActStatus.ACCEPTED and BY_KIND[kind].event in UNDOABLE
    if is_undoable and following != url_for("cases.case_page", reference=reference):
        flash(key, UNDO)  # The page of the case offers it by itself.
    return redirect(following)


def page_after(reference: str) -> str:
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


def _forms(case: OpenedCase, at_hand: CaseAtHand) -> ActForms:
    return ActForms(at_hand, visitor().actor, bank(), case.is_for)


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


def _where_it_ends(task: ChargeLine, offered: Sequence[ActForm]) -> str:
    """The form on the page by which a task ends; where there is none now, the list of tasks."""
    if task.ends_by_word:
        return "act-finish_task"
    return next((f"act-{e.kind}" for e in offered if BY_KIND[e.kind].event in task.until), "tasks")


def _own_tasks(file: CaseFile) -> tuple[ChargeLine, ...]:
    """The open tasks over it that wait for who reads it, by name."""
    own = (line for line in file.tasks if line.done_at is None)
    return tuple(line for line in own if line.person == visitor().id)


def _upcoming(file: CaseFile) -> tuple[Upcoming, ...]:
    """What happens by itself, of the complaint's own clocks and of its tasks'."""
    clocks = (*(line.clock for line in file.clocks), *file.task_clocks)
    return upcoming_of(file.case, clocks, file.pack, read_directory(reading()))


def _chart(file: CaseFile) -> Chart | None:
    stories = [clock_story(file.case, line.clock, line.derivation) for line in file.clocks]
    return chart_of(stories, datetime.now(UTC))


def _begun(reference: str, offered: Iterable[ActForm]) -> Mapping[str, str]:
    """Which of these forms this person has begun and not sent, and when each was kept."""
    kept = {
        form.kind: kept_form(url_for("cases.act", reference=reference, kind=form.kind))
        for form in offered
    }
    return {kind: each.said for kind, each in kept.items() if each is not None}


def _look_every(file: CaseFile) -> int:
    """In how many seconds the page asks again how the case stands."""
    limits = read_open_page_limits()
    return limits.waiting_every_seconds if file.pending else limits.present_every_seconds


TAKES_MAIL = {"take_answer": "answer", "note_late_contact": "note", "reopen": "reason"}
"""The acts that a mail of the customer's may lead to, each with the text that it may begin with."""


def _conversation(opened_case: OpenedCase, file: CaseFile) -> tuple[Received | Sent, ...]:
    """What customer and bank wrote to each other, for whoever reads the words of the case."""
    is_theirs = opened_case.allows(Permission.READ_WORDS) and not opened_case.case.erased_at
    return conversation_of(reading(), opened_case, file.has_mails) if is_theirs else ()


def _with_mail(form: ActForm, conversation: Iterable[Received | Sent]) -> ActForm:
    """A form, begun with the mail that its reader goes on with."""
    if form.kind not in TAKES_MAIL or form.kind != request.args.get("act"):
        return form
    number = request.args.get("mail", type=int)
    said = (e.text for e in conversation if isinstance(e, Received) and e.number == number)
    text = next(said, "")
    fields = tuple(
        replace(field, typed=(text,)) if field.name == TAKES_MAIL[form.kind] and text else field
        for field in form.fields
    )
    return replace(form, fields=fields)


def _page(opened_case: OpenedCase, file: CaseFile, again: ActForm | None = None) -> str:
    """The page; `again` is a form that did not do, in place of its empty twin."""
    offered, not_now = _forms(opened_case, file).offered()
    conversation = _conversation(opened_case, file)
    offered = [_with_mail(form, conversation) for form in offered]
    if again is not None:
        # It is what this person is at, so nothing else stands before it.
        again = replace(again, group=Group.NEXT)
        aside = (
            replace(form, group=Group.OTHER) if form.group is Group.NEXT else form
            for form in offered
        )
        offered = [again, *(form for form in aside if form.kind != again.kind)]
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
        begun=_begun(file.case.reference, offered),
        came_from=way_back() or "",
        look_every=_look_every(file),
        waits_for=[each.id for each in file.pending if each.by == visitor().id],
        to_undo=last_to_undo(reading(), opened_case),
        forms={group: [form for form in offered if form.group is group] for group in Group},
        under_headings=under_headings,
        not_now=not_now,
        own_tasks=[(task, _where_it_ends(task, offered)) for task in _own_tasks(file)],
        countdown=countdown.of_clock,
        running=countdown.running,
        new_command_id=lambda: str(uuid4()),
        hides_complaint=not opened_case.allows(Permission.READ_WORDS),
        may_reveal=opened_case.allows(Permission.REVEAL),
        may_correct=opened_case.allows(Permission.CORRECT_CONTACT),
        hides_names=not opened_case.allows(Permission.READ_NAMES),
        named=sorted(named_in(file.case)),
        conversation=conversation,
        answers=[form.kind for form in offered if form.kind in TAKES_MAIL],
        letters_by_act={each.act: each for each in read_letters().values()}
        if opened_case.allows(Permission.READ_WORDS)
        else {},
    )
