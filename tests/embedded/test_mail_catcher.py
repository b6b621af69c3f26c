"""Caught mail: kept, shown, and taken for nothing but text."""

import smtplib
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest

from embedded.mail_catcher import Mailbox, MailCatcher
from embedded.ports import remembered_ports

PORTS = ("smtp", "page")


@pytest.fixture
def smtp_port(tmp_path: Path) -> int:
    return remembered_ports(tmp_path / "ports.json", PORTS)["smtp"]


@pytest.fixture
def catcher(tmp_path: Path, smtp_port: int) -> Iterator[MailCatcher]:
    with MailCatcher(tmp_path, smtp_port=smtp_port, page_port=0) as catcher:
        page = threading.Thread(target=catcher.show)
        page.start()
        yield catcher
        catcher.shutdown()
        page.join()


def send(smtp_port: int, subject: str, text: str) -> None:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "bank@example.org", "wang@example.org", subject
    mail.set_content(text)
    with smtplib.SMTP("127.0.0.1", smtp_port) as server:
        server.send_message(mail)


def page(catcher: MailCatcher, path: str = "/", host: str = "127.0.0.1") -> str:
    request = urllib.request.Request(catcher.page_address + path, headers={"Host": host})
    with urllib.request.urlopen(request) as answer:
        assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
        return str(answer.read().decode())


def test_what_is_sent_is_kept_and_shown(catcher: MailCatcher, smtp_port: int) -> None:
    assert "Nothing yet" in page(catcher)
    send(smtp_port, "您的投诉已受理", "尊敬的客户")
    assert "您的投诉已受理" in page(catcher)
    assert "尊敬的客户" in page(catcher, f"/{catcher.mailbox.names()[0]}")


def test_a_file_that_came_with_it_can_be_saved_and_is_never_shown(
    catcher: MailCatcher, smtp_port: int
) -> None:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "bank@example.org", "wang@example.org", "答复"
    mail.set_content("尊敬的客户")
    mail.add_attachment(b"%PDF-1.7", maintype="application", subtype="pdf", filename="答复.pdf")
    with smtplib.SMTP("127.0.0.1", smtp_port) as server:
        server.send_message(mail)
    name = catcher.mailbox.names()[0]
    assert f'<a href="/{name}/1" download>答复.pdf</a>' in page(catcher, f"/{name}")
    with urllib.request.urlopen(f"{catcher.page_address}/{name}/1") as answer:
        assert answer.read() == b"%PDF-1.7"
        assert answer.headers["Content-Disposition"].startswith("attachment")
    with pytest.raises(urllib.error.HTTPError) as refused:
        page(catcher, f"/{name}/2")
    refused.value.close()
    assert refused.value.code == 404


def test_it_is_there_again_after_a_restart(catcher: MailCatcher, smtp_port: int) -> None:
    send(smtp_port, "Once", "more")
    assert len(Mailbox(catcher.mailbox.folder).names()) == 1


def test_markup_in_a_message_stays_text(catcher: MailCatcher, smtp_port: int) -> None:
    send(smtp_port, "<script>alert(1)</script>", "<img src=x onerror=alert(1)>")
    name = catcher.mailbox.names()[0]
    assert "<script>" not in page(catcher)
    assert "<img" not in page(catcher, f"/{name}")
    assert "&lt;img" in page(catcher, f"/{name}")


@pytest.mark.parametrize("path", ["/../ports.json", "/ports", "/00000000000000000000", "/%2e%2e"])
def test_nothing_else_in_the_folder_is_shown(catcher: MailCatcher, path: str) -> None:
    assert (catcher.mailbox.folder / "ports.json").exists()
    with pytest.raises(urllib.error.HTTPError) as refused:
        page(catcher, path)
    refused.value.close()
    assert refused.value.code == 404


def test_a_foreign_host_name_is_sent_away(catcher: MailCatcher) -> None:
    with pytest.raises(urllib.error.HTTPError) as refused:
        page(catcher, host="rebound.example.org")
    refused.value.close()
    assert refused.value.code == 421
