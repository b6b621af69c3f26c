"""Every page and query, asked by every role in every relation: each shows what the table of rights
says and nothing more.

One cell is one visitor, one case and one thing asked. What is expected is computed from the table
and from the facts of the case, without a database.
"""

import re
from collections.abc import Callable
from functools import cache, partial
from itertools import cycle, product

import pytest
from werkzeug.test import TestResponse

from domain.case import Status
from domain.classification import Role
from domain.permission_names import Permission
from domain.permissions import holds, may
from domain.relations import relations_to_unit
from tests.access.asking import (
    Bank,
    Browser,
    Cells,
    allowed,
    body_of,
    enough_pairs,
    one_of_each,
)
from tests.access.cast import UNITS, VISITORS, Told, Visitor, said_in_batch
from web.casework.queues.narrowing import shelves_of

REFERENCE = re.compile(r"C-\d{4}-\d{6}")

STRANGER = "p-legal-far"
"""Who tries every case before the audit is read: what others did would fill pages of it."""

AT_LEAST = 25_000
"""Cells, or the matrix has lost something."""


def expected(bank: Bank, visitor: Visitor, permission: Permission) -> dict[str, bool]:
    """What the table says of every case, by its name."""
    return {name: allowed(visitor, told, permission) for name, told in bank.cases.items()}


def names_in(bank: Bank, page: str) -> set[str]:
    """The cases that a page speaks of."""
    by_reference = {told.reference: name for name, told in bank.cases.items()}
    return {by_reference[each] for each in REFERENCE.findall(page) if each in by_reference}


def listed(bank: Bank, browser: Browser, url: str) -> set[str]:
    """The cases on all pages of a list."""
    return names_in(bank, all_pages_of(browser, url))


def all_pages_of(browser: Browser, url: str) -> str:
    """A list from its first page to its last."""
    said = ""
    for page in range(1, 20):
        answer = browser.get(f"{url}{'&' if '?' in url else '?'}page={page}")
        assert answer.status_code == 200, f"{browser.who}: {url}"
        said += answer.text
        if 'rel="next"' not in answer.text:
            return said
    raise AssertionError(f"{browser.who}: {url} has no end")


def test_the_queue_its_words_its_tabs_and_their_numbers(
    bank: Bank, visitor: Visitor, cells: Cells
) -> None:
    browser = bank.browser(visitor)
    may_read = expected(bank, visitor, Permission.READ_CASE)
    whole = all_pages_of(browser, "/?shelf=all")
    cells.hold_all("queue", visitor.id, may_read, names_in(bank, whole))
    may_read_words = expected(bank, visitor, Permission.READ_WORDS)
    seen = {name for name, told in bank.cases.items() if told.words[0] in whole}
    cells.hold_all("subject in the queue", visitor.id, may_read_words, seen)
    page = browser.get("/").text
    for shelf in shelves_of(visitor.reader):
        of_it = {name for name, told in bank.cases.items() if _is_on(shelf, visitor, told)}
        right = {name: may_read[name] and name in of_it for name in may_read}
        if shelf != "all":
            found = listed(bank, browser, f"/?shelf={shelf}")
            cells.hold_all(f"tab {shelf}", visitor.id, right, found)
        [number] = re.findall(rf'shelf={shelf}"[^>]*>[^<]*<span class="count">(\d+)<', page) or [-1]
        if number != -1:
            is_right = int(number) == sum(right.values())
            cells.hold("tab number", visitor.id, shelf, right=is_right, seen=number)


def _is_on(shelf: str, visitor: Visitor, told: Told) -> bool:
    case = told.case
    if case.status is Status.CLOSED:
        return False
    return {
        "mine": case.handler == visitor.id,
        "unassigned": case.handler is None,
        "received_by_me": case.first_owner == visitor.id,
        "all": True,
        "breached": told.breaches > 0,
        "escalated": told.rungs > 0,
    }[shelf]


def test_a_list_narrowed_to_a_unit_is_no_wider(bank: Bank, visitor: Visitor, cells: Cells) -> None:
    browser = bank.browser(visitor)
    may_read = expected(bank, visitor, Permission.READ_CASE)
    for unit in ("harbour-outlet", "head-office"):
        right = {name: may_read[name] and bank.cases[name].case.unit == unit for name in may_read}
        found = listed(bank, browser, f"/?shelf=all&unit={unit}")
        cells.hold_all("queue of a unit", visitor.id, right, found)


