"""A report to the regulator about one case, as its case knows it (C-21)."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from domain.filings import Filing


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseReport:
    """A report as its case knows it: which there is, and how far it has come."""

    key: str
    """Names it within its case: the step that drafted it, or `report/1`."""
    drafted_at: datetime
    filing: Filing = field(default_factory=Filing)
    submitted_at: datetime | None = None
    """For the first time: by that it is told whether it was late."""
    submitted_by: str | None = None


REPORT = "report/"
"""How the keys of reports begin that somebody has asked for; a ladder names them by its step."""


def asked_key(reports: tuple[CaseReport, ...]) -> str:
    """The key of the next report that somebody asks for."""
    return f"{REPORT}{1 + sum(each.key.startswith(REPORT) for each in reports)}"


def with_report(reports: tuple[CaseReport, ...], changed: CaseReport) -> tuple[CaseReport, ...]:
    """The reports of a case with this one as it is now."""
    if all(each.key != changed.key for each in reports):
        return (*reports, changed)
    return tuple(changed if each.key == changed.key else each for each in reports)


def submitted(report: CaseReport, *, by: str, at: datetime) -> CaseReport:
    """The report after it was told to the authority, the first time or again."""
    return replace(
        report,
        filing=report.filing.submitted(),
        submitted_at=report.submitted_at or at,
        submitted_by=report.submitted_by or by,
    )


def said(facts: Mapping[str, str]) -> tuple[str, ...]:
    """The facts of a report in one line each, as its journal entry keeps them: `channel=phone`."""
    return tuple(f"{name}={value}" for name, value in sorted(facts.items()) if value)


def facts_said(kept: str) -> dict[str, str]:
    """The same read again."""
    pairs = (each.partition("=") for each in kept.split(", ") if "=" in each)
    return {name: value for name, _, value in pairs}
