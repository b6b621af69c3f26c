"""A file is asked about its addresses as the form is."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from cli.import_file import import_file

pytestmark = pytest.mark.usefixtures("bank", "terminal")

MAPPING = """
source: board
about: a board with addresses
format: jsonl
encoding: utf-8
time_zone: Asia/Shanghai
number: number
fields:
  received_at: {column: time, formats: ["%Y-%m-%d %H:%M:%S"]}
  channel: {value: internet}
  language: {value: zh}
  narrative: {column: text}
  email: {column: mail}
"""


def test_a_row_whose_address_no_mail_can_be_written_to_is_refused_by_its_line(
    tmp_path: Path,
) -> None:
    (tmp_path / "board.yaml").write_text(MAPPING, encoding="utf-8")
    rows = [
        {"number": str(number), "time": "2026-11-02 09:00:00", "text": "没人接电话。", "mail": mail}
        for number, mail in enumerate(["ann@example.com", "ann@example.invalid.", "a@b.cn;c@d.cn"])
    ]
    lines = [json.dumps(row, ensure_ascii=False) for row in rows]
    file = tmp_path / "board.jsonl"
    file.write_text("\n".join(lines), encoding="utf-8")
    said = CliRunner().invoke(
        import_file, [str(file), "--mapping", str(tmp_path / "board.yaml"), "--dry-run"]
    )
    assert "1 rows would be received" in said.stdout, said.output
    for line in (2, 3):
        assert f"line {line}: email is no address that mail can be sent to" in said.stdout
