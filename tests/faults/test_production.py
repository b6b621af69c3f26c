"""`make production`: the topology of the compose file on this machine, as an operator meets it."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.request import urlopen

import psycopg2
import pytest
import yaml

from config import read_env_file
from embedded.compose import Compose
from embedded.contrib_postgres import NAMED_BY, postgres_programs
from embedded.ports import free_ports
from embedded.problems import SetupProblem
from embedded.processes import ProcessIdentity, wait_until
from embedded.production import fresh_secrets
from embedded.temporal_server import DYNAMIC
from tests.starts import READY_WITHIN, Production

POSTGRES = yaml.safe_load((Path(__file__).parents[2] / "docker-compose.yml").read_text())[
    "services"
]["postgres"]


@pytest.fixture(scope="module")
def started(engine_folder: Path) -> Iterator[Production]:
    production = Production(engine_folder / "production-start", next(free_ports()))
    assert production.is_ready(), production.said()
    yield production
    if production.process.poll() is None:
        production.end(signal.SIGTERM)
    for part in production.parts().values():
        part.stop(within=5)


def place(started: Production) -> Path:
    return started.var_dir / "production"


def health(started: Production) -> int:
    with urlopen(f"http://127.0.0.1:{started.port}/health", timeout=60) as answer:
        return int(answer.status)


def kill_whole(*webs: ProcessIdentity) -> None:
    """kill -9 with their processes for pages; back when the last has gone, so that no connection
    is taken by one that is dying."""

    def is_gone(web: ProcessIdentity) -> bool:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(web.pid, 0)
            return False
        return True

    for web in webs:
        os.killpg(web.pid, signal.SIGKILL)
    assert wait_until(lambda: all(map(is_gone, webs)), READY_WITHIN)


def redress(started: Production, *words: str) -> "subprocess.CompletedProcess[str]":
    """A command in a second terminal."""
    return subprocess.run(
        [sys.executable, "-m", "cli.main", *words],
        env={**os.environ, "REDRESS_VAR_DIR": str(place(started))},
        capture_output=True,
        text=True,
    )


def ask(started: Production, user: str, database: str, question: str) -> list[tuple[object, ...]]:
    variable = {
        "postgres": "POSTGRES_PASSWORD",
        "redress": "REDRESS_DATABASE_PASSWORD",
        "temporal": "TEMPORAL_DATABASE_PASSWORD",
    }[user]
    folder = (place(started) / "postgres").resolve()
    connection = psycopg2.connect(
        host="127.0.0.1",
        port=json.loads((folder / "ports.json").read_text())["postgres"],
        user=user,
        password=read_env_file(place(started) / "secrets.env")[variable],
        dbname=database,
    )
    with closing(connection), connection.cursor() as cursor:
        cursor.execute(question)
        return cursor.fetchall()


def test_two_workers_and_two_webs_run_and_the_first_administrator_can_come(
    started: Production,
) -> None:
    assert started.running() == started.pids.keys()
    assert started.said().count("worker ready") == 2
    said = redress(started, "invite", "ada", "--role", "administrator")
    assert f"http://127.0.0.1:{started.port}/invitations/" in said.stdout, said.stderr


def test_postgresql_is_told_what_the_compose_file_says(started: Production) -> None:
    for told in POSTGRES["command"]:
        name, value = told.removeprefix("-c").split("=", 1)
        ((here,),) = ask(started, "postgres", "postgres", f"show {name}")
        assert Path(str(here)).name == Path(value).name
    ((order,),) = ask(
        started,
        "postgres",
        "postgres",
        "select datlocprovider::text || ' ' || datlocale from pg_database"
        " where datname = 'redress'",
    )
    assert order == "b C.UTF-8"


def test_temporal_keeps_its_state_in_postgresql_and_nobody_reads_the_other_sides_data(
    started: Production,
) -> None:
    names = ask(started, "temporal", "temporal", "select name from namespaces")
    assert ("redress",) in names
    assert ask(started, "temporal", "temporal_visibility", "select 1 from pg_extension"
               " where extname = 'btree_gin'") == [(1,)]  # fmt: skip
    for user, database in (("temporal", "redress"), ("redress", "temporal")):
        with pytest.raises(psycopg2.OperationalError, match="permission denied"):
            ask(started, user, database, "select 1")
    assert not list((place(started) / "temporal").glob("*.db"))


def test_temporal_has_the_dynamic_settings_of_deploy_and_no_others(started: Production) -> None:
    here = yaml.safe_load((place(started) / "temporal" / "dynamic.yaml").read_text())
    assert here == yaml.safe_load(DYNAMIC.read_text())


def test_leaks_that_were_not_looked_for_are_told_as_that(started: Production) -> None:
    said = redress(started, "verify", "--leaks")
    assert said.returncode == 2
    assert "not looked for" in said.stderr


def test_nobody_is_refused_while_a_web_is_dead_and_none_waits_when_both_are_back(
    started: Production,
) -> None:
    killed = started.parts()["web-1"]
    kill_whole(killed)
    assert [health(started) for _ in range(20)] == [200] * 20
    assert wait_until(lambda: "web-1" in started.running(), READY_WITHIN), started.said()
    both = [started.parts()[name] for name in ("web-1", "web-2")]
    kill_whole(*both)
    assert health(started) == 200, "who asks waits at the door until a web is there again"


def test_a_worker_that_hangs_is_seen_within_half_a_minute_and_replaced(
    started: Production,
) -> None:
    hung = started.parts()["worker-2"]
    place_of_its_own = {"REDRESS_VAR_DIR": str(place(started) / "run" / "worker-2")}

    def asked() -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "-m", "cli.main", "listening"],
            env={**os.environ, **read_env_file(place(started) / "engines.env"),
                 **read_env_file(place(started) / "secrets.env"), **place_of_its_own},
            capture_output=True,
            text=True,
        )  # fmt: skip

    assert asked().returncode == 0, asked().stderr
    os.kill(hung.pid, signal.SIGSTOP)
    began = time.monotonic()
    # However long an answer takes: no question asked after half a minute is answered with yes.
    asked_at, answer = began, asked()
    while answer.returncode == 0:
        assert asked_at - began < 30, "it looks well"
        time.sleep(1)
        asked_at, answer = time.monotonic(), asked()
    assert "has not moved for" in answer.stderr
    assert wait_until(lambda: not hung.is_running(), READY_WITHIN)
    assert "worker-2 does not move any more: ending it" in started.said()
    assert wait_until(lambda: asked().returncode == 0, READY_WITHIN, every=1), started.said()


def test_ctrl_c_ends_everything_and_the_next_start_goes_on(started: Production) -> None:
    parts = started.parts()
    assert started.end(signal.SIGINT) == 0
    assert [name for name, part in parts.items() if part.is_running()] == []
    with socket.socket() as door:
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        door.bind(("127.0.0.1", started.port))


def test_a_postgresql_without_contrib_is_one_sentence(engine_folder: Path) -> None:
    start = Production(
        engine_folder / "no-contrib",
        next(free_ports()),
        **{NAMED_BY: str(engine_folder / "nowhere")},
    )
    assert start.process.wait(READY_WITHIN) == 1
    assert "which has no PostgreSQL 17 or newer with the extension btree_gin" in start.said()
    assert "Traceback" not in start.said()
    assert start.parts() == {}, "it is told before anything is started"


def test_the_programs_that_are_found_have_contrib() -> None:
    shared = subprocess.run(
        [postgres_programs() / "pg_config", "--sharedir"], capture_output=True, text=True
    ).stdout.strip()
    assert (Path(shared) / "extension" / "btree_gin.control").exists()


def test_a_variable_that_is_missing_is_named() -> None:
    with pytest.raises(SetupProblem, match="REDRESS_BANK_NAME is not set: set it to the name"):
        Compose({**fresh_secrets(), "REDRESS_BASE_URL": "x", "REDRESS_MAIL_FROM": "y"}, {
            name: Path("/") for name in ("heads", "attachments", "uploads", "client-tls")
        }).environment("worker")  # fmt: skip
