"""How far something has come that is told to an authority: a return, or a report on a case."""

from dataclasses import dataclass, replace

from domain.errors import Refusal, Refused
from domain.statuses import ReportStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class Filing:
    """What was submitted and acknowledged of it, by number; after the first it is corrections."""

    submissions: int = 0
    receipts: tuple[int, ...] = ()
    """The submissions of which the authority has said that it has them."""

    @property
    def status(self) -> ReportStatus:
        if not self.submissions:
            return ReportStatus.DRAFT
        is_known = self.submissions in self.receipts
        return ReportStatus.ACKNOWLEDGED if is_known else ReportStatus.SUBMITTED

    def submitted(self) -> "Filing":
        """After it was told once more: a correction awaits a receipt of its own."""
        return replace(self, submissions=self.submissions + 1)

    def acknowledged(self, number: int) -> "Filing":
        """After the receipt of that submission came; raises `Refused` for one that was not made,
        and for a second receipt.
        """
        if not 1 <= number <= self.submissions:
            raise Refused(Refusal.REPORT_NOT_SUBMITTED)
        if number in self.receipts:
            raise Refused(Refusal.RECEIPT_NOTED_ALREADY)
        return replace(self, receipts=(*self.receipts, number))
