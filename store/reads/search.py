"""The search: by every word of the complaint, and by who the customer is."""

import unicodedata
from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Text, and_, any_, func, literal, or_, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from domain.permission_names import Permission
from domain.relations import Reader
from store.customers import is_of_customer
from store.listed import first_listed
from store.reads.queues import FOUND_AT_MOST, CaseLine, line_of, lines_for
from store.scope import visible_cases
from store.tables import CaseRow, ComplaintRow

NEWEST = 1_000
"""Cases looked through before the index is asked (default). A word that stands in many complaints
is found often enough among these, and by the index every one of them would have to be fetched."""

SAYS = func.complaint_says(
    ComplaintRow.reference, ComplaintRow.subject, ComplaintRow.narrative, ComplaintRow.demand
)
"""What is searched, in lower case; `ix_complaints_grams` is an index of it (migration 0030)."""


def search_cases(session: Session, reader: Reader, text: str) -> tuple[CaseLine, ...]:
    """Cases whose reference or complaint holds each of these words, in any order, or whose customer
    has exactly this name, number or address, newest first and one more than are shown; of those
    alone whose words this person may read.
    """
    words = [word for word in text.split() if _has_letters(word)]
    if not words:
        return ()
    newest = _newest(session, reader, NEWEST)
    found = _read(session, reader, newest, _fits(session, text, words, _says))
    if len(found) > FOUND_AT_MOST or len(newest) < NEWEST:
        return found
    fits = _fits(session, text, words, _is_indexed)
    fitting = select(select(ComplaintRow.reference).where(fits).cte("fitting").c.reference)
    is_fitting = CaseRow.reference == any_(func.array(fitting.scalar_subquery()))
    return _read(session, reader, _newest(session, reader, FOUND_AT_MOST + 1, is_fitting))


def _newest(
    session: Session, reader: Reader, at_most: int, *wanted: ColumnElement[bool]
) -> Sequence[str]:
    """The references of the newest cases whose words somebody may read."""
    order, words = _newest_first(CaseRow), Permission.READ_WORDS
    theirs = first_listed(reader, wanted, order, at_most, words).c
    return session.scalars(
        select(theirs.reference).order_by(*_newest_first(theirs)).limit(at_most)
    ).all()


def _read(
    session: Session, reader: Reader, references: Sequence[str], *wanted: ColumnElement[bool]
) -> tuple[CaseLine, ...]:
    rows = session.execute(
        lines_for(reader)
        .where(
            visible_cases(reader), CaseRow.reference == any_(literal(list(references), ARRAY(Text)))
        )
        .where(*wanted)
        .order_by(*_newest_first(CaseRow))
        .limit(FOUND_AT_MOST + 1)
    )
    return tuple(line_of(row) for row in rows)


def _newest_first(case: Any) -> tuple[Any, ...]:
    return case.received_at.desc(), case.reference


def _fits(
    session: Session, text: str, words: list[str], says: Callable[[str], ColumnElement[bool]]
) -> ColumnElement[bool]:
    """Whether a complaint is what was looked for: everything typed is its customer's name, number
    or address, or each word is that or is said in it."""
    each = [_is_of_customer_or(session, word, says(word)) for word in words]
    return _is_of_customer_or(session, text, and_(*each))


def _is_of_customer_or(
    session: Session, text: str, condition: ColumnElement[bool]
) -> ColumnElement[bool]:
    of_customer = is_of_customer(session, text)
    return condition if of_customer is None else or_(of_customer, condition)


def _says(word: str) -> ColumnElement[bool]:
    """Whether a complaint holds a word, as it was typed or in letters of the usual width."""
    return or_(*(func.strpos(SAYS, func.plain_text(each)) > 0 for each in _written(word)))


def _is_indexed(word: str) -> ColumnElement[bool]:
    """The same, found by the index: it has what stands side by side, and not for how long."""
    grams = func.grams_of(SAYS)
    found = (grams.bool_op("@@")(func.grams_to_find(func.plain_text(w))) for w in _written(word))
    return and_(or_(*found), _says(word))


def _written(word: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys((word, unicodedata.normalize("NFKC", word))))


def _has_letters(word: str) -> bool:
    """Whether there is anything in a word that the index knows: not signs of punctuation alone."""
    return any(each.isalnum() or not each.isascii() for each in word)
