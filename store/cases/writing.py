"""Writing down what has been decided: cases, clocks, entries and all that follows from them.

In statements for many cases at once, however few there are: one statement is what costs.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import bindparam, delete, func, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from domain.case import Case, Milestone
from domain.clocks.ledger import Clock
from domain.clocks.steps import next_step
from domain.directory import Directory
from domain.effects import Effects, GivenTask, all_effects_of, effects_of
from domain.events import Event
from domain.journal import CaseState, Change
from domain.policy import Pack
from domain.working_time import WorkingCalendar
from store.cases.belonging import spot_belonging
from store.cases.case_reports import write_case_reports
from store.cases.commands import accept_command
from store.cases.handing_over import hand_over, take_from_below, take_from_leaver
from store.cases.surveys import write_surveys
from store.database import journal_key
from store.evidence.chain import GENESIS, digest_of_words, heads_of, seal
from store.notices import write_notices_each
from store.people.directory import directory_above
from store.policies.calendar_versions import published_calendar
from store.policies.packs import published_pack
from store.tables import (
    CaseRow,
    ClockRow,
    CommandRow,
    JournalRow,
    TaskRow,
    table_of,
)
from store.values import CASE, CLOCK, DERIVATION, to_json

TAKES_UP_AGAIN = frozenset({Event.REOPENED, Event.APPEAL_DECIDED})
"""What goes on after its end: it lies again with whoever had it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Believed:
    """A change that somebody really asked for, or a step of a clock."""

    change: Change
    before: Case | None
    """The case as it stood, by which the entry tells the tasks that the change gives and ends."""


def write_each(session: Session, believed: Sequence[Believed]) -> list[CaseState]:
    """Write changes and the steps of clocks that are due by then too, to cases whose rows are
    locked; no case twice."""
    if not believed:
        return []
    directories = _Directories(session)
    chains = [
        tuple(
            all_effects_of(
                each.change,
                directories.of(each.change.case),
                *_rules_of(session, each.change.case),
                each.before,
            )
        )
        for each in believed
    ]
    last = [chain[-1] for chain in chains]
    _write_cases(session, last, [chain[0].case.version - 1 for chain in chains])
    _write_clocks(session, last)
    asked = [each.change.entry.key for each in believed if each.change.step is None]
    _write_entries(session, chains, _words_of(session, asked))
    _write_consequences(session, chains)
    for each, effects in zip(believed, last, strict=True):
        hand_over(session, effects.case, directories.of(each.change.case))
        conduct = published_pack(session, effects.case.policy).conduct
        spot_belonging(session, effects.case, each.change.entry, conduct)
        if each.change.step is None:
            # The journal entry and the answer to its command are one fact.
            accept_command(session, each.change.entry.key)
        if each.change.entry.event is Event.PERSON_NAMED:
            take_from_below(session, effects.case)
        if each.change.entry.event in TAKES_UP_AGAIN:
            take_from_leaver(session, effects.case)
    return [effects.state for effects in last]


