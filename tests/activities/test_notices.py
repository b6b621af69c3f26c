"""A notice is delivered, with a key to drop repeats by, or it is visibly dead."""

import contextlib
import json
import logging
import re
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from temporalio.exceptions import ApplicationError
from temporalio.testing import ActivityEnvironment

from activities.gateways import KEY_HEADER, Message, NotTaken
from activities.gateways.bounded import Bounded
from activities.notices import Notices
from config import SettingsRefused
from domain.complaint import Language
from domain.customers import CustomerField
from store.database import Sessions
from store.tables import NoticeRow, PersonRow, TaskRow
from tests.activities.letters import (
    GENEROUS,
    IMPATIENT,
    Anytime,
    a_message,
    a_receipt,
    a_staff_notice,
    gateways_to,
    notices_through,
    row_of,
)
from tests.customers import keep_of_customer
from tests.mail_sink import (
    ACCEPT,
    BUSY,
    CUT,
    HANG,
    UNKNOWN,
    MailSink,
    a_listening_sink,
    a_mail_sink,
)
from worker import NOTICE_THREADS


@pytest.fixture
def sink(tmp_path: Path) -> Iterator[MailSink]:
    with a_listening_sink(tmp_path) as sink:
        yield sink


@pytest.fixture
def notices(sessions: Sessions, sink: MailSink) -> Notices:
    return notices_through(sessions, sink.url)


@pytest.fixture
def receipt(sessions: Sessions) -> int:
    """The notice by which a customer with an address hears that the complaint was received."""
    return a_receipt(sessions)


def test_each_notice_is_delivered_once_with_its_key(
    notices: Notices, sessions: Sessions, sink: MailSink, receipt: int
) -> None:
    notices.send(receipt)
    notices.send(receipt)

    [mail] = sink.taken
    row = row_of(sessions, receipt)
    assert row.delivery == "sent"
    assert row.sent_at is not None
    assert mail["To"] == "wang@example.org"
    assert mail[KEY_HEADER]
    assert re.fullmatch(rf"<{receipt}\.[0-9a-f]{{32}}@example\.org>", mail["Message-ID"])
    assert mail["Subject"] == f"Your complaint has been received: {row.reference}"
    assert row.reference in mail.get_content()


def test_it_speaks_the_language_of_its_reader(
    notices: Notices, sessions: Sessions, sink: MailSink
) -> None:
    notices.send(a_receipt(sessions, language=Language.ZH))
    assert "尊敬的客户" in sink.taken[0].get_content()


def test_a_mailbox_that_does_not_exist_is_given_up_at_once(
    notices: Notices, sessions: Sessions, sink: MailSink, receipt: int
) -> None:
    sink.answers = [UNKNOWN]
    with pytest.raises(ApplicationError) as failure:
        notices.send(receipt)
    assert failure.value.non_retryable
    notices.give_up(receipt)

    row = row_of(sessions, receipt)
    assert row.delivery == "dead"
    with sessions() as session:
        task = session.scalars(
            select(TaskRow).where(TaskRow.reference == row.reference, TaskRow.kind == "dead_notice")
        ).one()
    assert (task.role, task.facts["notice"], task.done_at) == ("administrator", receipt, None)


def test_what_a_server_says_about_a_person_stays_in_the_database(
    notices: Notices, sessions: Sessions, sink: MailSink, receipt: int
) -> None:
    sink.answers = [UNKNOWN]
    with pytest.raises(ApplicationError) as failure:
        notices.send(receipt)
    assert str(failure.value) == "NotTaken: SMTP 550"
    assert failure.value.__cause__ is None
    assert "wang@example.org" in (row_of(sessions, receipt).last_error or "")


@pytest.mark.parametrize("trouble", [BUSY, HANG, CUT])
def test_a_troubled_server_is_asked_again_and_gets_the_same_key(
    notices: Notices, sessions: Sessions, sink: MailSink, receipt: int, trouble: str
) -> None:
    sink.answers = [trouble, ACCEPT]
    with pytest.raises(ApplicationError) as failure:
        notices_through(sessions, sink.url, patience=IMPATIENT).send(receipt)
    assert not failure.value.non_retryable
    assert row_of(sessions, receipt).delivery == "pending"
    notices.send(receipt)

    assert row_of(sessions, receipt).delivery == "sent"
    assert row_of(sessions, receipt).attempts == 2
    assert len(sink.taken) == (2 if trouble == CUT else 1)
    assert len({mail[KEY_HEADER] for mail in sink.taken}) == 1


def test_a_server_that_is_down_gets_the_notice_when_it_is_up(
    sessions: Sessions, receipt: int, tmp_path: Path
) -> None:
    sink = a_mail_sink(tmp_path)
    notices = notices_through(sessions, sink.url)
    with pytest.raises(ApplicationError, match="ConnectionRefusedError"):
        notices.send(receipt)
    sink.start()
    try:
        notices.send(receipt)
    finally:
        sink.stop()
    assert len(sink.taken) == 1


