"""A run over a file: what would come of it, or what comes of it. Each row is a case with its own
workflow, received as any other complaint is.
"""

import hashlib
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

from desk.imports.destination import Destination
from desk.imports.mapping import MADE_UP, ImportMapping
from desk.imports.problems import ImportFault, Problem
from desk.imports.report import RefusedRow, Report
from desk.imports.rows import Row, mapping_for, rows_of
from domain.complaint import Complaint
from domain.errors import NotFit
from domain.instants import ReceiptDates
from rulebook.instants import read_instant_limits
from store.cases.earlier import earlier_letters_of_each, references_among
from store.cases.imports import (
    ImportRun,
    begin_import,
    clocks_found,
    end_import,
    not_started,
    take_rows,
    was_used,
)
from store.cases.receipts import Receipt, check_each
from store.database import Sessions
from store.scope import reader_of
from store.sources import DAY, RESOLUTION, RUN

ROWS_AT_ONCE = 200
"""Rows in a transaction: more gains nothing (measured), and loses more when it is interrupted."""

PREVIEWED = 5
"""Rows shown before the first import by a mapping (default)."""

PATIENCE_SECONDS = 60.0
"""How long no workflow may start before the command stops watching (default)."""

LOOK_EVERY_SECONDS = 0.25
"""How often to count the workflows that have started (default)."""

Shown = Callable[[int, int], None]
"""Hears how much is done, and of how much."""


class StopAsked(Exception):
    """Whoever watches an import wants it to end here: what is done stays."""


