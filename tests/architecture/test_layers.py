"""Dependencies point inward, and `make check` holds them there."""

import re
import subprocess
import sys

from tests.architecture.code import LAYERS, ROOT, SETTINGS, modules, name_of


def test_the_import_contracts_are_kept() -> None:
    program = (
        "import sys; from importlinter.cli import lint_imports_command; lint_imports_command()"
    )
    linted = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert linted.returncode == 0, linted.stdout


def test_make_check_runs_them() -> None:
    assert "lint-imports" in (ROOT / "Makefile").read_text()


def test_every_way_to_the_database_refuses_an_unsafe_one() -> None:
    opens = re.compile(r"\b(create_engine|psycopg2\.connect)\(")
    ours = [*modules(*LAYERS, "bench"), *(ROOT / "store/migrations").rglob("*.py")]
    assert {name_of(path) for path in ours if opens.search(path.read_text())} == {
        "store/database.py",  # looks at each connection
        "store/outbox/wakeups.py",  # only listens
        "embedded/postgres.py",  # starts the server
    }


def test_every_package_is_under_a_contract() -> None:
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests", "bench"}
    assert packages == set(LAYERS)


def test_every_package_is_checked_for_types() -> None:
    assert set(LAYERS) <= set(SETTINGS["mypy"]["packages"])


WRITES = re.compile(
    r"\b(insert|update|delete)\(|\bsession\.(add|add_all|merge|flush|commit)\b|\.begin\("
)


def test_what_pages_ask_of_the_store_writes_nothing() -> None:
    """A page may be asked again, by a crawler or a reload: no list and no page is an act."""
    writing = [path for path in modules("store/reads") if WRITES.search(path.read_text())]
    assert [name_of(path) for path in writing] == []
