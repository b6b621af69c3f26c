"""What somebody reads of a complaint before they open it, and first when they have."""

import re
from datetime import UTC, datetime, timedelta
from itertools import chain, count, takewhile

from domain.classification import Channel
from domain.events import Event
from tests.tasks.pages import SAID, Pages
from tests.tasks.work import Work
from tests.web.browser import Visit
from tests.web.seen import Page, tree_of, words_of
from web.kit.forms import typed_instant

ABOUT = "The heron in the vault"
EXPLAINED = "See that the delay is explained to sender and customer"


def late(work: Work, pages: Pages) -> str:
    """A complaint whose reply is late, which the supervisor must see to."""
    reference = work.received("head-office", channel=Channel.PHONE, subject=ABOUT)
    pages.does("sun", reference, "assign", handler="han")
    work.let_happen(reference, Event.BREACHED, "reply")
    return reference


def first_on(page: Page) -> str:
    return page.words.partition("For you to do:")[2].partition("If nobody acts:")[0]


def test_whoever_owes_a_task_reads_it_first_on_the_page_of_its_case(
    work: Work, pages: Pages, visit: Visit
) -> None:
    reference = late(work, pages)
    page = Page(visit("sun").get(f"/cases/{reference}"))
    assert EXPLAINED in first_on(page)
    assert page.link(EXPLAINED) == "#act-explain_overrun", "to the form by which it ends"
    assert EXPLAINED not in first_on(Page(visit("hong").get(f"/cases/{reference}")))


def test_what_the_handler_is_to_do_next_is_told_to_nobody_else(
    work: Work, pages: Pages, visit: Visit
) -> None:
    reference = work.received("head-office", channel=Channel.PHONE)
    pages.does("sun", reference, "assign", handler="han")
    assert "Start the work" in first_on(Page(visit("han").get(f"/cases/{reference}")))
    above = Page(visit("sun").get(f"/cases/{reference}"))
    assert "Nothing for you: han has it in hand." in above.words
    assert above.offers("Start the work"), "who may do it all the same finds it below"


def test_whoever_replies_is_led_to_the_letter_that_is_the_reply(
    work: Work, pages: Pages, visit: Visit
) -> None:
    reference = work.received("head-office", channel=Channel.PHONE)
    pages.does("sun", reference, "assign", handler="han")
    han = visit("han")
    letter = Page(han.get(f"/cases/{reference}")).link(
        "As a letter, filled from the case: Our answer to your complaint"
    )
    assert "Our answer to your complaint" in Page(han.get(letter)).heading


def test_only_who_has_a_case_in_hand_can_be_urged_where_somebody_waits(
    work: Work, pages: Pages, visit: Visit
) -> None:
    reference = late(work, pages)
    hong, between = visit("hong"), "/supervision/waits/between?by=redress&of=sun"
    pages_of_it = (tree_of(hong.get(f"{between}&page={number}")) for number in count(1))
    rows = chain.from_iterable(takewhile(bool, ([*each.iter("tr")] for each in pages_of_it)))
    row = next(e for e in rows if EXPLAINED in words_of(e) and reference in words_of(e))
    assert "Urge the handler" not in words_of(row)
    links = {words_of(each): each.get("href") for each in row.iter("a")}
    assert links[f"See the task {reference}"] == f"/cases/{reference}#tasks"


def test_a_task_says_what_the_complaint_is_about_to_whoever_may_read_that(
    work: Work, pages: Pages, visit: Visit
) -> None:
    reference = late(work, pages)
    assert f"{reference} {ABOUT}" in Page(visit("sun").get("/tasks")).words
    listed = visit("hong").get("/tasks").text
    assert reference in listed
    assert ABOUT not in listed, "human resources read no words"


def test_who_decides_on_a_later_date_reads_the_one_that_holds_and_what_it_is_about(
    work: Work, pages: Pages, visit: Visit
) -> None:
    reference = late(work, pages)
    why = {"overrun": "reply", "reason": SAID, "letter": "Please bear with us."}
    pages.does("han", reference, "explain_overrun", **why)
    later = typed_instant(datetime.now(UTC) + timedelta(days=20))
    pages.asks_a_second("han", reference, "extend", clock="reply", until_at=later, reason=SAID)
    due = next(clock.due_at for clock in work.clocks(reference) if clock.key == "reply")
    assert due is not None
    asked = visit("sun").get("/approvals").text
    about = asked.partition(reference)[2].partition("</dl>")[0]
    assert ABOUT in about
    assert f'datetime="{due.isoformat()}"' in about.partition("Due so far")[2]


def test_chinese_sentences_have_the_marks_of_chinese(
    work: Work, pages: Pages, visit: Visit
) -> None:
    reference = late(work, pages)
    tess = visit("tess")
    tess.send("/language", language="zh")
    try:
        for address in ("/tasks", f"/cases/{reference}", "/assessment", "/reports"):
            said = Page(tess.get(address)).words
            assert re.findall(r"[一-鿿] ?[.;,](?![\w.])", said) == [], address
            assert re.findall(r"[一-鿿] ?[(][一-鿿]", said) == [], address
    finally:
        tess.send("/language", language="en")
