"""One complaint from receipt to its end, in a real browser, on everything `redress up` starts.

On the way each page is held to WCAG by axe-core, and the browser may ask no other host for a thing.
"""

import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import xlsxwriter
from playwright.sync_api import Locator, Page, expect

from embedded.processes import wait_until
from tests.walk.accessible import require_accessible
from tests.walk.staff import (
    LOGIN,
    NARRATIVE,
    PATIENCE_MS,
    Bank,
    act,
    choose,
    comes_back,
    field,
    fill,
    form_of,
    given_case,
    heading_of,
    kept,
    register,
    registered,
    require_one_line_and_no_sideways_scrolling,
    search,
)

BEIJING = ZoneInfo("Asia/Shanghai")

HERON = "A heron stood in the vault, twice."
REPLY, LETTER = "Reply to the customer", "Text of the reply"


def test_a_complaint_is_registered_assigned_started_answered_settled_and_closed(bank: Bank) -> None:
    intake = bank.log_in("intake")
    intake.click("text=Register")
    register(intake).click()
    expect(intake.get_by_role("alert")).to_be_visible()
    require_accessible(intake)
    told = {
        NARRATIVE: "The queue machine called number 40 twice and never called mine.",
        "Telephone": "000-0100",
        "Channel": "Telephone",
        "Unit complained about": "Harbour outlet",
        "Category": "Service attitude",
    }
    fill(intake, told)
    register(intake).click()
    reference = registered(intake)
    require_accessible(intake)

    supervisor = bank.log_in("supervisor")
    search(supervisor, reference)
    expect(supervisor.get_by_role("heading", level=1)).to_have_text(reference)
    handlers = field(form_of(supervisor, "Assign or transfer"), "Handler").locator("option")
    name = handlers.filter(has_text="Sample Handler").first.inner_text()
    act(supervisor, "Assign or transfer", {"Handler": name})
    expect(supervisor.get_by_role("status").first).to_have_text("The case is assigned.")

    handler = bank.log_in("handler")
    handler.click(f"text={reference}")
    handler.get_by_role("button", name="Start the work").dblclick()
    expect(handler.locator(".status")).to_have_text("In progress")
    journal = handler.get_by_role("region", name="Journal")
    expect(journal.get_by_text("Work started")).to_have_count(1)

    act(handler, REPLY, {LETTER: "We are sorry."})
    expect(handler.get_by_role("alert")).to_contain_text("Please fill this in.")
    expect(field(form_of(handler, REPLY), LETTER)).to_have_value("We are sorry.")
    require_accessible(handler)
    findings = {
        "What was found": "The machine skipped a number.",
        "Persons responsible and how they were dealt with": "None at fault.",
        "Lessons and improvements": "The machine was replaced.",
        "How satisfied the customer is": "Satisfied",
        "Name of the person who handled it": "Sample Handler",
        "Telephone of the person who handled it": "000-0200",
    }
    act(handler, REPLY, findings)
    expect(handler.locator(".status")).to_have_text("Replied")
    settled = {
        "Validity": "Valid: the facts bear it out",
        "Whose fault": "The bank's fault",
        "What was done": "The machine is new.",
    }
    act(handler, "Settle the case", settled)
    expect(handler.locator(".status")).to_have_text("Settled")
    act(handler, "Close the case")
    expect(handler.locator(".status")).to_have_text("Closed")
    limits = handler.get_by_role("region", name="Time limits", exact=True)
    expect(limits.locator(".clock-due").filter(has_text="done").first).to_be_visible()
    require_accessible(handler)

    choose(handler, "zh")
    expect(handler.locator(".status")).to_have_text("已结案")
    expect(handler.get_by_role("listitem").filter(has_text="结案").first).to_be_visible()


