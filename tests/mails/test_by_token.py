"""Mail servers that take tokens and no password, as Exchange Online and Google Workspace do: the
mail arrives, the answer is read and joined, and what stands in the way is told in a sentence."""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import delete
from temporalio.exceptions import ApplicationError

from activities.notices import Notices
from config import Settings
from relay.mailbox import MailboxWatch
from store.database import Sessions
from store.files.attachments import AttachmentFolder
from store.tables import MailboxRow
from tests.activities.letters import a_receipt, row_of
from tests.imap_server import USER, ImapServer, an_imap_server
from tests.mail_sink import MailSink, TokenSink, a_mail_sink
from tests.mails.post import WANG, Post, a_mail
from tests.settings import COMPLETE
from tests.tasks.pages import Pages
from tests.tasks.work import Work
from tests.token_endpoint import TokenEndpoint, a_token_endpoint
from worker import gateways_of, notices_of

AWAY = "Its mail server does not answer"
NOT_LET_IN = "Its mail server refuses the name or the password"
MECHANISMS = pytest.mark.parametrize("mechanism", ["XOAUTH2", "OAUTHBEARER"])


@pytest.fixture
def mechanism() -> str:
    return "XOAUTH2"


@pytest.fixture
def endpoint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[TokenEndpoint]:
    """Where tokens are given, which this machine trusts."""
    endpoint = a_token_endpoint(tmp_path, USER)
    for trusted in ("REQUESTS_CA_BUNDLE", "SSL_CERT_FILE"):
        monkeypatch.setenv(trusted, str(endpoint.certificates.authority))
    endpoint.start()
    yield endpoint
    endpoint.stop()


@pytest.fixture
def taking(endpoint: TokenEndpoint, tmp_path: Path, mechanism: str) -> Iterator[TokenSink]:
    """The server that takes the bank's mail."""
    sink = TokenSink(a_mail_sink(tmp_path).port, tokens=endpoint, mechanism=mechanism)
    sink.start()
    yield sink
    sink.stop()


@pytest.fixture
def mailbox(endpoint: TokenEndpoint, tmp_path: Path, mechanism: str) -> Iterator[ImapServer]:
    """The server in which mail to the bank comes in."""
    server = an_imap_server(tmp_path)
    server.certificates = endpoint.certificates
    server.tokens, server.mechanism = endpoint, mechanism
    server.start()
    yield server
    server.stop()


@dataclass(frozen=True)
class Running:
    """A worker's mail since its start, as the settings of then say."""

    sender: Notices
    watch: MailboxWatch


@pytest.fixture
def started(
    sessions: Sessions, endpoint: TokenEndpoint, taking: MailSink, mailbox: ImapServer, folder: Path
) -> Callable[[], Running]:
    """Start a worker on what the settings say now."""

    def start() -> Running:
        named = {"REDRESS_MAIL_URL": taking.url, "REDRESS_MAILBOX_URL": mailbox.url}
        where = {"REDRESS_ATTACHMENTS_DIR": str(folder / "attachments")}
        settings = Settings.from_env({**COMPLETE, **named, **where, **endpoint.settings})
        assert settings.mailbox is not None
        sender = notices_of(settings, sessions, gateways_of(settings))
        files = AttachmentFolder(settings.attachments_dir)
        watch = MailboxWatch(sessions, settings.mailbox, files, settings.mail_oauth)
        return Running(sender, watch)

    with sessions.begin() as session:
        session.execute(delete(MailboxRow))
    return start


@pytest.fixture
def letters(
    sessions: Sessions, mailbox: ImapServer, taking: MailSink, work: Work, folder: Path
) -> Post:
    return Post(sessions, mailbox, taking, work, folder / "attachments")


@MECHANISMS
def test_a_mail_arrives_and_its_answer_is_read_and_joined(
    started: Callable[[], Running], letters: Post, pages: Pages, endpoint: TokenEndpoint
) -> None:
    worker = started()
    letters.watch = worker.watch
    reference = letters.a_case()
    [receipt] = letters.delivered(reference, worker.sender)
    assert receipt["To"] == WANG
    assert reference in str(receipt["Subject"])
    letters.comes_in(a_mail("here is what you asked for", answers=receipt))
    assert letters.imap.lying() == []
    assert "here is what you asked for" in pages.reads("han", reference)
    worker.watch.look()
    assert endpoint.asked == 2, "one for who sends and one for who reads, and both are kept"
    shown = pages.reads("ada", "/admin/notices")
    assert "Last read to its end" in shown
    assert NOT_LET_IN not in shown


@MECHANISMS
def test_a_token_that_is_refused_before_its_end_is_asked_for_anew(
    started: Callable[[], Running], letters: Post, pages: Pages, endpoint: TokenEndpoint,
    taking: MailSink,
) -> None:  # fmt: skip
    worker = started()
    letters.delivered(letters.a_case(), worker.sender)
    worker.watch.look()
    endpoint.issued.clear()
    reference = letters.a_case()
    [receipt] = letters.delivered(reference, worker.sender)
    letters.imap.put(a_mail("in spite of it", answers=receipt))
    worker.watch.look()
    assert letters.imap.lying() == []
    assert NOT_LET_IN not in pages.reads("ada", "/admin/notices")
    assert endpoint.asked == 4


