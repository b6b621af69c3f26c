"""Mail that cannot be joined safely: whoever receives complaints looks at it and decides."""

import asyncio
import re
import threading
from collections.abc import Iterator, Sequence
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import select, update

from crashpoints import arm
from domain.classification import Role
from relay.mailbox import watch
from store.cases import receipts
from store.cases.receipts import receive
from store.mails.taking import take
from store.tables import ComplaintRow, JournalRow, MailFileRow, MailRow, PersonRow
from tests.mails.post import Post, a_mail
from tests.tasks.pages import Pages
from tests.tasks.work import Work
from tests.waiting import eventually, somebody_waits
from tests.web.browser import Browser, Visit
from tests.web.seen import Page

LI = "li.hua@example.org"
SCAN = b"%PDF-1.7 what Li has scanned"


def waits(post: Post, said: str = "My card was swallowed.", **over: object) -> int:
    """A mail of a stranger's comes in; its number."""
    subject = f"a matter {uuid4().hex[:8]}"
    whole = {"subject": subject, "sender": f"Li Hua <{LI}>", "files": {"scan.pdf": SCAN}, **over}
    post.comes_in(a_mail(said, **whole))  # type: ignore[arg-type]
    with post.sessions() as session:
        number = session.scalars(select(MailRow.id).order_by(MailRow.id.desc())).first()
        assert number is not None
        return number


def test_it_stands_on_a_page_for_those_who_receive_complaints_and_for_nobody_else(
    post: Post, pages: Pages, visit: Visit
) -> None:
    number = waits(post, "read by intake alone")
    page = pages.reads("ines", f"/mails/{number}")
    assert "read by intake alone" in page
    assert "l***@example.org" in page
    assert LI not in page
    assert "scan.pdf" in page
    for other in ("han", "sun", "hong", "ada"):
        assert visit(other).get("/mails").status_code == 403
        assert visit(other).get(f"/mails/{number}").status_code == 403
        assert visit(other).send(f"/mails/{number}/case", reference="x").status_code == 403
        assert visit(other).send(f"/mails/{number}/aside", reason="x").status_code == 403


def test_the_menu_says_how_many_wait(post: Post, visit: Visit) -> None:
    waits(post)
    menu = Page(visit("ines").get("/mails")).menu
    [entry] = [each for each in menu if each.startswith("Mail not joined")]
    assert int(entry.rpartition(" ")[2]) >= 1


def test_each_look_is_in_the_audit(post: Post, pages: Pages) -> None:
    number = waits(post)
    pages.reads("ines", f"/mails/{number}")
    trail = pages.reads("ada", "/admin/audit?by=ines")
    assert "Opened a mail that is not joined" in trail


def test_it_is_joined_to_a_case_that_its_reader_may_find(
    post: Post, pages: Pages, visit: Visit, work: Work
) -> None:
    reference = post.a_case()
    number = waits(post, "this belongs to my complaint")
    answer = visit("ines").send(f"/mails/{number}/case", reference=f" {reference.lower()} ")
    assert answer.status_code == 302
    work.carry_out_what_waits(reference)
    case = pages.reads("han", reference)
    assert "this belongs to my complaint" in case
    assert "joined by ines" in case
    assert "It does not come from the address that the complaint has" in case
    page = visit("han").get(f"/cases/{reference}")
    assert visit("han").get(Page(page).link("scan.pdf")).data == SCAN
    assert reference in pages.reads("han", "/inbox")
    with post.sessions() as session:
        row = session.get_one(MailRow, number)
        assert (row.subject, row.text) == ("", "")
        left = select(MailFileRow).where(MailFileRow.mail == number)
        assert session.scalars(left).all() == []


def test_the_case_that_its_subject_names_stands_ready_to_be_chosen(
    post: Post, visit: Visit
) -> None:
    reference = post.a_case()
    number = waits(post, subject=f"Re: {reference}")
    page = Page(visit("ines").get(f"/mails/{number}"))
    assert page.form("Join it").field("Reference of the case").value == reference


