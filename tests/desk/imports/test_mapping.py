"""Mappings: the rows of somebody else's file as complaints, and files that will not do."""

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from desk.imports.mapping import FieldSource
from desk.imports.mapping_files import read_mapping
from desk.imports.problems import ImportFault, Problem
from desk.imports.rows import rows_of
from domain.classification import Business, Channel
from domain.complaint import BadInput, Complaint, Flaw, Language
from domain.errors import NotFit
from tests.desk.imports.files import a_cfpb_file, a_cfpb_row, a_message, a_message_file

BEIJING = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 9, 2, 0, tzinfo=UTC)


def complaints_of(file: Path, mapping: str) -> list[Complaint]:
    """The complaints of every row that has cells."""
    read = read_mapping(mapping)
    return [
        read.complaint(row.cells, unit="head-office", imported_at=NOW, bank_zone=BEIJING)
        for row in rows_of(file, read)
        if row.cells is not None
    ]


def problems_of(file: Path, mapping: str) -> list[tuple[int, str]]:
    return [
        (row.line, str(row.problem.says))
        for row in rows_of(file, read_mapping(mapping))
        if row.problem
    ]


def test_a_day_without_an_hour_is_that_day_where_the_bank_is(tmp_path: Path) -> None:
    (complaint,) = complaints_of(a_cfpb_file(tmp_path / "a.csv", a_cfpb_row(1)), "cfpb")
    assert complaint.received_at == datetime(2019, 3, 4, tzinfo=BEIJING)
    assert complaint.source["resolution"] == "day"


def test_a_time_on_the_boards_clock_is_an_instant(tmp_path: Path) -> None:
    (complaint,) = complaints_of(a_message_file(tmp_path / "a.jsonl", a_message(1)), "messages")
    assert complaint.received_at == datetime(2020, 1, 3, 19, 1, 43, tzinfo=UTC)
    assert (complaint.channel, complaint.language) == (Channel.INTERNET, Language.ZH)
    assert complaint.narrative == "老人上台阶很吃力，请加装扶手。"


def test_a_row_without_narrative_speaks_through_its_other_columns_and_says_so(
    tmp_path: Path,
) -> None:
    row = a_cfpb_row(1, **{"Consumer complaint narrative": ""})
    (complaint,) = complaints_of(a_cfpb_file(tmp_path / "a.csv", row), "cfpb")
    assert complaint.narrative == "Product: Savings account\nIssue: Closing an account"
    assert "narrative_made_of" in complaint.source


def test_a_cell_like_a_formula_stays_what_it_is(tmp_path: Path) -> None:
    formula = '=HYPERLINK("http://example.invalid","- pay here")'
    row = a_cfpb_row(1, **{"Consumer complaint narrative": formula})
    (complaint,) = complaints_of(a_cfpb_file(tmp_path / "a.csv", row), "cfpb")
    assert complaint.narrative == formula


def test_the_business_of_a_row_is_said_in_our_words(tmp_path: Path) -> None:
    rows = [
        a_cfpb_row(number, **{"Product": product})
        for number, product in enumerate(("Mortgage", "Credit card", "Virtual goats"), start=1)
    ]
    read = complaints_of(a_cfpb_file(tmp_path / "a.csv", *rows), "cfpb")
    assert [each.business for each in read] == [Business.LOANS, Business.CARDS, Business.OTHER]


def test_a_word_is_known_in_any_case_and_in_its_own_before_all(tmp_path: Path) -> None:
    rows = [a_cfpb_row(1, **{"Submitted via": said}) for said in ("Phone", "phone", "PHONE")]
    found = complaints_of(a_cfpb_file(tmp_path / "a.csv", *rows), "cfpb")
    assert [each.channel for each in found] == [Channel.PHONE] * 3
    by_case = FieldSource(column="c", choices={"F": "letter", "f": "phone"})
    assert [by_case.word({"c": said}) for said in ("F", "f")] == ["letter", "phone"]


