"""TLS to PostgreSQL, as the settings ask for it: a certificate that is not its own ends the talk.

The embedded PostgreSQL is built without TLS, so a door of our own ends it in front of the real one,
as PostgreSQL itself would.
"""

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg2
import pytest

from config import DATABASE_TLS, Settings, SettingsRefused
from embedded.certificates import Certificates, ensure_certificates
from embedded.postgres import EmbeddedPostgres
from tests.settings import COMPLETE

ASKS_FOR_TLS = bytes.fromhex("0000000804d2162f")
"""The first eight bytes of a client that wants TLS."""


class Door:
    """Takes one kind of caller: who asks for TLS and likes the certificate."""

    def __init__(self, certificates: Certificates, port: int) -> None:
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(certificates.certificate, certificates.key)
        self._behind = port
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = self._listening.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        self._listening.close()

    def _serve(self) -> None:
        while True:
            try:
                caller, _ = self._listening.accept()
            except OSError:
                return
            threading.Thread(target=self._let_in, args=(caller,), daemon=True).start()

    def _let_in(self, caller: socket.socket) -> None:
        if caller.recv(8) != ASKS_FOR_TLS:
            caller.close()
            return
        caller.sendall(b"S")
        try:
            inside = self._context.wrap_socket(caller, server_side=True)
        except (ssl.SSLError, OSError):
            return
        behind = socket.create_connection(("127.0.0.1", self._behind))
        threading.Thread(target=_pass_on, args=(behind, inside), daemon=True).start()
        _pass_on(inside, behind)


def _pass_on(source: socket.socket, sink: socket.socket) -> None:
    try:
        while part := source.recv(1 << 16):
            sink.sendall(part)
    except OSError:
        pass
    sink.close()


@pytest.fixture
def made(tmp_path: Path) -> dict[str, Certificates]:
    """Certificates for this machine, and those of somebody else."""
    pairs = {name: Certificates(tmp_path / name) for name in ("server", "client", "other", "o")}
    ensure_certificates(pairs["server"], pairs["client"], ["127.0.0.1"])
    ensure_certificates(pairs["other"], pairs["o"], ["127.0.0.1"])
    return pairs


@pytest.fixture
def door(made: dict[str, Certificates], postgres: EmbeddedPostgres) -> Iterator[Door]:
    with closing(Door(made["server"], port_of(postgres))) as door:
        yield door


def port_of(postgres: EmbeddedPostgres) -> int:
    return int(postgres.url.rpartition(":")[2].partition("/")[0])


def settings(postgres: EmbeddedPostgres, port: int, authority: Path) -> Settings:
    url = postgres.url.replace(str(port_of(postgres)), str(port))
    named = {"DATABASE_URL": url, DATABASE_TLS[0]: str(authority)}
    return Settings.from_env({**COMPLETE, **named})


def ask(found: Settings) -> object:
    with closing(psycopg2.connect(found.database_url.replace("+psycopg2", ""))) as connection:
        return connection.info.ssl_in_use


def test_whoever_is_signed_by_the_named_authority_is_spoken_to_over_tls(
    door: Door, made: dict[str, Certificates], postgres: EmbeddedPostgres
) -> None:
    assert ask(settings(postgres, door.port, made["client"].authority)) is True


def test_nobody_else_is_and_nothing_goes_in_the_clear(
    door: Door, made: dict[str, Certificates], postgres: EmbeddedPostgres
) -> None:
    with pytest.raises(psycopg2.OperationalError, match="SSL error"):
        ask(settings(postgres, door.port, made["other"].authority))
    with pytest.raises(psycopg2.OperationalError, match="does not support SSL"):
        ask(settings(postgres, port_of(postgres), made["client"].authority))


@pytest.mark.parametrize(
    ("named", "wrong"),
    [
        ({DATABASE_TLS[1]: "here"}, DATABASE_TLS[0]),
        ({DATABASE_TLS[0]: "nowhere"}, DATABASE_TLS[0]),
        ({DATABASE_TLS[0]: "here", DATABASE_TLS[1]: "here"}, DATABASE_TLS[1]),
        ({DATABASE_TLS[0]: "here", "DATABASE_URL": "sslmode"}, "DATABASE_URL"),
    ],
)
def test_half_of_tls_is_refused(
    made: dict[str, Certificates], named: dict[str, str], wrong: str
) -> None:
    here = str(made["client"].authority)
    url = COMPLETE["DATABASE_URL"] + "?sslmode=prefer"
    given = {name: here if value == "here" else value for name, value in named.items()}
    if "DATABASE_URL" in given:
        given["DATABASE_URL"] = url
    with pytest.raises(SettingsRefused, match=f"^{wrong} "):
        Settings.from_env({**COMPLETE, **given})
