"""redress import: complaints out of a file, each row a case with its own workflow."""

import hashlib
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

import click
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from cli.mapping import MADE_UP, ImportMapping, mapping_names, read_mapping
from cli.progress import progress_of
from cli.rows import Row, rows_of
from cli.sentences import sentence_of
from config import load_settings
from domain.case import Actor
from domain.classification import Level, Role
from domain.complaint import Complaint
from domain.errors import Fault, NotFit, Refused
from domain.journal import REDRESS
from domain.permissions import FOR_A_SYSTEM
from embedded.problems import SetupProblem
from store.cases.imports import (
    RUN,
    ImportRun,
    begin_import,
    clocks_found,
    end_import,
    not_started,
    receive_rows,
)
from store.cases.receipts import Receipt, check_each
from store.database import DatabaseAway, Sessions, close_database, open_database
from store.people.directory import read_directory
from store.people.people import actor_of, find_person
from store.tables import UnitRow

ROWS_AT_ONCE = 200
"""Rows in a transaction: more gains nothing (measured), and loses more when it is interrupted."""

PATIENCE_SECONDS = 60.0
"""How long no workflow may start before the command stops watching (default)."""

LOOK_EVERY_SECONDS = 0.25

CAME_OTHERWISE = (
    "came in before as {reference}, with other contents. That case stays as it is; note there what"
    " has changed"
)
"""The one refusal a row can meet that is nothing wrong with the row."""


@click.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--mapping",
    "mapping_name",
    required=True,
    help=f"How to read the rows: {', '.join(mapping_names())}, or a YAML file of your own.",
)
@click.option("--unit", default=None, help="The unit that must act; else the head office.")
@click.option("--as", "login", default=None, help="Whose login follows the cases to their end.")
@click.option("--dry-run", is_flag=True, help="Say what would happen; write nothing.")
@click.option("--no-wait", is_flag=True, help="Do not wait until the workflows have started.")
def import_file(
    file: Path,
    mapping_name: str,
    unit: str | None,
    login: str | None,
    dry_run: bool,
    no_wait: bool,
) -> None:
    """Import the complaints of FILE. The same rows again add nothing; a row that came in before and
    says something else now is told of, and changes nothing.

    Receipt times are kept. A deadline that was past when the case came is shown as breached, and
    nobody is warned or escalated for it; the others run as those of any case.
    """
    settings = load_settings()
    sessions = open_database(settings.database_url, journal_key=settings.journal_key)
    try:
        mapping = read_mapping(mapping_name)
        with sessions() as session:
            place = _place(session, unit, login)
        run = _Import(sessions, file, mapping, place)
        report = run.rehearse() if dry_run else run.carry_out(wait=not no_wait)
    except NotFit as unfit:
        raise click.ClickException(_sentences(unfit)) from unfit
    finally:
        close_database(sessions)
    for line in report.lines(dry_run=dry_run):
        click.echo(line)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """Where imported complaints go, and who follows them to their end."""

    unit: str
    by: Actor


@dataclass(slots=True, kw_only=True)
class Report:
    """What came of an import, row by row where something is to be told."""

    mapping: ImportMapping
    received: int = 0
    known: int = 0
    made_up: int = 0
    """Rows without a narrative of their own."""
    refused: list[Fault] = field(default_factory=list)
    past: int = 0
    running: int = 0
    started: int | None = None
    seconds: float = 0.0

    def refuse(self, row: Row, why: NotFit | Refused | str) -> None:
        """One row that was not taken, and why."""
        says = why if isinstance(why, str) else _sentences(why)
        self.refused.append(Fault(where=f"line {row.line}", says=says))

    def lines(self, *, dry_run: bool) -> Iterator[str]:
        """The report, as it is printed."""
        for fault in self.refused:
            yield f"refused, {fault.where}: {fault.says}"
        if dry_run:
            yield f"{self.received} rows would be received, {self.known} are known already,"
            yield f"{len(self.refused)} would be refused. Nothing was written."
            return
        yield (
            f"{self.received} rows received, {self.known} were known already,"
            f" {len(self.refused)} refused, in {self.seconds:.1f} s"
            f" ({self.received / max(self.seconds, 0.001):.0f} cases a second)."
        )
        if self.received:
            yield f"Receipt times are the file's, read in {self.mapping.time_zone}."
            yield (
                f"{self.past} clocks had run out before the import: they are shown as breached, and"
                f" nobody is warned or escalated for them. {self.running} clocks are running."
            )
        if self.mapping.fields.received_at.resolution == "day" and self.received:
            yield "The file knows the day only, so each clock starts at the beginning of it."
        if self.made_up:
            yield (
                f"{self.made_up} rows had no narrative; theirs is made of"
                f" {', '.join(self.mapping.fields.narrative.made_of)}."
            )
        if self.started is not None and self.received:
            yield f"{self.started} workflows have started."
            if self.started < self.received:
                yield (
                    f"{self.received - self.started} cases are stored and their workflows start as"
                    " soon as the worker runs."
                )


