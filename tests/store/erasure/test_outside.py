"""What lies outside PostgreSQL goes too, and a restored backup is held to it."""

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from threading import Thread
from uuid import uuid4

import pytest
from sqlalchemy import text

from domain.acts import Attach
from domain.errors import Refused
from embedded.processes import wait_until
from rulebook.attachments import read_limits
from store.cases.commands import answer_command, store_command
from store.database import Sessions
from store.files.attachments import AttachmentFolder
from store.operations.erasures import (
    Folders,
    brought_back,
    erase_again,
    finish_erasures,
    listed_erasures,
)
from tests.builders import actor
from tests.store.erasure.lives import MARK, a_closed_case, carried, erased, whole_dump
from tests.store.evidence.sealed import KEY, found, tamper
from tests.waiting import PATIENCE, somebody_waits


def a_file(folders: Folders, content: str) -> str:
    folder, written = AttachmentFolder(folders.attachments), io.BytesIO(content.encode())
    with folder.laid_down(written, "letter.txt", read_limits()) as kept:
        return kept.digest


def contents(folders: Folders) -> str:
    """Every byte of every file of the installation, and every name."""
    root = folders.attachments.parent
    files = [path for path in sorted(root.rglob("*")) if path.is_file()]
    return "\n".join(f"{path} {path.read_bytes()!r}" for path in files)


def is_finished(sessions: Sessions, reference: str) -> bool:
    with sessions() as session:
        asked = text("select finished_at is not null from erasures where reference = :case")
        return bool(session.scalar(asked, {"case": reference}))


def test_the_files_of_the_case_go_and_one_that_another_has_too_stays(
    sessions: Sessions, folders: Folders
) -> None:
    alone, shared = a_file(folders, MARK), a_file(folders, "the bank's own conditions")
    case = a_closed_case(sessions, digest=alone)
    also = a_closed_case(sessions, digest=shared)
    other = a_closed_case(sessions, digest=shared, word="untouched-1234")
    erased(sessions, case)
    erased(sessions, also)
    assert MARK in contents(folders), "this looks in the right place"
    assert finish_erasures(sessions, folders, KEY) == 2
    assert MARK not in contents(folders)
    assert AttachmentFolder(folders.attachments).read(shared)
    assert not is_finished(sessions, other)
    assert finish_erasures(sessions, folders, KEY) == 0


def test_a_file_that_somebody_lays_down_anew_stays_until_it_is_theirs(
    sessions: Sessions, folders: Folders
) -> None:
    folder, written = AttachmentFolder(folders.attachments), io.BytesIO(MARK.encode())
    case = a_closed_case(sessions, digest=a_file(folders, MARK))
    with folder.laid_down(written, "letter.txt", read_limits()) as kept:
        erased(sessions, case)
        assert finish_erasures(sessions, folders, KEY) == 0, "a row may be about to speak of it"
        a_closed_case(sessions, digest=kept.digest)
    assert finish_erasures(sessions, folders, KEY) == 1
    assert folder.read(kept.digest) == MARK.encode()


def test_a_file_that_was_on_its_way_in_goes_too(sessions: Sessions, folders: Folders) -> None:
    case, late = a_closed_case(sessions), f"{MARK} came late"
    attach = Attach(digest=a_file(folders, late), size=len(late))
    key = str(uuid4())

    def puts_it_with_the_case() -> None:
        with sessions.begin() as session:
            store_command(
                session, command_id=key, reference=case, act=attach,
                words={"file_name": f"{MARK}.txt"}, by=actor("han"), seen_version=None,
            )  # fmt: skip

    other = Thread(target=puts_it_with_the_case)

    def is_on_its_way() -> None:
        other.start()
        assert wait_until(lambda: somebody_waits(sessions), within=PATIENCE)

    erased(sessions, case, meanwhile=is_on_its_way)
    other.join()
    assert finish_erasures(sessions, folders, KEY) == 0, "somebody waits for an answer"
    with sessions.begin() as session, pytest.raises(Refused) as refused:
        carried(session, case, key, "han")
    with sessions.begin() as session:
        answer_command(session, key, refused.value)
    assert late in contents(folders), "this looks in the right place"
    assert finish_erasures(sessions, folders, KEY) == 1
    assert MARK not in contents(folders)
    assert MARK not in whole_dump(sessions)