def test_a_double_click_and_a_second_tab_with_the_same_form_register_one_complaint(
    bank: Bank,
) -> None:
    first = bank.log_in("intake")
    second = first.context.new_page()
    yesterday = datetime.now(BEIJING) - timedelta(days=1)
    for tab in (first, second):
        tab.goto("/register")
        told = {
            NARRATIVE: HERON,
            "Telephone": "000-0101",
            "Channel": "Telephone",
            "Unit complained about": "Harbour outlet",
            "Received at (Beijing time)": f"{yesterday:%Y-%m-%dT%H:%M}",
        }
        fill(tab, told)
    key = first.locator("[name=intake_key]").input_value()
    second.locator("[name=intake_key]").evaluate("(field, key) => (field.value = key)", key)
    register(first).dblclick()
    reference = registered(first)
    register(second).dblclick()
    expect(second.get_by_text(reference, exact=True)).to_be_visible()

    search(second, HERON)
    expect(second.get_by_role("rowheader")).to_have_count(1)


@pytest.mark.parametrize("language", LOGIN)
def test_the_door_is_accessible(bank: Bank, language: str) -> None:
    require_accessible(bank.at_the_door(language))


def test_one_part_that_was_on_no_page_before_is_looked_at(bank: Bank) -> None:
    page = bank.at_the_door("en")
    require_accessible(page)
    page.evaluate("document.querySelector('main').append(document.createElement('img'))")
    with pytest.raises(AssertionError, match="image-alt"):
        require_accessible(page)


@pytest.mark.parametrize("person", ["intake", "handler", "supervisor", "hr", "liaison", "admin"])
def test_every_page_of_a_role_is_accessible(bank: Bank, person: str) -> None:
    page = bank.log_in(person, "zh")
    first_case = page.get_by_role("rowheader").get_by_role("link").first
    menu = page.get_by_role("navigation").first
    more = menu.locator("summary")
    if more.is_visible():
        more.click()
    links = [link.get_attribute("href") for link in menu.get_by_role("link").all()]
    assert len(links) == len(set(links)), "each entry is there once"
    if first_case.count():
        links.append(first_case.get_attribute("href"))
    for link in links:
        page.goto(str(link))
        page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
        require_accessible(page)
        expect(page).to_have_title(re.compile(f"^{re.escape(heading_of(page))}( ·|$)"))
        require_one_line_and_no_sideways_scrolling(page)


def test_pages_are_as_dark_as_the_device_until_somebody_chooses(bank: Bank) -> None:
    page = bank.log_in("handler2")
    looks = page.locator("html")
    for scheme in ("dark", "light"):
        page.emulate_media(color_scheme=scheme)
        expect(looks).to_have_attribute("data-bs-theme", scheme)
    page.locator("summary", has_text="Second Handler").click()
    page.get_by_role("button", name="Dark").click()
    expect(looks).to_have_attribute("data-bs-theme", "dark")
    page.wait_for_load_state("domcontentloaded")  # The page is dark before it has a body.
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.emulate_media(media="print")
    on_paper = page.evaluate("getComputedStyle(document.querySelector('h1')).color")
    page.emulate_media(media="screen")
    on_screen = page.evaluate("getComputedStyle(document.querySelector('h1')).color")
    assert ground != "rgb(244, 246, 248)"
    assert on_paper == "rgb(29, 39, 51)", "dark on light, whoever prints it"
    assert on_screen != on_paper


def test_what_unfolds_from_the_head_folds_by_escape_and_by_looking_elsewhere(bank: Bank) -> None:
    page = bank.log_in("supervisor")
    more = page.get_by_role("navigation").first.locator("details")
    ways: tuple[Callable[[], None], ...] = (
        lambda: page.keyboard.press("Escape"),
        lambda: page.get_by_role("heading", level=1).click(),
        lambda: page.get_by_label("Search by reference").focus(),
    )
    for leave in ways:
        more.locator("summary").click()
        expect(more).to_have_attribute("open", "")
        leave()
        expect(more).not_to_have_attribute("open", "")


