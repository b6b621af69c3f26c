"""On which topology the installation that is measured runs; each has keys of its own."""

from enum import StrEnum


class Topology(StrEnum):
    """Where the engines' state lies, and how many of us share the work."""

    EMBEDDED = "embedded"
    """As `make up`: Temporal's state in files of its own, workers by processors, one web."""
    PRODUCTION = "production"
    """As `make production`: Temporal's state in PostgreSQL, certificates, two workers, two webs."""

    def key(self, key: str) -> str:
        """By which a figure of this topology is kept: the embedded ones were first, and have no
        name before theirs."""
        return key if self is Topology.EMBEDDED else f"{self}.{key}"

    def has(self, key: str) -> bool:
        """Whether a figure that is kept by this key is one of this topology's."""
        return key.startswith(f"{Topology.PRODUCTION}.") is (self is Topology.PRODUCTION)
