"""Rows as JSON objects: one thing under one name, and names that some row has."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from desk.imports.mapping_files import read_mapping
from desk.imports.problems import Problem
from desk.imports.rows import rows_of
from domain.errors import NotFit
from tests.desk.imports.files import a_message, a_message_file

MESSAGES = read_mapping("messages")


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ('{"留言编号": 2, "留言编号": 3}', Problem.NAME_TWICE),
        ('{"留言详情": {"a": 1, "a": 2}}', Problem.NAME_TWICE),
        ('{"留言详情": {"a": 1}}', Problem.NESTED),
        ('{"留言编号": 2},', Problem.NOT_JSON),
        ("{" * 100_000, Problem.NOT_JSON),
        ('{"留言编号": NaN}', Problem.NOT_JSON),
        ("7", Problem.NOT_AN_OBJECT),
    ],
)
def test_an_object_that_says_no_one_thing_is_told_by_line_and_the_next_is_read(
    tmp_path: Path, written: str, code: Problem
) -> None:
    file = a_message_file(tmp_path / "a.jsonl", a_message(1), written, a_message(3))
    first, second, third = rows_of(file, MESSAGES)
    assert second.problem is not None
    assert (second.line, second.problem.code) == (2, code)
    assert first.cells is not None
    assert third.cells is not None


@pytest.mark.parametrize(
    "written",
    ["1.50", "6222020000000000000.10", "1E400", "-0.0", "9" * 10_000, "true"],
)
def test_a_number_is_kept_as_it_stands_in_the_file(tmp_path: Path, written: str) -> None:
    line = json.dumps(a_message(1) | {"留言详情": "*"}).replace('"*"', written)
    [row] = rows_of(a_message_file(tmp_path / "a.jsonl", line), MESSAGES)
    assert row.cells is not None
    assert row.cells["留言详情"] == written


def test_a_name_that_no_object_has_is_a_slip_of_the_pen(tmp_path: Path) -> None:
    rows = [{**a_message(number), "赞同": 1} for number in range(3)]
    for row in rows:
        del row["点赞数"]
    file = a_message_file(tmp_path / "a.jsonl", *rows)
    with pytest.raises(NotFit) as refused:
        list(rows_of(file, MESSAGES))
    assert "点赞数: the file has no such column" in str(refused.value)
    assert "'赞同'" in str(refused.value)


def test_a_name_may_be_left_out_where_there_is_nothing_to_say(tmp_path: Path) -> None:
    short = a_message(1)
    del short["留言用户"]
    file = a_message_file(tmp_path / "a.jsonl", short, a_message(2))
    assert all(row.cells is not None for row in rows_of(file, MESSAGES))


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "gb18030"])
def test_the_encoding_is_found_where_the_mapping_names_none(tmp_path: Path, encoding: str) -> None:
    file = a_message_file(tmp_path / "a.jsonl", a_message(1))
    file.write_bytes(file.read_text(encoding="utf-8").encode(encoding))
    (row,) = rows_of(file, replace(MESSAGES, encoding=None))
    assert row.cells is not None
    assert row.cells["留言主题"] == "网点门口台阶没有扶手"
