"""The templates of letters: ours are whole, and a bank's own are refused with every fault told."""

import shutil
from pathlib import Path

import pytest

from domain.acts import WriteLetter
from domain.letters import LetterPart
from rulebook.letters import FOLDER, read_letters
from rulebook.marked_yaml import FileProblems


def test_there_is_a_letter_for_every_step_towards_the_customer() -> None:
    found = read_letters()
    assert set(found) == {
        "acknowledgement", "progress", "extension", "final-reply", "survey-invitation"
    }  # fmt: skip
    assert {name: each.act for name, each in found.items() if each.act != "send_letter"} == {
        "progress": "tell_status",
        "final-reply": "reply",
        "survey-invitation": "offer_survey",
    }


def test_a_letter_is_called_as_its_file_is() -> None:
    """By that name a pack asks that two read it."""
    assert set(read_letters()) == {file.stem for file in FOLDER.glob("*.yaml")}


def test_each_of_them_says_what_it_wants_said_in_both_languages() -> None:
    for template in read_letters().values():
        for text in (template.title, template.about):
            assert set(text) == {"en", "zh"}
        assert any(each.rule for each in template.parts), f"{template.name} wants nothing said"
        for each in template.parts:
            both = {language: bool(text) for language, text in each.text.items()}
            assert both["en"] == both["zh"], f"{template.name}: {each.part}"
            assert each.part in WriteLetter.words, "no version could keep it"


def test_an_acknowledgement_wants_the_reference_and_the_promised_date() -> None:
    """A-07: the customer knows how long it will take."""
    lacks = read_letters()["acknowledgement"].missing_in({}, ())
    assert lacks == (LetterPart.OPENING, LetterPart.PROMISED_DATE)


def test_a_final_reply_wants_the_elements_of_its_pack_that_are_the_customers_to_read() -> None:
    """A-53; who is responsible and what is learned is in no letter."""
    elements = ("findings", "persons", "lessons", "satisfaction", "handled_at", "handler_name",
                "handler_phone")  # fmt: skip
    lacks = read_letters()["final-reply"].missing_in({}, elements)
    assert set(lacks) == {"findings", "result", "handled_at", "handler_name", "handler_phone"}
    assert read_letters()["final-reply"].missing_in({}, ()) == (LetterPart.RESULT,)
    assert not {"persons", "lessons"} & set(LetterPart)


WRONG = (
    ("act: reply", "act: note", "no letter is sent as 'note'; known are"),
    ("part: findings", "part: shoe_size", "a letter has no part 'shoe_size'; known are"),
    ("$received_on (reference", "$shoe_size (reference", "en: cannot fill in shoe_size"),
    ("$received_on (reference", "5 $ (reference", "en: cannot fill in a single $"),
    ("part: remedies", "part: findings", "two parts are called 'findings'"),
    ("rule: A-53\nparts", "rules: A-53\nparts", "there is no field 'rules'; known are"),
)


@pytest.mark.parametrize(("before", "after", "says"), WRONG)
def test_a_template_that_will_not_do_is_refused_with_its_line(
    tmp_path: Path, before: str, after: str, says: str
) -> None:
    folder = tmp_path / "letters"
    shutil.copytree(FOLDER, folder)
    file = folder / "final-reply.yaml"
    text = file.read_text(encoding="utf-8")
    assert before in text
    file.write_text(text.replace(before, after, 1), encoding="utf-8")
    with pytest.raises(FileProblems) as wrong:
        read_letters(folder)
    assert says in str(wrong.value)
    assert str(wrong.value).startswith("letters/final-reply.yaml:")
