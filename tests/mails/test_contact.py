"""An address that was taken down wrong: mail came back, somebody corrects it, and from then on the
customer is reached."""

from uuid import uuid4

import pytest
from sqlalchemy import text

from domain.acts import AskCustomer
from store.database import Sessions, journal_key
from store.evidence.chain import Tampering, verify
from tests.mails.post import WANG, Post, a_mail, a_report
from tests.store.erasure.lives import whole_dump
from tests.tasks.pages import Pages
from tests.tasks.work import Work
from tests.web.browser import Visit, hidden

WRONG, RIGHT = "wagn@example.org", WANG
PHONE = "13900137777"
WHY = "She spelled it on the telephone."

THEN = "It went to the address that the complaint had then, which was corrected since."


@pytest.fixture
def reference(post: Post) -> str:
    """A complaint with an address that nobody has."""
    return post.a_case(email=WRONG)


def corrected(visit: Visit, work: Work, reference: str, by: str = "han", **typed: str) -> None:
    """Somebody corrects the contact, and it is carried out."""
    form = a_form(visit, reference, by, **typed)
    answer = visit(by).send(f"/cases/{reference}/customer/contact", **form)
    assert answer.status_code == 302, answer.text
    work.carry_out_what_waits(reference)


def a_form(visit: Visit, reference: str, by: str = "han", **typed: str) -> dict[str, str]:
    page = visit(by).get(f"/cases/{reference}/customer").text
    return {
        "command_id": str(uuid4()),
        "seen_version": hidden(page, "seen_version"),
        "reason": WHY,
        **typed,
    }


def found_by(visit: Visit, typed: str) -> str:
    return visit("han").send("/search", text=typed).text


def test_mail_that_came_back_goes_to_the_right_address_once_that_is_known(
    post: Post, pages: Pages, work: Work, visit: Visit, reference: str
) -> None:
    [receipt] = post.delivered(reference)
    assert receipt["To"] == WRONG
    post.comes_in(a_report(receipt))
    assert THEN not in pages.reads("han", reference)
    corrected(visit, work, reference, email=RIGHT, phone=PHONE)
    page = pages.reads("han", reference)
    conversation = page.partition('id="conversation"')[2].partition("</section>")[0]
    assert conversation.count(THEN) == 1, "what came back is told as of then"
    assert "w***@example.org" in page
    assert "139****7777" in page
    work.does(reference, AskCustomer(), "han")
    [asked] = post.delivered(reference)
    assert asked["To"] == RIGHT
    assert pages.reads("han", reference).count(THEN) == 1, "what goes out since went elsewhere"
    [number] = [line for line in pages.reads("ada", "/admin/notices").split("<tr>")
                if reference in line]  # fmt: skip
    again = number.partition('action="')[2].partition('"')[0]
    assert visit("ada").send(again).status_code == 302
    assert [mail["To"] for mail in post.delivered(reference)] == [RIGHT]
    assert THEN not in pages.reads("han", reference)


def test_the_journal_says_what_was_corrected_by_whom_and_why_and_not_to_what(
    post: Post, pages: Pages, work: Work, visit: Visit, sessions: Sessions, reference: str,
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    corrected(visit, work, reference, by="ines", email="quince-0815@example.org", name="阮小五")
    page = pages.reads("han", reference)
    journal = page.partition('id="journal"')[2]
    entry = journal.partition("Contact of the customer corrected")[2].partition("</li>")[0]
    assert "ines" in entry
    assert WHY in entry
    assert "E-mail" in entry
    kept = whole_dump(sessions) + caplog.text + page
    for secret in ("quince-0815", "阮小五", WRONG):
        assert secret not in kept, "neither the new nor the old lies anywhere in the clear"


def test_it_is_found_by_what_is_right_and_no_more_by_what_was_wrong(
    post: Post, work: Work, visit: Visit, reference: str
) -> None:
    corrected(visit, work, reference, phone="13900138888", email="right.one@example.org")
    for typed in ("13900138888", "+86 139-0013-8888", "right.one@example.org"):
        assert reference in found_by(visit, typed), typed
    assert reference not in found_by(visit, WRONG)
    post.comes_in(a_mail("from the right one", subject=reference, sender="right.one@example.org"))
    assert "from the right one" in visit("han").get(f"/cases/{reference}").text
    post.comes_in(a_mail("from the wrong one", subject=reference, sender=WRONG))
    assert "from the wrong one" not in visit("han").get(f"/cases/{reference}").text


def test_what_is_wrong_can_be_taken_out_without_anything_better(
    post: Post, pages: Pages, work: Work, visit: Visit, reference: str
) -> None:
    corrected(visit, work, reference, removed="email")
    assert reference not in found_by(visit, WRONG)
    work.does(reference, AskCustomer(), "han")
    assert post.delivered(reference) == [], "a stranger gets no more mail about it"
    entry = pages.reads("han", reference).partition("Contact of the customer corrected")[2]
    assert "nothing better is known: E-mail" in entry.partition("</li>")[0]


def test_what_was_sealed_and_what_it_is_found_by_still_agree(
    work: Work, visit: Visit, sessions: Sessions, reference: str
) -> None:
    corrected(visit, work, reference, name="王方", address="杭州市文三路2号")
    corrected(visit, work, reference, phone=PHONE)
    with sessions() as session:
        found = verify(session, journal_key(session), {})
        assert [each for each in found if each.reference == reference] == []


def test_a_complaint_that_was_altered_is_made_good_by_no_correction(
    work: Work, visit: Visit, sessions: Sessions, reference: str
) -> None:
    with sessions.begin() as session:
        altered = "update complaints set narrative = 'another' where reference = :of"
        session.execute(text(altered), {"of": reference})
    corrected(visit, work, reference, phone=PHONE)
    with sessions() as session:
        found = verify(session, journal_key(session), {})
        assert [each.tampering for each in found if each.reference == reference] == [
            Tampering.COMPLAINT_ALTERED
        ]
