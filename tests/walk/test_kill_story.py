"""A ladder of seconds, climbed while worker, engine and database are killed in turn.

Real processes, real `kill -9`. Whatever is killed comes back as `redress up` would bring it back,
and in the end every step of every case has happened, once, and not before its time.
"""

from collections import Counter
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import yaml
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from cli.up.first_secrets import ensure_secrets
from config import Settings
from embedded.postgres import EmbeddedPostgres
from embedded.processes import wait_until
from embedded.temporal_namespace import prepare_namespace
from embedded.temporal_server import TemporalServer
from rulebook.packs import POLICIES
from store.cases.journal import standing_of
from store.cases.receipts import receive
from store.database import Sessions, close_database, migrate_as_owner, open_database
from store.evidence.chain import SealFinding, verify
from store.policies.packs import publish
from store.tables import JournalRow, RegulatorReportRow, TaskRow
from tests.builders import a_bank, a_complaint, actor
from tests.starts import Worker
from workflows.names import SEARCH_ATTRIBUTES

CASES = 12
PATIENCE = 50.0
"""Seconds for one chapter; a green story needs a few."""

LADDER = ["received", "warned", "breached", "escalated", "escalated", "escalated"]


class Story:
    """The bank of this story: its engines, its worker, its cases."""

    def __init__(self, folder: Path, postgres: EmbeddedPostgres, temporal: TemporalServer) -> None:
        self.postgres = postgres
        self.temporal = temporal
        self.environ = ensure_secrets(folder) | {
            "DATABASE_URL": postgres.url,
            "TEMPORAL_ADDRESS": temporal.address,
            "REDRESS_VAR_DIR": str(folder),
        }
        self.settings = Settings.from_env(self.environ)
        self.sessions: Sessions = open_database(
            postgres.url,
            journal_key=self.settings.journal_key,
            personal_keys=self.settings.personal_keys,
        )
        self.references: list[str] = []

    def receive(self, count: int) -> None:
        """So many complaints at once, that nobody will ever touch."""
        for _ in range(count):
            with self.sessions.begin() as session:
                complaint = a_complaint(policy="hurried", received_at=datetime.now(UTC))
                self.references.append(receive(session, complaint, actor("ines")).reference)

    def happened(self, event: str) -> int:
        with self.sessions() as session:
            count = select(func.count()).where(JournalRow.event == event)
            return session.scalar(count) or 0

    def waits_for(self, event: str, count: int) -> None:
        """Until the journal holds so many entries of this kind."""
        assert wait_until(lambda: self._has(event, count), PATIENCE), (event, count)

    def _has(self, event: str, count: int) -> bool:
        try:
            return self.happened(event) >= count
        except OperationalError:
            return False  # the database is just being killed

    def heard(self) -> dict[str | None, int]:
        """Who was asked to acknowledge, and how often."""
        with self.sessions() as session:
            return dict(Counter(session.scalars(select(TaskRow.person))))

    def drafts(self) -> int:
        """Drafts of reports to the regulator."""
        with self.sessions() as session:
            return session.scalar(select(func.count()).select_from(RegulatorReportRow)) or 0

    def earliest(self) -> timedelta:
        """How long after its planned instant the most punctual step was carried out."""
        with self.sessions() as session:
            cases = [standing_of(session, reference).case for reference in self.references]
        return min(each.at - each.planned_at for case in cases for each in case.fired)

    def findings(self) -> list[SealFinding]:
        """What is wrong with the chain of the journal."""
        with self.sessions() as session:
            return list(verify(session, self.settings.journal_key, {}))

    def journal(self, reference: str) -> list[JournalRow]:
        with self.sessions() as session:
            rows = select(JournalRow).where(JournalRow.reference == reference)
            return list(session.scalars(rows.order_by(JournalRow.version)))


def killed_and_started_again(engine: EmbeddedPostgres | TemporalServer) -> None:
    """As the keeper finds it dead and starts it again."""
    assert engine.process is not None
    engine.process.kill()
    engine.process.wait()
    engine.start()


def hurried_pack(folder: Path) -> Path:
    """The rehearsal's ladder in fewer seconds, as a bank would write a pack of its own."""
    for name in ("base", "rehearsal"):
        (folder / f"{name}.yaml").write_text((POLICIES / f"{name}.yaml").read_text())
    soon = {"acknowledge_within": "4 seconds", "resolve_within": "4 seconds", "rule": "bank"}
    pack = {
        "pack": "hurried",
        "extends": "rehearsal",
        "limits": {
            "start": None,
            "reply": {"within": "5 seconds", "warn": [{"before": "2 seconds", "rule": "bank"}]},
        },
        "ladders": {
            "start": None,
            "expiry": [
                {"rung": "supervisor", "role": "supervisor", **soon},
                {"rung": "hr", "role": "hr", **soon},
                {"rung": "regulator", "role": "regulator_liaison", "drafts_report": True, **soon},
            ],
        },
    }
    (folder / "hurried.yaml").write_text(yaml.safe_dump(pack, sort_keys=False))
    return folder


@pytest.fixture
async def story(engine_folder: Path, tmp_path: Path) -> AsyncIterator[Story]:
    """Engines of this story's own, which it may kill."""
    folder = engine_folder / "kill-story"
    with (
        EmbeddedPostgres(folder / "postgres") as postgres,
        TemporalServer(folder / "temporal") as temporal,
    ):
        story = Story(folder, postgres, temporal)
        migrate_as_owner(postgres.owner_url, postgres.url)
        namespace = story.settings.temporal_namespace
        await prepare_namespace(temporal.address, namespace, SEARCH_ATTRIBUTES)
        with story.sessions.begin() as session:
            publish(session, "hurried", hurried_pack(tmp_path))
            a_bank(session)
        yield story
        close_database(story.sessions)


@pytest.fixture
def worker(story: Story, engine_folder: Path) -> Iterator[Worker]:
    worker = Worker(story.environ, engine_folder / "worker.log")
    yield worker
    worker.stop()


def test_each_step_happens_once_whatever_is_killed_meanwhile(story: Story, worker: Worker) -> None:
    story.receive(CASES)
    story.waits_for("warned", 1)
    worker.killed_and_started_again()
    story.waits_for("breached", CASES // 2)
    killed_and_started_again(story.temporal)
    story.waits_for("escalated", CASES)
    killed_and_started_again(story.postgres)
    story.waits_for("escalated", 3 * CASES)

    for reference in story.references:
        entries = story.journal(reference)
        assert [entry.event for entry in entries] == LADDER
        assert [entry.version for entry in entries] == [1, 2, 3, 4, 5, 6]
    assert story.heard() == {"sun": CASES, "hong": CASES, "lin": CASES}
    assert story.drafts() == CASES
    assert story.earliest() >= timedelta(0)
    assert story.findings() == []
