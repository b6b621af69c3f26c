"""What a letter is filled with from its case, in the language it is written in."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime

from domain.case import Case
from domain.clocks.ledger import Clock
from domain.letters import Filling, LetterPart, LetterTemplate
from store.reads.case_page import CaseFile
from web import wording
from web.base.context import records
from web.base.language import speaking
from web.base.phrases import instant_as
from web.wording.names import person_name

ISO_DAY = "yyyy-MM-dd"
"""How a letter writes a day, in either language."""

ANSWERS = frozenset({"reply", "promise"})
"""The clocks whose day a customer is told: the answer, or the day that was promised."""


def filled_letter(template: LetterTemplate, file: CaseFile, language: str) -> dict[str, str]:
    """Every part of the letter as the case fills it."""
    with speaking(language):
        return {str(part): text for part, text in template.filled(language, _said(file)).items()}


def letter_text(template: LetterTemplate, texts: Mapping[str, str], language: str) -> str:
    """The whole letter as plain text, for the mail and the journal: one part after the other."""
    parts = []
    for each in template.parts:
        text, before = texts.get(each.part, "").strip(), each.label.get(language, "")
        if text and each.part is not LetterPart.GREETING:
            parts.append(f"{before}\n{text}" if before else text)
    return "\n\n".join(parts)


def _said(file: CaseFile) -> Mapping[str, str]:
    case = file.case
    clocks = [line.clock for line in file.clocks if _ends_with_the_answer(line.clock)]
    first = min((clock.due_on for clock in clocks if clock.due_on is not None), default=None)
    later = _day_said_last(case, clocks) or first
    is_later = bool(case.extensions or case.commitments)
    return {
        Filling.BANK: records().settings.bank_name,
        Filling.REFERENCE: case.reference,
        Filling.UNIT: wording.unit_name(case.unit),
        Filling.RECEIVED_ON: instant_as(ISO_DAY, case.received_at),
        Filling.CATEGORY: wording.words(case.category) if case.category else "",
        Filling.PROMISED_ON: first.isoformat() if first else "",
        Filling.EXTENDED_TO: later.isoformat() if later and is_later else "",
        Filling.TODAY: instant_as(ISO_DAY, datetime.now(UTC)),
        Filling.HANDLER: person_name(case.handler) if case.handler else "",
    }


def _ends_with_the_answer(clock: Clock) -> bool:
    """Whether it runs, and its day is one that a customer is told."""
    # `reply` of `reply.2`, and of `cn-2020-3:reply` too.
    return clock.is_running and clock.key.rpartition(":")[2].partition(".")[0] in ANSWERS


def _day_said_last(case: Case, clocks: Iterable[Clock]) -> date | None:
    """The day of the clock that runs to what was granted or promised last."""
    granted = [(each.approved_at, each.until_at) for each in case.extensions]
    promised = [(each.at, each.until_at) for each in case.commitments]
    _, last = max(granted + promised, default=(None, None))
    return next((each.due_on for each in clocks if last and each.due_at == last), None)
