"""What a sub-branch, an association, an insurer and a client management ask, as people meet it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from domain.classification import Category, Channel
from domain.complaint import Language
from store.database import Sessions
from store.tables import PolicyVersionRow, UnitRow
from tests.tasks.pages import SAID, Pages
from tests.tasks.work import FIRST_ASK, Work
from tests.web.browser import Visit, a_filled_form
from web.kit.forms import typed_instant

VISITED = {"channel": Channel.VISIT}
WRITTEN_TO = {"email": "customer@example.com", "language": Language.EN}
NEXT_WEEK = typed_instant(datetime.now(UTC) + timedelta(days=7))


def first_lines(mail: list[str]) -> str:
    return "\n".join(each.splitlines()[0] for each in mail)


def assigned(pages: Pages, reference: str) -> str:
    pages.does("sun", reference, "assign", handler="han")
    return reference


def clocks_on(page: str) -> str:
    return page.partition('id="clocks"')[2].partition("</section>")[0]


def test_what_is_handed_down_runs_on_its_senders_date_until_that_is_answered(
    work: Work, pages: Pages
) -> None:
    """B-06, B-13."""
    due = datetime.now(UTC) + timedelta(days=9)
    handed = {"channel": Channel.TRANSFERRED, "sender": "a bureau", "sender_due_at": due}
    reference = assigned(pages, work.received("sub-branch", **handed))
    clocks = clocks_on(pages.reads("han", reference))
    assert "Reply to the sender" in clocks
    assert typed_instant(due).replace("T", " ") in clocks
    pages.does("han", reference, "reply", letter=SAID)
    pages.does("han", reference, "reply_to_sender", letter="Settled like this.")
    page = pages.reads("han", reference)
    assert " left<" not in clocks_on(page)
    assert "Settled like this." in page


def test_the_date_of_the_sender_is_asked_for_when_it_is_taken_down(
    visit: Visit, sessions: Sessions
) -> None:
    """B-13: refused without, beside the field; what was typed is kept."""
    head = update(UnitRow).where(UnitRow.parent.is_(None))
    with sessions.begin() as session:
        session.execute(head.values(policy="sub-branch"))
    try:
        ines = visit("ines")
        came = {"channel": "transferred", "sender": "The bureau", **FIRST_ASK}
        refused = ines.send("/register", **a_filled_form(ines, **came))
        assert refused.status_code == 422
        assert 'sender_due_at-error"' in refused.text
        assert "The bureau" in refused.text
    finally:
        with sessions.begin() as session:
            session.execute(head.values(policy="head-office"))


@pytest.mark.parametrize("how", ["beyond", "grave"])
def test_the_president_hears_at_once_of_what_cannot_be_handled_or_is_major(
    how: str, work: Work, pages: Pages
) -> None:
    """B-09."""
    reference = assigned(pages, work.received("sub-branch", **VISITED))
    work.post(reference)
    if how == "beyond":
        pages.does("han", reference, "declare_beyond_authority", reason="It is too much for us.")
    else:
        pages.does("han", reference, "flag", mark="grave", note="It is too much for us.")
    assert "A task for you" in first_lines(work.post(reference)["mei"])
    assert "It is too much for us." in pages.reads("mei", reference)


def test_an_opinion_stops_the_clock_and_the_customer_reads_it(work: Work, pages: Pages) -> None:
    """B-10, B-11."""
    taken = {"category": Category.SERVICE_PRODUCT, **VISITED, **WRITTEN_TO}
    reference = assigned(pages, work.received("sub-branch", **taken))
    work.post(reference)
    pages.does("han", reference, "give_opinion", letter="We think the fee is right.")
    letters = work.post(reference)["customer"]
    assert any("We think the fee is right." in each for each in letters)
    page = pages.reads("sun", reference)
    assert " left<" not in clocks_on(page)
    assert "We think the fee is right." in page


def test_a_customer_is_not_sent_to_the_superior_bank(work: Work, pages: Pages) -> None:
    """B-15."""
    reference = assigned(pages, work.received("sub-branch", **VISITED))
    pages.does("han", reference, "reply", letter=SAID)
    said = {"validity": "valid", "responsibility": "bank", "measures": SAID}
    sent = {**said, "disposal": "referred_to_superior"}
    assert "disposal_forbidden" in pages.does_not_do("han", reference, "dispose", **sent)
    pages.does("han", reference, "dispose", **said)


@pytest.mark.parametrize("pack", ["association", "client-management"])
def test_word_on_the_progress_is_told_and_is_due_again(pack: str, work: Work, pages: Pages) -> None:
    """E-03, H-03, H-08."""
    reference = assigned(pages, work.received(pack, **VISITED, **WRITTEN_TO))
    work.post(reference)
    pages.does("han", reference, "tell_status", letter="The part has been ordered.")
    assert any("The part has been ordered." in each for each in work.post(reference)["customer"])
    assert "Word on the progress (2)" in clocks_on(pages.reads("han", reference))


@pytest.mark.parametrize("kind", ["help", "consultation"])
def test_a_wish_is_set_apart_from_complaints_and_answered(
    kind: str, work: Work, pages: Pages
) -> None:
    """F-02, F-03, F-04."""
    reference = work.received("tiered", **VISITED, **WRITTEN_TO)
    work.post(reference)
    pages.does("ines", reference, "treat_as_demand", demand_kind=kind, letter="Ask at counter 3.")
    assert any("Ask at counter 3." in each for each in work.post(reference)["customer"])
    assert "No complaint: a wish or a question" in pages.reads("sun", reference)
    elsewhere = work.received("head-office", **VISITED)
    asked = {"demand_kind": kind, "letter": SAID}
    assert "not_a_demand" in pages.does_not_do("ines", elsewhere, "treat_as_demand", **asked)


@pytest.mark.parametrize("pack", ["tiered", "client-management"])
def test_validity_and_cause_are_said_with_how_it_ended(pack: str, work: Work, pages: Pages) -> None:
    """F-03, H-02."""
    reference = assigned(pages, work.received(pack, **VISITED))
    pages.does("han", reference, "reply", letter=SAID)
    said = {"validity": "valid", "responsibility": "bank", "measures": SAID}
    pages.does("han", reference, "dispose", **said, causes="long_wait_simple")
    page = pages.reads("sun", reference)
    assert "Valid: the facts bear it out" in page
    assert "long wait" in page.partition('id="journal"')[2].lower()


def test_a_promise_beyond_ones_authority_is_not_given(work: Work, pages: Pages) -> None:
    """G-02."""
    reference = assigned(pages, work.received("claims", **VISITED))
    much = {"amount_fen": "1001", "note": SAID}
    assert "beyond_authority" in pages.does_not_do("han", reference, "promise", **much)
    pages.does("han", reference, "promise", amount_fen="1000", note=SAID)
    assert "1,000.00" in pages.reads("sun", reference).partition('id="journal"')[2]


def test_a_plan_names_who_does_what_by_when_and_they_hear_of_it(work: Work, pages: Pages) -> None:
    """H-02, H-03."""
    reference = assigned(pages, work.received("client-management", **VISITED))
    work.post(reference)
    plan: dict[str, Any] = {"person": "hugo", "until_at": NEXT_WEEK}
    pages.does_not_do("han", reference, "make_plan", **plan)
    pages.does("han", reference, "make_plan", **plan, plan="Ask the three tellers.")
    assert reference in first_lines(work.post(reference)["hugo"])
    page = pages.reads("sun", reference)
    assert "Planned date" in clocks_on(page)
    assert "Ask the three tellers." in page
    pages.does("han", reference, "start")


def test_after_the_closing_the_handler_asks_how_satisfied_the_customer_is(
    work: Work, pages: Pages
) -> None:
    """H-04."""
    reference = assigned(pages, work.received("client-management", **VISITED))
    pages.does("han", reference, "reply", letter=SAID)
    said = {"validity": "valid", "responsibility": "bank", "measures": SAID}
    pages.does("han", reference, "dispose", **said, causes="long_wait_simple")
    pages.does("han", reference, "close")
    assert "Ask the customer how satisfied they are" in pages.reads("han", "/tasks")
    pages.does("han", reference, "follow_up", satisfaction="satisfied", note="He laughed.")
    assert reference not in pages.reads("han", "/tasks")
    assert "He laughed." in pages.reads("sun", reference)


def test_an_assessment_lists_justified_complaints_about_persons(
    work: Work, pages: Pages, sessions: Sessions
) -> None:
    """A-10, H-06."""
    complained = {"person_complained_about": "hugo", **VISITED}
    reference = assigned(pages, work.received("client-management", **complained))
    pages.does("han", reference, "reply", letter=SAID)
    said = {"validity": "valid", "responsibility": "bank", "measures": SAID}
    pages.does("han", reference, "dispose", **said, causes="long_wait_simple")
    head = update(UnitRow).where(UnitRow.parent.is_(None))
    long_ago = datetime.now(UTC) - timedelta(days=800)
    with sessions.begin() as session:
        session.execute(update(PolicyVersionRow).values(published_at=long_ago))
        session.execute(head.values(policy="client-management"))
    try:
        month = f"{typed_instant(datetime.now(UTC))[:7]}-01"
        page = pages.reads("hong", f"/reports-owed/harbour-outlet/assessment/{month}")
        assert reference in page
        assert "hugo" in page
    finally:
        with sessions.begin() as session:
            session.execute(head.values(policy="head-office"))
