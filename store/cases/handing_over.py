"""What is taken out of the hands of those who must not have it, and who has it then."""

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from domain.acts import TakeBack
from domain.case import Actor, Case
from domain.classification import Level, Role
from domain.directory import Directory
from domain.journal import REDRESS
from domain.notices import hears_of, tells_outsiders
from domain.permission_names import Permission
from domain.permissions import holders
from domain.relations import kept_out, named_in
from domain.statuses import TaskKind
from store.cases.commands import store_command
from store.people.leaders import is_led_by
from store.people.leavers import has_left
from store.tables import PersonRow, TaskRow

BY_ITSELF = Actor(
    person=REDRESS,
    roles=holders(Permission.TAKE_BACK),
    unit="",
    level=Level.HEAD_OFFICE,
)
"""Who takes a case back: it follows from what somebody else did. An administrator who is named in a
case has no say in it, and learns nothing by letting its handler go.
"""


def take_back(session: Session, key: str, reference: str, handler: str) -> None:
    """Ask for a case to be taken back from its handler, in this transaction; the relay has its
    workflow do it, and the supervisor hears.
    """
    store_command(
        session,
        command_id=f"{key}/{handler}",
        reference=reference,
        act=TakeBack(handler=handler),
        words={},
        by=BY_ITSELF,
        seen_version=None,
    )


def take_from_below(session: Session, case: Case) -> None:
    """Take the case back when its handler works below somebody who is complained about: the next
    unit up handles it (A-36).
    """
    if case.handler is None:
        return
    unit = session.get_one(PersonRow, case.handler).unit
    if is_led_by(session, unit, named_in(case)):
        take_back(session, f"below/{case.reference}/{case.version}", case.reference, case.handler)


def take_from_leaver(session: Session, case: Case) -> None:
    """Take a case that is taken up again back from a handler who comes in no more: while it was
    closed, nobody took it from them.
    """
    if not case.is_closed and has_left(session, case.handler):
        assert case.handler is not None, "nobody has not left"
        take_back(session, f"left/{case.reference}/{case.version}", case.reference, case.handler)


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
        give_anew(task, case, directory)


def give_anew(task: TaskRow, case: Case, directory: Directory) -> None:
    """Give a task to whoever it would come to now."""
    if task.kind == TaskKind.TELL:
        task.person = tells_outsiders(case, directory)
    else:
        task.person = hears_of(case, Role(task.role), directory)
