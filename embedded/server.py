"""What the embedded servers have in common: how they end, and who they were."""

import abc
import signal
import subprocess
from pathlib import Path
from typing import IO, ClassVar, Self

from embedded.processes import ProcessIdentity


class EmbeddedServer(abc.ABC):
    """One server whose state lies in `folder` and survives every kind of end.

    As a context manager it runs inside the `with`; else `start` and `stop`.
    """

    name: ClassVar[str]
    ends_on: ClassVar[signal.Signals]
    """The signal that asks it to end in good order."""
    ends_within: ClassVar[float]
    """Seconds it may take for that. Killed after them, it goes on from its disk all the same."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @abc.abstractmethod
    def start(self, output: int | IO[bytes] | None = None) -> subprocess.Popen[bytes]:
        """Start it; back when it answers.

        :param output: where its log goes; `server.log` in its folder when not given
        :raises SetupProblem: it does not start, and why
        """

    def stop(self) -> None:
        """End it in good order. Harmless when ended."""
        if self.process is None:
            return
        self.process.send_signal(self.ends_on)
        try:
            self.process.wait(self.ends_within)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process = None

    def note(self, process: subprocess.Popen[bytes]) -> None:
        """Write down who it is, for a later start that may find it still running."""
        identity = ProcessIdentity.of(process.pid)
        if identity is not None:
            identity.write(self._identity_file)

    def end_predecessor(self) -> None:
        """End a server that outlived its supervisor: two on the same files would harm them."""
        noted = ProcessIdentity.read(self._identity_file)
        if noted is not None:
            noted.stop(within=self.ends_within, first=self.ends_on)

    @property
    def _identity_file(self) -> Path:
        return self.folder / "server.pid"
