"""Lists that go over pages: whoever turns them all sees each line once, also when all lines tie."""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert, select, update

import web
from domain.acts import Note
from domain.journal import REDRESS
from store.cases.receipts import receive_each
from store.database import Sessions, close_database, open_database
from store.personal import Sealed
from store.reads.queues import QueueView, SortedBy
from store.tables import (
    AskedReportRow,
    AuditRow,
    BoardPackRow,
    BulkActRow,
    CaseRow,
    MailRow,
    NoticeRow,
    PeriodicReportRow,
    PersonRow,
    PolicyVersionRow,
    RegulatorReportRow,
    ReportEventRow,
    TaskRow,
    UnitRow,
)
from tests.builders import a_bank, a_command, a_complaint, actor
from tests.settings import PERSONAL_KEYS
from tests.web.browser import Visit
from tests.web.no_engine import app_without_engine

TIES = 200
A_MOMENT = datetime(2026, 11, 9, 2, 0, tzinfo=UTC)
CASE = r'href="/cases/(C-\d+-\d+)"'

SEEN_BY = {
    QueueView.MINE: "han",
    QueueView.UNASSIGNED: "sun",
    QueueView.RECEIVED_BY_ME: "ines",
    QueueView.ALL: "sun",
    QueueView.BREACHED: "sun",
    QueueView.ESCALATED: "sun",
}


@pytest.fixture(scope="module")
def sessions(database_with_packs: Callable[[], str]) -> Iterator[Sessions]:
    """A bank whose two hundred complaints came by one file of one day."""
    sessions = open_database(
        database_with_packs(), journal_key=b"k" * 32, personal_keys=PERSONAL_KEYS
    )
    with sessions.begin() as session:
        a_bank(session)
        session.execute(update(PersonRow).values(language="en"))
        receive_each(session, [a_complaint() for _ in range(TIES)], actor("ines"))
        session.execute(update(CaseRow).values(breaches=1, rungs=1))
    yield sessions
    close_database(sessions)


app = app_without_engine


def turned(visit: Visit, person: str, url: str, line: str) -> Counter[str]:
    """How often each line stands on the pages of a list, from the first one to the last."""
    browser, seen = visit(person), Counter[str]()
    page: str | None = url
    while page:
        text = browser.get(page).text
        seen.update(dict.fromkeys(re.findall(line, text), 1))
        following = re.search(r'rel="next" href="([^"]+)"', text)
        page = following[1].replace("&amp;", "&") if following else None
    return seen


def once_each(seen: Counter[str], lines: int) -> bool:
    return len(seen) == lines and set(seen.values()) == {1}


@pytest.mark.parametrize("shelf", QueueView)
def test_each_case_of_a_list_stands_on_one_page(
    visit: Visit, sessions: Sessions, shelf: QueueView
) -> None:
    with sessions.begin() as session:
        session.execute(update(CaseRow).values(handler="han" if shelf is QueueView.MINE else None))
    assert once_each(turned(visit, SEEN_BY[shelf], f"/?shelf={shelf}", CASE), TIES)


def test_each_case_of_a_narrowed_list_stands_on_one_page(visit: Visit) -> None:
    narrowed = "/?shelf=all&unit=harbour-outlet&channel=phone&status=received&status=assigned"
    assert once_each(turned(visit, "sun", narrowed, CASE), TIES)


@pytest.mark.parametrize("column", SortedBy)
def test_each_case_of_a_sorted_list_stands_on_one_page(visit: Visit, column: SortedBy) -> None:
    for down in ("", "&down=yes"):
        sorted_ = f"/?shelf=all&sort={column}{down}"
        assert once_each(turned(visit, "sun", sorted_, CASE), TIES)


def test_each_line_of_the_audit_stands_on_one_page(visit: Visit, sessions: Sessions) -> None:
    with sessions.begin() as session:
        noted = {"at": A_MOMENT, "by": "hugo", "action": "logged_in", "facts": {}}
        session.execute(
            insert(AuditRow), [{**noted, "subject": f"tie-{number}"} for number in range(TIES)]
        )
    assert once_each(turned(visit, "ada", "/admin/audit?by=hugo", r"tie-\d+"), TIES)


def test_each_report_a_bank_owes_stands_on_one_page(visit: Visit, sessions: Sessions) -> None:
    units = [f"outlet-{number}" for number in range(60)]
    with sessions.begin() as session:
        session.execute(
            insert(UnitRow),
            [
                {"id": unit, "name_en": unit, "name_zh": unit, "level": "outlet",
                 "parent": "east-branch"}
                for unit in units
            ],
        )  # fmt: skip
    seen = turned(visit, "hong", "/reports-owed", r"/reports-owed/(outlet-\d+/[a-z-]+)/")
    assert {line.partition("/")[0] for line in seen} == set(units)
    assert set(seen.values()) == {1}


