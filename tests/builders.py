"""Things of the trade with sensible defaults; a test overrides only what it is about."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from domain.acts import ActContext, AnyAct, decide
from domain.case import Actor, Case, Milestone
from domain.classification import Category, Channel, Level
from domain.clocks.ledger import Clock
from domain.complaint import Complaint
from domain.policy import CaseRules, Pack
from domain.relations import Reader
from store.scope import reader_in
from store.tables import CommandRow
from store.values import ACT, ACTOR, to_json
from tests.bank import SMALL

MONDAY = datetime(2026, 11, 9, 2, 0, tzinfo=UTC)
"""Monday, 9 November 2026, ten in the morning in Beijing: no holiday near."""


def a_bank(session: Session) -> None:
    """A head office, a branch, an outlet, a hotline, and one person a role."""
    SMALL.moves_into(session)


def actor(person: str) -> Actor:
    """One of that bank's people, ready to act."""
    return SMALL.actor(person)


def reader(person: str) -> Reader:
    """One of the bank's people, with their place in it."""
    parents = {unit.id: unit.parent for unit in SMALL.units.values()}
    return reader_in(parents, actor(person))


def a_complaint(**over: Any) -> Complaint:
    """A customer's word about a counter, by telephone, on a Monday morning."""
    complaint = Complaint(
        intake_key=str(uuid4()),
        received_at=MONDAY,
        channel=Channel.PHONE,
        unit="harbour-outlet",
        narrative="柜台排队一小时，无人叫号。",
        category=Category.SERVICE_ATTITUDE,
    )
    return replace(complaint, **over)


def a_case(**over: Any) -> Case:
    """A case just received."""
    case = Case(
        reference="C-2026-000001",
        policy="head-office@test",
        calendar="cn@test",
        received_at=MONDAY,
        channel=Channel.PHONE,
        unit="harbour-outlet",
        level=Level.OUTLET,
        first_owner="ines",
        category=Category.SERVICE_ATTITUDE,
    ).reach(Milestone.RECEIVED, at=over.get("received_at", MONDAY))
    return replace(case, **over)


def some_conduct(**over: Any) -> CaseRules:
    """Rules of conduct that ask for nothing special."""
    return replace(CaseRules(deadline_classes={}), **over)


def a_pack(**over: Any) -> Pack:
    """A pack with rules of conduct that ask for nothing special, and without a clock."""
    pack = Pack(
        name="test",
        title={},
        about={},
        source="default",
        calendar="cn",
        day_of_receipt_counts=False,
        limits=(),
        ladders={},
        conduct=some_conduct(),
        rules={},
    )
    return replace(pack, **over)


def a_command(
    session: Session,
    reference: str,
    act: AnyAct,
    by: str,
    *,
    key: str,
    at: datetime = MONDAY,
    words: Mapping[str, str] = {},
) -> None:
    """What somebody asked for at some time, stored as from the page; the same again is once."""
    row = {
        "id": key,
        "reference": reference,
        "act": to_json(ACT, act),
        "words": words,
        "by": to_json(ACTOR, actor(by)),
        "stored_at": at,
    }
    session.execute(insert(CommandRow).values(row).on_conflict_do_nothing(index_elements=["id"]))


def taken(
    case: Case,
    act: AnyAct,
    by: str,
    *,
    at: datetime = MONDAY,
    words: tuple[str, ...] = (),
    clocks: tuple[Clock, ...] = (),
    conduct: CaseRules | None = None,
    seen_version: int | None = None,
) -> Case:
    """The case after somebody's act; raises the refusal it meets."""
    given = ActContext(
        by=actor(by),
        at=at,
        words=frozenset(words),
        conduct=conduct or some_conduct(),
        clocks=clocks,
    )
    return decide(act, case, given, seen_version)
