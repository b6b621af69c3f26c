"""Personal data stays in PostgreSQL: a canary sung to the bank is not heard in Temporal."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest
from google.protobuf.message import Message
from sqlalchemy import insert, text
from sqlalchemy.exc import DBAPIError
from temporalio.api.common.v1 import Payload
from temporalio.client import Client

from domain.acts import (
    AnyAct,
    AskCustomer,
    Close,
    CorrectContact,
    Dispose,
    Note,
    Reply,
    SendLetter,
    WriteLetter,
)
from domain.acts.handling import Assign
from domain.classification import Level, Responsibility, Satisfaction, Validity
from domain.contacts import CONTACT
from domain.letters import LetterPart, LetterWay
from embedded.postgres import EmbeddedPostgres
from embedded.temporal_server import TemporalServer
from engine.delivery import deliver, start_case
from engine.payloads import ENCODING, EncryptedPayloads
from store.cases.commands import store_command
from store.cases.receipts import receive
from store.database import DatabaseSession, Sessions
from store.tables import CommandRow, ComplaintRow
from tests.builders import a_complaint, actor
from workflows.names import case_workflow_id

pytestmark = pytest.mark.usefixtures("working")

CANARY = "yellow-canary-4711"


@pytest.fixture
async def reference(sessions: Sessions, temporal_client: Client) -> str:
    """A case lived to its end, with the canary in every text that a person may write."""
    complaint = a_complaint(
        received_at=datetime.now(UTC),
        name=CANARY,
        phone=CANARY,
        email=f"{CANARY}@example.com",
        subject=CANARY,
        narrative=CANARY,
        demand=CANARY,
    )
    with sessions.begin() as session:
        reference = receive(session, complaint, actor("ines")).reference
    await start_case(temporal_client, reference)
    settled = Dispose(validity=Validity.VALID, responsibility=Responsibility.BANK)
    reply = Reply(satisfaction=Satisfaction.NEUTRAL, handled_at=complaint.received_at)
    elements = ("letter", "findings", "persons", "lessons", "handler_name", "handler_phone")
    assign = Assign(handler="han", handler_unit="harbour-outlet", handler_level=Level.OUTLET)
    letter = WriteLetter(letter_template="acknowledgement", language="en", digest="a" * 64, size=9)
    mailed = SendLetter(enclosed=letter.digest, way=LetterWay.MAIL)
    life: tuple[tuple[AnyAct, str, tuple[str, ...]], ...] = (
        (assign, "sun", ("note",)),
        (letter, "han", ("file_name", *LetterPart)),
        (mailed, "han", ("letter",)),
        (AskCustomer(), "han", ("question",)),
        (reply, "han", elements),
        (settled, "han", ("measures",)),
        (Close(), "han", ("note",)),
    )
    for act, by, names in life:
        with sessions.begin() as session:
            asked = store_command(
                session,
                command_id=str(uuid4()),
                reference=reference,
                act=act,
                words=dict.fromkeys(names, CANARY),
                by=actor(by),
                seen_version=None,
            )
        assert (await deliver(temporal_client, asked)).refusal is None
    contact = dict.fromkeys(CONTACT, f"{CANARY}@example.net")
    with sessions.begin() as session:
        asked = store_command(
            session,
            command_id=str(uuid4()),
            reference=reference,
            act=CorrectContact.of(contact),
            words={"reason": CANARY},
            by=actor("ines"),
            seen_version=None,
            contact=contact,
        )
    assert (await deliver(temporal_client, asked)).refusal is None
    await temporal_client.get_workflow_handle(case_workflow_id(reference)).result()
    return reference


def payloads_in(message: Message) -> list[Payload]:
    """Every payload anywhere inside a message."""
    if isinstance(message, Payload):
        return [message]
    found: list[Payload] = []
    for field, value in message.ListFields():
        if field.message_type is None:
            continue
        if field.message_type.GetOptions().map_entry:
            values = list(value.values())
        else:
            values = list(value) if field.is_repeated else [value]
        for each in values:
            if isinstance(each, Message):
                found += payloads_in(each)
    return found


async def test_no_payload_of_the_whole_history_holds_it_even_when_decrypted(
    reference: str, temporal_client: Client
) -> None:
    handle = temporal_client.get_workflow_handle(case_workflow_id(reference))
    history = await handle.fetch_history()
    payloads = [payload for event in history.events for payload in payloads_in(event)]
    ours = [each for each in payloads if each.metadata["encoding"] == ENCODING]
    plain = b"".join(each.data for each in payloads if each not in ours)
    codec = temporal_client.data_converter.payload_codec
    assert isinstance(codec, EncryptedPayloads)
    reading = codec.reading(temporal_client.namespace, handle.id)
    plain += b"".join(payload.data for payload in await reading.decode(ours))
    assert reference.encode() in plain
    assert CANARY.encode() not in plain


async def test_no_file_of_the_engine_holds_it(reference: str, engine: TemporalServer) -> None:
    files = await asyncio.to_thread(whole_content, engine.folder)
    assert reference.encode() in files, "ids are plain: this looks in the right place"
    assert CANARY.encode() not in files
    assert b"hong" not in files
    assert b"service_attitude" not in files, "what is stored is encrypted"


async def test_what_the_database_refuses_leaves_no_word_of_it_in_its_log(
    reference: str, sessions: Sessions, postgres: EmbeddedPostgres
) -> None:
    def with_a_version_beyond_all(session: DatabaseSession) -> None:
        store_command(
            session,
            command_id=str(uuid4()),
            reference=reference,
            act=Note(),
            words={"note": CANARY},
            by=actor("hong"),
            seen_version=2**40,
        )

    def against_a_rule_of_the_table(session: DatabaseSession) -> None:
        row = {"id": str(uuid4()), "reference": reference, "act": {}, "by": {}, "status": "lost"}
        session.execute(insert(CommandRow).values(row | {"words": {"note": CANARY}}))

    def twice_under_one_number(session: DatabaseSession) -> None:
        row = session.get_one(ComplaintRow, reference)
        again = {each.name: getattr(row, each.name) for each in ComplaintRow.__table__.columns}
        session.execute(insert(ComplaintRow).values(again))

    def while_it_is_called_off(session: DatabaseSession) -> None:
        session.execute(text("set local statement_timeout = '10ms'"))
        asked = "select pg_sleep(600) where :word = :word"
        session.execute(text(asked), {"word": CANARY})

    for fault in (
        with_a_version_beyond_all,
        against_a_rule_of_the_table,
        twice_under_one_number,
        while_it_is_called_off,
    ):
        with pytest.raises(DBAPIError), sessions.begin() as session:
            fault(session)
    log = (postgres.folder / "server.log").read_text()
    for said in ("out of range", "check constraint", "duplicate key", "statement timeout"):
        assert said in log, "this looks in the right place"
    assert CANARY not in log


def whole_content(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())
