"""Every test, in parts side by side: `make test`. Or those of one folder, also of one that
is left out there: `make faults`, `make oracles`.

Mostly tests wait, so the parts share the machine, each with engines of its own. They are to end at
about the same time. The words of the last part come as they are said, those of the others when they
have ended.

`--once-more N`: of failed tests up to N are tried again, alone, when everything else has ended,
and named. On two cores a part makes another late, and a test that asks too early is a fault of the
test: to be mended, and no reason to refuse a change. What fails alone too, is more than N, or has
ended its part, fails.
"""

import argparse
import json
import shutil
import signal
import subprocess
import sys
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

NAMED = {
    "stories": ["tests/workflows", "tests/scenarios", "tests/cli", "tests/tasks"],
    "walks": ["tests/walk"],
    "pages": ["tests/web", "tests/access"],
}
REST = [f"--ignore={folder}" for folders in NAMED.values() for folder in folders]
LEFT_OUT_ELSE = ("-o", "addopts=-ra --strict-markers --strict-config")
KEPT = Path(".pytest_cache/parts")
AGAIN_AFTER_SECONDS = 60
"""Longer than engines take to come down (default)."""
FAILED = 1  # how pytest ends when tests failed; however else it ends is no matter of a test


@dataclass(frozen=True)
class Part:
    """Some of the tests, which remember apart from the others what failed in them."""

    name: str
    tests: list[str]
    options: tuple[str, ...] = ()

    def begin(self, words: IO[str] | None) -> subprocess.Popen[str]:
        """Under way; what it says goes to `words`, or where ours goes."""
        cache = f"cache_dir={KEPT / self.name}"
        command = [sys.executable, "-m", "pytest", "-o", cache, *self.options, *self.tests]
        # Told once to end, by us: told by Ctrl-C too it would leave what it is taking down.
        return subprocess.Popen(
            command, stdout=words, stderr=words, text=True, start_new_session=True
        )

    def failed(self) -> list[str]:
        """The ids of the tests that failed in it."""
        kept = KEPT / self.name / "v" / "cache" / "lastfailed"
        return list(json.loads(kept.read_text())) if kept.exists() else []


def run(parts: list[Part], once_more: int) -> bool:
    """Whether every test of these parts passes, so many of them perhaps when alone."""
    shutil.rmtree(KEPT, ignore_errors=True)
    ends = side_by_side(parts)
    failed = [part for part, end in zip(parts, ends, strict=True) if end]
    again = [Part(f"{part.name} again", part.failed(), part.options) for part in failed]
    unsteady = [test for part in again for test in part.tests]
    # Whoever was killed amid its tests names none, and nobody knows how the others are.
    has_named_all = set(ends) <= {0, FAILED} and all(part.tests for part in again)
    if not failed or not has_named_all or len(unsteady) > once_more:
        return not failed
    print(f"\nOnce more, alone: {' '.join(unsteady)}", flush=True)
    ends = [end for part in again for end in side_by_side([part])]
    passed = not any(ends)
    print(f"\n{'UNSTEADY, to be mended' if passed else 'FAILED'}: {' '.join(unsteady)}", flush=True)
    return passed


def side_by_side(parts: list[Part]) -> list[int]:
    """How each part ended; when we are ended from outside, so are they, with all that they have
    started."""
    with ExitStack() as stack:
        words = [stack.enter_context(TemporaryFile("w+")) for _ in parts[:-1]]
        under_way = [part.begin(heard) for part, heard in zip(parts, [*words, None], strict=True)]
        for process in under_way:
            stack.callback(_await_end, process)
        for process in under_way:
            stack.callback(process.send_signal, signal.SIGINT)
        ends = [process.wait() for process in under_way]
        for heard in words:
            heard.seek(0)
            shutil.copyfileobj(heard, sys.stdout)
    return ends


def _await_end(process: subprocess.Popen[str]) -> None:
    """Asked again when it takes long: a test that runs a command takes the first word for itself,
    and goes on."""
    while process.poll() is None:
        try:
            process.wait(AGAIN_AFTER_SECONDS)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGINT)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--once-more", type=int, default=0, metavar="N")
    parser.add_argument("folder", nargs="?")
    asked = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    if asked.folder:
        parts = [Part(Path(asked.folder).name, [asked.folder], LEFT_OUT_ELSE)]
    else:
        named = [Part(name, folders) for name, folders in NAMED.items()]
        parts = [*named, Part("the rest", REST)]
    sys.exit(0 if run(parts, asked.once_more) else 1)


if __name__ == "__main__":
    main()
