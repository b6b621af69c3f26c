"""The one place that changes a case: a journal entry and the case row move together, or not at all.

Journal and version are idempotency, lock, order and audit in one mechanism (decision 2).
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from domain.case import Case, Milestone
from domain.clocks.ledger import Planned, Step
from domain.clocks.plan import plan
from domain.consequences import charged_with
from domain.directory import Directory
from domain.errors import Refusal, Refused
from domain.escalation import heard_by, receiver_of
from domain.events import Event
from domain.journal import CaseState, Change, Entry
from domain.notices import notices_for
from domain.policy import Pack
from store.database import journal_key
from store.evidence.chain import GENESIS, digest_of_words, head_of, seal
from store.notices import write_notices
from store.people.directory import directory_above
from store.policies.calendar_versions import published_calendar
from store.policies.packs import published_pack
from store.tables import (
    CaseRow,
    ClockRow,
    CommandRow,
    JournalRow,
    RegulatorReportRow,
    TaskRow,
)
from store.values import CASE, CLOCK, DERIVATION, to_json


class KeyTaken(Exception):
    """Something else stands in the journal under this key. To take the one for the other would be
    to lose a change in silence; whoever is held up by this is seen.
    """


def standing_of(session: Session, reference: str) -> CaseState:
    """The case and its clocks as the rows have them."""
    row = session.get(CaseRow, reference)
    if row is None:
        raise Refused(Refusal.UNKNOWN_REFERENCE, reference=reference)
    clocks = session.scalars(
        select(ClockRow.clock).where(ClockRow.reference == reference).order_by(ClockRow.position)
    )
    return CaseState(
        case=CASE.validate_python(row.state),
        clocks=tuple(CLOCK.validate_python(each) for each in clocks),
    )


def record(session: Session, writing: Change) -> CaseState:
    """Move the case from version n-1 to n with its journal entry, clocks, notices and tasks; or do
    nothing because that entry exists, because its command had been refused when it was heard
    before, or because the case is no longer at n-1. Raises `KeyTaken` when something else exists
    under the key of the entry.
    """
    case, entry = writing.case, writing.entry
    row = session.scalar(
        # The row is also the lock of the case's hash chain: one writer at a time.
        select(CaseRow).where(CaseRow.reference == case.reference).with_for_update()
    )
    if row is None:
        raise Refused(Refusal.UNKNOWN_REFERENCE, reference=case.reference)
    if _is_written(session, case.reference, entry):
        return standing_of(session, case.reference)
    if writing.step is None and _was_refused(session, entry.key):
        return standing_of(session, case.reference)
    if row.version != case.version - 1:
        standing = standing_of(session, case.reference)
        return CaseState(case=standing.case, clocks=standing.clocks, written=False)

    directory = directory_above(session, case.unit)
    receiver = None
    if writing.step is not None:
        receiver = receiver_of(writing.step, case, directory)
        case = heard_by(case, writing.step, receiver)
    pack = published_pack(session, case.policy)
    planned = _project(session, case, pack)
    _write_entry(session, case, entry, receiver)
    write_notices(session, case, notices_for(case, entry, directory, receiver))
    _write_tasks(session, writing, case, receiver)
    _write_duties(session, case, pack, directory)
    _finish_tasks(session, case, entry, planned)
    if writing.step is None:
        session.execute(
            # The journal entry and the answer to its command are one fact.
            update(CommandRow)
            .where(CommandRow.id == entry.key)
            .values(status="accepted", answered_at=func.now())
        )
    return CaseState(case=case, clocks=tuple(each.clock for each in planned))


def begin_journals(session: Session, writings: Sequence[Change]) -> None:
    """Write new cases with their clocks and the entries by which their journals begin."""
    cases: list[dict[str, Any]] = []
    clocks: list[dict[str, Any]] = []
    entries: list[dict[str, Any]] = []
    for writing in writings:
        case = writing.case
        pack = published_pack(session, case.policy)
        planned = plan(case, pack, published_calendar(session, case.calendar))
        cases.append({"reference": case.reference, **_case_row(case, planned, pack)})
        clocks += _clock_rows(case, planned)
        entries.append(_entry_row(journal_key(session), GENESIS, case, writing.entry, words={}))
    for table, rows in ((CaseRow, cases), (ClockRow, clocks), (JournalRow, entries)):
        if rows:
            # Nulls written out, so that all rows have one shape and go in one statement.
            session.execute(insert(table), rows, execution_options={"render_nulls": True})
    for writing in writings:
        is_told = writing.entry.event is Event.RECEIVED
        if not is_told and not writing.case.tasks:
            continue
        directory = directory_above(session, writing.case.unit)
        pack = published_pack(session, writing.case.policy)
        _write_duties(session, writing.case, pack, directory)
        if is_told:
            notices = notices_for(writing.case, writing.entry, directory, None)
            write_notices(session, writing.case, notices)


def _project(session: Session, case: Case, pack: Pack) -> tuple[Planned, ...]:
    """Plan the clocks anew and write what pages read: the case row and its clocks with proofs."""
    planned = plan(case, pack, published_calendar(session, case.calendar))
    session.execute(
        update(CaseRow)
        .where(CaseRow.reference == case.reference, CaseRow.version == case.version - 1)
        .values(**_case_row(case, planned, pack), updated_at=func.now())
    )
    _write_clocks(session, case, planned)
    return planned


def _case_row(case: Case, planned: tuple[Planned, ...], pack: Pack) -> dict[str, Any]:
    clocks = tuple(each.clock for each in planned)
    running = [(each.due_at, each.key) for each in clocks if each.is_running and each.due_at]
    next_due_at, next_clock = min(running, default=(None, None))
    return {
        "version": case.version,
        "status": case.status,
        "channel": case.channel,
        "category": case.category,
        "severity": case.severity,
        "unit": case.unit,
        "handler": case.handler,
        "first_owner": case.first_owner,
        "policy": case.policy,
        "received_at": case.received_at,
        "closed_at": case.reached(Milestone.CLOSED) if case.is_closed else None,
        "is_waiting": case.is_waiting,
        "next_due_at": next_due_at,
        "next_clock": next_clock,
        "breaches": sum(clock.breached for clock in clocks),
        "rungs": sum(1 for each in case.fired if _is_rung(each.step, pack)),
        "state": to_json(CASE, case),
    }


def _is_rung(step: str, pack: Pack) -> bool:
    return any(rung.name == step for ladder in pack.ladders.values() for rung in ladder)


def _is_written(session: Session, reference: str, entry: Entry) -> bool:
    """Whether this very entry is there already; raises `KeyTaken` when another one is."""
    found = session.execute(
        select(JournalRow.event, JournalRow.by).where(
            JournalRow.reference == reference, JournalRow.key == entry.key
        )
    ).one_or_none()
    if found is not None and (found.event, found.by) != (entry.event, entry.by):
        raise KeyTaken(f"{reference}: {entry.key} is {found.event}, and not {entry.event}")
    return found is not None


def _was_refused(session: Session, key: str) -> bool:
    """Whether the command of this key has its answer, and it is no. The row is locked: nobody may
    be told no while the act is being written.
    """
    asked = select(CommandRow.status).where(CommandRow.id == key).with_for_update()
    return session.scalar(asked) == "refused"


def _clock_rows(case: Case, planned: tuple[Planned, ...]) -> list[dict[str, Any]]:
    return [
        {
            "reference": case.reference,
            "key": each.clock.key,
            "position": position,
            "due_at": each.clock.due_at,
            "stopped_at": each.clock.stopped_at,
            "breached": each.clock.breached,
            "nature": each.clock.nature,
            "planned_in_version": case.version,
            "clock": to_json(CLOCK, each.clock),
            "derivation": to_json(DERIVATION, each.derivation),
        }
        for position, each in enumerate(planned)
    ]


def _write_clocks(session: Session, case: Case, planned: tuple[Planned, ...]) -> None:
    """All clocks as they run now. A clock that applies no longer, because the complaint was sorted
    anew, goes: pages and queues read these rows as what runs on the case."""
    rows = _clock_rows(case, planned)
    gone = ClockRow.key.not_in([row["key"] for row in rows])
    session.execute(delete(ClockRow).where(ClockRow.reference == case.reference, gone))
    if rows:
        # Nulls written out, so that all rows have one shape and go together.
        session.execute(_CLOCKS_ANEW, rows, execution_options={"render_nulls": True})


_CLOCK_IDENTITY = ("reference", "key")

_CLOCKS = insert(ClockRow)
_CLOCKS_ANEW = _CLOCKS.on_conflict_do_update(
    index_elements=_CLOCK_IDENTITY,
    set_={each.name: each for each in _CLOCKS.excluded if each.name not in _CLOCK_IDENTITY},
)


def _write_entry(session: Session, case: Case, entry: Entry, receiver: str | None) -> None:
    facts = {} if receiver is None else {"receiver": receiver}
    row = _entry_row(
        journal_key(session),
        head_of(session, case.reference),
        case,
        replace(entry, facts={**entry.facts, **facts}),
        words=_words_of(session, entry.key),
    )
    session.execute(insert(JournalRow).values(row))


def _entry_row(
    key: bytes, previous: str, case: Case, entry: Entry, *, words: Mapping[str, Any]
) -> dict[str, Any]:
    """An entry sealed to the one before it."""
    facts = dict(entry.facts)
    words_digest = digest_of_words(words)
    return {
        "reference": case.reference,
        "version": case.version,
        "key": entry.key,
        "event": entry.event,
        "by": entry.by,
        "at": entry.at,
        "facts": facts,
        "words": dict(words),
        "words_digest": words_digest,
        "previous_hash": previous,
        "hash": seal(
            key, previous, case.reference, case.version, entry.key, entry.event, entry.by,
            entry.at, facts, words_digest,
        ),
    }  # fmt: skip


def _words_of(session: Session, key: str) -> dict[str, Any]:
    """The texts that came with the command of this key."""
    found = session.scalar(select(CommandRow.words).where(CommandRow.id == key))
    return dict(found or {})


def _write_tasks(session: Session, writing: Change, case: Case, receiver: str | None) -> None:
    step = writing.step
    if step is None or not step.wants_acknowledgement:
        return
    key = f"{case.reference}/{step.key}"
    session.execute(
        insert(TaskRow)
        .values(
            key=key,
            reference=case.reference,
            kind="acknowledge",
            person=receiver,
            role=step.role,
            opened_at=writing.entry.at,
            facts={"clock": step.clock, "step": step.name},
        )
        .on_conflict_do_nothing(index_elements=["key"])
    )
    if step.drafts_report:
        session.execute(
            insert(RegulatorReportRow)
            .values(
                key=key,
                reference=case.reference,
                drafted_at=writing.entry.at,
                facts=report_facts(case, step),
            )
            .on_conflict_do_nothing(index_elements=["key"])
        )


def _write_duties(session: Session, case: Case, pack: Pack, directory: Directory) -> None:
    """A row for each task the pack has given an office over this case."""
    titles = {each.name: each.title for each in pack.conduct.duties}
    for task in case.tasks:
        unit = directory.unit_at(case.unit, task.level)
        values = {"done_at": task.done_at, "done_by": task.done_by}
        session.execute(
            insert(TaskRow)
            .values(
                key=f"{case.reference}/{task.key}",
                reference=case.reference,
                kind="duty",
                person=charged_with(task, case, directory),
                role=task.role,
                opened_at=task.opened_at,
                facts={
                    "task": task.name,
                    "title": dict(titles.get(task.name, {})),
                    "rule": task.rule,
                    "unit": unit,
                },
                **values,
            )
            .on_conflict_do_update(index_elements=["key"], set_=values)
        )


def _finish_tasks(session: Session, case: Case, entry: Entry, planned: tuple[Planned, ...]) -> None:
    """An escalation is dealt with when it is acknowledged, or its clock runs no longer."""
    heard = [
        f"{case.reference}/{each.key}" for each in case.fired if each.acknowledged_at is not None
    ]
    running = [each.clock.key for each in planned if each.clock.is_running]
    session.execute(
        update(TaskRow)
        .where(TaskRow.reference == case.reference, TaskRow.done_at.is_(None))
        .where(TaskRow.kind == "acknowledge")
        .where(TaskRow.key.in_(heard) | TaskRow.facts["clock"].astext.not_in(running))
        .values(done_at=entry.at, done_by=entry.by)
    )


def report_facts(case: Case, step: Step) -> dict[str, Any]:
    """What a draft report to the regulator starts from: classes and instants, no personal data."""
    return {
        "clock": step.clock,
        "due_at": str(step.fires_at),
        "received_at": str(case.received_at),
        "category": case.category,
        "severity": case.severity,
        "channel": case.channel,
        "unit": case.unit,
        "policy": case.policy,
        "steps": [
            {"clock": each.clock, "step": each.step, "at": str(each.at)} for each in case.fired
        ],
    }
