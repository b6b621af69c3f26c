"""By which figures units and people are assessed, read from `policies/assessment/`."""

import hashlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from domain.assessment import AssessmentRules, Basis, CaseSet, Indicator
from rulebook import marked_yaml
from rulebook.marked_yaml import FileProblems, Page
from rulebook.packs import POLICIES

KEYS = frozenset({"title", "counts", "of", "per", "rule", "formula"})
LANGUAGES = ("en", "zh")


@cache
def read_assessment(
    file: Path = POLICIES / "assessment" / "indicators.yaml",
) -> AssessmentRules:
    """The bank's indicators with their formulas; raises `FileProblems` with everything wrong at
    once. Its version is a digest of the file: other formulas are another version."""
    page = marked_yaml.read(file, name="assessment/indicators.yaml")
    indicators = tuple(
        _indicator(page, name, text if isinstance(text, Mapping) else {})
        for name, text in _mapping(page, "indicators").items()
    )
    if not indicators and not page.problems:
        page.wrong("there is no indicator", "indicators")
    customers = {}
    for unit in _mapping(page, "personal_customers"):
        customers[unit] = page.figure("personal_customers", unit)
    fewest = page.figure("fewest")
    page.nothing_else("indicators", "personal_customers")
    if page.problems:
        raise FileProblems(page.problems)
    return AssessmentRules(
        indicators=indicators,
        fewest=fewest,
        personal_customers=customers,
        version=hashlib.sha256(file.read_bytes()).hexdigest()[:12],
    )


def _mapping(page: Page, name: str) -> Mapping[str, Any]:
    found = page.data.get(name, {}) if isinstance(page.data, Mapping) else {}
    if not isinstance(found, Mapping):
        page.wrong(f"write each with its name below {name!r}", name)
        return {}
    return found


def _indicator(page: Page, name: str, text: Mapping[str, Any]) -> Indicator:
    here = ("indicators", name)
    for unknown in sorted(set(text) - KEYS):
        page.wrong(f"a formula says nothing of {unknown!r}", *here, unknown)
    known_counts = ", ".join(CaseSet)
    if text.get("counts") not in set(CaseSet):
        page.wrong(f"write after `counts` one of {known_counts}", *here)
    of = text.get("of")
    if of is not None and of not in {*CaseSet, *Basis}:
        page.wrong(f"write after `of` one of {known_counts}, {', '.join(Basis)}", *here, "of")
    given = text.get("title")
    title: Mapping[str, str] = given if isinstance(given, Mapping) else {}
    for language in LANGUAGES:
        if not title.get(language):
            page.wrong(f"a title is wanted in {language}", *here)
    for wanted in ("rule", "formula"):
        if not text.get(wanted):
            page.wrong(f"say after `{wanted}` which rule, or `default`", *here)
    per = str(text.get("per", 1))
    if not per.isdecimal() or int(per) < 1:
        page.wrong("`per` is a whole number, such as 100 for a share in percent", *here, "per")
    if page.problems:
        return NO_INDICATOR
    return Indicator(
        name=name,
        title=dict(title),
        counts=CaseSet(text["counts"]),
        of=None if of is None else CaseSet(of) if of in set(CaseSet) else Basis(of),
        per=int(per),
        rule=text["rule"],
        formula=text["formula"],
    )


NO_INDICATOR = Indicator(
    name="", title={}, counts=CaseSet.RECEIVED, of=None, per=1, rule="", formula=""
)
"""Stands for one that cannot be read, until everything wrong is told."""
