"""What would become of an act in a case, as far as the rows know: asked before it is asked for."""

from datetime import UTC, datetime

from sqlalchemy.orm import Session

from domain.acts import ACT_KINDS, ActContext, AnyAct, carried_out, pass_gates, permit
from domain.case import Actor
from domain.errors import Refused
from domain.permissions import not_your_role
from store.cases.requirements import require_all
from store.people.leavers import Left
from store.policies.packs import published_pack
from store.scope import OpenedCase

NOT_ASKED = "foreseen"
"""Stands where the id of a command would: none is stored."""


def forbids_at_all(session: Session, opened: OpenedCase, kind: str, by: Actor) -> Refused | None:
    """What stands against an act of this kind in a case, whatever its facts; None for nothing."""
    act = ACT_KINDS[kind]
    given = _given(session, opened, by)
    try:
        if not opened.is_for(act.permission):
            raise not_your_role(act.permission)
        permit(act, opened.case, by)
        pass_gates(kind, opened.case, given.conduct)
        act.check(opened.case, given)
    except Refused as refused:
        return refused
    return None


def forbids(
    session: Session, opened: OpenedCase, act: AnyAct, by: Actor, left: Left
) -> Refused | None:
    """What stands against just this act in a case; None for nothing. For acts that look at no
    clock and need no text."""
    try:
        require_all(
            session,
            act,
            opened.reader,
            opened.relations,
            case=opened.case,
            command_id=NOT_ASKED,
            said={},
            seen_version=None,
            left=left,
        )
        given = _given(session, opened, by)
        carried_out(act, opened.case, given, key=NOT_ASKED, seen_version=None)
    except Refused as refused:
        return refused
    return None


def _given(session: Session, opened: OpenedCase, by: Actor) -> ActContext:
    return ActContext(
        by=by,
        at=datetime.now(UTC),
        words=frozenset(),
        conduct=published_pack(session, opened.case.policy).conduct,
        clocks=(),
    )
