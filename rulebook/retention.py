"""How long cases are kept, read from `policies/retention/`."""

from functools import cache
from pathlib import Path

from domain.retention import Retention, RetentionClass, RetentionTerm
from rulebook import marked_yaml
from rulebook.marked_yaml import FileProblems
from rulebook.packs import POLICIES


@cache
def read_retention(file: Path = POLICIES / "retention" / "classes.yaml") -> Retention:
    """The bank's terms, one for each class; raises `FileProblems` with everything wrong at once."""
    page = marked_yaml.read(file, name="retention/classes.yaml")
    terms = {
        each: RetentionTerm(
            days=page.figure(each, "days"),
            days_despite_wish=page.figure(each, "days_despite_wish", at_least=0),
        )
        for each in RetentionClass
    }
    for each, term in terms.items():
        if term.days_despite_wish > term.days:
            page.wrong(f"{each} would be due before anybody may wish it", each)
    page.nothing_else()
    if page.problems:
        raise FileProblems(page.problems)
    return Retention(terms=terms)
