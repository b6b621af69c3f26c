"""Who has a case open at the moment, as their pages say it; told to nobody who is kept out of the
case, and of nobody who is.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta

from sqlalchemy import delete, func, select, tuple_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from domain.relations import Reader
from store.people.people import actor_of
from store.scope import OpenedCase, reader_of, visible_among
from store.tables import PersonRow, PresenceRow

TAKEN_AWAY_AT_ONCE = 100
"""What is over and taken away by whoever comes next (default): many times what comes in between."""


def say_open(session: Session, case: OpenedCase, lasts: timedelta) -> None:
    """The case lies open before its reader. What nobody has said again in that time goes."""
    over = (
        select(PresenceRow.reference, PresenceRow.person)
        .where(PresenceRow.seen_at < func.now() - lasts)
        .limit(TAKEN_AWAY_AT_ONCE)
        .with_for_update(skip_locked=True)
    )
    session.execute(
        delete(PresenceRow).where(tuple_(PresenceRow.reference, PresenceRow.person).in_(over))
    )
    session.execute(
        insert(PresenceRow)
        .values(reference=case.reference, person=case.reader.person)
        .on_conflict_do_update(index_elements=["reference", "person"], set_={"seen_at": func.now()})
    )


def others_before(
    session: Session, reader: Reader, references: Iterable[str], lasts: timedelta
) -> Mapping[str, Sequence[str]]:
    """Before whom else each of these cases lies open; those that lie open before nobody else are
    not among them.

    :param references: cases that the reader may read, which the caller has asked
    """
    rows = session.execute(
        select(PresenceRow.reference, PresenceRow.person)
        .join(PersonRow, PersonRow.id == PresenceRow.person)
        .where(
            PresenceRow.reference.in_(sorted(set(references))),
            PresenceRow.person != reader.person,
            PresenceRow.seen_at >= func.now() - lasts,
            PersonRow.active,
        )
        .order_by(PresenceRow.person)
    ).all()
    of_each: defaultdict[str, list[str]] = defaultdict(list)
    for row in rows:
        of_each[row.person].append(row.reference)
    before: defaultdict[str, list[str]] = defaultdict(list)
    for person, theirs in of_each.items():
        # They could read it when their page said so; since then they may have been kept out.
        may_read = visible_among(session, reader_of(session, actor_of(session, person)), theirs)
        for reference in may_read:
            before[reference].append(person)
    return before
