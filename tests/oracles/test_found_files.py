"""Files that people handed in and that went wrong once: each does what is right now, in the dry run
as in the real one."""

import os
import re
from datetime import datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import func, select

from cli.import_file import import_file
from store.database import Sessions
from store.tables import CaseRow, ComplaintRow

pytestmark = pytest.mark.usefixtures("bank", "terminal")

FOUND = Path(os.environ["DATA"]) / "found-2"
BRANCH = "mapping_branchlog.yaml"
ZONES = "mapping_zones.yaml"


def imported(file: str, mapping: str, *options: str) -> Result:
    """What the command says of a file; a mapping of the folder, or one of ours."""
    named = str(FOUND / mapping) if mapping.endswith(".yaml") else mapping
    command = [str(FOUND / file), "--mapping", named, "--no-wait", *options]
    said = CliRunner().invoke(import_file, command)
    assert said.exception is None or isinstance(said.exception, SystemExit), said.exc_info
    return said


def refused_lines(said: Result) -> list[int]:
    return [int(line) for line in re.findall(r"^refused, line (\d+):", said.stdout, re.MULTILINE)]


def received(said: Result) -> int:
    found = re.search(r"^(\d+) rows (?:would be )?received", said.stdout, re.MULTILINE)
    assert found is not None, said.output
    return int(found[1])


ROW_BY_ROW = {
    "import_120_rows_same_day_cfpb.csv": ("cfpb", 120, []),
    "import_bad_byte_in_kept_column.csv": (BRANCH, 1, [3, 4, 5]),
    "import_bad_byte_in_number.csv": (BRANCH, 2, [3]),
    "import_bom_crlf_quoted_newline.csv": (BRANCH, 1, []),
    "import_cfpb_variants.csv": ("cfpb", 2, [2, 3, 6, 7]),
    "import_cr_only.csv": (ZONES, 2, []),
    "import_duplicate_name.jsonl": ("mapping_zones_jsonl.yaml", 0, [1]),
    "import_excel_serial_date_and_rounded_number.csv": (BRANCH, 1, [2, 4]),
    "import_gb18030.csv": ("mapping_gb18030.yaml", 2, []),
    "import_nul_in_number.csv": (BRANCH, 2, [3]),
    "import_ragged.csv": (ZONES, 0, [2, 3]),
    "import_semicolon_bom_crlf.csv": (BRANCH, 1, []),
    "import_trailing_comma.jsonl": ("mapping_branchlog_jsonl.yaml", 1, [1]),
    "import_unclosed_quote.csv": (ZONES, 2, [2]),
    "import_unescaped_inner_quotes.csv": (ZONES, 1, [2, 3]),
    "import_zone_names.csv": (ZONES, 7, [7, 10]),
}
"""Which rows come in and which lines are refused; nothing else is in the file."""

REFUSED_WHOLE = {
    "import_duplicate_heading.csv": (BRANCH, "Text: the file has this column twice"),
    "import_kept_column_missing.csv": (BRANCH, "Region: the file has no such column"),
    "import_workbook.xlsx": (BRANCH, "this is no workbook that can be read"),
}


def test_every_file_of_the_folder_is_tried() -> None:
    assert {each.name for each in FOUND.glob("import_*")} == ROW_BY_ROW.keys() | REFUSED_WHOLE


@pytest.mark.parametrize("file", ROW_BY_ROW)
def test_rows_come_in_or_are_told_by_line_in_both_runs(file: str) -> None:
    mapping, rows, lines = ROW_BY_ROW[file]
    for said in (imported(file, mapping, "--dry-run"), imported(file, mapping)):
        assert (received(said), refused_lines(said)) == (rows, lines), said.output
        assert said.stdout.rstrip().splitlines()[-1].startswith(f"{len(lines)} rows w")
        assert said.exit_code == (1 if lines else 0)


@pytest.mark.parametrize("file", REFUSED_WHOLE)
def test_a_file_that_cannot_be_read_rightly_is_refused_whole(sessions: Sessions, file: str) -> None:
    mapping, sentence = REFUSED_WHOLE[file]
    before = cases(sessions)
    for said in (imported(file, mapping, "--dry-run"), imported(file, mapping)):
        assert sentence in said.output
        assert said.exit_code == 1
    assert cases(sessions) == before


def test_a_word_of_yaml_in_a_mapping_says_which_quotes_are_missing() -> None:
    said = imported("import_cr_only.csv", "mapping_unquoted_no.yaml")
    assert "number: No without quotes" in said.output
    assert 'write "No" (line 6)' in said.output


def test_words_are_those_of_their_own_customer(sessions: Sessions) -> None:
    assert narrative(sessions, "nylog/AB2") == "fine"
    assert narrative(sessions, "branchlog/A1") == 'line one\r\nline "two"'
    assert narrative(sessions, "branchlog/B1") == "Text, with comma"
    assert narrative(sessions, "zhlog/D1") == "柜员态度生硬，𠮷字也要保留。"


@pytest.mark.parametrize(
    ("number", "instant"),
    [
        ("T2", "2026-03-08T03:30:00-04:00"),
        ("T4", "2026-11-20T09:30:00+00:00"),
        ("T5", "2026-11-20T09:30:00+00:00"),
        ("T7", "2026-11-20T09:30:00+00:00"),
        ("T8", "2026-11-20T09:30:00+08:00"),
    ],
)
def test_a_zone_in_the_cell_is_obeyed(sessions: Sessions, number: str, instant: str) -> None:
    with sessions() as session:
        wanted = select(ComplaintRow.received_at).where(
            ComplaintRow.intake_key == f"nylog/{number}"
        )
        assert session.scalars(wanted).one() == datetime.fromisoformat(instant)


def cases(sessions: Sessions) -> int:
    with sessions() as session:
        return session.scalar(select(func.count()).select_from(CaseRow)) or 0


def narrative(sessions: Sessions, key: str) -> str:
    with sessions() as session:
        wanted = select(ComplaintRow.narrative).where(ComplaintRow.intake_key == key)
        return session.scalars(wanted).one()