def test_each_report_in_the_file_of_a_year_stands_on_one_page(
    visit: Visit, sessions: Sessions
) -> None:
    units = [f"branch-{number}" for number in range(TIES)]
    with sessions.begin() as session:
        pack = session.scalars(
            select(PolicyVersionRow.version).where(PolicyVersionRow.name == "head-office")
        ).first()
        place = {"level": "tier_1", "parent": "head-office"}
        session.execute(
            insert(UnitRow),
            [{"id": each, "name_en": each, "name_zh": each, **place} for each in units],
        )
        day = {"begins": date(2025, 3, 1), "ends": date(2025, 3, 31)}
        report = {"periodical": "statistics", "policy": pack, "submitted_by": "sun", "cases": 0}
        figures = {"tables": [{"part": "figures", "columns": [], "rows": []}]}
        session.execute(
            insert(PeriodicReportRow),
            [{"unit": each, **day, **report, **figures} for each in units],
        )
    address = "/reports-owed/filed?year=2025"
    assert once_each(turned(visit, "hong", address, r"/reports-owed/(branch-\d+)/"), TIES)


def test_each_of_the_reports_that_end_together_stands_on_one_page(
    visit: Visit, sessions: Sessions
) -> None:
    """Of what is written when there is cause, one begins on any day."""
    last = date(2024, 12, 31)
    with sessions.begin() as session:
        pack = session.scalars(
            select(PolicyVersionRow.version).where(PolicyVersionRow.name == "head-office")
        ).first()
        report = {"unit": "east-branch", "periodical": "analysis-when-needed", "policy": pack}
        figures = {"tables": [{"part": "figures", "columns": [], "rows": []}], "cases": 0}
        session.execute(
            insert(PeriodicReportRow),
            [
                {"begins": last - timedelta(days=n), "ends": last, "submitted_by": "sun",
                 **report, **figures}
                for n in range(TIES)
            ],
        )  # fmt: skip
    line = r"/reports-owed/east-branch/analysis-when-needed/([0-9-]+)"
    assert once_each(turned(visit, "hong", "/reports-owed/filed?year=2024", line), TIES)


def test_everybody_who_works_here_stands_on_one_page(visit: Visit, sessions: Sessions) -> None:
    namesakes = [f"namesake-{number}" for number in range(TIES)]
    alike = {"name": "Lin Namesake", "unit": "harbour-outlet", "roles": ["handler"]}
    with sessions.begin() as session:
        session.execute(
            insert(PersonRow), [{"id": id_, "login": id_, **alike} for id_ in namesakes]
        )
    everybody = turned(visit, "ada", "/admin/people", r'href="/admin/people/(namesake-\d+)"')
    assert once_each(everybody, TIES)


def test_each_line_of_a_history_stands_on_one_page(visit: Visit, sessions: Sessions) -> None:
    with sessions.begin() as session:
        reference = session.scalars(select(CaseRow.reference).limit(1)).one()
        for number in range(TIES):
            asked_at = A_MOMENT + timedelta(minutes=number)
            a_command(session, reference, Note(), "han", key=f"told-{number}", at=asked_at)
    line = r'class="moment-at"><time datetime="([^"]+)"'
    seen = turned(visit, "sun", f"/cases/{reference}/history?lane=people", line)
    assert seen.pop(A_MOMENT.isoformat(), 0) >= 1, "that of the receipt, too"
    assert once_each(seen, TIES - 1)


def test_each_report_to_the_regulator_stands_on_one_page(visit: Visit, sessions: Sessions) -> None:
    with sessions.begin() as session:
        references = session.scalars(select(CaseRow.reference)).all()[:TIES]
        draft = {"drafted_at": A_MOMENT, "due_at": A_MOMENT, "facts": {"unit": "head-office"}}
        session.execute(
            insert(RegulatorReportRow),
            [{"key": f"{each}/report/1", "reference": each, **draft} for each in references],
        )
    address = "/reports?show=reports_late"
    assert once_each(turned(visit, "lin", address, r'href="/reports/(C-\d+-\d+)/'), TIES)


def test_each_report_that_was_asked_for_stands_on_one_page(
    visit: Visit, sessions: Sessions
) -> None:
    asked = {"form": "classified", "units": ["east-branch"], "asked_by": "sun"}
    days = {"begins": date(2025, 3, 1), "ends": date(2025, 3, 31), "asked_at": A_MOMENT}
    with sessions.begin() as session:
        ids = [f"r-{number}" for number in range(TIES)]
        session.execute(insert(AskedReportRow), [{"id": each, **asked, **days} for each in ids])
    address = "/reports-asked"
    assert once_each(turned(visit, "hong", address, r'href="/reports-asked/(r-\d+)"'), TIES)


