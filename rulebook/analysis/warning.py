"""When a unit, a business or a cause has left its usual range, read from `policies/analysis/`."""

from functools import cache
from pathlib import Path

from domain.early_warning import WarningMethod, WarningRules
from rulebook import marked_yaml
from rulebook.marked_yaml import FileProblems
from rulebook.packs import POLICIES


@cache
def read_warning_rules(
    file: Path = POLICIES / "analysis" / "early_warning.yaml",
) -> WarningRules:
    """The bank's method and its figures; raises `FileProblems` with everything wrong at once."""
    page = marked_yaml.read(file, name="analysis/early_warning.yaml")
    method = str(page.data.get("method")) if isinstance(page.data, dict) else ""
    if method not in set(WarningMethod):
        page.wrong(f"write after `method` one of {', '.join(WarningMethod)}", "method")
    figures = {
        name: page.figure(name, at_least=2 if name == "one_in" else 1)
        for name in ("months", "known_months", "fewest", "one_in")
    }
    if figures["known_months"] > figures["months"]:
        page.wrong("there are no more known months than months", "known_months")
    page.nothing_else("method")
    if page.problems:
        raise FileProblems(page.problems)
    return WarningRules(method=WarningMethod(method), **figures)
