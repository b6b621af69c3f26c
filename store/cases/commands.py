"""What people asked for: stored before it is delivered, answered once (decision 3)."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from domain.acts import (
    AcceptBelonging,
    ActContext,
    AnyAct,
    ApprovedAct,
    Attach,
    CorrectContact,
    Link,
    MarkDuplicate,
    ProposeImprovement,
    WriteLetter,
    carried_out,
)
from domain.case import Actor
from domain.complaint import Flaw, flaws_of_instant, flaws_of_sensitive, flaws_of_text
from domain.contacts import Contact
from domain.errors import NotFit, Refusal, Refused
from domain.journal import REDRESS, CaseState, Change, is_reserved
from domain.policy import CaseRules
from domain.statuses import CommandStatus
from rulebook.instants import read_instant_limits
from rulebook.texts import read_text_limits
from store.cases.links import further_links, links_of_accepted
from store.cases.requirements import require_all
from store.contacts import forget_correction, is_same_correction, keep_correction
from store.database import transaction_time
from store.files.attachments import require_room_for_file, write_attachment
from store.outbox import messages
from store.scope import OpenedCase, reader_of, standing_in
from store.tables import CommandRow, OutboxRow, table_of
from store.values import ACT, ACTOR, to_json

HEAD_START = timedelta(seconds=6)
"""How long a command is left to the desk that stored it and waits for its answer; the relay would
only ask the same a second time (default)."""

NO_CONTACT: Contact = {}
"""What comes with every act but the correction of a contact."""


MORE_HANGS_ON = (
    AcceptBelonging, Attach, CorrectContact, Link, MarkDuplicate, ProposeImprovement, WriteLetter,
)  # fmt: skip
"""Acts with which `store_command` keeps or asks more than one command."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredCommand:
    """A command as it lies in the store: what a workflow is given, and how it was answered."""

    id: str
    reference: str
    act: AnyAct
    by: Actor
    at: datetime
    words: tuple[str, ...]
    """Names of the texts that came with it."""
    seen_version: int | None
    status: CommandStatus
    refusal: Refused | None


def store_command(
    session: Session,
    *,
    command_id: str,
    reference: str,
    act: AnyAct,
    words: Mapping[str, str],
    by: Actor,
    seen_version: int | None,
    contact: Contact = NO_CONTACT,
) -> StoredCommand:
    """Keep a command for delivery. The same again changes nothing and finds the first answer.
    `contact` is what comes with the correction of one.

    A link is asked of the other cases of the group too, so that each of them knows it is one.

    Raises `NotFit` for a text that will not do, or a date no clock could count to; `Refused` for a
    case that is not there or not this person's, for what they may not do to it, for what would be
    asked of somebody who comes in no more, for an id that is a key of Redress's own, or one under
    which something else was asked: the answer to that would be taken for an answer to this.
    """
    if is_reserved(command_id):
        raise Refused(Refusal.RESERVED_ID)
    flaws = [*flaws_of_words(words), *_flaws_of_instants(session, act)]
    if flaws:
        raise NotFit(flaws)
    if isinstance(act, Link | MarkDuplicate):
        act = replace(act, reference=act.reference.strip().upper())
    if isinstance(act, ProposeImprovement):
        act = replace(act, also=tuple(each.upper() for each in act.also))
    reader = reader_of(session, by)
    standing = standing_in(session, reader, [reference]).get(reference)
    if standing is None:
        raise Refused(Refusal.UNKNOWN_REFERENCE, reference=reference)
    said = texts_in(words)
    if keep_command(session, command_id, reference, act, said, by, seen_version):
        # What was asked before keeps its answer, also when the case is closed to them since.
        require_all(
            session,
            act,
            reader,
            standing.relations,
            case=standing.case,
            command_id=command_id,
            said=said,
            seen_version=seen_version,
        )
        if isinstance(act, Attach | WriteLetter):
            require_room_for_file(session, reference)
            write_attachment(session, command_id, reference, act)
        if isinstance(act, CorrectContact):
            keep_correction(session, command_id, reference, act, contact)
        if isinstance(act, Link):
            _link(session, command_id, by, further_links(session, reader, reference, act))
        if isinstance(act, AcceptBelonging):
            _link(session, command_id, by, links_of_accepted(session, reader, reference))
        messages.put(session, messages.MessageKind.COMMAND, command_id, not_before=HEAD_START)
    else:
        first = session.get_one(CommandRow, command_id, populate_existing=True)
        known = _as_asked_for(ACT.validate_python(first.act))
        asked = known, first.words, first.reference, first.by["person"]
        if asked != (_as_asked_for(act), said, reference, by.person):
            raise Refused(Refusal.ASKED_OTHERWISE)
        if isinstance(act, CorrectContact) and not is_same_correction(session, command_id, contact):
            raise Refused(Refusal.ASKED_OTHERWISE)
    return read_command(session, command_id)