@MECHANISMS
def test_who_may_not_use_the_mailbox_is_told_so_after_one_more_token(
    started: Callable[[], Running], pages: Pages, endpoint: TokenEndpoint, sessions: Sessions
) -> None:
    endpoint.mailboxes.clear()
    worker = started()
    worker.watch.look()
    assert endpoint.asked == 2
    shown = pages.reads("ada", "/admin/notices")
    assert "or with OAuth 2 the token" in shown
    assert "whether it may use this mailbox" in shown
    notice = a_receipt(sessions)
    with pytest.raises(ApplicationError) as refused:
        worker.sender.send(notice)
    assert (refused.value.message, refused.value.non_retryable) == ("SMTP 535", False)
    assert endpoint.asked == 4
    worker.sender.give_up(notice)
    told = pages.reads("ada", "/admin/notices").partition(str(row_of(sessions, notice).reference))
    assert "at the client: its secret" in told[2]


def test_while_the_provider_is_away_mail_waits_as_for_a_mail_server_that_is_away(
    started: Callable[[], Running], letters: Post, pages: Pages, endpoint: TokenEndpoint,
    sessions: Sessions, taking: MailSink,
) -> None:  # fmt: skip
    worker = started()
    letters.imap.put(a_mail("while nobody gave a token"))
    notice = a_receipt(sessions)
    endpoint.stop()
    worker.watch.look()
    assert AWAY in pages.reads("ada", "/admin/notices")
    with pytest.raises(ApplicationError) as away:
        worker.sender.send(notice)
    assert (away.value.message, away.value.non_retryable) == ("OAuth ConnectionError", False)
    assert row_of(sessions, notice).delivery == "pending"
    endpoint.start()
    worker.watch.look()
    worker.sender.send(notice)
    assert row_of(sessions, notice).delivery == "sent"
    assert len(taking.taken) == 1
    assert letters.imap.lying() == []
    assert AWAY not in pages.reads("ada", "/admin/notices")


def test_a_secret_is_rotated(
    started: Callable[[], Running], pages: Pages, endpoint: TokenEndpoint, sessions: Sessions,
    taking: MailSink,
) -> None:  # fmt: skip
    before = started()
    before.sender.send(a_receipt(sessions))
    before.watch.look()
    endpoint.secret = "the new one of today"
    before.sender.send(a_receipt(sessions))
    before.watch.look()
    assert len(taking.taken) == 2, "the token that is kept is good until its end"
    assert endpoint.asked == 2
    endpoint.issued.clear()
    before.watch.look()
    shown = pages.reads("ada", "/admin/notices")
    assert NOT_LET_IN in shown
    assert "it is tried again every minute. Last read to its end" in shown
    notice = a_receipt(sessions)
    with pytest.raises(ApplicationError, match="OAuth invalid_client"):
        before.sender.send(notice)
    after = started()
    after.sender.send(notice)
    after.watch.look()
    assert row_of(sessions, notice).delivery == "sent"
    assert NOT_LET_IN not in pages.reads("ada", "/admin/notices")


def test_neither_secret_nor_token_is_logged_shown_or_kept(
    started: Callable[[], Running], pages: Pages, endpoint: TokenEndpoint, sessions: Sessions,
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    said = []
    with caplog.at_level(logging.DEBUG):
        worker = started()
        shown = endpoint.secret
        worker.sender.send(a_receipt(sessions))
        worker.watch.look()
        given = list(endpoint.issued)
        endpoint.mailboxes.clear()
        for wrong in ("a mailbox that is not ours", "a secret that is not ours"):
            notice = a_receipt(sessions)
            with pytest.raises(ApplicationError) as failure:
                worker.sender.send(notice)
            worker.sender.give_up(notice)
            worker.watch.look()
            assert failure.value.__cause__ is None, wrong
            row = row_of(sessions, notice)
            said += [str(failure.value), pages.reads("ada", "/admin/notices"), str(row.last_error)]
            given += list(endpoint.issued)
            endpoint.secret = "another"
            endpoint.issued.clear()
    assert len(given) > 2
    for secret in (shown, *given):
        assert not any(secret in each for each in (caplog.text, *said))


def test_servers_that_take_no_tokens_are_shown_none(
    sessions: Sessions, endpoint: TokenEndpoint, sink: MailSink, imap: ImapServer, folder: Path,
    pages: Pages,
) -> None:  # fmt: skip
    """These are the others' servers, which take whoever comes, or a password."""
    user = USER.replace("@", "%40")
    named = {
        "REDRESS_MAIL_URL": f"mailto://{user}@localhost:{sink.port}",
        "REDRESS_MAILBOX_URL": f"imap://{user}@127.0.0.1:{imap.port}",
    }
    settings = Settings.from_env({**COMPLETE, **named, **endpoint.settings})
    assert settings.mailbox is not None
    files = AttachmentFolder(folder)
    MailboxWatch(sessions, settings.mailbox, files, settings.mail_oauth).look()
    assert NOT_LET_IN in pages.reads("ada", "/admin/notices")
    with pytest.raises(ApplicationError, match="no XOAUTH2"):
        notices_of(settings, sessions, gateways_of(settings)).send(a_receipt(sessions))
    assert endpoint.asked == 0
