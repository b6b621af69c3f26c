"""Word of a time limit, as its reader has it in the inbox and by mail: which limit it is about, of
which case, and when it ends, in both languages."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import update

from domain.classification import Channel
from domain.complaint import Language
from domain.events import Event
from store.database import Sessions
from store.tables import PersonRow
from tests.tasks.pages import SAID, Pages
from tests.tasks.work import Work
from tests.web.browser import Visit
from tests.web.seen import tree_of, words_of
from web.kit.forms import typed_instant

REPLY = {Language.EN: "Reply", Language.ZH: "答复"}
PROMISE = {Language.EN: "Promised date", Language.ZH: "承诺时限"}
EXPLAINED = {
    Language.EN: "See that the delay is explained to sender and customer",
    Language.ZH: "督促向转办部门和客户说明超时原因",
}


@pytest.fixture(params=list(Language))
def language(request: pytest.FixtureRequest, sessions: Sessions) -> Iterator[Language]:
    """Everybody reads this one."""
    with sessions.begin() as session:
        session.execute(update(PersonRow).values(language=request.param))
    yield request.param
    with sessions.begin() as session:
        session.execute(update(PersonRow).values(language=Language.EN))


def end_of(work: Work, reference: str, key: str) -> str:
    """When a limit ends, as the bank writes it."""
    at = next(clock.due_at for clock in work.clocks(reference) if clock.key == key)
    assert at is not None
    return f"{at.astimezone(ZoneInfo('Asia/Shanghai')):%Y-%m-%d %H:%M}"


def inbox(visit: Visit, who: str, reference: str) -> list[str]:
    """What the notices in somebody's inbox say of a case, a line each."""
    sections = tree_of(visit(who).get("/inbox")).iter("section")
    notices = next(each for each in sections if each.get("aria-labelledby") == "notices")
    lines = [words_of(each) for each in notices.iter("li")]
    return [each for each in lines if reference in each]


def mail(work: Work, who: str, reference: str) -> list[str]:
    """The mails somebody has of a case, now that they go out."""
    return [" ".join(each.split()) for each in work.post(reference).get(who, [])]


def assigned(work: Work, pages: Pages) -> str:
    reference = work.received("head-office", channel=Channel.PHONE)
    pages.does("sun", reference, "assign", handler="han")
    return reference


def test_whoever_is_given_a_case_reads_which_limit_ends_next_and_when(
    work: Work, pages: Pages, visit: Visit, language: Language
) -> None:
    reference = assigned(work, pages)
    for told in (inbox(visit, "han", reference), mail(work, "han", reference)):
        assert len(told) == 1
        assert REPLY[language] in told[0]
        assert end_of(work, reference, "reply") in told[0]


def test_every_word_of_a_late_reply_names_it_and_its_date(
    work: Work, pages: Pages, visit: Visit, language: Language
) -> None:
    reference = assigned(work, pages)
    ends = end_of(work, reference, "reply")
    work.let_happen(reference, Event.BREACHED, "reply")
    work.let_happen(reference, Event.ESCALATED, "reply")
    post = work.post(reference)
    told = [" ".join(each.split()) for who in ("han", "ines", "sun") for each in post[who]]
    told += [each for who in ("han", "ines", "sun") for each in inbox(visit, who, reference)]
    about_the_task = [each for each in told if EXPLAINED[language] in each]
    about_the_reply = [each for each in told if EXPLAINED[language] not in each]
    assert len(about_the_task) == 2, "by mail and in the inbox"
    assert all(re.search(r"\d{4}-\d\d-\d\d \d\d:\d\d", each) for each in about_the_task)
    assert len(about_the_reply) >= 8, "a warning, the breach and a rung, besides who was given it"
    for each in about_the_reply:
        assert REPLY[language] in each, each
        assert ends in each, each


