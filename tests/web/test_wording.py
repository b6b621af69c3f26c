"""What pages say, in the reader's words."""

from enum import StrEnum

import pytest
from flask import Flask

from domain.assessment import CaseSet
from domain.case import Status
from domain.report_tables import Figure, Rate
from domain.returns import Count
from tests.web.browser import Visit
from web.base.language import speaking
from web.wording import words
from web.wording.facts import told_facts


@pytest.mark.parametrize(
    ("facts", "english", "chinese"),
    [
        (
            {"marks": "hot_topic, reputation"},
            ("Circumstances", "Hot or sensitive topic, Reputation at risk"),
            ("特殊情形", "热点或敏感话题、可能影响声誉"),
        ),
        (
            {"causes": "business_error, not_called"},
            ("Causes", "Business error, Teller there but no number called"),
            None,
        ),
        ({"host_unit": "harbour-outlet"}, ("Host unit", "harbour-outlet"), None),
        ({"upheld": "True"}, ("The appeal is upheld", "yes"), None),
        ({"tells": "complainant"}, ("Also told", "the customer"), None),
    ],
    ids=lambda each: next(iter(each)) if isinstance(each, dict) else "",
)
def test_an_entry_says_its_facts_in_words(
    app: Flask, facts: dict[str, str], english: tuple[str, str], chinese: tuple[str, str] | None
) -> None:
    with app.test_request_context():
        with speaking("en"):
            assert told_facts(facts) == [english]
        with speaking("zh"):
            assert told_facts(facts) != [english]
            assert chinese is None or told_facts(facts) == [chinese]


def test_a_letter_in_chinese_leaves_its_page_in_english(app: Flask) -> None:
    with app.test_request_context(), speaking("en"):
        with speaking("zh"):
            assert told_facts({"upheld": "True"}) != [("The appeal is upheld", "yes")]
        assert told_facts({"upheld": "True"}) == [("The appeal is upheld", "yes")]


def test_policies_name_no_file_that_the_bank_does_not_have(visit: Visit) -> None:
    page = visit("ada").get("/admin/policies").text
    assert "Head-office measure" in page
    assert "rules.md" not in page


@pytest.mark.parametrize(
    ("code", "says"),
    [
        *((each, "定论") for each in (Status.DISPOSED, Figure.SETTLED, Rate.TIMELY)),
        *((each, "定论") for each in (CaseSet.SETTLED, CaseSet.SETTLED_IN_TIME)),
        (Status.CLOSED, "结案"),
        *((each, "办结") for each in (Count.CLOSED, Count.CLOSED_IN_TIME)),
    ],
)
def test_what_is_settled_and_what_is_closed_is_never_called_alike(
    app: Flask, code: StrEnum, says: str
) -> None:
    """A return calls the closed ones as its authority does, 办结; nothing settled is called so."""
    with app.test_request_context(), speaking("zh"):
        assert says in words(code)
