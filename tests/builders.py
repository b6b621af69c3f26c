"""Things of the trade with sensible defaults; a test overrides only what it is about."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from sqlalchemy.orm import Session

from domain.acts import ActContext, AnyAct, decide
from domain.case import Actor, Case, Milestone
from domain.classification import Category, Channel, Level, Role
from domain.clocks.ledger import Clock
from domain.complaint import Complaint
from domain.policy import CaseRules
from store.tables import PersonRow, UnitRow

MONDAY = datetime(2026, 11, 9, 2, 0, tzinfo=UTC)
"""Monday, 9 November 2026, ten in the morning in Beijing: no holiday near."""

UNITS = {
    "head-office": (Level.HEAD_OFFICE, None, "head-office"),
    "east-branch": (Level.TIER_1, "head-office", None),
    "harbour-outlet": (Level.OUTLET, "east-branch", None),
    "hotline": (Level.HEAD_OFFICE, "head-office", None),
}

PEOPLE = {
    "ines": ("hotline", Role.INTAKE),
    "han": ("harbour-outlet", Role.HANDLER),
    "hugo": ("harbour-outlet", Role.HANDLER),
    "sun": ("east-branch", Role.SUPERVISOR),
    "hong": ("head-office", Role.HR),
    "lin": ("head-office", Role.REGULATOR_LIAISON),
    "ada": ("head-office", Role.ADMINISTRATOR),
    "alma": ("head-office", Role.ADMINISTRATOR),
}


def a_bank(session: Session) -> None:
    """A head office, a branch, an outlet, a hotline, and one person a role."""
    for unit, (level, parent, policy) in UNITS.items():
        session.add(
            UnitRow(id=unit, name_en=unit, name_zh=unit, level=level, parent=parent, policy=policy)
        )
        session.flush()
    for person, (unit, role) in PEOPLE.items():
        session.add(PersonRow(id=person, login=person, name=person, unit=unit, roles=[role]))
    session.flush()


def actor(person: str) -> Actor:
    """One of the bank's people, ready to act."""
    unit, role = PEOPLE[person]
    return Actor(person=person, roles=(role,), unit=unit, level=UNITS[unit][0])


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
