"""What a report to the regulator about one case says (C-21), and what keeps it back. Which facts
and texts it has is data; what can stand there is known.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from domain.policy import Span


class ReportText(StrEnum):
    """What the liaison writes in a report on a case."""

    SUMMARY = "summary"
    """What happened."""
    INVESTIGATION = "investigation"
    IMPACT = "impact"
    MEASURES = "measures"
    STANDPOINT = "standpoint"
    FURTHER_STEPS = "further_steps"
    CONTACT = "contact"


class ReportFact(StrEnum):
    """What a report says of a case by itself: classes and instants, and nobody's name."""

    REFERENCE = "reference"
    UNIT = "unit"
    CHANNEL = "channel"
    CATEGORY = "category"
    SEVERITY = "severity"
    SITUATION = "situation"
    RECEIVED_AT = "received_at"
    STATUS = "status"
    CLOCK = "clock"
    """The time limit that ran out; of a report on a major case none need have."""
    DUE_AT = "due_at"
    """When that was."""
    DRAFTED_AT = "drafted_at"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportRow:
    """A row of the template: a fact of the case, or a text that somebody writes."""

    label: Mapping[str, str]
    fact: ReportFact | None = None
    text: ReportText | None = None
    is_required: bool = False
    hint: Mapping[str, str]

    @property
    def name(self) -> str:
        """As the file of a report calls it."""
        return str(self.fact or self.text)


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseReportTemplate:
    """A report on a case as the authority wants it."""

    name: str
    title: Mapping[str, str]
    authority: Mapping[str, str]
    rule: str
    within: Span
    """From its drafting to its submission, where the pack says nothing."""
    within_rule: str
    rows: tuple[ReportRow, ...]
    schema: Mapping[str, Any]
    """What its file must keep to before it is submitted."""
    digest: str
    """Of the file it was read from: which template a report was made by."""

    @property
    def texts(self) -> tuple[ReportRow, ...]:
        return tuple(row for row in self.rows if row.text is not None)

    @property
    def version(self) -> str:
        return f"{self.name}@{self.digest[:12]}"


class CaseReportFlaw(StrEnum):
    """Why a report on a case cannot be submitted as it is."""

    FACT_MISSING = "report_fact_missing"
    TEXT_MISSING = "report_text_missing"


def flaws_of_case_report(
    template: CaseReportTemplate, facts: Mapping[str, str], texts: Mapping[str, str]
) -> Iterator[tuple[CaseReportFlaw, ReportRow]]:
    """What the template wants and the report has not: everything at once."""
    for row in template.rows:
        if not row.is_required:
            continue
        if row.fact is not None and not facts.get(row.fact):
            yield CaseReportFlaw.FACT_MISSING, row
        if row.text is not None and not texts.get(row.text, "").strip():
            yield CaseReportFlaw.TEXT_MISSING, row


def document_of(
    template: CaseReportTemplate,
    facts: Mapping[str, str],
    texts: Mapping[str, str],
    *,
    number: int,
    reason: str = "",
) -> dict[str, Any]:
    """The report as its file has it. The same from the same report, whoever saves it."""
    return {
        "report": template.name,
        "template": template.digest,
        "submission": number,
        "correction": number > 1,
        **({"reason": reason} if number > 1 else {}),
        "facts": {
            row.name: facts[row.fact]
            for row in template.rows
            if row.fact is not None and facts.get(row.fact)
        },
        "texts": {
            row.name: texts[row.text]
            for row in template.rows
            if row.text is not None and texts.get(row.text)
        },
    }
