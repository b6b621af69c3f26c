"""A floor's process: started with what it is told, it says on a line of its own how far it is."""

import json
import subprocess
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from bench.wrong import Wrong

ROOT = Path(__file__).parents[2]


class Program:
    """One floor at work, for as long as the `with` lasts."""

    def __init__(
        self,
        name: str,
        command: tuple[str, ...],
        told: Any,
        log: Path,
        environ: Mapping[str, str] | None = None,
    ) -> None:
        """:param told: a dataclass of plain values, handed over as JSON
        :param environ: the whole of its environment; ours when not given
        """
        self.name = name
        self._command = (*command, json.dumps(asdict(told)))
        self._log = log
        self._environ = environ

    def __enter__(self) -> Self:
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command,
                cwd=ROOT,
                env=self._environ,
                stdin=subprocess.PIPE,
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
        for stream in (self._process.stdin, self._process.stdout):
            assert stream is not None
            stream.close()

    @property
    def pid(self) -> int:
        """For a meter."""
        return self._process.pid

    def hear(self, word: str) -> None:
        """Wait until it says so. What is no word of its own goes to its log: on a busy machine the
        SDK's core complains on the same channel."""
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if line.startswith('"'):
                assert json.loads(line) == word, line
                return
            with self._log.open("a") as log:
                log.write(line)
        raise Wrong(f"{self.name} has ended by itself: {self._log.read_text()[-2000:]}")

    def go_on(self) -> None:
        """Let it do what it waits to do."""
        assert self._process.stdin is not None
        self._process.stdin.write("\n")
        self._process.stdin.flush()
