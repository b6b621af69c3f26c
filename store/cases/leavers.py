"""What people leave behind who come in no more: cases they handle are taken back, by a command of
their own, one a case; what waits for them by name is handed to the next person up.
"""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.case import Status
from store.cases.handing_over import give_anew, take_back
from store.cases.journal import standing_of
from store.people.directory import directory_above
from store.tables import CaseRow, TaskRow


def take_back_cases(session: Session, people: Collection[str]) -> int:
    """Ask for the open cases of these people to be taken back, in this transaction; the relay has
    each workflow do it. Says how many there are.
    """
    cases = session.execute(
        select(CaseRow.reference, CaseRow.version, CaseRow.handler)
        .where(CaseRow.handler.in_(people), CaseRow.status != Status.CLOSED)
        .order_by(CaseRow.reference)
    ).all()
    for case in cases:
        take_back(session, f"left/{case.reference}/{case.version}", case.reference, case.handler)
    return len(cases)


def hand_tasks_over(session: Session, people: Collection[str]) -> int:
    """Give what waits for these people by name to whoever it would come to now; says how much."""
    waiting = select(TaskRow).where(TaskRow.person.in_(people), TaskRow.done_at.is_(None))
    tasks = session.scalars(waiting.order_by(TaskRow.id)).all()
    for task in tasks:
        case = standing_of(session, task.reference).case
        concerned = case.handler, case.first_owner
        give_anew(task, case, directory_above(session, case.unit, concerned))
    session.flush()
    return len(tasks)
