"""Groups: the cases of several persons with the same issue know of one another (D-14)."""

from collections.abc import Iterator

from sqlalchemy.orm import Session

from domain.acts import Link
from domain.errors import Refusal, Refused
from domain.relations import Reader
from store.scope import open_case, visible_among


def further_links(
    session: Session, reader: Reader, reference: str, link: Link
) -> Iterator[tuple[str, Link]]:
    """The links, besides this one and those that are there, by which everybody in the groups of
    both cases knows everybody: each with the case it is to be made on. Nobody writes into a case
    that they may not read, so it stays out.

    Raises `Refused` when the case linked to is not there, or not theirs.
    """
    both = _group_of(session, reader, reference) | _group_of(session, reader, link.reference)
    linked = {each: _linked(session, reader, each) for each in both}
    known = {each: others for each, others in linked.items() if others is not None}
    known[reference] = (*known[reference], link.reference)
    for each in sorted(known):
        for other in sorted(known.keys() - {each, *known[each]}):
            yield each, Link(reference=other)


def links_of_accepted(
    session: Session, reader: Reader, reference: str
) -> Iterator[tuple[str, Link]]:
    """The links by which the cases that a case was accepted to belong to know of it, as far as
    whoever accepts may read them.
    """
    opened = open_case(session, reader, reference)
    spotted = opened.case.spotted[-1].cases if opened and opened.case.spotted else ()
    for other in sorted(visible_among(session, reader, spotted)):
        yield from further_links(session, reader, reference, Link(reference=other))


def _group_of(session: Session, reader: Reader, reference: str) -> set[str]:
    linked = _linked(session, reader, reference)
    if linked is None:
        raise Refused(Refusal.UNKNOWN_REFERENCE, reference=reference)
    return {reference, *linked}


def _linked(session: Session, reader: Reader, reference: str) -> tuple[str, ...] | None:
    opened = open_case(session, reader, reference)
    return None if opened is None else opened.case.linked
