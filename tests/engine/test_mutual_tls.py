"""Temporal and Redress know each other by certificates; nobody else is answered."""

from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest
from temporalio.client import Client
from temporalio.service import TLSConfig

from config import TEMPORAL_TLS, Settings
from domain.acts import Note
from embedded.certificates import Certificates, ensure_certificates
from embedded.ports import LOOPBACK
from embedded.problems import SetupProblem
from embedded.temporal_namespace import prepare_namespace
from embedded.temporal_server import TemporalServer
from engine.connection import NotReached, connect, tls_of
from engine.delivery import Answered, deliver, start_case
from store.cases.commands import store_command
from store.cases.receipts import receive
from store.database import Sessions
from tests.builders import a_complaint, actor
from tests.settings import some_settings
from tests.waiting import taken_up
from worker import THREADS, case_worker
from workflows.names import SEARCH_ATTRIBUTES

NAMESPACE = "redress"


def made(folder: Path) -> tuple[Certificates, Certificates]:
    server, client = Certificates(folder / "server"), Certificates(folder / "client")
    assert ensure_certificates(server, client, [LOOPBACK, "temporal"])
    return server, client


def settings_of(client: Certificates, address: str) -> Settings:
    files = (client.authority, client.certificate, client.key)
    named = dict(zip(TEMPORAL_TLS, map(str, files), strict=True))
    return some_settings(TEMPORAL_ADDRESS=address, **named)


@pytest.fixture(scope="module")
async def known(engine_folder: Path) -> AsyncIterator[Settings]:
    """A server that asks for certificates, and the settings of one who has one."""
    server, client = made(engine_folder / "certificates")
    with TemporalServer(engine_folder / "engine-with-certificates", tls=server) as engine:
        settings = settings_of(client, engine.address)
        await prepare_namespace(engine.address, NAMESPACE, SEARCH_ATTRIBUTES, tls=tls_of(settings))
        yield settings


async def test_a_case_is_worked_on_by_who_shows_a_certificate(
    known: Settings, sessions: Sessions
) -> None:
    client = await connect(known)
    with sessions.begin() as session:
        complaint = a_complaint(received_at=datetime.now(UTC))
        reference = receive(session, complaint, actor("ines")).reference
        asked = store_command(
            session,
            command_id=str(uuid4()),
            reference=reference,
            act=Note(),
            words={"note": "said"},
            by=actor("hong"),
            seen_version=None,
        )
    with ThreadPoolExecutor(THREADS) as threads:
        async with case_worker(client, sessions, threads):
            await start_case(client, reference)
            await taken_up(client, reference)
            assert await deliver(client, asked) == Answered(refusal=None)


async def test_whoever_shows_none_or_another_authoritys_is_not_answered(
    known: Settings, tmp_path: Path
) -> None:
    _, stranger = made(tmp_path)
    assert known.temporal_tls is not None
    trusts_ours = known.temporal_tls.authority
    for tls in (
        False,
        TLSConfig(server_root_ca_cert=trusts_ours),
        TLSConfig(
            server_root_ca_cert=trusts_ours,
            client_cert=stranger.certificate.read_bytes(),
            client_private_key=stranger.key.read_bytes(),
        ),
    ):
        with pytest.raises(RuntimeError, match="Failed client connect"):
            await Client.connect(known.temporal_address, namespace=NAMESPACE, tls=tls)


async def test_a_server_of_another_authority_is_not_spoken_to(
    known: Settings, tmp_path: Path
) -> None:
    _, stranger = made(tmp_path)
    with pytest.raises(NotReached, match="certificate that REDRESS_TEMPORAL_TLS_AUTHORITY has not"):
        await connect(settings_of(stranger, known.temporal_address))


def test_certificates_are_made_once_and_the_keys_are_for_our_eyes(tmp_path: Path) -> None:
    server, client = made(tmp_path)
    key = client.key.read_bytes()
    assert not ensure_certificates(server, client, [LOOPBACK])
    assert client.key.read_bytes() == key
    assert {each.key.stat().st_mode & 0o777 for each in (server, client)} == {0o600}
    client.key.unlink()
    with pytest.raises(SetupProblem, match="remove what is there"):
        ensure_certificates(server, client, [LOOPBACK])