@pytest.mark.parametrize("typed", ["C-2026-999999", "no reference", ""])
def test_a_case_that_is_not_there_is_refused_and_what_was_typed_stays(
    post: Post, visit: Visit, typed: str
) -> None:
    number = waits(post)
    answer = visit("ines").send(f"/mails/{number}/case", reference=typed)
    assert answer.status_code == 409
    page = Page(answer)
    assert page.alert
    assert page.form("Join it").field("Reference of the case").value == typed


@pytest.mark.parametrize("door", ["case", "aside"])
def test_a_second_click_is_answered_like_the_first_and_changes_nothing(
    post: Post, visit: Visit, work: Work, door: str
) -> None:
    reference, number, browser = post.a_case(), waits(post), visit("ines")
    said = {"reference": reference} if door == "case" else {"reason": "advertising"}
    told = []
    for _click in range(2):
        answer = browser.send(f"/mails/{number}/{door}", **said)
        assert answer.status_code == 302
        told.append(Page(browser.get(str(answer.location))).words)
    happened = "The mail is joined to" if door == "case" else "The mail is set aside."
    for each in told:
        assert happened in each
        assert "Somebody has decided" not in each
    work.carry_out_what_waits(reference)
    assert [*entries(post, reference)].count("mail_received") == (door == "case")


def test_two_who_decide_at_once_decide_once(post: Post, visit: Visit, work: Work) -> None:
    reference = post.a_case()
    number = waits(post)
    visit("ines").send(f"/mails/{number}/aside", reason="advertising")
    before = work.case(reference)
    late = visit("ines").send(f"/mails/{number}/case", reference=reference)
    assert late.status_code == 302
    assert "already" in visit("ines").get(late.location).text or late.location.endswith("/mails")
    work.carry_out_what_waits(reference)
    assert work.case(reference) == before


def test_it_becomes_a_complaint_by_a_form_that_begins_with_what_it_says(
    post: Post, pages: Pages, visit: Visit, work: Work
) -> None:
    number = waits(post, "机器吞卡，无人处理。")
    browser = visit("ines")
    page = Page(browser.get(Page(browser.get(f"/mails/{number}")).link("Register it")))
    form = page.form("Register")
    assert form.field("What happened, in the customer's words").value == "机器吞卡，无人处理。"
    assert form.field("E-mail").value == LI
    typed = typed_in(browser.get(f"/register/mails/{number}").text)
    sent = {**typed, "unit": "harbour-outlet", "phone": "100", "demand": "my card"}
    answer = browser.send(f"/register/mails/{number}", **sent)
    assert answer.status_code == 302, answer.text
    reference = str(answer.location).rpartition("/")[2]
    again = browser.send(f"/register/mails/{number}", **sent)
    assert str(again.location).rpartition("/")[2] == reference
    work.carry_out_what_waits(reference)
    with post.sessions() as session:
        said = session.get_one(ComplaintRow, reference)
        assert said.narrative == "机器吞卡，无人处理。"
        row = session.get_one(MailRow, number)
        assert (row.status, row.reference, row.text) == ("registered", reference, "")
    assert "scan.pdf" in browser.get(f"/cases/{reference}/attachments").text


def test_it_is_set_aside_with_a_reason_and_what_it_said_goes(
    post: Post, visit: Visit, app: Flask
) -> None:
    scan = b"%PDF-1.7 an advertisement " + uuid4().hex.encode()
    number = waits(post, files={"offer.pdf": scan})
    browser = visit("ines")
    without = browser.send(f"/mails/{number}/aside", reason=" ")
    assert without.status_code == 422
    assert Page(without).faulty
    lying = files_of(app, scan)
    assert len(lying) == 1
    assert browser.send(f"/mails/{number}/aside", reason="advertising").status_code == 302
    assert files_of(app, scan) == []
    with post.sessions() as session:
        row = session.get_one(MailRow, number)
        assert (row.status, row.why, row.text, bool(row.sender_address)) == (
            "set_aside", "advertising", "", False,
        )  # fmt: skip
    assert browser.get(f"/mails/{number}").status_code == 302


