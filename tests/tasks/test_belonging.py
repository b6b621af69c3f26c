"""What may belong together, as the supervisor meets it: proposed once, linked or put aside."""

from uuid import uuid4

from domain.acts import AcceptBelonging, DismissBelonging, Dispose, Flag
from domain.classification import Cause, Mark, Responsibility, Validity
from domain.errors import Refusal
from tests.tasks.opening import REPLIED
from tests.tasks.work import Work
from tests.web.browser import Visit

TITLE = "Decide whether cases belong together"


def settled(work: Work, unit: str, cause: Cause) -> str:
    reference = work.received("head-office", unit=unit)
    for act, by, words in REPLIED:
        work.does(reference, act, by, *words)
    settle(work, reference, cause)
    return reference


def settle(work: Work, reference: str, cause: Cause) -> None:
    ended = Dispose(validity=Validity.VALID, responsibility=Responsibility.BANK, causes=(cause,))
    work.does(reference, ended, "han")
    work.carry_out_what_waits(reference)


def test_it_is_proposed_once_and_linked_by_the_supervisor(work: Work, visit: Visit) -> None:
    cause = Cause.INFLEXIBLE
    first = settled(work, "harbour-outlet", cause)
    assert work.case(first).spotted == (), "there is nothing like it yet"
    other = settled(work, "harbour-outlet", Cause.WINDOWS_CLOSED)
    assert work.case(other).spotted == (), "another cause is another matter"
    second = settled(work, "harbour-outlet", cause)
    assert any(TITLE in each for each in work.post(second)["sun"])
    sun = visit("sun")
    assert TITLE in sun.get("/inbox").text
    assert second in sun.get("/tasks").text
    page = sun.get(f"/cases/{second}").text
    assert "May belong together with" in page
    assert first in page
    assert work.refused(second, AcceptBelonging(), "han").code is Refusal.NOT_YOUR_ROLE
    typed = {"command_id": str(uuid4())}
    for _ in range(2):
        assert sun.send(f"/cases/{second}/acts/accept_belonging", **typed).status_code == 302
    work.carry_out_what_waits(second)
    work.carry_out_what_waits(first)
    assert work.case(second).linked == (first,)
    assert work.case(first).linked == (second,), "each knows of the other"
    assert second not in sun.get("/tasks").text
    third = settled(work, "harbour-outlet", cause)
    assert set(work.case(third).spotted[-1].cases) == {first, second}
    empty = sun.send(f"/cases/{third}/acts/dismiss_belonging", command_id=str(uuid4()))
    assert empty.status_code == 422
    work.does(third, DismissBelonging(), "sun")
    assert third not in sun.get("/tasks").text
    assert work.case(third).linked == ()


def test_what_an_office_has_to_itself_is_proposed_to_nobody(work: Work) -> None:
    cause = Cause.SLOW_PROCESSING
    first = settled(work, "harbour-outlet", cause)
    work.does(first, Flag(mark=Mark.CRIME), "sun", "note")
    assert work.case(settled(work, "harbour-outlet", cause)).spotted == ()
