"""A worker killed in the middle of four steps of tasks: nothing is lost, nothing is there twice.

Three of the steps are held in their transactions when it dies: a task that is given, one that is
reminded of, one that runs out. The fourth, a task's end, is committed, and its workflow has not
heard of it. Looked at where its people look.
"""

import re
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from html import unescape
from pathlib import Path
from uuid import uuid4

import pytest
import yaml
from sqlalchemy import delete, func, select, text, update
from sqlalchemy.engine import make_url

from cli.up.first_secrets import ensure_secrets
from config import Settings
from desk.cases import CaseDesk
from domain.acts import AnyAct, FinishTask, Need, ReportMedia
from domain.classification import MediaReach
from domain.complaint import Language
from embedded.postgres import EmbeddedPostgres
from embedded.processes import wait_until
from embedded.temporal_namespace import prepare_namespace
from embedded.temporal_server import TemporalServer
from engine.connection import TemporalConnection, connect
from rulebook.packs import POLICIES
from store.cases.commands import store_command
from store.cases.receipts import receive
from store.database import Sessions, close_database, open_database
from store.outbox import messages
from store.policies.packs import publish
from store.tables import CaseRow, CommandRow, JournalRow, OutboxRow, PersonRow
from tests.bank import WHOLE
from tests.builders import a_complaint
from tests.mail_sink import MailSink
from tests.starts import Worker
from tests.stays import logged_in
from tests.tasks.work import ANYTHING, FIRST_ASK, Work
from tests.web.browser import Browser
from web import create_app
from workflows.names import SEARCH_ATTRIBUTES

PATIENCE = 120.0
"""Seconds for one chapter; a green story needs a few, and ten for the dead worker to be missed."""

TITLE = "Take over as the one contact for the press"
REPORTED = ReportMedia(reach=MediaReach.LOCAL)


def packs(folder: Path) -> Path:
    """A task of the head office's pack with an hour, one that is reminded of now, one that runs out
    now; and nothing else that happens by itself."""
    for name in ("base", "head-office"):
        (folder / f"{name}.yaml").write_text((POLICIES / f"{name}.yaml").read_text())
    hour = "3600 seconds"
    for name, within, before in (
        ("slow", hour, "60 seconds"),
        ("reminding", hour, "3599 seconds"),
        ("hurried", "1 second", None),
    ):
        warn = [{"before": before, "rule": "bank"}] if before else []
        rung = {"acknowledge_within": hour, "resolve_within": hour, "rule": "bank"}
        pack = {
            "pack": name,
            "extends": "head-office",
            "tasks": {"within": within, "warn": warn, "rule": "bank"},
            "ladders": {"tasks": [{"rung": "supervisor", "role": "supervisor", **rung}]},
        }
        (folder / f"{name}.yaml").write_text(yaml.safe_dump(pack, sort_keys=False))
    return folder


class Installation:
    """A bank with a database, a namespace and workers of its own, on the engines of this run."""

    def __init__(self, folder: Path, owner_url: str, app_url: str, address: str) -> None:
        folder.mkdir()
        self.folder = folder
        self.environ: Mapping[str, str] = ensure_secrets(folder) | {
            "DATABASE_URL": app_url,
            "TEMPORAL_ADDRESS": address,
            "TEMPORAL_NAMESPACE": "redress-killed-worker",
            "REDRESS_VAR_DIR": str(folder),
            "REDRESS_TRIAL": "yes",
        }
        self.settings = Settings.from_env(self.environ)
        self.sessions: Sessions = open_database(
            owner_url,
            journal_key=self.settings.journal_key,
            personal_keys=self.settings.personal_keys,
        )
        self._engine = TemporalConnection(lambda: connect(self.settings))
        desk = CaseDesk(self.sessions, self._engine)
        self.app = create_app(self.settings, sessions=self.sessions, desk=desk)

    def close(self) -> None:
        self._engine.close()
        close_database(self.sessions)

    def received(self, pack: str) -> str:
        over = {"received_at": datetime.now(UTC), "policy": pack, **FIRST_ASK}
        with self.sessions.begin() as session:
            return receive(session, a_complaint(**over), WHOLE.actor("ines")).reference

    def asks(self, reference: str, act: AnyAct, by: str, *words: str) -> str:
        """Somebody's act is stored, and the relay is to deliver it at once."""
        command = str(uuid4())
        required = {name for name, need in act.words.items() if need is Need.REQUIRED}
        with self.sessions.begin() as session:
            store_command(
                session,
                command_id=command,
                reference=reference,
                act=act,
                words=dict.fromkeys(required.union(words), ANYTHING),
                by=WHOLE.actor(by),
                seen_version=None,
            )
            at_once = update(OutboxRow).where(OutboxRow.key == command)
            session.execute(at_once.values(next_try_at=func.now()))
            session.execute(select(func.pg_notify(messages.CHANNEL, messages.MessageKind.COMMAND)))
        return command

    def heard(self) -> None:
        """Whoever did something by hand has its answer. Else the relay of a worker that is slow to
        start would deliver it once more, and its record, which writes nothing, is the first."""
        with self.sessions.begin() as session:
            commands = OutboxRow.kind == messages.MessageKind.COMMAND
            session.execute(delete(OutboxRow).where(commands))

    @contextmanager
    def held(self, *references: str) -> Iterator[None]:
        """Nobody writes to these cases meanwhile: whoever wants to waits in a transaction. It may
        take longer than PostgreSQL lets one of ours be idle, where a worker is slow to start."""
        with self.sessions.begin() as session:
            session.execute(text("set local idle_in_transaction_session_timeout = 0"))
            rows = select(CaseRow.reference).where(CaseRow.reference.in_(references))
            session.execute(rows.with_for_update())
            yield

    def waiting(self) -> int:
        """How many transactions wait for somebody else's."""
        with self.sessions() as session:
            held_up = text("select count(distinct pid) from pg_locks where not granted")
            return int(session.scalars(held_up).one())

    def journal(self, reference: str) -> list[str]:
        with self.sessions() as session:
            rows = select(JournalRow.event).where(JournalRow.reference == reference)
            return list(session.scalars(rows.order_by(JournalRow.version)))

    def is_answered(self, command: str) -> bool:
        with self.sessions() as session:
            return session.get_one(CommandRow, command).status == "accepted"

    def log_in(self, person: str) -> Browser:
        return Browser(logged_in(self.app, self.sessions, person))


