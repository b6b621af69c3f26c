"""A virtual environment for what only the bench runs: made once, kept in `var/`, held to hashes."""

import hashlib
import subprocess
import sys
from pathlib import Path

from bench.wrong import Wrong

PINS = Path(__file__).with_name("dbos.txt")
FOLDER = Path(__file__).parents[2] / "var" / "bench-dbos"


def python_with_dbos() -> str:
    """The interpreter that has DBOS; installs it when it is not there as pinned."""
    stamp = FOLDER / "made-from"
    wanted = f"{hashlib.sha256(PINS.read_bytes()).hexdigest()} {FOLDER} {sys.version}"
    python = FOLDER / "bin" / "python"
    if not stamp.exists() or stamp.read_text(encoding="utf-8") != wanted:
        print("  installing DBOS, for this arm alone", flush=True)
        _run(sys.executable, "-m", "venv", "--clear", str(FOLDER))
        _run(
            str(python), *("-m", "pip", "install", "--quiet", "--disable-pip-version-check"),
            *("--no-input", "--require-hashes", "-r", str(PINS)),
        )  # fmt: skip
        stamp.write_text(wanted, encoding="utf-8")
    return str(python)


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise Wrong(f"DBOS cannot be installed: {(done.stdout + done.stderr).strip()}")
