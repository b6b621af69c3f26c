"""A Chromium for the browser stories: found, or brought by whatever this machine allows."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from embedded.problems import SetupProblem

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def chromium() -> Path:
    """The Chromium of this machine.

    :raises SetupProblem: there is none
    """
    for name in NAMES:
        if found := shutil.which(name):
            return Path(found)
    if brought := _playwrights_own():
        return brought
    raise SetupProblem(
        "No Chromium on this machine: install the package `chromium`, or run"
        " `.venv/bin/playwright install chromium`."
    )


def ensure_chromium() -> Path:
    """The Chromium of this machine, installed now when there is none.

    :raises SetupProblem: there is none and it cannot be installed
    """
    try:
        return chromium()
    except SetupProblem:
        _install()
    return chromium()


def _install() -> None:
    """Playwright's download first; the system's package where that host is closed."""
    print("No Chromium found: installing one for the browser tests.", file=sys.stderr, flush=True)
    playwright = Path(sys.executable).with_name("playwright")
    if _succeeds([str(playwright), "install", "chromium"]):
        return
    if os.geteuid() == 0 and shutil.which("apt-get"):
        _succeeds(["apt-get", "-q", "update"])
        # The fonts: half of the pages are Chinese.
        packages = ["chromium", "fonts-noto-cjk"]
        _succeeds(["apt-get", "-q", "install", "-y", "--no-install-recommends", *packages])


def _succeeds(command: list[str]) -> bool:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    done = subprocess.run(
        command, stdin=subprocess.DEVNULL, stdout=sys.stderr, env=environment, check=False
    )
    return done.returncode == 0


def _playwrights_own() -> Path | None:
    base = os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or Path.home() / ".cache" / "ms-playwright"
    for pattern in (
        "chromium-*/chrome-linux*/chrome",
        "chromium-*/chrome-mac*/*.app/Contents/MacOS/*",
    ):
        for program in sorted(Path(base).glob(pattern), reverse=True):
            return program
    return None


if __name__ == "__main__":
    try:
        ensure_chromium()
    except SetupProblem as problem:
        sys.exit(str(problem))
