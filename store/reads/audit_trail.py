"""The audit trail, a page at a time."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, not_, or_, select
from sqlalchemy.orm import Session

from domain.paging import PageOf, bounds_of
from domain.permission_names import Permission
from domain.relations import Reader
from store.scope import cases_for
from store.tables import AuditRow, CaseRow


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditLine:
    """One row of the audit trail."""

    at: datetime
    by: str
    action: str
    subject: str
    facts: Mapping[str, Any]
    address: str


def read_audit(
    session: Session, reader: Reader, page: int, by: str | None, subject: str | None
) -> PageOf[AuditLine]:
    """Part of the audit trail, narrowed to who acted or what about; without what it holds on cases
    that its reader is kept out of.
    """
    wanted = [_is_of_no_hidden_case(reader)]
    if by:
        wanted.append(AuditRow.by == by)
    if subject:
        listed = and_(
            AuditRow.facts["shown"].bool_op("?")(subject), _may_be_traced(reader, subject)
        )
        wanted.append(or_(AuditRow.subject == subject, listed))
    count = session.scalar(select(func.count()).select_from(AuditRow).where(*wanted)) or 0
    rows = session.scalars(
        select(AuditRow)
        .where(*wanted)
        .order_by(AuditRow.at.desc(), AuditRow.id.desc())
        .slice(*bounds_of(page))
    )
    lines = tuple(
        AuditLine(
            at=row.at,
            by=row.by,
            action=row.action,
            subject=row.subject,
            facts=row.facts,
            address=row.address,
        )
        for row in rows
    )
    return PageOf(lines=lines, count=count, page=page)


def _may_be_traced(reader: Reader, reference: str) -> ColumnElement[bool]:
    """Whether somebody may learn which lists have shown this case."""
    mine = cases_for(Permission.READ_TRAIL, reader)
    return exists().where(CaseRow.reference == reference, mine)


def _is_of_no_hidden_case(reader: Reader) -> ColumnElement[bool]:
    """Whether a row speaks of no case, or of one whose trail somebody may read. What is asked of a
    part of a case, such as a report, begins with its reference.
    """
    hidden = select(CaseRow.reference).where(not_(cases_for(Permission.READ_TRAIL, reader)))
    return func.split_part(AuditRow.subject, "/", 1).not_in(hidden)
