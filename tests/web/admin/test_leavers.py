"""Whoever leaves keeps no case, and whoever is absent is stood in for: on the real engine."""

import re
from collections.abc import Callable
from datetime import date
from uuid import uuid4

import pytest
from temporalio.client import Client

from desk.cases import CaseDesk
from desk.people import AT_THE_CONSOLE, PeopleDesk, Wish
from domain.acts import Assign
from domain.classification import Level, Role
from domain.complaint import Language
from domain.errors import Refusal
from domain.staffing import PersonRecord
from domain.statuses import TaskKind
from store.database import Sessions
from store.people.records import read_ids
from store.tables import TaskRow
from tests.builders import MONDAY, actor
from tests.waiting import eventually
from tests.web.browser import Taker, Visit, hidden

Hire = Callable[..., str]
"""Takes a handler of the harbour outlet on, absent if so said, and gives the person's id."""


UNASSIGNED = "/?shelf=unassigned&sort=reference&down=yes"
"""The newest case first: it is on the first page, however many other tests have taken in."""


@pytest.fixture
def hire(sessions: Sessions) -> Hire:
    """New people for each test, handlers if nothing else is said: the bank is that of all tests."""
    desk = PeopleDesk(sessions)

    def take_on(login: str, **over: object) -> str:
        usual = {"unit": "harbour-outlet", "roles": (Role.HANDLER,), "language": Language.EN}
        record = PersonRecord(
            login=login,
            name=login.title(),
            **{**usual, **over},  # type: ignore[arg-type]
        )
        desk.change(lambda _: Wish(people=[record]), AT_THE_CONSOLE)
        with sessions() as session:
            return read_ids(session)[login]

    return take_on


async def given_to(person: str, reference: str, visit: Visit, name: str) -> None:
    """The supervisor gives the case to somebody, and the engine has heard of it."""
    form = {"command_id": str(uuid4()), "seen_version": "1", "handler": person}
    visit("sun").send(f"/cases/{reference}/acts/assign", **form)
    page = f"/cases/{reference}"
    await eventually(
        f"{reference} is {name}'s",
        lambda: f"<dt>Handler</dt><dd>{name}</dd>" in visit("sun").get(page).text,
    )


async def test_a_leavers_case_waits_for_somebody_else_and_the_supervisor_hears(
    engine: Client, visit: Visit, hire: Hire, a_received_case: Taker
) -> None:
    leaver, reference = hire("lena"), a_received_case()
    await given_to(leaver, reference, visit, "Lena")
    assert reference not in visit("sun").get(UNASSIGNED).text

    visit("ada").send(f"/admin/people/{leaver}/leave")

    # At once, while the engine has not heard of it: it is nobody's, and says why.
    assert reference in visit("sun").get(UNASSIGNED).text
    urge = {"command_id": str(uuid4()), "seen_version": "2"}
    urged = visit("sun").send(f"/cases/{reference}/acts/urge", **urge)
    assert "comes in no more, so nobody was urged" in urged.text

    def told() -> bool:
        page = visit("sun").get("/inbox").text
        return "Taken back from a handler who may not go on with it" in page and reference in page

    await eventually("the supervisor hears of it", told)
    page = visit("sun").get(f"/cases/{reference}").text
    assert "<dt>Handler</dt><dd><em>not assigned</em></dd>" in page
    assert reference in visit("sun").get(UNASSIGNED).text
    assert "Lena" not in re.findall(r'id="assign-handler".*?</select>', page, re.S)[0]


async def test_the_case_of_a_handler_below_who_is_complained_about_goes_to_the_next_unit_up(
    engine: Client, visit: Visit, hire: Hire, a_received_case: Taker
) -> None:
    """Also when it comes to light after the case was given (A-36)."""
    above = hire("bea", unit="head-office", roles=(Role.SUPERVISOR,))
    handler, reference = hire("hana"), a_received_case()
    await given_to(handler, reference, visit, "Hana")
    seen = hidden(visit("bea").get(f"/cases/{reference}").text, "seen_version")
    name = {"command_id": str(uuid4()), "seen_version": seen, "person": "sun", "reason": "so said"}
    answer = visit("bea").send(f"/cases/{reference}/acts/name_person", **name)
    assert answer.status_code == 302, answer.text

    def told() -> bool:
        page = visit("bea").get("/inbox").text
        return "Taken back from a handler who may not go on with it" in page and reference in page

    await eventually("the supervisor of the next unit up hears of it", told)
    page = visit("bea").get(f"/cases/{reference}").text
    assert "<dt>Handler</dt><dd><em>not assigned</em></dd>" in page
    assert reference not in visit("sun").get("/inbox").text
    visit("ada").send(f"/admin/people/{above}/leave")


def test_what_waits_for_a_leaver_by_name_is_handed_to_whoever_it_comes_to_now(
    visit: Visit, hire: Hire, a_received_case: Taker, sessions: Sessions
) -> None:
    leaver, reference = hire("lars"), a_received_case()
    with sessions.begin() as session:
        session.add(
            TaskRow(
                key=f"tell/{reference}",
                reference=reference,
                kind=TaskKind.TELL,
                person=leaver,
                role=Role.HANDLER,
                opened_at=MONDAY,
                facts={"recipient": "complainant", "about": "replied"},
            )
        )
    assert reference in visit("lars").get("/inbox").text
    assert reference not in visit("ines").get("/inbox").text
    visit("ada").send(f"/admin/people/{leaver}/leave")
    assert reference in visit("ines").get("/inbox").text  # who heard the complaint first


async def test_nobody_is_given_a_case_who_comes_in_no_more(
    desk: CaseDesk, visit: Visit, hire: Hire, a_received_case: Taker
) -> None:
    leaver, reference = hire("liam"), a_received_case()
    visit("ada").send(f"/admin/people/{leaver}/leave")
    # The page offers them no more; another system or an old page may ask all the same.
    outcome = desk.act(
        command_id=str(uuid4()),
        reference=reference,
        act=Assign(handler=leaver, handler_unit="harbour-outlet", handler_level=Level.OUTLET),
        words={},
        by=actor("sun"),
    )
    assert outcome.refusal is not None
    assert outcome.refusal.code is Refusal.CHOSEN_HAS_LEFT


async def test_the_deputy_of_an_absent_handler_is_told_what_was_given_to_them(
    engine: Client, visit: Visit, hire: Hire, a_received_case: Taker
) -> None:
    deputy = hire("dana")
    absent = hire("abel", deputy="dana", absent_from=date(2026, 1, 5))
    assert deputy != absent
    reference = a_received_case()
    await given_to(absent, reference, visit, "Abel")
    for login in ("abel", "dana"):
        page = visit(login).get("/inbox").text
        assert "Given to a handler" in page, login
        assert reference in page, login