def test_a_supervisor_goes_through_the_queue_by_keys_and_acts_upon_several(bank: Bank) -> None:
    """Keys lead to a case and tick it; a view is narrowed by ticking, saved, and opened again."""
    page = bank.log_in("supervisor")
    page.goto("/?shelf=all")
    for _case in range(2):
        page.keyboard.press("j")
        page.keyboard.press("x")
    expect(page.locator("tbody input:checked")).to_have_count(2)
    urge = page.get_by_role("button", name=re.compile("^Urge the handler"))
    expect(urge).to_be_in_viewport()
    urge.click()
    expect(page.get_by_role("row")).to_have_count(3)
    require_accessible(page)

    page.keyboard.press("?")
    expect(page.get_by_role("heading", name="Keys")).to_be_visible()
    require_accessible(page)
    page.get_by_label("Hear these keys in this browser").uncheck()
    page.keyboard.press("g")
    page.keyboard.press("c")
    expect(page.get_by_role("heading", name="Keys")).to_be_visible()
    page.get_by_label("Hear these keys in this browser").check()
    page.locator("h1").click()
    page.keyboard.press("g")
    page.keyboard.press("c")
    expect(page.get_by_role("table")).to_be_visible()

    page.goto("/?shelf=all")
    page.locator("details.filter summary", has_text="Channel").click()
    page.get_by_label("Telephone").check()
    page.get_by_label("Letter").check()
    page.get_by_role("button", name="Filter", exact=True).click()
    page.get_by_role("link", name="Save this view").click()
    require_accessible(page)
    fill(page, {"Name of the view": "Called and written"})
    page.get_by_role("button", name="Save the view").click()
    view = page.get_by_role("link", name="Called and written")
    expect(view).to_have_attribute("aria-current", "true")
    require_accessible(page)
    page.get_by_role("button", name="Take the view Called and written away").click()
    expect(view).to_have_count(0)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_supervisor_inspects_what_became_of_a_case(bank: Bank, language: str) -> None:
    """What happened, all that belongs to one deadline, how the case stood then, and the file."""
    says = INSPECTING[language]
    bank.have_their_samples()
    page = bank.log_in("supervisor", language)
    page.goto("/?shelf=escalated")
    reference = page.locator("tbody th a").first.inner_text()
    page.goto(f"/cases/{reference}/history")
    require_accessible(page)
    page.get_by_role("link", name=says["engine"]).click()
    exceeded = page.locator("strong").get_by_text(says["late"], exact=True)
    late = page.locator("li.lane-clocks").filter(has=exceeded).first
    late.locator("summary").click()
    expect(late.get_by_text(says["told"]).first).to_be_visible()
    require_accessible(page)

    late.get_by_role("link", name=says["what"]).click()
    expect(page.get_by_role("heading", name=says["changed"])).to_be_visible()
    changed = page.get_by_role("row").filter(has_text=says["late"])
    expect(changed.first).to_be_visible()
    require_accessible(page)
    page.get_by_role("link", name=says["back"]).click()
    expect(page.get_by_role("heading", name=says["then"])).to_be_visible()
    field(page, says["since"]).fill("2020-01-01T00:00:00")
    page.get_by_role("button", name=says["show"], exact=True).click()
    expect(page.get_by_text(says["before"])).to_be_visible()
    require_accessible(page)

    with page.expect_download() as saving:
        page.get_by_role("link", name=says["save"]).click()
    table = saving.value.path().read_text(encoding="utf-8-sig")
    assert says["late"] in table
    choose(page, "en")


INSPECTING = {
    "en": {
        "engine": "Show what the engine did, too", "late": "Time limit exceeded",
        "told": "Notice written: Time limit exceeded", "what": "What it changed",
        "changed": "What this entry changed", "back": "One entry back",
        "then": "The case as it stood", "since": "What changed since", "show": "Show",
        "before": "before the receipt", "save": "Save as a table (CSV)",
    },
    "zh": {
        "engine": "同时显示引擎的动作", "late": "超过时限", "told": "通知已拟：超过时限",
        "what": "带来的变化", "changed": "本条带来的变化", "back": "前一条",
        "then": "案件当时的情况", "since": "自何时以来的变化", "show": "查看",
        "before": "受理之前", "save": "另存为表格（CSV）",
    },
}  # fmt: skip


