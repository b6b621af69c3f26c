"""What the rows say about themselves: one question for each invariant, asked of PostgreSQL alone.

Everything under way is left out by the patience given, so that a busy system is no broken one.
"""

import re
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import and_, func, insert, select, text
from sqlalchemy.orm import Session

from domain.attachments import Wrong
from domain.case import Case, Status
from domain.clocks.plan import plan
from domain.customers import CustomerField
from domain.events import Event
from domain.permission_names import Permission
from domain.relations import Reader
from domain.sentences import Sentence, sentence
from domain.upkeep import Patience
from domain.verification import Disagreement, Invariant, JournalStep, Verification, illegal_moves
from rulebook.attachments import read_limits
from store.cases.unfinished import is_unfinished
from store.customers import open_field
from store.evidence.chain import verify
from store.evidence.checkpoints import read_checkpoints
from store.files.attachments import AttachmentFolder
from store.outbox.messages import MessageKind
from store.policies.calendar_versions import published_calendar
from store.policies.packs import published_pack
from store.scope import hidden_among
from store.tables import (
    CaseRow,
    ClockRow,
    ComplaintRow,
    JournalRow,
    OutboxRow,
    VerificationRow,
)
from store.values import CASE

PAGE = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseInRows:
    """A case as far as its workflow must agree with it."""

    reference: str
    version: int
    is_unfinished: bool
    """Whether it needs its workflow, `store.cases.unfinished` says when."""
    received_at: datetime
    waits_to_start: bool
    """Whether the message to start its workflow is still in the outbox."""


def cases_in_rows(session: Session) -> dict[str, CaseInRows]:
    """Every case by its reference."""
    is_its_start = and_(OutboxRow.kind == MessageKind.CASE, OutboxRow.key == CaseRow.reference)
    rows = session.execute(
        select(
            CaseRow.reference,
            CaseRow.version,
            is_unfinished().label("is_unfinished"),
            ComplaintRow.recorded_at,
            OutboxRow.key.is_not(None).label("waits_to_start"),
        )
        .join(ComplaintRow, ComplaintRow.reference == CaseRow.reference)
        .outerjoin(OutboxRow, is_its_start)
    )
    return {
        row.reference: CaseInRows(
            reference=row.reference,
            version=row.version,
            is_unfinished=row.is_unfinished,
            received_at=row.recorded_at,
            waits_to_start=row.waits_to_start,
        )
        for row in rows
    }


def disagreements_in_rows(session: Session, patience: Patience) -> Iterator[Disagreement]:
    """I2 to I4, I8 to I10, I12 and I13, as far as PostgreSQL can tell by itself."""
    for invariant, says, question in _QUESTIONS:
        seconds = {
            "step": patience.step.total_seconds(),
            "answer": patience.answer.total_seconds(),
        }
        wanted = {name: seconds[name] for name in seconds if f":{name}" in question}
        for subject in session.scalars(text(question), wanted):
            yield Disagreement(invariant=invariant, subject=subject, says=says)
    yield from _illegal_moves(session)
    yield from _unproved_dates(session)


