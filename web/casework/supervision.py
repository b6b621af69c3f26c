"""What needs a supervisor, human resources or the liaison: escalations, later dates, late cases."""

from uuid import uuid4

from flask import Blueprint, render_template

from domain.permission_names import Permission
from domain.permissions import holds
from store.evidence.looks import note_shown
from store.reads.queues import Filters, QueueView, count_cases, list_cases
from store.reads.tasks import handed_cases, open_escalations, open_wishes
from web.base.context import reading, writing
from web.kit import countdown
from web.kit.access import open_to, reader

blueprint = Blueprint("supervision", __name__)


@blueprint.get("/supervision")
@open_to(Permission.SUPERVISE)
def overview() -> str:
    """Everything that waits for an answer, then everything that is late."""
    who = reader()
    escalations, wishes = open_escalations(reading(), who), open_wishes(reading(), who)
    lists = Filters(shelf=QueueView.ESCALATED), Filters(shelf=QueueView.BREACHED)
    counts = count_cases(reading(), who, *lists)
    escalated, late = (
        list_cases(reading(), who, each, 1, count)
        for each, count in zip(lists, counts, strict=True)
    )
    told = [wish.case.reference for wish in wishes if wish.reason]
    with writing() as session:
        shown = (*told, *escalated.with_words, *late.with_words)
        note_shown(session, by=who.person, where="supervision", references=shown)
    return render_template(
        "casework/supervision.html",
        mine=[task for task in escalations if task.person == who.person],
        others=[task for task in escalations if task.person != who.person],
        may_acknowledge=holds(who.roles, Permission.ACKNOWLEDGE),
        wishes=wishes,
        handed=handed_cases(reading(), who),
        escalated=escalated,
        late=late,
        countdown=countdown.of_line,
        new_command_id=lambda: str(uuid4()),
    )