def test_a_case_can_be_worked_with_the_keyboard_alone(bank: Bank) -> None:
    page = bank.log_in("handler")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.closest('tbody th') !== null"):
            break
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="What you can do")).to_be_visible()
    page.keyboard.press("Tab")
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid", "the focus can be seen"


def a_workbook(file: Path) -> Path:
    """A branch's log of yesterday, as a spreadsheet program writes it."""
    book = xlsxwriter.Workbook(file)
    sheet = book.add_worksheet("登记簿")
    hour = book.add_format({"num_format": "yyyy/m/d h:mm"})
    sheet.write_row(0, 0, ["编号", "受理时间", "投诉内容", "姓名"])
    yesterday = datetime.now(BEIJING).replace(tzinfo=None) - timedelta(days=1)
    for line in (1, 2, 3):
        sheet.write_row(line, 0, [line, "", f"第 {line} 件：柜台排队一小时。", f"客户 {line}"])
        sheet.write_datetime(line, 1, yesterday, hour)
    sheet.write(4, 0, 4)
    sheet.write(4, 1, "昨天")
    book.close()
    return file


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_workbook_is_imported_without_a_terminal(
    bank: Bank, tmp_path: Path, language: str
) -> None:
    intake = bank.log_in("intake", language)
    intake.goto("/imports")
    require_accessible(intake)
    intake.set_input_files("#file", a_workbook(tmp_path / "登记簿.xlsx"))
    intake.select_option("#unit", "harbour-outlet")
    intake.click("form[enctype] button")
    expect(intake.locator("#received_at")).to_have_value("受理时间")
    require_accessible(intake)
    intake.select_option("#otherwise_channel", "letter")
    intake.fill("#source", f"log-{language}")
    intake.click("form[action$='/check'] button")
    expect(intake.locator("#preview")).to_be_visible()
    require_accessible(intake)
    expect(intake.locator("section[aria-labelledby=refused] tbody tr")).to_have_count(1)
    expect(intake.locator("section[aria-labelledby=preview]")).to_contain_text("第 1 件")
    intake.click("form[action$='/start'] button")
    expect(intake.locator("#preview")).not_to_be_visible()
    expect(intake.locator("#report")).to_be_visible()
    require_accessible(intake)
    with intake.expect_download() as saved:
        intake.click("a[download]")
    assert "昨天" in saved.value.path().read_text(encoding="utf-8-sig")
    intake.goto("/?shelf=received_by_me")
    expect(intake.locator("main")).to_contain_text("第 3 件")


def waiting(page: Page, about: str) -> Locator:
    """What waits for a second person, by the title of its panel, as soon as it does: the sample
    complaints come in while the pages are there already."""
    found = page.get_by_role("region", name=re.compile(about)).first

    def is_there() -> bool:
        page.goto("/approvals")
        return found.count() > 0

    assert wait_until(is_there, 3 * PATIENCE_MS / 1000), about
    return found


def sample_case(page: Page, subject: str, status: str) -> str:
    """The address of a sample complaint, as soon as it has come this far."""
    found = page.get_by_role("row").filter(has_text=subject).filter(has_text=status)

    def is_there() -> bool:
        with page.expect_navigation():
            search(page, subject)
        return found.count() > 0

    assert wait_until(is_there, 3 * PATIENCE_MS / 1000), f"{subject}: {status}"
    return found.get_by_role("rowheader").get_by_role("link").first.get_attribute("href") or ""


