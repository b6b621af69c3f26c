"""A word in every place where a person can write: erased, it is found nowhere, and everything else
is proved as before."""

import asyncio
import gzip
import io
import json
from collections.abc import AsyncIterator, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from click.testing import CliRunner
from sqlalchemy import select, text
from temporalio.client import Client

from cli.personal.erase import erase
from cli.verify import verify
from cli.who import WAITS
from config import Settings
from desk.approvals.waiting import ApprovalDesk
from desk.attachments import AttachmentDesk
from desk.cases import ActStatus, CaseDesk
from desk.imports.handed_in import ImportDesk
from desk.imports.mapping_files import read_mapping
from desk.kept_forms import KeptForm, KeptForms
from domain.acts import (
    AnyAct,
    AskCustomer,
    Assign,
    Classify,
    Close,
    Dispose,
    Erase,
    FinishTask,
    Note,
    Reply,
    ReplyToSender,
    TakeAnswer,
    Withdraw,
)
from domain.approvals import ApprovalOutcome
from domain.case import Case, Milestone
from domain.classification import (
    Category,
    Channel,
    Level,
    Responsibility,
    Satisfaction,
    Validity,
    WithdrawalKind,
)
from domain.customers import CustomerField
from embedded.temporal_server import TemporalServer
from engine.runs import decrypt
from relay.archive import Archivist
from relay.erasures import Erasures
from relay.notices import NoticeDispatch
from relay.relay import Relay
from rulebook.attachments import read_limits
from rulebook.notices import read_sending
from rulebook.retention import read_retention
from rulebook.upkeep import read_upkeep
from store.cases.erasing import erasure_runs
from store.cases.journal import standing_of
from store.database import Sessions
from store.erasure import due
from store.files.attachments import AttachmentFolder
from store.operations.erasures import Folders
from store.outbox.messages import MessageKind
from store.outbox.wakeups import Wakeups
from store.reads.customer import reveal_customer
from store.scope import open_case
from store.tables import Base, CaseRow, HistoryRow, NoticeRow
from store.values import CASE, to_json
from tests.builders import a_complaint, actor, reader
from tests.mail_sink import a_mail_sink
from tests.relays import running
from tests.waiting import eventually
from worker import NOTICE_THREADS, NOTICES_TOGETHER, gateways_of, notice_worker, notices_of
from workflows.names import case_workflow_id, notice_workflow_id

pytestmark = pytest.mark.usefixtures("bank", "working", "sending", "kept_for_no_time")

MARK = "marigold-7319"
OTHER = "tansy-2846"
ELEMENTS = ("letter", "findings", "persons", "lessons", "handler_name", "handler_phone")


@pytest.fixture
def kept_for_no_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A bank that keeps nothing against a customer's wish: its own file of terms."""
    terms = tmp_path / "classes.yaml"
    terms.write_text(
        "\n".join(
            f"{each}:\n  days: {{value: 1, rule: default}}\n"
            "  days_despite_wish: {value: 0, rule: default}"
            for each in ("major", "not_pursued", "imported", "ordinary")
        )
    )
    monkeypatch.setattr(due, "read_retention", lambda: read_retention(terms))


@pytest.fixture
async def sending(
    settings: Settings, client: Client, sessions: Sessions, tmp_path: Path
) -> AsyncIterator[None]:
    """What sends word to customers, through a mail server that quotes whom it refuses."""
    sink = a_mail_sink(tmp_path, f"550 <{MARK}@example.org>: no such mailbox")
    sink.start()
    gateways = gateways_of(
        Settings.from_env({**_environment(settings), "REDRESS_MAIL_URL": sink.url})
    )
    dispatch = NoticeDispatch(
        sessions=sessions, client=client, sending=read_sending(), has_room=gateways.has_room
    )
    wakeups = Wakeups(settings.database_url)
    relay = Relay(sessions, client, wakeups)
    relay.also(MessageKind.NOTICE, dispatch.run, NOTICES_TOGETHER)
    with ThreadPoolExecutor(NOTICE_THREADS) as threads:
        async with (
            notice_worker(client, notices_of(settings, sessions, gateways), threads),
            running(relay),
        ):
            yield
    wakeups.close()
    sink.stop()