def test_one_that_cannot_be_finished_holds_up_no_other(
    sessions: Sessions, folders: Folders, monkeypatch: pytest.MonkeyPatch
) -> None:
    digests = [a_file(folders, f"{MARK} {number}") for number in range(2)]
    cases = [a_closed_case(sessions, digest=each) for each in digests]
    for each in cases:
        erased(sessions, each)
    remove = AttachmentFolder.remove

    def all_but_the_first(
        folder: AttachmentFolder, digest: str, is_spoken_of: Callable[[], bool]
    ) -> bool:
        if digest == digests[0]:
            raise PermissionError(digest)
        return remove(folder, digest, is_spoken_of)

    with monkeypatch.context() as patched:
        patched.setattr(AttachmentFolder, "remove", all_but_the_first)
        assert finish_erasures(sessions, folders, KEY) == 1
    assert [is_finished(sessions, each) for each in cases] == [False, True]
    assert finish_erasures(sessions, folders, KEY) == 1
    assert MARK not in contents(folders)


def test_killed_in_the_middle_and_begun_again_it_is_whole(
    sessions: Sessions, folders: Folders
) -> None:
    cases = [a_closed_case(sessions, digest=a_file(folders, f"{MARK} {n}")) for n in range(2)]
    for each in cases:
        erased(sessions, each)
    url = sessions.kw["bind"].url.render_as_string(hide_password=False)
    killed = subprocess.run(
        [sys.executable, "-c", KILLED_AT_THE_SECOND, url, *map(str, vars_of(folders)), KEY.hex()],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])},
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert killed.returncode == -9, killed.stderr.decode()
    assert [is_finished(sessions, each) for each in cases] == [True, False]
    assert MARK in contents(folders)
    assert finish_erasures(sessions, folders, KEY) == 1
    assert MARK not in contents(folders)
    assert [path.name for path in sorted(folders.heads.iterdir())] == [
        f"erased-{each}.json" for each in cases
    ]


KILLED_AT_THE_SECOND = """
import sys
from pathlib import Path
from crashpoints import arm
from store.database import open_database
from store.operations.erasures import Folders, finish_erasures
url, attachments, uploads, heads, key = sys.argv[1:]
arm("heads.drafted:2", "")
folders = Folders(attachments=Path(attachments), uploads=Path(uploads), heads=Path(heads))
finish_erasures(open_database(url), folders, bytes.fromhex(key))
"""
"""Another process, which dies while it lays down its second line of the list."""


def vars_of(folders: Folders) -> tuple[Path, Path, Path]:
    return folders.attachments, folders.uploads, folders.heads


def test_what_a_restored_backup_brings_back_is_erased_again(
    sessions: Sessions, folders: Folders, tmp_path: Path
) -> None:
    case = a_closed_case(sessions)
    backup = rows_about(sessions, case)
    erased(sessions, case)
    finish_erasures(sessions, folders, KEY)
    listed, forged = listed_erasures(folders.heads, KEY)
    assert [each.reference for each in listed] == [case]
    assert forged == ()
    with sessions() as session:
        assert brought_back(session, listed) == ()

    restore(sessions, case, backup)
    assert MARK in whole_dump(sessions)
    with sessions.begin() as session:
        (back,) = brought_back(session, listed)
        key = erase_again(session, back)
    with sessions.begin() as session:
        carried(session, case, key, "sun")
    assert MARK not in whole_dump(sessions)
    assert finish_erasures(sessions, folders, KEY) == 1
    assert found(sessions, tmp_path / "no heads") == []


def test_a_line_that_the_key_has_not_signed_holds_nobody(
    sessions: Sessions, folders: Folders
) -> None:
    case, other = a_closed_case(sessions), a_closed_case(sessions)
    erased(sessions, case)
    finish_erasures(sessions, folders, KEY)
    (line,) = folders.heads.iterdir()
    said = json.loads(line.read_text())
    said["body"]["erased"] = other
    forged = folders.heads / f"erased-{other}.json"
    forged.write_text(json.dumps(said))
    listed, refused = listed_erasures(folders.heads, KEY)
    assert [each.reference for each in listed] == [case]
    assert refused == (forged.name,)


TABLES = ("complaints", "cases", "clocks", "commands", "journal", "attachments")


def rows_about(sessions: Sessions, case: str) -> dict[str, list[str]]:
    """What a backup of these tables would hold of a case."""
    with sessions() as session:
        return {
            table: list(
                session.scalars(
                    text(f"select to_jsonb(t)::text from {table} t where reference = :case"),
                    {"case": case},
                )
            )
            for table in TABLES
        }


def restore(sessions: Sessions, case: str, backup: dict[str, list[str]]) -> None:
    """The records as they were then, of this case."""
    about = f"reference = '{case}'"
    gone = [f"delete from {each} where {about}" for each in ("erasures", "notices", "tasks")]
    gone += [f"delete from approvals where subject = '{case}'"]
    gone += [f"delete from {each} where {about}" for each in reversed(TABLES)]
    back = [
        f"insert into {table} select * from jsonb_populate_record(null::{table}, $row${row}$row$)"
        for table, rows in backup.items()
        for row in rows
    ]
    tamper(sessions, *gone, *(each.replace(":", "\\:") for each in back))
