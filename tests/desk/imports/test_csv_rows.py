"""Rows as text: quotes that take in no other customer's words, separators, encodings."""

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.imports.mapping import ImportMapping
from desk.imports.mapping_files import read_mapping
from desk.imports.problems import Problem
from desk.imports.rows import Row, rows_of
from domain.errors import NotFit

MAPPING = """
source: log
about: A log of a branch.
format: csv
time_zone: Asia/Shanghai
number: "No"
fields:
  received_at: {column: Received, formats: ["%Y-%m-%d %H:%M"]}
  channel: {value: phone}
  language: {value: en}
  narrative: {column: Text}
  name: {column: Name}
"""


@pytest.fixture(scope="module")
def mapping(tmp_path_factory: pytest.TempPathFactory) -> ImportMapping:
    """A mapping of a log with a number, a date, a text and a name."""
    file = tmp_path_factory.mktemp("mapping") / "log.yaml"
    file.write_text(MAPPING)
    return read_mapping(str(file))


def a_log(folder: Path, *lines: str, encoding: str = "utf-8", ends: str = "\n") -> Path:
    """A log of those lines under its heading."""
    file = folder / "log.csv"
    text = ends.join(("No,Received,Text,Name", *lines)) + ends
    file.write_bytes(text.encode(encoding))
    return file


def a_line(number: int, text: str = "fine", name: str = "Ann") -> str:
    return f"{number},2026-11-20 09:30,{text},{name}"


def told(rows: list[Row]) -> list[tuple[int, str | Problem]]:
    """Each row by its line: its text, or the problem with it."""
    found: list[tuple[int, str | Problem]] = []
    for row in rows:
        if row.cells is not None:
            found.append((row.line, row.cells["Text"]))
        elif row.problem is not None:
            found.append((row.line, row.problem.code))
    return found


def read(file: Path, mapping: ImportMapping) -> list[tuple[int, str | Problem]]:
    return told(list(rows_of(file, mapping)))


def test_a_quote_never_closed_costs_its_own_row_only(
    tmp_path: Path, mapping: ImportMapping
) -> None:
    lines = [a_line(number) for number in range(400)]
    file = a_log(tmp_path, '1,2026-11-20 09:30,"never closed,Ann', *lines)
    rows = read(file, mapping)
    assert rows[0] == (2, Problem.QUOTE_OPEN)
    assert rows[1:] == [(line, "fine") for line in range(3, 403)]


def test_a_quote_closed_by_the_quote_of_another_row_takes_nothing_of_it_in(
    tmp_path: Path, mapping: ImportMapping
) -> None:
    file = a_log(
        tmp_path,
        '1,2026-11-20 09:30,"never closed,Ann',
        a_line(2),
        a_line(3, '"of another customer, quoted"'),
        a_line(4),
    )
    assert read(file, mapping) == [
        (2, Problem.QUOTE_OPEN),
        (3, "fine"),
        (4, "of another customer, quoted"),
        (5, "fine"),
    ]


def test_a_quote_that_closes_where_another_one_ends_by_chance_is_told_with_all_it_took_in(
    tmp_path: Path, mapping: ImportMapping
) -> None:
    file = a_log(tmp_path, '1,2026-11-20 09:30,"never closed', a_line(2), 'and",Bob', a_line(4))
    assert read(file, mapping) == [(2, Problem.QUOTE_OVER_ROWS), (5, "fine")]


def test_a_quote_never_closed_in_the_last_line_is_told(
    tmp_path: Path, mapping: ImportMapping
) -> None:
    file = a_log(tmp_path, a_line(1), '2,2026-11-20 09:30,"never closed,Ann')
    assert read(file, mapping) == [(2, "fine"), (3, Problem.QUOTE_OPEN)]


def test_lines_that_are_no_rows_are_told_with_the_quote_before_them(
    tmp_path: Path, mapping: ImportMapping
) -> None:
    file = a_log(tmp_path, '1,2026-11-20 09:30,"a text', "of three", "lines,Ann", a_line(2))
    refused, taken = rows_of(file, mapping)
    assert refused.problem is not None
    assert refused.problem.facts == {"first": "2", "last": "4", "next": "5"}
    assert taken.line == 5


@pytest.mark.parametrize("text", ['"He said "no" to me"', '"He said "no, never" to me"', '"a"b'])
def test_words_with_a_quote_inside_quotes_are_not_altered_but_told(
    tmp_path: Path, mapping: ImportMapping, text: str
) -> None:
    file = a_log(tmp_path, a_line(1, text), a_line(2))
    assert read(file, mapping) == [(2, Problem.QUOTE_INSIDE), (3, "fine")]


def test_a_quote_inside_words_that_have_none_around_them_is_theirs(
    tmp_path: Path, mapping: ImportMapping
) -> None:
    file = a_log(tmp_path, a_line(1, 'a 19" screen'), a_line(2))
    assert read(file, mapping) == [(2, 'a 19" screen'), (3, "fine")]


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_a_text_of_several_lines_is_one_text(
    tmp_path: Path, mapping: ImportMapping, ends: str
) -> None:
    text = f'"Dear bank,{ends}one, two, three commas{ends}""yours"""'
    file = a_log(tmp_path, a_line(1, text), a_line(2), ends=ends)
    assert read(file, mapping) == [
        (2, f'Dear bank,{ends}one, two, three commas{ends}"yours"'),
        (5, "fine"),
    ]


TEXTS = st.text(
    st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=60
).filter(lambda text: bool(text.strip()))