def _environment(settings: Settings) -> dict[str, str]:
    secrets = (settings.var_dir / "secrets.env").read_text().splitlines()
    return {
        **dict(line.split("=", 1) for line in secrets if "=" in line),
        "DATABASE_URL": settings.database_url,
        "TEMPORAL_ADDRESS": settings.temporal_address,
        "TEMPORAL_NAMESPACE": settings.temporal_namespace,
        "REDRESS_VAR_DIR": str(settings.var_dir),
        "REDRESS_TRIAL": "yes",
    }


class Office:
    """What the people of the bank do, as the pages have it done."""

    def __init__(self, settings: Settings, sessions: Sessions, desk: CaseDesk) -> None:
        self._settings = settings
        self._sessions = sessions
        self._desk = desk
        self._approvals = ApprovalDesk(sessions, desk)

    def receives(self, word: str, email: str = "") -> str:
        """A complaint with that word in every field."""
        complaint = a_complaint(
            received_at=datetime.now(UTC),
            channel=Channel.INTERNET,
            category=None,
            email=email,
            **dict.fromkeys(
                ("name", "phone", "address", "account", "subject", "narrative", "demand", "sender"),
                word,
            ),
        )
        return self._desk.receive(complaint, actor("ines")).reference

    def imports(self, folder: Path, word: str) -> str:
        """A file with that word in every cell of its one row, handed in at the page."""
        row = dict.fromkeys(
            ("留言编号", "留言用户", "留言主题", "留言详情", "点赞数", "反对数"), word
        )
        row["留言时间"] = "2026/11/09 10:00:00"
        file = folder / "messages.jsonl"
        file.write_text(json.dumps(row, ensure_ascii=False) + "\n", encoding="utf-8")
        desk = ImportDesk(self._sessions, self._settings.uploads_dir)
        upload = desk.upload(
            io.BytesIO(file.read_bytes()), f"{file.name}", "harbour-outlet", actor("ines")
        )
        for go_on in (
            lambda found: desk.check(found, read_mapping("messages"), is_confirmed=True),
            desk.carry_out,
        ):
            with self._sessions() as session:
                found = desk.find(session, upload, "ines")
            assert found is not None
            assert go_on(found)
            assert desk.work()
        with self._sessions() as session:
            newest = select(CaseRow.reference).order_by(CaseRow.reference.desc()).limit(1)
            return session.scalars(newest).one()

    def handles(self, reference: str, word: str) -> None:
        """From the sorting to the closing, with that word in every text and in a file."""
        self._does(reference, Classify(category=Category.SERVICE_PRODUCT), "ines", word)
        self._does(reference, FinishTask(task="product-department"), "sun", word, "note")
        assign = Assign(handler="han", handler_unit="harbour-outlet", handler_level=Level.OUTLET)
        self._does(reference, assign, "sun", word, "note")
        self._does(reference, Note(), "han", word, "note")
        self._attaches(reference, word)
        self._looks_unmasked(reference, word)
        self._asks_in_vain(reference, word)
        self._leaves_a_form(reference, word)
        self._does(reference, AskCustomer(), "han", word, "question")
        self._does(reference, TakeAnswer(), "ines", word, "answer")
        reply = Reply(satisfaction=Satisfaction.NEUTRAL, handled_at=datetime.now(UTC))
        self._does(reference, reply, "han", word, *ELEMENTS)
        if standing_of_case(self._sessions, reference).sender:
            self._does(reference, ReplyToSender(), "han", word, "letter")
        settled = Dispose(validity=Validity.VALID, responsibility=Responsibility.BANK)
        self._does(reference, settled, "han", word, "measures")
        self._does(reference, Close(), "han", word, "note")

    def erases(self, reference: str, word: str) -> None:
        """Asked for by one, with a reason, and agreed to by another, with a word."""
        key = self._asks(reference, Erase(), "sun", {"reason": word})
        decided = self._approvals.decide(key, ApprovalOutcome.APPROVED, actor("hong"), word)
        assert decided.outcome is not None
        assert decided.outcome.status is ActStatus.ACCEPTED, decided.outcome.refusal

    def _does(self, reference: str, act: AnyAct, by: str, word: str, *texts: str) -> None:
        outcome = self._desk.act(
            command_id=str(uuid4()),
            reference=reference,
            act=act,
            words=dict.fromkeys(texts, word),
            by=actor(by),
        )
        assert outcome.status is ActStatus.ACCEPTED, (act, outcome.refusal)

    def _asks(self, reference: str, act: AnyAct, by: str, words: Mapping[str, str]) -> str:
        key = str(uuid4())
        outcome = self._desk.act(
            command_id=key, reference=reference, act=act, words=words, by=actor(by)
        )
        assert outcome.status is ActStatus.ASKED_FOR, outcome.refusal
        return key

    def _asks_in_vain(self, reference: str, word: str) -> None:
        freely = Withdraw(withdrawal=WithdrawalKind.VOLUNTARY)
        key = self._asks(reference, freely, "ines", {"reason": word})
        self._approvals.decide(key, ApprovalOutcome.DECLINED, actor("sun"), word)

    def _attaches(self, reference: str, word: str) -> None:
        files = AttachmentDesk(
            self._sessions,
            self._desk,
            AttachmentFolder(self._settings.attachments_dir),
            read_limits(),
        )
        outcome = files.attach(
            command_id=str(uuid4()),
            reference=reference,
            name=f"{word}.txt",
            content=io.BytesIO(f"{word} of {reference}".encode()),
            note=word,
            by=actor("han"),
        )
        assert outcome.status is ActStatus.ACCEPTED

    def _looks_unmasked(self, reference: str, word: str) -> None:
        with self._sessions.begin() as session:
            opened = open_case(session, reader("sun"), reference)
            assert opened is not None
            reveal_customer(session, opened, [CustomerField.NAME], word)

    def _leaves_a_form(self, reference: str, word: str) -> None:
        page = f"/cases/{reference}"
        form = KeptForm(action=f"{page}/acts/note", page=page, typed=[("note", word)], files={})
        kept = KeptForms(self._sessions, self._settings)
        kept.keep(form, "han")
        kept.keep_typed(form, "sun", typed_on=str(uuid4()), shown=0)