def test_a_search_by_a_word_of_the_text(bank: Bank, visitor: Visitor, cells: Cells) -> None:
    """Each batch by one of its words, and somebody else by another: a search is narrowed to what
    one may read before it looks at any word."""
    browser = bank.browser(visitor)
    right = expected(bank, visitor, Permission.READ_WORDS)
    turn = list(VISITORS).index(visitor.id)
    for batch in sorted({told.batch for told in bank.cases.values()}):
        of_it = {name for name, told in bank.cases.items() if told.batch == batch}
        words = said_in_batch(batch)
        answer = browser.send("/search", text=words[(turn + batch) % len(words)])
        assert answer.status_code == 200
        found = names_in(bank, answer.text)
        cells.hold_all("search by a word", visitor.id, {name: right[name] for name in of_it}, found)
        assert found <= of_it


def test_a_search_by_a_reference_leads_to_the_case_or_finds_nothing(
    bank: Bank, cells: Cells
) -> None:
    for visitor, told in enough_pairs(bank, may_find):
        answer = bank.browser(visitor).send("/search", text=told.reference.lower())
        found = answer.status_code == 302 and answer.location.endswith(told.reference)
        right = found == may_find(visitor, told)
        cells.hold("search by reference", visitor.id, told.plot.name, right=right)


def test_supervision(bank: Bank, visitor: Visitor, cells: Cells) -> None:
    answer = bank.browser(visitor).get("/supervision")
    if not holds(visitor.roles, Permission.SUPERVISE):
        _refused(cells, "supervision", visitor, bank, answer.status_code)
        return
    right = expected(bank, visitor, Permission.READ_CASE)
    escalations, _, rest = answer.text.partition('id="wishes"')
    wishes, _, rest = rest.partition('id="list-escalated"')
    late, _, handed = rest.partition('id="handed"')
    known_of = {
        name: bool(told.case.restricted_to) and allowed(visitor, told, Permission.KNOW_OF)
        for name, told in bank.cases.items()
    }
    cells.hold_all("handed to an office", visitor.id, known_of, names_in(bank, handed))
    cells.hold_all("escalations", visitor.id, right, names_in(bank, escalations))
    asked = {
        name: right[name] and bank.cases[name].case.extension_request is not None for name in right
    }
    cells.hold_all("wishes", visitor.id, asked, names_in(bank, wishes))
    for name in names_in(bank, late):
        cells.hold("late and escalated", visitor.id, name, right=right[name])
    numbers = re.findall(
        r'id="list-(escalated|breached)">[^<]*<span class="count">(\d+)<', answer.text
    )
    rows = {"escalated": "rungs", "breached": "breaches"}
    assert len(numbers) == len(rows)
    for shelf, number in numbers:
        real = sum(
            right[name] and getattr(told, rows[shelf]) > 0 for name, told in bank.cases.items()
        )
        cells.hold("supervision number", visitor.id, shelf, right=int(number) == real, seen=number)


def _refused(cells: Cells, thing: str, visitor: Visitor, bank: Bank, status: int) -> None:
    """A page that is not for this visitor shows no case: one cell, not one a case."""
    cells.hold(f"{thing} closed", visitor.id, "any", right=status == 403, seen=status)


LISTS = (
    ("regulator drafts", "/reports", Permission.REPORT_TO_REGULATOR),
    ("unsent notices", "/admin/notices", Permission.MEND_NOTICE),
    ("audit", f"/admin/audit?by={STRANGER}", Permission.READ_TRAIL),
    ("verifications", "/admin/verifications", Permission.READ_TRAIL),
)


def test_lists_of_single_offices(bank: Bank, visitor: Visitor, cells: Cells) -> None:
    browser = bank.browser(visitor)
    for thing, url, permission in LISTS:
        if not holds(visitor.roles, permission):
            _refused(cells, thing, visitor, bank, browser.get(url).status_code)
            continue
        if thing == "audit":
            _note_a_look_at_each(bank)
        right = expected(bank, visitor, permission)
        cells.hold_all(thing, visitor.id, right, listed(bank, browser, url))


@cache
def _looked_at() -> list[bool]:
    return []


def _note_a_look_at_each(bank: Bank) -> None:
    """Have the audit hold something about every case: somebody tried each, and was not let in."""
    if not _looked_at():
        stranger = bank.browser(VISITORS[STRANGER])
        for told in bank.cases.values():
            stranger.get(f"/cases/{told.reference}")
        _looked_at().append(True)


