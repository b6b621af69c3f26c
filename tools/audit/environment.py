"""The tools of the audit, in an environment of their own: nothing of them is the product's."""

import hashlib
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LOCK = Path(__file__).parent / "requirements.lock"
PLACE = ROOT / ".venv-audit"
STAMP = PLACE / "made-from"


class NoTools(Exception):
    """They cannot be installed; a sentence says why."""


def tool(name: str) -> str:
    """Where a program of the lock lies; installs them all before the first is asked for."""
    wanted = f"{hashlib.sha256(LOCK.read_bytes()).hexdigest()} {PLACE} {sys.version}\n"
    if not STAMP.exists() or STAMP.read_text() != wanted:
        venv.create(PLACE, clear=True, with_pip=True)
        _install()
        STAMP.write_text(wanted)
    return str(PLACE / "bin" / name)


def _install() -> None:
    pip = (str(PLACE / "bin" / "python"), "-m", "pip", "--disable-pip-version-check", "install")
    made = subprocess.run(
        [*pip, "--quiet", "--no-input", "--require-hashes", "-r", str(LOCK)],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    if made.returncode != 0:
        said = made.stderr.strip().splitlines() or ["pip said nothing"]
        raise NoTools(f"The tools of the audit cannot be installed: {said[-1]}")
