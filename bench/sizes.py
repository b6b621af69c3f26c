"""How much is measured: enough to tell, or just enough to see that everything still runs."""

from dataclasses import dataclass

SEED = 1
"""Of everything that is drawn by lot, so that every run is about the same cases."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizes:
    """How many cases each arm has."""

    burst: int
    rush: int
    notes: int
    lives: int
    imported: int
    ready: int
    closed: int
    queues: tuple[int, int, int]
    looks: int
    """How often each page is asked for."""

    def told(self) -> dict[str, str]:
        """As people read them."""
        named = ("burst", "rush", "smallest", "queue", "largest")
        counts = (self.burst, self.rush, *self.queues)
        return {name: f"{count:,}" for name, count in zip(named, counts, strict=True)}


WHOLE = Sizes(
    burst=1_000, rush=10_000, notes=150, lives=500, imported=3_000, ready=2_000, closed=300,
    queues=(10_000, 100_000, 1_000_000), looks=20,
)  # fmt: skip
SHORT = Sizes(
    burst=40, rush=60, notes=10, lives=20, imported=60, ready=100, closed=10,
    queues=(300, 300, 400), looks=2,
)  # fmt: skip
