"""A bar for whoever waits for a long command."""

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import Progress, TaskID


@contextmanager
def progress_of(doing: str, total: int) -> Iterator[tuple[Progress, TaskID]]:
    """A bar and what moves it. It leaves nothing behind, and standard output is not for it."""
    with Progress(console=Console(stderr=True), transient=True) as progress:
        yield progress, progress.add_task(doing, total=total)
