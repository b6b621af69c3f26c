"""Who has seen a customer: what the audit says of every case of theirs, person by person."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import String, func, or_, select
from sqlalchemy.dialects.postgresql import array
from sqlalchemy.orm import Session

from domain.permission_names import Permission
from domain.relations import Reader
from store.customers import is_of_customer
from store.evidence.audit import Action, note
from store.scope import cases_for
from store.tables import AuditRow, CaseRow, ComplaintRow

SEEING = (
    Action.LOOKED_AT_COMPLAINT,
    Action.LOOKED_AT_STATUS,
    Action.READ_OWN_FINDING,
    Action.CUSTOMER_REVEALED,
    Action.LISTED,
    Action.SEARCHED,
    Action.LISTED_FILES,
    Action.SAVED_FILE,
    Action.READ_DRAFT,
    Action.READ_REPORT,
    Action.SAVED_REPORT,
    Action.READ_ANALYSIS,
    Action.READ_ASSESSMENT,
    Action.SAVED_ASSESSMENT,
)
"""What shows somebody something of a case."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Onlooker:
    """Somebody who has seen something of a customer's cases."""

    person: str
    ways: Mapping[Action, int]
    """In which ways, and how often in each."""
    fields: tuple[str, ...]
    """What was seen unmasked."""
    references: tuple[str, ...]
    addresses: tuple[str, ...]
    first_at: datetime
    last_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Onlookers:
    """Who has seen a customer, the latest first, and in which cases."""

    references: tuple[str, ...]
    people: tuple[Onlooker, ...]


def who_has_seen(session: Session, reader: Reader, customer: str) -> Onlookers:
    """Everybody who has seen something of the cases of a customer, whose whole name, telephone,
    mail address or account this is; of those cases whose trail the reader may follow. That it was
    asked is noted.
    """
    found = is_of_customer(session, customer)
    references = [] if found is None else _cases(session, reader, found)
    people = _people(session, references) if references else ()
    note(session, Action.CUSTOMER_TRACED, by=reader.person, cases=references)
    return Onlookers(references=tuple(references), people=people)


def _cases(session: Session, reader: Reader, of_customer: Any) -> list[str]:
    return list(
        session.scalars(
            select(CaseRow.reference)
            .join(ComplaintRow, ComplaintRow.reference == CaseRow.reference)
            .where(of_customer, cases_for(Permission.TRACE_CUSTOMER, reader))
            .order_by(CaseRow.reference)
        )
    )


def _people(session: Session, references: list[str]) -> tuple[Onlooker, ...]:
    shown = AuditRow.facts["shown"].bool_op("?|")(array(references, type_=String()))
    rows = session.execute(
        select(AuditRow.by, AuditRow.action, AuditRow.at, AuditRow.address, AuditRow.subject,
               AuditRow.facts)
        .where(
            AuditRow.action.in_(SEEING),
            or_(func.split_part(AuditRow.subject, "/", 1).in_(references), shown),
        )
        .order_by(AuditRow.at)
    )  # fmt: skip
    seen: dict[str, list[Any]] = {}
    for row in rows:
        seen.setdefault(row.by, []).append(row)
    people = [_onlooker(person, looks, set(references)) for person, looks in seen.items()]
    return tuple(sorted(people, key=lambda each: (each.last_at, each.person), reverse=True))


def _onlooker(person: str, looks: list[Any], references: set[str]) -> Onlooker:
    ways = [Action(look.action) for look in looks]
    saw = {
        reference
        for look in looks
        for reference in (look.subject.partition("/")[0], *look.facts.get("shown", ()))
    }
    unmasked = (look.facts.get("fields", "") for look in looks)
    return Onlooker(
        person=person,
        ways={way: ways.count(way) for way in SEEING if way in ways},
        fields=tuple(sorted({each for told in unmasked for each in told.split(", ") if each})),
        references=tuple(sorted(saw & references)),
        addresses=tuple(sorted({look.address for look in looks if look.address})),
        first_at=looks[0].at,
        last_at=looks[-1].at,
    )
