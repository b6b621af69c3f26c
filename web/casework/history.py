"""The history of one case: everything that happened, and what comes next, in one place."""

from dataclasses import replace
from datetime import UTC, datetime
from itertools import groupby
from zoneinfo import ZoneInfo

from flask import Blueprint, render_template, request

from desk.history import Story
from domain.permission_names import Permission
from engine.timeline import Lane, Moment
from store.evidence.audit import Action, note
from store.policies.packs import published_pack
from store.reads.queues import LINKED_CASE, shown_facts
from store.scope import OpenedCase, visible_among
from web.base.context import reading, records, speak_of_tasks, writing
from web.base.language import TIME_ZONE
from web.casework.clock_chart import chart_of
from web.kit import countdown
from web.kit.access import open_to, opened, visitor
from web.kit.forms import read_instant

blueprint = Blueprint("history", __name__)


@blueprint.get("/cases/<reference>/history")
@open_to(Permission.READ_HISTORY)
def case_history(reference: str) -> str:
    """The story of a case, narrowed to some lanes or to a moment in the past."""
    case = opened(reference, Permission.READ_HISTORY)
    reads_words = case.allows(Permission.READ_WORDS)
    if reads_words:
        with writing() as session:
            note(session, Action.LOOKED_AT_COMPLAINT, by=visitor().id, subject=reference)
    now = datetime.now(UTC)
    as_of = _instant(request.args.get("as_of", ""))
    lanes = [Lane(each) for each in request.args.getlist("lane") if each in set(Lane)]
    speak_of_tasks(published_pack(reading(), case.case.policy).conduct.task_titles)
    story = records().histories.story_of(reference)
    shown = _fit_for(case, _shown(story, lanes or list(Lane), as_of))
    return render_template(
        "casework/history.html",
        case=case.case,
        story=story,
        days=[(day, list(each)) for day, each in groupby(reversed(shown), key=_day)],
        count=len(shown),
        lanes=list(Lane),
        chosen=lanes or list(Lane),
        as_of=request.args.get("as_of", "") if as_of else "",
        chart=chart_of(story.clocks, as_of or now),
        following=() if as_of else story.upcoming,
        countdown=countdown.running,
        reads_words=reads_words,
    )


def _shown(story: Story, lanes: list[Lane], as_of: datetime | None) -> list[Moment]:
    """Moments of these lanes, up to an instant."""
    return [
        moment
        for moment in story.moments
        if moment.lane in lanes and (as_of is None or moment.at <= as_of)
    ]


def _fit_for(case: OpenedCase, moments: list[Moment]) -> list[Moment]:
    """The same, silent of what this person may not read: cases linked to, and names."""
    names = case.allows(Permission.READ_NAMES)
    linked = (moment.facts[LINKED_CASE] for moment in moments if LINKED_CASE in moment.facts)
    visible = visible_among(reading(), case.reader, linked)
    return [
        replace(moment, facts=shown_facts(moment.facts, visible, names=names)) for moment in moments
    ]


def _day(moment: Moment) -> object:
    """The day of the bank's calendar on which it happened."""
    return moment.at.astimezone(ZoneInfo(TIME_ZONE)).date()


def _instant(text: str) -> datetime | None:
    """What a date-and-time field holds; nothing for what is none."""
    try:
        return read_instant(text)
    except ValueError:
        return None
