"""Mail that comes back: whoever handles the case learns that its customer does not have it."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest
from sqlalchemy import select

from domain.notices import COMPLAINANT, Delivery, Obstacle
from store.tables import NoticeRow
from tests.mails.post import WANG, Post, a_mail, a_report
from tests.oddities.forms import forms_of
from tests.tasks.pages import Pages
from tests.tasks.work import Work
from tests.web.browser import Visit
from web.kit.forms import typed_instant


@pytest.fixture
def reference(post: Post) -> str:
    return post.a_case()


def notice(post: Post, reference: str) -> NoticeRow:
    """The first word of this case to its customer, as it stands."""
    with post.sessions() as session:
        wanted = select(NoticeRow).where(
            NoticeRow.reference == reference, NoticeRow.recipient == COMPLAINANT
        )
        found = session.scalars(wanted.order_by(NoticeRow.id)).first()
        assert found is not None
        return found


@pytest.mark.parametrize("only_head", [False, True])
def test_a_mail_that_came_back_is_seen_in_the_case_and_in_the_inbox_of_its_handler(
    post: Post, pages: Pages, reference: str, only_head: bool
) -> None:
    [receipt] = post.delivered(reference)
    assert "came back" not in pages.reads("han", reference)
    post.comes_in(a_report(receipt, only_head=only_head))
    case = pages.reads("han", reference)
    assert "The mail came back (DSN 5.1.1): the customer does not have it" in case
    inbox = pages.reads("han", "/inbox").partition('id="to-tell"')[2].partition("</section>")[0]
    line = next(each for each in inbox.split("<li>") if reference in each)
    assert "the mail came back: send it by post or telephone" in line
    assert WANG not in case + inbox


def test_what_came_back_stands_with_the_letter_that_was_sent(
    post: Post, pages: Pages, work: Work, visit: Visit, reference: str
) -> None:
    letter = a_kept_letter(visit, work, reference)
    sends(visit, work, letter, way="mail")
    mail = post.delivered(reference)[-1]
    assert [each.get_content_type() for each in mail.iter_attachments()] == ["application/pdf"]
    post.comes_in(a_report(mail))
    assert "Mail came back" in pages.reads("han", letter)
    assert "Send it by post, or telephone" in pages.reads("han", letter)
    assert "A letter to the customer could not be delivered" in pages.reads("han", reference)


def sends(visit: Visit, work: Work, letter: str, **how: str) -> None:
    """The handler sends a kept letter, and it is written down."""
    reference = letter.split("/")[2]
    seen = str(work.case(reference).version)
    answer = visit("han").send(
        f"{letter}/dispatches", command_id=str(uuid4()), seen_version=seen, **how
    )
    assert answer.status_code == 302, answer.text
    work.carry_out_what_waits(reference)


@pytest.mark.parametrize("first", ["it comes back", "it goes by post"])
def test_once_its_letter_has_gone_by_post_nobody_is_asked_to_send_it_again(
    post: Post, pages: Pages, work: Work, visit: Visit, reference: str, first: str
) -> None:
    post.delivered(reference)
    letter = a_kept_letter(visit, work, reference)
    sends(visit, work, letter, way="mail")
    [mail] = post.delivered(reference)
    by_post = {"way": "post", "sent_at": typed_instant(datetime.now(UTC))}
    if first == "it comes back":
        post.comes_in(a_report(mail))
        assert reference in pages.reads("han", "/inbox").partition('id="to-tell"')[2]
        assert reference in pages.reads("ada", "/admin/notices")
        sends(visit, work, letter, **by_post)
    else:
        sends(visit, work, letter, **by_post)
        post.comes_in(a_report(mail))
    to_tell = pages.reads("han", "/inbox").partition('id="to-tell"')[2].partition("</section>")[0]
    assert reference not in to_tell
    assert reference not in pages.reads("ada", "/admin/notices")
    for address in (letter, f"/cases/{reference}"):
        told = pages.reads("han", address)
        assert "which did not arrive; it has gone out once more since" in told
        assert "Send it by post" not in told
    assert "once more since. Taken by the mail server:" in pages.reads("han", letter)
    with post.sessions() as session:
        wanted = select(NoticeRow.id).where(
            NoticeRow.reference == reference, NoticeRow.delivery == Delivery.DEAD
        )
        [dead] = session.scalars(wanted).all()
    ada = visit("ada")
    ada.send(f"/admin/notices/{dead}/again")
    assert "its letter has gone out once more since" in ada.get("/admin/notices").text
    assert post.delivered(reference) == [], "the customer has it"


def test_administrators_find_it_among_the_unsent_and_have_it_sent_again(
    post: Post, pages: Pages, visit: Visit, reference: str
) -> None:
    [receipt] = post.delivered(reference)
    post.comes_in(a_report(receipt, status="5.2.2"))
    unsent = pages.reads("ada", "/admin/notices")
    line = next(each for each in unsent.split("<tr>") if reference in each)
    assert "it came back" in line
    assert "DSN 5.2.2" in line
    number = notice(post, reference).id
    assert visit("ada").send(f"/admin/notices/{number}/again").status_code == 302
    [again] = post.delivered(reference)
    assert again["Message-ID"] == receipt["Message-ID"]
    assert notice(post, reference).delivery == Delivery.SENT
    post.comes_in(a_report(again, status="5.2.2"))
    assert notice(post, reference).delivery == Delivery.DEAD


@pytest.mark.parametrize("action", ["delayed", "delivered", "relayed"])
def test_a_report_that_nothing_has_failed_changes_nothing(
    post: Post, pages: Pages, reference: str, action: str
) -> None:
    [receipt] = post.delivered(reference)
    post.comes_in(a_report(receipt, action=action, status="4.4.1"))
    assert notice(post, reference).delivery == Delivery.SENT
    assert "came back" not in pages.reads("han", reference)


def test_a_report_on_a_mail_that_is_not_ours_waits_for_somebody(
    post: Post, pages: Pages, reference: str
) -> None:
    [receipt] = post.delivered(reference)
    before = pages.reads("ines", "/mails").count("Undelivered Mail Returned to Sender")
    number = str(receipt["Message-ID"]).partition(".")[0]
    post.comes_in(a_report(f"{number}.{'0' * 32}@example.org>"))
    assert notice(post, reference).delivery == Delivery.SENT
    after = pages.reads("ines", "/mails").count("Undelivered Mail Returned to Sender")
    assert after == before + 1


def test_the_same_report_twice_asks_to_tell_the_customer_once(
    post: Post, pages: Pages, reference: str
) -> None:
    [receipt] = post.delivered(reference)
    post.comes_in(a_report(receipt), a_report(receipt))
    inbox = pages.reads("han", "/inbox").partition('id="to-tell"')[2].partition("</section>")[0]
    assert len([each for each in inbox.split("<li>") if reference in each]) == 1


def test_what_the_other_server_says_is_kept_where_its_words_may_be_personal(
    post: Post, reference: str, caplog: pytest.LogCaptureFixture
) -> None:
    [receipt] = post.delivered(reference)
    post.comes_in(a_report(receipt))
    row = notice(post, reference)
    assert row.obstacle == Obstacle.CAME_BACK
    assert WANG in (row.last_error or "")
    assert WANG not in caplog.text


def test_an_absence_note_is_no_mail_that_came_back(post: Post, reference: str) -> None:
    [receipt] = post.delivered(reference)
    post.comes_in(a_mail("on holiday", answers=receipt, Auto_Submitted="auto-replied"))
    assert notice(post, reference).delivery == Delivery.SENT


def a_kept_letter(visit: Visit, work: Work, reference: str) -> str:
    """A letter that is no other act, kept; the page where it lies."""
    browser = visit("han")
    url = f"/cases/{reference}/letters/new/acknowledgement/en"
    form = next(e for e in forms_of(browser.get(url), url) if e.action == url)
    typed = {blank.name: blank.value for blank in form.blanks}
    kept = browser.send(url, **{**typed, "keep": "yes"})
    assert kept.status_code == 302, kept.text
    work.carry_out_what_waits(reference)
    return str(kept.location)
