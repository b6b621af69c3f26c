"""A letter as PDF/A: the same bytes from the same words, and every word can be read back."""

import json
from collections.abc import Mapping
from datetime import date

from desk.documents.pdf import compiled, font
from domain.letters import LetterTemplate
from rulebook.letters import read_letter_sheet

REFERENCE = {"en": "Reference", "zh": "编号"}
"""What stands before the reference, in the language of the letter."""


def print_letter(
    template: LetterTemplate,
    texts: Mapping[str, str],
    *,
    language: str,
    reference: str,
    bank: str,
    written_on: date,
) -> bytes:
    """The letter with these texts; a part that says nothing is left off. Raises `NotPrintable`."""
    data = {
        "title": template.title[language],
        "bank": bank,
        "reference": f"{REFERENCE[language]} {reference}",
        "day": written_on.isoformat(),
        "footer": f"{reference} · {template.name} {template.digest[:12]}",
        "language": language,
        "made": [written_on.year, written_on.month, written_on.day],
        "fonts": [font()],
        "parts": [
            [label, list(paragraphs)]
            for label, paragraphs in paragraphs_of(template, texts, language)
        ],
    }
    return compiled(read_letter_sheet(), json.dumps(data))


def paragraphs_of(
    template: LetterTemplate, texts: Mapping[str, str], language: str
) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """What is printed, in its order: what stands before a part, and its paragraphs, one a line."""
    return tuple(
        (part.label.get(language, ""), tuple(line for line in said.splitlines() if line.strip()))
        for part in template.parts
        if (said := texts.get(part.part, "").strip())
    )