class _Directories:
    """The part of the bank that decides who hears of a case, read once for cases alike."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._read: dict[tuple[str, frozenset[str]], Directory] = {}

    def of(self, case: Case) -> Directory:
        people = frozenset(each for each in (case.handler, case.first_owner) if each is not None)
        if (case.unit, people) not in self._read:
            self._read[case.unit, people] = directory_above(self._session, case.unit, people)
        return self._read[case.unit, people]


def begin_journals(session: Session, writings: Sequence[Change]) -> None:
    """Write new cases with their clocks and the entries by which their journals begin."""
    directories = _Directories(session)
    begun = [
        effects_of(each, directories.of(each.case), *_rules_of(session, each.case), None)
        for each in writings
    ]
    cases = [{"reference": each.case.reference, **case_row(each)} for each in begun]
    clocks = [row for effects in begun for row in clock_rows(effects)]
    entries = [entry_row(journal_key(session), GENESIS, effects, words={}) for effects in begun]
    for table, rows in ((_CASES, cases), (_CLOCKS, clocks), (_ENTRIES, entries)):
        if rows:
            session.execute(insert(table), rows)
    _write_consequences(session, [(effects,) for effects in begun])


def _rules_of(session: Session, case: Case) -> tuple[Pack, WorkingCalendar]:
    """The rules and the calendar that were pinned to the case."""
    return published_pack(session, case.policy), published_calendar(session, case.calendar)


_CASES, _CLOCKS, _ENTRIES = table_of(CaseRow), table_of(ClockRow), table_of(JournalRow)
"""The tables themselves: the rows of a mapper cost more to put together than to write."""

_CASE_MOVES = update(table_of(CaseRow)).where(
    _CASES.c.reference == bindparam("of"), _CASES.c.version == bindparam("was")
)


def _write_cases(session: Session, last: Sequence[Effects], were: Sequence[int]) -> None:
    """What pages read, from the version it was to the one that is."""
    rows = [
        {"of": effects.case.reference, "was": was, **case_row(effects)}
        for effects, was in zip(last, were, strict=True)
    ]
    session.execute(_CASE_MOVES.values(updated_at=func.now()), rows)


def case_row(effects: Effects) -> dict[str, Any]:
    """What pages read of a case, but for its reference."""
    case, clocks = effects.case, effects.state.clocks
    own = [each for each in clocks if each.is_of_the_case]
    running = [(each.due_at, each.key) for each in own if each.is_running and each.due_at]
    next_due_at, next_clock = min(running, default=(None, None))
    step = next_step(clocks)
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
        "next_step_at": step.fires_at if step else None,
        "breaches": sum(clock.breached for clock in own),
        "rungs": effects.rungs,
        "concerned": sorted(effects.concerned),
        "state": to_json(CASE, case),
    }


def clock_rows(effects: Effects) -> list[dict[str, Any]]:
    """The clocks of a case, each with the proof of its date."""
    case = effects.case
    counted_on = _counted_on(each.clock for each in effects.planned)
    return [
        {
            "reference": case.reference,
            "key": each.clock.key,
            "position": position,
            "due_at": each.clock.due_at,
            "stopped_at": each.clock.stopped_at,
            "breached": each.clock.breached,
            "nature": each.clock.nature,
            "counted_on": counted_on.get(each.clock.key),
            "planned_in_version": case.version,
            "clock": to_json(CLOCK, each.clock),
            "derivation": to_json(DERIVATION, each.derivation),
        }
        for position, each in enumerate(effects.planned)
    ]


def _counted_on(clocks: Iterable[Clock]) -> dict[str, date]:
    """On which day a calendar counts the case for which of its clocks: for one a day and nature, so
    that none of a hundred thousand cases has to be told from itself."""
    dated = [(each, each.due_on) for each in clocks if each.is_running and each.due_on]
    one_each = {(clock.nature, day): clock.key for clock, day in dated}
    return {key: day for (_nature, day), key in one_each.items()}


_CLOCK_IDENTITY = ("reference", "key")

_INSERTED_CLOCKS = insert(_CLOCKS)
_CLOCKS_ANEW = _INSERTED_CLOCKS.on_conflict_do_update(
    index_elements=_CLOCK_IDENTITY,
    set_={
        each.name: each for each in _INSERTED_CLOCKS.excluded if each.name not in _CLOCK_IDENTITY
    },
)


def _write_clocks(session: Session, last: Sequence[Effects]) -> None:
    """All clocks as they run now. A clock that applies no longer, because the complaint was sorted
    anew, goes: pages and queues read these rows as what runs on the case."""
    rows = [row for effects in last for row in clock_rows(effects)]
    run = [(row["reference"], row["key"]) for row in rows]
    session.execute(
        delete(table_of(ClockRow)).where(
            _CLOCKS.c.reference.in_([effects.case.reference for effects in last]),
            tuple_(_CLOCKS.c.reference, _CLOCKS.c.key).not_in(run),
        )
    )
    if rows:
        session.execute(_CLOCKS_ANEW, rows)


def _write_entries(
    session: Session,
    chains: Sequence[Sequence[Effects]],
    words: Mapping[str, Mapping[str, Any]],
) -> None:
    """Each entry sealed to the one before it, with the texts that came with its command."""
    heads = heads_of(session, [chain[-1].case.reference for chain in chains])
    rows = []
    for chain in chains:
        head = heads.get(chain[-1].case.reference, GENESIS)
        for effects in chain:
            row = entry_row(
                journal_key(session), head, effects, words=words.get(effects.entry.key, {})
            )
            head = row["hash"]
            rows.append(row)
    session.execute(insert(_ENTRIES), rows)


def entry_row(
    key: bytes, previous: str, change: Effects | Change, *, words: Mapping[str, Any]
) -> dict[str, Any]:
    """An entry sealed to the one before it."""
    case, entry = change.case, change.entry
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


def _words_of(session: Session, keys: Collection[str]) -> dict[str, dict[str, Any]]:
    """The texts that came with the commands of these keys."""
    if not keys:
        return {}
    asked = select(CommandRow.id, CommandRow.words).where(CommandRow.id.in_(keys))
    return {row.id: dict(row.words or {}) for row in session.execute(asked)}


def _write_consequences(session: Session, chains: Sequence[Sequence[Effects]]) -> None:
    """Notices, tasks and drafts, each once."""
    every = [effects for chain in chains for effects in chain]
    write_notices_each(session, [(effects.case, effects.notices) for effects in every])
    _give_tasks(session, chains)
    for effects in every:
        write_surveys(session, effects.case, effects.surveys)
        if effects.settled:
            session.execute(
                update(TaskRow)
                .where(TaskRow.key.in_(effects.settled), TaskRow.done_at.is_(None))
                .values(done_at=effects.entry.at, done_by=effects.entry.by)
            )
    write_case_reports(session, every)


_TASKS = table_of(TaskRow)
_END = ("done_at", "done_by")
_CHARGE = ("person", "role", "unit", "due_at", "is_held")


def _given(columns: Sequence[str]) -> Any:
    """Give a task that is new; of one that was given, write these."""
    given = insert(_TASKS)
    return given.on_conflict_do_update(
        index_elements=["key"], set_={each: given.excluded[each] for each in columns}
    )


_TASKS_OPEN, _TASKS_DONE = _given((*_CHARGE, *_END)), _given(_END)


def _give_tasks(session: Session, chains: Sequence[Sequence[Effects]]) -> None:
    """Give tasks that are new. Of those given before the end is written; and until then, whose
    they are now and until when, for people and dates change."""
    rows = [row for chain in chains for row in task_rows(chain)]
    for statement, is_done in ((_TASKS_OPEN, False), (_TASKS_DONE, True)):
        chosen = [row for row in rows if (row["done_at"] is not None) is is_done]
        if chosen:
            session.execute(statement, chosen)


def task_rows(chain: Sequence[Effects]) -> Iterator[dict[str, Any]]:
    """The tasks of a case, each as it is after the last step."""
    tasks: Mapping[str, GivenTask] = {task.key: task for effects in chain for task in effects.tasks}
    for task in tasks.values():
        yield {
            "key": task.key,
            "reference": chain[-1].case.reference,
            "kind": task.kind,
            "opened_at": task.opened_at,
            "facts": task.facts,
            **{name: getattr(task, name) for name in (*_CHARGE, *_END)},
        }
