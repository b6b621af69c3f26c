"""A report to the regulator on a case in words, and as the files in which it is handed over."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree

from desk.documents import PrintedSheet, print_sheet
from domain.case_report_templates import (
    CaseReportTemplate,
    ReportRow,
    document_of,
    flaws_of_case_report,
)
from rulebook.returns import breaches_of
from store.reports.regulator import RegulatorReport, SubmittedReport
from web import wording
from web.base.phrases import _, language_code, on_the_wall
from web.reports.breaches import breach_words
from web.wording.policies import rule_words

FILES: Mapping[str, str] = {
    "pdf": "application/pdf",
    "json": "application/json",
    "xml": "application/xml",
}
"""The files a report is saved as."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a report says: as it stands, or as it was submitted under a number."""

    number: int
    facts: Mapping[str, str]
    texts: Mapping[str, str]
    reason: str = ""

    @classmethod
    def of(cls, report: RegulatorReport, submitted: SubmittedReport | None = None) -> "Told":
        if submitted is None:
            return cls(number=report.next_number, facts=report.facts, texts=report.texts)
        return cls(
            number=submitted.number,
            facts=submitted.facts,
            texts=submitted.texts,
            reason=submitted.reason,
        )


def rows_of(template: CaseReportTemplate, told: Told) -> list[tuple[ReportRow, str, str]]:
    """Each row of the template with its name and what it says, in the words of the page."""
    return [
        (
            row,
            row.label[language_code()],
            told.texts.get(row.name, "") if row.text else fact_said(row.name, told.facts),
        )
        for row in template.rows
    ]


def fact_said(name: str, facts: Mapping[str, str]) -> str:
    """A fact of a report in words; empty where it says nothing."""
    value = facts.get(name, "")
    return wording.fact_words(name, value) if value else ""


def flaws_said(template: CaseReportTemplate, told: Told) -> Iterator[str]:
    """Everything that keeps it from being submitted, a sentence each."""
    flaws = list(flaws_of_case_report(template, told.facts, told.texts))
    for flaw, row in flaws:
        yield f"{wording.words(flaw)}{_(': ')}{row.label[language_code()]}"
    missing = {row.name for _flaw, row in flaws}
    labels = {row.name: row.label[language_code()] for row in template.rows}
    for breach in breaches_of(template.schema, document(template, told, reason=_("reason"))):
        if breach.at.rpartition("/")[2] not in missing:
            yield breach_words(breach, labels)


def document(template: CaseReportTemplate, told: Told, reason: str = "") -> dict[str, Any]:
    """The report as its file has it."""
    return document_of(
        template, told.facts, told.texts, number=told.number, reason=told.reason or reason
    )


def content_of(
    ending: str, template: CaseReportTemplate, report: RegulatorReport, told: Told
) -> bytes:
    """The file; from the same report the same bytes. Raises `NotPrintable` for a
    PDF that cannot be made here."""
    match ending:
        case "json":
            text = json.dumps(document(template, told), ensure_ascii=False, indent=1) + "\n"
            return text.encode()
        case "xml":
            root = ElementTree.Element("report")
            _into(root, document(template, told))
            ElementTree.indent(root)
            found: bytes = ElementTree.tostring(root, "utf-8", xml_declaration=True)
            return found
        case _:
            return _printed(template, report, told)


def _into(element: ElementTree.Element, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        child = ElementTree.SubElement(element, name)
        if isinstance(value, Mapping):
            _into(child, value)
        else:
            child.text = str(value).lower() if isinstance(value, bool) else str(value)


def _printed(template: CaseReportTemplate, report: RegulatorReport, told: Told) -> bytes:
    title, line = template.title[language_code()], report.line
    made_at = next(
        (each.submitted_at for each in report.submissions if each.number == told.number),
        report.worded_at or line.drafted_at,
    )
    is_correction = told.number > 1
    subtitle = _("Correction %(number)s", number=told.number - 1) if is_correction else ""
    rule = f"{_('Rule')} {rule_words(template.rule)}"
    heading = [line.reference, rule, *([subtitle] if subtitle else [])]
    rows = [(label, says) for _row, label, says in rows_of(template, told) if says]
    if is_correction and told.reason:
        rows.append((_("Why it is corrected"), told.reason))
    return print_sheet(
        PrintedSheet(
            title=title,
            subtitle=" · ".join(heading),
            footer=f"{line.reference} · {template.version}",
            language=language_code(),
            made_on=on_the_wall(made_at).date(),
            rows=[(_("Goes to"), template.authority[language_code()]), *rows],
        )
    )
