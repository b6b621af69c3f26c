"""The procedures of the head office's measure, as those meet them who carry them out."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from domain.classification import Category, Channel, Mark
from domain.complaint import Language
from domain.events import Event
from tests.tasks.pages import SAID, Pages
from tests.tasks.work import Work
from tests.web.browser import Visit
from web.kit.forms import typed_instant

HEAD_OFFICE = "head-office"

ELEMENTS = {
    "findings": "He was sent away at ten to five.",
    "persons": "The teller is spoken to.",
    "lessons": "Doors close at five.",
    "satisfaction": "satisfied",
    "handled_at": typed_instant(datetime.now(UTC)),
    "handler_name": "Han",
    "handler_phone": "100",
}
"""What a reply holds beside the letter (A-53)."""
LETTER = {"letter": "We are sorry."}
SETTLED = {"validity": "valid", "responsibility": "bank", "measures": SAID}
WRITTEN_TO = {"email": "customer@example.com", "language": Language.EN}
HANDED_DOWN = {"channel": Channel.TRANSFERRED, "sender": "a bureau"}


def assigned(pages: Pages, reference: str, handler: str = "han") -> str:
    pages.does("sun", reference, "assign", handler=handler)
    return reference


def answered(pages: Pages, reference: str) -> str:
    pages.does("han", reference, "reply", **ELEMENTS, **LETTER)
    return reference


def first_lines(mail: list[str]) -> str:
    return "\n".join(each.splitlines()[0] for each in mail)


def test_a_unit_hears_of_what_is_sent_to_it(work: Work, pages: Pages) -> None:
    """A-12, A-13, A-22."""
    reference = work.received(HEAD_OFFICE, unit="hotline")
    pages.does("ines", reference, "forward", unit="harbour-outlet", note="the slip")
    assert f"{reference} has been sent to your unit" in first_lines(work.post(reference)["sun"])
    assert reference in pages.reads("sun", "/inbox")
    assert "the slip" in pages.reads("sun", reference)


def test_who_heard_it_first_urges_the_handler_and_then_the_head(work: Work, pages: Pages) -> None:
    """A-12, D-08."""
    reference = assigned(pages, work.received(HEAD_OFFICE))
    work.post(reference)
    pages.does("ines", reference, "urge")
    assert set(work.post(reference)) == {"han"}
    pages.does("ines", reference, "urge")
    assert set(work.post(reference)) == {"han", "sun"}


def test_the_sender_is_answered_by_somebody(work: Work, pages: Pages) -> None:
    """A-15, A-33, A-39: until then the time runs on, and nothing is settled."""
    reference = assigned(pages, work.received(HEAD_OFFICE, **HANDED_DOWN))
    answered(pages, reference)
    assert "left" in clocks_on(pages.reads("han", reference))
    assert "sender" in pages.does_not_do("han", reference, "dispose", **SETTLED)
    pages.does("han", reference, "reply_to_sender", letter="It is settled like this.")
    page = pages.reads("sun", reference)
    assert "left" not in clocks_on(page)
    assert "It is settled like this." in page
    told = pages.reads("han", "/inbox")
    assert reference in told.partition("To be told by you")[2], "a bureau has no address here"


def clocks_on(page: str) -> str:
    return page.partition('id="clocks"')[2].partition("</section>")[0]


def test_an_answered_case_is_late_no_more(work: Work, pages: Pages) -> None:
    """A-33."""
    reference = answered(pages, assigned(pages, work.received(HEAD_OFFICE, channel=Channel.PHONE)))
    clocks = clocks_on(pages.reads("han", reference))
    assert "done" in clocks
    assert "left" not in clocks


@pytest.mark.parametrize(
    ("channel", "who"), [(Channel.PHONE, "ines"), (Channel.VISIT, "una"), (Channel.LETTER, "una")]
)
def test_whoever_received_it_hears_of_the_answer_and_reads_it(
    channel: Channel, who: str, work: Work, pages: Pages
) -> None:
    """A-22, A-28, A-29."""
    reference = answered(pages, assigned(pages, work.received(HEAD_OFFICE, channel=channel)))
    told = "The customer has been answered; the result stands on the page of the case"
    assert any(told in each for each in work.post(reference)[who])
    assert ELEMENTS["findings"] in pages.reads(who, reference)


@pytest.mark.parametrize(
    "trigger",
    [
        {"amount_fen": 50_001_00},
        {"marks": (Mark.WELL_KNOWN_PERSON,)},
        {"marks": (Mark.HOT_TOPIC,)},
        {"marks": (Mark.REPUTATION,)},
    ],
)
def test_a_call_is_major_by_each_of_four_signs_and_waits_for_its_recording(
    trigger: dict[str, Any], work: Work, pages: Pages
) -> None:
    """A-23."""
    called = {"channel": Channel.PHONE, "unit": "hotline"}
    usual = work.received(HEAD_OFFICE, **called, amount_fen=50_000_00)
    assert "tone-major" not in pages.reads("ines", usual)
    assert pages.offers("ines", usual, "forward")
    reference = work.received(HEAD_OFFICE, **called, **trigger)
    assert "tone-major" in pages.reads("ines", reference)
    forward = {"unit": "harbour-outlet"}
    assert "(rule A-23)" in pages.does_not_do("ines", reference, "forward", **forward)
    pages.does("ines", reference, "review_recording")
    pages.does("ines", reference, "forward", **forward)


def test_what_stands_in_the_opinion_book_is_answered_in_words_or_by_hand(
    work: Work, pages: Pages
) -> None:
    """A-26: who left no address is told by a person, who says so."""
    reference = work.received(HEAD_OFFICE, channel=Channel.OPINION_BOOK)
    answered(pages, assigned(pages, reference))
    assert reference in pages.reads("han", "/inbox").partition("To be told by you")[2]


@pytest.mark.parametrize(
    "came", [{"channel": Channel.VISIT}, {"channel": Channel.LETTER}, HANDED_DOWN]
)
def test_the_union_sends_on_what_is_its_own(came: dict[str, Any], work: Work, pages: Pages) -> None:
    """A-28, A-29, A-31, A-32: from its page of tasks, at once."""
    reference = work.received(HEAD_OFFICE, **came)
    assert f"/cases/{reference}?act=forward#act-forward" in pages.reads("una", "/tasks")
    pages.does("una", reference, "forward", unit="station-outlet", note="with the slip")
    assert reference not in pages.reads("una", "/tasks")
    assert f"{reference} has been sent to your unit" in first_lines(work.post(reference)["stan"])


def test_the_press_is_told_nothing_without_a_leader_at_tier_two(work: Work, pages: Pages) -> None:
    """A-30, A-48."""
    reference = work.received(HEAD_OFFICE)
    pages.does("han", reference, "report_media", reach="local", note="a reporter has called")
    assert "A task for you" in first_lines(work.post(reference)["max"])
    assert "a reporter has called" in pages.reads("max", reference)
    word = {"statement": "We look into it."}
    assert "(rule A-48)" in pages.does_not_do("max", reference, "comment_to_media", **word)
    pages.does_not_do("mei", reference, "consent_to_comment")
    pages.does("leo", reference, "consent_to_comment")
    pages.does("max", reference, "comment_to_media", **word)
    assert "We look into it." in pages.reads("sun", reference)


@pytest.mark.parametrize("reach", ["provincial", "central"])
def test_provincial_media_reach_both_offices_and_a_silent_one_climbs(
    reach: str, work: Work, pages: Pages, visit: Visit
) -> None:
    """A-49."""
    reference = work.received(HEAD_OFFICE)
    pages.does("han", reference, "report_media", reach=reach, note="a sign of it on the web")
    post = work.post(reference)
    for who in ("mona", "mark"):
        assert "A task for you" in first_lines(post[who])
        assert reference in pages.reads(who, "/tasks")
    told = {"task": "media-tier-1", "note": SAID}
    assert pages.does_not_do("mona", reference, "finish_task", **told), "to whom, and what?"
    task = next(each for each in work.case(reference).tasks if each.name == "media-tier-1")
    work.let_happen(reference, Event.BREACHED, task.key)
    assert "escalated to you" in first_lines(work.post(reference)["tess"])
    pages.does("mona", reference, "finish_task", **told, told="mark, by telephone")
    assert "mark, by telephone" in pages.reads("mark", reference)


def test_a_delay_is_explained_to_receiver_and_customer_before_a_later_date(
    work: Work, pages: Pages
) -> None:
    """A-37."""
    reference = work.received(HEAD_OFFICE, channel=Channel.PHONE, **WRITTEN_TO)
    assigned(pages, reference)
    later = {
        "clock": "reply",
        "until_at": typed_instant(datetime.now(UTC) + timedelta(days=20)),
        "reason": SAID,
    }
    assert "(rule A-37)" in pages.does_not_do("han", reference, "extend", **later)
    work.let_happen(reference, Event.BREACHED, "reply")
    assert reference in pages.reads("sun", "/tasks"), "who sees that it is explained"
    work.post(reference)
    why = {"overrun": "reply", "reason": "The recording is in another town."}
    assert pages.does_not_do("han", reference, "explain_overrun", **why), "nothing for the customer"
    pages.does("han", reference, "explain_overrun", **why, letter="Please bear with us.")
    post = work.post(reference)
    assert any("The recording is in another town." in each for each in post["ines"])
    assert any("Please bear with us." in each for each in post["customer"])
    assert not any("The recording is in another town." in each for each in post["customer"])
    assert reference not in pages.reads("sun", "/tasks")
    pages.asks_a_second("han", reference, "extend", **later)
    pages.agrees("sun", reference)
    assert "More time for your complaint" in first_lines(work.post(reference)["customer"])
    assert "Extended to" in clocks_on(pages.reads("han", reference))


def test_a_reply_that_lacks_an_element_comes_back_with_all_that_was_typed(
    work: Work, pages: Pages
) -> None:
    """A-40, A-53."""
    reference = assigned(pages, work.received(HEAD_OFFICE))
    for missing in ELEMENTS:
        typed = {name: said for name, said in ELEMENTS.items() if name != missing} | LETTER
        page = pages.does_not_do("han", reference, "reply", **typed)
        assert f'{missing}-error"' in page, "said beside its field"
        assert all(said in page for said in typed.values())
    answered(pages, reference)
    page = pages.reads("sun", reference)
    for said in ("He was sent away at ten to five.", "The teller is spoken to.", "Doors close"):
        assert said in page


def test_nothing_is_made_good_beyond_the_authority_of_the_unit(work: Work, pages: Pages) -> None:
    """A-40."""
    reference = answered(pages, assigned(pages, work.received(HEAD_OFFICE)))
    pages.does_not_do("han", reference, "dispose", **SETTLED, redress_fen="1001")
    pages.does("han", reference, "dispose", **SETTLED, redress_fen="1000")
    assert "1,000.00" in pages.reads("sun", reference)


def test_a_crime_is_hidden_from_the_unit_and_is_the_supervision_departments(
    work: Work, pages: Pages
) -> None:
    """A-19, A-43."""
    reference = work.received(HEAD_OFFICE, category=Category.FINANCIAL_CRIME)
    for who in ("han", "sun", "mei"):
        assert not pages.is_there(who, reference)
    assert "A task for you" in first_lines(work.post(reference)["dora"])
    assert reference in pages.reads("dora", "/tasks")


@pytest.mark.parametrize("kind", ["well_meant", "malicious"])
def test_an_anonymous_complaint_is_filed_with_findings_and_measures(
    kind: str, work: Work, pages: Pages
) -> None:
    """A-44, A-45."""
    reference = work.received(HEAD_OFFICE, category=Category.ANONYMOUS, name="", phone="")
    assigned(pages, reference)
    filed = {
        "anonymous": kind,
        "validity": "valid",
        "responsibility": "bank",
        "findings": "It is as they write.",
        "measures": "The lamp is mended.",
        "note": "Folder 7",
    }
    for missing in ("findings", "measures", "note"):
        pages.does_not_do("han", reference, "file_anonymous", **{**filed, missing: ""})
    pages.does("han", reference, "file_anonymous", **filed)
    assert "left" not in clocks_on(pages.reads("han", reference))
    page = pages.reads("una", reference)
    for said in ("It is as they write.", "The lamp is mended.", "Folder 7"):
        assert said in page


@pytest.mark.parametrize(
    ("fault", "said"), [("bank", "The bank's fault"), ("not_bank", "Not the bank's fault")]
)
def test_a_repeat_is_verified_anew_and_answered_anew_and_referred_up(
    fault: str, said: str, work: Work, pages: Pages
) -> None:
    """A-51."""
    reference = assigned(pages, work.received(HEAD_OFFICE, **WRITTEN_TO))
    assert "not_a_repeat" in pages.does_not_do("han", reference, "refer_up", reason=SAID)
    pages.does("sun", reference, "flag", mark="repeat", note="The first answer was too short.")
    again = pages.does_not_do("han", reference, "reply", **ELEMENTS, **LETTER)
    assert "(rule A-51)" in again
    pages.does("han", reference, "reverify", findings="The second teller says so too.")
    work.post(reference)
    answered(pages, reference)
    assert any(LETTER["letter"] in each for each in work.post(reference)["customer"])
    pages.does("han", reference, "refer_up", reason="She does not believe the clock.")
    assert "A task for you" in first_lines(work.post(reference)["line"])
    page = pages.reads("line", reference)
    for read in ("The second teller says so too.", "She does not believe the clock."):
        assert read in page
    pages.does("han", reference, "dispose", **{**SETTLED, "responsibility": fault})
    page = pages.reads("sun", reference)
    assert f"<dd>{said}" in page
    assert ELEMENTS["persons"] in page


def test_a_free_withdrawal_is_archived_with_its_reason_and_the_customer_hears(
    work: Work, pages: Pages
) -> None:
    """A-52."""
    reference = work.received(HEAD_OFFICE, channel=Channel.PHONE, **WRITTEN_TO)
    free = {"withdrawal": "voluntary"}
    assert pages.does_not_do("ines", reference, "withdraw", **free), "why?"
    pages.asks_a_second("ines", reference, "withdraw", **free, reason="He found his card.")
    pages.agrees("sun", reference)
    assert "withdrawn" in first_lines(work.post(reference)["customer"]).lower()
    pages.does("sun", reference, "close")
    page = pages.reads("ines", reference)
    assert "He found his card." in page
    assert "Closed" in page
    assert reference not in pages.reads("mei", "/tasks")


def test_a_pressed_withdrawal_ends_nothing_until_it_is_dealt_with(work: Work, pages: Pages) -> None:
    """A-52."""
    reference = work.received(HEAD_OFFICE, channel=Channel.PHONE, **WRITTEN_TO)
    pages.does("ines", reference, "withdraw", withdrawal="coerced", reason="He was rung up.")
    post = work.post(reference)
    assert "A task for you" in first_lines(post["mei"])
    assert "withdrawn" not in first_lines(post.get("customer", [])).lower()
    answered(pages, assigned(pages, reference))
    pages.does("han", reference, "dispose", **SETTLED)
    assert "Deal severely" in pages.does_not_do("han", reference, "close")
    dealt = {"task": "coerced-withdrawal", "note": SAID}
    pages.does_not_do("mei", reference, "finish_task", **dealt)
    pages.does("mei", reference, "finish_task", **dealt, persons="The teller is warned.")
    pages.does("han", reference, "close")
    assert "The teller is warned." in pages.reads("sun", reference)
