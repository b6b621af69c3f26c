"""What a case was judged by on an earlier day comes out of its journal as it was on that day."""

from random import Random

import pytest

from bench.year.bank import Staff, bank_of_the_year
from bench.year.complaints import receipts
from bench.year.lives import Life
from bench.year.writing import Writer
from domain.as_known import SORTED_BY, Heard, as_known
from domain.assessment import sets_of
from domain.events import Event
from store.database import Sessions

LIVES = 120
"""Drawn anew, apart from those that are written down."""


@pytest.fixture(scope="module")
def lives(sessions: Sessions) -> list[Life]:
    with sessions() as session:
        writer = Writer(session, Staff(bank_of_the_year()), receipts(LIVES, 2), 2)
    return [writer.life(number) for number in range(LIVES)]


def heard(life: Life, known: int) -> list[Heard]:
    """The entries of a journal of which so many are known."""
    return [
        Heard(
            event=Event(told.change.entry.event),
            at=told.change.entry.at,
            facts=told.change.entry.facts,
            is_known=number < known,
        )
        for number, told in enumerate(life.told)
        if told.change.entry.event in SORTED_BY
    ]


def test_every_life_is_told_as_it_stood_after_each_of_its_entries(lives: list[Life]) -> None:
    compared = 0
    for life in lives:
        conduct = life.ground.pack.conduct
        for known in range(1, len(life.told) + 1):
            case = life.told[known - 1].change.case
            back = as_known(life.case, heard(life, known), {})
            assert back is not None
            persons = {each.person for each in life.case.findings}
            for person in (None, *sorted(persons)):
                then = sets_of(case, conduct, person=person)
                assert sets_of(back, conduct, person=person) == then, (case.reference, known)
            assert (back.unit, back.category) == (case.unit, case.category)
            compared += 1
    assert compared > LIVES * 4


def test_hardly_a_life_is_drawn_that_the_rules_forbid(lives: list[Life]) -> None:
    refused = [each.refused for each in lives if each.refused is not None]
    assert len(refused) <= LIVES // 50, refused


def test_of_a_case_of_which_nothing_was_known_yet_there_is_none(lives: list[Life]) -> None:
    life = lives[Random(1).randrange(LIVES)]
    assert as_known(life.case, heard(life, 0), {}) is None
