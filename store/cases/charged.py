"""Who may say that a task is done: asked where it is known who is charged with it."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.acts import CarryOutImprovement, FinishTask
from domain.classification import Role
from domain.errors import Refusal, Refused
from domain.permissions import may_end_task
from domain.policy import CaseRules
from domain.relations import Reader
from domain.statuses import TaskKind
from domain.tasks.charge import Charged
from store.scope import stands_in_for
from store.tables import TaskRow


def require_charged(
    session: Session,
    act: FinishTask | CarryOutImprovement,
    conduct: CaseRules,
    reader: Reader,
    reference: str,
) -> None:
    """Raises `Refused` when an open task waits for somebody else, or for an act that its office can
    do. That it is not open any more, the case's workflow says."""
    if conduct.tasks is None:
        return  # From before it was asked who is charged: whoever has the role may.
    its_task = (
        TaskRow.facts["task"].astext == act.task
        if isinstance(act, FinishTask)
        else TaskRow.facts["until"].contains([act.event])
    )
    row = session.scalar(
        select(TaskRow).where(
            TaskRow.reference == reference,
            TaskRow.kind == TaskKind.DUTY,
            TaskRow.done_at.is_(None),
            its_task,
        )
    )
    if row is None:
        return
    heard = select(TaskRow.person).where(
        TaskRow.reference == reference,
        TaskRow.kind == TaskKind.ACKNOWLEDGE,
        TaskRow.person.is_not(None),
        reference + "/" + TaskRow.facts["clock"].astext == row.key,
    )
    charged = Charged(
        person=row.person,
        role=Role(row.role),
        unit=row.unit or "",
        told=frozenset(session.scalars(heard)),
    )
    if not may_end_task(charged, reader, stands_in_for=stands_in_for(session, reader.person)):
        raise Refused(Refusal.TASK_NOT_YOURS, charged=row.person or "")
    until = row.facts["until"]
    if isinstance(act, FinishTask) and until and row.is_held:
        raise Refused(Refusal.TASK_ENDS_OTHERWISE, asked_for=", ".join(until))
