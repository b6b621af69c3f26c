"""Files of units and people: what is wrong is told by line, all at once; loaded twice is once."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from io import BytesIO
from itertools import product
from typing import Any

import pytest
from sqlalchemy import func, select
from xlsxwriter import Workbook

from desk.people import AT_THE_CONSOLE, PeopleDesk, Wish
from desk.people_files import (
    FileKind,
    LineChange,
    LoadReport,
    check_files,
    kind_of,
    load_files,
)
from domain.approvals import ApprovalKind
from domain.complaint import BadInput
from domain.errors import NotFit
from store.approvals.lists import subjects_waiting
from store.database import Sessions, close_database, open_database
from store.tables import AuditRow, PersonRow, UnitRow
from tests.big_bank import (
    PEOPLE_OF_A_REAL_BANK,
    UNITS_OF_A_REAL_BANK,
    lines,
    people_file,
    table,
    units_file,
)
from tests.settings import PERSONAL_KEYS

UNITS = table(
    list(
        lines(
            "unit | name in english | 机构名称 | level | under | policy",
            "head-office | Head office | 总行 | 总行 | | head-office",
            "east | East branch | 东区分行 | tier-1 branch | head-office |",
            "harbour | | 港口网点 | 网点 | east |",
        )
    )
)

PEOPLE = table(
    list(
        lines(
            "登录名 | 姓名 | 机构编号 | 角色 | 代理人 | 请假开始 | 请假结束",
            "sun | 孙一 | east | 主管; handler | han | 2026-11-02 | 2026/11/6",
            "han | 韩二 | harbour | 经办人 | | |",
        )
    )
)

Rows = list[tuple[int, str, BadInput]]


@pytest.fixture
def sessions(database_with_packs: Callable[[], str]) -> Iterator[Sessions]:
    """A database right after `redress migrate`: policies, and nobody yet."""
    sessions = open_database(
        database_with_packs(), journal_key=b"k" * 32, personal_keys=PERSONAL_KEYS
    )
    yield sessions
    close_database(sessions)


@pytest.fixture
def desk(sessions: Sessions) -> PeopleDesk:
    return PeopleDesk(sessions)


def load(desk: PeopleDesk, *files: bytes) -> LoadReport:
    named = {kind_of(each): each for each in files}
    return load_files(desk, named, AT_THE_CONSOLE, reason="A test.")


def wrong(report: LoadReport) -> Rows:
    return [(each.line, each.flaw.where, each.flaw.code) for each in report.flaws]


def count(report: LoadReport, change: LineChange) -> int:
    return sum(report.count(kind, change) for kind in FileKind)


def audit_rows(sessions: Sessions) -> int:
    with sessions() as session:
        return session.scalar(select(func.count()).select_from(AuditRow)) or 0


def test_headings_and_words_are_understood_in_both_languages_and_in_any_mixture(
    desk: PeopleDesk, sessions: Sessions
) -> None:
    report = load(desk, UNITS, PEOPLE)
    assert wrong(report) == []
    with sessions() as session:
        harbour = session.get_one(UnitRow, "harbour")
        assert (harbour.name_zh, harbour.name_en) == ("港口网点", "港口网点")
        assert (harbour.level, harbour.parent) == ("outlet", "east")
        sun = session.scalars(select(PersonRow).where(PersonRow.login == "sun")).one()
        assert sun.roles == ["handler", "supervisor"]
        assert (sun.absent_from, sun.absent_until) == (date(2026, 11, 2), date(2026, 11, 6))
        assert session.get_one(PersonRow, sun.deputy).login == "han"


def test_the_same_files_again_change_nothing(desk: PeopleDesk, sessions: Sessions) -> None:
    assert count(load(desk, UNITS, PEOPLE), LineChange.NEW) == 5
    noted = audit_rows(sessions)
    again = load(desk, UNITS, PEOPLE)
    assert (count(again, LineChange.NEW), count(again, LineChange.CHANGED)) == (0, 0)
    assert count(again, LineChange.AS_IT_IS) == 5
    assert audit_rows(sessions) == noted


def test_a_deputy_who_has_left_keeps_nobody_from_being_changed_or_let_go(
    desk: PeopleDesk, sessions: Sessions
) -> None:
    load(desk, UNITS, PEOPLE)

    def change(login: str, **over: Any) -> None:
        desk.change(lambda bank: Wish(people=[replace(bank.people[login], **over)]), AT_THE_CONSOLE)

    change("han", is_disabled=True)
    change("sun", email="sun@bank.example")
    change("sun", is_disabled=True)
    with sessions() as session:
        left = select(PersonRow.login).where(~PersonRow.active).order_by(PersonRow.login)
        assert session.scalars(left).all() == ["han", "sun"]
    change("sun", is_disabled=False, deputy=None)
    with pytest.raises(NotFit):
        change("sun", deputy="han")


def test_a_check_writes_nothing(desk: PeopleDesk, sessions: Sessions) -> None:
    files = {FileKind.UNITS: UNITS, FileKind.PEOPLE: PEOPLE}
    report = check_files(desk, files, AT_THE_CONSOLE)
    assert count(report, LineChange.NEW) == 5
    with sessions() as session:
        assert session.scalar(select(func.count()).select_from(UnitRow)) == 0
    assert audit_rows(sessions) == 0


def test_a_file_of_few_columns_moves_people_and_leaves_all_else(
    desk: PeopleDesk, sessions: Sessions
) -> None:
    load(desk, UNITS, PEOPLE)
    moved = load(desk, table([["工号", "机构号"], ["han", "east"]]))
    assert moved.count(FileKind.PEOPLE, LineChange.CHANGED) == 1
    with sessions() as session:
        han = session.scalars(select(PersonRow).where(PersonRow.login == "han")).one()
        assert (han.unit, han.name, han.roles) == ("east", "韩二", ["handler"])


def test_everything_that_is_wrong_is_told_at_once_by_line_and_nothing_is_done(
    desk: PeopleDesk, sessions: Sessions
) -> None:
    units = table(
        list(
            lines(
                "unit | name | level | under | policy",
                "head-office | 总行 | head office | | head-office",
                "ring-a | 甲 | outlet | ring-b |",
                "ring-b | 乙 | outlet | ring-a |",
                "lost | 丙 | outlet | nowhere |",
                "second-top | 丁 | head office | | no-such-pack",
                "tall | 戊 | head office | low |",
                "low | 己 | village | head-office |",
                "名 | 庚 | outlet | head-office |",
                f"{'x' * 65} | 辛 | outlet | head-office |",
                "ring-a | 甲 | outlet | head-office |",
                "nameless | | outlet | head-office |",
                "short | row",
            )
        )
    )
    people = table(
        list(
            lines(
                "login | name | unit | roles | deputy | absent from |"
                " absent until | email | duty roster",
                "one | One | head-office | supervisor | | | | |",
                "one | One again | head-office | handler | | | | |",
                "two | Two | nowhere | wizard | | | | |",
                "three | | head-office | handler | three | 2026-11-09 | 2026-11-02 | |",
                "four | Four | head-office | handler | nobody | | 2026-13-01 | four | perhaps",
                " | No login | head-office | handler | | | | |",
            )
        )
    )
    report = load(desk, units, people)
    of_units = [
        (each.line, each.flaw.where, each.flaw.code)
        for each in report.flaws
        if each.kind is FileKind.UNITS
    ]
    assert sorted(of_units) == sorted(
        [
            (2, "parent", BadInput.NOT_THE_ONLY_TOP),
            (3, "parent", BadInput.IN_A_CIRCLE),
            (4, "parent", BadInput.IN_A_CIRCLE),
            (5, "parent", BadInput.NO_SUCH_UNIT),
            (6, "parent", BadInput.NOT_THE_ONLY_TOP),
            (6, "policy", BadInput.NO_SUCH_PACK),
            (8, "level", BadInput.NOT_A_WORD_WE_KNOW),
            (9, "id", BadInput.NOT_AN_ID),
            (10, "id", BadInput.NOT_AN_ID),
            (11, "id", BadInput.TWICE),
            (12, "name_zh", BadInput.EMPTY),
            (13, "line", BadInput.ROW_OF_ANOTHER_LENGTH),
        ]
    )
    of_people = [
        (each.line, each.flaw.where, each.flaw.code)
        for each in report.flaws
        if each.kind is FileKind.PEOPLE
    ]
    assert sorted(of_people) == sorted(
        [
            (3, "login", BadInput.TWICE),
            (4, "unit", BadInput.NO_SUCH_UNIT),
            (4, "roles", BadInput.NOT_A_WORD_WE_KNOW),
            (5, "name", BadInput.EMPTY),
            (5, "deputy", BadInput.OWN_DEPUTY),
            (5, "absent_until", BadInput.BEFORE_FIRST_DAY),
            (6, "deputy", BadInput.NO_SUCH_PERSON),
            (6, "absent_until", BadInput.NOT_A_DAY),
            (6, "email", BadInput.NOT_AN_EMAIL),
            (6, "on_duty", BadInput.NOT_YES_OR_NO),
            (7, "login", BadInput.EMPTY),
        ]
    )
    with sessions() as session:
        assert session.scalar(select(func.count()).select_from(UnitRow)) == 0


def test_what_a_flawed_cell_says_is_told_with_it(desk: PeopleDesk) -> None:
    report = load(desk, table([["unit", "name", "level"], ["a", "A", "village"]]))
    assert ("level", "village") in [(each.flaw.where, each.value) for each in report.flaws]


def test_a_unit_whose_complaints_nobody_would_hear_of_is_pointed_out_and_loaded(
    desk: PeopleDesk,
) -> None:
    report = load(desk, UNITS)
    assert wrong(report) == []
    assert [(each.line, each.flaw.code) for each in report.warnings] == [
        (line, BadInput.NOBODY_LEADS) for line in (2, 3, 4)
    ]
    assert [each.line for each in load(desk, UNITS, PEOPLE).warnings] == [2]


NO_TABLES = (b"", b"\xff\xfe\x00\x00", b"PK\x03\x04 not a workbook", b"a\0b", b'""', b",;\n,,\n")


def test_what_is_no_table_is_told_in_one_sentence(desk: PeopleDesk) -> None:
    for content in NO_TABLES:
        report = check_files(desk, {FileKind.UNITS: content}, AT_THE_CONSOLE)
        told = report.flaws[0].flaw.code
        assert told in {BadInput.NOT_A_TABLE, BadInput.NO_SUCH_COLUMN}, content
        assert report.lines == ()


def test_a_quote_that_is_never_closed_takes_nobody_in(desk: PeopleDesk) -> None:
    """Whoever stood in the lines after it would be part of a name."""
    load(desk, UNITS, PEOPLE)
    report = load(desk, b'login,name\nsun,"Sun\nhan,Han\n')
    assert wrong(report) == [(2, "line", BadInput.OPEN_QUOTE)]


def test_whoever_is_on_the_roster_can_say_that_they_heard(desk: PeopleDesk) -> None:
    load(desk, UNITS, PEOPLE)
    report = load(desk, b"login,duty roster\nhan,yes\nsun,yes\n")
    assert wrong(report) == [(2, "on_duty", BadInput.CANNOT_SAY_HEARD)]


WORKBOOK: list[list[Any]] = [
    ["login", "name", "absent from", "absent until", "duty roster"],
    ["sun", "孙一", date(2026, 12, 1), date(2026, 12, 3), True],
    ["han", "韩二", None, None, False],
]


def test_a_workbook_is_read_like_any_table(desk: PeopleDesk, sessions: Sessions) -> None:
    load(desk, UNITS, PEOPLE)
    assert wrong(load(desk, workbook([], WORKBOOK))) == []
    with sessions() as session:
        sun = session.scalars(select(PersonRow).where(PersonRow.login == "sun")).one()
    assert (sun.absent_from, sun.absent_until) == (date(2026, 12, 1), date(2026, 12, 3))
    assert sun.on_duty
    assert wrong(load(desk, workbook(WORKBOOK, WORKBOOK))) == [(1, "file", BadInput.SEVERAL_SHEETS)]


def workbook(*sheets: list[list[Any]]) -> bytes:
    """Sheets of cells as a spreadsheet saves them."""
    written = BytesIO()
    with Workbook(written, {"default_date_format": "yyyy-mm-dd"}) as book:
        for rows in sheets:
            sheet = book.add_worksheet()
            for line, row in enumerate(rows):
                sheet.write_row(line, 0, row)
    return written.getvalue()


def test_headings_nobody_knows_and_columns_that_are_missing_are_named(desk: PeopleDesk) -> None:
    report = load(desk, table([["name", "colour", "name"], ["x", "red", "y"]]))
    assert [(each.flaw.code, each.value) for each in report.flaws] == [
        (BadInput.TWICE, "name"),
        (BadInput.NO_SUCH_COLUMN, "colour"),
        (BadInput.TWICE, "name"),
        (BadInput.COLUMN_MISSING, ""),
    ]


def test_files_are_read_as_spreadsheets_save_them(desk: PeopleDesk) -> None:
    for encoding, separator in product(["utf-8", "utf-8-sig", "gb18030"], [",", ";", "\t"]):
        text = UNITS.decode("utf-8-sig").replace(",", separator)
        report = check_files(desk, {FileKind.UNITS: text.encode(encoding)}, AT_THE_CONSOLE)
        assert wrong(report) == [], (encoding, separator)
        assert report.count(FileKind.UNITS, LineChange.NEW) == 3


def test_the_last_administrator_cannot_be_let_go_by_a_file(
    desk: PeopleDesk, sessions: Sessions
) -> None:
    load(desk, UNITS, table(list(lines("login|name|unit|roles", "ada|Ada|east|administrator"))))
    report = load(desk, table([["login", "disabled"], ["ada", "yes"]]))
    assert wrong(report) == [(2, "roles", BadInput.LAST_ADMINISTRATOR)]
    with sessions() as session:
        assert session.scalars(select(PersonRow.active)).all() == [True]


def test_a_second_administrator_must_agree_to_a_new_one_and_is_asked_once(
    desk: PeopleDesk, sessions: Sessions
) -> None:
    people = ["login|name|unit|roles", "ada|Ada|east|administrator"]
    load(desk, UNITS, table(list(lines(*people))))
    more = table(list(lines(*people, "alma|Alma|east|administrator;handler")))
    report = load(desk, more)
    assert report.asks_for == 1
    with sessions() as session:
        assert len(subjects_waiting(session, ApprovalKind.MAKE_ADMINISTRATOR)) == 1
        alma = session.scalars(select(PersonRow).where(PersonRow.login == "alma")).one()
        assert alma.roles == ["handler"]
    again = load(desk, more)
    assert (again.asks_for, count(again, LineChange.AS_IT_IS)) == (0, 2)


def test_what_is_wrong_with_the_reason_is_said_and_nothing_is_loaded(
    desk: PeopleDesk, sessions: Sessions
) -> None:
    people = ["login|name|unit|roles", "ada|Ada|east|administrator"]
    load(desk, UNITS, table(list(lines(*people))))
    more = {FileKind.PEOPLE: table(list(lines(*people, "alma|Alma|east|administrator")))}
    with pytest.raises(NotFit) as unfit:
        load_files(desk, more, AT_THE_CONSOLE, reason="x" * 1_000_000)
    assert [each.where for each in unfit.value.faults] == ["reason"]
    with sessions() as session:
        assert session.scalars(select(PersonRow.login)).all() == ["ada"]


def test_a_bank_of_two_hundred_units_and_a_thousand_people_is_loaded_from_two_files(
    desk: PeopleDesk, sessions: Sessions
) -> None:
    report = load(desk, units_file(), people_file())
    assert wrong(report) == []
    assert report.count(FileKind.UNITS, LineChange.NEW) == UNITS_OF_A_REAL_BANK
    assert report.count(FileKind.PEOPLE, LineChange.NEW) == PEOPLE_OF_A_REAL_BANK
    assert report.warnings == ()
    again = load(desk, units_file(), people_file())
    assert count(again, LineChange.AS_IT_IS) == UNITS_OF_A_REAL_BANK + PEOPLE_OF_A_REAL_BANK
    assert audit_rows(sessions) == UNITS_OF_A_REAL_BANK + PEOPLE_OF_A_REAL_BANK
