"""Mappings as files: what is wrong with one is told before a row is read, with what to write."""

from pathlib import Path

import pytest

from desk.imports.mapping_files import mapping_names, read_mapping
from domain.errors import NotFit

WHOLE = """
source: log
about: A log of a branch.
format: csv
time_zone: Asia/Shanghai
number: "No"
fields:
  received_at: {column: Received, formats: ["%Y-%m-%d"]}
  channel: {column: Channel, choices: {Phone: phone, "Yes": internet}}
  language: {value: en}
  narrative: {column: Text}
  category: {column: Kind, choices: {Fees: work_error}, otherwise: ""}
"""


def faults(tmp_path: Path, *changes: tuple[str, str]) -> dict[str, str]:
    """What is said of the mapping after those changes, by where it stands."""
    text = WHOLE
    for before, after in changes:
        assert before in text, before
        text = text.replace(before, after)
    file = tmp_path / "log.yaml"
    file.write_text(text, encoding="utf-8")
    try:
        read_mapping(str(file))
    except NotFit as unfit:
        return {fault.where: str(fault.says) for fault in unfit.faults}
    return {}


def test_the_mapping_before_all_changes_is_whole(tmp_path: Path) -> None:
    assert faults(tmp_path) == {}


@pytest.mark.parametrize("name", mapping_names())
def test_every_mapping_we_bring_can_be_read(name: str) -> None:
    assert read_mapping(name).source == name


@pytest.mark.parametrize(
    ("before", "after", "where", "word", "line"),
    [
        ('number: "No"', "number: No", "number", "No", 6),
        ('"Yes": internet', "Yes: internet", "fields.channel.choices.Yes", "Yes", 9),
        ("Phone: phone", "1: phone", "fields.channel.choices.1", "1", 9),
        ("Phone: phone", "Phone: off", "fields.channel.choices.Phone", "off", 9),
        ("column: Text", "column: 2026", "fields.narrative.column", "2026", 11),
    ],
)
def test_a_word_of_yaml_says_which_quotes_are_missing(
    tmp_path: Path, before: str, after: str, where: str, word: str, line: int
) -> None:
    told = faults(tmp_path, (before, after))
    assert told == {
        where: f"{word} without quotes is one of YAML's own words or numbers, and no text:"
        f' write "{word}" (line {line})'
    }


@pytest.mark.parametrize(
    ("before", "after", "where", "sentence"),
    [
        (
            "Phone: phone",
            "Phone: telephone",
            "fields.channel.choices.Phone",
            "'telephone' is no channel of Redress; there are 'phone', ",
        ),
        ('otherwise: ""', "otherwise: misc", "fields.category.otherwise", "'misc' is no category"),
        ("value: en", "value: english", "fields.language.value", "'english' is no language"),
        ("Asia/Shanghai", "Asia/Peking", "time_zone", "'Asia/Peking' is no time zone"),
        ("format: csv", "format: csv\nencoding: utf8mb4", "encoding", "is no encoding of texts"),
        ("format: csv", "format: csv\nencoding: rot13", "encoding", "is no encoding of texts"),
        (
            ', formats: ["%Y-%m-%d"]',
            "",
            "fields.received_at.formats",
            "says how the file writes its dates",
        ),
    ],
)
def test_what_no_row_could_ever_meet_is_told_when_the_mapping_is_read(
    tmp_path: Path, before: str, after: str, where: str, sentence: str
) -> None:
    told = faults(tmp_path, (before, after))
    assert list(told) == [where]
    assert sentence in told[where]


def test_everything_is_told_at_once(tmp_path: Path) -> None:
    told = faults(
        tmp_path,
        ('number: "No"', "number: No"),
        ("Phone: phone", "1: phone"),
        ("source: log", "source: log\ncolour: red"),
    )
    assert set(told) == {"number", "fields.channel.choices.1", "colour"}
