"""Cases whose handler comes in no more: taken back by a command of their own, one a case."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.acts import TakeBack
from domain.case import Actor, Status
from domain.classification import Level
from domain.journal import REDRESS
from domain.permission_names import Permission
from domain.permissions import holders
from store.cases.commands import store_command
from store.tables import CaseRow

BY_ITSELF = Actor(
    person=REDRESS,
    roles=holders(Permission.TAKE_BACK),
    unit="",
    level=Level.HEAD_OFFICE,
)
"""Who takes a case back: it follows from somebody's leaving, whoever let them go. An administrator
who is named in a case has no say in it, and learns nothing by letting its handler go.
"""


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
        store_command(
            session,
            command_id=f"left/{case.reference}/{case.version}/{case.handler}",
            reference=case.reference,
            act=TakeBack(handler=case.handler),
            words={},
            by=BY_ITSELF,
            seen_version=None,
        )
    return len(cases)
