"""What was decided about people on its way to the system of human resources: what is new, what went
in which file, and what they have said that they have.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, not_, select, update
from sqlalchemy.orm import Session

from domain.acts import HandOver, ReceiveHandOver
from domain.case import Actor, Case
from domain.events import Event
from domain.hand_over import HandOverItem, items_of, waiting_items
from domain.permission_names import Permission
from domain.relations import Reader
from domain.statuses import TaskKind
from store.cases.commands import ask_besides
from store.database import AdvisoryLock, hold
from store.evidence.audit import Action, note
from store.scope import cases_for
from store.tables import CaseRow, HandOverItemRow, HandOverRow, TaskRow
from store.values import CASE

FILES_SHOWN = 50
"""The newest files that the page lists (default)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOverLine:
    """An item with the case it comes from."""

    case: Case
    item: HandOverItem
    due_at: datetime | None
    """Until when human resources are to have it; None once nothing of its case waits."""

    @property
    def reference(self) -> str:
        return self.case.reference


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOverFile:
    """A file that was made."""

    number: int
    made_by: str
    made_at: datetime
    receipt: str
    received_by: str | None
    received_at: datetime | None
    items: int
    """How many are in it."""


def new_lines(session: Session, reader: Reader) -> tuple[HandOverLine, ...]:
    """What waits to be handed over and went in no file yet, the oldest first."""
    waits = select(TaskRow.reference, func.min(TaskRow.due_at).label("due_at")).where(
        TaskRow.kind == TaskKind.DUTY,
        TaskRow.done_at.is_(None),
        TaskRow.facts["until"].contains([Event.HAND_OVER_RECEIVED]),
    )
    waiting = waits.group_by(TaskRow.reference).subquery()
    rows = session.execute(
        select(CaseRow.state, waiting.c.due_at)
        .join(waiting, waiting.c.reference == CaseRow.reference)
        .where(cases_for(Permission.HAND_OVER, reader))
    ).all()
    cases = [(CASE.validate_python(state), due_at) for state, due_at in rows]
    gone = _gone(session, [case.reference for case, _ in cases])
    found = [
        HandOverLine(case=case, item=item, due_at=due_at)
        for case, due_at in cases
        for item in waiting_items(case)
        if (case.reference, item.key) not in gone
    ]
    return _in_order(found)


def files_made(session: Session, reader: Reader) -> tuple[HandOverFile, ...]:
    """The newest files, without those that speak of a case which this person must not know of."""
    newest = _files(reader).order_by(HandOverRow.number.desc()).limit(FILES_SHOWN)
    return tuple(_file(row, items) for row, items in session.execute(newest))


def find_file(session: Session, reader: Reader, number: int) -> HandOverFile | None:
    """One of them; None where there is none, or none for this person."""
    found = session.execute(_files(reader).where(HandOverRow.number == number)).one_or_none()
    return None if found is None else _file(*found)


def lines_of(session: Session, reader: Reader, file: HandOverFile) -> tuple[HandOverLine, ...]:
    """What is in a file, the oldest first."""
    rows = session.execute(
        select(HandOverItemRow.item, CaseRow.state)
        .join(CaseRow, CaseRow.reference == HandOverItemRow.reference)
        .where(HandOverItemRow.file == file.number, cases_for(Permission.HAND_OVER, reader))
    )
    cases = [(key, CASE.validate_python(state)) for key, state in rows]
    return _in_order(
        HandOverLine(case=case, item=item, due_at=None)
        for key, case in cases
        for item in items_of(case)
        if item.key == key
    )


def make_file(session: Session, reader: Reader, by: Actor) -> int | None:
    """Put everything that is new in a file, and tell the cases so; None where nothing is new. Two
    who ask at once get it once."""
    hold(session, AdvisoryLock.MAKING_A_HAND_OVER)
    lines = new_lines(session, reader)
    if not lines:
        return None
    number = (session.scalar(select(func.max(HandOverRow.number))) or 0) + 1
    session.add(HandOverRow(number=number, made_by=by.person))
    session.flush()
    session.add_all(
        HandOverItemRow(reference=each.reference, item=each.item.key, file=number) for each in lines
    )
    note(
        session,
        Action.HAND_OVER_MADE,
        by=by.person,
        subject=str(number),
        items=len(lines),
        shown=sorted({each.reference for each in lines}),
    )
    keys = [(each.reference, each.item.key) for each in lines]
    _tell_cases(session, number, keys, HandOver, by)
    return number


def note_received(session: Session, file: HandOverFile, receipt: str, by: Actor) -> str:
    """Keep the receipt of human resources for a file, tell the cases so, and return it: the one
    that was kept before, where there was one."""
    kept = session.scalar(
        update(HandOverRow)
        .where(HandOverRow.number == file.number, HandOverRow.receipt == "")
        .values(receipt=receipt, received_by=by.person, received_at=func.now())
        .returning(HandOverRow.receipt)
    )
    if kept is None:
        of_the_file = select(HandOverRow.receipt).where(HandOverRow.number == file.number)
        return session.scalars(of_the_file).one()
    note(
        session,
        Action.HAND_OVER_RECEIVED,
        by=by.person,
        subject=str(file.number),
        receipt=receipt,
    )
    keys = session.execute(
        select(HandOverItemRow.reference, HandOverItemRow.item)
        .where(HandOverItemRow.file == file.number)
        .order_by(HandOverItemRow.reference, HandOverItemRow.item)
    )
    told = [(reference, item) for reference, item in keys]
    _tell_cases(session, file.number, told, ReceiveHandOver, by, {"receipt": receipt})
    return receipt


def _tell_cases(
    session: Session,
    number: int,
    keys: Iterable[tuple[str, str]],
    act: type[HandOver | ReceiveHandOver],
    by: Actor,
    words: Mapping[str, str] | None = None,
) -> None:
    items: dict[str, list[str]] = defaultdict(list)
    for reference, key in keys:
        items[reference].append(key)
    for reference, of_it in items.items():
        told = act(number=number, items=tuple(of_it))
        ask_besides(session, f"{told.kind}/{number}/{reference}", reference, told, by, words)


def _gone(session: Session, references: list[str]) -> frozenset[tuple[str, str]]:
    """The items of these cases that went in a file, whether or not their cases know by now."""
    rows = session.execute(
        select(HandOverItemRow.reference, HandOverItemRow.item).where(
            HandOverItemRow.reference.in_(references)
        )
    )
    return frozenset((reference, item) for reference, item in rows)


def _files(reader: Reader) -> Select[HandOverRow, int]:
    """Files with the number of their items, those alone all of whose cases this person may see."""
    hidden = (
        select(HandOverItemRow.file)
        .join(CaseRow, CaseRow.reference == HandOverItemRow.reference)
        .where(not_(cases_for(Permission.HAND_OVER, reader)))
    )
    items = (
        select(func.count())
        .select_from(HandOverItemRow)
        .where(HandOverItemRow.file == HandOverRow.number)
        .scalar_subquery()
    )
    return select(HandOverRow, items).where(HandOverRow.number.not_in(hidden))


def _file(row: HandOverRow, items: int) -> HandOverFile:
    return HandOverFile(
        number=row.number,
        made_by=row.made_by,
        made_at=row.made_at,
        receipt=row.receipt,
        received_by=row.received_by,
        received_at=row.received_at,
        items=items,
    )


def _in_order(lines: Iterable[HandOverLine]) -> tuple[HandOverLine, ...]:
    return tuple(sorted(lines, key=lambda each: (each.item.decided_at, each.reference)))
