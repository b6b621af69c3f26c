"""Groups: the cases of several persons with the same issue know of one another (D-14)."""

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.acts import Link
from domain.errors import Refusal, Refused
from store.tables import CaseRow


def further_links(session: Session, reference: str, link: Link) -> Iterator[tuple[str, Link]]:
    """The links, besides this one and those that are there, by which everybody in the groups of
    both cases knows everybody: each with the case it is to be made on.

    Raises `Refused` when the case linked to is not there.
    """
    both = _group_of(session, reference) | _group_of(session, link.reference)
    known = {each: _linked(session, each) or () for each in both}
    known[reference] = (*known[reference], link.reference)
    for each in sorted(both):
        for other in sorted(both - {each, *known[each]}):
            yield each, Link(reference=other)


def _group_of(session: Session, reference: str) -> set[str]:
    linked = _linked(session, reference)
    if linked is None:
        raise Refused(Refusal.UNKNOWN_REFERENCE, reference=reference)
    return {reference, *linked}


def _linked(session: Session, reference: str) -> tuple[str, ...] | None:
    state = session.scalar(select(CaseRow.state).where(CaseRow.reference == reference))
    return None if state is None else tuple(state["linked"])