_QUESTIONS: tuple[tuple[Invariant, Sentence, str], ...] = (
    (
        Invariant.FILES_WHOLE,
        sentence("a file is not the one that its journal names"),
        "select j.reference || ' ' || j.version from journal j"
        " left join attachments a on a.command = j.key and a.reference = j.reference"
        " where j.event in ('attached', 'letter_written') and not is_erased(j.reference)"
        " and (a.digest is distinct from j.facts->>'digest' or a.size::text <> j.facts->>'size')",
    ),
    (
        Invariant.WORKFLOW_HAS_CASE,
        sentence("a complaint was received and has no case"),
        "select reference from complaints except select reference from cases",
    ),
    (
        Invariant.STEP_ONCE_AND_IN_TIME,
        sentence("a step was carried out twice"),
        "select reference || ' ' || key from journal"
        " where key like 'step/%' group by 1 having count(*) > 1",
    ),
    (
        Invariant.STEP_ONCE_AND_IN_TIME,
        sentence("a step was carried out before its time"),
        "select reference || ' ' || key from journal"
        " where key like 'step/%' and at < (facts->>'planned_at')::timestamptz",
    ),
    (
        Invariant.STEP_ONCE_AND_IN_TIME,
        sentence("a step is long overdue"),
        "select reference || ' ' || key from clocks"
        " where (clock->'steps'->0->>'fires_at')::timestamptz"
        " < now() - make_interval(secs => :step)",
    ),
    (
        Invariant.STEP_ONCE_AND_IN_TIME,
        sentence("the case and its journal do not agree on what was carried out"),
        "select c.reference from cases c"
        " left join (select reference, count(*) as steps from journal where key like 'step/%'"
        " group by reference) j using (reference)"
        " where jsonb_array_length(c.state->'fired') <> coalesce(j.steps, 0)",
    ),
    (
        Invariant.COMMAND_COUNTS_ONCE,
        sentence("accepted, and not in the journal of its case"),
        "select k.id from commands k left join journal j"
        " on j.reference = k.reference and j.key = k.id"
        " where k.status = 'accepted' and j.key is null",
    ),
    (
        Invariant.COMMAND_COUNTS_ONCE,
        sentence("in the journal, and not answered as accepted"),
        "select k.id from commands k join journal j on j.reference = k.reference and j.key = k.id"
        " where k.status <> 'accepted'",
    ),
    (
        Invariant.ENTRY_ASKED_FOR,
        sentence("an entry of a person's act, and no command asks for it"),
        "select j.reference || ' ' || j.version from journal j left join commands k"
        " on k.id = j.key and k.reference = j.reference"
        " where j.key <> 'received' and j.key not like 'step/%' and k.id is null",
    ),
    (
        Invariant.ENTRY_ASKED_FOR,
        sentence("a step of a clock in somebody's name"),
        "select reference || ' ' || version from journal"
        " where key like 'step/%' and by <> 'redress'",
    ),
    (
        Invariant.ENTRY_ASKED_FOR,
        sentence("the entry and its command name another person or another time"),
        "select j.reference || ' ' || j.version from journal j"
        " join commands k on k.id = j.key and k.reference = j.reference"
        " where k.by->>'person' <> j.by or k.stored_at <> j.at",
    ),
    (
        Invariant.ROWS_MATCH_WORKFLOW,
        sentence("the row does not say what its own state says"),
        "select reference from cases"
        " where (state->>'version')::int <> version or state->>'status' <> status"
        " or state->>'handler' is distinct from handler or state->>'unit' <> unit",
    ),
    (
        Invariant.ROWS_MATCH_WORKFLOW,
        sentence("the row does not say when a clock of it does something next"),
        "select c.reference from cases c"
        " left join (select reference, min((clock->'steps'->0->>'fires_at')::timestamptz) as at"
        " from clocks group by reference) k using (reference)"
        " where c.next_step_at is distinct from k.at",
    ),
    (
        Invariant.ROWS_MATCH_WORKFLOW,
        sentence("the row is not where its journal ends"),
        "select c.reference from cases c"
        " join (select reference, max(version) as last from journal group by reference) j"
        " using (reference) where j.last <> c.version",
    ),
    (
        Invariant.EVERYTHING_MOVES,
        sentence("stored, and still without an answer"),
        "select id from commands"
        " where status = 'stored' and stored_at < now() - make_interval(secs => :answer)",
    ),
    (
        Invariant.EVERYTHING_MOVES,
        sentence("erased, and what lies outside the records is not removed"),
        "select reference from erasures e"
        " where finished_at is null and erased_at < now() - make_interval(secs => :answer)"
        " and not exists (select from notices n"
        " where n.reference = e.reference and n.delivery = 'pending')",
    ),
    (
        Invariant.JOURNAL_UNALTERED,
        sentence("erased, and texts of what was asked for are there"),
        "select distinct k.reference from commands k join erasures e on e.reference = k.reference"
        " where k.words <> '{}' and e.finished_at is not null",
    ),
    (
        Invariant.EVERYTHING_MOVES,
        sentence("a message that waits too long"),
        "select kind || ' ' || key from outbox"
        " where stored_at < now() - make_interval(secs => :answer) and kind <> 'notice'",
    ),
)
"""Invariant, what its breach says, and who breaches it."""


def tamperings(session: Session, heads: Path, key: bytes) -> Iterator[Disagreement]:
    """I7: what is wrong with the journals, held against the heads kept in a folder outside."""
    outside = read_checkpoints(session, heads, key)
    for finding in (*outside.findings, *verify(session, key, outside.known)):
        where = finding.reference + (f" {finding.version}" if finding.version else "")
        yield Disagreement(
            invariant=Invariant.JOURNAL_UNALTERED, subject=where, says=finding.tampering
        )


def damaged_files(known: set[str], folder: Path) -> Iterator[Disagreement]:
    """I9: files that rows speak of by these digests, and that are gone or no longer what they
    were. Reading them takes as long as it takes: have no transaction open meanwhile."""
    limits = read_limits()
    found = AttachmentFolder(folder).check(
        known, now=time.time(), orphan_after_hours=limits.orphan_after_hours
    )
    for finding in found:
        if finding.wrong is not Wrong.ORPHAN:  # what is nobody's does no harm
            yield Disagreement(
                invariant=Invariant.FILES_WHOLE, subject=finding.what, says=finding.wrong
            )


def _illegal_moves(session: Session) -> Iterator[Disagreement]:
    statuses = dict(session.execute(select(CaseRow.reference, CaseRow.status)).all())
    for reference, entries in groupby(_told(session), key=lambda each: each[0]):
        journal = [entry for _, entry in entries]
        if reference not in statuses:
            continue  # the verification of the chain names journals without a case
        for version, says in illegal_moves(journal, Status(statuses[reference])):
            yield Disagreement(
                invariant=Invariant.ONLY_LEGAL_MOVES, subject=f"{reference} {version}", says=says
            )


