"""The one place that changes a case: a journal entry and the case row move together, or not at all.

Journal and version are idempotency, lock, order and audit in one mechanism (decision 2).
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from domain.case import Case
from domain.clocks.ledger import Clock
from domain.errors import Refusal, Refused
from domain.journal import CaseState, Change
from domain.statuses import CommandStatus
from store.cases.commands import answer_command, as_asked, locked_commands
from store.cases.writing import Believed, write_each
from store.contacts import correct_contact, with_seal_anew
from store.erasure.texts import erase_texts, with_what_goes
from store.notice_care import see_to_what_went_again
from store.policies.packs import published_pack
from store.tables import CaseRow, ClockRow, JournalRow
from store.values import CASE, CLOCK


class KeyTaken(Exception):
    """Something else stands in the journal under this key. To take the one for the other would be
    to lose a change in silence; whoever is held up by this is seen.
    """


def standing_of(session: Session, reference: str) -> CaseState:
    """The case and its clocks as the rows have them."""
    standing = _standings(session, [reference]).get(reference)
    if standing is None:
        raise Refused(Refusal.UNKNOWN_REFERENCE, reference=reference)
    return standing


def record(session: Session, writing: Change) -> CaseState:
    """Move the case from version n-1 to n with its journal entry and all that follows from it; or
    do nothing because that entry exists, because its command was refused, now or when it was heard
    before, or because the case is no longer at n-1.

    Whoever reaches the engine can ask for a record, so nobody is believed: what a person did is
    decided again from the stored command (decision 16).

    Raises `KeyTaken` when something else exists under the key of the entry, and `NoCommand` when
    nobody asked for it.
    """
    now = _standings(session, [writing.case.reference], locked=True)
    if not now:
        raise Refused(Refusal.UNKNOWN_REFERENCE, reference=writing.case.reference)
    return _record_each(session, [writing], now)[0]


def record_together(session: Session, writings: Sequence[Change]) -> list[CaseState | None]:
    """The same for many cases, in as many statements as one takes; no case twice. None for a case
    whose row somebody else is at work on, or which is none: it is recorded by itself.

    Raises what `record` would of any of them, and then nothing must be committed.
    """
    references = [each.case.reference for each in writings]
    now = _standings(session, references, locked=True, skip_locked=True)
    mine = [each for each in writings if each.case.reference in now]
    told = _record_each(session, mine, now)
    states = {each.case.reference: state for each, state in zip(mine, told, strict=True)}
    return [states.get(reference) for reference in references]


def _record_each(
    session: Session, writings: Sequence[Change], now: Mapping[str, CaseState]
) -> list[CaseState]:
    """Record changes to cases that are locked and stand as they do `now`."""
    known = _entries(session, writings)
    commands = locked_commands(session, [each.entry.key for each in writings if each.step is None])
    told: dict[str, CaseState] = {}
    believed: list[Believed] = []
    for writing in writings:
        reference = writing.case.reference
        told[reference] = standing = now[reference]
        command = commands.get(writing.entry.key)
        was_refused = command is not None and command.status == CommandStatus.REFUSED
        if _is_written(writing, known) or was_refused:
            continue
        if standing.case.version != writing.case.version - 1:
            told[reference] = replace(standing, written=False)
            continue
        try:
            conduct = published_pack(session, standing.case.policy).conduct
            asked = as_asked(command, writing, standing, conduct)
        except Refused as refused:
            answer_command(session, writing.entry.key, refused)
            continue
        asked = with_seal_anew(session, with_what_goes(session, asked))
        believed.append(Believed(change=asked, before=standing.case))
    states = write_each(session, believed)
    for each in believed:
        erase_texts(session, each.change)
        correct_contact(session, each.change)
        if each.change.entry.facts.get("enclosed"):
            see_to_what_went_again(session, each.change.case.reference, each.change.entry.by)
    told |= {state.case.reference: state for state in states}
    return [told[each.case.reference] for each in writings]


def write(session: Session, change: Change, before: Case | None = None) -> CaseState:
    """Write a change that is believed to a case whose row is locked. `before` is the case as it
    stood, by which the entry tells the tasks that the change gives and ends."""
    return write_each(session, [Believed(change=change, before=before)])[0]


def _standings(
    session: Session,
    references: Collection[str],
    *,
    locked: bool = False,
    skip_locked: bool = False,
) -> dict[str, CaseState]:
    """How these cases stand. The lock on the row of a case is that of its hash chain too: one
    writer at a time. In one order, so that no two wait for each other."""
    cases = select(CaseRow.reference, CaseRow.state).where(CaseRow.reference.in_(references))
    if locked:
        cases = cases.order_by(CaseRow.reference).with_for_update(skip_locked=skip_locked)
    states = {row.reference: row.state for row in session.execute(cases)}
    clocks: dict[str, list[Clock]] = {reference: [] for reference in states}
    if states:
        rows = select(ClockRow.reference, ClockRow.clock).where(ClockRow.reference.in_(states))
        for row in session.execute(rows.order_by(ClockRow.reference, ClockRow.position)):
            clocks[row.reference].append(CLOCK.validate_python(row.clock))
    return {
        reference: CaseState(case=CASE.validate_python(state), clocks=tuple(clocks[reference]))
        for reference, state in states.items()
    }


Written = tuple[str, str]
"""A case and the key of an entry of its journal."""


def _entries(session: Session, writings: Sequence[Change]) -> dict[Written, tuple[str, str]]:
    """What stands already under the keys of these changes: event, and by whom."""
    keys = [(each.case.reference, each.entry.key) for each in writings]
    rows = session.execute(
        select(JournalRow.reference, JournalRow.key, JournalRow.event, JournalRow.by).where(
            tuple_(JournalRow.reference, JournalRow.key).in_(keys)
        )
    )
    return {(row.reference, row.key): (row.event, row.by) for row in rows}


def _is_written(writing: Change, known: Mapping[Written, tuple[str, str]]) -> bool:
    """Whether this very entry is there already; raises `KeyTaken` when another one is."""
    reference, entry = writing.case.reference, writing.entry
    found = known.get((reference, entry.key))
    if found not in (None, (entry.event, entry.by)):
        raise KeyTaken(f"{reference}: {entry.key} is {found[0]}, and not {entry.event}")
    return found is not None
