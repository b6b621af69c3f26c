"""Whether anything is known against the packages of the lock.

pip-audit asks the advisories of PyPI. Where these are not reached, it asks a service of our own
that knows `advisories.json`: ids and versions kept from the Python Packaging Advisory Database, up
to the day that is named there. A canary, a package that is known to be bad, tells whether anybody
was asked at all: without it nothing was found because nothing was looked at.
"""

import json
import os
import subprocess
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from packaging.version import Version

from tools.audit.environment import ROOT, tool

LOCK = ROOT / "requirements.lock"
KEPT = Path(__file__).parent / "advisories.json"
CANARY = "jinja2==2.4.1"
"""Known to be bad since 2014; never installed."""

MUST_REACH = "REDRESS_ADVISORIES"
"""`live`: what is kept does not do, as where the internet is at hand. Else either does."""

PATIENCE = 15
"""Seconds to wait for one answer (default)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Audited:
    """What was looked at, and by which advisories."""

    checked: int
    found: tuple[str, ...]
    by: str


class NotAudited(Exception):
    """Nobody could be asked; a sentence says why."""


def audit(lock: Path = LOCK) -> Audited:
    """Raises `NotAudited`, rather than find nothing where nothing was looked at."""
    live = ("--vulnerability-service", "pypi")
    if _finds_the_canary(live):
        return _audited(lock, live, "PyPI's advisories of today")
    if os.environ.get(MUST_REACH) == "live":
        raise NotAudited("The advisories of PyPI were not reached.")
    with _kept_ones() as address:
        kept = ("--vulnerability-service", "osv", "--osv-url", address)
        if not _finds_the_canary(kept):
            raise NotAudited("The kept advisories do not find what they know.")
        until = f"{_advisories()['until']}, those of today were not reached"
        return _audited(lock, kept, f"advisories kept until {until}")


def _finds_the_canary(service: tuple[str, ...]) -> bool:
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as pins:
        pins.write(f"{CANARY}\n")
        pins.flush()
        return bool(_ask(Path(pins.name), service, "--no-deps").found)


def _audited(lock: Path, service: tuple[str, ...], by: str) -> Audited:
    asked = _ask(lock, service, "--require-hashes")
    return Audited(checked=asked.checked, found=asked.found, by=by)


def _ask(pins: Path, service: tuple[str, ...], *how: str) -> Audited:
    command = (tool("pip-audit"), "--requirement", str(pins), "--disable-pip", *how, *service)
    quiet = ("--format", "json", "--progress-spinner", "off", "--timeout", str(PATIENCE))
    with tempfile.TemporaryDirectory() as fresh:  # an answer of yesterday is none
        said = subprocess.run(
            [*command, *quiet, "--cache-dir", fresh],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
        )
    try:
        packages = json.loads(said.stdout)["dependencies"]
    except (json.JSONDecodeError, KeyError):
        return Audited(checked=0, found=(), by="nobody")
    looked_at = [each for each in packages if "skip_reason" not in each]
    found = [
        f"{each['name']} {each['version']}: {', '.join(vuln['id'] for vuln in each['vulns'])}"
        for each in looked_at
        if each["vulns"]
    ]
    return Audited(checked=len(looked_at), found=tuple(found), by="whom was asked")


@cache
def _advisories() -> Mapping[str, Any]:
    kept: Mapping[str, Any] = json.loads(KEPT.read_text(encoding="utf-8"))
    return kept


def known_against(package: str, version: str) -> Iterator[Mapping[str, Any]]:
    """What is kept against a version of a package."""
    for each in _advisories()["advisories"]:
        if each["package"] == package and _is_affected(Version(version), each["events"]):
            yield each


def _is_affected(version: Version, events: list[Mapping[str, str]]) -> bool:
    """Whether the last thing that happened up to this version was that the fault came in."""
    happened = [
        (Version(number), what)
        for event in events
        for what, number in event.items()
        if Version(number) <= version
    ]
    return bool(happened) and max(happened, key=lambda each: each[0])[1] == "introduced"


class _Kept(BaseHTTPRequestHandler):
    """Answers as OSV does, from what is kept."""

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        name = asked["package"]["name"]
        found = [_as_osv(each, name) for each in known_against(name, asked["version"])]
        answer = json.dumps({"vulns": found} if found else {}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_: object) -> None:
        pass


def _as_osv(advisory: Mapping[str, Any], name: str) -> dict[str, Any]:
    package = {"name": name, "ecosystem": "PyPI"}
    ranges = [{"type": "ECOSYSTEM", "events": advisory["events"]}]
    affected = [{"package": package, "ranges": ranges}]
    return {"id": advisory["id"], "aliases": advisory["aliases"], "affected": affected}


@contextmanager
def _kept_ones() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Kept) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/v1/query"
        server.shutdown()