def test_each_report_that_was_submitted_to_somebody_stands_on_one_page(
    visit: Visit, sessions: Sessions
) -> None:
    days = [date(2025, 1, 1) + timedelta(days=number) for number in range(TIES)]
    with sessions.begin() as session:
        pack = session.scalars(
            select(PolicyVersionRow.version).where(PolicyVersionRow.name == "head-office")
        ).first()
        told = {"event": "report_received", "periodical": "statistics", "policy": pack}
        due = {"unit": "east-branch", "due_at": A_MOMENT}
        events = session.scalars(
            insert(ReportEventRow).returning(ReportEventRow.id),
            [{"begins": day, "ends": day, **told, **due} for day in days],
        ).all()
        word = {"version": 0, "recipient": "hong", "about": "report_received", "delivery": "sent"}
        session.execute(
            insert(NoticeRow),
            [{"dedupe_key": f"told/{each}", "report_event": each, **word} for each in events],
        )
    line = r"/reports-received/east-branch/statistics/([0-9-]+)"
    assert once_each(turned(visit, "hong", "/reports-received", line), TIES)


def test_each_complaint_behind_a_number_stands_on_one_page(
    visit: Visit, sessions: Sessions
) -> None:
    with sessions() as session:
        received = {f"{each:%Y-%m}" for each in session.scalars(select(CaseRow.received_at))}
    months = f"from={min(received)}&to={max(received)}"
    address = f"/analysis/cases?by=unit&of=harbour-outlet&what=received&{months}"
    assert once_each(turned(visit, "sun", address, CASE), TIES)


def test_each_pack_for_the_board_stands_on_one_page(visit: Visit, sessions: Sessions) -> None:
    made = {"units": ["east-branch"], "made_by": "sun", "made_at": A_MOMENT}
    days = {"begins": date(2025, 1, 1), "ends": date(2025, 12, 31), "language": "en"}
    with sessions.begin() as session:
        session.execute(
            insert(BoardPackRow),
            [{"digest": str(each), "content": b"", **made, **days} for each in range(TIES)],
        )
    line = r'href="/analysis/board-packs/(\d+)\.pdf"'
    assert once_each(turned(visit, "hong", "/analysis/board-packs?year=2025", line), TIES)


def test_each_thing_that_one_waits_for_from_another_stands_on_one_page(
    visit: Visit, sessions: Sessions
) -> None:
    heard = {"kind": "acknowledge", "person": "sun", "role": "supervisor", "unit": "harbour-outlet"}
    with sessions.begin() as session:
        references = session.scalars(select(CaseRow.reference)).all()
        session.execute(
            insert(TaskRow),
            [
                {"key": f"{each}/tie", "reference": each, "opened_at": A_MOMENT, "is_held": True,
                 "facts": {"clock": "reply", "step": "supervisor"}, **heard}
                for each in references
            ],
        )  # fmt: skip
    address = f"/supervision/waits/between?by={REDRESS}&of=sun"
    assert once_each(turned(visit, "sun", address, CASE), TIES)


def test_each_of_those_who_wait_stands_on_one_page(visit: Visit, sessions: Sessions) -> None:
    charged = {"kind": "duty", "person": "han", "role": "handler", "unit": "harbour-outlet"}
    with sessions.begin() as session:
        reference = session.scalars(select(CaseRow.reference)).first()
        session.execute(
            insert(TaskRow),
            [
                {"key": f"asked/{number}", "reference": reference, "opened_at": A_MOMENT,
                 "is_held": True, "facts": {"asked_by": f"tie-{number}"}, **charged}
                for number in range(TIES)
            ],
        )  # fmt: skip
    who = r'waits/between\?by=(tie-\d+)&amp;of=han"'
    assert once_each(turned(visit, "sun", "/supervision/waits", who), TIES)


def test_each_mail_that_is_not_joined_stands_on_one_page(visit: Visit, sessions: Sessions) -> None:
    nobody = {"sender_name": Sealed(), "sender_address": Sealed()}
    waits = {"status": "waiting", "received_at": A_MOMENT, "subject": "tie", "text": "", **nobody}
    with sessions.begin() as session:
        keys = [f"key-{number}" for number in range(TIES)]
        session.execute(insert(MailRow), [{"key": each, **waits} for each in keys])
    assert once_each(turned(visit, "ines", "/mails", r'href="/mails/(\d+)"'), TIES)


def test_each_thing_done_in_several_cases_stands_on_one_page(
    visit: Visit, sessions: Sessions
) -> None:
    done = {"by": "hong", "kind": "urge", "asked_at": A_MOMENT}
    with sessions.begin() as session:
        session.execute(insert(BulkActRow), [{"id": f"tie-{n}", **done} for n in range(TIES)])
    assert once_each(turned(visit, "hong", "/bulk/own", r'href="/bulk/(tie-\d+)"'), TIES)


def test_no_list_goes_over_pages_but_those_that_are_turned_here() -> None:
    templates = Path(web.__file__).parent / "templates"
    paged = {
        each.name for each in templates.rglob("*.html") if "parts.pager(" in each.read_text("utf-8")
    }
    assert paged == {
        "queue.html", "history.html", "audit.html", "reports_owed.html", "reports_filed.html",
        "people.html", "reports.html", "reports_asked.html", "reports_received.html",
        "cases.html", "waits.html", "waits_between.html", "board_packs.html",
        "mails.html", "bulk_acts.html",
    }  # fmt: skip
