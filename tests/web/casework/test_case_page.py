"""The top of a case's page: what is to be done first, and what happens if nobody acts."""

from sqlalchemy import select

from domain.classification import Role
from domain.clocks.ledger import Step
from store.database import Sessions
from store.people.directory import directory_above
from store.tables import ClockRow, PersonRow
from store.values import CLOCK
from tests.web.browser import Taker, Visit
from tests.web.casework.closing import closed_down
from tests.web.seen import Page


def first_step(sessions: Sessions, reference: str) -> Step:
    """What the plan in the rows has next for the case."""
    with sessions() as session:
        rows = session.scalars(select(ClockRow.clock).where(ClockRow.reference == reference))
        steps = [step for row in rows for step in CLOCK.validate_python(row).steps]
    return min(steps, key=lambda step: step.fires_at)


def test_what_is_to_be_done_first_is_said_to_whoever_may_do_it_and_leads_there(
    visit: Visit, a_received_case: Taker
) -> None:
    url = f"/cases/{a_received_case(category=None)}"
    page = Page(visit("sun").get(url))
    assert "For you to do: Classify" in page.words
    assert page.link("Classify") == "#act-classify"
    assert page.form("Classify"), "where the link leads"
    assert "For you to do" not in Page(visit("hong").get(url)).words
    assert "Nobody has been given the case yet." in Page(visit("hong").get(url)).words


def test_who_may_give_a_case_to_nobody_is_not_told_to_but_why_not(
    visit: Visit, a_received_case: Taker
) -> None:
    reference = a_received_case()
    page = Page(visit("han").get(f"/cases/{reference}"))
    assert "Nothing for you. Nobody has been given the case yet." in page.words
    not_now = page.words.partition("Not possible now, and why")[2]
    why = "Assign or transferOnly the handler of the case or a supervisor may do this."
    assert why in not_now
    assert (
        "For you to do: Assign or transfer" in Page(visit("sun").get(f"/cases/{reference}")).words
    )


def test_what_happens_if_nobody_acts_is_what_is_planned(
    visit: Visit, a_received_case: Taker, sessions: Sessions
) -> None:
    reference = a_received_case()
    step = first_step(sessions, reference)
    page = visit("sun").get(f"/cases/{reference}").text
    said = page.partition("If nobody acts:")[2].partition("</p>")[0]
    assert f'datetime="{step.fires_at.isoformat()}"' in said
    with sessions() as session:
        heads = directory_above(session, "east-branch")
        head = heads.receiver(Role.SUPERVISOR, "east-branch")
        supervisor = session.get_one(PersonRow, head).name
    assert f"{supervisor} is reminded of" in said, "nobody handles it, so the supervisor hears"
    then = page.partition("And then (")[2].partition("</details>")[0]
    assert "Human resources is told that" in then
    assert then.index("Human resources is told") < then.index("Regulator liaison is told")


def test_the_time_limits_are_drawn_and_told_on_the_page_of_the_case(
    visit: Visit, a_received_case: Taker
) -> None:
    page = visit("sun").get(f"/cases/{a_received_case()}")
    assert "Time limits in a picture" in Page(page).pictures()
    table = page.text.partition("The same as a table")[2].partition("</table>")[0]
    for each in ("Start", "Due", "To human resources"):
        assert each in table


def test_no_act_offers_a_unit_that_was_closed_down(
    visit: Visit, a_received_case: Taker, sessions: Sessions
) -> None:
    url, sun = f"/cases/{a_received_case()}", visit("sun")
    assert 'value="hotline"' in sun.get(url).text
    with closed_down(sessions, "hotline"):
        page = sun.get(url).text
    assert 'value="hotline"' not in page
    assert 'value="east-branch"' in page
