"""What an operator keeps beside the program gets neither into the image nor the repository."""

import fnmatch
import re
import subprocess
from pathlib import PurePosixPath

import pytest

from tests.architecture.code import LAYERS, ROOT, files_of_the_project

SECRETS = (".env", ".env.production", "var/secrets.env", "config/.env", "store/ours.env",
           "server.pem", "web/key.pem", "deploy/private.key")  # fmt: skip
BESIDES = (".git/config", "tests/settings.py", "deploy/postgres-roles.sh", "docker-compose.yml",
           "bench/rush.py", "docs/operations.md", "policies/__pycache__/x.pyc")  # fmt: skip


def is_in_the_image(file: str) -> bool:
    """Whether `COPY . .` takes a file: the last line that speaks of it, or of a folder it is in."""
    taken = True
    lines = (ROOT / ".dockerignore").read_text().splitlines()
    for line in (each for each in lines if each and not each.startswith("#")):
        pattern = line.removeprefix("!").removeprefix("**/")
        anywhere = "**/" in line
        paths = (PurePosixPath(file), *PurePosixPath(file).parents)
        if any(
            fnmatch.fnmatchcase(str(path), pattern)
            or (anywhere and fnmatch.fnmatchcase(path.name, pattern))
            for path in paths
            if str(path) != "."
        ):
            taken = line.startswith("!")
    return taken


@pytest.mark.parametrize("file", [*SECRETS, *BESIDES])
def test_the_image_takes_none_of_it(file: str) -> None:
    assert not is_in_the_image(file)


def test_the_image_has_all_that_runs_in_it() -> None:
    taken = {path.relative_to(ROOT).as_posix() for path in files_of_the_project()}
    taken = {path for path in taken if is_in_the_image(path)}
    assert {"worker.py", "crashpoints.py", "pyproject.toml", "requirements.lock"} <= taken
    assert {path.partition("/")[0] for path in taken if "/" in path} == {*LAYERS, "policies"}
    assert "web/templates/base.html" in taken


@pytest.mark.parametrize("file", SECRETS)
def test_the_repository_takes_none_of_it(file: str) -> None:
    ignored = subprocess.run(["git", "check-ignore", "--quiet", "--no-index", file], cwd=ROOT)
    assert ignored.returncode == 0


def test_no_secret_is_in_the_repository() -> None:
    """Keys, tokens and passwords by their look, and files by their names."""
    tracked = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.splitlines()
    assert len(tracked) > 500
    assert [name for name in tracked if re.search(r"\.(env|pem|key|p12|pfx)$", name)] == []
    looks = re.compile(
        r"-----BEGIN [A-Z ]*PRIVATE KEY|\bAKIA[0-9A-Z]{16}\b|\bgh[pousr]_[A-Za-z0-9]{36}\b"
        r"|\bxox[abp]-[A-Za-z0-9-]{20,}|\beyJ[\w-]{20,}\.eyJ[\w-]{20,}\."
    )
    assert looks.search("-----BEGIN EC PRIVATE " + "KEY-----"), "the search finds one"
    found = [
        name
        for name in tracked
        if name.endswith((".py", ".md", ".yaml", ".yml", ".sh", ".toml", ".html", ".js"))
        and looks.search((ROOT / name).read_text(encoding="utf-8"))
    ]
    assert found == []
