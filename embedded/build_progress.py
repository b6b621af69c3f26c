"""How far the build of a program of Temporal's is: a bar for a person, lines for a log."""

import contextlib
from types import TracebackType
from typing import Protocol, Self, TextIO

MODULES = 250
"""Modules downloaded, about: only the bar's length rests on it."""
PACKAGES = 1_400
"""Packages compiled, about."""


class BuildProgress(Protocol):
    """What the build tells while it runs."""

    def __enter__(self) -> Self: ...
    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...
    def downloaded(self) -> None:
        """One more module is here."""

    def compiled(self) -> None:
        """One more package is compiled."""


def progress_on(stream: TextIO, whose: str) -> BuildProgress:
    """A bar when a person watches `stream` and rich is installed by now; else lines."""
    if stream.isatty():
        with contextlib.suppress(ImportError):
            return _Bar(stream, whose)
    return _Lines(stream, whose)


class _Lines(contextlib.AbstractContextManager["_Lines"]):
    """A line for each tenth of the way."""

    def __init__(self, stream: TextIO, whose: str) -> None:
        self._stream = stream
        self._whose = whose
        self._done = {"downloaded": 0, "compiled": 0}

    def downloaded(self) -> None:
        self._one_more("downloaded", MODULES, "modules")

    def compiled(self) -> None:
        self._one_more("compiled", PACKAGES, "packages")

    def _one_more(self, what: str, total: int, things: str) -> None:
        self._done[what] += 1
        if self._done[what] % (total // 10) == 0:
            line = f"{self._whose}: {what} {self._done[what]} of about {total} {things}"
            print(line, file=self._stream, flush=True)

    def __exit__(self, *exit_facts: object) -> None:
        return None


class _Bar(contextlib.AbstractContextManager["_Bar"]):
    """Two bars: modules downloaded, packages compiled."""

    def __init__(self, stream: TextIO, whose: str) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeElapsedColumn

        self._progress = Progress(
            "{task.description}",
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=Console(file=stream),
        )
        self._modules = self._progress.add_task(f"{whose}: modules", total=MODULES)
        self._packages = self._progress.add_task(f"{whose}: packages", total=PACKAGES)

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(self, *exit_facts: object) -> None:
        self._progress.stop()

    def downloaded(self) -> None:
        self._progress.advance(self._modules)

    def compiled(self) -> None:
        self._progress.advance(self._packages)
