"""What the engine is told a step or a timer is called: written by the workflow, read by pages.

The labels stand in histories, so their text never changes.
"""

import re
from dataclasses import dataclass

OPENING = "Open the case"
"""The first step of a workflow, which is no entry of the journal; the others bear its events."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TimerLabel:
    """What a timer was set for: a step of a clock, and the rule that asks for it."""

    clock: str
    step: str
    rule: str

    def __str__(self) -> str:
        return f"{self.clock}: {self.step} ({self.rule})"

    @classmethod
    def read(cls, text: str) -> "TimerLabel | None":
        """The label that was written so; None for what is none of ours."""
        parts = re.fullmatch(r"(?P<clock>\S+): (?P<step>\S+) \((?P<rule>[^)]*)\)", text)
        return cls(**parts.groupdict()) if parts else None
