"""Real complaints of two authorities beside those of the generated year: received in its first ten
months, and written down when they were imported."""

import csv
import json
import re
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import text

from bench.year.bank import YEAR
from desk.imports.destination import destination_of
from desk.imports.mapping_files import read_mapping
from desk.imports.run import Import
from store.database import Sessions

REAL = {"cfpb": 3_399, "messages": 541}
"""Complaints in the file of each mapping."""

IMPORTED_AT = datetime(YEAR, 11, 15, 2, tzinfo=UTC)
"""When the bank has brought them in."""

_DATE = re.compile(r"^20\d\d([/-])(\d+)\1(\d+)")


def import_real_cases(sessions: Sessions, data: Path, folder: Path) -> None:
    """Bring both files in, as whoever keeps the records does; `sessions` are the owner's."""
    for mapping, moved in (("cfpb", _moved_table), ("messages", _moved_lines)):
        with sessions() as session:
            destination = destination_of(session, None, None)
        file = moved(data, folder)
        run = Import(sessions, file, read_mapping(mapping), destination, is_confirmed=True)
        report = run.carry_out(lambda done, total: None)
        assert (report.received, report.refused) == (REAL[mapping], []), [*report.lines()]
    with sessions.begin() as session:
        # When something was written down is the database's own clock, which is at today.
        session.execute(text("alter table journal disable trigger user"))
        for table in ("journal", "complaints"):
            session.execute(
                text(
                    f"update {table} set recorded_at = :at where reference in"
                    " (select reference from journal where event = 'imported')"
                ),
                {"at": IMPORTED_AT},
            )
        session.execute(text("alter table journal enable trigger user"))
        session.execute(text("delete from outbox"))


def _moved_table(data: Path, folder: Path) -> Path:
    """The file of the one authority with its dates in the year."""
    moved = folder / "cfpb.csv"
    with (
        (data / "cfpb_complaints_dev.csv").open(encoding="utf-8-sig", newline="") as source,
        moved.open("w", encoding="utf-8", newline="") as target,
    ):
        rows = csv.DictReader(source)
        assert rows.fieldnames is not None
        writer = csv.DictWriter(target, rows.fieldnames)
        writer.writeheader()
        for row in rows:
            writer.writerow({**row, "Date received": _in_the_year(row["Date received"])})
    return moved


def _moved_lines(data: Path, folder: Path) -> Path:
    """The file of the other one."""
    moved = folder / "messages.jsonl"
    with (
        (data / "zh_messages_dev.jsonl").open(encoding="utf-8-sig") as source,
        moved.open("w", encoding="utf-8") as target,
    ):
        for line in source:
            row = json.loads(line)
            row["留言时间"] = _in_the_year(row["留言时间"])
            target.write(json.dumps(row, ensure_ascii=False) + "\n")
    return moved


def _in_the_year(written: str) -> str:
    """That date in the year; those of November and December are of January and February."""

    found = _DATE.match(written)
    assert found is not None, written
    mark, month, day = found[1], int(found[2]), int(found[3])
    moved = mark.join([str(YEAR), f"{(month - 1) % 10 + 1:02}", f"{min(day, 28):02}"])
    return moved + written[found.end() :]