@pytest.fixture
def office(settings: Settings, sessions: Sessions, desk: CaseDesk) -> Office:
    return Office(settings, sessions, desk)


def rows(sessions: Sessions, about: str = "") -> list[str]:
    """Every row of every table as text, archived histories unpacked; those with this in them."""
    with sessions() as session:
        found = [
            f"{table}: {row}"
            for table in Base.metadata.tables
            for row in session.scalars(text(f"select t::text from {table} t"))
        ]
        archived = session.scalars(select(HistoryRow.history))
        found += [f"histories: {gzip.decompress(each).decode()}" for each in archived]
    return [each for each in found if about in each]


def files(*folders: Path) -> Iterator[bytes]:
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                yield str(path).encode()
                yield path.read_bytes()


async def histories(client: Client, sessions: Sessions, *references: str) -> str:
    """Everything that Temporal knows of these cases and of word about them, decrypted."""
    with sessions() as session:
        notices = session.scalars(
            select(NoticeRow.id).where(NoticeRow.reference.in_(references))
        ).all()
    ids = [case_workflow_id(each) for each in references]
    ids += [notice_workflow_id(str(each)) for each in notices]
    queries = [f'WorkflowId = "{each}"' for each in ids] + ['WorkflowType = "NoticeBatch"']
    told = []
    for query in queries:
        async for run in client.list_workflows(query):
            handle = client.get_workflow_handle(run.id, run_id=run.run_id)
            for event in (await handle.fetch_history()).events:
                await decrypt(client, event, run.id)
                told.append(str(event))
    return "\n".join(told)


def where_it_stands(
    settings: Settings, sessions: Sessions, engine: TemporalServer, decrypted: str
) -> set[str]:
    """In which tables, and where else, the word is found."""
    found = {each.partition(":")[0] for each in rows(sessions, MARK)}
    kept = (settings.attachments_dir, settings.uploads_dir, settings.heads_dir)
    found |= {"files"} if any(MARK.encode() in each for each in files(*kept)) else set()
    found |= {"temporal"} if any(MARK.encode() in each for each in files(engine.folder)) else set()
    return found | ({"histories"} if MARK in decrypted else set())


