"""The one place that changes a case: a journal entry and the case row move together, or not at all.

Journal and version are idempotency, lock, order and audit in one mechanism (decision 2).
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from domain.case import Case, Milestone
from domain.effects import Effects, GivenTask, all_effects_of, effects_of
from domain.errors import Refusal, Refused
from domain.journal import CaseState, Change, Entry
from domain.policy import Pack
from domain.statuses import CommandStatus
from domain.working_time import WorkingCalendar
from store.cases.commands import answer_command, as_asked
from store.cases.handing_over import hand_over
from store.cases.surveys import write_surveys
from store.database import journal_key
from store.evidence.chain import GENESIS, digest_of_words, head_of, seal
from store.notices import write_notices
from store.people.directory import directory_above
from store.policies.calendar_versions import published_calendar
from store.policies.packs import published_pack
from store.tables import CaseRow, ClockRow, CommandRow, JournalRow, RegulatorReportRow, TaskRow
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
    """Move the case from version n-1 to n with its journal entry and all that follows from it; or
    do nothing because that entry exists, because its command was refused, now or when it was heard
    before, or because the case is no longer at n-1.

    Whoever reaches the engine can ask for a record, so nobody is believed: what a person did is
    decided again from the stored command (decision 16).

    Raises `KeyTaken` when something else exists under the key of the entry, and `NoCommand` when
    nobody asked for it.
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
    now = standing_of(session, case.reference)
    try:
        asked = as_asked(session, writing, now, published_pack(session, case.policy).conduct)
    except Refused as refused:
        answer_command(session, entry.key, refused)
        return now
    return write(session, asked, now.case)


def write(session: Session, writing: Change, before: Case | None = None) -> CaseState:
    """Write a change that is believed, and the steps of clocks that are due by then too, to a case
    whose row is locked. `before` is the case as it stood, by which the entry tells the tasks that
    the change gives and ends."""
    concerned = writing.case.handler, writing.case.first_owner
    directory = directory_above(session, writing.case.unit, concerned)
    for effects in all_effects_of(writing, directory, *_rules_of(session, writing.case), before):
        _write_case(session, effects)
        _write_entry(session, effects)
        _write_consequences(session, effects)
        hand_over(session, effects.case, directory)
    if writing.step is None:
        # The journal entry and the answer to its command are one fact.
        answer_command(session, writing.entry.key, None)
    return effects.state


def begin_journals(session: Session, writings: Sequence[Change]) -> None:
    """Write new cases with their clocks and the entries by which their journals begin."""
    first_owners = {each.case.first_owner for each in writings}
    bank = {
        unit: directory_above(session, unit, first_owners)
        for unit in {each.case.unit for each in writings}
    }
    begun = [
        effects_of(each, bank[each.case.unit], *_rules_of(session, each.case), None)
        for each in writings
    ]
    cases = [{"reference": each.case.reference, **_case_row(each)} for each in begun]
    clocks = [row for effects in begun for row in _clock_rows(effects)]
    entries = [_entry_row(journal_key(session), GENESIS, effects, words={}) for effects in begun]
    for table, rows in ((CaseRow, cases), (ClockRow, clocks), (JournalRow, entries)):
        if rows:
            # Nulls written out, so that all rows have one shape and go in one statement.
            session.execute(insert(table), rows, execution_options={"render_nulls": True})
    for effects in begun:
        _write_consequences(session, effects)


def _rules_of(session: Session, case: Case) -> tuple[Pack, WorkingCalendar]:
    """The rules and the calendar that were pinned to the case."""
    return published_pack(session, case.policy), published_calendar(session, case.calendar)


def _write_case(session: Session, effects: Effects) -> None:
    """What pages read: the case row and its clocks with their proofs."""
    case = effects.case
    session.execute(
        update(CaseRow)
        .where(CaseRow.reference == case.reference, CaseRow.version == case.version - 1)
        .values(**_case_row(effects), updated_at=func.now())
    )
    _write_clocks(session, effects)


def _case_row(effects: Effects) -> dict[str, Any]:
    case, clocks = effects.case, effects.state.clocks
    own = [each for each in clocks if not each.is_of_a_task]
    running = [(each.due_at, each.key) for each in own if each.is_running and each.due_at]
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
        "breaches": sum(clock.breached for clock in own),
        "rungs": effects.rungs,
        "concerned": sorted(effects.concerned),
        "state": to_json(CASE, case),
    }


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
    return session.scalar(asked) == CommandStatus.REFUSED


def _clock_rows(effects: Effects) -> list[dict[str, Any]]:
    case = effects.case
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
        for position, each in enumerate(effects.planned)
    ]


def _write_clocks(session: Session, effects: Effects) -> None:
    """All clocks as they run now. A clock that applies no longer, because the complaint was sorted
    anew, goes: pages and queues read these rows as what runs on the case."""
    rows = _clock_rows(effects)
    gone = ClockRow.key.not_in([row["key"] for row in rows])
    session.execute(delete(ClockRow).where(ClockRow.reference == effects.case.reference, gone))
    if rows:
        # Nulls written out, so that all rows have one shape and go together.
        session.execute(_CLOCKS_ANEW, rows, execution_options={"render_nulls": True})


_CLOCK_IDENTITY = ("reference", "key")

_CLOCKS = insert(ClockRow)
_CLOCKS_ANEW = _CLOCKS.on_conflict_do_update(
    index_elements=_CLOCK_IDENTITY,
    set_={each.name: each for each in _CLOCKS.excluded if each.name not in _CLOCK_IDENTITY},
)


def _write_entry(session: Session, effects: Effects) -> None:
    row = _entry_row(
        journal_key(session),
        head_of(session, effects.case.reference),
        effects,
        words=_words_of(session, effects.entry.key),
    )
    session.execute(insert(JournalRow).values(row))


def _entry_row(
    key: bytes, previous: str, effects: Effects, *, words: Mapping[str, Any]
) -> dict[str, Any]:
    """An entry sealed to the one before it."""
    case, entry = effects.case, effects.entry
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


def _write_consequences(session: Session, effects: Effects) -> None:
    """Notices, tasks and drafts, each once."""
    write_notices(session, effects.case, effects.notices)
    write_surveys(session, effects.case, effects.surveys)
    for task in effects.tasks:
        _give_task(session, effects.case.reference, task)
    if effects.settled:
        session.execute(
            update(TaskRow)
            .where(TaskRow.key.in_(effects.settled), TaskRow.done_at.is_(None))
            .values(done_at=effects.entry.at, done_by=effects.entry.by)
        )
    for draft in effects.drafts:
        session.execute(
            insert(RegulatorReportRow)
            .values(
                key=draft.key,
                reference=effects.case.reference,
                drafted_at=draft.drafted_at,
                facts=draft.facts,
            )
            .on_conflict_do_nothing(index_elements=["key"])
        )


def _give_task(session: Session, reference: str, task: GivenTask) -> None:
    """Give a task that is new. Of one given before its end is written; and until then, whose it is
    now and until when, for people and dates change."""
    end = {"done_at": task.done_at, "done_by": task.done_by}
    charge = {
        "person": task.person,
        "role": task.role,
        "unit": task.unit,
        "due_at": task.due_at,
        "is_held": task.is_held,
    }
    session.execute(
        insert(TaskRow)
        .values(
            key=task.key,
            reference=reference,
            kind=task.kind,
            opened_at=task.opened_at,
            facts=task.facts,
            **charge,
            **end,
        )
        .on_conflict_do_update(
            index_elements=["key"], set_=end if task.done_at else {**charge, **end}
        )
    )
