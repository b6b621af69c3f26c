"""What needs a supervisor, human resources or the liaison: escalations, later dates, late cases."""

from uuid import uuid4

from flask import Blueprint, render_template

from domain.acts import Acknowledge
from domain.classification import Role
from store.reads.queues import Filters, QueueView, list_cases
from store.reads.tasks import open_escalations, open_wishes
from web.base.context import bank, reading
from web.kit import countdown
from web.kit.access import open_to, scope_of, visitor

blueprint = Blueprint("supervision", __name__)


@blueprint.get("/supervision")
@open_to(Role.SUPERVISOR, Role.HR, Role.REGULATOR_LIAISON)
def overview() -> str:
    """Everything that waits for an answer, then everything that is late."""
    who = visitor()
    scope = scope_of(who, bank())
    escalations = open_escalations(reading(), scope)
    return render_template(
        "casework/supervision.html",
        mine=[task for task in escalations if task.person == who.id],
        others=[task for task in escalations if task.person != who.id],
        may_acknowledge=who.holds(*Acknowledge.roles),
        wishes=open_wishes(reading(), scope),
        escalated=list_cases(reading(), scope, Filters(shelf=QueueView.ESCALATED), who.id, 1),
        late=list_cases(reading(), scope, Filters(shelf=QueueView.BREACHED), who.id, 1),
        countdown=countdown.of_line,
        new_command_id=lambda: str(uuid4()),
    )
