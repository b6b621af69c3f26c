"""A floor's process: started with what it is told, it says on a line of its own how far it is."""

import json
import subprocess
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from bench.wrong import Wrong

ROOT = Path(__file__).parents[2]


class Program:
    """One floor at work, for as long as the `with` lasts."""

    def __init__(self, name: str, command: tuple[str, ...], told: Any, log: Path) -> None:
        """:param told: a dataclass of plain values, handed over as JSON"""
        self.name = name
        self._command = (*command, json.dumps(asdict(told)))
        self._log = log

    def __enter__(self) -> Self:
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command,
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                start_new_session=True,
            )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._process.kill()
        self._process.wait()
        assert self._process.stdout is not None
        self._process.stdout.close()

    @property
    def pid(self) -> int:
        """For a meter."""
        return self._process.pid

    def hear(self, word: str) -> None:
        """Wait until it says so."""
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise Wrong(f"{self.name} has ended by itself: {self._log.read_text()[-2000:]}")
        assert json.loads(line) == word, line
