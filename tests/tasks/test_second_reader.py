"""A letter that a second person reads before it goes out, where the pack wants it: handed over by
whoever wrote it, agreed to or sent back with words, and never read by its author."""

import re
from datetime import datetime, timedelta, tzinfo
from html import unescape

import pytest
from sqlalchemy import select

from domain.acts import Assign, Reply
from domain.case import Status
from domain.classification import Level
from domain.errors import Refusal
from domain.letters import LetterWay
from store.cases import approved_acts
from store.database import Sessions
from store.tables import ApprovalRow, NoticeRow
from tests.mail_sink import ACCEPT, UNKNOWN, MailSink
from tests.second_readers import READ_BY_TWO, publish_read_by_two
from tests.tasks.letters import (
    DECIDED,
    FINAL,
    FOUND,
    INSIDE,
    Letters,
    entry,
    in_stans_hands,
    plain,
    stands_in,
)
from tests.tasks.work import Work
from tests.web.browser import Browser, Visit
from tests.web.seen import Page

WHY = "Say by when the money is back."


@pytest.fixture(scope="module", autouse=True)
def answers_are_read_by_two(sessions: Sessions, tmp_path_factory: pytest.TempPathFactory) -> None:
    with sessions.begin() as session:
        publish_read_by_two(session, tmp_path_factory.mktemp("policies"))


@pytest.fixture
def reference(work: Work) -> str:
    return in_stans_hands(work, READ_BY_TWO)


def card_of(browser: Browser, reference: str) -> str:
    """What waits under "Approvals" about a case; nothing when nothing does."""
    cards = unescape(browser.get("/approvals").text).split("<section")[1:]
    return next((each for each in cards if reference in each), "")


def says(browser: Browser, reference: str, outcome: str, why: str = "") -> int:
    """Decide on what waits about a case; the status of the answer."""
    found = re.search(r'action="(/approvals/[^"]+)"', card_of(browser, reference))
    assert found is not None
    return browser.send(found[1], outcome=outcome, why=why).status_code


def handed_over(letters: Letters, reference: str, **over: str) -> str:
    """A letter that lies with a second reader; the page where it lies."""
    page = letters.keeps(reference, "final-reply", **{**FINAL, **over})
    status, answer = letters.sends(page, way="mail", **INSIDE)
    assert status == 302, answer.text
    return page


def test_what_is_handed_over_stays_in_the_bank_until_it_is_read(
    letters: Letters, reference: str, work: Work, visit: Visit, sessions: Sessions
) -> None:
    letters.posts(reference)
    page = letters.keeps(reference, "final-reply", **FINAL)
    before = Page(letters.browser.get(page))
    assert "wants a second person to read this letter first" in before.words
    assert before.offers("Hand it to a second reader")
    assert not before.offers("Send the letter")
    letters.sends(page, way="mail", **INSIDE)
    assert work.case(reference).status is Status.ASSIGNED
    assert letters.posts(reference) == []
    waits = Page(letters.browser.get(page))
    assert "It is with a second reader, and goes out when they agree." in waits.words
    assert not waits.offers("Hand it to a second reader"), "not twice"

    card = card_of(visit("sun"), reference)
    sheet = re.sub(r"<[^>]+>", "", card.partition('<article class="letter-sheet"')[2])
    for text in (FOUND, DECIDED, reference, "投诉处理结果答复书", "尊敬的客户"):
        assert plain(text) in plain(sheet)
    assert "version 1" in card
    assert INSIDE["persons"] in card, "they read what stays in the bank too"
    told = select(NoticeRow.recipient).where(
        NoticeRow.reference == reference, NoticeRow.about == "second_person_asked"
    )
    with sessions() as session:
        assert session.scalars(told).all() == ["sun"]
    line = visit("sun").get("/inbox").text.partition("Something waits for a second person")[2]
    assert 'href="/approvals"' in line.partition("</li>")[0], "where it is decided on"


