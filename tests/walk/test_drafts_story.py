"""What somebody was writing when their session ended is there when they are back: a complaint that
is being taken down, and a letter to the customer. In a real browser, by the pages' own script."""

import re

from playwright.sync_api import Page, expect

from tests.walk.accessible import require_accessible
from tests.walk.staff import (
    NARRATIVE,
    Bank,
    choose,
    comes_back,
    field,
    fill,
    given_case,
    kept,
    register,
    registered,
    require_one_line_and_no_sideways_scrolling,
)

KEPT = re.compile(r"^(Kept at|保存于) \d\d:\d\d$")
BEGUN = "You had begun this one, and not sent it."


def look(page: Page) -> None:
    """The page has no fault that axe-core knows, by day and by night, and fits its screens."""
    require_accessible(page)
    require_one_line_and_no_sideways_scrolling(page)


def test_half_a_complaint_is_there_again_after_the_session_was_lost(bank: Bank) -> None:
    """Somebody is on the telephone; the form is theirs alone, on whichever machine."""
    intake = bank.log_in("intake")
    intake.goto("/register")
    with kept(intake, "The pen of the counter", "Zhao Qi", "phone"):
        field(intake, NARRATIVE).press_sequentially("The pen of the counter")
        fill(intake, {"Name of the customer": "Zhao Qi", "Channel": "Telephone"})
    expect(intake.get_by_text(KEPT).first).to_be_visible()
    look(intake)
    intake.context.clear_cookies()
    field(intake, NARRATIVE).press_sequentially(" does not")
    expect(intake.get_by_text("Not kept any more: you are not logged in.")).to_be_visible()

    supervisor = bank.log_in("supervisor")
    supervisor.goto("/register")
    expect(supervisor.get_by_text("Zhao Qi")).to_have_count(0)
    expect(field(supervisor, "Name of the customer")).to_have_value("")

    elsewhere = bank.log_in("intake", "zh")
    elsewhere.goto("/register")
    expect(elsewhere.locator("#narrative")).to_have_value("The pen of the counter")
    expect(elsewhere.locator("#name")).to_have_value("Zhao Qi")
    look(elsewhere)
    choose(elsewhere, "en")
    elsewhere.goto("/register")
    expect(elsewhere.get_by_text(BEGUN)).to_be_visible()
    fill(elsewhere, {"Unit complained about": "Harbour outlet", "Category": "Service attitude"})
    register(elsewhere).click()
    assert registered(elsewhere)
    elsewhere.goto("/register")
    expect(elsewhere.get_by_text(BEGUN)).to_have_count(0)
    expect(elsewhere.locator("#narrative")).to_have_value("")


def test_a_complaint_that_was_begun_is_thrown_away_for_the_next_caller(bank: Bank) -> None:
    intake = bank.log_in("intake")
    intake.goto("/register")
    field(intake, NARRATIVE).fill("The line was cut")
    intake.goto("/tasks")
    comes_back(intake, "/register", field(intake, NARRATIVE), "The line was cut")
    intake.get_by_role("button", name="Throw it away and begin anew").click()
    expect(intake.get_by_role("status").first).to_have_text("What you had typed is thrown away.")
    expect(field(intake, NARRATIVE)).to_have_value("")
    expect(intake.get_by_text(BEGUN)).to_have_count(0)


def test_half_a_letter_is_there_again_and_is_looked_at_without_being_sent(bank: Bank) -> None:
    reference, _, handler = given_case(bank, "The clock in the hall is wrong.", "000-0191")
    handler.goto(f"/cases/{reference}/letters")
    answer = handler.get_by_role("listitem").filter(has_text="Our answer to your complaint")
    answer.get_by_role("link", name=re.compile("^English")).click()
    with kept(handler, "The clock is"):
        field(handler, "What we found").press_sequentially("The clock is")
    expect(handler.get_by_text(KEPT).first).to_be_visible()
    look(handler)
    handler.get_by_role("button", name="Preview").click()
    expect(handler.locator(".letter-sheet")).to_contain_text("The clock is")
    with kept(handler, "The clock is ten minutes late"):
        field(handler, "What we found").fill("The clock is ten minutes late")
    address = f"/cases/{reference}/letters/new/final-reply/en"
    handler.goto("/tasks")

    elsewhere = bank.log_in("handler")
    elsewhere.goto(address)
    expect(field(elsewhere, "What we found")).to_have_value("The clock is ten minutes late")
    look(elsewhere)
    fill(elsewhere, {"What we have decided": "It is set.", "Telephone": "88886666"})
    elsewhere.get_by_role("button", name="Keep it as a version").click()
    expect(elsewhere.get_by_role("heading", level=1)).to_contain_text("version 1")
    elsewhere.goto(address)
    expect(field(elsewhere, "What we found")).to_have_value("")


