"""The history of one case: everything that happened, and what comes next, in one place; the case as
it stood at any moment, and what became otherwise since.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import groupby

from flask import Blueprint, abort, render_template, request, url_for
from werkzeug.wrappers import Response

from desk.history.lines import Line, lines_of
from desk.history.past import differences
from desk.history.story import Story
from domain.paging import PageOf, page_of
from domain.permission_names import Permission
from engine.timeline import Lane, Moment
from store.evidence.audit import Action, note
from store.policies.packs import published_pack
from store.reads.queues import LINKED_CASE, shown_facts
from store.scope import OpenedCase, visible_among
from web.base.context import reading, records, speak_of_tasks, writing
from web.base.phrases import on_the_wall
from web.casework.clock_chart import chart_of
from web.casework.history import past
from web.casework.history.asked import Asked, Look, asked_in, look_at
from web.casework.history.files import ENDINGS, file_of
from web.kit import countdown
from web.kit.access import open_to, opened, visitor

blueprint = Blueprint("history", __name__)

LINES = 50
"""Lines on one page (default)."""

BEHIND = 100
"""Of what belongs to one line, the newest that a page shows (default): of a clock that many acts
moved these are thousands."""


@blueprint.get("/cases/<reference>/history")
@open_to(Permission.READ_HISTORY)
def case_history(reference: str) -> str:
    """The story of a case, narrowed to some lanes or to a moment in the past."""
    case = opened(reference, Permission.READ_HISTORY)
    reads_words = case.allows(Permission.READ_WORDS)
    if reads_words:
        with writing() as session:
            note(session, Action.LOOKED_AT_COMPLAINT, by=visitor().id, subject=reference)
    asked = asked_in(request.args)
    speak_of_tasks(published_pack(reading(), case.case.policy).conduct.task_titles)
    story = records().histories.story_of(reference, whole=asked.wants_engine)
    looked = records().histories.past_of(reference) if asked.looks_back else None
    look = look_at(looked, asked) if looked else None
    if asked.entry is not None and not look:
        abort(404)
    lines = lines_of(_fit_for(case, _shown(story, asked, look)))
    listed = _page_of(lines, asked.page)
    then = look.then if look else None
    return render_template(
        "casework/history.html",
        case=case.case,
        story=story,
        asked=asked,
        entry=next((each for each in lines if each.entry and each.entry == asked.entry), None),
        days=[(day, list(each)) for day, each in groupby(listed.lines, key=_day)],
        listed=listed,
        lanes=list(Lane),
        look=look,
        then=then,
        untold=[past.of_a_case(each) for each in looked.untold] if looked else (),
        changes=_changes(look),
        stood=past,
        chart=chart_of(then.clocks, then.at) if then else chart_of(story.clocks, datetime.now(UTC)),
        following=(then.upcoming if then else ()) if look else story.upcoming,
        countdown=countdown.running,
        reads_words=reads_words,
        shown_behind=BEHIND,
        also_shown=lambda lane: _with("history.case_history", lane=[*asked.lanes, lane]),
        as_file=lambda ending: _with("history.saved_history", ending=ending),
    )


@blueprint.get("/cases/<reference>/history.<ending>")
@open_to(Permission.READ_HISTORY)
def saved_history(reference: str, ending: str) -> Response:
    """The same lines as a file, all of them; that it was saved is noted."""
    case = opened(reference, Permission.READ_HISTORY)
    if ending not in ENDINGS:
        abort(404)
    asked = asked_in(request.args)
    speak_of_tasks(published_pack(reading(), case.case.policy).conduct.task_titles)
    story = records().histories.story_of(reference, whole=asked.wants_engine)
    looked = records().histories.past_of(reference) if asked.looks_back else None
    look = look_at(looked, asked) if looked else None
    lines = lines_of(_fit_for(case, _shown(story, asked, look)))
    reads_words = case.allows(Permission.READ_WORDS)
    with writing() as session:
        note(
            session,
            Action.SAVED_HISTORY,
            by=visitor().id,
            subject=reference,
            ending=ending,
            lines=len(lines),
            with_texts=str(reads_words),
        )
    return file_of(ending, reference, lines, asked, story, reads_words=reads_words)


def _with(endpoint: str, **more: object) -> str:
    """The same lines elsewhere, or more of them, from their first page."""
    asked = {name: values for name, values in request.args.lists() if name != "page"}
    return url_for(endpoint, **{**asked, **(request.view_args or {}), **more})


def _shown(story: Story, asked: Asked, look: Look | None) -> list[Moment]:
    """Moments of these lanes, between the instants that were asked for."""
    moments = [moment for moment in story.moments if moment.lane in asked.lanes]
    if look is None:
        return moments
    until = look.then.at if look.then else datetime.min.replace(tzinfo=UTC)
    since = look.before.at if look.before and asked.entry is None else None
    last = look.then.version if look.then else 0
    return [
        moment
        for moment in moments
        if moment.at <= until
        and (since is None or moment.at > since)
        # Several may have been written at one instant.
        and (moment.version is None or moment.version <= last)
    ]


def _changes(look: Look | None) -> list[past.Changed]:
    if look is None or look.then is None or not look.compares:
        return []
    found = differences(look.before, look.then)
    since = look.before.at if look.before else None
    return list(past.changes_in_words(found, since, look.then.at))


def _fit_for(case: OpenedCase, moments: Sequence[Moment]) -> list[Moment]:
    """The same, silent of what this person may not read: cases linked to, and names; texts are
    left out where they are shown."""
    names = case.allows(Permission.READ_NAMES)
    linked = (moment.facts[LINKED_CASE] for moment in moments if LINKED_CASE in moment.facts)
    visible = visible_among(reading(), case.reader, linked)
    return [
        replace(moment, facts=shown_facts(moment.facts, visible, names=names)) for moment in moments
    ]


def _page_of(lines: Sequence[Line], page: int) -> PageOf[Line]:
    """One page, the newest first."""
    return page_of(tuple(reversed(lines)), page, LINES)


def _day(line: Line) -> object:
    """The day of the bank's calendar on which it happened."""
    return on_the_wall(line.at).date()