class _Import:
    """One run over a file."""

    def __init__(
        self, sessions: Sessions, file: Path, mapping: ImportMapping, place: _Place
    ) -> None:
        self._sessions = sessions
        self._file = file
        self._mapping = mapping
        self._place = place
        self._report = Report(mapping=mapping)

    def rehearse(self) -> Report:
        """What an import would do."""
        now = datetime.now(UTC)
        seen: dict[str, str] = {}
        for rows in self._batches("checking"):
            read = list(self._read(rows, imported_at=now))
            complaints = [complaint for _, complaint in read]
            with self._sessions() as session:
                answers = check_each(session, complaints)
            for (row, complaint), answer in zip(read, answers, strict=True):
                contents = complaint.fingerprint()
                if seen.get(complaint.intake_key, contents) != contents:
                    self._report.refuse(row, "came earlier in this file, with other contents")
                elif complaint.intake_key in seen or isinstance(answer, Receipt):
                    self._report.known += 1
                elif answer is not None:
                    self._report.refuse(row, answer)
                else:
                    self._report.received += 1
                    seen[complaint.intake_key] = contents
        return self._report

    def carry_out(self, *, wait: bool) -> Report:
        """Import, then watch the workflows start."""
        report = self._report
        began = time.monotonic()
        digest = _digest_of(self._file)
        with self._sessions.begin() as session:
            run = begin_import(session, file_digest=digest, mapping=self._mapping.source)
        for rows in self._batches("receiving"):
            read = [
                (row, _marked(complaint, run, digest, row.line))
                for row, complaint in self._read(rows, imported_at=run.started_at)
            ]
            self._receive(run, read)
        report.seconds = time.monotonic() - began
        with self._sessions.begin() as session:
            end_import(session, run, refused=len(report.refused))
            found = clocks_found(session, run)
        report.past, report.running = found.past, found.running
        if wait:
            report.started = report.received - self._watch(run)
        return report

    def _receive(self, run: ImportRun, read: Sequence[tuple[Row, Complaint]]) -> None:
        """One transaction for all of them; one each when the database will not have some row."""
        try:
            with self._sessions.begin() as session:
                taken = receive_rows(session, run, [each for _, each in read], self._place.by)
        except DatabaseAway as error:
            raise SetupProblem(
                f"The database went away after {self._report.received} rows. They are safe: the"
                " same command goes on from there."
            ) from error
        except DBAPIError as error:
            if len(read) > 1:
                for each in read:
                    self._receive(run, [each])
            else:
                self._report.refuse(read[0][0], f"the database will not have it: {error.orig}")
            return
        for (row, complaint), answer in zip(read, taken, strict=True):
            if not isinstance(answer, Receipt):
                self._report.refuse(row, answer)
            elif answer.is_new:
                self._report.received += 1
                self._report.made_up += MADE_UP in complaint.source
            else:
                self._report.known += 1

    def _read(
        self, rows: Sequence[Row], *, imported_at: datetime
    ) -> Iterator[tuple[Row, Complaint]]:
        """The complaints of those rows that can be read; the report keeps the others."""
        for row in rows:
            if row.cells is None:
                self._report.refuse(row, row.problem)
                continue
            try:
                complaint = self._mapping.complaint(
                    row.cells, unit=self._place.unit, imported_at=imported_at
                )
            except NotFit as unfit:
                self._report.refuse(row, unfit)
                continue
            yield row, complaint

    def _batches(self, doing: str) -> Iterator[list[Row]]:
        """The rows of the file, some at a time, with the progress shown by bytes."""
        with progress_of(doing, self._file.stat().st_size) as (progress, task):
            rows = rows_of(self._file, self._mapping)
            while some := list(islice(rows, ROWS_AT_ONCE)):
                yield some
                progress.update(task, completed=some[-1].bytes_read)

    def _watch(self, run: ImportRun) -> int:
        """Until every workflow has started, or none starts any more; returns how many are left."""
        left = moved = self._left(run)
        with progress_of("starting", left) as (progress, task):
            moved_at = time.monotonic()
            while left and time.monotonic() - moved_at < PATIENCE_SECONDS:
                time.sleep(LOOK_EVERY_SECONDS)
                left = self._left(run)
                if left < moved:
                    moved, moved_at = left, time.monotonic()
                progress.update(task, completed=(progress.tasks[task].total or 0) - left)
        return left

    def _left(self, run: ImportRun) -> int:
        with self._sessions() as session:
            return not_started(session, run)


def _place(session: Session, unit: str | None, login: str | None) -> _Place:
    """The unit that was named, else the head office; the person who was named, else whoever takes
    complaints in there, else nobody but Redress."""
    units = select(UnitRow.id).where(UnitRow.id == unit if unit else UnitRow.parent.is_(None))
    found = session.scalar(units)
    if found is None:
        raise SetupProblem(f"There is no unit {unit!r}." if unit else "The bank has no unit yet.")
    if login is None:
        person = read_directory(session).receiver(Role.INTAKE, found) or REDRESS
        return _Place(unit=found, by=_whoever_receives(person))
    who = find_person(session, login)
    if who is None:
        raise SetupProblem(f"Nobody logs in as {login!r}.")
    return _Place(unit=found, by=actor_of(session, who))


def _whoever_receives(person: str) -> Actor:
    """Who follows the cases, without a unit of one's own that would have been told already."""
    return Actor(person=person, roles=FOR_A_SYSTEM, unit="", level=Level.OUTLET)


def _marked(complaint: Complaint, run: ImportRun, digest: str, line: int) -> Complaint:
    """The complaint with the row it came from."""
    row = {RUN: str(run.id), "file": digest, "line": str(line)}
    return replace(complaint, source={**complaint.source, **row})


def _digest_of(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def _sentences(unfit: NotFit | Refused) -> str:
    if isinstance(unfit, Refused):
        return CAME_OTHERWISE.format(**unfit.facts)
    return "; ".join(sentence_of(fault) for fault in unfit.faults)