def test_a_file_that_another_mail_brings_at_that_moment_stays_with_it(
    post: Post, visit: Visit, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    scan = b"%PDF-1.7 sent to several " + uuid4().hex.encode()
    number, browser = waits(post, files={"offer.pdf": scan}), visit("ines")

    def takes_late(*said: Any, **more: Any) -> Any:
        assert browser.send(f"/mails/{number}/aside", reason="advertising").status_code == 302
        return take(*said, **more)

    monkeypatch.setattr(watch, "take", takes_late)
    other = waits(post, files={"scan.pdf": scan})
    assert other != number
    assert len(files_of(app, scan)) == 1
    assert browser.send(f"/mails/{other}/aside", reason="advertising").status_code == 302
    assert files_of(app, scan) == []


def test_without_a_mailbox_the_page_says_so_and_nothing_is_missing(
    app: Flask, visit: Visit, pages: Pages
) -> None:
    assert app.extensions["redress"].settings.mailbox is None
    assert visit("ines").get("/mails").status_code == 200


def test_whoever_registers_a_mail_is_told_what_of_it_stays_in_the_mailbox(
    post: Post, visit: Visit
) -> None:
    number = waits(post, files={"claim.exe": b"MZ"})
    form = visit("ines").get(f"/register/mails/{number}").text
    assert "claim.exe</bdi>: not taken, files of this kind are not" in form


def test_whoever_is_killed_after_a_complaint_is_taken_down_leaves_no_mail_waiting(
    post: Post, visit: Visit, work: Work
) -> None:
    number = waits(post, "taken down once")
    browser = visit("ines")
    arm("", "receipt.committed")
    answer = browser.send(f"/register/mails/{number}", **asked(browser, number))
    assert answer.status_code == 500
    with post.sessions() as session:
        row = session.get_one(MailRow, number)
        reference = row.reference
        assert row.status == "registered"
    assert reference is not None
    work.carry_out_what_waits(reference)
    assert "scan.pdf" in browser.get(f"/cases/{reference}/attachments").text


def test_of_two_who_decide_otherwise_at_once_one_is_refused_and_no_file_is_lost(
    post: Post, visit: Visit, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    scan = b"%PDF-1.7 of the slower one " + uuid4().hex.encode()
    number = waits(post, files={"scan.pdf": scan})
    first, second = visit("ines"), visit("ines")
    sent, late = asked(first, number), threading.Event()
    answers: list[int] = []

    def sets_it_aside() -> None:
        answer = second.send(f"/mails/{number}/aside", reason="advertising")
        answers.append(answer.status_code)
        late.set()

    def receive_slowly(*said: Any, **more: Any) -> Any:
        other.start()
        is_there = "the other has set it aside, or waits to"
        asyncio.run(eventually(is_there, lambda: late.is_set() or somebody_waits(post.sessions)))
        return receive(*said, **more)

    other = threading.Thread(target=sets_it_aside)
    monkeypatch.setattr(receipts, "receive", receive_slowly)
    answer = first.send(f"/register/mails/{number}", **sent)
    other.join()
    assert answer.status_code == 302
    assert files_of(app, scan) != []
    with post.sessions() as session:
        row = session.get_one(MailRow, number)
        assert (row.status, row.why) == ("registered", "")


def test_what_is_begun_of_a_mail_stays_with_it_and_disturbs_no_other_registration(
    post: Post, visit: Visit, work: Work
) -> None:
    number, browser = waits(post, "what the mail says"), visit("ines")
    told = {"kept_action": "/register", "intake_key": str(uuid4())}
    kept = browser.send("/kept", narrative="a caller says so", kept_revision="0", **told)
    assert kept.status_code == 200
    sent = asked(browser, number)
    told = {"kept_action": f"/register/mails/{number}", "intake_key": sent["intake_key"]}
    kept = browser.send("/kept", narrative="what I add to it", kept_revision="0", **told)
    assert kept.status_code == 200, kept.text
    assert "what I add to it" in browser.get(f"/register/mails/{number}").text
    assert "a caller says so" in browser.get("/register").text
    answer = browser.send(f"/register/mails/{number}", **sent)
    assert answer.status_code == 302, answer.text
    assert "a caller says so" in browser.get("/register").text, "it is not sent yet"
    gone = browser.get(f"/register/mails/{number}", follow_redirects=True)
    assert "Somebody has decided on this mail already." in gone.text


@pytest.fixture
def hugo_sorts_mail(post: Post) -> Iterator[None]:
    """Somebody who handles complaints receives them, too."""

    def has(*roles: Role) -> None:
        with post.sessions.begin() as session:
            session.execute(update(PersonRow).where(PersonRow.id == "hugo").values(roles=[*roles]))

    has(Role.HANDLER, Role.INTAKE)
    yield
    has(Role.HANDLER)


@pytest.mark.usefixtures("hugo_sorts_mail")
def test_a_mail_that_names_a_case_about_somebody_is_not_for_them(
    post: Post, visit: Visit, work: Work
) -> None:
    reference = post.a_case(person_complained_about="hugo")
    before = waiting_in_menu(visit("hugo"))
    number = waits(post, "hugo laughed at me", subject=f"again: {reference.lower()}")
    hugo = visit("hugo")
    assert waiting_in_menu(hugo) == before
    listed = "".join(hugo.get(f"/mails?page={page}").text for page in range(1, 5))
    assert reference.lower() not in listed
    for gone in (
        hugo.get(f"/mails/{number}"),
        hugo.send(f"/mails/{number}/aside", reason="nothing of importance"),
        hugo.send(f"/mails/{number}/case", reference=post.a_case()),
        hugo.get(f"/register/mails/{number}"),
    ):
        assert gone.status_code == 302
        assert "laughed" not in gone.text
    with post.sessions() as session:
        assert session.get_one(MailRow, number).status == "waiting"
    assert "hugo laughed at me" in visit("ines").get(f"/mails/{number}").text


def test_where_nobody_else_could_look_at_a_mail_whoever_it_names_does(
    post: Post, visit: Visit
) -> None:
    reference = post.a_case(person_complained_about="ines")
    number = waits(post, "nobody else receives complaints", subject=f"about {reference}")
    assert "nobody else receives" in visit("ines").get(f"/mails/{number}").text


def entries(post: Post, reference: str) -> Sequence[str]:
    """What the journal of a case tells of."""
    with post.sessions() as session:
        return session.scalars(
            select(JournalRow.event).where(JournalRow.reference == reference)
        ).all()


def waiting_in_menu(browser: Browser) -> int:
    """How many mails wait, as the menu says it."""
    menu = Page(browser.get("/mails")).menu
    [entry] = [each for each in menu if each.startswith("Mail not joined")]
    count = entry.rpartition(" ")[2]
    return int(count) if count.isdecimal() else 0


def asked(browser: Browser, number: int) -> dict[str, str]:
    """The form by which a mail is registered, filled in."""
    typed = typed_in(browser.get(f"/register/mails/{number}").text)
    return {**typed, "unit": "harbour-outlet", "phone": "100", "demand": "my card"}


def typed_in(page: str) -> dict[str, str]:
    """What the form for receipt holds."""
    found = dict(re.findall(r'<input[^>]*name="([^"]+)"[^>]*value="([^"]*)"', page))
    areas = dict(re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>\n?([^<]*)</textarea>', page))
    chosen = re.search(r'name="channel".*?value="([^"]+)" selected', page, re.DOTALL)
    form = {**found, **areas, "channel": chosen[1] if chosen else "internet", "language": "zh"}
    return {name: value for name, value in form.items() if name not in ("marks", "csrf_token")}


def files_of(app: Flask, content: bytes) -> list[object]:
    """Where a file of these contents lies."""
    folder = app.extensions["redress"].settings.attachments_dir
    return [each for each in folder.rglob("*") if each.is_file() and each.read_bytes() == content]
