"""What packs say beside tasks, as people read it on the page of a case, and in their mail."""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any

import pytest
from sqlalchemy import update

from domain.acts import (
    Appeal,
    Assign,
    Close,
    Commit,
    DeclareBeyondAuthority,
    Dispose,
    Forward,
    MakePlan,
    Reopen,
    ReplyToSender,
    ReportLoss,
    ReportMedia,
)
from domain.case import Milestone
from domain.classification import Level, MediaReach, Responsibility, Validity
from domain.complaint import Language
from domain.events import Event
from domain.periodicals import Periodical
from domain.policy import Checklist, Gate, Limit, Pack, Route, Span
from domain.reporting import Cadence
from rulebook.clauses import DRIVEN, read_regulations
from store.database import Sessions
from store.tables import PersonRow, PolicyVersionRow, UnitRow
from tests.tasks.opening import ASSIGNED, AT, REPLIED, Deed, met
from tests.tasks.parts import each
from tests.tasks.work import Work
from tests.web.browser import Visit

TO_HAN = Assign(handler="han", handler_unit="head-office", handler_level=Level.HEAD_OFFICE)
READERS = ("tess", "hong", "una", "dora", "sun")


@pytest.fixture
def both_languages(sessions: Sessions, visit: Visit) -> Callable[[str], dict[Language, str]]:
    """The page of a case in both languages, as somebody reads it whom it is open to."""

    def read(reference: str) -> dict[Language, str]:
        read_by: dict[Language, str] = {}
        for language in Language:
            with sessions.begin() as session:
                session.execute(update(PersonRow).values(language=language))
            answers = (visit(who).get(f"/cases/{reference}") for who in READERS)
            read_by[language] = unescape(next(a for a in answers if a.status_code == 200).text)
        with sessions.begin() as session:
            session.execute(update(PersonRow).values(language=Language.EN))
        return read_by

    return read


@pytest.mark.parametrize(("pack", "route"), [*each(lambda pack: pack.routes)])
def test_a_case_says_who_receives_it_and_what_they_do(
    pack: str, route: Route, work: Work, both_languages: Callable[[str], dict[Language, str]]
) -> None:
    page = both_languages(met(work, pack, route.when))
    for language, said in page.items():
        assert route.about[language] in said
    assert route.rule in page[Language.EN]
    assert ("The result goes back in writing." in page[Language.EN]) == route.in_writing


@pytest.mark.parametrize(("pack", "checklist"), [*each(lambda pack: pack.checklists)])
def test_a_case_says_what_to_mind_in_its_situation_and_in_no_other(
    pack: str,
    checklist: Checklist,
    work: Work,
    both_languages: Callable[[str], dict[Language, str]],
) -> None:
    for language, said in both_languages(met(work, pack, checklist.when)).items():
        for point in checklist.points:
            assert point[language] in said
    if checklist.when:
        other = both_languages(met(work, pack, {}))[Language.EN]
        assert checklist.points[0]["en"] not in other


TRIED: dict[str, tuple[str, tuple[Deed, ...]]] = {
    "forward": ("ines", ()),
    "assign": ("sun", ()),
    "comment_to_media": ("mona", ((ReportMedia(reach=MediaReach.PROVINCIAL), "sun", ()),)),
    "extend": ("sun", ()),
    "bring_in_legal": ("han", ASSIGNED),
    "reply": ("han", ASSIGNED),
    "start": ("han", ((TO_HAN, "ines", ()),)),
    "promise": ("han", ASSIGNED),
}
"""Who would do what waits for something else, and what has happened by then."""


def gates(pack: Pack) -> list[Gate]:
    return [gate for gate in pack.conduct.gates if gate.act in TRIED]


@pytest.mark.parametrize(("pack", "gate"), [*each(gates)])
def test_what_must_come_first_is_said_where_the_act_would_stand(
    pack: str, gate: Gate, work: Work, visit: Visit
) -> None:
    reference = met(work, pack, gate.when)
    who, before = TRIED[gate.act]
    for act, by, words in before:
        work.does(reference, act, by, *words)
    page = unescape(visit(who).get(f"/cases/{reference}").text)
    assert f"(rule {gate.rule})" in page
    assert f'id="act-{gate.act}"' not in page, "the form is not offered"


NEXT_WEEK = datetime.now(UTC) + timedelta(days=7)

REOPENED: tuple[Deed, ...] = (
    *REPLIED,
    (ReplyToSender(), "han", ()),
    (Dispose(validity=Validity.VALID, responsibility=Responsibility.BANK), "han", ()),
    (Close(), "han", ()),
    (Reopen(), "sun", ()),
)

STARTED_BY: dict[Milestone, tuple[Deed, ...]] = {
    Milestone.RECEIVED: (),
    Milestone.BEYOND_AUTHORITY: (*ASSIGNED, (DeclareBeyondAuthority(), "han", ())),
    Milestone.COMMITTED: (*ASSIGNED, (Commit(until_at=NEXT_WEEK), "han", ())),
    Milestone.PLANNED: (*ASSIGNED, (MakePlan(person="hugo", until_at=NEXT_WEEK), "han", ())),
    Milestone.LOSS_REPORTED: ((ReportLoss(), "sun", ()),),
    Milestone.APPEALED: (*REPLIED, (Appeal(), "ines", ())),
    Milestone.REOPENED: REOPENED,
}


