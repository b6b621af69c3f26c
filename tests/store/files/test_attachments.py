"""Files of attachments: there for good before any row speaks of them, and found when they are not
what they should be."""

import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session
from temporalio.client import Client

from desk.attachments import AttachmentDesk
from desk.cases import ActOutcome, ActStatus, CaseDesk
from domain.acts import Attach
from domain.acts.base import stated
from domain.attachments import FileFinding, Wrong
from domain.complaint import BadInput, Flaw
from domain.errors import NotFit, Refusal, Refused
from domain.journal import Change, Entry
from domain.verification import Invariant
from engine.connection import EngineAway, TemporalConnection
from rulebook.attachments import read_limits
from rulebook.upkeep import read_upkeep
from store.cases.commands import answer_command, store_command
from store.cases.journal import record, standing_of
from store.cases.receipts import receive
from store.database import Sessions
from store.files import attachments
from store.files.attachments import (
    Attachment,
    AttachmentFolder,
    Damaged,
    attachments_of,
    known_digests,
)
from store.operations.verification import disagreements_in_rows
from store.scope import open_case
from store.tables import AttachmentRow
from tests.builders import MONDAY, a_complaint, actor, reader

PDF = b"%PDF-1.7 a statement of account"
DAY = 24 * 3600


def a_zip(*names: str) -> bytes:
    """A zip in which nothing but these lies."""
    written = BytesIO()
    with ZipFile(written, "w") as archive:
        for name in names:
            archive.writestr(name, "")
    return written.getvalue()


def files_of(session: Session, reference: str) -> list[Attachment]:
    """The files of a case as one who may read it finds them."""
    case = open_case(session, reader("hong"), reference)
    assert case is not None
    return attachments_of(session, case)


@pytest.fixture
def folder(tmp_path: Path) -> AttachmentFolder:
    return AttachmentFolder(tmp_path / "attachments")


@pytest.fixture
def reference(sessions: Sessions) -> str:
    with sessions.begin() as session:
        return receive(session, a_complaint(), actor("ines")).reference


def keep(folder: AttachmentFolder, content: bytes = PDF, name: str = "statement.pdf") -> str:
    with folder.laid_down(BytesIO(content), name, read_limits()) as kept:
        return kept.digest


def codes(refused: pytest.ExceptionInfo[NotFit]) -> list[BadInput]:
    return [flaw.code for flaw in refused.value.faults if isinstance(flaw, Flaw)]


def findings(folder: AttachmentFolder, *known: str, later: float = 0) -> list[FileFinding]:
    now = time.time() + later
    return list(folder.check(set(known), now=now, orphan_after_hours=24))


def test_a_file_lies_under_its_digest_and_comes_back_whole(
    folder: AttachmentFolder, tmp_path: Path
) -> None:
    digest = keep(folder)
    assert folder.read(digest) == PDF
    assert (tmp_path / "attachments" / digest[:2] / digest[2:4] / digest).is_file()
    assert keep(folder) == digest
    assert findings(folder, digest, later=2 * DAY) == []


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("nothing.pdf", b"", BadInput.EMPTY),
        ("page.html", b"<script>", BadInput.FILE_KIND),
        ("picture.svg", b"<svg onload=alert(1)>", BadInput.FILE_KIND),
        ("page.pdf", b"<html>", BadInput.FILE_KIND),
        ("picture.png", b"\x89PNG but not quite", BadInput.FILE_KIND),
        ("program.txt", b"\x7fELF\x02\x01\x01\x00", BadInput.FILE_KIND),
        ("no-kind", PDF, BadInput.FILE_KIND),
        ("\n.pdf\x00", PDF, BadInput.FILE_NAME),
        ("two\u2028lines.pdf", PDF, BadInput.FILE_NAME),
        ("\u202efdp.exe.pdf", PDF, BadInput.FILE_NAME),
        ("half\ud800.pdf", PDF, BadInput.FILE_NAME),
        ("late.txt", b"a" * (2 << 20) + b"\x00", BadInput.FILE_KIND),
        ("letter.docx", a_zip("xl/workbook.xml", "[Content_Types].xml"), BadInput.FILE_KIND),
        ("letter.docx", a_zip("anything"), BadInput.FILE_KIND),
        ("table.xlsx", b"PK\x03\x04 and nothing of a zip", BadInput.FILE_KIND),
        ("letter.zip", a_zip("word/document.xml", "[Content_Types].xml"), BadInput.FILE_KIND),
        ("long" * 60 + ".pdf", PDF, BadInput.TOO_LONG),
        (" ", PDF, BadInput.EMPTY),
    ],
)
def test_what_may_not_be_taken_leaves_nothing_behind(
    folder: AttachmentFolder, tmp_path: Path, name: str, content: bytes, code: BadInput
) -> None:
    with pytest.raises(NotFit) as refused:
        keep(folder, content, name)
    assert code in codes(refused)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("letter.docx", ("[Content_Types].xml", "word/document.xml")),
        ("TABLE.XLSX", ("[Content_Types].xml", "xl/workbook.xml", "xl/styles.xml")),
        ("letter.odt", ("mimetype", "content.xml", "META-INF/manifest.xml")),
    ],
)
def test_an_office_document_is_known_by_what_lies_in_it(
    folder: AttachmentFolder, name: str, parts: tuple[str, ...]
) -> None:
    content = a_zip(*parts)
    assert folder.read(keep(folder, content, name)) == content


