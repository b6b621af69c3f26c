"""How the bank looks at its complaints, read from `policies/analysis/`."""

from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from domain.analysis import AnalysisRules
from rulebook import marked_yaml
from rulebook.marked_yaml import FileProblems, Page
from rulebook.packs import POLICIES


@cache
def read_analysis(file: Path = POLICIES / "analysis" / "analysis.yaml") -> AnalysisRules:
    """The bank's choices; raises `FileProblems` with everything wrong at once."""
    page = marked_yaml.read(file, name="analysis/analysis.yaml")
    rules = AnalysisRules(
        fewest=page.figure("fewest"),
        most_bars=page.figure("most_bars"),
        months_at_most=page.figure("months_at_most"),
        age_days=_age_days(page),
    )
    page.nothing_else("age_days")
    if page.problems:
        raise FileProblems(page.problems)
    return rules


def _age_days(page: Page) -> tuple[int, ...]:
    stated: Any = page.data.get("age_days") if isinstance(page.data, dict) else None
    days = []
    for place, each in enumerate(stated if isinstance(stated, list) else []):
        value = str(each.get("value")) if isinstance(each, dict) and each.get("rule") else ""
        if not value.isdecimal() or int(value) < 1:
            page.wrong("write a whole number of days and its rule, or `default`", "age_days", place)
            return (1,)
        days.append(int(value))
    if not days:
        page.wrong("say where the stretches of ages end", "age_days")
    if any(later <= earlier for earlier, later in pairwise(days)):
        page.wrong("each stretch ends after the one before", "age_days")
    return tuple(days)
