"""The journal proves that nobody altered it; each kind of tampering is found, and where."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from domain.events import Event
from store.cases.receipts import receive
from store.database import Sessions, close_database
from store.evidence.chain import Tampering, count_entries, digest_of_words, seal, verify
from store.evidence.complaint_seal import HASHES, SEALED, SEALED_IF_THERE, seal_of_complaint
from store.tables import ComplaintRow
from tests.builders import MONDAY, a_complaint, actor
from tests.store.evidence.sealed import (
    KEY,
    a_case_with_entries,
    a_sealing_bank,
    cut,
    found,
    kinds,
    note,
    take,
    tamper,
)


@pytest.fixture
def sessions(database_with_packs: Callable[[], str]) -> Iterator[Sessions]:
    sessions = a_sealing_bank(database_with_packs())
    yield sessions
    close_database(sessions)


@pytest.fixture
def case(sessions: Sessions) -> str:
    return a_case_with_entries(sessions, 4)


def test_an_untouched_journal_is_whole(sessions: Sessions, case: str, tmp_path: Path) -> None:
    take(sessions, tmp_path)
    note(sessions, case, "later")
    take(sessions, tmp_path)
    assert found(sessions, tmp_path) == []


def test_whoever_waits_is_told_of_every_entry(sessions: Sessions, case: str) -> None:
    with sessions.begin() as session:
        receive(session, a_complaint(), actor("ines"))
    told: list[int] = []
    with sessions() as session:
        assert list(verify(session, KEY, {}, told.append)) == []
        assert sum(told) == count_entries(session)
    assert sorted(told) == [1, 4]


def test_the_journal_refuses_to_be_changed(sessions: Sessions, case: str) -> None:
    with sessions() as session, pytest.raises(Exception, match="append-only"):
        session.execute(text("delete from journal"))


def test_an_edited_entry_is_found_where_it_is(
    sessions: Sessions, case: str, tmp_path: Path
) -> None:
    tamper(sessions, "update journal set by = 'somebody' where version = 2")
    assert (Tampering.ENTRY_ALTERED, case, 2) in found(sessions, tmp_path)


def test_edited_words_are_found(sessions: Sessions, case: str, tmp_path: Path) -> None:
    tamper(sessions, """update journal set words = '{"note": "x"}' where version = 3""")
    assert (Tampering.WORDS_ALTERED, case, 3) in found(sessions, tmp_path)


def test_a_complaint_put_in_other_words_is_found(sessions: Sessions, tmp_path: Path) -> None:
    others = {
        "narrative": "'Nobody waited.'",
        "demand": "'None.'",
        "name": "'Somebody Else'",
        "phone": "'13900000000'",
        "email": "'else@example.com'",
        "subject": "'Praise'",
        "sender": "'A Regulator'",
        "received_at": "received_at + interval '1 day'",
        "recorded_by": "'han'",
        "channel": "'email'",
        "language": "'en'",
        "source": """'{"line": "7"}'""",
        "intake_key": "'another'",
        "contents": "'others'",
        "address": "'1 Other Street'",
        "account": "'6222021234567890128'",
        "name_hash": "'of somebody else'",
        "phone_hash": "'of somebody else'",
        "email_hash": "'of somebody else'",
        "account_hash": "'of somebody else'",
    }
    cases = {column: a_case_with_entries(sessions, 1) for column in others}
    untouched = a_case_with_entries(sessions, 1)
    assert found(sessions, tmp_path) == []
    tamper(
        sessions,
        *(
            f"update complaints set {column} = {value} where reference = '{cases[column]}'"
            for column, value in others.items()
        ),
    )
    altered = found(sessions, tmp_path)
    assert altered == [(Tampering.COMPLAINT_ALTERED, each, 1) for each in sorted(cases.values())]
    assert untouched not in {reference for _, reference, _ in altered}
    assert {"reference", *others} == {*SEALED, *SEALED_IF_THERE, *HASHES}


def test_every_column_of_a_complaint_is_sealed_but_the_one_the_database_sets() -> None:
    columns = {column.name for column in ComplaintRow.__table__.columns}
    assert columns - {*SEALED, *SEALED_IF_THERE, *HASHES} == {"recorded_at"}


def test_the_seal_of_a_complaint_cannot_be_taken_away(
    sessions: Sessions, case: str, tmp_path: Path
) -> None:
    tamper(
        sessions,
        "update complaints set narrative = 'Nobody waited.'",
        "update journal set facts = facts - 'complaint_seal' where version = 1",
    )
    assert found(sessions, tmp_path) == [(Tampering.ENTRY_ALTERED, case, 1)]


def test_a_seal_tells_nobody_without_the_key_what_was_said() -> None:
    row = {**dict.fromkeys((*SEALED, *SEALED_IF_THERE), ""), "received_at": MONDAY}
    assert seal_of_complaint(KEY, row) != seal_of_complaint(b"another key", row)


def test_an_entry_taken_from_the_middle_is_found(
    sessions: Sessions, case: str, tmp_path: Path
) -> None:
    tamper(sessions, "delete from journal where version = 2")
    assert (Tampering.CHAIN_BROKEN, case, 3) in found(sessions, tmp_path)


def test_swapped_entries_are_found(sessions: Sessions, case: str, tmp_path: Path) -> None:
    tamper(
        sessions,
        "update journal set version = 9 where version = 2",
        "update journal set version = 2 where version = 3",
        "update journal set version = 3 where version = 9",
    )
    assert Tampering.CHAIN_BROKEN in kinds(sessions, tmp_path)


def test_a_cut_tail_is_found_by_the_heads_kept_outside(
    sessions: Sessions, case: str, tmp_path: Path
) -> None:
    take(sessions, tmp_path)
    cut(sessions, case, 2)
    assert found(sessions, tmp_path) == [(Tampering.TAIL_CUT, case, 2)]


def test_a_case_that_vanished_is_found_by_the_heads_kept_outside(
    sessions: Sessions, case: str, tmp_path: Path
) -> None:
    take(sessions, tmp_path)
    tamper(
        sessions,
        *(
            f"delete from {table}"
            for table in ("clocks", "notices", "journal", "commands", "cases")
        ),
    )
    assert found(sessions, tmp_path) == [(Tampering.CHAIN_MISSING, case, None)]


def test_a_forged_entry_is_found_although_its_chain_fits(
    sessions: Sessions, case: str, tmp_path: Path
) -> None:
    with sessions() as session:
        head = session.scalar(text("select hash from journal where version = 4"))
    digest = digest_of_words({})
    forged = seal(b"guess", head, case, 5, "k", Event.NOTED, "han", MONDAY, {}, digest)
    tamper(
        sessions,
        "insert into journal (reference, version, key, event, by, at, facts, words, words_digest,"
        f" previous_hash, hash) values ('{case}', 5, 'k', 'noted', 'han', '{MONDAY}', '{{}}',"
        f" '{{}}', '{digest}', '{head}', '{forged}')",
        "update cases set version = 5",
    )
    assert found(sessions, tmp_path) == [(Tampering.ENTRY_ALTERED, case, 5)]


def test_a_guard_switched_off_is_found(sessions: Sessions, case: str, tmp_path: Path) -> None:
    tamper(sessions, guarded=False)
    assert found(sessions, tmp_path) == [(Tampering.GUARD_OFF, "*", None)]


@pytest.mark.parametrize(
    "weakening",
    [
        "create or replace function refuse_change_of_journal() returns trigger language plpgsql"
        " as $$ begin return null; end $$",
        "create or replace function refuse_change_but_erasure_of_journal() returns trigger"
        " language plpgsql as $$ begin return new; end $$",
        "create or replace function is_erased(wanted text) returns boolean language sql as"
        " $$ select true $$",
        "drop trigger journal_is_erased_by_agreement on journal",
        "drop trigger audit_is_erased_by_agreement on audit",
        "drop trigger journal_is_append_only on journal; create trigger journal_is_append_only"
        " before truncate on journal for each statement"
        " execute function refuse_change_of_journal()",
        "drop trigger journal_is_append_only on journal; create trigger journal_is_append_only"
        " before delete or truncate on journal for each statement when (false)"
        " execute function refuse_change_of_journal()",
        "drop trigger journal_is_erased_by_agreement on journal; create trigger"
        " journal_is_erased_by_agreement before update of key on journal for each row"
        " execute function refuse_change_but_erasure_of_journal()",
    ],
    ids=[
        "other function",
        "other function of updates",
        "everything counts as erased",
        "no guard of updates",
        "no guard of the audit",
        "fewer changes",
        "never",
        "one column",
    ],
)
def test_a_guard_that_refuses_no_longer_is_found(
    sessions: Sessions, case: str, tmp_path: Path, weakening: str
) -> None:
    tamper(sessions, weakening)
    assert found(sessions, tmp_path) == [(Tampering.GUARD_OFF, "*", None)]


def test_heads_that_were_altered_or_taken_away_are_found(
    sessions: Sessions, case: str, tmp_path: Path
) -> None:
    for _ in range(3):
        take(sessions, tmp_path)
    first, second, third = sorted(tmp_path.iterdir())
    second.unlink()
    assert (Tampering.HEADS_ALTERED, third.name, None) in found(sessions, tmp_path)
    first.write_text(first.read_text().replace('"number": 1', '"number": 7'))
    assert (Tampering.HEADS_ALTERED, first.name, None) in found(sessions, tmp_path)
