"""The plan for a go-live, as those meet it who carry it out."""

import re
from datetime import UTC, datetime, timedelta
from secrets import randbelow
from typing import Any
from uuid import uuid4

import pytest

from domain.classification import Category, Channel, Mark, Situation
from domain.complaint import Language
from domain.events import Event
from tests.tasks.pages import SAID, Pages
from tests.tasks.work import FIRST_ASK, Work
from tests.web.browser import Browser, Visit, a_filled_form
from web.kit.forms import typed_instant

GO_LIVE = "go-live"
WRITTEN_TO = {"email": "customer@example.com", "language": Language.EN}
VISITED = {"channel": Channel.VISIT}


def first_lines(mail: list[str]) -> str:
    return "\n".join(each.splitlines()[0] for each in mail)


def assigned(pages: Pages, reference: str) -> str:
    pages.does("sun", reference, "assign", handler="han")
    return reference


def typed_in(browser: Browser, situation: str, **over: str) -> dict[str, str]:
    """The form for receipt, by a customer who has never written before."""
    customer = {**FIRST_ASK, "phone": f"139{randbelow(10**8):08}", "narrative": str(uuid4())}
    return a_filled_form(browser, situation=situation, **{**customer, **over})


def test_while_it_is_in_force_it_holds_for_what_the_go_live_has_caused(
    pages: Pages, visit: Visit
) -> None:
    """D-01, D-21: whoever takes a complaint down says what it is about."""
    ines = visit("ines")
    for situation, policy in (("caused_by_go_live", "Go-live"), ("ordinary", "Head-office")):
        taken = ines.send("/register", **typed_in(ines, situation))
        assert f"<dd>{policy}" in pages.reads("sun", taken.location.rpartition("/")[2])


@pytest.mark.parametrize("empty", FIRST_ASK)
def test_a_first_ask_record_comes_back_until_it_has_all_its_fields(
    empty: str, pages: Pages, visit: Visit
) -> None:
    """D-08: time and unit are always there."""
    ines = visit("ines")
    typed = typed_in(ines, "loss_report")
    refused = ines.send("/register", **{**typed, empty: " "})
    assert refused.status_code == 422
    assert f'{empty}-error"' in refused.text, "said beside its field"
    assert typed["narrative"] in refused.text, "what was typed is kept"
    taken = ines.send("/register", **typed)
    page = pages.reads("sun", taken.location.rpartition("/")[2])
    assert "harbour-outlet" in page
    assert "Received on" in page


def test_the_loop_of_the_first_ask_closes_with_a_record(work: Work, pages: Pages) -> None:
    """D-08: handed over, urged when late, answered, written up, archived."""
    reference = work.received(GO_LIVE, **VISITED)
    pages.does("ines", reference, "assign", handler="han")
    assert reference in first_lines(work.post(reference)["han"])
    work.let_happen(reference, Event.BREACHED, "status.2")
    assert "is overdue" in first_lines(work.post(reference)["ines"])
    pages.does("ines", reference, "urge")
    assert set(work.post(reference)) == {"han"}
    pages.does("ines", reference, "urge")
    assert set(work.post(reference)) == {"han", "sun"}, "the head of the handler too"
    pages.does("han", reference, "reply", letter="The machine is mended.")
    assert "A task for you" in first_lines(work.post(reference)["ines"])
    assert reference in pages.reads("ines", "/tasks")
    assert "The machine is mended." in pages.reads("ines", reference)
    record = {"task": "first-ask-record", "note": "Came at nine, settled at two."}
    pages.does("ines", reference, "finish_task", **record)
    assert reference not in pages.reads("ines", "/tasks")
    assert "Came at nine, settled at two." in pages.reads("sun", reference)


@pytest.mark.parametrize("mark", [Mark.REPEAT, Mark.SKIP_LEVEL, Mark.GRAVE])
def test_what_goes_to_the_province_is_told_to_its_group_at_once(
    mark: Mark, work: Work, pages: Pages
) -> None:
    """D-13, D-14, D-29."""
    reference = work.received(GO_LIVE, **VISITED)
    work.post(reference)
    pages.does("sun", reference, "flag", mark=mark, note="the second time")
    assert "A task for you" in first_lines(work.post(reference)["pia"])
    assert "the second time" in pages.reads("pia", reference)


