"""One letter from choosing it to the customer's mailbox, in a real browser, on everything that
`redress up` starts: its PDF is taken out of the mail and read."""

import os
import re
import subprocess
from email.message import EmailMessage
from pathlib import Path

from playwright.sync_api import Page, expect

from embedded.mail_catcher import Mailbox
from embedded.processes import wait_until
from tests.starts import Up
from tests.walk.accessible import require_accessible
from tests.walk.staff import (
    NARRATIVE,
    PATIENCE_MS,
    Bank,
    act,
    choose,
    field,
    fill,
    form_of,
    register,
    registered,
    require_one_line_and_no_sideways_scrolling,
    search,
)

PICTURES = os.environ.get("REDRESS_PICTURES")
"""A folder for pictures of the pages, for whoever wants to look at them."""

FOUND = "经核实，长城路支行一楼门口的机器将您账户里的人民币重复扣款一次。"
DECIDED = "重复扣款已退还，我们向您致歉。"


def look(page: Page, name: str) -> None:
    """No fault that axe-core knows, and no wider than a telephone."""
    require_accessible(page)
    for width in (1200, 360):
        page.set_viewport_size({"width": width, "height": 900})
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width, f"{page.url} is {wide} wide on {width}"
        for scheme in ("light", "dark") if PICTURES else ():
            page.emulate_media(color_scheme=scheme)
            page.screenshot(path=f"{PICTURES}/{name}-{width}-{scheme}.png", full_page=True)
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": 1200, "height": 900})


def with_a_letter(mailbox: Mailbox) -> list[EmailMessage]:
    """The mails that have a file in them."""
    mails = [mailbox.read(name) for name in mailbox.names()]
    return [each for each in mails if each is not None and list(each.iter_attachments())]


def test_a_final_reply_goes_from_the_page_into_the_mailbox(
    bank: Bank, up: Up, tmp_path: Path
) -> None:
    intake = bank.log_in("intake")
    intake.click("text=Register")
    told = {
        NARRATIVE: "机器重复扣款。",
        "E-mail": "wang@example.org",
        "Telephone": "000-0100",
        "Channel": "Telephone",
        "Unit complained about": "Harbour outlet",
        "Category": "Service attitude",
        "Language of the customer": "Chinese",
    }
    fill(intake, told)
    register(intake).click()
    reference = registered(intake)

    supervisor = bank.log_in("supervisor")
    search(supervisor, reference)
    handlers = field(form_of(supervisor, "Assign or transfer"), "Handler").locator("option")
    name = handlers.filter(has_text="Sample Handler").first.inner_text()
    act(supervisor, "Assign or transfer", {"Handler": name})
    expect(supervisor.get_by_role("status").first).to_have_text("The case is assigned.")

    page = bank.log_in("handler")
    page.goto(f"/cases/{reference}")
    page.get_by_role("link", name="Letters to the customer").click()
    look(page, "letters")
    answer = page.get_by_role("listitem").filter(has_text="Our answer to your complaint")
    answer.get_by_role("link", name=re.compile("^中文")).click()
    expect(page.get_by_label("How it begins")).to_have_value(re.compile(reference))
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_text("The letter cannot be sent as it stands.")).to_be_visible()
    look(page, "letter-form")
    fill(page, {"What we found": FOUND, "What we have decided": DECIDED, "Telephone": "88886666"})
    page.get_by_role("button", name="Preview").click()
    expect(page.locator(".letter-sheet")).to_contain_text(DECIDED)
    look(page, "letter-preview")
    page.get_by_role("button", name="Keep it as a version").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("version 1")

    inside = {
        "How satisfied the customer is": "Satisfied",
        "Persons responsible and how they were dealt with": "None at fault.",
        "Lessons and improvements": "The machine was replaced.",
    }
    page.get_by_role("button", name="Send the letter").click()
    expect(page.get_by_role("alert").first).to_be_visible()
    look(page, "letter-send")
    fill(page, inside)
    page.get_by_label("by mail").check()
    page.get_by_role("button", name="Send the letter").click()
    expect(page.get_by_role("status").first).to_contain_text("The letter goes out.")

    mailbox = Mailbox(up.var_dir / "mail")
    assert wait_until(lambda: bool(with_a_letter(mailbox)), PATIENCE_MS / 1000)
    [mail] = with_a_letter(mailbox)
    assert mail["To"] == "wang@example.org"
    [enclosed] = list(mail.iter_attachments())
    file = tmp_path / "letter.pdf"
    file.write_bytes(enclosed.get_content())
    read = subprocess.run(["pdftotext", str(file), "-"], capture_output=True, check=True)
    text = re.sub(r"\s", "", read.stdout.decode())
    assert FOUND in text
    assert DECIDED in text
    assert reference in text

    def is_told() -> bool:
        page.reload()
        return "taken by the mail server" in page.inner_text("main")

    assert wait_until(is_told, PATIENCE_MS / 1000)
    look(page, "letter-sent")
    page.goto(f"/cases/{reference}/history")
    require_one_line_and_no_sideways_scrolling(page)
    page.goto(f"/cases/{reference}")
    expect(page.locator(".status").first).to_have_text("Replied")
    require_one_line_and_no_sideways_scrolling(page)
    choose(page, "zh")
    page.goto(f"/cases/{reference}/letters")
    expect(page.get_by_role("heading", level=3)).to_contain_text("投诉处理结果答复书")
    look(page, "letters-zh")