def begun(limit: Limit) -> tuple[Deed, ...]:
    """What happens to a case so that a limit begins."""
    if limit.starts[0] is not Milestone.DELIVERED:
        return STARTED_BY[limit.starts[0]]
    level = Level(limit.when.get("level", (Level.OUTLET,))[0])
    sender = "sun" if level is Level.OUTLET else "ines"
    return ((Forward(unit=AT[level], level=level), sender, ()),)


@pytest.mark.parametrize(("pack", "limit"), [*each(lambda pack: pack.limits)])
def test_a_limit_stands_on_the_page_with_its_reason_and_running_out_is_told(
    pack: str, limit: Limit, work: Work, visit: Visit
) -> None:
    reference = met(work, pack, limit.when)
    for act, by, words in begun(limit):
        work.does(reference, act, by, *words)
    hong = visit("hong")
    page = unescape(hong.get(f"/cases/{reference}").text)
    assert f"(rule {limit.rule})" in page
    if isinstance(limit.within, Span):
        assert f"{limit.within} from ".replace("clock ", "") in page
    key = next(
        clock.key
        for clock in work.clocks(reference)
        if clock.limit == limit.name and clock.is_running
    )
    work.let_happen(reference, Event.BREACHED, key)
    post = work.post(reference)
    for warning in limit.warnings:
        assert any("due soon" in each for each in post["ines"]), warning
    assert any("is overdue" in each for each in post["ines"]), "whoever heard it first"
    supervisor = next(who for who in ("sun", "tess", "hong") if has_climbed_to(who, post))
    newest = visit(supervisor).get("/?shelf=escalated&sort=reference&down=yes").text
    assert reference in newest
    assert "badge tone-late" in hong.get(f"/cases/{reference}").text


def has_climbed_to(who: str, post: dict[str, list[str]]) -> bool:
    return any("escalated to you" in each for each in post.get(who, ()))


SENT_BY = {
    "every": "east-branch",
    "key": "east-branch",
    "ordinary": "east-branch",
    **AT,
}


@pytest.mark.parametrize(("pack", "report"), [*each(lambda pack: pack.periodicals)])
def test_a_report_stands_on_the_list_of_who_owes_it_and_is_submitted_there(
    pack: str, report: Periodical, visit: Visit, sessions: Sessions
) -> None:
    unit, long_ago = SENT_BY[report.senders], datetime.now(UTC) - timedelta(days=800)
    with sessions.begin() as session:
        session.execute(update(PolicyVersionRow).values(published_at=long_ago))
        usual = "head-office" if pack == "go-live" else pack
        session.execute(update(UnitRow).where(UnitRow.parent.is_(None)).values(policy=usual))
        session.execute(
            update(UnitRow).where(UnitRow.id == unit).values(is_key=report.senders == "key")
        )
    listed = re.compile(rf"/reports-owed/{unit}/{report.name}/[0-9-]+")
    try:
        hong = visit("hong")
        page = hong.get(f"/reports-owed?unit={unit}").text
        assert report.title["en"] in unescape(page)
        if report.cadence == Cadence.WHEN_NEEDED:
            days = f"/reports-when-needed/{unit}/{report.name}"
            assert days in page, "whoever answers for the unit may write one"
            addresses = [hong.get(f"{days}?begins=2026-01-04&ends=2026-01-09").location or ""]
        else:
            addresses = [*dict.fromkeys(listed.findall(page))]
        assert addresses, "whoever answers for the unit sees what it owes"
        owed = next(each for each in addresses if "Yes, submit" in hong.get(each).text)
        words = {part.name: f"{part.title['en']}: none" for part in report.written}
        hong.send(owed, **words)
        page = hong.get(owed.partition("?")[0]).text
        assert "by hong." in page
        for said in words.values():
            assert said in page
    finally:
        with sessions.begin() as session:
            head = update(UnitRow).where(UnitRow.parent.is_(None))
            session.execute(head.values(policy="head-office"))
            session.execute(update(UnitRow).values(is_key=False))


PARTS: Mapping[str, Callable[[Pack], Iterable[Any]]] = {
    "duties": lambda pack: pack.conduct.duties,
    "routes": lambda pack: pack.routes,
    "checklists": lambda pack: pack.checklists,
    "gates": gates,
    "limits": lambda pack: pack.limits,
    "periodicals": lambda pack: pack.periodicals,
}


def test_whatever_part_of_a_pack_a_clause_names_is_driven() -> None:
    driven = {f"{DRIVEN[kind]}[{each_one.id}]" for kind in DRIVEN for each_one in each(PARTS[kind])}
    named = {
        regulation.test_behind(test)
        for regulation in read_regulations()
        for clause in regulation.clauses
        for test in clause.tests
    }
    assert {test for test in named if "[" in test} - driven == set()
