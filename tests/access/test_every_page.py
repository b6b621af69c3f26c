"""Every page there is, as somebody of each role comes to it by its links, in both languages.

From the page one lands on, each link is followed once for each kind of page. All of them are whole
documents of valid HTML in the language of their reader, and say in their title what they show.
"""

import pytest

from domain.classification import Role
from tests.access.asking import Bank
from tests.access.pages import ASKS_THE_ENGINE, of_role, roles_by_what_is_open, shown_to
from tests.web.seen import Page
from tests.web.valid import require_valid

LANGUAGES = {"zh": "zh-Hans", "en": "en"}
"""As somebody chooses them, and as a page says which one it is in; English, in which the tests
beside this one read, is chosen last."""


@pytest.fixture(autouse=True)
def a_monday_in_november() -> None:
    """Today is today, as it is for the links that are followed."""


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("role", list(roles_by_what_is_open()))
def test_every_page_of_a_role_is_valid_and_says_what_it_is(
    bank: Bank, role: Role, language: str
) -> None:
    bank.browser(of_role(role)).send("/language", language=language)
    for shown in shown_to(bank, of_role(role)):
        expected = 503 if shown.endpoint in ASKS_THE_ENGINE else 200
        assert shown.answer.status_code == expected, shown.url
        require_valid(shown.answer.text, shown.url)
        page = Page(shown.answer)
        assert page.language == LANGUAGES[language], shown.url
        assert page.title.startswith(page.heading), shown.url