@pytest.fixture
async def here(
    new_database: Callable[[], str],
    postgres: EmbeddedPostgres,
    temporal: TemporalServer,
    tmp_path: Path,
) -> AsyncIterator[Installation]:
    owner_url = new_database()
    name = make_url(owner_url).database
    assert name is not None
    here = Installation(tmp_path / "var", owner_url, postgres.url_of(name), temporal.address)
    await prepare_namespace(temporal.address, here.settings.temporal_namespace, SEARCH_ATTRIBUTES)
    folder = packs(tmp_path)
    with here.sessions.begin() as session:
        for pack in ("slow", "reminding", "hurried"):
            publish(session, pack, folder)
        WHOLE.moves_into(session)
        session.execute(update(PersonRow).values(language=Language.EN))
    yield here
    here.close()


async def test_nothing_is_lost_and_nothing_is_there_twice(
    here: Installation, sink: MailSink
) -> None:
    by_hand = Work(here.sessions, sink)
    given = here.received("slow")
    reminded, overdue, ended = (here.received(each) for each in ("reminding", "hurried", "slow"))
    for reference in (reminded, overdue, ended):
        by_hand.does(reference, REPORTED, "han")
    here.heard()
    giving = here.asks(given, REPORTED, "han")

    worker = Worker(here.environ, here.folder / "worker.log", REDRESS_CRASH_AT="record.committed")
    try:
        with here.held(given, reminded, overdue):
            assert wait_until(lambda: here.waiting() == 3, PATIENCE), "three are in the middle"
            ending = here.asks(ended, FinishTask(task="media-office"), "max")
            assert worker.dies(PATIENCE), "the fourth is committed, and nobody knows"
        worker.starts_again()
        assert wait_until(lambda: here.is_answered(giving) and here.is_answered(ending), PATIENCE)
        assert wait_until(lambda: "warned" in here.journal(reminded), PATIENCE)
        assert wait_until(lambda: "escalated" in here.journal(overdue), PATIENCE)
        look_where_people_look(here, given, reminded, overdue, ended)
    finally:
        worker.stop()
    assert here.journal(given) == ["received", "media_reported"]
    assert here.journal(reminded) == ["received", "media_reported", "warned"]
    assert here.journal(overdue) == ["received", "media_reported", "breached", "escalated"]
    assert here.journal(ended) == ["received", "media_reported", "task_finished"]


def look_where_people_look(
    here: Installation, given: str, reminded: str, overdue: str, ended: str
) -> None:
    """Each step once, in inboxes, under My tasks and on the page of the case."""
    max_, sun = here.log_in("max"), here.log_in("sun")
    inbox = [line for line in max_.get("/inbox").text.split("<li") if TITLE in unescape(line)]
    told = {each: [line for line in inbox if each in line] for each in (given, reminded, ended)}
    assert len(told[given]) == 1, "given once"
    assert len(told[ended]) == 1
    words = [re.sub("<[^>]*>", " ", line) for line in told[reminded]]
    assert sum("Warning given" in each for each in words) == 1, words
    cards = max_.get("/tasks").text.split('<li class="task')[1:]
    for reference, times in ((given, 1), (reminded, 1), (ended, 0)):
        assert sum(reference in card for card in cards) == times
    heard = sun.get("/inbox").text.split("<li")
    assert sum(overdue in line for line in heard) == 1, "it has climbed once"
    assert max_.get(f"/cases/{ended}").text.count(ANYTHING) == 2, "once with each of its acts"