def test_nobody_else_on_the_machine_reads_a_file(folder: AttachmentFolder, tmp_path: Path) -> None:
    keep(folder)
    made = [tmp_path / "attachments", *(tmp_path / "attachments").rglob("*")]
    assert len(made) > 3
    assert {path.stat().st_mode & 0o077 for path in made} == {0}


def test_too_large_a_file_is_left_off_in_the_middle(folder: AttachmentFolder) -> None:
    largest = read_limits().largest_bytes
    content = BytesIO(PDF + bytes(2 * largest))
    with pytest.raises(NotFit) as refused, folder.laid_down(content, "large.pdf", read_limits()):
        pass
    assert codes(refused) == [BadInput.FILE_TOO_LARGE]
    assert content.tell() < 2 * largest


@pytest.mark.parametrize("name", ["投诉材料.pdf", "../../etc/passwd.pdf", "con.pdf"])
def test_a_name_is_only_a_name(folder: AttachmentFolder, tmp_path: Path, name: str) -> None:
    keep(folder, name=name)
    outside = [path for path in tmp_path.iterdir() if path.name != "attachments"]
    assert outside == []


def test_the_walk_finds_what_is_missing_changed_and_nobodys(
    folder: AttachmentFolder, tmp_path: Path
) -> None:
    missing, flipped, orphan = (keep(folder, PDF + bytes([each])) for each in range(3))
    place = {path.name: path for path in tmp_path.rglob("*") if path.is_file()}
    place[missing].unlink()
    content = bytearray(place[flipped].read_bytes())
    content[0] ^= 1
    place[flipped].write_bytes(bytes(content))
    left_behind = tmp_path / "attachments" / "incoming" / "left-behind"
    left_behind.write_bytes(b"half of")

    found = {(each.wrong, Path(each.what).name) for each in findings(folder, missing, flipped)}
    assert found == {(Wrong.MISSING, missing), (Wrong.FLIPPED, flipped)}
    later = findings(folder, missing, flipped, later=2 * DAY)
    orphans = {Path(each.what).name for each in later if each.wrong is Wrong.ORPHAN}
    assert orphans == {orphan, "left-behind"}
    for digest in (missing, flipped, "../../etc/passwd"):
        with pytest.raises(Damaged):
            folder.read(digest)


