"""What people have written in a case, wherever PostgreSQL has it: counted, and erased.

Instants, classes, ids and digests stay, and so does the chain of the journal.
"""

import hmac
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    Text,
    Update,
    and_,
    cast,
    delete,
    func,
    insert,
    null,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Session

from domain.customers import FOUND_BY, CustomerField
from domain.journal import Change
from domain.retention import TextStore
from domain.statuses import CommandStatus
from store.customers import hash_column
from store.database import journal_key
from store.evidence.complaint_seal import FACT, seal_of_complaint
from store.evidence.erased import ERASURES
from store.outbox.messages import MessageKind
from store.personal import Sealed
from store.sources import RESOLUTION, RUN
from store.tables import (
    ApprovalRow,
    AttachmentRow,
    AuditRow,
    CommandRow,
    ComplaintRow,
    ContactCorrectionRow,
    ErasureRow,
    ImportRow,
    JournalRow,
    KeptFormRow,
    MailRow,
    NoticeRow,
    OutboxRow,
    RepairRow,
    UploadRow,
)

TAKEN_OUT = "taken_out"
"""The fact of the entry that says what went: stores with how much of it each had."""

REASON = "reason"
"""The one text that people write into the audit."""

WORDS = "words"
"""Where a request keeps the texts of the act that is asked for."""

ROWS_TOLD = ("rows", "preview")
"""Where the report of an import quotes its file."""

NOTHING: Mapping[str, Any] = {}

UPLOADED_BEFORE = timedelta(days=2)
"""How long before its import a file was handed in, at most: within a day somebody has asked for the
import (`store.cases.uploads`), which may wait as long again for a worker."""


def count_texts(session: Session, references: Sequence[str]) -> dict[TextStore, int]:
    """How much of these cases would be erased, in each store that has something."""
    asked = {
        TextStore.COMPLAINT: select(ComplaintRow.reference).where(
            ComplaintRow.reference.in_(references), ComplaintRow.narrative != ""
        ),
        TextStore.JOURNAL: select(JournalRow.version).where(
            JournalRow.reference.in_(references), _holds(JournalRow.words)
        ),
        TextStore.COMMANDS: select(CommandRow.id).where(
            CommandRow.reference.in_(references), _holds(CommandRow.words)
        ),
        TextStore.REQUESTS: select(ApprovalRow.id).where(ApprovalRow.subject.in_(references)),
        TextStore.FILES: select(AttachmentRow.command).where(
            AttachmentRow.reference.in_(references)
        ),
        TextStore.MAILS: select(MailRow.id).where(
            MailRow.reference.in_(references), MailRow.sender_address != Sealed()
        ),
        TextStore.NOTICES: select(NoticeRow.id).where(
            NoticeRow.reference.in_(references), NoticeRow.last_error.is_not(None)
        ),
        TextStore.LOOKS: select(AuditRow.id).where(
            AuditRow.subject.in_(references), AuditRow.facts.has_key(REASON)
        ),
        TextStore.IMPORTS: _uploads_of(references),
        TextStore.FORMS: select(KeptFormRow.key_hash).where(KeptFormRow.reference.in_(references)),
    }
    found = {
        each: session.scalar(select(func.count()).select_from(question.subquery())) or 0
        for each, question in asked.items()
    }
    return {each: count for each, count in found.items() if count}


def with_what_goes(session: Session, writing: Change) -> Change:
    """A change that erases its case, with an entry that says what goes and seals what is left of
    the complaint; any other change as it is."""
    entry = writing.entry
    if entry.event not in ERASURES:
        return writing
    reference = writing.case.reference
    counted = count_texts(session, [reference])
    left = _left_of_complaint(session, reference)
    facts = {
        **entry.facts,
        TAKEN_OUT: ", ".join(f"{each} {count}" for each, count in counted.items()),
        FACT: seal_of_complaint(journal_key(session), left),
    }
    return replace(writing, entry=replace(entry, facts=facts))


def erase_texts(session: Session, writing: Change) -> None:
    """Take everything out of the rows, in the transaction of the entry that says so, and note what
    lies outside them. The triggers of journal and audit let nothing else through."""
    if writing.entry.event not in ERASURES:
        return
    reference = writing.case.reference
    files = session.scalars(
        select(AttachmentRow.digest).where(AttachmentRow.reference == reference).distinct()
    ).all()
    uploads = session.scalars(_uploads_of([reference])).all()
    left = _left_of_complaint(session, reference)
    for statement in (
        update(ComplaintRow).where(ComplaintRow.reference == reference).values(_columns_of(left)),
        update(JournalRow).where(JournalRow.reference == reference).values(words=null()),
        update(CommandRow).where(CommandRow.reference == reference).values(words=NOTHING),
        *_of_requests(reference),
        update(RepairRow).where(RepairRow.reference == reference).values(reason=""),
        update(NoticeRow).where(NoticeRow.reference == reference).values(last_error=None),
        update(OutboxRow).where(_speaks_of(reference)).values(last_error=None),
        update(AuditRow)
        .where(AuditRow.subject == reference, AuditRow.facts.has_key(REASON))
        .values(facts=_without(AuditRow.facts, REASON)),
        update(UploadRow)
        .where(UploadRow.id.in_(uploads))
        .values(report=_without(UploadRow.report, *ROWS_TOLD)),
        delete(KeptFormRow).where(KeptFormRow.reference == reference),
        update(MailRow)
        .where(MailRow.reference == reference)
        .values(sender_name=Sealed(), sender_address=Sealed(), left_out=[]),
        delete(AttachmentRow).where(AttachmentRow.reference == reference),
        delete(ContactCorrectionRow).where(ContactCorrectionRow.reference == reference),
        insert(ErasureRow).values(
            reference=reference,
            version=writing.case.version,
            files=sorted(files),
            uploads=sorted(uploads),
        ),
    ):  # fmt: skip
        # Texts that are in no session's memory: what this transaction read it goes on from.
        session.execute(statement, execution_options={"synchronize_session": False})
    session.expire_all()