def test_what_takes_two_is_asked_for_agreed_to_or_refused_and_done_once(bank: Bank) -> None:
    """A withdrawal, a large sum and a later date: three kinds on one page, each to its end."""
    supervisor = bank.log_in("supervisor")
    # A withdrawal with nothing of the customer's to show for it is refused, with a reason.
    withdrawal = waiting(supervisor, "Record a withdrawal")
    menu = supervisor.get_by_role("navigation").first
    expect(menu.get_by_role("link", name=re.compile("Approvals"))).to_have_text(re.compile(r"\d"))
    require_accessible(supervisor)
    expect(withdrawal).to_contain_text("客户来电说自己已经更新成功")
    withdrawal.get_by_role("button", name="Decline").click()
    expect(supervisor.get_by_role("alert")).to_contain_text("Your reason: Please fill this in.")
    withdrawal.get_by_label(re.compile("Your reason")).fill("Ask him in writing.")
    withdrawal.get_by_role("button", name="Decline").click()
    expect(supervisor.get_by_role("status").first).to_contain_text("Declined.")
    intake = bank.log_in("intake", "zh")
    answer = waiting(intake, "撤诉|撤回")
    expect(answer).to_contain_text("Ask him in writing.")
    require_accessible(intake)
    answer.get_by_role("button", name=re.compile("我已阅")).click()
    expect(intake.get_by_text("Ask him in writing.")).to_have_count(0)

    # A later date is set by the agreement.
    later = waiting(supervisor, "Set a later date")
    reference = later.get_by_role("link").first.inner_text()
    later.get_by_role("button", name="Agree").click()
    expect(supervisor.get_by_role("status").first).to_contain_text("Agreed, and done.")
    supervisor.goto(f"/cases/{reference}")
    journal = supervisor.get_by_role("region", name="Journal")
    expect(journal).to_contain_text("Later date set")
    expect(journal).to_contain_text("Sample Supervisor")

    # A large sum is no one person's, whoever that is.
    replied = sample_case(supervisor, "Sent away five minutes before closing", "Replied")
    settled = {
        "Validity": "Valid: the facts bear it out",
        "Whose fault": "The bank's fault",
        "Made good (yuan)": "90000",
        "What was done": "The customer is paid.",
    }
    supervisor.goto(replied)
    act(supervisor, "Settle the case", settled)
    expect(supervisor.get_by_role("status").first).to_contain_text("this takes a second person")
    expect(supervisor.locator(".status")).to_have_text("Replied")
    expect(supervisor.get_by_text("Waits for a second person:")).to_be_visible()
    require_accessible(supervisor)
    hr = bank.log_in("hr")
    sum_ = waiting(hr, "Settle the case")
    expect(sum_).to_contain_text("90,000")
    sum_.get_by_role("button", name="Agree").dblclick()
    expect(hr.get_by_role("region", name=re.compile("Settle the case"))).to_have_count(0)
    supervisor.reload()
    expect(supervisor.locator(".status")).to_have_text("Settled")
    told = supervisor.get_by_role("region", name="Journal")
    expect(told.get_by_text("Agreed to by")).to_have_count(1)
    expect(waiting(supervisor, "Settle the case")).to_contain_text("agreed, and it is done.")


FINDINGS = {
    "What was found": "No numbers were given out at noon.",
    "Persons responsible and how they were dealt with": "None at fault.",
    "Lessons and improvements": "See the improvement.",
    "How satisfied the customer is": "Dissatisfied",
    "Name of the person who handled it": "Sample Handler",
    "Telephone of the person who handled it": "000-0200",
    LETTER: "We are sorry.",
}


def answered_case(bank: Bank) -> tuple[str, Page, Page]:
    """The same, once the handler has answered it."""
    noon = "At noon nobody gives out numbers, and who pushes is served."
    reference, supervisor, handler = given_case(bank, noon, "000-0177")
    act(handler, REPLY, FINDINGS)
    expect(handler.locator(".status").first).to_have_text("Replied")
    return reference, supervisor, handler


