"""Lists of cases: narrowed, sorted, counted, and read a page at a time."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Select, Subquery, bindparam, func, outerjoin, select
from sqlalchemy.dialects.postgresql import array
from sqlalchemy.orm import Session

from domain.case import Status
from domain.classification import Category, Channel, Severity
from domain.complaint import Language
from domain.heat import DueIn
from domain.paging import PAGE, PageOf, bounds_of
from domain.relations import Reader
from store.listed import first_listed, first_words_for, listed_cases
from store.people.leavers import has_no_handler
from store.reads.dates import DatesOfDay, age_of, is_any, is_due, with_dates_on
from store.scope import ASKING_LATELY
from store.sources import DAY, RESOLUTION
from store.tables import CaseRow, ComplaintRow, PersonRow, UnitRow

FOUND_AT_MOST = 50
"""Lines a search shows; who finds more asks more narrowly (default)."""

KEPT_OUT = "person"
"""The fact of a journal entry that names somebody the case keeps out (`domain.acts.secrecy`)."""

NO_HANDLER = "-"
"""The handler of a case that nobody has in hand."""

LINKED_CASE = "reference"
"""The fact of a journal entry that names another case (`domain.acts.Link`)."""


class QueueView(StrEnum):
    """A part of a scope, as a tab above a list."""

    MINE = "mine"
    UNASSIGNED = "unassigned"
    RECEIVED_BY_ME = "received_by_me"
    ALL = "all"
    BREACHED = "breached"
    ESCALATED = "escalated"


class SortedBy(StrEnum):
    """The column that a list is sorted by; what ties is in the order of its dates."""

    DUE = "due"
    REFERENCE = "reference"
    CATEGORY = "category"
    CHANNEL = "channel"
    UNIT = "unit"
    HANDLER = "handler"
    STATUS = "status"
    RECEIVED = "received"


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What a list is narrowed to: of each kind to one of several values, or to none in particular;
    open cases when no status is asked for. And how it is sorted."""

    shelf: QueueView = QueueView.ALL
    statuses: tuple[Status, ...] = ()
    units: tuple[str, ...] = ()
    channels: tuple[Channel, ...] = ()
    categories: tuple[Category, ...] = ()
    handlers: tuple[str, ...] = ()
    """People, or `NO_HANDLER`."""
    due: tuple[DueIn, ...] = ()
    ages: tuple[int, ...] = ()
    """Which of the bank's stretches of ages."""
    dates: DatesOfDay | None = None
    """A day on which a date of the case falls."""
    sorted_by: SortedBy | None = None
    """None for the list's own order: what is due soonest first; what one received, newest first."""
    descending: bool = False

    @property
    def are_open(self) -> bool:
        """Whether it is a list of open cases alone."""
        if not self.statuses:
            return self.shelf is not QueueView.RECEIVED_BY_ME
        return Status.CLOSED not in self.statuses

    @property
    def are_narrowed(self) -> bool:
        """Whether it is less than the whole of its tab."""
        chosen = self.statuses, self.units, self.channels, self.categories
        return any((*chosen, self.handlers, self.due, self.ages, self.dates))


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseLine:
    """One case in a list."""

    reference: str
    subject: str
    """The subject, else how the narrative begins; empty for whoever may not read the words."""
    status: Status
    channel: Channel
    category: Category | None
    severity: Severity
    unit: str
    handler: str | None
    received_at: datetime
    has_hour: bool
    """Whether it was known at which hour the complaint came, or the day alone."""
    next_due_at: datetime | None
    next_clock: str | None
    is_waiting: bool
    breaches: int
    rungs: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseList(PageOf[CaseLine]):
    """One page of a list of cases."""

    @property
    def with_words(self) -> tuple[str, ...]:
        """The references of those whose words it shows."""
        return tuple(line.reference for line in self.lines if line.subject)


def list_cases(
    session: Session,
    reader: Reader,
    filters: Filters,
    page: int,
    count: int | None = None,
    *,
    language: Language = Language.EN,
) -> CaseList:
    """One page of a list: what is due soonest first, what one received newest first, or as it was
    asked for; units are sorted by what they are called in this language. How many cases the whole
    list has is counted, unless it is known.
    """
    if count is None:
        (count,) = count_cases(session, reader, filters)
    rows = session.execute(_page_of_list(reader, filters, page, language))
    return CaseList(lines=tuple(line_of(row) for row in rows), count=count, page=page)


