"""Our programs as processes: what none of them starts with is one sentence and an exit status."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from embedded.postgres import EmbeddedPostgres
from tests.settings import COMPLETE

PROGRAMS = {
    "worker": ("-m", "worker"),
    "web": ("-m", "gunicorn", "--config=python:web.serving", "--bind=:0", "web:create_app()"),
    "redress": ("-m", "cli.main", "migrate"),
}


def refusal_of(program: str, environ: Mapping[str, str]) -> str:
    """What a program says before it leaves with an exit status that is not zero."""
    end = subprocess.run(
        [sys.executable, *PROGRAMS[program]],
        env={**os.environ, **COMPLETE, **environ},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert end.returncode == 1
    assert end.stderr.count("\n") == 1
    return end.stderr


@pytest.mark.parametrize("program", PROGRAMS)
def test_weak_secrets_are_listed_by_name(program: str, tmp_path: Path) -> None:
    weak = {"REDRESS_SECRET_KEY": "hunter2", "REDRESS_JOURNAL_KEY": "correct-password-horse"}
    said = refusal_of(program, {**weak, "REDRESS_VAR_DIR": str(tmp_path)})
    assert "REDRESS_SECRET_KEY is too short" in said
    assert "REDRESS_JOURNAL_KEY is too short" in said
    assert not any(secret in said for secret in weak.values())


@pytest.mark.parametrize("program", PROGRAMS)
def test_a_superusers_account_is_refused(
    program: str, postgres: EmbeddedPostgres, tmp_path: Path
) -> None:
    password = (postgres.folder / "postgres.password").read_text()
    url = postgres.url.replace(
        postgres.url.partition("//")[2].partition("@")[0], f"postgres:{password}"
    )
    said = refusal_of(program, {"DATABASE_URL": url, "REDRESS_VAR_DIR": str(tmp_path)})
    assert "DATABASE_URL names a superuser" in said
    assert password not in said


def test_a_gateway_nobody_knows_is_refused_without_its_secrets(tmp_path: Path) -> None:
    url = "carrier-pigeon://user:hunter2@roof"
    said = refusal_of("worker", {"REDRESS_MAIL_URL": url, "REDRESS_VAR_DIR": str(tmp_path)})
    assert said.startswith("The worker does not start: REDRESS_MAIL_URL ")
    assert "hunter2" not in said
