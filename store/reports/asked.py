"""Reports that somebody has asked for: kept, made in the worker, found again."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, and_, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from domain.asked_reports import WantedReport
from domain.case import Actor, Case
from domain.directory import under
from domain.paging import PageOf, bounds_of
from domain.permission_names import Permission
from domain.relations import Reader
from domain.report_tables import Table, listed_in, tables_of
from domain.reporting import Form
from domain.statuses import AskedReportStatus
from rulebook.staffing import beginning_of
from store.database import AdvisoryLock, DatabaseAway, Sessions
from store.evidence.audit import Action, note
from store.people.directory import read_units
from store.people.people import actor_of
from store.policies.packs import published_pack
from store.reports.periodic import OFFICIAL, TABLES
from store.scope import cases_for, hidden_among, reader_of
from store.tables import AskedReportRow, CaseRow
from store.values import CASE, to_json

TOGETHER = 500
"""Complaints read at once, after which it is told how far the report is (default)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedReport:
    """A report that was asked for, and how far it has come."""

    id: str
    form: Form
    units: tuple[str, ...]
    begins: date
    ends: date
    asked_by: str
    asked_at: datetime
    status: AskedReportStatus
    done: int
    total: int | None
    """None before it was begun, and for a reader who may not have all of it counted."""
    made_at: datetime | None
    tables: tuple[Table, ...] | None
    """None until it is made, and for a reader who may not have all of it counted."""
    is_whole: bool


def ask_for_report(session: Session, wanted: WantedReport, by: Actor, key: str) -> str:
    """Keep what is asked for, for the worker to make; the same key again is the same report."""
    assert wanted.begins is not None, "it has no flaws"
    assert wanted.ends is not None, "it has no flaws"
    id = f"r-{key}"
    new = session.scalar(
        insert(AskedReportRow)
        .values(
            id=id,
            form=wanted.form,
            units=sorted(wanted.units),
            begins=wanted.begins,
            ends=wanted.ends,
            asked_by=by.person,
        )
        .on_conflict_do_nothing(index_elements=["id"])
        .returning(AskedReportRow.id)
    )
    if new is not None:
        note(session, Action.ASKED_FOR_REPORT, by=by.person, subject=id, units=list(wanted.units))
    return id


def list_asked(
    session: Session, reader: Reader, units: Collection[str], page: int
) -> PageOf[AskedReport]:
    """What this person has asked for, and what others have over units that are all this person's to
    answer for; the newest first."""
    theirs = AskedReportRow.units.contained_by(sorted(units))
    shown = (AskedReportRow.asked_by == reader.person) | theirs
    count = session.scalar(select(func.count()).select_from(AskedReportRow).where(shown)) or 0
    rows = session.scalars(
        select(AskedReportRow)
        .where(shown)
        .order_by(AskedReportRow.asked_at.desc(), AskedReportRow.id)
        .slice(*bounds_of(page))
    )
    lines = tuple(_report(row, None, counts=row.asked_by == reader.person) for row in rows)
    return PageOf(lines=lines, count=count, page=page)


def find_asked(
    session: Session, reader: Reader, units: Collection[str], id: str
) -> AskedReport | None:
    """One of these, with its figures where this person may have all of them counted."""
    row = session.get(AskedReportRow, id, populate_existing=True)
    if row is None or not (row.asked_by == reader.person or set(row.units) <= set(units)):
        return None
    tables = TABLES.validate_python(row.tables) if row.tables is not None else None
    is_theirs = tables is not None and _may_read(session, reader, row, tables)
    is_counted = is_theirs or row.asked_by == reader.person
    return _report(row, tables if is_theirs else None, counts=is_counted)


def make_next(sessions: Sessions, now: datetime) -> bool:
    """Make the report that has waited longest, telling how far it is; False when none waits, or
    another worker makes one. A report that cannot be made says so, and stands in no other's way.
    """
    with sessions.begin() as holder:
        lock = func.pg_try_advisory_xact_lock(AdvisoryLock.MAKING_A_REPORT.value)
        if not holder.scalar(select(lock)):
            return False
        waiting = (AskedReportStatus.BEING_MADE, AskedReportStatus.ASKED)
        row = holder.scalar(
            select(AskedReportRow)
            .where(AskedReportRow.status.in_(waiting))
            .order_by(AskedReportRow.asked_at, AskedReportRow.id)
            .limit(1)
        )
        if row is None:
            return False
        wanted = _report(row, None, counts=True)
        try:
            _make(sessions, holder, wanted, now)
        except DatabaseAway:
            raise  # Once it is there again, the report is made.
        except Exception:
            with sessions.begin() as session:
                _note(session, wanted.id, status=AskedReportStatus.FAILED)
            raise
    return True


