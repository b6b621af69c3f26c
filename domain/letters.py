"""Letters to the customer: what stands in which part is data, what a part can be is known."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from string import Template


class LetterWay(StrEnum):
    """How a letter reaches the customer."""

    MAIL = "mail"
    POST = "post"
    HANDED_OVER = "handed_over"


class LetterPart(StrEnum):
    """What a letter can say. Those with the name of an element of the reply are that element, as
    far as it is the customer's to read: who is responsible and what is learned stays inside (A-53).
    """

    GREETING = "greeting"
    OPENING = "opening"
    PROMISED_DATE = "promised_date"
    """By when the customer is answered (A-07), or the later date (A-37)."""
    REASON = "reason"
    FINDINGS = "findings"
    RESULT = "result"
    REMEDIES = "remedies"
    """Where somebody turns who does not agree."""
    INVITATION = "invitation"
    """To say how it was (S-02)."""
    HANDLED_AT = "handled_at"
    HANDLER_NAME = "handler_name"
    HANDLER_PHONE = "handler_phone"
    CLOSING = "closing"


class Filling(StrEnum):
    """What a letter is filled with from its case."""

    BANK = "bank"
    REFERENCE = "reference"
    UNIT = "unit"
    RECEIVED_ON = "received_on"
    CATEGORY = "category"
    PROMISED_ON = "promised_on"
    """The day by which the customer is to be answered."""
    EXTENDED_TO = "extended_to"
    """The later day, once one was granted."""
    TODAY = "today"
    HANDLER = "handler"


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplatePart:
    """A part of a letter as its template has it."""

    part: LetterPart
    label: Mapping[str, str]
    """What is printed before it, by language; nothing before most."""
    text: Mapping[str, str]
    """By language, with `$name` where it is filled from the case."""
    rule: str
    """The rule that wants it said, or `default`; empty when it may be left out."""
    of_the_pack: bool
    """Whether it is wanted only where the pack of the case counts it to the elements of a reply."""

    def filled(self, language: str, fillings: Mapping[str, str]) -> str:
        """Its text; nothing, and so something for a person to write, while what it speaks of is not
        known."""
        text = Template(self.text[language])
        if not all(fillings.get(name) for name in text.get_identifiers()):
            return ""
        return text.substitute(fillings).strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterTemplate:
    """A letter as its file has it."""

    name: str
    title: Mapping[str, str]
    about: Mapping[str, str]
    """When it is written."""
    act: str
    """The kind of act that sending it is, as long as the case allows that act: its clocks stop by
    it."""
    rule: str
    parts: tuple[TemplatePart, ...]
    digest: str
    """Of the file and the sheet it is set on: which version of its fixed texts was used."""

    def filled(self, language: str, fillings: Mapping[str, str]) -> dict[LetterPart, str]:
        """Every part as the case fills it."""
        return {each.part: each.filled(language, fillings) for each in self.parts}

    def missing_in(
        self, texts: Mapping[str, str], reply_elements: Collection[str]
    ) -> tuple[LetterPart, ...]:
        """The parts that a rule wants and that say nothing. `reply_elements` are those of the pack
        of the case."""
        wanted = (
            each.part
            for each in self.parts
            if each.rule and (not each.of_the_pack or each.part in reply_elements)
        )
        return tuple(each for each in wanted if not texts.get(each, "").strip())
