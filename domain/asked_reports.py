"""A report that somebody asks for, over any days and units (A-58, ad hoc)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from domain.reporting import Form

MOST_DAYS = 3660
"""A report is about ten years at most (default)."""

FORMS = (Form.CLASSIFIED, Form.REGISTER, Form.APPRAISAL)
"""What can be asked for; a check has no figures."""


class AskedFlaw(StrEnum):
    """Why no report can be made of what was asked for."""

    DAYS_MISSING = "asked_days_missing"
    ENDS_BEFORE_IT_BEGINS = "asked_ends_before_it_begins"
    NOT_OVER = "asked_not_over"
    TOO_LONG = "asked_too_long"
    NO_UNIT = "asked_no_unit"


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedReport:
    """What somebody asks for."""

    form: Form
    units: tuple[str, ...]
    """Each with those below it."""
    begins: date | None
    ends: date | None

    def flaws(self, today: date) -> Iterator[AskedFlaw]:
        """Everything wrong with it at once."""
        if not self.units:
            yield AskedFlaw.NO_UNIT
        if self.begins is None or self.ends is None:
            yield AskedFlaw.DAYS_MISSING
            return
        if self.ends < self.begins:
            yield AskedFlaw.ENDS_BEFORE_IT_BEGINS
        if self.ends > today:
            yield AskedFlaw.NOT_OVER
        if (self.ends - self.begins).days > MOST_DAYS:
            yield AskedFlaw.TOO_LONG
