"""The records are lost sight of while a form is on its way in: nothing typed is lost, and sent
again it counts once.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import psycopg2
import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from desk.cases import CaseDesk
from embedded.postgres import EmbeddedPostgres
from embedded.processes import wait_until
from store.database import Sessions, close_database, open_database
from store.tables import CommandRow, ComplaintRow
from tests.mail_sink import a_listening_sink
from tests.settings import PERSONAL_KEYS, some_settings
from tests.tables import told
from tests.tasks.work import Work
from tests.web.browser import Taker, Visit, a_filled_form, hidden
from tests.web.seen import Page
from web import create_app

COUNTS_ONCE = "It may have been taken down; send it again, it counts once."


@pytest.fixture
def narrow(sessions: Sessions) -> Iterator[Sessions]:
    """The same records, and two connections to them."""
    url = sessions.kw["bind"].url.render_as_string(hide_password=False)
    narrow = open_database(
        url, journal_key=b"k" * 32, pool_size=1, patience=0.2, personal_keys=PERSONAL_KEYS
    )
    yield narrow
    close_database(narrow)


@pytest.fixture
def app(narrow: Sessions, desk: CaseDesk, tmp_path: Path) -> Flask:
    """The application with these two."""
    settings = some_settings(REDRESS_VAR_DIR=str(tmp_path))
    return create_app(settings, sessions=narrow, desk=CaseDesk(narrow, desk.temporal))


@contextmanager
def commits_unanswered(postgres: EmbeddedPostgres) -> Iterator[psycopg2.extensions.cursor]:
    """PostgreSQL commits and gives nobody word of it: it waits for a standby that is not there."""
    url = psycopg2.extensions.parse_dsn(postgres.url.replace("+psycopg2", "", 1))
    password = (postgres.folder / "postgres.password").read_text()
    connection = psycopg2.connect(**{**url, "user": "postgres", "password": password})
    connection.autocommit = True
    cursor = connection.cursor()
    try:
        cursor.execute("alter system set synchronous_standby_names = 'nobody'")
        cursor.execute("select pg_reload_conf()")
        yield cursor
    finally:
        cursor.execute("alter system reset synchronous_standby_names")
        cursor.execute("select pg_reload_conf()")
        connection.close()


def sent_in_vain(postgres: EmbeddedPostgres, send: Callable[[], TestResponse]) -> TestResponse:
    """The answer to a form whose commit went through while every connection of its page was cut."""
    with commits_unanswered(postgres) as cursor, ThreadPoolExecutor(1) as threads:
        sent = threads.submit(send)

        def committed() -> bool:
            cursor.execute("select from pg_stat_activity where wait_event = 'SyncRep'")
            return cursor.rowcount > 0 or sent.done()

        assert wait_until(committed, within=30)
        cursor.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity"
            " where wait_event = 'SyncRep' or state = 'idle in transaction'"
        )
        return sent.result(timeout=30)


def test_a_complaint_whose_commit_went_unanswered_comes_back_to_be_sent_again_and_counts_once(
    visit: Visit, sessions: Sessions, postgres: EmbeddedPostgres
) -> None:
    ines = visit("ines")
    typed = a_filled_form(ines, narrative="The machine kept my card, and <b>nobody</b> came.")
    lost = sent_in_vain(postgres, lambda: ines.send("/register", **typed))

    assert lost.status_code == 503
    assert COUNTS_ONCE in lost.text
    assert "It is not known whether this was taken" in lost.text
    page = Page(lost)
    assert page.field("What happened, in the customer's words").value == typed["narrative"]
    assert page.hidden("intake_key") == typed["intake_key"]
    assert ines.send("/register", **typed).status_code == 302
    with sessions() as session:
        wanted = select(func.count()).where(ComplaintRow.intake_key == typed["intake_key"])
        assert session.scalar(wanted) == 1


def test_an_act_whose_commit_went_unanswered_comes_back_to_be_sent_again_and_counts_once(
    visit: Visit, a_received_case: Taker, sessions: Sessions, postgres: EmbeddedPostgres
) -> None:
    reference, sun = a_received_case(), visit("sun")
    sun.send("/language", language="en")  # the page that a form is on comes before, and is noted
    url, key = f"/cases/{reference}/acts/note", str(uuid4())
    typed = {"command_id": key, "seen_version": "1", "note": "Seen on the footage."}
    lost = sent_in_vain(postgres, lambda: sun.send(url, **typed))

    assert lost.status_code == 503
    assert COUNTS_ONCE in lost.text
    assert "It is not known whether this was taken" in lost.text
    form = Page(lost).form("Add a note")
    assert form.is_unfolded
    assert form.field("Note").value == "Seen on the footage."
    assert form.hidden("command_id") == key
    assert sun.send(url, **typed).status_code == 302
    with sessions() as session:
        stored = select(CommandRow.id).where(CommandRow.reference == reference)
        assert session.scalars(stored).all() == [key]


def test_an_act_upon_several_whose_commit_went_unanswered_comes_back_and_counts_once(
    visit: Visit, a_received_case: Taker, sessions: Sessions, postgres: EmbeddedPostgres
) -> None:
    reference, sun = a_received_case(), visit("sun")
    sun.send("/language", language="en")
    address = sun.get(f"/bulk/?act=urge&reference={reference}").location
    page = sun.get(address).text
    typed = {name: hidden(page, name) for name in ("act", "command_id", "looked_at", "reference")}
    typed["note"] = "The customer has called again."
    lost = sent_in_vain(postgres, lambda: sun.send(address, **typed))

    assert lost.status_code == 503
    assert COUNTS_ONCE in lost.text
    assert Page(lost).field("Note").value == typed["note"]
    assert Page(lost).hidden("command_id") == typed["command_id"]
    assert sun.send(address, **typed).status_code in (302, 303)
    with sessions() as session:
        stored = select(func.count()).where(CommandRow.reference == reference)
        assert session.scalar(stored) == 1


def test_a_report_whose_commit_went_unanswered_is_sent_again_under_its_own_key_alone(
    visit: Visit,
    a_received_case: Taker,
    sessions: Sessions,
    postgres: EmbeddedPostgres,
    tmp_path: Path,
) -> None:
    reference, lin = a_received_case(), visit("lin")
    with a_listening_sink(tmp_path) as sink:
        work = Work(sessions, sink)
        for browser, act, facts in (
            (visit("sun"), "classify", {"category": "work_error", "amount_fen": "60000"}),
            (lin, "draft_case_report", {}),
        ):
            asked = {"command_id": str(uuid4()), **facts}
            assert browser.send(f"/cases/{reference}/acts/{act}", **asked).status_code == 302
            work.carry_out_what_waits(reference)
    lin.send("/language", language="en")
    address, key = f"/reports/{reference}/report/1", str(uuid4())
    typed = {"command_id": key, "summary": "Nobody looked after it."}
    lost = sent_in_vain(postgres, lambda: lin.send(address, **typed))

    assert lost.status_code == 503
    assert COUNTS_ONCE in lost.text
    page = Page(lost)
    assert page.form("Keep what is written").hidden("command_id") == key
    assert lost.text.count(key) == 1
    assert lin.send(address, **typed).status_code == 302
    with sessions() as session:
        stored = select(CommandRow.id).where(
            CommandRow.reference == reference, CommandRow.act["kind"].astext == "word_case_report"
        )
        assert session.scalars(stored).all() == [key]


def test_with_every_connection_in_use_a_form_comes_back_too(visit: Visit, narrow: Sessions) -> None:
    ines = visit("ines")
    typed = a_filled_form(ines)
    with narrow() as another:
        another.connection()
        lost = ines.send("/register", **typed)
    assert lost.status_code == 503
    assert COUNTS_ONCE in lost.text
    assert ines.send("/register", **typed).status_code == 302


DOORS = {
    "a letter is sent": ("/cases/C-2026-000001/letters/1/dispatches", "note"),
    "a file is put with a case": ("/cases/C-2026-000001/attachments", "note"),
    "a person is changed": ("/admin/people/han", "name"),
    "a report is submitted": ("/reports-owed/head-office/statistics/2026-11-01", "words"),
    "a view is saved": ("/views", "name"),
}


@told("url, field", DOORS)
def test_at_every_door_what_was_typed_comes_back_and_can_be_sent_again(
    visit: Visit, narrow: Sessions, url: str, field: str
) -> None:
    sun, key, text = visit("sun"), str(uuid4()), "Every <word> of this,\nand no other."
    sun.get("/")
    with narrow() as one, narrow() as another:
        one.connection()
        another.connection()
        lost = sun.send(url, command_id=key, **{field: text})
    assert lost.status_code == 503
    page = Page(lost)
    assert COUNTS_ONCE in page.words
    assert "Every <word> of this, and no other." in page.words
    form = page.form("Send it again")
    assert form.hidden("command_id") == key
    assert form.hidden(field) == text
    assert sun.send(url, command_id=key, **{field: text}).status_code != 503


def test_what_another_page_made_a_browser_send_does_not_come_back_as_a_form(
    visit: Visit, narrow: Sessions
) -> None:
    sun = visit("sun")
    sun.get("/")
    with narrow() as one, narrow() as another:
        one.connection()
        another.connection()
        lost = sun.post_as_it_is("/views", {"csrf_token": "made-up", "name": "lured"}, {})
    assert lost.status_code == 503
    assert "Send it again" not in lost.text


def test_a_page_without_a_form_says_that_nothing_was_changed(
    visit: Visit, narrow: Sessions
) -> None:
    ines = visit("ines")
    with narrow() as one, narrow() as another:
        one.connection()
        another.connection()
        away = ines.get("/")
    assert away.status_code == 503
    assert "Nothing was changed. Try again." in away.text