def test_who_is_to_decide_on_a_later_date_reads_of_which_limit(
    work: Work, pages: Pages, visit: Visit, language: Language
) -> None:
    reference = assigned(work, pages)
    ends = end_of(work, reference, "reply")
    why = {"overrun": "reply", "reason": SAID, "letter": "Please bear with us."}
    pages.does("han", reference, "explain_overrun", **why)
    later = typed_instant(datetime.now(UTC) + timedelta(days=20))
    pages.asks_a_second("han", reference, "extend", clock="reply", until_at=later, reason=SAID)
    asked = [inbox(visit, "sun", reference)[0], mail(work, "sun", reference)[-1]]
    pages.agrees("sun", reference)
    moved = end_of(work, reference, "reply")
    assert moved != ends
    granted = [*inbox(visit, "han", reference)[:2], *mail(work, "han", reference)[-2:]]
    for told, date in ((asked, ends), (granted, moved)):
        for each in told:
            assert REPLY[language] in each, each
            # What was asked reads by then as it stands, and a mail as it stood.
            assert date in each, each


def test_a_case_whose_limits_have_ended_is_not_said_to_have_a_date(
    work: Work, pages: Pages, visit: Visit
) -> None:
    reference = assigned(work, pages)
    pages.does("han", reference, "start")
    pages.does("han", reference, "reply", **REPLIED)
    assert "No time limit is running." in mail(work, "han", reference)[0]
    assert "due" not in inbox(visit, "han", reference)[0]


REPLIED = {
    "letter": "We have paid it back.",
    "satisfaction": "satisfied",
    "handled_at": typed_instant(datetime.now(UTC) - timedelta(hours=1)),
    "findings": "It was taken twice.",
    "persons": "Nobody.",
    "lessons": "It is asked first.",
    "handler_name": "Han",
    "handler_phone": "000-1000",
}


@pytest.fixture
def promised(work: Work, pages: Pages) -> str:
    """A case whose customer was promised a date before the answer is due."""
    reference = assigned(work, pages)
    due_at = next(clock.due_at for clock in work.clocks(reference) if clock.key == "reply")
    assert due_at is not None
    before = typed_instant(due_at - timedelta(hours=1))
    pages.does("han", reference, "commit", until_at=before, reason=SAID)
    return reference


def test_a_promised_date_stands_among_the_limits_and_in_the_list_as_what_ends_next(
    promised: str, work: Work, visit: Visit, language: Language
) -> None:
    ends = end_of(work, promised, "promise")
    sections = tree_of(visit("han").get(f"/cases/{promised}")).iter("section")
    limits = next(each for each in sections if each.get("aria-labelledby") == "clocks")
    lines = [words_of(each) for each in limits.iter("div") if each.get("class") == "clock-line"]
    [line] = [each for each in lines if PROMISE[language] in each]
    assert ends in line
    runs_to = {"en": "it runs to the date promised to the customer", "zh": "以向客户承诺的期限为准"}
    assert words_of(limits).count(runs_to[language]) == 1, "how its date came about"
    queue = tree_of(visit("han").get("/?sort=reference&down=yes"))
    row = next(each for each in map(words_of, queue.iter("tr")) if promised in each)
    assert PROMISE[language] in row
    assert ends in row


def test_who_promised_is_reminded_and_their_supervisor_hears_that_it_was_not_kept(
    promised: str, work: Work, visit: Visit, language: Language
) -> None:
    ends = end_of(work, promised, "promise")
    work.post(promised)
    heard = len(inbox(visit, "sun", promised))
    work.let_happen(promised, Event.WARNED, "promise")
    for told in (inbox(visit, "han", promised)[0], mail(work, "han", promised)[-1]):
        assert PROMISE[language] in told
        assert ends in told
    assert len(inbox(visit, "sun", promised)) == heard, "a reminder is for who is to keep it"
    work.let_happen(promised, Event.ESCALATED, "promise")
    post = work.post(promised)
    assert "hong" not in post, "nobody further up"
    for who in ("han", "sun"):
        for told in (inbox(visit, who, promised)[0], " ".join(post[who][-1].split())):
            assert PROMISE[language] in told, who
            assert ends in told, who


def test_a_limit_that_is_late_says_so_once(work: Work, visit: Visit) -> None:
    long_ago = datetime.now(UTC) - timedelta(days=40)
    reference = work.received("head-office", received_at=long_ago)
    work.let_happen(reference, Event.BREACHED, "reply")
    sections = tree_of(visit("hong").get(f"/cases/{reference}")).iter("section")
    limits = next(each for each in sections if each.get("aria-labelledby") == "clocks")
    [line] = [words_of(each) for each in limits.iter("div") if each.get("class") == "clock-line"]
    assert line.lower().count("late") == 1
