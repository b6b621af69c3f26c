"""An office reads the words of a case while something of it waits for that office, and not else."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from domain.case import Case, CaseTask, ExtensionRequest, Fired, Milestone, Status
from domain.classification import Channel, Mark, Role
from domain.concerns import offices_concerned
from domain.policy import Route, Rung, Span, TimeUnit
from tests.builders import MONDAY, a_case, a_pack

SOON = Span(amount=1, unit=TimeUnit.WORKING_DAY)
RUNG = Rung(name="hr", role=Role.HR, rule="default", acknowledge_within=SOON, resolve_within=SOON)
LETTERS = Route(
    name="letter",
    owner=Role.UNION,
    when={"channel": ("letter",)},
    in_writing=True,
    about={},
    rule="A-29",
)
PACK = a_pack(ladders={"expiry": (RUNG,)}, routes=(LETTERS,))

LEGAL = CaseTask(name="legal", role=Role.LEGAL, level=None, rule="A-18", opened_at=MONDAY)
REACHED_HR = Fired(clock="reply", step="hr", planned_at=MONDAY, at=MONDAY)
A_WISH = ExtensionRequest(
    clock="reply",
    until_at=MONDAY + timedelta(days=9),
    requested_by="han",
    requested_at=MONDAY,
)


def case(*reached: Milestone, **over: Any) -> Case:
    return a_case(**over).reach(*reached, at=MONDAY)


CHARGED: dict[str, tuple[Case, set[Role]]] = {
    "an everyday complaint is no office's": (case(), set()),
    "a task is its office's": (case(tasks=(LEGAL,)), {Role.LEGAL}),
    "until it is done": (case(tasks=(replace(LEGAL, done_at=MONDAY, done_by="li"),)), set()),
    "a rung is the office's it has reached": (case(fired=(REACHED_HR,)), {Role.HR}),
    "also when it was heard, for it wants to be seen to": (
        case(fired=(replace(REACHED_HR, acknowledged_by="hu", acknowledged_at=MONDAY),)),
        {Role.HR},
    ),
    "a letter is the union's": (case(channel=Channel.LETTER), {Role.UNION}),
    "a later date waits for whoever may grant it": (
        case(extension_request=A_WISH),
        {Role.SUPERVISOR, Role.HR},
    ),
    "a dispute waits for whoever decides it": (
        case(disputed_with="garden-outlet"),
        {Role.SUPERVISOR, Role.HR},
    ),
    "an appeal waits for the union": (case(Milestone.APPEALED), {Role.UNION}),
    "until it is decided": (case(Milestone.APPEALED, Milestone.APPEAL_DECIDED), set()),
    "the press waits for a leader's consent and for a word": (
        case(marks=(Mark.MEDIA,)),
        {Role.LEADER, Role.MEDIA_OFFICE, Role.SUPERVISOR, Role.HANDLER},
    ),
    "and for the word alone when consent is there": (
        case(Milestone.MEDIA_CONSENT, Milestone.COMMENTED, marks=(Mark.MEDIA,)),
        set(),
    ),
    "what is closed is nobody's any more": (
        case(
            status=Status.CLOSED,
            fired=(REACHED_HR,),
            channel=Channel.LETTER,
            marks=(Mark.MEDIA,),
        ),
        set(),
    ),
    "but for a task that is open still, or an appeal": (
        case(Milestone.APPEALED, status=Status.CLOSED, tasks=(LEGAL,)),
        {Role.LEGAL, Role.UNION},
    ),
}


@pytest.mark.parametrize("told", CHARGED)
def test_for_which_offices_something_of_a_case_waits(told: str) -> None:
    standing, offices = CHARGED[told]
    assert offices_concerned(standing, PACK) == offices
