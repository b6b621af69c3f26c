"""Files of a case in the browser: added, saved, never shown, and only by whom they concern."""

import hashlib
from collections.abc import Callable
from io import BytesIO
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.http import parse_options_header

from domain.case import Status
from rulebook.attachments import read_limits
from store.database import Sessions
from store.tables import AttachmentRow, AuditRow, CaseRow
from tests.web.browser import Visit
from tests.web.seen import Page

Taker = Callable[..., str]
PDF = b"%PDF-1.7 a statement of account"


def a_file(name: str = "投诉材料.pdf", content: bytes = PDF) -> tuple[BytesIO, str]:
    return BytesIO(content), name


def test_a_file_is_added_and_saved_but_never_shown(visit: Visit, a_received_case: Taker) -> None:
    reference = a_received_case()
    ines = visit("ines")
    key = str(uuid4())
    answer = ines.send(f"/cases/{reference}/attachments", file=a_file(), command_id=key)
    assert answer.status_code == 302
    assert f"/cases/{reference}/attachments" in ines.get(f"/cases/{reference}").text
    page = ines.get(f"/cases/{reference}/attachments").text
    assert "投诉材料.pdf" in page

    saved = ines.get(f"/cases/{reference}/attachments/{key}")
    assert saved.data == PDF
    assert saved.mimetype == "application/octet-stream"
    assert saved.headers["Content-Disposition"].startswith("attachment;")
    assert saved.headers["X-Content-Type-Options"] == "nosniff"
    assert saved.headers["Content-Security-Policy"].startswith("sandbox;")
    assert saved.headers["Cache-Control"] == "no-store"


def test_sent_twice_it_is_there_once(
    visit: Visit, a_received_case: Taker, sessions: Sessions
) -> None:
    reference = a_received_case()
    ines = visit("ines")
    key = str(uuid4())
    for _ in range(2):
        ines.send(f"/cases/{reference}/attachments", file=a_file(), command_id=key)
    with sessions() as session:
        wanted = select(AttachmentRow).where(AttachmentRow.reference == reference)
        assert len(session.scalars(wanted).all()) == 1


@pytest.mark.parametrize(
    ("name", "content"),
    [("page.html", b"<script>alert(1)</script>"), ("page.pdf", b"<html>"), ("empty.pdf", b"")],
)
def test_what_may_not_be_taken_is_said_and_the_note_is_kept(
    visit: Visit, a_received_case: Taker, name: str, content: bytes
) -> None:
    url = f"/cases/{a_received_case()}/attachments"
    answer = visit("ines").send(
        url, file=a_file(name, content), note="as he sent it", command_id=str(uuid4())
    )
    assert answer.status_code == 422
    page = Page(answer)
    assert page.field("Note").value == "as he sent it"
    assert page.field("File").fault
    assert "This could not be taken yet" in page.alert


def test_without_a_file_the_page_asks_for_one(visit: Visit, a_received_case: Taker) -> None:
    url = f"/cases/{a_received_case()}/attachments"
    answer = visit("ines").send(url, command_id=str(uuid4()))
    assert answer.status_code == 422
    assert Page(answer).field("File").fault


def test_a_file_larger_than_any_form_is_taken_up_to_its_own_limit(
    visit: Visit, a_received_case: Taker
) -> None:
    url = f"/cases/{a_received_case()}/attachments"
    largest = read_limits().largest_bytes
    fits = PDF + bytes(largest - len(PDF))
    ines = visit("ines")
    for content, status in ((fits, 302), (fits + b"!", 422)):
        answer = ines.send(url, file=a_file(content=content), command_id=str(uuid4()))
        assert answer.status_code == status
        answer.request.environ["wsgi.input"].close()  # the test client keeps it in a file


@pytest.mark.parametrize(
    ("name", "saved_as"),
    [
        ("投诉材料.pdf", "投诉材料.pdf"),
        ("con.pdf", "_con.pdf"),
        ("who? me*.pdf", "who_ me_.pdf"),
        ("话" * 196 + ".pdf", "话" * 78 + ".pdf"),
    ],
)
def test_a_file_can_be_saved_again_on_any_system(
    visit: Visit, a_received_case: Taker, name: str, saved_as: str
) -> None:
    reference, key, ines = a_received_case(), str(uuid4()), visit("ines")
    ines.send(f"/cases/{reference}/attachments", file=a_file(name), command_id=key)
    said = ines.get(f"/cases/{reference}/attachments/{key}").headers["Content-Disposition"]
    kind, told = parse_options_header(said)
    assert kind == "attachment"
    assert told["filename"] == saved_as


