"""What a letter to a customer says, and what it still lacks."""

from collections.abc import Mapping

from domain.events import Event
from domain.journal import Entry
from domain.letters import Filling, LetterPart, LetterTemplate, LetterWay, TemplatePart
from domain.notices import COMPLAINANT, notices_for
from tests.bank import WHOLE
from tests.builders import MONDAY, a_case


def a_part(
    part: LetterPart, text: str = "", rule: str = "", *, of_the_pack: bool = False
) -> TemplatePart:
    return TemplatePart(
        part=part, label={}, text={"en": text, "zh": text}, rule=rule, of_the_pack=of_the_pack
    )


def a_template(*parts: TemplatePart) -> LetterTemplate:
    return LetterTemplate(
        name="reply", title={}, about={}, act="reply", rule="A-53", parts=parts, digest="0" * 64
    )


LETTER = a_template(
    a_part(LetterPart.OPENING, "About $reference:", "default"),
    a_part(LetterPart.FINDINGS, rule="A-53", of_the_pack=True),
    a_part(LetterPart.PROMISED_DATE, "By $promised_on.", "A-07"),
    a_part(LetterPart.CLOSING, "Thank you."),
)
KNOWN: Mapping[str, str] = {Filling.REFERENCE: "C-2026-000001", Filling.PROMISED_ON: "2026-11-12"}


def test_it_is_filled_from_the_case() -> None:
    assert LETTER.filled("en", KNOWN) == {
        LetterPart.OPENING: "About C-2026-000001:",
        LetterPart.FINDINGS: "",
        LetterPart.PROMISED_DATE: "By 2026-11-12.",
        LetterPart.CLOSING: "Thank you.",
    }


def test_a_part_that_speaks_of_what_nobody_knows_is_left_to_whoever_writes() -> None:
    unknown = {**KNOWN, Filling.PROMISED_ON: ""}
    assert LETTER.filled("zh", unknown)[LetterPart.PROMISED_DATE] == ""


def test_it_lacks_what_a_rule_wants_said_and_of_the_packs_elements_those_of_its_pack() -> None:
    texts = {"opening": "About", "promised_date": "  \n"}
    assert LETTER.missing_in(texts, ()) == (LetterPart.PROMISED_DATE,)
    with_pack = LETTER.missing_in(texts, ("findings", "persons"))
    assert with_pack == (LetterPart.FINDINGS, LetterPart.PROMISED_DATE)
    assert LETTER.missing_in({**texts, "findings": "x", "promised_date": "y"}, ("findings",)) == ()


def test_whoever_has_the_letter_in_their_hands_is_not_mailed_to_as_well() -> None:
    for event in (Event.REPLIED, Event.LETTER_SENT):
        for way in (None, *LetterWay):
            facts = {"way": way} if way else {}
            entry = Entry(key="k", event=event, by="han", at=MONDAY, facts=facts)
            told = notices_for(a_case(handler="han"), entry, WHOLE.directory, None)
            is_mailed = COMPLAINANT in {each.recipient for each in told}
            assert is_mailed == (way in (None, LetterWay.MAIL))
