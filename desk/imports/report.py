"""What came of an import, row by row where something is to be told."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from desk.imports.mapping import ImportMapping
from desk.imports.problems import ImportFault, Problem
from desk.sentences import sentence_of
from domain.complaint import Complaint, Flaw
from domain.customers import CustomerField, masked_value
from domain.errors import Fault, NotFit, Refused


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedRow:
    """One row that was not taken, and everything against it."""

    line: int
    faults: tuple[ImportFault | Flaw | Fault, ...]

    @property
    def sentence(self) -> str:
        """For a terminal."""
        return "; ".join(sentence_of(fault) for fault in self.faults)


MASKED_TOLD = 1_000
"""Masked rows, and rows that came again, that a report tells one by one (default); all of them are
counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MaskedRow:
    """One row in which something was masked that must not be in a text, and in which fields."""

    line: int
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RowAgain:
    """One row that may be the same letter as a case: the same customer, in much the same words."""

    line: int
    references: tuple[str, ...]
    """Those that whoever imports may know of."""


@dataclass(slots=True, kw_only=True)
class Report:
    """What came of an import; a dry run has the same figures of what would."""

    mapping: ImportMapping
    is_dry_run: bool
    received: int = 0
    known: int = 0
    made_up: int = 0
    """Rows without a narrative of their own."""
    days_only: int = 0
    """Rows whose file knew the day of the receipt, and no hour."""
    refused: list[RefusedRow] = field(default_factory=list)
    """In the order of their lines."""
    masked: int = 0
    """Rows in which a card number, an identity number or a password was masked."""
    masked_rows: list[MaskedRow] = field(default_factory=list)
    again: int = 0
    """Rows that may be a letter which is a case already."""
    again_rows: list[RowAgain] = field(default_factory=list)
    past: int = 0
    running: int = 0
    started: int | None = None
    seconds: float = 0.0
    last_line: int = 0
    """Where the last row stands that was looked at."""
    is_stopped: bool = False
    """Somebody wanted it to end there."""

    def refuse(self, line: int, why: NotFit | Refused | ImportFault) -> None:
        """One row that was not taken, and why."""
        self.refused.append(RefusedRow(line=line, faults=_faults_of(why)))

    def mask(self, line: int, complaint: Complaint) -> Complaint:
        """The complaint of a row with stars for what must not be in its texts; where there was
        such a thing, the report says so."""
        fields = tuple(dict.fromkeys(flaw.where for flaw in complaint.sensitive_flaws()))
        if not fields:
            return complaint
        self.masked += 1
        if len(self.masked_rows) < MASKED_TOLD:
            self.masked_rows.append(MaskedRow(line=line, fields=fields))
        return complaint.masked()

    def came_again(self, line: int, references: Sequence[str]) -> None:
        """One row that may be a letter which is a case already."""
        self.again += 1
        if len(self.again_rows) < MASKED_TOLD:
            self.again_rows.append(RowAgain(line=line, references=tuple(references)))

    def in_order(self, before: int) -> None:
        """Bring the rows that were refused since there were so many into the order of lines."""
        self.refused[before:] = sorted(self.refused[before:], key=lambda each: each.line)

    def lines(self) -> Iterator[str]:
        """The report as it is printed; the last line says how many rows were refused."""
        for row in self.refused:
            yield f"refused, line {row.line}: {row.sentence}"
        for masked in self.masked_rows:
            yield (
                f"masked, line {masked.line}: a card number, an identity number or a password in"
                f" {', '.join(masked.fields)}"
            )
        if self.masked > len(self.masked_rows):
            yield f"masked: {self.masked - len(self.masked_rows)} rows more"
        for again in self.again_rows:
            of = ", ".join(again.references) or "a case that you may not look at"
            yield f"perhaps the same letter, line {again.line}: {of}"
        if self.again > len(self.again_rows):
            yield f"perhaps the same letter: {self.again - len(self.again_rows)} rows more"
        if self.is_dry_run:
            yield (
                f"{self.received} rows would be received, {self.known} are known already,"
                f" {len(self.refused)} would be refused. Nothing was written."
            )
            yield f"{len(self.refused)} rows would be refused."
        else:
            yield from self._what_was_done()
            yield f"{len(self.refused)} rows were refused."

    def _what_was_done(self) -> Iterator[str]:
        yield (
            f"{self.received} rows received, {self.known} were known already,"
            f" {len(self.refused)} refused, in {self.seconds:.1f} s"
            f" ({self.received / max(self.seconds, 0.001):.0f} cases a second)."
        )
        if self.received:
            yield f"Receipt times are the file's, read in {self.mapping.time_zone}."
            yield (
                f"{self.past} clocks had run out before the import: they are shown as breached, and"
                f" nobody is warned or escalated for them. {self.running} clocks are running."
            )
        if self.days_only:
            yield (
                f"Of {self.days_only} rows the file knows the day only: their clocks start at the"
                " beginning of that day where the bank is."
            )
        if self.made_up:
            made_of = ", ".join(self.mapping.fields.narrative.made_of)
            yield f"{self.made_up} rows had no narrative; theirs is made of {made_of}."
        if self.started is not None and self.received:
            yield f"{self.started} workflows have started."
            if self.started < self.received:
                yield (
                    f"{self.received - self.started} cases are stored and their workflows start as"
                    " soon as the worker runs."
                )


def _faults_of(why: NotFit | Refused | ImportFault) -> tuple[Fault, ...]:
    if isinstance(why, ImportFault):
        return (why,)
    if isinstance(why, Refused):
        return (ImportFault.of(Problem.CAME_OTHERWISE, **why.facts),)
    return why.faults


def sentences(faults: Sequence[Fault]) -> str:
    """Everything that is wrong with a file or a mapping, for a terminal."""
    return "; ".join(sentence_of(fault) for fault in faults)


def shown_in_preview(complaint: Complaint, name: str) -> str:
    """A text of a complaint as a preview shows it: enough of a customer to see that the columns are
    the right ones."""
    text: str = getattr(complaint, name) or ""
    return masked_value(CustomerField(name), text) if name in set(CustomerField) else text