class Import:
    """One file under one mapping, for one place in the bank."""

    def __init__(
        self,
        sessions: Sessions,
        file: Path,
        mapping: ImportMapping,
        destination: Destination,
        *,
        is_confirmed: bool = False,
    ) -> None:
        self._sessions = sessions
        self._file = file
        self._mapping = mapping_for(file, mapping)
        self._destination = destination
        self._dates = ReceiptDates(
            limits=read_instant_limits(),
            is_confirmed=is_confirmed,
            archive_from=mapping.archive_begins(destination.bank_zone),
        )
        self.run: ImportRun | None = None
        self.report = Report(mapping=mapping, is_dry_run=True)

    def is_first(self) -> bool:
        """Whether nothing has come in by this mapping yet."""
        with self._sessions() as session:
            return not was_used(session, self._mapping.source)

    def preview(self) -> list[Complaint | RefusedRow]:
        """The first rows as they would come in, or what stands against them."""
        self.report = Report(mapping=self._mapping, is_dry_run=True)
        rows = list(islice(rows_of(self._file, self._mapping), PREVIEWED))
        told: dict[int, Complaint | RefusedRow] = dict(self._checked(rows, {}, datetime.now(UTC)))
        told |= {each.line: each for each in self.report.refused}
        return [told[row.line] for row in rows if row.line in told]

    def rehearse(self, shown: Shown) -> Report:
        """What an import would do."""
        self.report = Report(mapping=self._mapping, is_dry_run=True)
        now, seen = datetime.now(UTC), dict[str, bytes]()
        for rows in self._batches(shown):
            before = len(self.report.refused)
            for _ in self._checked(rows, seen, now):
                pass
            self.report.in_order(before)
        return self.report

    def carry_out(self, shown: Shown) -> Report:
        """Import the file. The same file again goes on where this was interrupted; `shown` stops
        it by raising `StopAsked`."""
        self.report = report = Report(mapping=self._mapping, is_dry_run=False)
        began, digest = time.monotonic(), _digest_of(self._file)
        with self._sessions.begin() as session:
            self.run = run = begin_import(session, file_digest=digest, mapping=self._mapping.source)
        try:
            for rows in self._batches(shown):
                before = len(report.refused)
                read = [
                    (row, _marked(complaint, run, digest, row.line))
                    for row, complaint in self._read(rows, run.started_at)
                ]
                self._take(run, read)
                report.in_order(before)
                report.last_line = rows[-1].line
        except StopAsked:
            report.is_stopped = True
        report.seconds = time.monotonic() - began
        with self._sessions.begin() as session:
            end_import(session, run, refused=len(report.refused))
            found = clocks_found(session, run)
        report.past, report.running = found.past, found.running
        return report

    def watch(self, shown: Shown) -> None:
        """Until every workflow has started, or none starts any more."""
        assert self.run is not None, "there is nothing to watch before the import"
        waiting = left = moved = self._left(self.run)
        moved_at = time.monotonic()
        while left and time.monotonic() - moved_at < PATIENCE_SECONDS:
            time.sleep(LOOK_EVERY_SECONDS)
            left = self._left(self.run)
            if left < moved:
                moved, moved_at = left, time.monotonic()
            shown(waiting - left, waiting)
        self.report.started = self.report.received - left

    def _checked(
        self, rows: Sequence[Row], seen: dict[str, bytes], now: datetime
    ) -> Iterator[tuple[int, Complaint]]:
        """Count what would come of some rows; yields the complaints that would be received. `seen`
        has the contents of those before them in the file, by their keys.
        """
        read = list(self._read(rows, now))
        with self._sessions() as session:
            answers = check_each(session, [complaint for _, complaint in read], self._dates)
        fresh = [
            (row.line, complaint)
            for (row, complaint), answer in zip(read, answers, strict=True)
            if answer is None
        ]
        self._tell_again(fresh, {})
        for (row, complaint), answer in zip(read, answers, strict=True):
            key, contents = complaint.intake_key, bytes.fromhex(complaint.fingerprint())
            if seen.get(key, contents) != contents:
                self.report.refuse(row.line, ImportFault.of(Problem.EARLIER_IN_FILE))
            elif key in seen or isinstance(answer, Receipt):
                self.report.known += 1
            elif answer is not None:
                self.report.refuse(row.line, answer)
            else:
                self.report.received += 1
                seen[key] = contents
                yield row.line, complaint

    def _take(self, run: ImportRun, read: Sequence[tuple[Row, Complaint]]) -> None:
        complaints = [complaint for _, complaint in read]
        taken = take_rows(self._sessions, run, complaints, self._destination.by, self._dates)
        fresh: list[tuple[int, Complaint]] = []
        numbers: dict[str, str] = {}
        for (row, complaint), answer in zip(read, taken, strict=True):
            if answer is None:
                self.report.refuse(row.line, ImportFault.of(Problem.DATABASE_REFUSES))
            elif not isinstance(answer, Receipt):
                self.report.refuse(row.line, answer)
            elif answer.is_new:
                self.report.received += 1
                self.report.made_up += MADE_UP in complaint.source
                self.report.days_only += complaint.source.get(RESOLUTION) == DAY
                fresh.append((row.line, complaint))
                numbers[complaint.intake_key] = answer.reference
            else:
                self.report.known += 1
        self._tell_again(fresh, numbers)

    def _tell_again(
        self, rows: Sequence[tuple[int, Complaint]], numbers: Mapping[str, str]
    ) -> None:
        """Tell of rows that may be a letter which is a case already, or a row before them."""
        with self._sessions() as session:
            reader = reader_of(session, self._destination.by)
            drafts = {complaint.intake_key: complaint for _, complaint in rows}
            found = earlier_letters_of_each(session, reader, drafts, numbers)
        for line, complaint in rows:
            if letters := found[complaint.intake_key]:
                self.report.came_again(line, references_among(letters))

    def _read(self, rows: Sequence[Row], now: datetime) -> Iterator[tuple[Row, Complaint]]:
        """The complaints of those rows that can be read; the report keeps the others."""
        for row in rows:
            if row.cells is None:
                assert row.problem is not None, "a row without cells says why"
                self.report.refuse(row.line, row.problem)
                continue
            try:
                complaint = self._mapping.complaint(
                    row.cells,
                    unit=self._destination.unit,
                    imported_at=now,
                    bank_zone=self._destination.bank_zone,
                )
            except NotFit as unfit:
                self.report.refuse(row.line, unfit)
                continue
            yield row, self.report.mask(row.line, complaint)

    def _batches(self, shown: Shown) -> Iterator[list[Row]]:
        """The rows of the file, some at a time."""
        rows, size = rows_of(self._file, self._mapping), self._file.stat().st_size
        while some := list(islice(rows, ROWS_AT_ONCE)):
            yield some
            shown(some[-1].bytes_read, size)

    def _left(self, run: ImportRun) -> int:
        with self._sessions() as session:
            return not_started(session, run)


def _marked(complaint: Complaint, run: ImportRun, digest: str, line: int) -> Complaint:
    """The complaint with the row it came from."""
    row = {RUN: str(run.id), "file": digest, "line": str(line)}
    return replace(complaint, source={**complaint.source, **row})


def _digest_of(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