def test_failed_cases_and_the_repairs_that_wait(bank: Bank, visitor: Visitor, cells: Cells) -> None:
    browser = bank.browser(visitor)
    answer = browser.get("/admin/failed")
    if not holds(visitor.roles, Permission.REPAIR):
        _refused(cells, "repairs", visitor, bank, answer.status_code)
        return
    right = expected(bank, visitor, Permission.READ_CASE)
    repairs, _, failed = answer.text.partition('id="incidents"')
    cells.hold_all("repairs that wait", visitor.id, right, names_in(bank, repairs))
    for name in names_in(bank, failed):
        cells.hold("failed cases", visitor.id, name, right=right[name])
    given_up = r'">A notice was given up <span class="count">(\d+)<'
    number = sum(map(int, re.findall(given_up, answer.text)))
    is_right = number == sum(right.values())
    cells.hold("number of failed cases", visitor.id, "all", right=is_right, seen=number)


def test_the_inbox_and_what_is_to_be_told(bank: Bank, visitor: Visitor, cells: Cells) -> None:
    page = bank.browser(visitor).get("/inbox").text
    right = expected(bank, visitor, Permission.READ_CASE)
    to_tell, _, inbox = page.partition('id="notices"')
    cells.hold_all("inbox", visitor.id, right, names_in(bank, inbox))
    mine = {name: right[name] and told.plot.charged == visitor.id
            for name, told in bank.cases.items()}  # fmt: skip
    cells.hold_all("to be told", visitor.id, mine, names_in(bank, to_tell))
    counted = re.findall(r'Inbox <span class="count">(\d+)<', page)
    number = int(counted[0]) if counted else 0
    walks = page.count('action="/inbox/walks/')
    assert holds(visitor.roles, Permission.HEAR_OF_WALKS) or not walks
    # Some cases have said two things to somebody; which cases those are, was asked above.
    is_right = number == inbox.count('<li class="unread">') + walks
    cells.hold("number of the inbox", visitor.id, "all", right=is_right, seen=number)


def whole_history(browser: Browser, reference: str) -> str:
    """Every page of it."""
    pages: list[str] = []
    while not pages or 'rel="next"' in pages[-1]:
        url = f"/cases/{reference}/history?page={len(pages) + 1}"
        pages.append(browser.get(url).text)
    return "".join(pages)


def test_links_to_other_cases(bank: Bank, visitor: Visitor, cells: Cells) -> None:
    browser, hub = bank.browser(visitor), bank.hub
    if not allowed(visitor, hub, Permission.READ_CASE):
        return
    right = expected(bank, visitor, Permission.READ_CASE)
    others = {name: right[name] for name in right if bank.cases[name] is not hub}
    page = browser.get(f"/cases/{hub.reference}").text
    facts, _, journal = page.partition('<section aria-labelledby="journal">')
    cells.hold_all("links on the page", visitor.id, others, names_in(bank, facts) - {"nobodys"})
    for name in names_in(bank, journal) - {"nobodys"}:
        cells.hold("links in the journal", visitor.id, name, right=others[name])
    if allowed(visitor, hub, Permission.READ_HISTORY):
        found = names_in(bank, whole_history(browser, hub.reference)) - {"nobodys"}
        cells.hold_all("links in the history", visitor.id, others, found)


REGISTER = "/reports-owed/{}/register-key-branches/2026-11-01"
FIGURES = "/reports-owed/{}/statistics/2026-11-01.csv"
BRANCHES = ("east-branch", "west-branch")


def answers_for(visitor: Visitor, unit: str) -> bool:
    """Whether the reports of a unit are this visitor's to read."""
    here = relations_to_unit(visitor.reader, unit)
    return may(Permission.ANSWER_FOR_REPORTS, visitor.roles, here)


def test_registers(bank: Bank, visitor: Visitor, cells: Cells) -> None:
    for unit, form in product(BRANCHES, ("", ".csv")):
        answer = bank.browser(visitor).get(REGISTER.format(unit) + form)
        thing = f"register{form}"
        if not answers_for(visitor, unit):
            shut = 404 if holds(visitor.roles, Permission.ANSWER_FOR_REPORTS) else 403
            is_shut = answer.status_code == shut
            cells.hold(f"{thing} closed", visitor.id, unit, right=is_shut, seen=answer.status_code)
            continue
        right = {
            name: told.case.unit in _below(unit)
            and not told.case.restricted_to
            and allowed(visitor, told, Permission.COUNT_CASE)
            for name, told in bank.cases.items()
        }
        cells.hold_all(thing, visitor.id, right, names_in(bank, answer.text))


