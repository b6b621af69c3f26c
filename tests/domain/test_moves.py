"""What a journal may hold: moves that were legal when they were made, and no others."""

from collections.abc import Iterable
from dataclasses import replace

import pytest

from domain.acts import ACTS, ActContext, Close, decide
from domain.case import Case, Disposition, Status
from domain.classification import Responsibility, Validity
from domain.events import Event
from domain.sentences import Sentence
from domain.verification import JournalStep, illegal_moves
from tests.builders import MONDAY, a_case, actor, some_conduct

UNTIL_CLOSED = (
    Event.RECEIVED,
    Event.ASSIGNED,
    Event.STARTED,
    Event.REPLIED,
    Event.DISPOSED,
    Event.CLOSED,
)


def journal(*events: Event) -> list[JournalStep]:
    return [JournalStep(version=number, event=event) for number, event in enumerate(events, 1)]


def told_in(found: Iterable[tuple[int, Sentence]]) -> list[tuple[int, str]]:
    """What is wrong, as a terminal says it."""
    return [(version, str(says)) for version, says in found]


def test_a_whole_life_is_legal() -> None:
    assert not list(illegal_moves(journal(*UNTIL_CLOSED), Status.CLOSED))


def test_a_reply_before_anybody_had_the_case_is_not() -> None:
    (found,) = illegal_moves(journal(Event.RECEIVED, Event.REPLIED), Status.REPLIED)
    assert told_in([found]) == [(2, "“replied” while the case stood at “received”")]


def test_a_missing_entry_is_told() -> None:
    told = [JournalStep(version=1, event=Event.RECEIVED), JournalStep(version=3, event=Event.NOTED)]
    assert (3, "follows version 1") in told_in(illegal_moves(told, Status.RECEIVED))


def test_a_journal_begins_once() -> None:
    found = told_in(illegal_moves(journal(Event.RECEIVED, Event.RECEIVED), Status.RECEIVED))
    assert found == [(2, "“received” is no beginning, or not the only one")]
    found = told_in(illegal_moves(journal(Event.NOTED), Status.RECEIVED))
    assert (1, "“noted” is no beginning, or not the only one") in found


def test_a_case_must_stand_where_its_journal_ends() -> None:
    found = told_in(illegal_moves(journal(Event.RECEIVED, Event.ASSIGNED), Status.CLOSED))
    assert found == [(2, "ends at “assigned, in_progress”, but the case stands at “closed”")]


@pytest.mark.parametrize("afterwards", [Status.ASSIGNED, Status.RECEIVED, Status.CLOSED])
def test_an_appeal_that_was_upheld_took_the_case_up_again_and_one_that_was_not_did_not(
    afterwards: Status,
) -> None:
    told = journal(*UNTIL_CLOSED, Event.APPEALED, Event.APPEAL_DECIDED)
    assert not list(illegal_moves(told, afterwards))


def test_a_withdrawal_that_was_pressed_for_ends_nothing_and_one_made_freely_does() -> None:
    told = journal(Event.RECEIVED, Event.ASSIGNED, Event.WITHDRAWN)
    assert not list(illegal_moves(told, Status.ASSIGNED))
    assert not list(illegal_moves(told, Status.DISPOSED))
    assert list(illegal_moves(told, Status.CLOSED))


def test_after_an_upheld_appeal_the_work_begins_anew() -> None:
    told = journal(*UNTIL_CLOSED, Event.APPEALED, Event.APPEAL_DECIDED, Event.STARTED)
    assert not list(illegal_moves(told, Status.IN_PROGRESS))


def test_no_act_leads_where_it_does_not_say() -> None:
    class Mistaken(Close):
        def apply(self, case: Case, given: ActContext) -> Case:
            return replace(case, status=Status.REPLIED)

    settled = Disposition(validity=Validity.VALID, responsibility=Responsibility.BANK)
    case = a_case(status=Status.DISPOSED, handler="han", disposition=settled)
    given = ActContext(
        by=actor("han"), at=MONDAY, words=frozenset(), conduct=some_conduct(), clocks=()
    )
    with pytest.raises(AssertionError, match="close led from disposed to replied"):
        decide(Mistaken(), case, given, None)


def test_no_two_acts_write_the_same_event() -> None:
    assert len({act.event for act in ACTS}) == len(ACTS), "else a journal could not be judged"
