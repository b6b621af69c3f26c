"""What the head of every page tells its reader: how much waits for them, asked in one statement."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from domain.permission_names import Permission
from domain.permissions import holds
from domain.relations import Reader
from store.approvals.lists import how_much_waits, whether_anything_waits
from store.mails.waiting import HOW_MANY_WAIT, count_waiting_mails
from store.reads.charges import how_many_are_mine
from store.reads.inbox import how_many_are_unread, walks_told
from store.reports.received import how_many_to_read
from store.scope import ASKING_LATELY


@dataclass(frozen=True, slots=True, kw_only=True)
class HeadCounts:
    """How much waits for somebody."""

    charges: int
    """Open tasks that wait for them by name."""
    reports_to_read: int
    notices: int
    """Unread, of cases that they may read; and what they hear of that is of no case."""
    requests: int
    """To decide on, and answers to their own."""
    mails: int
    """With no case, for whoever sorts mail."""


def counted_for(session: Session, reader: Reader) -> HeadCounts:
    """How much waits for this person."""
    row = session.execute(_counts(reader)).one()
    sorts_mail = holds(reader.roles, Permission.SORT_MAIL)
    return HeadCounts(
        charges=row.charges,
        reports_to_read=row.reports_to_read,
        notices=row.notices + len(walks_told(session, reader)),
        # Every page asks, and mostly nothing waits for anybody.
        requests=(session.scalar(how_much_waits(reader)) or 0) if row.requests else 0,
        mails=count_waiting_mails(session, reader) if row.mails and sorts_mail else 0,
    )


@lru_cache(ASKING_LATELY)
def _counts(reader: Reader) -> Select[*tuple[Any, ...]]:
    return select(
        how_many_are_mine(reader).scalar_subquery().label("charges"),
        how_many_to_read(reader.person).scalar_subquery().label("reports_to_read"),
        how_many_are_unread(reader).scalar_subquery().label("notices"),
        whether_anything_waits(reader.person).scalar_subquery().label("requests"),
        HOW_MANY_WAIT.scalar_subquery().label("mails"),
    )
