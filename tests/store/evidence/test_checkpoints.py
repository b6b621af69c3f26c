"""The heads kept outside forget nothing, and neither they nor the audit can be lost unseen."""

import hashlib
import hmac
import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from sqlalchemy import text

import crashpoints
from store.database import Sessions, close_database
from store.evidence.chain import Tampering
from tests.store.evidence.sealed import (
    KEY,
    a_case_with_entries,
    a_sealing_bank,
    cut,
    found,
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


def noted(sessions: Sessions) -> list[str]:
    """The numbers of the takings that the audit names."""
    with sessions() as session:
        return list(
            session.scalars(
                text("select facts->>'number' from audit where action = 'heads_taken' order by id")
            )
        )


def test_a_journal_that_was_cut_and_grew_anew_must_face_the_head_signed_before(
    sessions: Sessions, case: str, tmp_path: Path
) -> None:
    take(sessions, tmp_path)
    cut(sessions, case, 2)
    note(sessions, case, "another past")
    take(sessions, tmp_path)
    assert set(found(sessions, tmp_path)) == {(Tampering.TAIL_CUT, case, 3)}
    note(sessions, case, "and on")
    note(sessions, case, "and further on")
    take(sessions, tmp_path)
    assert set(found(sessions, tmp_path)) == {
        (Tampering.TAIL_CUT, case, 3),  # said by the files alone, whatever the database says now
        (Tampering.ENTRY_ALTERED, case, 4),
    }


def test_an_entry_of_a_backdated_hour_is_signed_all_the_same(
    sessions: Sessions, case: str, tmp_path: Path
) -> None:
    take(sessions, tmp_path)
    note(sessions, case, "later")
    tamper(sessions, "update journal set recorded_at = '1999-12-31' where version = 5")
    take(sessions, tmp_path)
    cut(sessions, case, 4)
    assert found(sessions, tmp_path) == [(Tampering.TAIL_CUT, case, 4)]


def test_only_what_moved_is_signed_again(sessions: Sessions, case: str, tmp_path: Path) -> None:
    take(sessions, tmp_path)
    other = a_case_with_entries(sessions, 1)
    second, third = take(sessions, tmp_path), take(sessions, tmp_path)
    assert list(json.loads(second.read_text())["body"]["heads"]) == [other]
    assert json.loads(third.read_text())["body"]["heads"] == {}


def test_no_file_is_ever_replaced(sessions: Sessions, case: str, tmp_path: Path) -> None:
    first, second, third = (take(sessions, tmp_path) for _ in range(3))
    before = third.read_bytes()
    first.unlink()
    fourth = take(sessions, tmp_path)
    assert third.read_bytes() == before
    assert sorted(tmp_path.iterdir()) == [second, third, fourth]
    assert (Tampering.HEADS_ALTERED, first.name, None) in found(sessions, tmp_path)


def test_the_last_files_cannot_be_taken_away_unseen(
    sessions: Sessions, case: str, tmp_path: Path
) -> None:
    _, second, third = (take(sessions, tmp_path) for _ in range(3))
    second.unlink()
    third.unlink()
    gone = {(Tampering.HEADS_ALTERED, each.name, None) for each in (second, third)}
    assert set(found(sessions, tmp_path)) == gone
    fourth = take(sessions, tmp_path)
    assert fourth.name == "heads-00000004.json"
    assert set(found(sessions, tmp_path)) == {*gone, (Tampering.HEADS_ALTERED, fourth.name, None)}


def test_the_whole_folder_cannot_be_taken_away_unseen(
    sessions: Sessions, case: str, tmp_path: Path
) -> None:
    only = take(sessions, tmp_path / "heads")
    only.unlink()
    only.parent.rmdir()
    assert found(sessions, tmp_path / "heads") == [(Tampering.HEADS_ALTERED, only.name, None)]


def test_an_older_file_put_in_the_place_of_another_is_found(
    sessions: Sessions, case: str, tmp_path: Path
) -> None:
    first, second = take(sessions, tmp_path), take(sessions, tmp_path)
    second.write_bytes(first.read_bytes())
    assert found(sessions, tmp_path) == [(Tampering.HEADS_ALTERED, second.name, None)]


def test_the_audit_cannot_lose_a_taking_unseen(
    sessions: Sessions, case: str, tmp_path: Path
) -> None:
    first, second, _third = (take(sessions, tmp_path) for _ in range(3))
    with sessions.begin() as session:
        session.execute(text("delete from audit where facts->>'number' in ('1', '2')"))
    assert found(sessions, tmp_path) == [
        (Tampering.HEADS_UNNOTED, first.name, None),
        (Tampering.HEADS_UNNOTED, second.name, None),
    ]


def test_takings_at_the_same_moment_come_one_after_the_other(
    sessions: Sessions, case: str, tmp_path: Path
) -> None:
    together = Barrier(4)

    def taking() -> str:
        together.wait()
        return take(sessions, tmp_path).name

    with ThreadPoolExecutor(4) as threads:
        names = {each.result() for each in [threads.submit(taking) for _ in range(4)]}
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(names)
    assert noted(sessions) == ["1", "2", "3", "4"]
    assert found(sessions, tmp_path) == []


def test_a_taking_that_was_cut_off_is_noted_before_the_next(
    sessions: Sessions, case: str, tmp_path: Path, cut_off: None
) -> None:
    with pytest.raises(crashpoints.SaidToHaveFailed):
        take(sessions, tmp_path)
    assert noted(sessions) == []
    assert found(sessions, tmp_path) == []  # nothing is lost, and one may be under way just now
    take(sessions, tmp_path)
    assert noted(sessions) == ["1", "2"]
    assert found(sessions, tmp_path) == []


@pytest.fixture
def cut_off() -> Iterator[None]:
    """The next taking fails when its file lies there and the audit does not know."""
    crashpoints.arm("", "heads.placed")
    yield
    crashpoints.arm("", "")


def test_files_from_before_the_audit_named_them_still_count(
    sessions: Sessions, case: str, tmp_path: Path
) -> None:
    previous = ""
    for number, heads in enumerate(({case: [5, "a seal long gone"]}, {}), start=1):
        body = {"taken_at": "", "number": number, "previous": previous, "heads": heads}
        signed = json.dumps(body, sort_keys=True).encode()
        signature = hmac.new(KEY, signed, hashlib.sha256).hexdigest()
        content = json.dumps({"body": body, "signature": signature}).encode()
        (tmp_path / f"heads-{number:08d}.json").write_bytes(content)
        previous = hashlib.sha256(content).hexdigest()
    take(sessions, tmp_path)
    assert set(found(sessions, tmp_path)) == {(Tampering.TAIL_CUT, case, 4)}