def test_three_persons_with_one_issue_are_a_group_for_the_province(
    work: Work, pages: Pages
) -> None:
    """D-14."""
    first, *others = (work.received(GO_LIVE, **VISITED) for _ in range(3))
    pages.does("ines", first, "link", reference=others[0])
    assert first not in pages.reads("pia", "/tasks")
    pages.does("ines", first, "link", reference=others[1])
    assert "A task for you" in first_lines(work.post(first)["pia"])
    page = pages.reads("sun", first)
    assert all(each in page for each in others)


def test_the_customer_hears_how_it_stands_and_the_clock_says_so(work: Work, pages: Pages) -> None:
    """D-16."""
    reference = assigned(pages, work.received(GO_LIVE, **VISITED, **WRITTEN_TO))
    pages.does("han", reference, "go_on_site")
    pages.does("han", reference, "tell_status", letter="We are looking for the part.")
    assert any("We are looking for the part." in each for each in work.post(reference)["customer"])
    clocks = pages.reads("han", reference).partition('id="clocks"')[2].partition("</section>")[0]
    assert clocks.count(" left<") == 1, "the result is still to be reported"


def test_a_promised_time_is_told_and_has_a_clock(work: Work, pages: Pages) -> None:
    """D-17, D-22."""
    reference = work.received(
        GO_LIVE, situation=Situation.CAUSED_BY_GO_LIVE, **VISITED, **WRITTEN_TO
    )
    assigned(pages, reference)
    work.post(reference)
    until = typed_instant(datetime.now(UTC) + timedelta(hours=7))
    pages.does("han", reference, "commit", until_at=until, reason="the night run")
    (letter,) = work.post(reference)["customer"]
    assert until[:10] in letter
    assert "Promised date" in pages.reads("han", reference)


def test_a_loss_reported_by_word_of_mouth_is_warned_of_and_filed(work: Work, pages: Pages) -> None:
    """D-18, D-23."""
    lost = {"situation": Situation.LOSS_REPORT, **VISITED, **WRITTEN_TO}
    reference = work.received(GO_LIVE, **lost)
    pages.does("ines", reference, "report_loss")
    assert "Formal loss report" in pages.reads("sun", reference)
    work.let_happen(reference, Event.BREACHED, "loss-report")
    assert "Something to do before" in first_lines(work.post(reference)["customer"])
    assert "has lapsed" in pages.reads("sun", "/tasks")
    filed = work.received(GO_LIVE, **lost)
    pages.does("ines", filed, "report_loss")
    pages.does("ines", filed, "file_loss")
    clocks = pages.reads("sun", filed).partition('id="clocks"')[2]
    assert "done" in clocks.partition("Formal loss report")[2][:900]


@pytest.mark.parametrize(("tier", "yuan"), [("ordinary", 5_000), ("vip", 10_000)])
def test_emergency_cash_is_paid_up_to_the_limit_of_the_customer(
    tier: str, yuan: int, work: Work, pages: Pages
) -> None:
    """D-24."""
    reference = work.received(GO_LIVE, situation=Situation.URGENT_CASH, **VISITED)
    assigned(pages, reference)
    cash = {"tier": tier, "note": "for the hospital"}
    too_much = str(yuan + 1)
    pages.does_not_do("han", reference, "pay_emergency_cash", **cash, amount_fen=too_much)
    pages.does("han", reference, "pay_emergency_cash", **cash, amount_fen=str(yuan))
    pages.does_not_do("han", reference, "pay_emergency_cash", **cash, amount_fen="1")
    assert f"{yuan:,}.00" in pages.reads("sun", reference)


