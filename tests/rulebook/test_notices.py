"""The words of notices, as the bank may write its own."""

from pathlib import Path

import pytest

from domain.events import NEXT_LIMIT_MATTERS, Event
from domain.notices import NoticeAudience
from rulebook.marked_yaml import FileProblems
from rulebook.notices import FOLDER, LANGUAGES, read_words

CARD = "6222 0212 3456 7890 128"


def test_words_of_a_notice_that_hold_a_card_number_are_refused(tmp_path: Path) -> None:
    """It would go to everybody who is ever told of that."""
    words = (FOLDER / "words.yaml").read_text(encoding="utf-8")
    (tmp_path / "words.yaml").write_text(words.replace("text: ", f"text: {CARD} ", 1), "utf-8")
    with pytest.raises(FileProblems) as refused:
        read_words(tmp_path)
    assert "6222 02** **** ***0 128 looks like a card number" in str(refused.value)
    assert CARD not in str(refused.value)


def test_whatever_the_staff_are_told_of_a_date_says_of_what() -> None:
    """A date alone says nothing where several limits run at once."""
    for about in Event:
        if not read_words().covers(NoticeAudience.STAFF, about):
            continue
        for language in LANGUAGES:
            subject, text = read_words().of(NoticeAudience.STAFF, about, language)
            named = {*subject.get_identifiers(), *text.get_identifiers()}
            if "date" in named and about is not Event.CASE_REPORT_LATE:
                assert named & {"clock", "task"}, f"{about} in {language}"
            assert ("limit" in named) or about not in NEXT_LIMIT_MATTERS, f"{about} in {language}"
