"""What waits for somebody who has lost sight of a case is handed to the next person up."""

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from domain.case import Case
from domain.classification import Role
from domain.directory import Directory
from domain.notices import hears_of, tells_outsiders
from domain.relations import kept_out
from domain.statuses import TaskKind
from store.tables import TaskRow


def hand_over(session: Session, case: Case, directory: Directory) -> None:
    """Give away the open tasks of those the case keeps out and, once an office has it to itself,
    the word that is owed to the customer: else they would wait where nobody sees them.
    """
    lost: list[ColumnElement[bool]] = []
    if kept_out(case):
        lost.append(TaskRow.person.in_(sorted(kept_out(case))))
    if case.restricted_to:
        lost.append(TaskRow.kind == TaskKind.TELL)
    if not lost:
        return
    waiting = select(TaskRow).where(
        TaskRow.reference == case.reference, TaskRow.done_at.is_(None), or_(*lost)
    )
    for task in session.scalars(waiting):
        if task.kind == TaskKind.TELL:
            task.person = tells_outsiders(case, directory)
        else:
            task.person = hears_of(case, Role(task.role), directory)
