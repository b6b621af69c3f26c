"""What the workflow of a case would have written, and the one writer writing it."""

from datetime import datetime
from uuid import uuid4

from domain.acts import ActContext, AnyAct, carried_out
from domain.acts.handling import Assign
from domain.classification import Level
from domain.journal import CaseState, Change
from store.cases.journal import record, standing_of
from store.cases.receipts import receive
from store.database import Sessions
from store.policies.packs import published_pack
from tests.builders import MONDAY, a_command, a_complaint, actor

ASSIGN = Assign(handler="han", handler_unit="harbour-outlet", handler_level=Level.OUTLET)


def received(sessions: Sessions, **over: object) -> str:
    with sessions.begin() as session:
        return receive(session, a_complaint(**over), actor("ines")).reference


def standing(sessions: Sessions, reference: str) -> CaseState:
    with sessions() as session:
        return standing_of(session, reference)


def a_writing(
    sessions: Sessions,
    reference: str,
    act: AnyAct,
    by: str,
    *,
    at: datetime = MONDAY,
    words: tuple[str, ...] = ("note",),
    key: str | None = None,
) -> Change:
    """What the workflow would ask to be written for what somebody has asked for."""
    key = key or str(uuid4())
    with sessions.begin() as session:
        a_command(session, reference, act, by, key=key, at=at, words=dict.fromkeys(words, "said"))
        now = standing_of(session, reference)
        conduct = published_pack(session, now.case.policy).conduct
    given = ActContext(
        by=actor(by), at=at, words=frozenset(words), conduct=conduct, clocks=now.clocks
    )
    return carried_out(act, now.case, given, key=key, seen_version=None)


def written(sessions: Sessions, writing: Change) -> CaseState:
    with sessions.begin() as session:
        return record(session, writing)
