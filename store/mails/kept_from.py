"""Mails that are not for somebody to sort: they name a case that keeps them out."""

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from domain.classification import Role
from domain.mails import MailStatus
from domain.permission_names import Permission
from domain.permissions import holds
from domain.relations import Reader, Relation, kept_out
from store.cases.receipts import REFERENCE
from store.mails.taking import references_in
from store.scope import stands
from store.tables import CaseRow, MailRow, PersonRow
from store.values import CASE


def kept_from(session: Session, reader: Reader) -> frozenset[int]:
    """The waiting mails whose subject names a case that is about this person, or that they are in
    conflict with: somebody else looks at them. Where there is nobody else, they are not kept from
    anybody, for then nobody would ever look."""
    naming = select(MailRow.id, MailRow.subject).where(
        MailRow.status == MailStatus.WAITING, MailRow.subject.op("~*")(REFERENCE.pattern)
    )
    named = {row.id: references_in(row.subject) for row in session.execute(naming)}
    wanted = {each for references in named.values() for each in references}
    if not wanted:
        return frozenset()
    closed = session.scalars(
        select(CaseRow.state).where(
            CaseRow.reference.in_(sorted(wanted)),
            or_(stands(Relation.NAMED, reader), stands(Relation.CONFLICT, reader)),
        )
    ).all()
    others = _who_sorts(session) if closed else frozenset()
    cases = [CASE.validate_python(state) for state in closed]
    apart = {case.reference for case in cases if others - kept_out(case)}
    return frozenset(mail for mail, references in named.items() if apart.intersection(references))


def _who_sorts(session: Session) -> frozenset[str]:
    people = session.execute(select(PersonRow.id, PersonRow.roles).where(PersonRow.active))
    return frozenset(row.id for row in people if holds(map(Role, row.roles), Permission.SORT_MAIL))
