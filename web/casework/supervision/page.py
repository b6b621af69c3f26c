"""Supervision: where it burns, then what waits for an answer, then what is late."""

from uuid import uuid4

from flask import Blueprint, render_template, request

from desk.analysis.charts import drawn
from domain.permission_names import Permission
from domain.permissions import holds
from store.evidence.looks import note_shown
from store.reads.burden import burden_of
from store.reads.queues import Filters, QueueView, list_cases
from store.reads.tasks import (
    SHOWN_AT_MOST,
    escalations_of_others,
    handed_cases,
    my_escalations,
    open_wishes,
)
from store.reads.waits import longest_waits
from web.base.context import reading, writing
from web.casework.supervision.burning import burning
from web.kit import countdown
from web.kit.access import open_to, reader
from web.kit.checks import counted

blueprint = Blueprint("supervision", __name__)


@blueprint.get("/supervision")
@open_to(Permission.SUPERVISE)
def overview() -> str:
    """Where it burns, then everything that waits for an answer, then everything that is late."""
    who = reader()
    wishes = open_wishes(reading(), who)
    burden = burden_of(reading(), who)
    escalated, late = (
        list_cases(reading(), who, Filters(shelf=shelf), 1, count)
        for shelf, count in (
            (QueueView.ESCALATED, burden.whole.escalated),
            (QueueView.BREACHED, burden.whole.late),
        )
    )
    told = [wish.case.reference for wish in wishes if wish.reason]
    with writing() as session:
        shown = (*told, *escalated.with_words, *late.with_words)
        note_shown(session, by=who.person, where="supervision", references=shown)
    return render_template(
        "casework/supervision.html",
        burning=burning(
            burden,
            every_unit=request.args.get("units") == "all",
            every_handler=request.args.get("handlers") == "all",
        ),
        drawn=drawn,
        requests=counted().requests,
        longest=longest_waits(reading(), who),
        running=countdown.running,
        mine=my_escalations(reading(), who),
        others=escalations_of_others(reading(), who),
        may_acknowledge=holds(who.roles, Permission.ACKNOWLEDGE),
        shown_at_most=SHOWN_AT_MOST,
        wishes=wishes,
        handed=handed_cases(reading(), who),
        escalated=escalated,
        late=late,
        countdown=countdown.of_line,
        new_command_id=lambda: str(uuid4()),
    )