@pytest.mark.parametrize("fault", ["bank", "not_bank", "both"])
def test_whose_fault_it_was_is_said_and_stands_on_the_page(
    fault: str, work: Work, pages: Pages
) -> None:
    """D-20."""
    reference = assigned(pages, work.received(GO_LIVE, **VISITED))
    pages.does("han", reference, "reply", letter=SAID)
    said = {"validity": "valid", "responsibility": fault, "measures": SAID}
    pages.does("han", reference, "dispose", **said)
    words = {"bank": "The bank's fault", "not_bank": "Not the bank's fault", "both": "Both sides"}
    assert words[fault] in pages.reads("sun", reference)


def test_anybody_calls_security_when_a_crowd_gathers(work: Work, pages: Pages) -> None:
    """D-31: nobody holds the office here, so it goes up and human resources hear."""
    reference = assigned(pages, work.received(GO_LIVE, **VISITED))
    work.post(reference)
    pages.does("han", reference, "flag", mark="crowd_or_violence", note="thirty at the door")
    post = work.post(reference)
    assert any("nobody holds an office" in each for each in post["hong"])
    assert "Go there at once" in pages.reads("sun", "/tasks")
    assert "thirty at the door" in pages.reads("sun", reference)


def test_a_negative_report_reaches_the_groups_of_city_and_province(
    work: Work, pages: Pages
) -> None:
    """D-34."""
    reference = work.received(GO_LIVE, **VISITED)
    pages.does("han", reference, "report_media", reach="local", note="it stands in the paper")
    post = work.post(reference)
    for who in ("max", "mona"):
        assert "A task for you" in first_lines(post[who])
        assert "it stands in the paper" in pages.reads(who, reference)
    refused = pages.does_not_do("mona", reference, "comment_to_media", statement="No comment.")
    assert "(rule D-34)" in refused


@pytest.mark.parametrize("who", ["ines", "han", "sun"])
def test_anybody_says_that_a_customer_left_angry_and_both_groups_hear(
    who: str, work: Work, pages: Pages
) -> None:
    """D-34."""
    reference = assigned(pages, work.received(GO_LIVE, **VISITED))
    work.post(reference)
    pages.does(who, reference, "flag", mark="left_angry", note="he will write to the paper")
    assert "A task for you" in first_lines(work.post(reference)["pia"])
    assert reference in pages.reads("pia", "/tasks")
    assert "he will write to the paper" in pages.reads("pia", reference)


CASES: tuple[dict[str, Any], ...] = (
    {},
    {"beyond": True},
    {"marks": (Mark.REPEAT,)},
    {"channel": Channel.MEDIA},
)
"""Solved at the outlet; reached the branch; came back; came from outside."""


def test_a_report_counts_each_complaint_as_the_plan_says(
    work: Work, pages: Pages, visit: Visit
) -> None:
    """D-12, D-19: the figures of the report of the day, before and after."""
    day = f"/reports-owed/harbour-outlet/daily-report/{typed_instant(datetime.now(UTC))[:10]}"
    before = counted_in(visit("hong").get(day).text)
    for case in CASES:
        taken = {"category": Category.WORK_ERROR, **VISITED, **case}
        beyond = taken.pop("beyond", False)
        reference = work.received(GO_LIVE, **taken)
        assigned(pages, reference)
        if beyond:
            pages.does("han", reference, "declare_beyond_authority", reason=SAID)
        pages.does("han", reference, "reply", letter=SAID)
        pages.does("han", reference, "report_result", report=SAID)
    dragging = work.received(GO_LIVE, **VISITED)
    work.let_happen(dragging, Event.BREACHED, "report")
    after = counted_in(visit("hong").get(day).text)
    assert [after[each] - before[each] for each in after] == [1, 1, 3]


def counted_in(page: str) -> dict[str, int]:
    """The figures of a report by how its complaints count."""
    words = (
        "Not counted: solved by the outlet itself",
        "Counted as a consultation",
        "Counted as a complaint",
    )
    rows = (re.search(rf'<th scope="row">{each}</th><td>(\d+)</td>', page) for each in words)
    return {word: int(row[1]) for word, row in zip(words, rows, strict=True) if row}