def test_figures(bank: Bank, visitor: Visitor, cells: Cells) -> None:
    """Whoever is kept out of a case, and whoever may not read what an office has to itself, sees
    figures without it (S-18)."""
    for unit in BRANCHES:
        if not answers_for(visitor, unit):
            continue
        text = bank.browser(visitor).get(FIGURES.format(unit)).text
        [number] = re.findall(r"Complaints received,(\d+)", text)
        counted = sum(
            told.case.unit in _below(unit) and allowed(visitor, told, Permission.COUNT_CASE)
            for told in bank.cases.values()
        )
        is_right = int(number) == counted
        cells.hold("figures", visitor.id, unit, right=is_right, seen=(number, counted))


def test_the_analysis(bank: Bank, visitor: Visitor, cells: Cells) -> None:
    """Its numbers are of what somebody has counted; behind them stands what they may open."""
    asked = "/analysis/cases?by=month&of=2026-11&what=received&from=2026-11&to=2026-11&unit="
    for unit in BRANCHES:
        answer = bank.browser(visitor).get(asked + unit)
        if not answers_for(visitor, unit):
            shut = 404 if holds(visitor.roles, Permission.ANSWER_FOR_REPORTS) else 403
            is_shut = answer.status_code == shut
            cells.hold("analysis closed", visitor.id, unit, right=is_shut, seen=answer.status_code)
            continue
        counted = {
            name
            for name, told in bank.cases.items()
            if told.case.unit in _below(unit)
            and not told.case.restricted_to
            and allowed(visitor, told, Permission.COUNT_CASE)
        }
        right = {
            name: name in counted and allowed(visitor, told, Permission.READ_CASE)
            for name, told in bank.cases.items()
        }
        browser = bank.browser(visitor)
        cells.hold_all("analysis", visitor.id, right, listed(bank, browser, asked + unit))
        [others] = re.findall(r"and (\d+) that you do not see", answer.text) or [0]
        hidden = len(counted) - sum(right.values())
        cells.hold("analysis, unseen", visitor.id, unit, right=int(others) == hidden, seen=others)


def _below(unit: str) -> set[str]:
    return {each for each, (_, parent, _) in UNITS.items() if unit in (each, parent)}


def test_the_page_of_a_case(bank: Bank, visitor: Visitor, cells: Cells) -> None:
    """What is not theirs is word for word what is not there (S-08)."""
    browser = bank.browser(visitor)
    absent = body_of(browser.get("/cases/C-1999-000001").text, "C-1999-000001")
    for told in one_of_each(bank, visitor):
        name, may_read = told.plot.name, allowed(visitor, told, Permission.READ_CASE)
        answer = browser.get(f"/cases/{told.reference}")
        right = answer.status_code == (200 if may_find(visitor, told) else 404)
        cells.hold("case page", visitor.id, name, right=right, seen=answer.status_code)
        words = [word in answer.text for word in told.words]
        if may_read:
            is_right = all(words) == allowed(visitor, told, Permission.READ_WORDS)
            cells.hold("words on the page", visitor.id, name, right=is_right)
        elif may_find(visitor, told):
            silent = not any(words) and "Person p-" not in answer.text.partition("<main")[2]
            cells.hold("how it stands and no more", visitor.id, name, right=silent)
        else:
            is_right = body_of(answer.text, told.reference) == absent
            cells.hold("body of what is not there", visitor.id, name, right=is_right)


def may_find(visitor: Visitor, told: Told) -> bool:
    """Whether the page of a case says anything at all to this visitor."""
    either = (Permission.READ_CASE, Permission.FIND_CASE)
    return any(allowed(visitor, told, each) for each in either)


Asked = tuple[str, str, Permission]
"""What is asked, where, and what of the table it takes."""

GETS: tuple[Asked, ...] = (
    ("history", "/cases/{reference}/history", Permission.READ_HISTORY),
    ("the past", "/cases/{reference}/history?entry=1", Permission.READ_HISTORY),
    ("a saved history", "/cases/{reference}/history.json", Permission.READ_HISTORY),
    ("files", "/cases/{reference}/attachments", Permission.READ_WORDS),
    ("a file", "/cases/{reference}/attachments/{file}", Permission.READ_WORDS),
    ("letters", "/cases/{reference}/letters", Permission.READ_WORDS),
    ("a letter to write", "/cases/{reference}/letters/new/final-reply/zh", Permission.READ_WORDS),
    ("the customer", "/cases/{reference}/customer", Permission.REVEAL),
    ("registered", "/registered/{reference}", Permission.REGISTER),
    ("reset points", "/admin/failed/{reference}/points", Permission.REPAIR),
    ("reset preview", "/admin/failed/{reference}/points/4", Permission.REPAIR),
    ("a repair", "/admin/repairs/{repair}", Permission.REPAIR),
    ("a draft", "/reports/{report}", Permission.REPORT_TO_REGULATOR),
)