def test_the_walk_goes_on_where_a_file_gets_its_name_meanwhile(
    folder: AttachmentFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    digest = keep(folder)
    unfinished = tmp_path / "attachments" / "incoming" / "just-being-written"
    unfinished.write_bytes(b"half of")
    is_dir = Path.is_dir

    def and_then_it_has_its_name(path: Path, **more: bool) -> bool:
        answer = is_dir(path, **more)
        if path == unfinished:
            unfinished.unlink()
        return answer

    monkeypatch.setattr(Path, "is_dir", and_then_it_has_its_name)
    assert findings(folder, digest, later=2 * DAY) == []
    assert not unfinished.exists()


KILLED_BEFORE_THE_NAME = """
import os, signal, sys
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile
from store.files.attachments import AttachmentFolder
from rulebook.attachments import read_limits

os.rename = os.replace = lambda *paths: os.kill(os.getpid(), signal.SIGKILL)
Path.replace = lambda *paths: os.kill(os.getpid(), signal.SIGKILL)
folder = AttachmentFolder(Path(sys.argv[1]))
with folder.laid_down(BytesIO(b"%PDF-1.7"), "a.pdf", read_limits()):
    pass
"""


def test_killed_before_it_has_its_name_a_file_is_an_orphan_without_a_row(
    folder: AttachmentFolder, tmp_path: Path
) -> None:
    program = [sys.executable, "-c", KILLED_BEFORE_THE_NAME, str(tmp_path / "attachments")]
    killed = subprocess.run(program, capture_output=True, check=False)
    assert killed.returncode == -9, killed.stderr
    assert findings(folder) == []
    [finding] = findings(folder, later=2 * DAY)
    assert finding.wrong is Wrong.ORPHAN
    assert finding.what.startswith("incoming/")


def test_the_row_comes_with_the_act_or_not_at_all(sessions: Sessions, reference: str) -> None:
    def ask() -> None:
        with sessions.begin() as session:
            store_command(
                session,
                command_id=f"attach-{reference}",
                reference=reference,
                act=Attach(digest="0" * 64, size=1),
                words={"file_name": "statement.pdf"},
                by=actor("ines"),
                seen_version=None,
            )
            if undecided:
                raise EngineAway

    undecided = True
    with pytest.raises(EngineAway):
        ask()
    with sessions() as session:
        assert files_of(session, reference) == []
    undecided = False
    ask()
    ask()
    with sessions() as session:
        [attachment] = files_of(session, reference)
    assert (attachment.name, attachment.size) == ("statement.pdf", 1)


@pytest.fixture
def desk(
    sessions: Sessions, folder: AttachmentFolder, monkeypatch: pytest.MonkeyPatch
) -> Iterator[AttachmentDesk]:
    """A desk whose engine is away, for cases of two files."""

    async def away() -> Client:
        raise RuntimeError("nobody listens")

    connection = TemporalConnection(away)
    limits = replace(read_limits(), files_per_case=2)
    monkeypatch.setattr(attachments, "read_limits", lambda: limits)
    yield AttachmentDesk(sessions, CaseDesk(sessions, connection), folder, limits)
    connection.close()


def attached(desk: AttachmentDesk, reference: str, key: str) -> ActOutcome:
    return desk.attach(
        command_id=f"{key}-{reference}",
        reference=reference,
        name="statement.pdf",
        content=BytesIO(PDF),
        note="",
        by=actor("ines"),
    )


def test_the_last_file_there_is_room_for_may_be_sent_twice_and_no_further_one(
    desk: AttachmentDesk, reference: str
) -> None:
    waiting = ActOutcome(status=ActStatus.WAITING)
    assert [attached(desk, reference, key) for key in ("one", "two", "two")] == [waiting] * 3
    with pytest.raises(NotFit, match="too_many_files"):
        attached(desk, reference, "three")


def test_a_file_whose_act_was_refused_takes_no_room(
    desk: AttachmentDesk, sessions: Sessions, reference: str
) -> None:
    for key in ("one", "two"):
        attached(desk, reference, key)
    with sessions.begin() as session:
        answer_command(session, f"two-{reference}", Refused(Refusal.NOT_YOUR_ROLE, roles="hr"))
    assert attached(desk, reference, "three").status is ActStatus.WAITING
    assert attached(desk, reference, "two").status is ActStatus.REFUSED


@pytest.mark.parametrize(
    "statement",
    [
        "update attachments set digest = repeat('f', 64) where reference = :reference",
        "update attachments set size = 2 where reference = :reference",
        "delete from attachments where reference = :reference",
    ],
    ids=["another file", "another size", "no file"],
)
def test_a_row_that_names_another_file_than_the_journal_is_found(
    sessions: Sessions, reference: str, statement: str
) -> None:
    act = Attach(digest="0" * 64, size=1)
    with sessions.begin() as session:
        store_command(
            session,
            command_id=f"attach-{reference}",
            reference=reference,
            act=act,
            words={"file_name": "statement.pdf"},
            by=actor("ines"),
            seen_version=None,
        )
        case = standing_of(session, reference).case
        entry = Entry(
            key=f"attach-{reference}", event=act.event, by="ines", at=MONDAY, facts=stated(act)
        )
        record(session, Change(case=replace(case, version=2), entry=entry))
    assert unlike_the_journal(sessions, reference) == []
    with sessions.begin() as session:
        session.execute(text(statement), {"reference": reference})
    assert unlike_the_journal(sessions, reference) == [f"{reference} 2"]


def unlike_the_journal(sessions: Sessions, reference: str) -> list[str]:
    with sessions() as session:
        return [
            each.subject
            for each in disagreements_in_rows(session, read_upkeep().patience)
            if each.invariant is Invariant.FILES_WHOLE and each.subject.startswith(reference)
        ]


def test_a_file_is_stored_also_while_the_engine_is_away(
    sessions: Sessions, reference: str, folder: AttachmentFolder
) -> None:
    async def away() -> None:
        raise RuntimeError("nobody listens")

    connection = TemporalConnection(away)  # type: ignore[arg-type]
    desk = AttachmentDesk(sessions, CaseDesk(sessions, connection), folder, read_limits())
    outcome = desk.attach(
        command_id=f"file-{reference}",
        reference=reference,
        name="statement.pdf",
        content=BytesIO(PDF),
        note="",
        by=actor("ines"),
    )
    connection.close()
    assert outcome.status is ActStatus.WAITING
    with sessions() as session:
        row = session.scalars(
            select(AttachmentRow).where(AttachmentRow.reference == reference)
        ).one()
        assert row.digest in known_digests(session)
    assert folder.read(row.digest) == PDF