def unfolded_letter(page: Page) -> Locator:
    """What is written to the customer, on the page of a case that is not answered yet."""
    page.locator("summary").get_by_text(REPLY, exact=True).click()
    return field(form_of(page, REPLY), LETTER)


KEPT = re.compile(r"^(Kept at|保存于) \d\d:\d\d$")


def test_half_a_reply_is_there_again_after_the_session_was_lost(bank: Bank) -> None:
    """Typed on one machine and kept without a click; found on another; gone once it is sent."""
    reference, _, handler = given_case(bank, "The lift stands still.", "000-0178")
    letter = unfolded_letter(handler)
    with kept(handler, "We are sorry for the"):
        letter.press_sequentially("We are sorry for the")
    expect(handler.get_by_text(KEPT).first).to_be_visible()
    require_accessible(handler)
    handler.context.clear_cookies()
    letter.press_sequentially(" trouble")
    expect(handler.get_by_text("Not kept any more: you are not logged in.")).to_be_visible()
    require_accessible(handler)

    elsewhere = bank.log_in("handler", "zh")
    elsewhere.goto(f"/cases/{reference}")
    typed = elsewhere.locator("#reply-letter")
    expect(typed).to_have_value("We are sorry for the")
    expect(elsewhere.get_by_text(KEPT).first).to_be_visible()
    require_accessible(elsewhere)
    choose(elsewhere, "en")
    elsewhere.goto(f"/cases/{reference}")
    expect(elsewhere.get_by_text("Begun and not sent:")).to_be_visible()
    act(elsewhere, REPLY, FINDINGS)
    expect(elsewhere.locator(".status").first).to_have_text("Replied")
    elsewhere.reload()
    expect(elsewhere.get_by_text("Begun and not sent:")).to_have_count(0)
    expect(elsewhere.get_by_text("We are sorry for the")).to_have_count(0)


def test_what_was_typed_a_moment_before_the_page_was_left_is_kept_too(bank: Bank) -> None:
    reference, _, handler = given_case(bank, "Pens are chained too short.", "000-0179")
    unfolded_letter(handler).fill("In haste")
    handler.goto("/tasks")
    letter = field(form_of(handler, REPLY), LETTER)
    comes_back(handler, f"/cases/{reference}", letter, "In haste")
    handler.get_by_role("button", name="Throw it away").click()
    expect(handler.get_by_role("status").first).to_have_text("What you had typed is thrown away.")
    expect(field(form_of(handler, REPLY), LETTER)).to_have_value("")


def test_two_who_look_at_one_case_see_each_other(bank: Bank) -> None:
    reference, supervisor, handler = given_case(bank, "A moth lives in the ATM.", "000-0180")
    supervisor.reload()
    others = re.compile("Also looking at this case now: Sample (Handler|Supervisor)")
    for page in (supervisor, handler):
        expect(page.get_by_text(others)).to_be_visible()
    require_accessible(supervisor)
    supervisor.goto("/?shelf=all")
    row = supervisor.get_by_role("row").filter(has_text=reference)
    expect(row).to_contain_text("Also looking at it now: Sample Handler")
    require_accessible(supervisor)
    handler.goto("/tasks")
    supervisor.goto(f"/cases/{reference}")
    within_a_minute = 60_000
    expect(supervisor.get_by_text(others)).to_have_count(0, timeout=within_a_minute)