def test_a_name_with_a_line_break_is_refused_before_nobody_can_save_the_file(
    visit: Visit, a_received_case: Taker
) -> None:
    url = f"/cases/{a_received_case()}/attachments"
    refused = visit("ines").send(url, file=a_file("a\u2028b.pdf"), command_id=str(uuid4()))
    assert refused.status_code == 422
    assert "Rename the file" in (Page(refused).field("File").fault or "")


def test_a_closed_case_takes_no_files_and_lays_none_down(
    visit: Visit, a_received_case: Taker, sessions: Sessions, app: Flask
) -> None:
    reference = a_received_case()
    ines, url = visit("ines"), f"/cases/{reference}/attachments"
    open_page = ines.get(url).text
    with sessions.begin() as session:
        row = session.get_one(CaseRow, reference)
        row.status = Status.CLOSED
        row.state = {**row.state, "status": Status.CLOSED.value}
    content = PDF + b" too late"
    refused = ines.send(url, file=a_file(content=content), command_id=str(uuid4()))
    assert refused.status_code == 409
    assert "while the case stands at “Closed”" in Page(refused).alert
    assert 'type="file"' in open_page
    assert 'type="file"' not in ines.get(url).text
    digest = hashlib.sha256(content).hexdigest()
    folder = app.extensions["redress"].settings.attachments_dir
    assert list(folder.rglob(digest)) == []


def test_a_name_from_outside_stays_text(visit: Visit, a_received_case: Taker) -> None:
    url = f"/cases/{a_received_case()}/attachments"
    ines = visit("ines")
    name = "C:\\files\\<img src=x onerror=alert(1)>.pdf"
    escaped = name.replace("\\", "\\\\")  # as in the header of a part, where they stand for one
    ines.send(url, file=a_file(escaped), command_id=str(uuid4()))
    page = Page(ines.get(url))
    assert page.link("<img src=x onerror=alert(1)>.pdf").startswith(url), "its name, as text"
    assert "C:" not in page.words, "where it lay with its sender is nobody's business"


@pytest.mark.parametrize(("person", "status"), [("ada", 403), ("hugo", 404)])
def test_files_are_for_those_whose_business_the_words_are(
    visit: Visit, a_received_case: Taker, person: str, status: int
) -> None:
    reference = a_received_case(unit="head-office", person_complained_about="hugo")
    key = str(uuid4())
    visit("ines").send(f"/cases/{reference}/attachments", file=a_file(), command_id=key)
    browser = visit(person)
    for url in (
        f"/cases/{reference}/attachments",
        f"/cases/{reference}/attachments/{key}",
    ):
        assert browser.get(url).status_code == status


def test_a_file_of_another_case_is_not_found(visit: Visit, a_received_case: Taker) -> None:
    here, there = a_received_case(), a_received_case()
    ines = visit("ines")
    key = str(uuid4())
    ines.send(f"/cases/{there}/attachments", file=a_file(), command_id=key)
    assert ines.get(f"/cases/{there}/attachments/{key}").status_code == 200
    assert ines.get(f"/cases/{here}/attachments/{key}").status_code == 404


def test_a_damaged_file_is_not_handed_out_and_it_is_noted(
    visit: Visit, a_received_case: Taker, app: Flask, sessions: Sessions
) -> None:
    reference = a_received_case()
    ines = visit("ines")
    content = PDF + reference.encode()
    key = str(uuid4())
    ines.send(f"/cases/{reference}/attachments", file=a_file(content=content), command_id=key)
    with sessions() as session:
        row = session.get_one(AttachmentRow, key)
    folder = app.extensions["redress"].settings.attachments_dir
    (folder / row.digest[:2] / row.digest[2:4] / row.digest).write_bytes(b"flipped")
    assert ines.get(f"/cases/{reference}/attachments/{key}").status_code == 410
    with sessions() as session:
        noted = select(AuditRow.action).where(AuditRow.subject == reference)
        assert "damaged_file" in session.scalars(noted).all()


def test_a_digest_cannot_be_typed_in(visit: Visit, a_received_case: Taker) -> None:
    reference = a_received_case()
    answer = visit("ines").send(
        f"/cases/{reference}/acts/attach", digest="0" * 64, size="1", file_name="stolen.pdf"
    )
    assert answer.status_code == 404
