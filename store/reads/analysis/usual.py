"""How many complaints each unit, business and cause had, month by month: what early warning is told
by. Nothing that one office has to itself is among them."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, func, select, true
from sqlalchemy.orm import Session

from domain.analysis import Dimension, month_after, months_before
from domain.early_warning import EarlyWarning, WarningRules, warnings_in
from domain.events import Event
from domain.permission_names import Permission
from domain.permissions import units_for
from domain.relations import Reader
from rulebook.staffing import beginning_of
from store.people.directory import read_units
from store.reads.analysis.figures import CAUSES, KEYS, month_of
from store.scope import cases_for, is_nobodys_own
from store.tables import CaseRow, JournalRow

Counts = Mapping[tuple[Dimension, str], Mapping[date, int]]


def counts_by_month(
    session: Session, last: date, months: int, reader: Reader | None = None
) -> Counts:
    """Units and businesses by the month their complaints were received in, causes by that in which
    they were found; of the months before `last`, and of that one. Of what a reader has counted, or
    of all.
    """
    since, until = beginning_of(months_before(last, months)), beginning_of(month_after(last))
    scope = is_nobodys_own()
    if reader is not None:
        scope = scope & cases_for(Permission.COUNT_CASE, reader)
    found: dict[tuple[Dimension, str], dict[date, int]] = {}
    for dimension, asked in (
        (Dimension.UNIT, _received(Dimension.UNIT, since, until)),
        (Dimension.BUSINESS, _received(Dimension.BUSINESS, since, until)),
        (Dimension.CAUSE, _by_cause(since, until)),
    ):
        for key, month, number in session.execute(asked.where(scope)):
            found.setdefault((dimension, key), {})[date.fromisoformat(f"{month}-01")] = number
    return found


def early_warnings(
    session: Session, rules: WarningRules, last: date, reader: Reader | None = None
) -> tuple[EarlyWarning, ...]:
    """What has left its usual range in this month or the one before."""
    counts = counts_by_month(session, last, rules.months + 1, reader)
    return (
        *warnings_in(counts, last, rules),
        *warnings_in(counts, months_before(last, 1), rules),
    )


def warnings_for(
    session: Session, reader: Reader, rules: WarningRules, last: date
) -> tuple[EarlyWarning, ...]:
    """Those of units that a reader answers for; of all else, for whoever answers for all units."""
    units = read_units(session)
    mine = units_for(Permission.ANSWER_FOR_REPORTS, reader, units)
    return tuple(
        each
        for each in early_warnings(session, rules, last, reader)
        if (each.key in mine if each.dimension is Dimension.UNIT else len(mine) == len(units))
    )


def _received(by: Dimension, since: datetime, until: datetime) -> Select[Any, Any, Any]:
    key, month = KEYS[by].label("key"), month_of(CaseRow.received_at).label("month")
    return (
        select(key, month, func.count())
        .where(CaseRow.received_at >= since, CaseRow.received_at < until, KEYS[by].is_not(None))
        .group_by(key, month)
    )


def _by_cause(since: datetime, until: datetime) -> Select[Any, Any, Any]:
    settled = (
        select(JournalRow.reference, month_of(func.max(JournalRow.at)).label("month"))
        .where(JournalRow.event == Event.DISPOSED, JournalRow.at >= since, JournalRow.at < until)
        .group_by(JournalRow.reference)
        .cte("settled")
    )
    return (
        select(CAUSES.c.cause, settled.c.month, func.count())
        .select_from(CaseRow)
        .join(settled, settled.c.reference == CaseRow.reference)
        .join(CAUSES, true())
        .group_by(CAUSES.c.cause, settled.c.month)
    )