def erase_leftovers(session: Session, reference: str) -> frozenset[str]:
    """Take out what came in beside an erasure: what somebody had asked for just before it, which
    was refused, forms that were sent in vain, and what gateways said of the last word about it.
    Returns the digests of files that came in so, of which no row of the case speaks any more."""
    answered = CommandRow.status != CommandStatus.STORED
    refused = select(CommandRow.id).where(CommandRow.reference == reference, answered)
    files = session.scalars(
        delete(AttachmentRow)
        .where(AttachmentRow.reference == reference, AttachmentRow.command.in_(refused))
        .returning(AttachmentRow.digest),
        execution_options={"synchronize_session": False},
    ).all()
    for statement in (
        update(CommandRow)
        .where(CommandRow.reference == reference, answered, _holds(CommandRow.words))
        .values(words=NOTHING),
        *_of_requests(reference),
        update(NoticeRow).where(NoticeRow.reference == reference).values(last_error=None),
        delete(KeptFormRow).where(KeptFormRow.reference == reference),
    ):
        session.execute(statement, execution_options={"synchronize_session": False})
    session.expire_all()
    return frozenset(files)


def key_once_erased(session: Session, intake_key: str) -> str:
    """Under which an erased complaint is known: what comes again with its key is not taken in as
    something new, and nobody reads a number of a file out of it."""
    digest = hmac.digest(journal_key(session), b"erased/" + intake_key.encode(), "sha256")
    return f"erased/{digest.hex()[:40]}"


def _of_requests(reference: str) -> tuple[Update, Update]:
    """What takes the texts out of requests about a case; what was asked for, and by whom, stays."""
    about = ApprovalRow.subject == reference
    return (
        update(ApprovalRow).where(about).values(reason="", note=""),
        update(ApprovalRow)
        .where(about, ApprovalRow.request.has_key(WORDS))
        .values(request=ApprovalRow.request.concat(cast({WORDS: NOTHING}, JSONB))),
    )


def _left_of_complaint(session: Session, reference: str) -> dict[str, Any]:
    """What is left of a complaint's row, in the clear: how and when it came, and nothing said."""
    row = session.get_one(ComplaintRow, reference)
    return {
        "reference": reference,
        "intake_key": key_once_erased(session, row.intake_key),
        "received_at": row.received_at,
        "recorded_by": row.recorded_by,
        "channel": row.channel,
        "language": row.language,
        "source": {name: row.source[name] for name in (RUN, RESOLUTION) if name in row.source},
        **dict.fromkeys(("subject", "narrative", "demand", *CustomerField), ""),
        "sender": None,
        "contents": None,
    }


def _columns_of(left: Mapping[str, Any]) -> dict[str, Any]:
    sealed: dict[str, Any] = dict.fromkeys(CustomerField, Sealed())
    return {**left, **sealed, **{hash_column(field): None for field in FOUND_BY}}


def _holds(words: Any) -> ColumnElement[bool]:
    """Whether there are texts in a column of texts."""
    holds: ColumnElement[bool] = words != cast({}, JSONB)
    return holds


def _without(column: ColumnElement[Any] | Any, *names: str) -> ColumnElement[Any]:
    """What a column holds, but for these parts of it."""
    left: ColumnElement[Any] = column.op("-")(cast(list(names), ARRAY(Text)))
    return left


def _speaks_of(reference: str) -> ColumnElement[bool]:
    """Messages about a case that are still to be delivered."""
    commands = select(CommandRow.id).where(CommandRow.reference == reference)
    return or_(
        and_(OutboxRow.kind == MessageKind.CASE, OutboxRow.key == reference),
        and_(OutboxRow.kind == MessageKind.COMMAND, OutboxRow.key.in_(commands)),
    )


def _uploads_of(references: Sequence[str]) -> Select[str]:
    """Files handed in by which these complaints may have come: shortly before a run that brought
    them."""
    run = ComplaintRow.source[RUN].astext == cast(ImportRow.id, Text)
    runs = (
        select(ImportRow.started_at)
        .join(ComplaintRow, run)
        .where(ComplaintRow.reference.in_(references))
        .distinct()
        .subquery()
    )
    since = runs.c.started_at - UPLOADED_BEFORE
    return (
        select(UploadRow.id)
        .join(runs, UploadRow.uploaded_at.between(since, runs.c.started_at))
        .distinct()
    )
