"""How much is measured: enough to tell, or just enough to see that everything still runs."""

from dataclasses import asdict, dataclass

SEED = 1
"""Of everything that is drawn by lot, so that every run is about the same cases."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizes:
    """How many cases each arm has."""

    burst: int

    def told(self) -> dict[str, str]:
        """As people read them."""
        return {name: f"{count:,}" for name, count in asdict(self).items()}


WHOLE = Sizes(burst=1_000)
SHORT = Sizes(burst=60)
