"""A customer answers by mail, in a real browser, on everything that `redress up` starts: its worker
reads the mailbox, its workflow writes the answer down, and the handler finds it."""

from email.message import EmailMessage

from playwright.sync_api import Page, expect

from embedded.mail_catcher import Mailbox
from embedded.processes import wait_until
from relay.mailbox.watch import LOOK_EVERY_SECONDS
from tests.imap_server import ImapServer
from tests.mails.post import a_mail
from tests.starts import Up
from tests.walk.accessible import require_accessible
from tests.walk.staff import PATIENCE_MS, Bank, act, choose, given_case, search

CUSTOMER = "lin.mei@example.org"
SAID = "收据找到了，见附件：那天机器上没有退卡。"
SCAN = b"%PDF-1.7 a receipt of that day"

READ_WITHIN = LOOK_EVERY_SECONDS + PATIENCE_MS / 1000
"""Seconds until a mail has been seen in the mailbox and is told on a page."""


def to_the_customer(up: Up, reference: str) -> list[EmailMessage]:
    """The mails that have gone out to her about this case."""
    sent = Mailbox(up.var_dir / "mail")
    mails = [mail for name in sent.names() if (mail := sent.read(name)) is not None]
    return [each for each in mails if each["To"] == CUSTOMER and reference in each.as_string()]


def test_an_answer_goes_from_the_customers_mailbox_onto_the_page_of_the_handler(
    bank: Bank, up: Up, imap: ImapServer
) -> None:
    reference, _supervisor, handler = given_case(
        bank, "机器吞了我的卡。", "000-0177", email=CUSTOMER
    )
    act(handler, "Ask the customer", {"Question to the customer": "请问有收据吗？"})
    expect(handler.get_by_text("Waiting for the customer")).to_be_visible()
    assert wait_until(lambda: len(to_the_customer(up, reference)) > 1, PATIENCE_MS / 1000)
    asked = to_the_customer(up, reference)[0]

    imap.put(a_mail(SAID, subject="Re: 投诉", sender=CUSTOMER, answers=asked,
                    files={"收据.pdf": SCAN}))  # fmt: skip
    assert wait_until(lambda: is_told(handler, SAID), READ_WITHIN), up.said()
    conversation = handler.get_by_role("region", name="Conversation with the customer")
    expect(conversation).to_contain_text("l***@example.org")
    expect(conversation).not_to_contain_text(CUSTOMER)
    expect(conversation.get_by_text(SAID)).to_have_count(1)
    with handler.expect_download() as saved:
        conversation.get_by_role("link", name="收据.pdf").click()
    assert saved.value.path().read_bytes() == SCAN
    require_accessible(handler)

    conversation.get_by_role("link", name="Go on with it: Record the customer's answer").click()
    act(handler, "Record the customer's answer")
    expect(handler.get_by_text("Waiting for the customer")).to_have_count(0)

    assert imap.lying() == []
    assert any(CUSTOMER.encode() in each for each in imap.lying("Redress"))

    handler.get_by_role("link", name="Inbox").click()
    told = handler.get_by_role("main").get_by_role("listitem").filter(has_text=reference)
    expect(told.filter(has_text="Mail of the customer received")).to_have_count(1)
    choose(handler, "zh")
    search(handler, reference)
    expect(handler.get_by_text(SAID).first).to_be_visible()


def is_told(page: Page, text: str) -> bool:
    """Whether the page, loaded anew, says so."""
    page.reload()
    return text in page.inner_text("main")
