"""The acts that a page of a case lists, under the headings by which the trade sorts them."""

from collections import Counter
from xml.etree.ElementTree import Element

import pytest

from domain.complaint import Language
from tests.web.browser import Taker, Visit
from tests.web.seen import tree_of, words_of
from web.casework.act_forms import BY_KIND
from web.wording.acts.headings import HEADINGS

READ = {
    Language.EN: ["The customer", "Time limits and dates", "People and conflicts of interest"],
    Language.ZH: ["客户", "时限与日期", "人员与回避"],
}


def test_every_act_that_has_a_form_stands_under_one_heading() -> None:
    assert Counter(kind for heading in HEADINGS for kind in heading.kinds) == Counter(list(BY_KIND))


def headings_of(unfolding: Element) -> dict[str, list[Element]]:
    """The headings inside something that unfolds, and what stands under each."""
    under: dict[str, list[Element]] = {}
    for each in unfolding:
        if each.tag == "h3":
            under[words_of(each)] = []
        elif under:
            list(under.values())[-1].append(each)
    return under


@pytest.mark.parametrize("language", Language)
def test_what_is_less_usual_is_read_under_headings_in_the_language_of_the_page(
    visit: Visit, a_received_case: Taker, language: Language
) -> None:
    sun = visit("sun")
    reference = a_received_case()
    sun.get(f"/cases/{reference}")
    sun.send("/language", language=language)
    page = tree_of(sun.get(f"/cases/{reference}"))
    sun.send("/language", language="en")
    [rare] = [each for each in page.iter("details") if each.get("class") == "rare"]
    found = headings_of(rare)
    assert [each for each in found if each in READ[language]] == READ[language]
    listed = [each.get("id") for acts in found.values() for each in acts]
    unfolding = [each for each in rare.iter("details") if each.get("class") == "act"]
    assert len(listed) == len(set(listed)) == len(unfolding)
    assert "act-commit" in {each.get("id") for each in found[READ[language][1]]}


def test_what_is_not_possible_now_stands_under_headings_too(
    visit: Visit, a_received_case: Taker
) -> None:
    page = tree_of(visit("han").get(f"/cases/{a_received_case()}"))
    [not_now] = [each for each in page.iter("details") if each.get("class") == "not-now"]
    [why] = headings_of(not_now)["Units and departments"]
    assert words_of(why).startswith("Assign or transfer")
