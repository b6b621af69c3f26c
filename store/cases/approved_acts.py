"""Acts on cases that take two: asked for by one, agreed to by another, then a command like any."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from domain.acts import ActContext, AnyAct, ApprovedAct, carried_out
from domain.approvals import WHILE_THE_CASE_GOES_ON, Approval
from domain.case import Actor
from domain.errors import Refusal, Refused
from store.approvals.requests import ask_for
from store.cases.commands import store_command
from store.cases.journal import standing_of
from store.people.leavers import has_left
from store.people.people import actor_of
from store.policies.packs import published_pack
from store.values import ACT, to_json


def ask_for_act(
    session: Session,
    *,
    command_id: str,
    reference: str,
    act: AnyAct,
    words: Mapping[str, str],
    by: Actor,
    seen_version: int | None,
) -> Approval:
    """Have a second person decide on an act that one alone must not do; the same again is one
    request. The request and the command that comes of it have the same id.

    The second person reads the texts of the act, so one of them must say why. Raises `Refused` with
    the rule that forbids the act as things stand: nobody is asked for what cannot be done.
    """
    assert isinstance(act, ApprovedAct)
    said = {name: text for name, text in words.items() if text.strip()}
    case = standing_of(session, reference).case
    kind = act.takes_second_person(case, published_pack(session, case.policy).conduct)
    if kind is None:
        raise Refused(Refusal.CHANGED_MEANWHILE)
    if not said:
        raise Refused(Refusal.WORDS_MISSING, missing=next(iter(act.words)))
    _try_out(session, command_id, reference, act, said, by, seen_version)
    return ask_for(
        session,
        kind,
        id=command_id,
        subject=reference,
        request={
            "act": to_json(ACT, act),
            "words": said,
            "version": case.version if seen_version is None else seen_version,
        },
        reason=next(said[name] for name in act.words if name in said),
        by=by.person,
    )


def store_approved_act(session: Session, approval: Approval) -> None:
    """Store the command that two people have agreed on, once: by whoever asked, as they are now.

    Raises `Refused` when the case has moved on so that it may not be done any more.
    """
    assert approval.decided_by is not None
    if has_left(session, approval.requested_by):
        raise Refused(Refusal.ASKER_HAS_LEFT)
    asked = ACT.validate_python(approval.request["act"])
    assert isinstance(asked, ApprovedAct)
    act = replace(asked, approved_by=approval.decided_by)
    by, words = actor_of(session, approval.requested_by), approval.request["words"]
    version = None if approval.kind in WHILE_THE_CASE_GOES_ON else approval.request["version"]
    store_command(
        session,
        command_id=approval.id,
        reference=approval.subject,
        act=act,
        words=words,
        by=by,
        seen_version=version,
    )
    _try_out(session, approval.id, approval.subject, act, words, by, version)


def _try_out(
    session: Session,
    command_id: str,
    reference: str,
    act: AnyAct,
    words: Mapping[str, str],
    by: Actor,
    seen_version: int | None,
) -> None:
    """Raises `Refused` with what the workflow would say, as far as the rows know."""
    standing = standing_of(session, reference)
    now: datetime = session.scalars(select(func.now())).one()
    given = ActContext(
        by=by,
        at=now,
        words=frozenset(words),
        conduct=published_pack(session, standing.case.policy).conduct,
        clocks=standing.clocks,
    )
    carried_out(act, standing.case, given, key=command_id, seen_version=seen_version)