def _make(sessions: Sessions, holder: Session, wanted: AskedReport, now: datetime) -> None:
    with sessions.begin() as session:
        reader = reader_of(session, actor_of(session, wanted.asked_by))
        counted = cases_for(Permission.COUNT_CASE, reader)
        references = _references(session, wanted.units, wanted.begins, wanted.ends, counted)
        official = _references(session, wanted.units, wanted.begins, wanted.ends, OFFICIAL)
        is_whole = references == official
        _note(
            session,
            wanted.id,
            status=AskedReportStatus.BEING_MADE,
            done=0,
            total=len(references),
        )
    cases: list[Case] = []
    for batch in _in_batches(references):
        # PostgreSQL ends a transaction that asks nothing for a minute, and with it its lock.
        holder.execute(select(1))
        with sessions.begin() as session:
            states = select(CaseRow.state).where(CaseRow.reference.in_(batch))
            ordered = states.order_by(CaseRow.received_at, CaseRow.reference)
            cases += map(CASE.validate_python, session.scalars(ordered))
            _note(session, wanted.id, done=len(cases))
    with sessions.begin() as session:
        tables = tables_of(
            wanted.form, cases, lambda case: published_pack(session, case.policy).conduct
        )
        _note(
            session,
            wanted.id,
            status=AskedReportStatus.MADE,
            made_at=now,
            tables=to_json(TABLES, tables),
            is_whole=is_whole,
        )


def _in_batches(references: Sequence[str]) -> Iterator[Sequence[str]]:
    for first in range(0, len(references), TOGETHER):
        yield references[first : first + TOGETHER]


def _may_read(
    session: Session, reader: Reader, row: AskedReportRow, tables: tuple[Table, ...]
) -> bool:
    """Whether a report says nothing that this person may not have counted: it tells of no case that
    is closed to them, and was made for them, or all of its cases are theirs now too."""
    told = listed_in(tables)
    if told and hidden_among(session, Permission.COUNT_CASE, reader, told):
        return False
    if row.asked_by == reader.person:
        return True
    counted = cases_for(Permission.COUNT_CASE, reader)
    days = row.units, row.begins, row.ends
    theirs, every = (_references(session, *days, each) for each in (counted, OFFICIAL))
    return row.is_whole and theirs == every


def _references(
    session: Session,
    units: Collection[str],
    begins: date,
    ends: date,
    counted: ColumnElement[bool],
) -> list[str]:
    """The complaints of these days about these units and those below them, by reference."""
    parents = {each.id: each.parent for each in read_units(session).values()}
    within = frozenset().union(*(under(parents, unit) for unit in units))
    return list(
        session.scalars(
            select(CaseRow.reference)
            .where(
                and_(
                    CaseRow.unit.in_(sorted(within)),
                    CaseRow.received_at >= beginning_of(begins),
                    CaseRow.received_at < beginning_of(ends + timedelta(days=1)),
                    counted,
                )
            )
            .order_by(CaseRow.received_at, CaseRow.reference)
        )
    )


def _note(session: Session, id: str, **values: object) -> None:
    session.execute(update(AskedReportRow).where(AskedReportRow.id == id).values(**values))


def _report(row: AskedReportRow, tables: tuple[Table, ...] | None, *, counts: bool) -> AskedReport:
    """:param counts: whether its reader is told how many complaints it is of"""
    return AskedReport(
        id=row.id,
        form=Form(row.form),
        units=tuple(row.units),
        begins=row.begins,
        ends=row.ends,
        asked_by=row.asked_by,
        asked_at=row.asked_at,
        status=AskedReportStatus(row.status),
        done=row.done if counts else 0,
        total=row.total if counts else None,
        made_at=row.made_at,
        tables=tables,
        is_whole=row.is_whole,
    )
