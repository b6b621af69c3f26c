"""What takes the engine seconds to find, for pages that cannot wait for it."""

import logging
import threading
from collections.abc import Callable, Collection
from datetime import timedelta
from time import monotonic

log = logging.getLogger(__name__)

FRESH_FOR = timedelta(minutes=1)
"""How old a look may be before somebody who asks causes the next one (default)."""


class LastLook:
    """The cases of the last look. Whoever asks is told of that one at once; an old one is followed
    by another, one at a time, beside the page."""

    def __init__(self, fresh_for: timedelta = FRESH_FOR) -> None:
        self._fresh_for = fresh_for.total_seconds()
        self._looks = threading.Lock()
        self._found: frozenset[str] = frozenset()
        self._looked_at: float | None = None

    def note(self, found: Collection[str]) -> None:
        """Somebody has just looked."""
        self._found = frozenset(found)
        self._looked_at = monotonic()

    def found(self, look: Callable[[], object]) -> frozenset[str]:
        """What was found last. `look` notes what it finds itself."""
        is_old = self._looked_at is None or monotonic() - self._looked_at > self._fresh_for
        if is_old and self._looks.acquire(blocking=False):
            threading.Thread(target=self._look, args=(look,), name="look", daemon=True).start()
        return self._found

    def _look(self, look: Callable[[], object]) -> None:
        try:
            look()
        except Exception:
            self._looked_at = monotonic()  # The next one comes in its time.
            log.exception("nobody can say what fails")
        finally:
            self._looks.release()