def test_another_mail_server_stands_in(
    sessions: Sessions, sink: MailSink, receipt: int, tmp_path: Path
) -> None:
    (tmp_path / "down").mkdir()
    down = a_mail_sink(tmp_path / "down")
    notices_through(sessions, down.url, sink.url).send(receipt)
    assert row_of(sessions, receipt).delivery == "sent"
    assert len(sink.taken) == 1


def test_without_any_gateway_a_notice_stays_in_the_pages(sessions: Sessions, receipt: int) -> None:
    notices_through(sessions).send(receipt)
    assert row_of(sessions, receipt).delivery == "inbox"


def test_an_address_cannot_smuggle_in_a_header(notices: Notices, sessions: Sessions) -> None:
    smuggled = a_receipt(sessions)
    with sessions.begin() as session:
        row = session.get_one(NoticeRow, smuggled)
        assert row.reference is not None
        smuggling = "wang@example.org\nBcc: all@example.org"
        keep_of_customer(session, row.reference, CustomerField.EMAIL, smuggling)
    with pytest.raises(ApplicationError) as failure:
        notices.send(smuggled)
    assert failure.value.non_retryable


@pytest.mark.parametrize(
    "address", ["<ann@example.com", "ann@exa?mple.com", "ann@example.invalid.", "用户@例子.example"]
)
def test_an_address_kept_before_every_door_asked_is_final_and_told_to_nobody(
    notices: Notices,
    sessions: Sessions,
    sink: MailSink,
    caplog: pytest.LogCaptureFixture,
    address: str,
) -> None:
    notice_id = a_receipt(sessions, phone="138")
    with sessions.begin() as session:
        row = session.get_one(NoticeRow, notice_id)
        assert row.reference is not None
        row.about = "replied"
        keep_of_customer(session, row.reference, CustomerField.EMAIL, address)
    with caplog.at_level(logging.DEBUG), pytest.raises(ApplicationError) as failure:
        notices.send(notice_id)
    assert (failure.value.message, failure.value.non_retryable) == ("address", True)
    assert failure.value.__cause__ is None
    assert sink.asked == 0
    assert address not in caplog.text

    notices.give_up(notice_id)
    with sessions() as session:
        tasks = session.scalars(select(TaskRow).where(TaskRow.reference == row.reference)).all()
    assert {(task.kind, task.role) for task in tasks} == {
        ("dead_notice", "administrator"),
        ("tell", "handler"),
    }


def test_an_error_nobody_foresaw_does_not_carry_an_address_into_the_log(
    caplog: pytest.LogCaptureFixture,
) -> None:
    class Faulty:
        name = "faulty"

        def send(self, message: Message) -> None:
            raise AttributeError(f"no mail for {message.email}")

    with caplog.at_level(logging.DEBUG), pytest.raises(NotTaken) as refused:
        Bounded(Faulty(), GENEROUS).send(a_message(email="wang@example.org"))
    assert refused.value.code == "AttributeError"
    assert refused.value.__suppress_context__
    assert "faulty failed: AttributeError at" in caplog.text
    assert "wang@example.org" not in caplog.text


class Webhook:
    """A webhook on a real socket: what it was told, and how it answers."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, dict[str, Any]]] = []
        self.status = 200
        outer = self

        class Door(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                outer.heard.append((self.headers[KEY_HEADER], json.loads(body)))
                self.send_response(outer.status)
                self.send_header("Location", "/elsewhere")
                self.end_headers()

            def log_message(self, *ignored: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
        self.url = f"json://127.0.0.1:{self.server.server_address[1]}/"


@pytest.fixture
def webhook() -> Iterator[Webhook]:
    webhook = Webhook()
    thread = threading.Thread(target=webhook.server.serve_forever)
    thread.start()
    yield webhook
    webhook.server.shutdown()
    thread.join()
    webhook.server.server_close()


def test_staff_without_an_address_are_reached_by_the_chat(
    sessions: Sessions, webhook: Webhook
) -> None:
    notice_id = a_staff_notice(sessions)
    notices_through(sessions, webhook.url).send(notice_id)

    [(key, told)] = webhook.heard
    assert key
    assert key in told["message"]
    assert f"/cases/{row_of(sessions, notice_id).reference}" in told["message"]
    assert row_of(sessions, notice_id).delivery == "sent"


@pytest.fixture
def jostling() -> Iterator[None]:
    """Threads take turns all the time, so that what is shared among them shows."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(usual)


@pytest.mark.usefixtures("jostling")
def test_notices_sent_side_by_side_bear_each_its_own_key(webhook: Webhook) -> None:
    gateways = gateways_to(webhook.url)
    messages = [a_message(key=f"key-{number}") for number in range(200)]
    with ThreadPoolExecutor(NOTICE_THREADS) as threads:
        carried = threads.map(
            lambda each: list(gateways.carry(each, frozenset(), Anytime())), messages
        )
        assert all(carried)
    assert {key for key, _ in webhook.heard} == {each.key for each in messages}
    for key, told in webhook.heard:
        assert told["message"].endswith(f"[{key}]")