def _link(session: Session, command_id: str, by: Actor, links: Iterable[tuple[str, Link]]) -> None:
    """Ask the other cases of a group to know of one another."""
    for each, link in links:
        ask_besides(session, f"{command_id}/{each}/{link.reference}", each, link, by)


def ask_besides(
    session: Session,
    command_id: str,
    reference: str,
    act: AnyAct,
    by: Actor,
    words: Mapping[str, str] | None = None,
) -> None:
    """Ask for an act that follows from something else; asking twice is asking once."""
    if keep_command(session, command_id, reference, act, words or {}, by, None):
        messages.put(session, messages.MessageKind.COMMAND, command_id)


def texts_in(words: Mapping[str, str]) -> dict[str, str]:
    """The texts that say anything."""
    return {name: text for name, text in words.items() if text.strip()}


def flaws_of_words(words: Mapping[str, str]) -> list[Flaw]:
    """What stands against the texts that come with an act."""
    limit = read_text_limits().with_an_act
    flaws = [flaw for name, text in words.items() for flaw in flaws_of_text(name, text, limit)]
    return flaws + [flaw for name, text in words.items() for flaw in flaws_of_sensitive(name, text)]


def _as_asked_for(act: AnyAct) -> AnyAct:
    """An act without the second person, who comes to it later."""
    return replace(act, approved_by=None) if isinstance(act, ApprovedAct) else act


