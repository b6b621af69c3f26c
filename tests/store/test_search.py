"""The search finds what a person types, reads no table whole for it, and forgets what is erased."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from sqlalchemy import text, update

from store.cases.receipts import receive
from store.database import Sessions, close_database, open_database
from store.reads.queues import FOUND_AT_MOST
from store.reads.search import NEWEST, search_cases
from store.tables import ComplaintRow
from tests.builders import MONDAY, a_bank, a_complaint, actor, reader
from tests.settings import PERSONAL_KEYS

SAID = "柜台办理跨行转账时多扣手续费，大堂经理Wang说法不一。Ref AB12-77，卡尾号6688。"


@pytest.fixture(scope="module")
def sessions(database_with_packs: Callable[[], str]) -> Iterator[Sessions]:
    """A bank of a search of its own."""
    sessions = open_database(
        database_with_packs(), journal_key=b"k" * 32, personal_keys=PERSONAL_KEYS
    )
    with sessions.begin() as session:
        a_bank(session)
    yield sessions
    close_database(sessions)


@pytest.fixture(scope="module")
def reference(sessions: Sessions) -> str:
    """The case that is looked for, the oldest of three."""
    with sessions.begin() as session:
        found = receive(
            session,
            a_complaint(
                received_at=MONDAY - timedelta(days=1),
                subject="手续费",
                narrative=SAID,
                demand="请求退还费用并道歉",
                name="张 小明",
                phone="138 0013 1234",
                email="zhang.xm@example.com",
            ),
            actor("ines"),
        ).reference
        for words in ("手续的费用很高", "转账很慢"):
            receive(session, a_complaint(narrative=words), actor("ines"))
    return found


def found(sessions: Sessions, typed: str, who: str = "ines") -> list[str]:
    with sessions() as session:
        return [line.reference for line in search_cases(session, reader(who), typed)]


@pytest.mark.parametrize(
    "typed",
    [
        "手续费",
        "多扣手续费，大堂",
        "道歉 转账",
        "转账 道歉",
        "退",
        "道歉",
        "wang",
        "WANG",
        "ang说",
        "ab12-77",
        "ＡＢ１２",
        "6688",
        "77 跨行",
        "张小明",
        "张 小明",
        "张小明 手续费",
        "138 0013 1234",
        "+86 13800131234",
        "１３８００１３１２３４ 手续费",
        "Zhang.XM@example.com",
        "zhang.xm@example.com 转账",
    ],
)
def test_what_a_person_types_is_found(sessions: Sessions, reference: str, typed: str) -> None:
    assert found(sessions, typed) == [reference]


def test_the_reference_and_a_part_of_it_are_found(sessions: Sessions, reference: str) -> None:
    for typed in (reference, reference.lower(), reference[2:], reference[-4:]):
        assert reference in found(sessions, typed), typed


@pytest.mark.parametrize(
    "typed",
    [
        "费手续",
        "续的手",
        "道歉 贷款",
        "小明",
        "138 0013",
        "xm@example",
        "ab1277",
        "%",
        "_",
        "' |",
        "！",
    ],
)
def test_what_is_not_said_is_not_found(sessions: Sessions, reference: str, typed: str) -> None:
    assert found(sessions, typed) == []


def test_the_index_knows_all_that_lies_beyond_the_newest(
    sessions: Sessions, reference: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("store.reads.search.NEWEST", 0)
    for typed in ("手续费", "道歉 转账", "退", "ang说", "ab12-77", "ＡＢ１２", "张小明 手续费"):
        assert found(sessions, typed) == [reference], typed


def test_more_than_are_shown_are_known_to_be_more(sessions: Sessions, reference: str) -> None:
    with sessions.begin() as session:
        for _ in range(FOUND_AT_MOST + 5):
            receive(session, a_complaint(narrative="停车场收费争议"), actor("ines"))
    assert len(found(sessions, "停车场")) == FOUND_AT_MOST + 1 <= NEWEST


def test_what_is_taken_out_of_a_complaint_is_found_no_more(
    sessions: Sessions, reference: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As an erasure does it: the index is of the rows, and keeps nothing beside them."""
    with sessions.begin() as session:
        gone = receive(session, a_complaint(narrative="独一无二的话"), actor("ines")).reference
    assert found(sessions, "独一无二") == [gone]
    with sessions.begin() as session:
        session.execute(
            update(ComplaintRow).where(ComplaintRow.reference == gone).values(narrative="")
        )
    monkeypatch.setattr("store.reads.search.NEWEST", 0)
    assert found(sessions, "独一无二") == []
    with sessions.begin() as session:  # nor is it known of any other place in the database
        others = session.scalar(
            text("select count(*) from complaints where complaint_says(reference, subject,"
                 " narrative, demand) like '%独一无二%'")
        )  # fmt: skip
    assert others == 0


def test_whoever_reads_no_words_finds_none(sessions: Sessions, reference: str) -> None:
    assert found(sessions, "手续费", "hong") == []
    assert found(sessions, "张小明", "ada") == []
