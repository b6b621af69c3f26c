"""What was decided about people on its way to the system of human resources: what is new, what went
in which file, and what they have said that they have.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from domain.acts import HandOver, ReceiveHandOver
from domain.case import Actor, Case
from domain.events import Event
from domain.hand_over import HandOverItem, items_of
from domain.permission_names import Permission
from domain.relations import Reader
from domain.statuses import TaskKind
from store.cases.commands import ask_besides
from store.evidence.audit import Action, note
from store.scope import cases_for
from store.tables import CaseRow, HandOverItemRow, HandOverRow, TaskRow
from store.values import CASE

FILES_SHOWN = 50
"""The newest files that the page lists (default)."""

ONE_AT_A_TIME = 0x48522D31
"""The lock of PostgreSQL under which a file is put together, so that no item goes in two."""


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
    """A file that was made, with its items."""

    number: int
    made_by: str
    made_at: datetime
    receipt: str
    received_by: str | None
    received_at: datetime | None
    lines: tuple[HandOverLine, ...]


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
        for item in items_of(case)
        if (case.reference, item.key) not in gone
    ]
    return tuple(sorted(found, key=lambda each: (each.item.decided_at, each.reference)))


def files_made(session: Session, reader: Reader) -> tuple[HandOverFile, ...]:
    """The newest files, without those that speak of a case which this person must not know of."""
    rows = session.scalars(
        select(HandOverRow).order_by(HandOverRow.number.desc()).limit(FILES_SHOWN)
    ).all()
    found = _with_lines(session, reader, rows)
    return tuple(each for each in found if each is not None)


def find_file(session: Session, reader: Reader, number: int) -> HandOverFile | None:
    """One of them; None where there is none, or none for this person."""
    row = session.get(HandOverRow, number, populate_existing=True)
    return None if row is None else next(iter(_with_lines(session, reader, [row])))


def make_file(session: Session, reader: Reader, by: Actor) -> int | None:
    """Put everything that is new in a file, and tell the cases so; None where nothing is new. Two
    who ask at once get it once."""
    session.execute(select(func.pg_advisory_xact_lock(ONE_AT_A_TIME)))
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
    _tell_cases(session, number, lines, HandOver, by)
    return number


def note_received(session: Session, file: HandOverFile, receipt: str, by: Actor) -> bool:
    """Keep the receipt of human resources for a file, and tell the cases so; False where it has one
    already."""
    kept = session.scalar(
        update(HandOverRow)
        .where(HandOverRow.number == file.number, HandOverRow.receipt == "")
        .values(receipt=receipt, received_by=by.person, received_at=func.now())
        .returning(HandOverRow.number)
    )
    if kept is None:
        return False
    note(
        session,
        Action.HAND_OVER_RECEIVED,
        by=by.person,
        subject=str(file.number),
        receipt=receipt,
    )
    _tell_cases(session, file.number, file.lines, ReceiveHandOver, by, {"receipt": receipt})
    return True


def _tell_cases(
    session: Session,
    number: int,
    lines: Iterable[HandOverLine],
    act: type[HandOver | ReceiveHandOver],
    by: Actor,
    words: Mapping[str, str] | None = None,
) -> None:
    items: dict[str, list[str]] = defaultdict(list)
    for each in lines:
        items[each.reference].append(each.item.key)
    for reference, keys in items.items():
        told = act(number=number, items=tuple(keys))
        ask_besides(session, f"{told.kind}/{number}/{reference}", reference, told, by, words)


def _gone(session: Session, references: list[str]) -> frozenset[tuple[str, str]]:
    """The items of these cases that went in a file, whether or not their cases know by now."""
    rows = session.execute(
        select(HandOverItemRow.reference, HandOverItemRow.item).where(
            HandOverItemRow.reference.in_(references)
        )
    )
    return frozenset((reference, item) for reference, item in rows)


def _with_lines(
    session: Session, reader: Reader, rows: Iterable[HandOverRow]
) -> list[HandOverFile | None]:
    """The files with their items; None in the place of one that is not whole for this person."""
    rows = list(rows)
    found = session.execute(
        select(HandOverItemRow.file, HandOverItemRow.item, CaseRow.state)
        .outerjoin(
            CaseRow,
            (CaseRow.reference == HandOverItemRow.reference)
            & cases_for(Permission.HAND_OVER, reader),
        )
        .where(HandOverItemRow.file.in_([row.number for row in rows]))
    )
    lines: dict[int, list[HandOverLine | None]] = defaultdict(list)
    for number, key, state in found:
        lines[number].append(_line(state, key))
    files: list[HandOverFile | None] = []
    for row in rows:
        whole = [each for each in lines[row.number] if each is not None]
        is_whole = len(whole) == len(lines[row.number])
        files.append(_file(row, whole) if is_whole else None)
    return files


def _line(state: Mapping[str, object] | None, key: str) -> HandOverLine | None:
    if state is None:
        return None
    case = CASE.validate_python(state)
    item = next((each for each in items_of(case) if each.key == key), None)
    return None if item is None else HandOverLine(case=case, item=item, due_at=None)


def _file(row: HandOverRow, lines: list[HandOverLine]) -> HandOverFile:
    in_order = sorted(lines, key=lambda each: (each.item.decided_at, each.reference))
    return HandOverFile(
        number=row.number,
        made_by=row.made_by,
        made_at=row.made_at,
        receipt=row.receipt,
        received_by=row.received_by,
        received_at=row.received_at,
        lines=tuple(in_order),
    )