def test_the_customer_says_by_a_link_how_it_was_and_it_is_made_better(bank: Bank) -> None:
    reference, supervisor, handler = answered_case(bank)
    handler.locator("summary").get_by_text("Less usual", exact=True).click()
    act(handler, "Offer a survey")
    expect(handler.get_by_role("status").first).to_have_text("The survey is offered.")
    code = handler.locator("strong.code").inner_text()
    require_accessible(handler)

    customer = bank.at_the_door("zh")
    customer.goto("/survey")
    require_accessible(customer)
    customer.locator("#code").fill(code.upper())
    customer.keyboard.press("Enter")
    expect(customer.get_by_role("heading", level=1)).to_have_text("您如何评价我们对投诉的处理？")
    require_accessible(customer)
    customer.get_by_role("button", name="提交评价").click()
    expect(customer.get_by_role("alert")).to_be_visible()
    require_accessible(customer)
    address = customer.url
    choose_here = customer.get_by_role("button", name="English")
    choose_here.click()
    customer.goto(address)
    require_accessible(customer)
    customer.get_by_label("Very dissatisfied").first.check()
    customer.get_by_label(re.compile("^What else should we know")).fill("Still nobody at noon.")
    customer.get_by_role("button", name="Send the answers").click()
    expect(customer.get_by_role("heading", level=1)).to_have_text("Thank you")
    require_accessible(customer)
    customer.goto(address)
    expect(customer.get_by_role("heading", level=1)).to_have_text("Nothing to answer here")
    require_accessible(customer)
    assert reference not in customer.content()

    supervisor.goto(f"/cases/{reference}")
    said = supervisor.get_by_role("region", name="What the customer said afterwards")
    expect(said).to_contain_text("Still nobody at noon.")
    supervisor.goto("/tasks")
    mine = supervisor.get_by_role("listitem").filter(has_text=reference)
    expect(mine.filter(has_text="dissatisfied afterwards").first).to_be_visible()

    supervisor.goto(f"/cases/{reference}")
    supervisor.locator("summary").get_by_text("Less usual", exact=True).click()
    problem = {"What should become better": "Numbers are given out at noon too."}
    act(supervisor, "Propose an improvement", problem)
    expect(supervisor.get_by_role("status").first).to_have_text("The improvement is proposed.")
    supervisor.goto("/improvements")
    require_accessible(supervisor)
    supervisor.get_by_role("link", name="Numbers are given out at noon too.").click()
    require_accessible(supervisor)
    who = field(form_of(supervisor, "Plan the improvement"), "Person").locator("option")
    soon = datetime.now(BEIJING) + timedelta(days=20)
    plan = {
        "Person": who.filter(has_text="Sample Handler").first.inner_text(),
        "To be done by (Beijing time)": f"{soon:%Y-%m-%dT%H:%M}",
        "Causes, and the greatest among them": "One machine for two halls.",
        "Steps of the work": "A second machine.",
    }
    act(supervisor, "Plan the improvement", plan)
    expect(supervisor.locator(".status")).to_have_text("to be carried out")
    handler.goto("/tasks")
    mine = handler.get_by_role("listitem").filter(has_text=reference)
    expect(mine.filter(has_text="Carry out an improvement").first).to_be_visible()
    handler.goto(supervisor.url)
    carried_out = {"What was done": "The machine stands there."}
    act(handler, "Say that the improvement is carried out", carried_out)
    supervisor.reload()
    checked = {"Result": "It worked in part", "What was found": "At eleven it is empty."}
    act(supervisor, "Check the improvement", checked)
    act(supervisor, "Conclude the improvement", {"What is the rule from now on": "Two machines."})
    expect(supervisor.get_by_role("alert")).to_contain_text("leaves something over")
    require_accessible(supervisor)
    act(supervisor, "Conclude the improvement", {"What is left over": "Nobody fills in paper."})
    expect(supervisor.locator(".status")).to_have_text("concluded")
    require_accessible(supervisor)
    supervisor.goto("/improvements")
    supervisor.get_by_role("link", name="Next quarter").click()
    expect(supervisor.get_by_text("Nobody fills in paper.")).to_be_visible()
    choose(supervisor, "zh")
    require_accessible(supervisor)


def my_task(page: Page, title: str) -> Locator:
    """A task of one's own. Nothing is searched for: the menu counts it and leads to it."""
    tasks = page.get_by_role("navigation").first.get_by_role("link", name=re.compile("^My tasks"))
    expect(tasks).to_have_text(re.compile(r"\d"))
    tasks.click()
    mine = page.get_by_role("region", name=re.compile("^Waiting for you"))
    found = mine.get_by_role("listitem").filter(has_text=title)
    expect(found.first).to_be_visible()
    for language in ("zh", "en"):
        choose(page, language)
        require_accessible(page)
    return found