@given(texts=st.lists(TEXTS, min_size=1, max_size=5))
def test_whatever_is_written_by_the_rules_comes_back_word_by_word(
    tmp_path_factory: pytest.TempPathFactory, mapping: ImportMapping, texts: list[str]
) -> None:
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow(["No", "Received", "Text", "Name"])
    writer.writerows([[n, "2026-11-20 09:30", text, ""] for n, text in enumerate(texts)])
    file = tmp_path_factory.mktemp("log") / "log.csv"
    file.write_text(written.getvalue(), encoding="utf-8", newline="")
    assert [text for _, text in read(file, mapping)] == texts


@given(texts=st.lists(TEXTS, min_size=2, max_size=5), lost=st.integers(0, 200))
def test_a_quote_that_is_lost_anywhere_puts_nobodys_words_into_anothers(
    tmp_path_factory: pytest.TempPathFactory, mapping: ImportMapping, texts: list[str], lost: int
) -> None:
    quoted = [text.replace("\r", " ").replace("\n", " ").replace('"', "'") for text in texts]
    lines = [f'{n},2026-11-20 09:30,"{text}",Ann' for n, text in enumerate(quoted)]
    whole = "No,Received,Text,Name\n" + "\n".join(lines) + "\n"
    quotes = [at for at, character in enumerate(whole) if character == '"']
    at = quotes[lost % len(quotes)]
    file = tmp_path_factory.mktemp("log") / "log.csv"
    file.write_text(whole[:at] + whole[at + 1 :], encoding="utf-8", newline="")
    rows = list(rows_of(file, mapping))
    for row in rows:
        if row.cells is not None:
            written = quoted[int(row.cells["No"])]
            assert row.cells["Text"].replace('"', "") == written
    assert sum(row.cells is not None for row in rows) >= len(texts) - 2


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "gb18030"])
def test_separator_and_encoding_are_found(
    tmp_path: Path, mapping: ImportMapping, separator: str, encoding: str
) -> None:
    lines = [a_line(1, "柜员态度生硬，𠮷字也要保留。").replace(",", separator)]
    text = "\n".join(["No,Received,Text,Name".replace(",", separator), *lines]) + "\n"
    file = tmp_path / "log.csv"
    file.write_bytes(text.encode(encoding))
    assert read(file, mapping) == [(2, "柜员态度生硬，𠮷字也要保留。")]


def test_a_mark_at_the_beginning_is_believed_whatever_the_mapping_says(
    tmp_path: Path, mapping: ImportMapping
) -> None:
    file = a_log(tmp_path, a_line(1, "柜台"), encoding="utf-16")
    said = mapping.asked(encoding="utf-8-sig", separator=None, sheet=None)
    assert read(file, said) == [(2, "柜台")]


def test_what_was_asked_for_wrongly_says_how_the_file_would_be_read(
    tmp_path: Path, mapping: ImportMapping
) -> None:
    file = a_log(tmp_path, a_line(1))
    with pytest.raises(NotFit) as refused:
        read(file, mapping.asked(encoding=None, separator="semicolon", sheet=None))
    assert "the headings found are 'No,Received,Text,Name'" in str(refused.value)
    assert "read as utf-8-sig with comma it has them all" in str(refused.value)


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16"])
def test_a_byte_that_is_no_text_spoils_its_own_row_only(
    tmp_path: Path, mapping: ImportMapping, encoding: str
) -> None:
    file = a_log(tmp_path, a_line(1), a_line(2, "Q"), a_line(3), encoding=encoding)
    letter, bad = ("Q\0", "\0\xdc") if encoding == "utf-16" else ("Q", "\xff")
    content = file.read_bytes()
    file.write_bytes(content.replace(letter.encode("latin-1"), bad.encode("latin-1")))
    said = mapping.asked(encoding=encoding, separator=None, sheet=None)
    rows = [text for _, text in read(file, said)]
    assert rows[::2] == ["fine", "fine"]
    assert "\udcff" in str(rows[1])


def test_rows_of_separators_alone_are_passed_over(tmp_path: Path, mapping: ImportMapping) -> None:
    assert read(a_log(tmp_path, a_line(1), ",,,", ", ,,", a_line(2)), mapping) == [
        (2, "fine"),
        (5, "fine"),
    ]


@pytest.mark.parametrize(
    ("heading", "found"),
    [
        ("No,Received,Text,Name,Text", "Text: the file has this column twice"),
        ("No,No,Received,Text,Name", "No: the file has this column twice"),
        ("No,Received,Name", "Text: the file has no such column"),
    ],
)
def test_a_column_that_is_meant_is_there_once(
    tmp_path: Path, mapping: ImportMapping, heading: str, found: str
) -> None:
    file = tmp_path / "log.csv"
    file.write_text(f"{heading}\n1,2,3,4,5\n")
    with pytest.raises(NotFit) as refused:
        read(file, mapping)
    assert found in str(refused.value)
    assert "the headings found are 'No'" in str(refused.value)


def test_a_column_nobody_means_may_be_there_twice(tmp_path: Path, mapping: ImportMapping) -> None:
    file = tmp_path / "log.csv"
    file.write_text("No,Received,Text,Name,Old,Old\n1,2026-11-20 09:30,fine,Ann,a,b\n")
    (row,) = rows_of(file, mapping)
    assert row.cells is not None
    assert (row.cells["Old"], row.cells["Old [6]"]) == ("a", "b")
