"""How fast files come in, and how much memory that takes: `python -m bench.imports [ROWS [KIND]]`.

The command itself is run in a process of its own, first dry and then for real, over the same rows
as CSV, as JSON and as a workbook. No worker runs beside.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from csv import DictWriter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import xlsxwriter

from cli.up.first_secrets import ensure_secrets
from embedded.postgres import EmbeddedPostgres
from embedded.process_exit import leave_after
from store.database import close_database, migrate_as_owner, open_database
from store.policies.packs import publish_all
from tests.builders import a_bank
from tests.settings import PERSONAL_KEYS

COLUMNS = ("No", "Received", "Subject", "Text", "Name")
WORDS = "柜台排队一小时，无人叫号，第二天又来一次。" * 10
"""Some two hundred characters a complaint."""

MAPPING = """
source: {kind}
about: For measuring only.
format: {kind}
time_zone: Asia/Shanghai
number: "No"
fields:
  received_at: {{column: Received, formats: ["%Y-%m-%d %H:%M:%S"]}}
  channel: {{value: phone}}
  language: {{value: zh}}
  subject: {{column: Subject}}
  narrative: {{column: Text}}
  name: {{column: Name}}
"""


def main() -> None:
    """Import the rows in every form, print the figures."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    folder = Path(tempfile.mkdtemp(prefix="redress-bench-"))
    folder.chmod(0o755)
    try:
        with EmbeddedPostgres(folder / "postgres") as server:
            migrate_as_owner(server.owner_url, server.url)
            sessions = open_database(server.url, personal_keys=PERSONAL_KEYS)
            with sessions.begin() as session:
                publish_all(session)
                a_bank(session)
            close_database(sessions)
            for kind in sys.argv[2:] or WRITERS:
                write = WRITERS[kind]
                file = folder / f"rows.{kind}"
                write(file, rows)
                (folder / f"{kind}.yaml").write_text(MAPPING.format(kind=kind), encoding="utf-8")
                for run in ("--dry-run", "--no-wait"):
                    _measure(server.url, file, folder / f"{kind}.yaml", run)
                file.unlink()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _measure(url: str, file: Path, mapping: Path, run: str) -> None:
    command = [sys.executable, "-m", "cli.main", "import", str(file)]
    command += ["--mapping", str(mapping), "--yes", run]
    environment = {**os.environ, "DATABASE_URL": url, "REDRESS_VAR_DIR": str(file.parent)}
    environment |= {"TEMPORAL_ADDRESS": "127.0.0.1:1", **ensure_secrets(file.parent)}
    began = time.monotonic()
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stdout is not None
        said = process.stdout.read()
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.monotonic() - began
    assert process.returncode == 0, said
    size = file.stat().st_size / 2**20
    print(
        f"{file.suffix[1:]} {run}: {said.splitlines()[0]} In all {seconds:.0f} s,"
        f" {used.ru_maxrss / 1024:.0f} MiB at most, {size:.0f} MiB of file.",
        flush=True,
    )


def _rows(rows: int) -> Iterator[dict[str, str]]:
    newest = datetime.now(UTC) - timedelta(days=1)
    for number in range(rows):
        at = newest - timedelta(minutes=number)
        yield {
            "No": str(number),
            "Received": at.strftime("%Y-%m-%d %H:%M:%S"),
            "Subject": f"第 {number} 件",
            "Text": f"{number}：{WORDS}",
            "Name": f"客户 {number}",
        }


def write_csv(file: Path, rows: int) -> None:
    """The rows, as a file that MAPPING reads."""
    with file.open("w", encoding="utf-8", newline="") as text:
        writer = DictWriter(text, COLUMNS)
        writer.writeheader()
        writer.writerows(_rows(rows))


def _jsonl(file: Path, rows: int) -> None:
    with file.open("w", encoding="utf-8") as text:
        for row in _rows(rows):
            text.write(json.dumps(row, ensure_ascii=False) + "\n")


def _xlsx(file: Path, rows: int) -> None:
    book = xlsxwriter.Workbook(file)  # with its strings in one table, as spreadsheets write them
    sheet = book.add_worksheet()
    hour = book.add_format({"num_format": "yyyy/m/d h:mm:ss"})
    sheet.write_row(0, 0, COLUMNS)
    for line, row in enumerate(_rows(rows), start=1):
        for column, name in enumerate(COLUMNS):
            if name == "Received":
                at = datetime.fromisoformat(row[name])
                sheet.write_datetime(line, column, at, hour)
            else:
                sheet.write_string(line, column, row[name])
    book.close()


WRITERS = {"csv": write_csv, "jsonl": _jsonl, "xlsx": _xlsx}


if __name__ == "__main__":
    leave_after(main)
