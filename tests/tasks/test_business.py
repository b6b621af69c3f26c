"""Which business a complaint is about: said when it is taken down, said anew when it is sorted, and
counted in the return (JR/T 0169-2018)."""

import json
from datetime import date

from domain.acts import Classify
from domain.classification import Category
from domain.reporting import Cadence, reporting_period_of
from tests.tasks.pages import Pages
from tests.tasks.work import Work
from tests.web.browser import LATELY, Visit, a_filled_form
from tests.web.seen import Page

LOANS, CARDS, REST = "F2", "F3", "F7"


def counted(visit: Visit) -> dict[str, int]:
    """The return of the quarter in which complaints of these tests are received."""
    begins, _ = reporting_period_of(Cadence.QUARTER, date.fromisoformat(LATELY))
    saved = visit("lin").get(f"/returns/cn-quarterly/{begins}.json")
    figures: dict[str, int] = json.loads(saved.text)["figures"]
    return {line: figures[line] for line in (LOANS, CARDS, REST)}


def facts_of(visit: Visit, reference: str) -> str:
    return Page(visit("sun").get(f"/cases/{reference}")).words


def test_it_is_said_at_the_counter_and_told_in_the_return(visit: Visit, pages: Pages) -> None:
    before = counted(visit)
    ines = visit("ines")
    taken = ines.send("/register", **a_filled_form(ines, business="loans"))
    assert taken.status_code == 302
    reference = taken.location.rpartition("/")[2]
    assert "Business it is aboutLoans" in facts_of(visit, reference)
    assert counted(visit) == {**before, LOANS: before[LOANS] + 1}

    pages.does("sun", reference, "classify", category="work_error", business="cards")
    assert "Business it is aboutBank cards" in facts_of(visit, reference)
    assert counted(visit) == {**before, CARDS: before[CARDS] + 1}


def test_a_complaint_of_which_nobody_says_it_counts_as_another_business(visit: Visit) -> None:
    before = counted(visit)
    ines = visit("ines")
    assert ines.send("/register", **a_filled_form(ines)).status_code == 302
    assert counted(visit) == {**before, REST: before[REST] + 1}


def test_what_was_said_by_mistake_is_taken_back(visit: Visit, pages: Pages) -> None:
    before = counted(visit)
    ines = visit("ines")
    taken = ines.send("/register", **a_filled_form(ines, business="loans"))
    reference = taken.location.rpartition("/")[2]

    pages.does("sun", reference, "classify", category="work_error", business="")
    assert "Business it is aboutLoans" not in facts_of(visit, reference)
    assert "Business it is about: taken back" in facts_of(visit, reference), "the journal tells it"
    assert counted(visit) == {**before, REST: before[REST] + 1}


def test_an_entry_says_nothing_of_a_sum_that_nobody_gave(work: Work, pages: Pages) -> None:
    """“Amount at stake (yuan): 0.00” stood in the journal of every classified case."""
    reference = work.received("head-office")
    work.does(reference, Classify(category=Category.WORK_ERROR), "sun")
    for page in (reference, f"/cases/{reference}/history"):
        told = pages.reads("sun", page)
        assert "Complaint classified" in told
        assert "0.00" not in told
    work.does(reference, Classify(category=Category.WORK_ERROR, amount_fen=1_200_00), "sun")
    assert "1,200.00" in pages.reads("sun", f"/cases/{reference}/history")
