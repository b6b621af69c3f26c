"""What waits for a second person: shown to whoever may decide and to whoever asked, to nobody else;
and decided by nobody else, of a case that is theirs.
"""

import re
from collections.abc import Callable
from enum import StrEnum

import pytest
from sqlalchemy import select

from domain.approvals import ApprovalOutcome
from domain.permission_names import Permission
from store.database import Sessions
from store.tables import ApprovalRow
from tests.access.asking import Bank, Cells, allowed, enough_pairs
from tests.access.cast import ASKS_FOR_REPAIRS, Told, Visitor

IDS = re.compile(r'id="about-([0-9a-f-]{36})"')
PARTS = ("Answers to your requests", "Your requests, with others to decide")


class Stands(StrEnum):
    """How somebody stands to a request."""

    ASKED = "asked"
    DECIDES = "decides"
    NEITHER = "neither"


def stands(visitor: Visitor, told: Told) -> Stands:
    """To the request about an act: by the table, and by who asked."""
    if visitor.id == told.requests.by:
        return Stands.ASKED if allowed(visitor, told, Permission.READ_CASE) else Stands.NEITHER
    return Stands.DECIDES if allowed(visitor, told, Permission.APPROVE) else Stands.NEITHER


def repairs(visitor: Visitor, told: Told) -> Stands:
    """To the request for a repair."""
    decides = visitor.id != ASKS_FOR_REPAIRS and allowed(visitor, told, Permission.REPAIR)
    return Stands.DECIDES if decides else Stands.NEITHER


def test_the_list_of_what_waits(bank: Bank, visitor: Visitor, cells: Cells) -> None:
    page = bank.browser(visitor).get("/approvals").text
    to_decide, answers, asked = _parts_of(page)
    own = {name: stands(visitor, told) is Stands.ASKED for name, told in bank.cases.items()}
    second = {name: stands(visitor, told) is Stands.DECIDES for name, told in bank.cases.items()}
    repaired = {name: repairs(visitor, told) is Stands.DECIDES for name, told in bank.cases.items()}
    waiting = {told.requests.waiting: name for name, told in bank.cases.items()}
    answered = {told.requests.answered: name for name, told in bank.cases.items()}
    to_repair = {told.repair: name for name, told in bank.cases.items()}
    cells.hold_all("requests to decide on", visitor.id, second, _named(waiting, to_decide))
    cells.hold_all("repairs to decide on", visitor.id, repaired, _named(to_repair, to_decide))
    cells.hold_all("own requests", visitor.id, own, _named(waiting, asked))
    cells.hold_all("answers to own requests", visitor.id, own, _named(answered, answers))
    said = {name for name, told in bank.cases.items() if told.requests.word in page}
    either = {name: own[name] or second[name] for name in own}
    cells.hold_all("words of a request", visitor.id, either, said)
    # What is out of date is on no list, and nothing stands there that was not asked about.
    known = waiting.keys() | answered.keys() | to_repair.keys()
    cells.hold("nothing else waits", visitor.id, "any", right=set(IDS.findall(page)) <= known)
    counted = re.findall(r'Approvals <span class="count">(\d+)<', page)
    number = int(counted[0]) if counted else 0
    real = sum(second.values()) + sum(repaired.values()) + sum(own.values())
    cells.hold("number of what waits", visitor.id, "all", right=number == real, seen=number)


def _parts_of(page: str) -> list[str]:
    """The ids in what is to be decided, in the answers, and in what others decide on."""
    content = page.partition("<main")[2]
    parts = [content.partition(f"{PARTS[0]}<")[0].partition(f"{PARTS[1]}<")[0]]
    parts.append(content.partition(f"{PARTS[0]}<")[2].partition(f"{PARTS[1]}<")[0])
    parts.append(content.partition(f"{PARTS[1]}<")[2])
    return parts


def _named(requests: dict[str, str], part: str) -> set[str]:
    return {requests[each] for each in IDS.findall(part) if each in requests}


OWN = "Somebody else must decide about your own request."
LATE = "This request has run out."
DECIDED = "This has been decided already."
WHY = "Your reason: Please fill this in."

Asked = tuple[str, Callable[[Told], str], ApprovalOutcome, dict[Stands, str]]
"""What is asked, of which request, what is chosen, and what those are told who may see it."""

