"""Every decision record stands in the list of the documents, by its number and its own title."""

import re

from tests.architecture.code import ROOT

DOCS = ROOT / "docs"
LISTED = re.compile(r"^\d+\. \[.+\]\(decisions/.+\)$", re.MULTILINE)
HEADING = re.compile(r"^# (?P<number>\d+)\. (?P<title>.+)$")


def test_every_decision_is_listed_by_its_number_and_title() -> None:
    lines = []
    for record in sorted((DOCS / "decisions").glob("*.md")):
        heading = HEADING.match(record.read_text(encoding="utf-8").partition("\n")[0])
        assert heading, f"{record.name} begins with its number and title"
        assert record.name.startswith(f"{int(heading['number']):04}-"), record.name
        lines.append(f"{heading['number']}. [{heading['title']}](decisions/{record.name})")
    assert LISTED.findall((DOCS / "README.md").read_text(encoding="utf-8")) == lines
