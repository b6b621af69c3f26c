"""A file from outside keeps its name, and can be saved under it again."""

import pytest

from domain.file_names import LONGEST_SAVED, misleads, savable


@pytest.mark.parametrize(
    "name", ["投诉材料.pdf", "naïve résumé.docx", "a b (1).pdf", "family 👨‍👩‍👧.jpg", "שלום.pdf"]
)
def test_an_ordinary_name_stays_as_it_is(name: str) -> None:
    assert not misleads(name)
    assert savable(name) == name


@pytest.mark.parametrize(
    "name", ["a\nb.pdf", "a\x00.pdf", "a\x7f.pdf", "a\u2029b.pdf", "\u202efdp.exe", "a\u2066b.pdf"]
)
def test_a_name_with_what_nobody_sees_misleads_and_is_saved_without_it(name: str) -> None:
    assert misleads(name)
    assert not misleads(savable(name))


@pytest.mark.parametrize(
    ("name", "saved_as"),
    [
        ("CON.pdf", "_CON.pdf"),
        ("con", "_con"),
        ("aux .pdf", "_aux.pdf"),
        ("lpt1.backup.pdf", "_lpt1.backup.pdf"),
        ("COM¹.txt", "_COM¹.txt"),
        ("console.pdf", "console.pdf"),
        ("what: this?.pdf", "what_ this_.pdf"),
        ("../../etc/passwd.pdf", "_.._etc_passwd.pdf"),
        ("report.pdf. ", "report.pdf"),
        (".pdf", "pdf"),
        ("", "_"),
        ("...", "_"),
    ],
)
def test_what_a_system_keeps_for_itself_is_taken_out(name: str, saved_as: str) -> None:
    assert savable(name) == saved_as


@pytest.mark.parametrize("name", ["投" * 300 + ".pdf", "a" * 300 + ".pdf", "a." + "b" * 300])
def test_too_long_a_name_keeps_its_ending(name: str) -> None:
    saved = savable(name)
    assert len(saved.encode()) <= LONGEST_SAVED
    assert saved.startswith(name[0])
    assert name.endswith(saved[-4:])
