"""One log for several processes: each line says whose it is."""

import sys
import threading
from typing import IO

import click

COLOURS = {
    "redress": "bright_white",
    "web": "cyan",
    "web-1": "cyan",
    "web-2": "bright_cyan",
    "worker": "green",
    "worker-1": "green",
    "worker-2": "bright_green",
    "mail": "magenta",
    "postgres": "blue",
    "temporal": "yellow",
}

_WIDTH = max(len(name) for name in COLOURS)


class ReadableLog:
    """Lines of many processes on one stream, whole lines only, in colour for a person."""

    def __init__(self, stream: IO[str] = sys.stdout) -> None:
        self._stream = stream
        self._in_colour = stream.isatty()
        self._one_at_a_time = threading.Lock()

    def say(self, sentence: str, *, whose: str = "redress") -> None:
        """One line, or several, of one process."""
        prefix = f"{whose:<{_WIDTH}} |"
        if self._in_colour:
            prefix = click.style(prefix, fg=COLOURS.get(whose, "white"))
        with self._one_at_a_time:
            try:
                for line in sentence.splitlines():
                    print(prefix, line, file=self._stream, flush=True)
            except OSError:  # the terminal has gone; what we look after goes on
                return

    def follow(self, output: IO[bytes], whose: str) -> None:
        """Pass on what a process says, from a thread of its own, until it ends."""

        def pass_on() -> None:
            for line in output:
                self.say(line.decode(errors="replace").rstrip(), whose=whose)
            output.close()

        threading.Thread(target=pass_on, name=f"log of {whose}", daemon=True).start()
