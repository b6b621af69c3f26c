"""The embedded PostgreSQL: what it promises on disk, at the door and after a crash."""

import os
import signal
import stat
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg2
import pytest
from sqlalchemy import make_url

from embedded.postgres import EmbeddedPostgres
from embedded.processes import wait_until
from tests.waiting import PATIENCE


@pytest.fixture
def server(engine_folder: Path, request: pytest.FixtureRequest) -> Iterator[EmbeddedPostgres]:
    with EmbeddedPostgres(engine_folder / request.node.name) as server:
        yield server


def ask(server: EmbeddedPostgres, question: str) -> object:
    with (
        closing(psycopg2.connect(plain(server.owner_url))) as connection,
        connection.cursor() as cursor,
    ):
        cursor.execute(question)
        row = cursor.fetchone()
        assert row is not None
        return row[0]


def tell(server: EmbeddedPostgres, command: str) -> None:
    with (
        closing(psycopg2.connect(plain(server.owner_url))) as connection,
        connection,
        connection.cursor() as cursor,
    ):
        cursor.execute(command)


def plain(url: str) -> str:
    return url.replace("+psycopg2", "", 1)


def test_it_is_postgresql_18(server: EmbeddedPostgres) -> None:
    assert str(ask(server, "SHOW server_version")).startswith("18.")


def test_what_is_committed_is_on_the_disk(server: EmbeddedPostgres) -> None:
    assert (ask(server, "SHOW fsync"), ask(server, "SHOW synchronous_commit")) == ("on", "on")


def test_who_owns_the_database_does_not_work_in_it_and_neither_is_a_superuser(
    server: EmbeddedPostgres,
) -> None:
    owner = "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = 'redress'"
    assert ask(server, owner) == "redress_owner"
    assert make_url(server.url).username == "redress"
    roles = "rolname IN ('redress', 'redress_owner')"
    assert ask(server, f"SELECT bool_or(rolsuper) FROM pg_roles WHERE {roles}") is False


def test_a_cluster_whose_owner_worked_in_it_is_handed_over(server: EmbeddedPostgres) -> None:
    """As the versions before this one have made it."""
    tell(server, "CREATE TABLE kept AS SELECT 7 AS n")
    password = (server.folder / "postgres.password").read_text()
    url = make_url(plain(server.url)).set(username="postgres", password=password)
    with closing(psycopg2.connect(url.render_as_string(False))) as connection, connection:
        connection.cursor().execute("REASSIGN OWNED BY redress_owner TO redress")
        connection.cursor().execute("DROP ROLE redress_owner")
    (server.folder / "redress_owner.password").unlink()
    server.stop()
    with EmbeddedPostgres(server.folder) as again:
        owner = "SELECT tableowner FROM pg_tables WHERE tablename = 'kept'"
        assert ask(again, owner) == "redress_owner"
        assert ask(again, "SELECT n FROM kept") == 7


def test_a_wrong_password_is_refused_on_the_loopback_too(server: EmbeddedPostgres) -> None:
    door, _, address = plain(server.url).partition("@")
    user = door.rpartition(":")[0]
    with pytest.raises(psycopg2.OperationalError, match="password authentication failed"):
        psycopg2.connect(f"{user}:guessed@{address}")


def test_nobody_else_reads_its_folder(server: EmbeddedPostgres) -> None:
    assert stat.S_IMODE(server.folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((server.folder / "redress.password").stat().st_mode) == 0o600


def test_it_keeps_data_and_address_over_a_restart(server: EmbeddedPostgres) -> None:
    tell(server, "CREATE TABLE kept AS SELECT 7 AS n")
    url = server.url
    server.stop()
    server.start()
    assert server.url == url
    assert ask(server, "SELECT n FROM kept") == 7


def test_it_comes_back_after_kill_9(server: EmbeddedPostgres) -> None:
    tell(server, "CREATE TABLE kept AS SELECT 7 AS n")
    assert server.process is not None
    server.process.kill()
    server.process.wait()
    again = EmbeddedPostgres(server.folder)
    with again:
        assert ask(again, "SELECT n FROM kept") == 7


def test_a_server_left_behind_by_a_killed_supervisor_is_ended_first(
    server: EmbeddedPostgres,
) -> None:
    left_behind = server.process
    assert left_behind is not None
    again = EmbeddedPostgres(server.folder)
    with again:
        assert ask(again, "SELECT 1") == 1
        assert wait_until(lambda: left_behind.poll() is not None, within=PATIENCE)


def test_a_pid_file_whose_number_another_process_carries_now_is_no_obstacle(
    server: EmbeddedPostgres,
) -> None:
    """After a reboot PostgreSQL's old number may belong to anyone, of its own user even."""
    assert server.process is not None
    server.process.send_signal(signal.SIGKILL)
    pid_file = server.folder / "data" / "postmaster.pid"
    assert wait_until(lambda: server.process is not None and server.process.poll() is not None, 5)
    _, _, rest = pid_file.read_text().partition("\n")
    pid_file.write_text(f"{os.getppid()}\n{rest}")
    again = EmbeddedPostgres(server.folder)
    with again:
        assert ask(again, "SELECT 1") == 1


def test_a_taken_port_is_exchanged_for_a_free_one(server: EmbeddedPostgres) -> None:
    folder = server.folder
    with EmbeddedPostgres(folder.with_name(f"{folder.name}-second")) as second:
        (folder / "ports.json").write_text((second.folder / "ports.json").read_text())
        server.stop()
        server.start()
        assert server.url.rpartition("@")[2] != second.url.rpartition("@")[2]
        assert ask(server, "SELECT 1") == 1


def test_a_folder_closed_to_others_is_served_all_the_same(engine_folder: Path) -> None:
    """A clone below /root: the unprivileged user PostgreSQL runs as cannot go in there."""
    closed = engine_folder / "closed"
    closed.mkdir(mode=0o700)
    with EmbeddedPostgres(closed / "postgres") as server:
        assert ask(server, "SELECT 1") == 1
        assert (closed / "postgres").resolve() == server.folder
    _remove_what_lies_elsewhere(closed / "postgres")


def _remove_what_lies_elsewhere(folder: Path) -> None:
    import shutil

    if folder.is_symlink():
        shutil.rmtree(folder.resolve())
