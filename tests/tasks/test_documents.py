"""Documents about a case, as its people make them: their Chinese is read back by two readers."""

import hashlib
import re
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from uuid import uuid4

import pypdf
import pytest
from flask import Flask
from pdfminer.high_level import extract_text
from sqlalchemy import select

from domain.acts import Assign, Reply
from domain.classification import Level, Satisfaction
from domain.documents import SEVEN_ELEMENTS
from rulebook.documents import read_documents
from rulebook.marked_yaml import FileProblems
from store.database import Sessions
from store.tables import CommandRow, JournalRow
from tests.tasks.work import ANYTHING, Work
from tests.web.browser import Visit
from tests.web.seen import Page

NARRATIVE = "账户里的人民币不见了，长城路支行一楼门口，见附页：马经理说 #strong[无妨] $x$ =1+1。"
ASSIGNED = Assign(handler="stan", handler_unit="station-outlet", handler_level=Level.OUTLET)


def read_back(content: bytes) -> tuple[str, str]:
    """The text of a PDF, as two readers give it back, without what breaks its lines."""
    first = "".join(page.extract_text() for page in pypdf.PdfReader(BytesIO(content)).pages)
    second = extract_text(BytesIO(content))
    return re.sub(r"\s", "", first), re.sub(r"\s", "", second)


def made(app: Flask, sessions: Sessions, visit: Visit, reference: str, name: str) -> bytes:
    """The file that is laid down when its handler makes a document."""
    key = str(uuid4())
    answer = visit("stan").send(f"/cases/{reference}/documents/{name}", command_id=key)
    assert answer.location == f"/cases/{reference}/attachments"
    with sessions() as session:
        act = session.get_one(CommandRow, key).act
    folder = app.extensions["redress"].settings.attachments_dir
    content: bytes = next(folder.rglob(act["digest"])).read_bytes()
    assert hashlib.sha256(content).hexdigest() == act["digest"]
    return content


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("transfer-slip", "投诉转办单"),
        ("supervision-slip", "投诉转（督）办单"),
        ("first-ask-record", "首问责任记录"),
        ("handling-slip", "投诉处理单"),
    ],
)
def test_a_document_gives_its_chinese_back_exactly_and_is_sealed_in_the_journal(
    app: Flask, sessions: Sessions, visit: Visit, work: Work, name: str, title: str
) -> None:
    reference = work.received(
        "head-office", unit="station-outlet", narrative=NARRATIVE, demand="请退还年费"
    )
    work.does(reference, ASSIGNED, "stan")
    stan = visit("stan")
    stan.send("/language", language="zh")
    content = made(app, sessions, visit, reference, name)
    for text in read_back(content):
        assert title in text
        assert re.sub(r"\s", "", NARRATIVE) in text
        assert reference in text
    work.carry_out_what_waits(reference)
    with sessions() as session:
        sealed = select(JournalRow.facts["digest"].as_string()).where(
            JournalRow.reference == reference, JournalRow.event == "attached"
        )
        assert hashlib.sha256(content).hexdigest() in session.scalars(sealed).all()
    files = Page(stan.get(f"/cases/{reference}/attachments")).words
    assert f"{title}-{reference}.pdf" in files
    stan.send("/language", language="en")


def test_the_supervision_slip_holds_the_seven_elements_of_the_reply(
    app: Flask, sessions: Sessions, visit: Visit, work: Work
) -> None:
    """A-53."""
    rows = [row.value for row in read_documents()["supervision-slip"].rows]
    assert [value for value in rows if value in SEVEN_ELEMENTS] == list(SEVEN_ELEMENTS)
    reference = work.received("head-office", unit="station-outlet")
    work.does(reference, ASSIGNED, "stan")
    replied = Reply(
        satisfaction=Satisfaction.SATISFIED, handled_at=datetime(2026, 11, 9, 2, tzinfo=UTC)
    )
    elements = ("letter", "findings", "persons", "lessons", "handler_name", "handler_phone")
    work.does(reference, replied, "stan", *elements)
    for text in read_back(made(app, sessions, visit, reference, "supervision-slip")):
        assert text.count(re.sub(r"\s", "", ANYTHING)) == 5
        assert "2026-11-0910:00" in text
        assert "Satisfied" in text


def test_a_document_of_words_that_no_font_here_has_says_which_character_it_is(
    visit: Visit, work: Work
) -> None:
    reference = work.received("head-office", unit="station-outlet", narrative="柜员说 བོད་སྐད。")
    stan, files = visit("stan"), f"/cases/{reference}/attachments"
    work.does(reference, ASSIGNED, "stan")
    asked = stan.send(f"/cases/{reference}/documents/transfer-slip", command_id=str(uuid4()))
    assert asked.location == files
    said = Page(stan.get(files)).words
    assert "has no character for “བ”" in said
    assert f"{reference}.pdf" not in said


def test_the_same_document_is_the_same_bytes_until_something_happens(
    app: Flask, sessions: Sessions, visit: Visit, work: Work
) -> None:
    reference = work.received("head-office", unit="station-outlet")
    before = made(app, sessions, visit, reference, "transfer-slip")
    assert made(app, sessions, visit, reference, "transfer-slip") == before


def test_a_document_is_made_by_who_reads_the_words_of_the_case(visit: Visit, work: Work) -> None:
    reference = work.received("head-office", unit="station-outlet")
    for person, status in (("ada", 403), ("han", 404)):
        answer = visit(person).send(f"/cases/{reference}/documents/transfer-slip")
        assert answer.status_code == status
    assert visit("stan").send(f"/cases/{reference}/documents/none").status_code == 404


def test_a_register_is_printed_with_its_complaints(visit: Visit, work: Work) -> None:
    reference = work.received("head-office", unit="station-outlet")
    today = datetime.now(UTC).astimezone().date()
    begins = today.replace(month=(today.month - 1) // 3 * 3 + 1, day=1)
    file = visit("tess").get(f"/reports-owed/east-branch/register-other-branches/{begins}.pdf")
    assert file.mimetype == "application/pdf"
    for text in read_back(file.data):
        assert reference in text


def test_a_template_with_an_unknown_field_is_refused_with_its_line(tmp_path: Path) -> None:
    folder = tmp_path
    (folder / "form.typ").write_text("", encoding="utf-8")
    (folder / "ours.yaml").write_text(
        "document: ours\ntitle: {en: Ours, zh: 我们的}\nrule: default\nrows:\n"
        "  - {value: shoe_size, label: {en: Shoe size}}\n",
        encoding="utf-8",
    )
    with pytest.raises(FileProblems) as wrong:
        read_documents(folder)
    assert "documents/ours.yaml:5: a case has no field 'shoe_size'; known are" in str(wrong.value)