def test_it_goes_out_when_it_is_agreed_to_and_the_journal_names_both(
    letters: Letters, reference: str, work: Work, visit: Visit, sessions: Sessions
) -> None:
    letters.posts(reference)
    page = handed_over(letters, reference)
    assert says(visit("sun"), reference, "approved") == 302
    work.carry_out_what_waits(reference)
    assert work.case(reference).status is Status.REPLIED
    assert next(e for e in work.clocks(reference) if e.key == "reply").stopped_at is not None
    replied, kept = (entry(sessions, reference, each) for each in ("replied", "letter_written"))
    assert (replied.by, replied.facts["approved_by"]) == ("stan", "sun")
    assert replied.facts["enclosed"] == kept.facts["digest"]
    [mail] = [each for each in letters.posts(reference) if list(each.iter_attachments())]
    body = mail.get_body()
    assert body is not None
    assert DECIDED in body.get_content()
    assert "sun" not in body.get_content().split(), "who read it is the bank's own affair"
    assert "read before by" in Page(letters.browser.get(page)).words


@pytest.mark.parametrize("outcome", ["approved", "declined"])
def test_a_second_click_of_its_reader_is_answered_like_the_first(
    letters: Letters, reference: str, work: Work, visit: Visit, outcome: str
) -> None:
    letters.posts(reference)
    handed_over(letters, reference)
    reader = visit("sun")
    found = re.search(r'action="(/approvals/[^"]+)"', card_of(reader, reference))
    assert found is not None
    for _click in range(2):
        assert reader.send(found[1], outcome=outcome, why="As I read it.").status_code == 302
        said = Page(reader.get("/approvals")).words
        assert ("Agreed" if outcome == "approved" else "Sent back.") in said
    work.carry_out_what_waits(reference)
    gone = [each for each in letters.posts(reference) if list(each.iter_attachments())]
    assert len(gone) == (outcome == "approved")


def test_sent_back_its_author_reads_why_and_hands_over_a_new_version(
    letters: Letters, reference: str, work: Work, visit: Visit
) -> None:
    page = handed_over(letters, reference)
    sun = visit("sun")
    assert says(sun, reference, "declined") == 422, "not without a word why"
    assert says(sun, reference, "declined", WHY) == 302
    assert work.case(reference).status is Status.ASSIGNED
    assert WHY in card_of(letters.browser, reference)
    shown = Page(letters.browser.get(page))
    assert f"has sent it back. Reason: {WHY}" in shown.words
    follow = shown.link("Go on from here, as a new version")
    url = follow.partition("?")[0]
    form = stands_in(letters.browser.get(follow), url)
    assert form["result"] == DECIDED
    second = letters.browser.send(
        url, **{**form, "result": f"{DECIDED}三日内到账。", "keep": "yes"}
    )
    assert second.status_code == 302
    work.carry_out_what_waits(reference)
    inside = stands_in(letters.browser.get(second.location), f"{second.location}/dispatches")
    assert inside["persons"] == INSIDE["persons"], "nobody types again what was not wrong"
    letters.sends(second.location, way="mail", **INSIDE)
    card = card_of(sun, reference)
    assert "version 2" in card
    assert "三日内到账" in card
    assert says(sun, reference, "approved") == 302
    work.carry_out_what_waits(reference)
    assert work.case(reference).status is Status.REPLIED


def test_nobody_reads_their_own_and_only_the_author_hands_it_over(
    letters: Letters, reference: str, visit: Visit, work: Work
) -> None:
    page = handed_over(letters, reference)
    own = card_of(letters.browser, reference)
    assert "Take the request back" in own
    assert "Agree, and let it go out" not in own
    assert "goes out when you agree" not in own, "that is for whoever decides"
    assert says(letters.browser, reference, "approved") == 409
    assert work.case(reference).status is Status.ASSIGNED
    assert says(letters.browser, reference, "taken_back") == 302
    sun = visit("sun")
    shown = Page(sun.get(page))
    assert not shown.offers("Hand it to a second reader")
    assert "whoever wrote it hands it to them" in shown.words
    theirs = Letters(*letters.of_the_bank, sun)
    status, answer = theirs.sends(page, way="mail", **INSIDE)
    assert status == 409
    assert "keep it as a version of your own" in answer.text


def test_no_door_sends_it_unread(
    letters: Letters, reference: str, work: Work, sessions: Sessions
) -> None:
    letters.keeps(reference, "final-reply", **FINAL)
    digest = entry(sessions, reference, "letter_written").facts["digest"]
    sent = Reply(enclosed=digest, way=LetterWay.MAIL)
    assert work.refused(reference, sent, "stan").code is Refusal.TAKES_TWO
    pretended = Reply(enclosed=digest, way=LetterWay.MAIL, approved_by="sun")
    assert work.refused(reference, pretended, "stan").code is Refusal.TAKES_TWO
    without_file = work.refused(reference, Reply(), "stan")
    assert without_file.code is Refusal.TAKES_TWO, "the same words are read without a file too"