def _told(session: Session) -> Iterator[tuple[str, JournalStep]]:
    rows = session.execute(
        select(JournalRow.reference, JournalRow.version, JournalRow.event)
        .order_by(JournalRow.reference, JournalRow.version)
        .execution_options(yield_per=PAGE)
    )
    for row in rows:
        yield row.reference, JournalStep(version=row.version, event=Event(row.event))


def _unproved_dates(session: Session) -> Iterator[Disagreement]:
    """Unfinished cases whose dates do not come out again, or moved without an entry saying why."""
    proofs = _stored_proofs(session)
    moves = _entries_that_move_dates(session)
    rows = session.execute(
        select(CaseRow.reference, CaseRow.state)
        .where(is_unfinished())
        .execution_options(yield_per=PAGE)
    )
    for row in rows:
        case = CASE.validate_python(row.state)
        planned = plan(
            case, published_pack(session, case.policy), published_calendar(session, case.calendar)
        )
        computed = {each.clock.key: each.clock.proof for each in planned}
        if computed != proofs.get(row.reference, {}):
            says = sentence("a date does not come out again as it is stored")
            yield _date(row.reference, says)
        for event, times in _moves_in(case).items():
            if moves.get((row.reference, event), 0) < times:
                says = sentence("more in the case than its journal has of “%(event)s”", event=event)
                yield _date(row.reference, says)


def _date(reference: str, says: Sentence) -> Disagreement:
    return Disagreement(invariant=Invariant.DATES_PROVED, subject=reference, says=says)


def _moves_in(case: Case) -> Mapping[Event, int]:
    """What the case says has moved its dates, and how often."""
    return {Event.EXTENDED: len(case.extensions), Event.CUSTOMER_ASKED: len(case.pauses)}


def _entries_that_move_dates(session: Session) -> dict[tuple[str, Event], int]:
    rows = session.execute(
        select(JournalRow.reference, JournalRow.event, func.count())
        .where(JournalRow.event.in_([Event.EXTENDED, Event.DATE_EXTENDED, Event.CUSTOMER_ASKED]))
        .group_by(JournalRow.reference, JournalRow.event)
    )
    found: dict[tuple[str, Event], int] = {}
    for reference, event, times in rows:
        # Two ways to one thing: the later one came with the second person for all that takes two.
        moved = Event.EXTENDED if event == Event.DATE_EXTENDED else Event(event)
        found[reference, moved] = found.get((reference, moved), 0) + times
    return found


def _stored_proofs(session: Session) -> dict[str, dict[str, str]]:
    rows = session.execute(
        select(ClockRow.reference, ClockRow.key, ClockRow.clock["proof"].astext)
        .join(CaseRow, CaseRow.reference == ClockRow.reference)
        .where(is_unfinished())
    )
    proofs: dict[str, dict[str, str]] = {}
    for reference, key, proof in rows:
        proofs.setdefault(reference, {})[key] = proof
    return proofs


def personal_words(session: Session, at_most: int) -> list[str]:
    """What the latest complainants said and who they are: to look for where it must not be."""
    latest = select(ComplaintRow).order_by(ComplaintRow.recorded_at.desc()).limit(at_most)
    words: set[str] = set()
    for row in session.scalars(latest):
        words.add(row.narrative)
        words |= {
            open_field(session, row.reference, field, getattr(row, field))
            for field in CustomerField
        }
    return sorted(word for word in words if len(word) >= 6)


_VERIFICATION = TypeAdapter(Verification)


def keep_verification(session: Session, verification: Verification) -> None:
    """Write a result down for the administrators."""
    told: dict[str, Any] = _VERIFICATION.dump_python(verification, mode="json")
    session.execute(
        insert(VerificationRow).values(
            began_at=verification.began_at,
            finished_at=verification.finished_at,
            looked_at=told["looked_at"],
            disagreements=told["disagreements"],
        )
    )


def latest_verifications(session: Session, reader: Reader, at_most: int) -> list[Verification]:
    """The last results, newest first; without what was found about a case that its reader is kept
    out of.
    """
    rows = session.scalars(
        select(VerificationRow).order_by(VerificationRow.id.desc()).limit(at_most)
    )
    found = [
        _VERIFICATION.validate_python(
            {
                "began_at": row.began_at,
                "finished_at": row.finished_at,
                "looked_at": row.looked_at,
                "disagreements": row.disagreements,
            }
        )
        for row in rows
    ]
    about = {name for each in found for one in each.disagreements for name in _cases_in(one)}
    hidden = hidden_among(session, Permission.READ_TRAIL, reader, about)
    return [_without(hidden, each) for each in found]


_REFERENCE = re.compile(r"C-\d{4}-\d{6,}")


def _cases_in(found: Disagreement) -> frozenset[str]:
    """The references in a finding, in its subject or in what it says."""
    return frozenset(_REFERENCE.findall(f"{found.subject} {found.says}"))


def _without(hidden: frozenset[str], found: Verification) -> Verification:
    shown = tuple(each for each in found.disagreements if not _cases_in(each) & hidden)
    return replace(found, disagreements=shown)
