"""Reports that were submitted, filed by the year they are about (A-57)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, extract, func, select
from sqlalchemy.orm import Session

from domain.paging import PageOf, bounds_of
from domain.periodicals import Periodical
from domain.relations import Reader
from store.policies.packs import published_pack
from store.reports.periodic import cases_told
from store.tables import PeriodicReportRow


@dataclass(frozen=True, slots=True, kw_only=True)
class FiledReport:
    """A report as the file of its year lists it."""

    unit: str
    periodical: Periodical
    begins: date
    ends: date
    submitted_at: datetime
    submitted_by: str
    is_late: bool
    cases: int
    """As submitted; where a case keeps its reader out, of those that this reader has counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class YearFile(PageOf[FiledReport]):
    """One page of the file of a year."""

    year: int
    late: int
    """How many in the whole file were submitted late."""


def years_filed(session: Session, units: Collection[str]) -> tuple[int, ...]:
    """The years of which these units have submitted anything, latest first."""
    year = extract("year", PeriodicReportRow.ends)
    years = session.scalars(_filed(units, year).distinct().order_by(year.desc()))
    return tuple(int(each) for each in years)


def file_of_year(
    session: Session, reader: Reader, units: Collection[str], year: int, page: int
) -> YearFile:
    """What these units have submitted about that year, latest first, without daily checks. No
    number of it differs from that of the report as this person reads it."""
    of_year = extract("year", PeriodicReportRow.ends) == year
    count, late = session.execute(
        _filed(units, func.count(), func.count().filter(PeriodicReportRow.is_late)).where(of_year)
    ).one()
    rows = session.scalars(
        _filed(units, PeriodicReportRow)
        .where(of_year)
        .order_by(
            PeriodicReportRow.ends.desc(),
            PeriodicReportRow.unit,
            PeriodicReportRow.periodical,
            # What is written when there is cause may end together with another.
            PeriodicReportRow.begins,
        )
        .slice(*bounds_of(page))
    ).all()
    told = cases_told(session, reader, rows)
    return YearFile(
        year=year,
        lines=tuple(_line(session, row, cases) for row, cases in zip(rows, told, strict=True)),
        count=count,
        late=late,
        page=page,
    )


def _filed(units: Collection[str], *wanted: Any) -> Select[Any]:
    """What these units have submitted; a daily check has no figures to file."""
    has_figures = func.jsonb_array_length(PeriodicReportRow.tables) > 0
    return (
        select(*wanted)
        .select_from(PeriodicReportRow)
        .where(PeriodicReportRow.unit.in_(units), has_figures)
    )


def _line(session: Session, row: PeriodicReportRow, cases: int) -> FiledReport:
    return FiledReport(
        unit=row.unit,
        periodical=published_pack(session, row.policy).periodical(row.periodical),
        begins=row.begins,
        ends=row.ends,
        submitted_at=row.submitted_at,
        submitted_by=row.submitted_by,
        is_late=row.is_late,
        cases=cases,
    )