DECISIONS: tuple[Asked, ...] = (
    (
        "decline",
        lambda told: told.requests.waiting,
        ApprovalOutcome.DECLINED,
        {Stands.DECIDES: WHY, Stands.ASKED: OWN},
    ),
    (
        "agree",
        lambda told: told.requests.late,
        ApprovalOutcome.APPROVED,
        {Stands.DECIDES: LATE, Stands.ASKED: OWN},
    ),
    (
        "take back",
        lambda told: told.requests.late,
        ApprovalOutcome.TAKEN_BACK,
        {Stands.DECIDES: OWN, Stands.ASKED: LATE},
    ),
    (
        "decide again",
        lambda told: told.requests.answered,
        ApprovalOutcome.DECLINED,
        {Stands.DECIDES: DECIDED, Stands.ASKED: OWN},
    ),
)
"""Nothing of it can be done, so that the bank stays as it is; who may is told what stands in the
way, and nobody else learns that there is a request."""


@pytest.mark.parametrize("what", DECISIONS, ids=[each[0] for each in DECISIONS])
def test_one_request(bank: Bank, sessions: Sessions, cells: Cells, what: Asked) -> None:
    (thing, request_of, outcome, told_to), met = what, set[Stands]()
    for visitor, told in enough_pairs(bank, stands):
        answer = bank.browser(visitor).send(
            f"/approvals/{request_of(told)}", outcome=outcome, why=""
        )
        met.add(stands(visitor, told))
        sentence = told_to.get(stands(visitor, told))
        if sentence is None:
            right = answer.status_code == 404 and told.reference not in answer.text
        else:
            wanted = 422 if sentence is WHY else 409
            right = answer.status_code == wanted and sentence in answer.text
        cells.hold(thing, visitor.id, told.plot.name, right=right, seen=answer.status_code)
    assert met == set(Stands)
    _nothing_has_changed(bank, sessions)


@pytest.mark.parametrize("outcome", [ApprovalOutcome.EXPIRED, ApprovalOutcome.OVERTAKEN])
def test_nobody_ends_a_request_as_it_ends_by_itself(
    bank: Bank, sessions: Sessions, cells: Cells, outcome: ApprovalOutcome
) -> None:
    """It would be a decline without a reason, which whoever asked is told as something else."""
    for visitor, told in enough_pairs(bank, stands):
        answer = bank.browser(visitor).send(
            f"/approvals/{told.requests.waiting}", outcome=outcome, why=""
        )
        right = answer.status_code == 400
        name = told.plot.name
        cells.hold(f"end {outcome}", visitor.id, name, right=right, seen=answer.status_code)
    _nothing_has_changed(bank, sessions)


@pytest.mark.parametrize("outcome", [ApprovalOutcome.APPROVED, ApprovalOutcome.DECLINED])
def test_one_request_for_a_repair(bank: Bank, cells: Cells, outcome: ApprovalOutcome) -> None:
    """Who may decide is led to what it would do, or asked why not; to others there is none."""
    for visitor, told in enough_pairs(bank, repairs):
        answer = bank.browser(visitor).send(f"/approvals/{told.repair}", outcome=outcome)
        decides = 302 if outcome is ApprovalOutcome.APPROVED else 422
        wanted = decides if repairs(visitor, told) is Stands.DECIDES else 404
        right = answer.status_code == wanted
        cells.hold(f"repair {outcome}", visitor.id, told.plot.name, right=right, seen=wanted)


def test_nobody_says_that_another_has_heard(bank: Bank, sessions: Sessions, cells: Cells) -> None:
    for visitor, told in enough_pairs(bank, stands):
        if visitor.id == told.requests.by:
            continue
        bank.browser(visitor).send(f"/approvals/heard/{told.requests.answered}")
        with sessions() as session:
            heard = session.get_one(ApprovalRow, told.requests.answered).heard_at
        cells.hold("hear for another", visitor.id, told.plot.name, right=heard is None, seen=heard)


def test_a_stranger_learns_of_no_request(bank: Bank, cells: Cells) -> None:
    for name, told in bank.cases.items():
        answer = bank.browser(None).send(f"/approvals/{told.requests.waiting}", outcome="approved")
        right = answer.status_code == 302 and answer.location.startswith("/login")
        cells.hold("a request by a stranger", "nobody", name, right=right)


def _nothing_has_changed(bank: Bank, sessions: Sessions) -> None:
    waiting = [told.requests.waiting for told in bank.cases.values()]
    late = [told.requests.late for told in bank.cases.values()]
    with sessions() as session:
        outcomes = select(ApprovalRow.outcome).where(ApprovalRow.id.in_([*waiting, *late]))
        assert set(session.scalars(outcomes)) == {None}