POSTS: tuple[Asked, ...] = (
    ("note", "/cases/{reference}/acts/note", Permission.NOTE),
    ("link", "/cases/{reference}/acts/link", Permission.SORT),
    ("upload", "/cases/{reference}/attachments", Permission.READ_WORDS),
    ("look at a letter", "/cases/{reference}/letters/new/final-reply/zh", Permission.READ_WORDS),
    ("see the customer", "/cases/{reference}/customer", Permission.REVEAL),
    (
        "correct the contact",
        "/cases/{reference}/customer/contact",
        Permission.CORRECT_CONTACT,
    ),
    ("approve a repair", "/admin/repairs/{repair}/approve", Permission.REPAIR),
    ("ask for a repair", "/admin/failed/{reference}/points/4", Permission.REPAIR),
)
"""Sent with nothing typed, so that who may is told what is missing and nothing is changed."""

AT_THE_DOOR = frozenset(
    {
        Permission.READ_HISTORY,
        Permission.READ_WORDS,
        Permission.REVEAL,
        Permission.CORRECT_CONTACT,
        Permission.REPAIR,
        Permission.REPORT_TO_REGULATOR,
    }
)
"""What a view asks of the visitor's roles first, and then of the case."""


def _url(told: Told, pattern: str) -> str:
    return pattern.format(
        reference=told.reference, file=told.file, repair=told.repair, report=told.report
    )


@pytest.mark.parametrize("what", GETS, ids=[each[0] for each in GETS])
def test_what_hangs_on_a_case(bank: Bank, cells: Cells, what: Asked) -> None:
    _ask_at_the_door(bank, cells, what, lambda browser, url: browser.get(url))


@pytest.mark.parametrize("what", POSTS, ids=[each[0] for each in POSTS])
def test_what_is_done_to_a_case(bank: Bank, cells: Cells, what: Asked) -> None:
    _ask_at_the_door(bank, cells, what, lambda browser, url: browser.send(url))


def _ask_at_the_door(
    bank: Bank, cells: Cells, what: Asked, ask: Callable[[Browser, str], TestResponse]
) -> None:
    thing, pattern, permission = what
    # Acts are judged when they are typed in full; the door is the case's own.
    at_the_case = permission if permission in AT_THE_DOOR else Permission.READ_CASE
    looks_at_roles = permission in AT_THE_DOOR | {Permission.REGISTER}
    shut_to: set[tuple[Role, ...]] = set()
    pairs = enough_pairs(bank, partial(allowed, permission=at_the_case))
    for visitor, told in pairs:
        is_shut = looks_at_roles and not holds(visitor.roles, permission)
        if visitor.roles in shut_to:
            continue  # A door that does not look at the case is one cell a role.
        status = ask(bank.browser(visitor), _url(told, pattern)).status_code
        if is_shut:
            shut_to.add(visitor.roles)
            right = status == 403
        else:
            right = (status not in {403, 404, 500}) == allowed(visitor, told, at_the_case)
        cells.hold(thing, visitor.id, told.plot.name, right=right, seen=status)


def test_a_stranger_is_asked_who_they_are(bank: Bank, cells: Cells) -> None:
    """Whatever is asked for, and of whichever case: the door is shut before anybody looks at one,
    so each case is asked for one thing and the next one for the next."""
    browser = bank.browser(None)
    for (name, told), (thing, pattern, _) in zip(bank.cases.items(), cycle(GETS), strict=False):
        answer = browser.get(_url(told, pattern))
        right = answer.status_code == 302 and answer.location.startswith("/login")
        cells.hold(f"{thing} by a stranger", "nobody", name, right=right)


def test_the_mails_that_are_joined_to_no_case(bank: Bank, visitor: Visitor, cells: Cells) -> None:
    answer = bank.browser(visitor).get("/mails")
    if not holds(visitor.roles, Permission.SORT_MAIL):
        _refused(cells, "mails", visitor, bank, answer.status_code)
        return
    right = answer.status_code == 200 and not names_in(bank, answer.text)
    cells.hold("mails", visitor.id, "", right=right)


def test_the_matrix_is_as_large_as_it_was(all_cells: Cells) -> None:
    assert all_cells.asked.total() >= AT_LEAST