@lru_cache(ASKING_LATELY)
def _page_of_list(
    reader: Reader, filters: Filters, page: int, language: Language
) -> Select[Any, Any]:
    turn, order = _turned(reader, filters, language, page * PAGE)
    # By their references first: an index alone leads to a deep page, and a case is read whole only
    # when its turn has come.
    turn_of_page = turn.slice(*bounds_of(page)).cte("turn").prefix_with("materialized")
    return (
        lines_for(reader)
        .join(turn_of_page, turn_of_page.c.reference == CaseRow.reference)
        .order_by(*(key.turned(turn_of_page.c[f"key_{n}"]) for n, key in enumerate(order)))
    )


def references_of(
    session: Session,
    reader: Reader,
    filters: Filters,
    at_most: int,
    *,
    language: Language = Language.EN,
) -> tuple[str, ...]:
    """The cases of a whole list from its beginning, by their references, in its order."""
    turn, _order = _turned(reader, filters, language, at_most)
    return tuple(session.scalars(turn.limit(at_most)))


def _turned(
    reader: Reader, filters: Filters, language: Language, at_most: int
) -> tuple[Select[Any], tuple["_Key", ...]]:
    """The references of a list in its order, of which so many from its beginning are asked for, and
    what that order goes by."""
    named = _NAMED.get(filters.sorted_by)
    if named:
        listed = listed_cases(reader)
        source, name = named(listed, language)
        wanted = conditions_of(listed.c, filters, reader.person)
    else:
        by_case = tuple(key.turned(key.by) for key in _order(CaseRow, filters, None))
        of_cases = conditions_of(CaseRow, filters, reader.person)
        listed = source = first_listed(reader, of_cases, by_case, at_most)
        name, wanted = None, ()
    order = _order(listed.c, filters, name)
    turned = (
        select(listed.c.reference, *(key.by.label(f"key_{n}") for n, key in enumerate(order)))
        .select_from(source)
        .where(*wanted)
        .order_by(*(key.turned(key.by) for key in order))
    )
    return turned, order


def count_cases(session: Session, reader: Reader, *lists: Filters) -> tuple[int, ...]:
    """How many cases each of these lists has; those of open cases are counted together."""
    every = tuple(dict.fromkeys(lists))
    of_open = tuple(each for each in every if each.are_open)
    counted: dict[Filters, int] = {}
    for together in filter(None, (of_open, *((each,) for each in every if not each.are_open))):
        counts = session.execute(_counts_of(reader, together)).one()
        counted |= dict(zip(together, counts, strict=True))
    return tuple(counted[each] for each in lists)


@lru_cache(ASKING_LATELY)
def _counts_of(reader: Reader, lists: tuple[Filters, ...]) -> Select[*tuple[Any, ...]]:
    """Counts some lists of open cases, or one other."""
    listed = listed_cases(reader)
    narrowed = [conditions_of(listed.c, each, reader.person) for each in lists]
    counts = (func.count().filter(*each) for each in narrowed)
    are_open = all(each.are_open for each in lists)
    wanted = [listed.c.status != Status.CLOSED] if are_open else narrowed[0]
    return select(*counts).select_from(listed).where(*wanted)


def cases_in_hand(session: Session, reader: Reader, handlers: Sequence[str]) -> Mapping[str, int]:
    """How many open cases each of these handlers has, as far as this reader may read them; those
    who have none are left out."""
    rows = session.execute(_in_hand(reader), {"handlers": handlers})
    return {row.handler: row.in_hand for row in rows}


@lru_cache(ASKING_LATELY)
def _in_hand(reader: Reader) -> Select[str, int]:
    listed = listed_cases(reader).c
    theirs = listed.handler.in_(bindparam("handlers", expanding=True))
    return (
        select(listed.handler, func.count().label("in_hand"))
        .where(theirs, listed.status != Status.CLOSED)
        .group_by(listed.handler)
    )


def shown_facts(
    facts: Mapping[str, Any], shown: frozenset[str], *, names: bool
) -> Mapping[str, Any]:
    """What an entry says to its reader: without a case linked to that they may not read, and
    without whom the case keeps out, where they read no names.
    """
    return {
        name: value
        for name, value in facts.items()
        if (name != LINKED_CASE or value in shown) and (name != KEPT_OUT or names)
    }


def lines_for(reader: Reader) -> Select[Any, Any]:
    """Cases as lists show them, with their words for whoever may read these; `line_of` reads it."""
    subject = first_words_for(reader)
    resolution = func.coalesce(ComplaintRow.source[RESOLUTION].astext, "")
    return select(CaseRow, subject.label("subject"), resolution.label("resolution")).join(
        ComplaintRow, ComplaintRow.reference == CaseRow.reference
    )