def test_the_last_word_stands_on_the_page_that_comes_next(bank: Bank) -> None:
    """Typed a moment before the language is changed, or a line at the head of the page pressed."""
    intake = bank.log_in("intake")
    intake.goto("/register")
    for language, last in (("zh", "The lift stands"), ("en", "The lift stands still")):
        intake.locator("#narrative").fill(last)
        choose(intake, language)
        expect(intake.locator("#narrative")).to_have_value(last)
    intake.locator("#narrative").fill("The lift stands still again")
    intake.get_by_role("navigation", name="Main").get_by_role("link", name="Register").click()
    expect(intake.get_by_text(BEGUN)).to_be_visible()
    expect(intake.locator("#narrative")).to_have_value("The lift stands still again")
    with kept(intake, "The lift stands still again, and more"):
        intake.locator("#narrative").fill("The lift stands still again, and so on")
        intake.reload()
        expect(intake.locator("#narrative")).to_have_value("The lift stands still again, and so on")
        intake.locator("#narrative").fill("The lift stands still again, and more")
    intake.locator("#narrative").fill("The lift stands still, and that is all")
    intake.locator("#narrative").blur()
    intake.keyboard.press("g")
    intake.keyboard.press("r")
    expect(intake.get_by_text(BEGUN)).to_be_visible()
    expect(intake.locator("#narrative")).to_have_value("The lift stands still, and that is all")
    intake.get_by_role("button", name="Throw it away and begin anew").click()
    expect(intake.locator("#narrative")).to_have_value("")


def test_what_was_refused_is_there_in_the_other_language_too(bank: Bank) -> None:
    intake = bank.log_in("intake")
    intake.goto("/register")
    intake.locator("#narrative").fill("The scale of the coins")
    register(intake).click()
    expect(intake.get_by_role("heading", name="This could not be taken yet")).to_be_visible()
    choose(intake, "zh")
    expect(intake.locator("#narrative")).to_have_value("The scale of the coins")
    choose(intake, "en")
    intake.get_by_role("button", name="Throw it away and begin anew").click()
    expect(intake.locator("#narrative")).to_have_value("")


def test_what_is_typed_after_a_send_was_stopped_is_kept_too(bank: Bank) -> None:
    intake = bank.log_in("intake")
    intake.goto("/register")
    intake.route("**/register", lambda route: None)  # The answer never comes.
    intake.locator("#narrative").fill("The bell of the counter")
    register(intake).click(no_wait_after=True)
    intake.context.new_cdp_session(intake).send("Page.stopLoading")
    with kept(intake, "The bell of the counter is loud"):
        intake.locator("#narrative").fill("The bell of the counter is loud")
    intake.unroute("**/register")
    comes_back(intake, "/register", intake.locator("#narrative"), "The bell of the counter is loud")
    intake.get_by_role("button", name="Throw it away and begin anew").click()
    expect(intake.locator("#narrative")).to_have_value("")


def test_of_two_things_pressed_while_the_line_is_slow_the_last_one_happens(bank: Bank) -> None:
    intake = bank.log_in("intake")
    intake.goto("/register")
    intake.route("**/kept", lambda route: None)  # It is on its way for ever.
    told = {
        NARRATIVE: "The gate was shut.",
        "Channel": "Telephone",
        "Unit complained about": "Harbour outlet",
        "Category": "Service attitude",
    }
    fill(intake, told)
    menu = intake.get_by_role("navigation", name="Main")
    menu.get_by_role("link", name="My tasks").click(no_wait_after=True)
    register(intake).click()
    assert registered(intake)
