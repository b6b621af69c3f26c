"""Letters to a customer as they look, wherever a page shows one: on the pages of letters, and to
whoever reads one before it goes out."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime

from desk.letters import REFERENCE, paragraphs_of
from domain.approvals import Approval, ApprovalKind, ApprovalOutcome
from domain.letters import LetterTemplate
from domain.permission_names import Permission
from rulebook.letters import read_letters
from store.approvals.lists import every_about
from store.customer_letters import Dispatch, KeptLetter, dispatches_of, letters_of
from store.scope import OpenedCase, open_case
from web.base.context import reading, records
from web.base.phrases import on_the_wall
from web.kit.access import reader


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """What is printed of a letter, and with what above and below it."""

    language: str
    title: str
    bank: str
    reference: str
    day: date
    parts: tuple[tuple[str, tuple[str, ...]], ...]
    """What stands before each part, and its paragraphs."""


def sheet_of(
    template: LetterTemplate, texts: Mapping[str, str], language: str, reference: str, day: date
) -> Sheet:
    """A letter about a case with these texts, written on a day."""
    return Sheet(
        language=language,
        title=template.title[language],
        bank=records().settings.bank_name,
        reference=f"{REFERENCE[language]} {reference}",
        day=day,
        parts=paragraphs_of(template, texts, language),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownLetter:
    """A version of a letter with its template, and what became of it."""

    reference: str
    letter: KeptLetter
    template: LetterTemplate
    dispatches: tuple[Dispatch, ...]
    readings: tuple[Approval, ...]
    """How often it was handed to a second reader, and what they said."""
    may_be_saved: bool
    """Whether who asks may have its file."""

    @property
    def sheet(self) -> Sheet:
        """How it looks."""
        day = day_of(self.letter.at)
        kept = self.letter
        return sheet_of(self.template, kept.texts, kept.language, self.reference, day)

    @property
    def with_reader(self) -> Approval | None:
        """Where a second reader has it now."""
        now = datetime.now(UTC)
        waits = (each for each in self.readings if each.outcome is None and each.expires_at > now)
        return next(waits, None)

    @property
    def answers(self) -> tuple[Approval, ...]:
        """What second readers said of it, or that none did, the last first."""
        over = [each for each in self.readings if each.outcome is not None]
        told = [each for each in over if each.outcome is not ApprovalOutcome.TAKEN_BACK]
        return tuple(reversed(told))

    @property
    def was_read(self) -> bool:
        """Whether it has gone out once a second person had read it: then it may go once more."""
        return any(each.went_read for each in self.dispatches)


def shown_letters(case: OpenedCase) -> tuple[ShownLetter, ...]:
    """Every version of every letter of a case, in the order they were kept."""
    templates, dispatches = read_letters(), dispatches_of(reading(), case)
    readings = every_about(reading(), ApprovalKind.LETTER, case.reference)
    return tuple(
        ShownLetter(
            reference=case.reference,
            letter=each,
            template=templates[each.name],
            dispatches=tuple(sent for sent in dispatches if sent.digest == each.digest),
            readings=tuple(asked for asked in readings if enclosed_in(asked) == each.digest),
            may_be_saved=case.allows(Permission.READ_WORDS),
        )
        for each in letters_of(reading(), case)
        if each.name in templates
    )


def letter_to_read(approval: Approval) -> ShownLetter | None:
    """The letter that a request is about; None where it is about none, or one that goes out as
    words alone. Whoever is asked to agree to a letter reads it, and nothing else of the case by
    that."""
    digest = enclosed_in(approval)
    case = open_case(reading(), reader(), approval.subject) if digest else None
    if case is None:
        return None
    found = [each for each in shown_letters(case) if each.letter.digest == digest]
    return found[-1] if found else None


def enclosed_in(approval: Approval) -> str | None:
    """The digest of the letter that somebody is to read."""
    if approval.kind is not ApprovalKind.LETTER:
        return None
    digest: str | None = approval.request["act"].get("enclosed")
    return digest


def day_of(at: datetime) -> date:
    """The day of an instant, as a letter says it."""
    return on_the_wall(at).date()
