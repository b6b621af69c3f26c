"""Figures of a page that stays open: it keeps what is typed into it, and says that it is open."""

from dataclasses import dataclass
from datetime import timedelta

from domain.throttling import Allowance


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenPageLimits:
    """The figures of `policies/pages/limits.yaml`, each in the unit of its name."""

    typed_days: int
    typed_characters: int
    typed_forms: int
    keeping_free: int
    keeping_leak_seconds: int
    undo_minutes: int
    present_every_seconds: int
    present_seconds: int
    waiting_every_seconds: int

    @property
    def typed_lasts(self) -> timedelta:
        """How long what was typed is kept after the last time."""
        return timedelta(days=self.typed_days)

    @property
    def undo_lasts(self) -> timedelta:
        """How long whoever has given a case away may take it back."""
        return timedelta(minutes=self.undo_minutes)

    @property
    def present_lasts(self) -> timedelta:
        """How long a page counts as open after it has said so."""
        return timedelta(seconds=self.present_seconds)

    @property
    def keeping(self) -> Allowance:
        """How often one person's pages may ask to keep something."""
        leak = timedelta(seconds=self.keeping_leak_seconds)
        return Allowance(free=self.keeping_free, leak=leak, longest=leak)
