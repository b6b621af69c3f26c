"""What people asked for: stored before it is delivered, answered once (decision 3)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from domain.acts import (
    AcceptBelonging,
    ActContext,
    AnyAct,
    ApprovedAct,
    Attach,
    Link,
    MarkDuplicate,
    ProposeImprovement,
    carried_out,
)
from domain.case import Actor
from domain.complaint import Flaw, flaws_of_instant, flaws_of_sensitive, flaws_of_text
from domain.errors import NotFit, Refusal, Refused
from domain.journal import REDRESS, CaseState, Change, is_reserved
from domain.policy import CaseRules
from domain.statuses import CommandStatus
from rulebook.instants import read_instant_limits
from rulebook.texts import read_text_limits
from store.cases.links import further_links, links_of_accepted
from store.cases.requirements import require_all
from store.files.attachments import write_attachment
from store.outbox import messages
from store.scope import reader_of, relations_in
from store.tables import CommandRow, OutboxRow
from store.values import ACT, ACTOR, to_json

HEAD_START = timedelta(seconds=6)
"""How long a command is left to the desk that stored it and waits for its answer; the relay would
only ask the same a second time (default)."""


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
) -> StoredCommand:
    """Keep a command for delivery. The same again changes nothing and finds the first answer.

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
    relations = relations_in(session, reader, reference)
    if relations is None:
        raise Refused(Refusal.UNKNOWN_REFERENCE, reference=reference)
    said = texts_in(words)
    if keep_command(session, command_id, reference, act, said, by, seen_version):
        # What was asked before keeps its answer, also when the case is closed to them since.
        require_all(
            session, act, reader, relations, reference=reference, command_id=command_id, said=said
        )
        if isinstance(act, Attach):
            write_attachment(session, command_id, reference, act)
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
    now: datetime = session.scalars(select(func.now())).one()
    limits = read_instant_limits()
    return [
        flaw
        for name, instant in instants.items()
        for flaw in flaws_of_instant(name, instant, now, limits)
    ]


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
    inserted = session.scalar(
        insert(CommandRow)
        .values(
            id=command_id,
            reference=reference,
            act=to_json(ACT, act),
            words=words,
            by=to_json(ACTOR, by),
            seen_version=seen_version,
        )
        .on_conflict_do_nothing(index_elements=["id"])
        .returning(CommandRow.id)
    )
    return inserted is not None


def act_of(session: Session, command_id: str) -> AnyAct | None:
    """What was asked under this id; None when nothing was."""
    row = session.get(CommandRow, command_id)
    return ACT.validate_python(row.act) if row else None


def read_command(session: Session, command_id: str) -> StoredCommand:
    """A stored command; raises `NoResultFound` when there is none of that id."""
    row = session.get_one(CommandRow, command_id, populate_existing=True)
    refusal = None
    if row.refusal is not None:
        refusal = Refused(Refusal(row.refusal["code"]), **row.refusal["facts"])
    return StoredCommand(
        id=row.id,
        reference=row.reference,
        act=ACT.validate_python(row.act),
        by=ACTOR.validate_python(row.by),
        at=row.stored_at,
        words=tuple(sorted(row.words)),
        seen_version=row.seen_version,
        status=CommandStatus(row.status),
        refusal=refusal,
    )


class NoCommand(Exception):
    """Nobody of the bank has asked for this: it is not what a stored command says, and no step of
    a clock. Whoever sent it has gone round the pages."""


def as_asked(session: Session, writing: Change, now: CaseState, conduct: CaseRules) -> Change:
    """The change to the case as it stands `now` that was really asked for under this key: act,
    person and instant come from the stored command, whatever the engine was told. A step of a
    clock is the case's own.

    Raises `NoCommand` when nobody asked, and `Refused` with the rule that forbids it.
    """
    entry, step = writing.entry, writing.step
    if step is not None:
        if (entry.by, entry.key) != (REDRESS, step.key):
            raise NoCommand(f"{entry.key} is written as a step and is none")
        return writing
    row = session.get(CommandRow, entry.key, populate_existing=True)
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


def answer_command(session: Session, command_id: str, refusal: Refused | None) -> None:
    """Write down the workflow's answer; the first one stands."""
    status = CommandStatus.ACCEPTED if refusal is None else CommandStatus.REFUSED
    told = None if refusal is None else {"code": refusal.code, "facts": dict(refusal.facts)}
    session.execute(
        update(CommandRow)
        .where(CommandRow.id == command_id, CommandRow.status == CommandStatus.STORED)
        .values(status=status, refusal=told, answered_at=func.now())
    )
    messages.done(session, messages.MessageKind.COMMAND, [command_id])


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