def line_of(found: Any) -> CaseLine:
    """A row that `lines_for` has found."""
    row = found[0]
    return CaseLine(
        reference=row.reference,
        subject=found.subject,
        status=Status(row.status),
        channel=Channel(row.channel),
        category=Category(row.category) if row.category else None,
        severity=Severity(row.severity),
        unit=row.unit,
        handler=row.handler,
        received_at=row.received_at,
        has_hour=found.resolution != DAY,
        next_due_at=row.next_due_at,
        next_clock=row.next_clock,
        is_waiting=row.is_waiting,
        breaches=row.breaches,
        rungs=row.rungs,
    )


@dataclass(frozen=True, slots=True)
class _Key:
    """One thing that a list is sorted by. What is empty comes last, whichever way it goes."""

    by: Any
    descending: bool = False
    may_be_empty: bool = True
    """Of what is never empty PostgreSQL must not be told so: an index of the newest has no last."""

    def turned(self, column: Any) -> Any:
        turned = column.desc() if self.descending else column.asc()
        return turned.nulls_last() if self.may_be_empty else turned


def _order(case: Any, filters: Filters, name: Any) -> tuple[_Key, ...]:
    """By the column that was asked for, or its `name`; what ties, by what is due soonest."""
    due = (_Key(case.next_due_at), _Key(case.received_at), _Key(case.reference))
    if filters.sorted_by is None:
        newest = (_Key(case.received_at, True, may_be_empty=False), _Key(case.reference))
        return newest if filters.shelf is QueueView.RECEIVED_BY_ME else due
    by = _column(case, filters.sorted_by) if name is None else name
    may_be_empty = filters.sorted_by not in {SortedBy.RECEIVED, SortedBy.REFERENCE}
    return (_Key(by, filters.descending, may_be_empty), *due)


def _column(case: Any, sorted_by: SortedBy) -> Any:
    """What a column is sorted by: codes in the order of their list."""
    match sorted_by:
        case SortedBy.CATEGORY:
            return func.array_position(array([each.value for each in Category]), case.category)
        case SortedBy.CHANNEL:
            return func.array_position(array([each.value for each in Channel]), case.channel)
        case SortedBy.STATUS:
            return func.array_position(array([each.value for each in Status]), case.status)
        case SortedBy.REFERENCE:
            return case.reference
        case SortedBy.RECEIVED:
            return case.received_at
    return case.next_due_at


def _with_units(listed: Subquery, language: Language) -> tuple[Any, Any]:
    """Cases with the names of their units in a language."""
    name = UnitRow.name_zh if language is Language.ZH else UnitRow.name_en
    return outerjoin(listed, UnitRow, UnitRow.id == listed.c.unit), name


def _with_handlers(listed: Subquery, _language: Language) -> tuple[Any, Any]:
    """Cases with the names of their handlers."""
    return outerjoin(listed, PersonRow, PersonRow.id == listed.c.handler), PersonRow.name


_NAMED: Mapping[SortedBy | None, Callable[[Subquery, Language], tuple[Any, Any]]] = {
    SortedBy.UNIT: _with_units,
    SortedBy.HANDLER: _with_handlers,
}
"""Columns that are sorted by a name which the case itself does not hold."""


def conditions_of(case: Any, filters: Filters, person: str) -> Sequence[ColumnElement[bool]]:
    """What the cases of a list have in common, of the columns of `store.listed`."""
    wanted: list[ColumnElement[bool]] = []
    match filters.shelf:
        case QueueView.MINE:
            wanted.append(case.handler == person)
        case QueueView.UNASSIGNED:
            wanted.append(has_no_handler(case.handler))
        case QueueView.RECEIVED_BY_ME:
            wanted.append(case.first_owner == person)
        case QueueView.BREACHED:
            wanted.append(case.breaches > 0)
        case QueueView.ESCALATED:
            wanted.append(case.rungs > 0)
        case QueueView.ALL:
            pass
    if filters.statuses:
        wanted.append(case.status.in_(filters.statuses))
    elif filters.shelf is not QueueView.RECEIVED_BY_ME:
        wanted.append(case.status != Status.CLOSED)
    if filters.units:
        wanted.append(case.unit.in_(filters.units))
    if filters.channels:
        wanted.append(case.channel.in_(filters.channels))
    if filters.categories:
        wanted.append(case.category.in_(filters.categories))
    if filters.handlers:
        nobody = [has_no_handler(case.handler)] if NO_HANDLER in filters.handlers else []
        wanted.append(is_any([case.handler.in_(filters.handlers), *nobody]))
    if filters.due:
        wanted.append(is_any([is_due(case.next_due_at, each) for each in filters.due]))
    if filters.ages:
        wanted.append(age_of(case.received_at).in_(filters.ages))
    if filters.dates is not None:
        wanted.append(case.reference.in_(with_dates_on(filters.dates)))
    return wanted
