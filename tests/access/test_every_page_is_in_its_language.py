"""Every page there is, in Chinese: nothing on it is English but what people wrote in English."""

from collections.abc import Iterator

import pytest

from domain.classification import Role
from tests.access.asking import Bank
from tests.access.pages import (
    AT_THE_DOOR,
    INSIDE,
    of_role,
    roles_by_what_is_open,
    shown_to,
)
from tests.web.english import english_in

NAMES = {"Person absent, station", "redress token create", "name in english", "name in chinese"}
"""Of somebody in this bank, of a command, and of columns that a file may have."""


def sentences(bank: Bank, whose: Role) -> Iterator[str]:
    """What stands in English on the pages that somebody of a role comes to, each with its page."""
    visitor = of_role(whose)
    bank.browser(visitor).send("/language", language="zh")
    addresses = [each.format(reference=bank.hub.reference) for each in INSIDE]
    for each in shown_to(bank, visitor, addresses):
        yield from (f"{each.endpoint}: {sentence}" for sentence in english_in(each.answer))
    bank.browser(visitor).send("/language", language="en")


@pytest.mark.parametrize("whose", tuple(roles_by_what_is_open()), ids=str)
def test_no_sentence_is_english(bank: Bank, whose: Role) -> None:
    found = set(sentences(bank, whose))
    assert {each for each in found if each.partition(": ")[2] not in NAMES} == set()


def test_no_sentence_is_english_to_a_stranger(bank: Bank) -> None:
    client = bank.app.test_client()
    for url in AT_THE_DOOR:
        answer = client.get(url, headers={"Accept-Language": "zh-CN"})
        assert english_in(answer) == [], url