def test_what_another_authority_handed_over_names_a_sender(tmp_path: Path) -> None:
    row = a_cfpb_row(1, **{"Submitted via": "Referral"})
    (complaint,) = complaints_of(a_cfpb_file(tmp_path / "a.csv", row), "cfpb")
    assert complaint.channel is Channel.TRANSFERRED
    assert complaint.sender


@pytest.mark.parametrize(
    ("column", "text", "code"),
    [
        ("Date received", "31/02/2019", Problem.NOT_A_DATE),
        ("Submitted via", "Pigeon", Problem.UNKNOWN_WORD),
    ],
)
def test_a_word_or_date_nobody_knows_refuses_its_row(
    tmp_path: Path, column: str, text: str, code: Problem
) -> None:
    with pytest.raises(NotFit) as refused:
        complaints_of(a_cfpb_file(tmp_path / "a.csv", a_cfpb_row(1, **{column: text})), "cfpb")
    (fault,) = refused.value.faults
    assert isinstance(fault, ImportFault)
    assert (fault.code, fault.facts["word"]) == (code, repr(text))


def test_an_empty_cell_is_told_as_empty_and_as_no_word_of_its_own(tmp_path: Path) -> None:
    with pytest.raises(NotFit) as refused:
        complaints_of(
            a_cfpb_file(tmp_path / "a.csv", a_cfpb_row(1, **{"Date received": ""})), "cfpb"
        )
    assert refused.value.faults == (Flaw.of("received_at", BadInput.EMPTY),)


def test_a_row_is_known_by_its_number_or_else_by_its_content(tmp_path: Path) -> None:
    mapping = read_mapping("messages")
    rows = [a_message(7), a_message(7, 留言主题="另一个主题"), a_message(8, 留言编号="")]
    file = a_message_file(tmp_path / "a.jsonl", *rows)
    numbered, again, bare = (mapping.intake_key(row.cells or {}) for row in rows_of(file, mapping))
    assert numbered == again == "messages/7"
    assert bare.startswith("messages/sha256:")


def test_rows_that_cannot_be_read_are_told_by_line_and_the_others_are_read(tmp_path: Path) -> None:
    file = a_message_file(
        tmp_path / "a.jsonl", a_message(1), "{broken", "", "[1]", a_message(2, 留言详情=[1])
    )
    told = problems_of(file, "messages")
    assert [line for line, _ in told] == [2, 4, 5]
    assert len(list(rows_of(file, read_mapping("messages")))) == 4


def test_a_row_is_named_by_the_line_it_begins_on(tmp_path: Path) -> None:
    long = a_cfpb_row(1, **{"Consumer complaint narrative": "one\ntwo\nthree"})
    file = a_cfpb_file(tmp_path / "a.csv", long)
    with file.open("a") as text:
        text.write("only,three,cells\n")
    assert problems_of(file, "cfpb") == [(5, "has 3 cells, and the heading names 13")]


def test_a_byte_of_another_encoding_is_no_text_and_spoils_its_own_row_only(tmp_path: Path) -> None:
    file = a_message_file(tmp_path / "a.jsonl", a_message(1))
    file.write_bytes(file.read_bytes() + b"\n" + '{"留言编号": 2}'.encode("gb18030"))
    assert [row.cells is None for row in rows_of(file, read_mapping("messages"))] == [False, False]


def test_a_file_without_a_column_is_refused_whole(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text("Complaint ID,Issue\n1,none\n")
    with pytest.raises(NotFit) as refused:
        complaints_of(file, "cfpb")
    assert "Date received" in [fault.where for fault in refused.value.faults]
    assert "the headings found are 'Complaint ID', 'Issue'" in str(refused.value)


def test_a_mapping_is_refused_with_everything_wrong_in_it(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text("source: mine\nformat: pdf\nencoding: utf-8\ntime_zone: UTC\ncolour: red\n")
    with pytest.raises(NotFit) as refused:
        read_mapping(str(file))
    assert {fault.where for fault in refused.value.faults} == {
        "about",
        "colour",
        "fields",
        "format",
    }
