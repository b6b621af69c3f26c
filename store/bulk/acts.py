"""Bulk acts as they were asked for: a command for each case, and why none was stored for others."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from domain.acts import AnyAct
from domain.case import Actor
from domain.errors import NotFit, Refusal, Refused
from domain.relations import Reader
from domain.statuses import CommandStatus
from store.cases.commands import (
    MORE_HANGS_ON,
    CommandToKeep,
    flaws_of_words,
    keep_commands,
    texts_in,
)
from store.cases.requirements import require_all
from store.outbox import messages
from store.people.leavers import Left, known_left
from store.scope import Standing, reader_of, standing_in
from store.tables import BulkActRow, BulkItemRow, CommandRow, table_of


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedOfOne:
    """What is asked of one of the cases."""

    reference: str
    command_id: str
    """Made with the preview, so that it is asked once however often the form is sent."""
    act: AnyAct | None
    """None where the case is left alone."""
    left_alone: Refused | None = None
    """Why, where it is."""
    seen_version: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkItem:
    """What became of it in one case."""

    reference: str
    command_id: str | None
    """None where nothing was asked."""
    status: CommandStatus
    refusal: Refused | None
    seen_version: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkAct:
    """One act upon several cases, as far as it has come."""

    id: str
    by: str
    kind: str
    asked_at: datetime
    items: tuple[BulkItem, ...]

    @property
    def answered(self) -> int:
        """In how many cases it is known what became of it."""
        return len(self.items) - self.count(CommandStatus.STORED)

    @property
    def is_at_work(self) -> bool:
        """Whether some answer has still to come."""
        return self.answered < len(self.items)

    def count(self, status: CommandStatus) -> int:
        """In how many cases it has come to this."""
        return sum(each.status is status for each in self.items)


def store_bulk(
    session: Session,
    bulk_id: str,
    kind: str,
    asked: Sequence[AskedOfOne],
    words: Mapping[str, str],
    by: Actor,
) -> None:
    """Store what is asked of each case, in this transaction; what a rule forbids in one stops no
    other. The same again changes nothing, whatever it says: under one key one thing is asked.

    Raises `NotFit` for a text that will not do.
    """
    if not _is_new(session, bulk_id, kind, by.person):
        return
    flaws = flaws_of_words(words)
    if flaws:
        raise NotFit(flaws)
    refused = _stored_each(session, asked, texts_in(words), by)
    rows = [
        {
            "bulk": bulk_id,
            "position": position,
            "reference": each.reference,
            "command": None if each.command_id in refused else each.command_id,
            "refusal": refused[each.command_id].as_kept() if each.command_id in refused else None,
        }
        for position, each in enumerate(asked)
    ]
    if rows:
        session.execute(insert(table_of(BulkItemRow)), rows)


def find_bulk(session: Session, bulk_id: str, person: str) -> BulkAct | None:
    """One that this person has asked for, as the records have it now."""
    row = session.get(BulkActRow, bulk_id, populate_existing=True)
    if row is None or row.by != person:
        return None
    items = session.execute(
        select(
            BulkItemRow.reference,
            BulkItemRow.command,
            BulkItemRow.refusal.label("left_alone"),
            CommandRow.status,
            CommandRow.refusal,
            CommandRow.seen_version,
        )
        .outerjoin(CommandRow, CommandRow.id == BulkItemRow.command)
        .where(BulkItemRow.bulk == bulk_id)
        .order_by(BulkItemRow.position)
    )
    return BulkAct(
        id=row.id,
        by=row.by,
        kind=row.kind,
        asked_at=row.asked_at,
        items=tuple(
            BulkItem(
                reference=each.reference,
                command_id=each.command,
                status=CommandStatus(each.status or CommandStatus.REFUSED),
                refusal=Refused.read(kept) if (kept := each.left_alone or each.refusal) else None,
                seen_version=each.seen_version,
            )
            for each in items
        ),
    )


def _is_new(session: Session, bulk_id: str, kind: str, person: str) -> bool:
    begun = insert(BulkActRow).values(id=bulk_id, by=person, kind=kind)
    asked = begun.on_conflict_do_nothing(index_elements=["id"]).returning(BulkActRow.id)
    return session.scalar(asked) is not None


def _stored_each(
    session: Session, asked: Sequence[AskedOfOne], said: Mapping[str, str], by: Actor
) -> Mapping[str, Refused]:
    """Store the command of each case as if it had been asked of that alone, in as many statements
    as one takes; why not, by its id, for each that was not stored."""
    reader = reader_of(session, by)
    standings = standing_in(session, reader, [each.reference for each in asked])
    left, refused = known_left(session), dict[str, Refused]()
    fit: list[CommandToKeep] = []
    for each in asked:
        try:
            standing = standings.get(each.reference)
            fit.append(_required(session, each, standing, reader, said, left))
        except Refused as why:
            refused[each.command_id] = why
    for command_id in {each.id for each in fit} - keep_commands(session, fit, said, by):
        refused[command_id] = Refused(Refusal.ASKED_OTHERWISE)
    kept = [each.id for each in fit if each.id not in refused]
    messages.put(session, messages.MessageKind.COMMAND, *kept)
    return refused


def _required(
    session: Session,
    each: AskedOfOne,
    standing: Standing | None,
    reader: Reader,
    said: Mapping[str, str],
    left: Left,
) -> CommandToKeep:
    """The command of one case; raises `Refused` for what stands against it."""
    if each.act is None:
        raise each.left_alone or Refused(Refusal.NOT_TO_BE_UNDONE)
    if standing is None:
        raise Refused(Refusal.UNKNOWN_REFERENCE, reference=each.reference)
    assert not isinstance(each.act, MORE_HANGS_ON), "more is kept with it than a command"
    require_all(
        session,
        each.act,
        reader,
        standing.relations,
        case=standing.case,
        command_id=each.command_id,
        said=said,
        seen_version=each.seen_version,
        left=left,
    )
    return CommandToKeep(
        id=each.command_id,
        reference=each.reference,
        act=each.act,
        seen_version=each.seen_version,
    )