async def test_the_word_is_found_nowhere_and_everything_else_is_proved(
    office: Office,
    settings: Settings,
    sessions: Sessions,
    client: Client,
    temporal: TemporalServer,
    terminal: CliRunner,
    tmp_path: Path,
) -> None:
    imported = await asyncio.to_thread(office.imports, tmp_path, MARK)
    typed, beside = office.receives(MARK, f"{MARK}@example.org"), office.receives(OTHER)
    for reference, word in ((imported, MARK), (typed, MARK), (beside, OTHER)):
        await asyncio.to_thread(office.handles, reference, word)
    await eventually("word was sent, or could not be", lambda: not pending(sessions))
    decrypted = await histories(client, sessions, imported, typed)
    assert imported in decrypted, "this looks in the right place"
    assert where_it_stands(settings, sessions, temporal, decrypted) == {
        "approvals", "audit", "commands", "complaints", "files", "journal", "notices",
    }  # fmt: skip
    untouched = rows(sessions, OTHER)
    assert len(untouched) > 15

    for reference in (imported, typed):
        await asyncio.to_thread(office.erases, reference, MARK)
    erasures = Erasures(sessions, Folders.of(settings), settings.journal_key, read_upkeep())

    def is_finished() -> bool:
        erasures.look()
        with sessions() as session:
            owes = text("select exists (select from erasures where finished_at is null)")
            return not session.scalar(owes)

    await eventually("nothing of them lies outside", is_finished)
    await Archivist(sessions, client).sweep()

    decrypted = await histories(client, sessions, imported, typed)
    assert where_it_stands(settings, sessions, temporal, decrypted) == set()
    with sessions() as session:
        kept = session.scalars(text("select reference from kept_forms")).all()
    assert kept == [beside, beside]
    assert rows(sessions, OTHER) == untouched
    checked = await asyncio.to_thread(terminal.invoke, verify, ["--every-standing"])
    assert checked.exit_code == 0, checked.output
    assert ": 0 disagreements in" in checked.output


async def test_all_that_are_due_go_at_a_terminal_once_another_has_agreed(
    office: Office, sessions: Sessions, desk: CaseDesk, terminal: CliRunner
) -> None:
    def said(*options: str) -> tuple[int, str]:
        result = terminal.invoke(erase, ["--as", "ada", *options])
        return result.exit_code, result.output

    case, young = office.receives(MARK), office.receives(OTHER)
    for each, word in ((case, MARK), (young, OTHER)):
        await asyncio.to_thread(office.handles, each, word)
    closed_days_ago(sessions, case, days=2)
    code, told = await asyncio.to_thread(said, "--dry-run")
    assert (code, "Due to be erased: 1 cases" in told) == (0, True), told
    assert "would go from files: 1" in told
    code, told = await asyncio.to_thread(said, "--reason", "of card 6222 0212 3456 7890 128")
    assert (code, "looks like the number of a card" in told) == (1, True), told
    assert (await asyncio.to_thread(said, "--reason", "the yearly erasure"))[0] == WAITS
    assert any(MARK in each for each in rows(sessions, case))

    with sessions() as session:
        (run,) = erasure_runs(session)
    approvals = ApprovalDesk(sessions, desk)
    await asyncio.to_thread(
        approvals.decide, run.request.id, ApprovalOutcome.APPROVED, actor("hong")
    )
    code, told = await asyncio.to_thread(said)
    assert (code, told.splitlines()[-1]) == (0, "1 of 1 cases are erased; 0 are kept after all.")
    assert not any(MARK in each for each in rows(sessions, case))
    assert any(OTHER in each for each in rows(sessions, young))
    code, told = await asyncio.to_thread(said, "--again", "--dry-run")
    assert told.endswith("erasures in the list, 0 cases are there again.\n"), told
    assert int(told.split()[0]) > 0


def closed_days_ago(sessions: Sessions, reference: str, days: int) -> None:
    """As if that much time had passed since."""
    with sessions.begin() as session:
        row = session.get_one(CaseRow, reference)
        case = CASE.validate_python(row.state)
        assert row.closed_at is not None
        row.closed_at -= timedelta(days=days)
        closed = [
            replace(each, at=row.closed_at) if each.milestone is Milestone.CLOSED else each
            for each in case.milestones
        ]
        row.state = to_json(CASE, replace(case, milestones=tuple(closed)))


def standing_of_case(sessions: Sessions, reference: str) -> Case:
    with sessions() as session:
        return standing_of(session, reference).case


def pending(sessions: Sessions) -> bool:
    with sessions() as session:
        waits = text("select exists (select from notices where delivery = 'pending')")
        return bool(session.scalar(waits))
