"""What goes to human resources: once, in a file, received by their word; undone where it was."""

from dataclasses import replace
from typing import Any

import pytest

from domain.acts import Commend, HandOver, ReceiveHandOver, UndoPenalty, hand_over
from domain.afterwards import Commendation
from domain.case import Case
from domain.classification import Role
from domain.errors import Refusal
from domain.hand_over import items_of, waiting_items
from domain.penalties import HandedOver
from domain.policy import OfficeTask
from rulebook.packs import read_pack
from tests.builders import MONDAY, some_conduct
from tests.domain.acts.doing import CLOSED, HONG, LATER, SUN, Doing, line
from tests.domain.acts.penalised import FINED, RULES, found, in_a_case
from tests.domain.acts.sentences import Sentences

IN_FILE = HandedOver(file=3, at=MONDAY)
RECEIVED = replace(IN_FILE, received_at=MONDAY)
PRAISE = Commendation(person="hugo", by="sun", at=MONDAY)

PENALISED = in_a_case(found(), imposed=(FINED,))
HANDED = in_a_case(found(), imposed=(replace(FINED, handed_over=IN_FILE),))
UNDONE = replace(FINED, undone_at=LATER)
PRAISED = replace(CLOSED, commendations=(PRAISE,))


def keys(case: Case) -> list[str]:
    return [each.key for each in waiting_items(case)]


class TestHandOver(Sentences):
    about = hand_over
    done = (
        line(
            "a penalty goes in a file",
            HandOver(number=3, items=("penalty/1",)),
            lambda case: case.imposed[0].handed_over == HandedOver(file=3, at=LATER),
            case=PENALISED,
            by=HONG,
        ),
        line(
            "human resources have it",
            ReceiveHandOver(number=3, items=("penalty/1",)),
            lambda case: case.imposed[0].handed_over == replace(IN_FILE, received_at=LATER),
            case=HANDED,
            by=HONG,
        ),
        line(
            "told twice it stays in the first file",
            HandOver(number=4, items=("penalty/1",)),
            lambda case: case.imposed[0].handed_over == IN_FILE,
            case=HANDED,
            by=HONG,
        ),
        line(
            "the word that it is there may come before the word that it went",
            ReceiveHandOver(number=3, items=("penalty/1",)),
            lambda case: (
                case.imposed[0].handed_over == HandedOver(file=3, at=LATER, received_at=LATER)
            ),
            case=PENALISED,
            by=HONG,
        ),
        line(
            "a commendation goes the same way",
            HandOver(number=3, items=("commendation/1",)),
            lambda case: case.commendations[0].handed_over == HandedOver(file=3, at=LATER),
            case=PRAISED,
            by=HONG,
        ),
        line(
            "and so does the undoing of what was handed over",
            ReceiveHandOver(number=5, items=("undoing/1",)),
            lambda case: not keys(case),
            case=in_a_case(found(), imposed=(replace(UNDONE, handed_over=RECEIVED),)),
            by=HONG,
        ),
    )
    refused = (
        line(
            "what is not in the case does not go from it",
            HandOver(number=3, items=("penalty/2", "commendation/1")),
            Refusal.NOTHING_HANDED_OVER,
            case=PENALISED,
            by=HONG,
        ),
        line(
            "nor what was undone before it went anywhere",
            HandOver(number=3, items=("penalty/1", "undoing/1")),
            Refusal.NOTHING_HANDED_OVER,
            case=in_a_case(found(), imposed=(UNDONE,)),
            by=HONG,
        ),
        line(
            "nobody but human resources says so",
            ReceiveHandOver(number=3, items=("penalty/1",)),
            Refusal.NOT_YOUR_ROLE,
            case=HANDED,
            by=SUN,
        ),
    )


@pytest.mark.parametrize(
    ("penalty", "waits"),
    [
        (FINED, ["penalty/1"]),
        (replace(FINED, handed_over=IN_FILE), ["penalty/1"]),
        (replace(FINED, handed_over=RECEIVED), []),
        (UNDONE, []),
        (replace(UNDONE, handed_over=IN_FILE), ["penalty/1", "undoing/1"]),
        (replace(UNDONE, handed_over=RECEIVED), ["undoing/1"]),
        (replace(UNDONE, handed_over=RECEIVED, undoing=IN_FILE), ["undoing/1"]),
        (replace(UNDONE, handed_over=RECEIVED, undoing=RECEIVED), []),
    ],
)
def test_what_waits_for_the_word_of_human_resources(penalty: Any, waits: list[str]) -> None:
    assert keys(in_a_case(found(), imposed=(penalty,))) == waits


def test_each_commendation_is_an_item_of_its_own() -> None:
    case = replace(CLOSED, commendations=(PRAISE, replace(PRAISE, handed_over=RECEIVED), PRAISE))
    assert keys(case) == ["commendation/1", "commendation/3"]
    assert len(items_of(case)) == 3


def test_nothing_goes_out_of_what_an_office_has_to_itself_or_what_was_erased() -> None:
    assert not keys(replace(PENALISED, restricted_to=(Role.DISCIPLINE,)))
    assert not keys(replace(PRAISED, erased_at=MONDAY))
    assert items_of(replace(PRAISED, erased_at=MONDAY)), "what went out stays in its file"


(TASK,) = (
    each for each in read_pack("head-office")[0].conduct.duties if each.name == "hand-over-to-hr"
)
ASKING = some_conduct(duties=(TASK,))


def tasks_after(act: Any, case: Case, by: Any = HONG, conduct: Any = ASKING) -> Case:
    return Doing(act=act, case=case, by=by, conduct=conduct).done()


def is_open(case: Case) -> list[bool]:
    return [each.is_open for each in case.tasks]


def test_human_resources_are_charged_until_they_say_that_they_have_it() -> None:
    praised = tasks_after(Commend(person="hugo"), CLOSED, SUN)
    assert is_open(praised) == [True]
    handed = tasks_after(HandOver(number=3, items=("commendation/1",)), praised)
    assert is_open(handed) == [True], "a file is no receipt"
    received = tasks_after(ReceiveHandOver(number=3, items=("commendation/1",)), handed)
    assert is_open(received) == [False]
    again = tasks_after(Commend(person="mei"), received, SUN)
    assert is_open(again) == [False, True]


def test_what_was_decided_after_the_file_is_a_task_of_its_own() -> None:
    praised = tasks_after(Commend(person="hugo"), CLOSED, SUN)
    twice = tasks_after(Commend(person="mei"), praised, SUN)
    assert is_open(twice) == [True], "one task at a time"
    received = tasks_after(ReceiveHandOver(number=3, items=("commendation/1",)), twice)
    assert is_open(received) == [False, True]


def test_what_is_undone_before_it_went_anywhere_is_nobodys_task_any_more() -> None:
    conduct = replace(RULES, duties=(TASK,))
    waits = tasks_after(Commend(person="hugo"), PENALISED, SUN, conduct)
    received = tasks_after(
        ReceiveHandOver(number=1, items=("commendation/1",)), waits, HONG, conduct
    )
    assert is_open(received) == [False, True], "the penalty still waits"
    assert is_open(tasks_after(UndoPenalty(penalty="1"), received, HONG, conduct)) == [False, False]


def test_an_undoing_is_a_task_where_the_penalty_was_received() -> None:
    conduct = replace(RULES, duties=(TASK,))
    case = in_a_case(found(), imposed=(replace(FINED, handed_over=RECEIVED),))
    undone = tasks_after(UndoPenalty(penalty="1"), case, HONG, conduct)
    assert is_open(undone) == [True]
    assert isinstance(TASK, OfficeTask)
