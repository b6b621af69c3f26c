"""The template of a report on one case, read from `policies/case_reports/`."""

import hashlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from domain.case_report_templates import CaseReportTemplate, ReportFact, ReportRow, ReportText
from domain.policy import Span
from rulebook.marked_yaml import FileProblems, read
from rulebook.pack_values import NO_SPAN, read_span
from rulebook.packs import POLICIES
from rulebook.returns.reading import Reader
from rulebook.returns.schemas import read_schema

FOLDER = POLICIES / "case_reports"
FILE = "case-report.yaml"

OF_A_REPORT = frozenset({"report", "title", "authority", "rule", "within", "schema", "rows"})
OF_A_ROW = frozenset({"fact", "text", "label", "required", "hint"})


@cache
def read_case_report(folder: Path = FOLDER) -> CaseReportTemplate:
    """The template; raises `FileProblems` with everything wrong with it at once."""
    file = folder / FILE
    page = read(file, name=f"{folder.name}/{FILE}")
    template = _TemplateReader(page).template(folder, file.read_bytes())
    if page.problems or template is None:
        raise FileProblems(page.problems)
    return template


class _TemplateReader(Reader):
    """Reads the rows, and what each may say."""

    def template(self, folder: Path, content: bytes) -> CaseReportTemplate | None:
        data = self.page.data
        if not isinstance(data, Mapping):
            self.page.wrong("this is no template")
            return None
        self.only(data, OF_A_REPORT)
        rows = tuple(
            self.row(row, "rows", place) for place, row in enumerate(self.items(data, "rows"))
        )
        names = [row.name for row in rows]
        for name in sorted({each for each in names if names.count(each) > 1}):
            self.page.wrong(f"{name!r} stands in two rows", "rows")
        if not any(row.text for row in rows):
            self.page.wrong("a report has at least one text that somebody writes", "rows")
        schema: Mapping[str, Any] = {}
        named = self.text(data, "schema")
        try:
            schema = read_schema(folder / Path(named).name)
        except ValueError as error:
            self.page.wrong(str(error), "schema")
        within = self.mapping(data, "within")
        return CaseReportTemplate(
            name=self.text(data, "report"),
            title=self.title(data, "title"),
            authority=self.title(data, "authority"),
            rule=self.text(data, "rule"),
            within=self.span(within),
            within_rule=self.text(within, "rule", "within"),
            rows=rows,
            schema=schema,
            digest=hashlib.sha256(content).hexdigest(),
        )

    def span(self, within: Mapping[str, Any]) -> Span:
        found = read_span(within.get("value"))
        if found is None:
            self.page.wrong("within wants a value such as `3 working days`", "within")
        return found or NO_SPAN

    def row(self, text: Any, *where: str | int) -> ReportRow:
        self.only(text, OF_A_ROW, *where)
        says = [key for key in ("fact", "text") if isinstance(text, Mapping) and key in text]
        if len(says) != 1:
            self.page.wrong("a row has either a fact or a text", *where)
        fact = text.get("fact") if "fact" in says else None
        words = text.get("text") if "text" in says else None
        if fact is not None and fact not in set(ReportFact):
            known = ", ".join(ReportFact)
            self.page.wrong(f"a case has no fact {fact!r}; known are {known}", *where, "fact")
            fact = None
        if words is not None and words not in set(ReportText):
            known = ", ".join(ReportText)
            self.page.wrong(f"there is no text {words!r}; known are {known}", *where, "text")
            words = None
        return ReportRow(
            label=self.title(text, "label", *where),
            fact=ReportFact(fact) if fact else None,
            text=ReportText(words) if words else None,
            is_required=isinstance(text, Mapping) and text.get("required") == "yes",
            hint=self.mapping(text, "hint", *where),
        )