def say_done(page: Page, title: str, typed: Mapping[str, str]) -> None:
    """Write down what was done about a task, on its card."""
    mine = page.get_by_role("region", name=re.compile("^Waiting for you"))
    card = mine.get_by_role("listitem").filter(has_text=title)
    card.get_by_text("Say what was done").click()
    fill(card, typed)
    card.get_by_role("button", name=re.compile("^It is done")).click()


def test_an_office_finds_what_is_its_own_and_ends_it(bank: Bank) -> None:
    title = "Hear of the dispute that is heading for court"
    bank.have_their_samples()
    page = bank.log_in("leader")
    my_task(page, title)
    say_done(page, title, {"What was done about it": "Seen to on Monday."})
    expect(page.get_by_role("status").first).to_have_text("The task is done.")
    expect(page.get_by_role("listitem").filter(has_text=title)).to_have_count(0)


def test_the_liaison_is_led_from_a_major_problem_to_its_report(bank: Bank) -> None:
    bank.have_their_samples()
    page = bank.log_in("liaison")
    task = my_task(page, "Report the major problem to the regulator promptly").first
    task.get_by_role("link", name=re.compile("^Begin a report to the regulator")).click()
    begin = form_of(page, "Begin a report to the regulator")
    expect(begin.get_by_role("button")).to_be_visible()
    require_accessible(page)


def test_the_press_office_ends_its_task_once_in_two_tabs(bank: Bank) -> None:
    title = "Take over as the one contact for the press"
    bank.have_their_samples()
    page = bank.log_in("press")
    my_task(page, title)
    stale = page.context.new_page()
    stale.goto("/tasks")
    typed = {"What was done about it": "They have my number."}
    say_done(page, title, typed)
    expect(page.get_by_role("listitem").filter(has_text=title)).to_have_count(0)
    say_done(stale, title, typed)
    expect(stale.get_by_role("alert")).to_contain_text("This task is done already")
    expect(field(stale, "What was done about it")).to_have_value("They have my number.")
    journal = stale.get_by_role("region", name="Journal")
    expect(journal.get_by_text("They have my number.")).to_have_count(1)
    require_accessible(stale)


def test_the_union_sends_on_what_came_by_letter(bank: Bank) -> None:
    title = "Open the supervision slip and send it to the unit"
    bank.have_their_samples()
    page = bank.log_in("union")
    task = my_task(page, title).first
    reference = task.get_by_role("link").first.inner_text()
    ways = task.get_by_role("paragraph").get_by_role("link")
    expect(ways).to_have_text([re.compile("^Forward to a unit")])
    ways.click()
    form = form_of(page, "Forward to a unit")
    expect(field(form, "Unit")).to_be_visible()
    require_accessible(page)
    act(page, "Forward to a unit", {"Unit": "Harbour outlet"})
    expect(page.get_by_role("status").first).to_have_text("The complaint is with the unit now.")
    page.goto("/tasks")
    expect(page.get_by_role("listitem").filter(has_text=reference)).to_have_count(0)


def test_on_paper_a_fact_stays_with_its_name_and_nothing_asks_to_be_pressed(bank: Bank) -> None:
    bank.have_their_samples()
    page = bank.log_in("supervisor")
    page.goto("/?shelf=all")
    page.get_by_role("rowheader").get_by_role("link").first.click()
    fact = page.locator(".facts > div", has=page.get_by_text("Unit", exact=True)).first
    unmask = page.get_by_role("link", name="Show unmasked")
    expect(unmask).to_be_visible()
    page.emulate_media(media="print")
    assert fact.evaluate("each => getComputedStyle(each).breakInside") == "avoid"
    expect(unmask).to_be_hidden()