def _flaws_of_instants(session: Session, act: AnyAct) -> list[Flaw]:
    """What stands against the dates of an act: what is stored here will be carried out."""
    dated = {each.name: getattr(act, each.name) for each in fields(act)}
    instants = {name: value for name, value in dated.items() if isinstance(value, datetime)}
    if not instants:
        return []
    now = transaction_time(session)
    limits = read_instant_limits()
    return [
        flaw
        for name, instant in instants.items()
        for flaw in flaws_of_instant(name, instant, now, limits)
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandToKeep:
    """What is asked of one case, before it is written down."""

    id: str
    reference: str
    act: AnyAct
    seen_version: int | None


def keep_command(
    session: Session,
    command_id: str,
    reference: str,
    act: AnyAct,
    words: Mapping[str, str],
    by: Actor,
    seen_version: int | None,
) -> bool:
    """Write the row of a command, unless there is one of that id."""
    asked = CommandToKeep(id=command_id, reference=reference, act=act, seen_version=seen_version)
    return bool(keep_commands(session, [asked], words, by))


def keep_commands(
    session: Session, asked: Collection[CommandToKeep], words: Mapping[str, str], by: Actor
) -> frozenset[str]:
    """Write the rows of commands with the same texts, but for those whose ids are taken; returns
    the ids of those that were written."""
    rows = [
        {
            "id": each.id,
            "reference": each.reference,
            "act": to_json(ACT, each.act),
            "words": words,
            "by": to_json(ACTOR, by),
            "seen_version": each.seen_version,
        }
        for each in asked
    ]
    if not rows:
        return frozenset()
    commands = table_of(CommandRow)
    new = insert(commands).on_conflict_do_nothing(index_elements=["id"])
    return frozenset(session.scalars(new.returning(commands.c.id), rows))


def act_of(session: Session, command_id: str) -> AnyAct | None:
    """What was asked under this id; None when nothing was."""
    row = session.get(CommandRow, command_id)
    return ACT.validate_python(row.act) if row else None


def answered_of(
    session: Session, case: OpenedCase, command_ids: Collection[str]
) -> tuple[StoredCommand, ...]:
    """Of these commands, those that the reader of the case gave in it and that are answered."""
    rows = session.scalars(
        select(CommandRow)
        .where(
            CommandRow.id.in_(command_ids),
            CommandRow.reference == case.reference,
            CommandRow.by["person"].astext == case.reader.person,
            CommandRow.status != CommandStatus.STORED,
        )
        .order_by(CommandRow.stored_at, CommandRow.id)
    )
    return tuple(map(_as_stored, rows))


def read_command(session: Session, command_id: str) -> StoredCommand:
    """A stored command; raises `NoResultFound` when there is none of that id."""
    return _as_stored(session.get_one(CommandRow, command_id, populate_existing=True))


def _as_stored(row: CommandRow) -> StoredCommand:
    return StoredCommand(
        id=row.id,
        reference=row.reference,
        act=ACT.validate_python(row.act),
        by=ACTOR.validate_python(row.by),
        at=row.stored_at,
        words=tuple(sorted(row.words)),
        seen_version=row.seen_version,
        status=CommandStatus(row.status),
        refusal=Refused.read(row.refusal) if row.refusal else None,
    )


class NoCommand(Exception):
    """Nobody of the bank has asked for this: it is not what a stored command says, and no step of
    a clock. Whoever sent it has gone round the pages."""


def locked_commands(session: Session, command_ids: Collection[str]) -> dict[str, CommandRow]:
    """Those of these commands that there are, as they stand now. Locked in one order: nobody may be
    told no while the act is being written."""
    if not command_ids:
        return {}
    wanted = select(CommandRow).where(CommandRow.id.in_(command_ids)).order_by(CommandRow.id)
    rows = session.scalars(wanted.with_for_update(), execution_options={"populate_existing": True})
    return {row.id: row for row in rows}


def as_asked(row: CommandRow | None, writing: Change, now: CaseState, conduct: CaseRules) -> Change:
    """The change to the case as it stands `now` that was really asked for under this key: act,
    person and instant come from the stored command, whatever the engine was told. A step of a
    clock is the case's own.

    :param row: the command of that key, if there is one

    Raises `NoCommand` when nobody asked, and `Refused` with the rule that forbids it.
    """
    entry, step = writing.entry, writing.step
    if step is not None:
        if (entry.by, entry.key) != (REDRESS, step.key):
            raise NoCommand(f"{entry.key} is written as a step and is none")
        return writing
    if row is None or row.reference != now.case.reference:
        raise NoCommand(f"{entry.event} without a command")
    given = ActContext(
        by=ACTOR.validate_python(row.by),
        at=row.stored_at,
        words=frozenset(row.words),
        conduct=conduct,
        clocks=now.clocks,
    )
    act = ACT.validate_python(row.act)
    return carried_out(act, now.case, given, key=row.id, seen_version=row.seen_version)


def accept_command(session: Session, command_id: str) -> None:
    """Write down the yes that the record itself gave, in the transaction of its journal entry.

    The message that asks for its delivery stays: an engine that dies before it has written down
    what it heard has forgotten it, and must be told again.
    """
    _answer(session, command_id, CommandStatus.ACCEPTED, None)


def answer_command(session: Session, command_id: str, refusal: Refused | None) -> None:
    """Write down what the workflow answered; the first answer stands. Nobody needs to deliver this
    command any more."""
    if refusal is not None:  # a yes was written with its journal entry
        _answer(session, command_id, CommandStatus.REFUSED, refusal.as_kept())
        forget_correction(session, command_id)
    messages.done(session, messages.MessageKind.COMMAND, [command_id])


def _answer(
    session: Session, command_id: str, status: CommandStatus, refusal: dict[str, Any] | None
) -> None:
    commands = table_of(CommandRow)
    session.execute(
        update(commands)
        .where(commands.c.id == command_id, commands.c.status == CommandStatus.STORED)
        .values(status=status, refusal=refusal, answered_at=func.now())
    )


def put_back_forgotten(session: Session) -> None:
    """Ask again for the delivery of unanswered commands whose message is gone."""
    forgotten = session.scalars(
        select(CommandRow.id)
        .outerjoin(
            OutboxRow,
            (OutboxRow.kind == messages.MessageKind.COMMAND) & (OutboxRow.key == CommandRow.id),
        )
        .where(CommandRow.status == CommandStatus.STORED, OutboxRow.key.is_(None))
    )
    for command_id in forgotten.all():
        messages.put(session, messages.MessageKind.COMMAND, command_id)