def test_what_lacks_something_is_handed_to_nobody(
    letters: Letters, reference: str, sessions: Sessions
) -> None:
    page = letters.keeps(reference, "final-reply", result=DECIDED)
    assert letters.sends(page, way="mail", **INSIDE)[0] == 409
    with sessions() as session:
        waits = select(ApprovalRow.id).where(ApprovalRow.subject == reference)
        assert session.scalars(waits).all() == []


def test_a_letter_that_no_rule_names_goes_out_as_before(letters: Letters, reference: str) -> None:
    page = letters.keeps(reference, "acknowledgement")
    assert Page(letters.browser.get(page)).offers("Send the letter")
    assert letters.sends(page, way="mail")[0] == 302
    assert "By mail" in Page(letters.browser.get(page)).words


def test_by_post_it_goes_on_the_day_on_which_it_is_agreed_to(
    letters: Letters, reference: str, work: Work, visit: Visit, sessions: Sessions
) -> None:
    page = letters.keeps(reference, "final-reply", **FINAL)
    assert "When it was sent" not in Page(letters.browser.get(page)).words
    status, answer = letters.sends(page, way="post", **INSIDE)
    assert status == 302, answer.text
    assert says(visit("sun"), reference, "approved") == 302
    work.carry_out_what_waits(reference)
    replied = entry(sessions, reference, "replied")
    with sessions() as session:
        agreed = session.scalars(select(ApprovalRow).where(ApprovalRow.subject == reference)).one()
    assert agreed.decided_at is not None
    assert replied.facts["sent_at"][:19] == agreed.decided_at.isoformat()[:19]


def test_what_was_read_and_did_not_arrive_goes_once_more_unread(
    letters: Letters, reference: str, work: Work, visit: Visit, sink: MailSink
) -> None:
    letters.posts(reference)
    page = handed_over(letters, reference)
    says(visit("sun"), reference, "approved")
    work.carry_out_what_waits(reference)
    sink.answers = [UNKNOWN]
    try:
        assert letters.posts(reference) == []
    finally:
        sink.answers = [ACCEPT]
    assert Page(letters.browser.get(page)).offers("Send the letter")
    status, answer = letters.sends(page, way="mail")
    assert status == 302, answer.text
    assert len(letters.posts(reference)) == 1


def test_the_clock_of_the_machine_of_the_pages_need_not_be_that_of_the_records(
    letters: Letters,
    reference: str,
    work: Work,
    visit: Visit,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Slow(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
            return datetime.now(tz) - timedelta(seconds=2)

    page = letters.keeps(reference, "final-reply", **FINAL)
    letters.sends(page, way="handed_over", **INSIDE)
    monkeypatch.setattr(approved_acts, "datetime", Slow)
    assert says(visit("sun"), reference, "approved") == 302
    work.carry_out_what_waits(reference)
    assert work.case(reference).status is Status.REPLIED


def test_whoever_asked_and_has_the_case_no_more_is_the_reason_not_that_there_is_none(
    letters: Letters, reference: str, work: Work, visit: Visit
) -> None:
    page = handed_over(letters, reference)
    to_hugo = Assign(handler="hugo", handler_unit="harbour-outlet", handler_level=Level.OUTLET)
    work.does(reference, to_hugo, "sun")
    sun = visit("sun")
    assert says(sun, reference, "approved") == 302
    said = Page(sun.get("/approvals")).words
    assert "Not done. Whoever asked for this has the case no more." in said
    assert "There is no case" not in said
    assert "Whoever asked is told" not in said, "they read nothing of this case"
    assert "has the case no more" in Page(visit("hugo").get(page)).words


def test_whoever_comes_second_is_told_how_it_was_decided_and_keeps_their_words(
    letters: Letters, reference: str, visit: Visit
) -> None:
    handed_over(letters, reference)
    sun, other = visit("sun"), visit("sun")
    found = re.search(r'action="(/approvals/[^"]+)"', card_of(other, reference))
    assert found is not None
    assert says(sun, reference, "declined", WHY) == 302
    late = other.send(found[1], outcome="declined", why="The account is wrong.")
    assert late.status_code == 409
    told = Page(late).alert
    assert reference in told
    assert f"has sent it back. Reason: {WHY}" in told
    assert "The account is wrong." in told
