"""The history of one case: everything that happened, and what comes next, in one place."""

from datetime import UTC, datetime
from itertools import groupby
from zoneinfo import ZoneInfo

from flask import Blueprint, abort, render_template, request

from desk.history import CaseHistories, Story
from domain.classification import Role
from engine.timeline import Lane, Moment
from store.evidence.audit import Action, note
from store.reads.case_page import find_case
from web.base.context import reading, records, writing
from web.base.language import TIME_ZONE
from web.casework.clock_chart import chart_of
from web.kit import countdown
from web.kit.access import may_read_complaint, open_to, require_opening, visitor
from web.kit.forms import read_instant

blueprint = Blueprint("history", __name__)

READERS = (
    Role.HANDLER,
    Role.SUPERVISOR,
    Role.HR,
    Role.REGULATOR_LIAISON,
    Role.ADMINISTRATOR,
)
"""Everybody who works on cases or on what carries them; each sees the cases he may open."""


@blueprint.get("/cases/<reference>/history")
@open_to(*READERS)
def case_history(reference: str) -> str:
    """The story of a case, narrowed to some lanes or to a moment in the past."""
    case = find_case(reading(), reference)
    if case is None:
        abort(404)
    require_opening(case)
    reads_words = may_read_complaint(visitor())
    if reads_words:
        with writing() as session:
            note(session, Action.LOOKED_AT_COMPLAINT, by=visitor().id, subject=reference)
    now = datetime.now(UTC)
    as_of = _instant(request.args.get("as_of", ""))
    lanes = [Lane(each) for each in request.args.getlist("lane") if each in set(Lane)]
    story = CaseHistories(records().sessions, records().desk.temporal).story_of(reference)
    shown = _shown(story, lanes or list(Lane), as_of)
    return render_template(
        "casework/history.html",
        case=case,
        story=story,
        days=[(day, list(each)) for day, each in groupby(reversed(shown), key=_day)],
        count=len(shown),
        lanes=list(Lane),
        chosen=lanes or list(Lane),
        as_of=request.args.get("as_of", "") if as_of else "",
        chart=chart_of(story, as_of or now),
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


def _day(moment: Moment) -> object:
    """The day of the bank's calendar on which it happened."""
    return moment.at.astimezone(ZoneInfo(TIME_ZONE)).date()


def _instant(text: str) -> datetime | None:
    """What a date-and-time field holds; nothing for what is none."""
    try:
        return read_instant(text)
    except ValueError:
        return None