def test_a_customers_letter_never_goes_to_a_chat(
    sessions: Sessions, webhook: Webhook, sink: MailSink, receipt: int
) -> None:
    notices_through(sessions, webhook.url, sink.url).send(receipt)
    assert len(sink.taken) == 1
    assert webhook.heard == []


def test_a_gateway_that_has_taken_it_is_not_asked_again(
    sessions: Sessions, webhook: Webhook, sink: MailSink, with_address: Callable[[str], None]
) -> None:
    with_address("han")
    notice_id = a_staff_notice(sessions)
    notices = notices_through(sessions, sink.url, webhook.url)
    webhook.status = 503
    with pytest.raises(ApplicationError):
        notices.send(notice_id)
    webhook.status = 200
    notices.send(notice_id)

    assert len(sink.taken) == 1
    assert len(webhook.heard) == 2
    assert row_of(sessions, notice_id).delivery == "sent"


def test_a_room_that_took_it_and_is_none_of_its_rooms_any_more_stands_for_none_of_them(
    sessions: Sessions, webhook: Webhook, sink: MailSink, with_address: Callable[[str], None]
) -> None:
    with_address("han")
    notice_id = a_staff_notice(sessions)
    with sessions.begin() as session:
        session.get_one(NoticeRow, notice_id).carried_by = ["json-00000000"]
    notices = notices_through(sessions, sink.url, webhook.url)
    webhook.status = 503
    with pytest.raises(ApplicationError):
        notices.send(notice_id)
    assert row_of(sessions, notice_id).delivery == "pending"
    webhook.status = 200
    notices.send(notice_id)

    assert len(sink.taken) == 1
    assert len(webhook.heard) == 2
    assert row_of(sessions, notice_id).delivery == "sent"


class DrippingServer:
    """Whatever is asked of it, it answers a character at a time, always soon, and never ends."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._ended = threading.Event()
        self._threads = [threading.Thread(target=self._take_in)]
        self._threads[0].start()
        self.address = f"127.0.0.1:{self._listener.getsockname()[1]}"

    def close(self) -> None:
        self._ended.set()
        with contextlib.suppress(OSError):  # closed before
            self._listener.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join()
        self._listener.close()

    def _take_in(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                caller, _ = self._listener.accept()
                self._threads.append(threading.Thread(target=self._drip, args=(caller,)))
                self._threads[-1].start()

    def _drip(self, caller: socket.socket) -> None:
        with caller, contextlib.suppress(OSError):
            while not self._ended.wait(IMPATIENT / 10):
                caller.sendall(b"2")


@pytest.fixture
def dripping() -> Iterator[DrippingServer]:
    server = DrippingServer()
    yield server
    server.close()


@pytest.mark.parametrize("kind", ["json", "mailto", "wecombot+http"])
def test_a_gateway_that_drips_is_not_waited_for_without_end(
    kind: str, dripping: DrippingServer
) -> None:
    url = f"{kind}://{dripping.address}?from=bank@example.org"
    # Wide of what a busy machine lets pass between two drips: a gap would end it as silence does.
    gateways = gateways_to(url, patience=5 * IMPATIENT)
    message = a_message(email="wang@example.org")
    with ThreadPoolExecutor(1) as threads:
        carried = threads.submit(lambda: list(gateways.carry(message, frozenset(), Anytime())))
        try:
            with pytest.raises(NotTaken, match="deadline"):
                carried.result(GENEROUS)
        finally:
            dripping.close()


def test_a_webhook_cannot_send_us_elsewhere(sessions: Sessions, webhook: Webhook) -> None:
    webhook.status = 307
    with pytest.raises(ApplicationError):
        notices_through(sessions, webhook.url).send(a_staff_notice(sessions))
    assert len(webhook.heard) == 1


@pytest.fixture
def with_address(sessions: Sessions) -> Iterator[Callable[[str], None]]:
    """Gives somebody of the bank an address for the length of a test."""
    given: list[str] = []

    def give(person: str) -> None:
        given.append(person)
        with sessions.begin() as session:
            session.get_one(PersonRow, person).email = f"{person}@example.org"

    yield give
    with sessions.begin() as session:
        for person in given:
            session.get_one(PersonRow, person).email = ""


def test_a_gateway_nobody_knows_is_refused_without_showing_its_secrets(sessions: Sessions) -> None:
    with pytest.raises(SettingsRefused) as refused:
        notices_through(sessions, "carrier-pigeon://user:password@roof")
    assert str(refused.value).startswith("REDRESS_MAIL_URL ")
    assert "password" not in str(refused.value)


def test_one_that_cannot_be_read_holds_up_no_other_of_its_batch(
    sessions: Sessions, notices: Notices, sink: MailSink
) -> None:
    ids = [a_receipt(sessions) for _ in range(3)]
    with sessions.begin() as session:
        session.get_one(NoticeRow, ids[1]).version = 99
    batch = [str(each) for each in ids]
    left = ActivityEnvironment().run(notices.send_each, batch)
    assert [(each.message, each.wait_seconds) for each in left] == [(batch[1], 0)]
    assert len(sink.taken) == 2
    assert [row_of(sessions, each).delivery for each in ids] == ["sent", "pending", "sent"]
