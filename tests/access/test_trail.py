"""Looking leaves a line: who, from where, at which cases; whoever walks is noticed (S-08, S-19)."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select

from domain.classification import Role
from domain.complaint import Language
from rulebook.walking import read_walk_limits
from store.database import Sessions
from store.evidence.audit import Action
from store.tables import AuditRow, PersonRow
from tests.access.asking import Bank, Browser
from tests.access.cast import VISITORS, Visitor

ADDRESS = "192.0.2.7"

SUPERVISOR = VISITORS["p-supervisor-near"]


def newest(sessions: Sessions, who: str, action: Action) -> AuditRow:
    """The last thing of this kind that somebody did."""
    with sessions() as session:
        row = session.scalars(
            select(AuditRow)
            .where(AuditRow.by == who, AuditRow.action == action)
            .order_by(AuditRow.id.desc())
            .limit(1)
        ).one()
        session.expunge(row)
        return row


def from_afar(browser: Browser) -> Browser:
    browser.client.environ_base["REMOTE_ADDR"] = ADDRESS
    return browser


@pytest.mark.parametrize(
    ("how", "url", "typed", "action"),
    [
        ("get", "/?shelf=all", {}, Action.LISTED),
        ("send", "/search", {"text": "{word}"}, Action.SEARCHED),
        ("get", "/supervision", {}, Action.LISTED),
        ("get", "/tasks", {}, Action.LISTED),
        ("get", "/reports-owed/east-branch/register-key-branches/2026-11-01", {},
         Action.READ_REPORT),
        ("get", "/reports-owed/east-branch/register-key-branches/2026-11-01.csv", {},
         Action.SAVED_REPORT),
    ],
)  # fmt: skip
def test_a_list_of_cases_is_noted_with_each_case_it_showed(
    bank: Bank,
    sessions: Sessions,
    how: str,
    url: str,
    typed: dict[str, str],
    action: Action,
) -> None:
    told = bank.cases["handled"]
    browser = from_afar(bank.browser(SUPERVISOR))
    filled = {name: text.format(word=told.words[1]) for name, text in typed.items()}
    answer = getattr(browser, how)(url, **filled)
    row = newest(sessions, SUPERVISOR.id, action)
    assert row.address == ADDRESS
    whole = action in {Action.READ_REPORT, Action.SAVED_REPORT}
    seen = {
        case.reference
        for case in bank.cases.values()
        if (case.reference if whole else case.words[0]) in answer.text
    }
    assert seen
    assert set(row.facts["shown"]) == seen


def test_what_was_searched_for_is_written_nowhere(bank: Bank, sessions: Sessions) -> None:
    word = bank.cases["handled"].words[1]
    bank.browser(SUPERVISOR).send("/search", text=word)
    first = newest(sessions, SUPERVISOR.id, Action.SEARCHED)
    bank.browser(SUPERVISOR).send("/search", text=f"  {word.upper()} ")
    again = newest(sessions, SUPERVISOR.id, Action.SEARCHED)
    bank.browser(SUPERVISOR).send("/search", text="something else")
    other = newest(sessions, SUPERVISOR.id, Action.SEARCHED)
    assert word not in str(vars(first))
    assert first.facts["kind"] == "words"
    assert first.id < again.id
    assert first.facts["key"] == again.facts["key"] != other.facts["key"]


@pytest.mark.parametrize(
    ("who", "url", "action"),
    [
        ("p-supervisor-near", "/cases/{reference}/attachments", Action.LISTED_FILES),
        ("p-supervisor-near", "/cases/{reference}/attachments/{file}", Action.SAVED_FILE),
        ("p-supervisor-near", "/cases/{reference}/letters", Action.LOOKED_AT_COMPLAINT),
        ("p-regulator_liaison-near", "/reports/{report}", Action.READ_DRAFT),
    ],
)
def test_files_and_drafts_are_noted_by_case(
    bank: Bank, sessions: Sessions, who: str, url: str, action: Action
) -> None:
    told = bank.cases["handled"]
    browser = from_afar(bank.browser(VISITORS[who]))
    facts: dict[str, Any] = {
        "reference": told.reference, "file": told.file, "report": told.report
    }  # fmt: skip
    assert browser.get(url.format(**facts)).status_code == 200
    row = newest(sessions, who, action)
    assert (row.subject, row.address) == (told.reference, ADDRESS)


def test_the_audit_tells_who_was_shown_a_case_in_a_list_and_from_where(
    bank: Bank,
) -> None:
    told = bank.cases["handled"]
    from_afar(bank.browser(SUPERVISOR)).send("/search", text=told.words[1])
    admin = bank.browser(VISITORS["p-administrator-near"])
    page = admin.get(f"/admin/audit?subject={told.reference}&by={SUPERVISOR.id}").text
    assert "Searched" in page
    assert ADDRESS in page
    assert "cases shown: 1" in page


def test_who_is_kept_out_of_a_case_does_not_learn_who_was_shown_it(bank: Bank) -> None:
    about = bank.cases["about-p-administrator-near"]
    bank.browser(VISITORS["p-head-boss"]).send("/search", text=about.words[1])
    admin = bank.browser(VISITORS["p-administrator-near"])
    assert "Searched" not in admin.get(f"/admin/audit?subject={about.reference}").text


def a_walker(sessions: Sessions, number: str) -> Visitor:
    """Somebody new, who has asked for nothing yet."""
    who = Visitor(id=f"p-walker-{number}", unit="harbour-outlet", roles=(Role.HANDLER,))
    with sessions.begin() as session:
        session.add(
            PersonRow(
                id=who.id, login=who.id, name=f"Person {who.id}", unit=who.unit,
                roles=list(who.roles), language=Language.EN,
            )
        )  # fmt: skip
    return who


@pytest.mark.parametrize("way", ["page", "search", "link"])
def test_walking_through_references_is_noticed_and_told(
    bank: Bank, sessions: Sessions, way: str
) -> None:
    """By the pages, by the search or by an act: after so many in so many minutes."""
    who = a_walker(sessions, way)
    browser = from_afar(bank.browser(who))
    mine = bank.cases["nobodys"].reference
    ask: Callable[[str], object] = {
        "page": lambda each: browser.get(f"/cases/{each}"),
        "search": lambda each: browser.send("/search", text=each),
        "link": lambda each: browser.send(
            f"/cases/{mine}/acts/link", command_id=str(uuid4()), seen_version="99", reference=each
        ),
    }[way]
    enough = read_walk_limits().references
    told = {name: bank.browser(VISITORS[name]) for name in HEAR_OF_IT}
    for number in range(enough - 1):
        ask(f"C-1998-{number:06}")
    ask("C-1998-000000")  # The same again is no further step.
    assert not any(f"Person {who.id}" in each.get("/inbox").text for each in told.values())
    ask(f"C-1998-{enough:06}")
    for each in told.values():
        page = each.get("/inbox").text
        assert f"Person {who.id}" in page
        assert f"from {ADDRESS}" in page
    assert f"Person {who.id}" not in bank.browser(SUPERVISOR).get("/inbox").text


HEAR_OF_IT = ("p-administrator-near", "p-discipline-near")


def test_it_is_told_until_somebody_else_has_looked_into_it(bank: Bank, sessions: Sessions) -> None:
    who, admin = a_walker(sessions, "admin"), VISITORS["p-administrator-near"]
    with sessions.begin() as session:
        session.get_one(PersonRow, who.id).roles = [Role.ADMINISTRATOR]
    walker = bank.browser(who)
    for number in range(read_walk_limits().references):
        walker.get(f"/cases/C-1997-{number:06}")
    walk = newest(sessions, who.id, Action.WALKED).id
    assert f"/inbox/walks/{walk}" not in walker.get("/inbox").text
    assert walker.send(f"/inbox/walks/{walk}").status_code == 404
    assert bank.browser(SUPERVISOR).send(f"/inbox/walks/{walk}").status_code == 403
    assert f"/inbox/walks/{walk}" in bank.browser(admin).get("/inbox").text
    assert bank.browser(admin).send(f"/inbox/walks/{walk}").status_code == 302
    for name in HEAR_OF_IT:
        assert f"/inbox/walks/{walk}" not in bank.browser(VISITORS[name]).get("/inbox").text
    assert newest(sessions, admin.id, Action.WALK_LOOKED_INTO).subject == str(walk)
