"""Corrections of how a customer is reached. What was typed waits beside its command, encrypted, and
becomes the complaint's in the transaction of the entry that tells of it; what was known before is
kept nowhere."""

import hmac
import json
from collections import Counter
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select, update
from sqlalchemy.orm import Session

from domain.acts import CorrectContact
from domain.complaint import BadInput, Flaw
from domain.contacts import Contact, flaws_of_contact
from domain.customers import FOUND_BY, CustomerField
from domain.errors import NotFit
from domain.events import Event
from domain.journal import Change
from rulebook.texts import read_text_limits
from store.customers import hash_column, open_field, opened_row, sealed_row
from store.database import journal_key, personal_ring
from store.evidence.complaint_seal import FACT, altered_complaints, seal_of_complaint
from store.personal import PersonalField, Sealed
from store.policies.packs import published_pack
from store.tables import CaseRow, ComplaintRow, ContactCorrectionRow, JournalRow

TABLE, SAID = ContactCorrectionRow.__tablename__, "said"


def flaws_of_correction(session: Session, reference: str, contact: Contact) -> list[Flaw]:
    """What stands against a correction of this complaint, as it is now."""
    if not contact:
        return [Flaw.of(CustomerField.NAME, BadInput.NOTHING_CHANGED)]
    pack = published_pack(session, session.get_one(CaseRow, reference).policy)
    row = session.get_one(ComplaintRow, reference, populate_existing=True)
    flaws = flaws_of_contact(contact, read_text_limits())
    for field, text in contact.items():
        if text == open_field(session, reference, field, getattr(row, field)):
            flaws.append(Flaw.of(field, BadInput.UNCHANGED))
        elif not text and field in pack.intake_fields:
            flaws.append(Flaw.of(field, BadInput.EMPTY))
    return flaws


def keep_correction(
    session: Session, command_id: str, reference: str, act: CorrectContact, contact: Contact
) -> None:
    """Keep what is right until the command of this act is answered. Raises `NotFit`."""
    assert act == CorrectContact.of(contact), "the act says which fields, and these are others"
    flaws = flaws_of_correction(session, reference, contact)
    if flaws:
        raise NotFit(flaws)
    said = _written(contact)
    session.add(
        ContactCorrectionRow(
            command=command_id,
            reference=reference,
            digest=_digest(session, command_id, said),
            said=personal_ring(session).seal(said, _place(command_id)),
        )
    )
    session.flush()


def is_same_correction(session: Session, command_id: str, contact: Contact) -> bool:
    """Whether just this was asked for under that id: also when it was answered long ago."""
    row = session.get(ContactCorrectionRow, command_id)
    digest = _digest(session, command_id, _written(contact))
    return row is not None and hmac.compare_digest(row.digest, digest)


def with_seal_anew(session: Session, writing: Change) -> Change:
    """A change that corrects a contact, with an entry that seals the complaint as it will be; any
    other as it is. A complaint that is not as it was sealed gets no new seal: nobody makes good by
    a correction what was altered behind our backs."""
    entry, reference = writing.entry, writing.case.reference
    if entry.event is not Event.CONTACT_CORRECTED:
        return writing
    key = journal_key(session)
    if [*altered_complaints(session, key, reference)]:
        return writing
    seal = seal_of_complaint(key, _corrected(session, writing))
    return replace(writing, entry=replace(entry, facts={**entry.facts, FACT: seal}))


def correct_contact(session: Session, writing: Change) -> None:
    """Have the complaint say what is right, and be found by it, in the transaction of the entry
    that says so."""
    if writing.entry.event is not Event.CONTACT_CORRECTED:
        return
    sealed = sealed_row(personal_ring(session), _corrected(session, writing))
    fields = _waiting(session, writing.entry.key)
    hashes = [hash_column(field) for field in fields if field in FOUND_BY]
    session.execute(
        update(ComplaintRow)
        .where(ComplaintRow.reference == writing.case.reference)
        .values({name: sealed[name] for name in (*fields, *hashes)})
    )
    forget_correction(session, writing.entry.key)


def forget_correction(session: Session, command_id: str) -> None:
    """Its command is answered: nothing waits any more."""
    said = ContactCorrectionRow.command == command_id
    session.execute(update(ContactCorrectionRow).where(said).values(said=Sealed()))


def mail_address_corrected_at(session: Session, reference: str) -> datetime | None:
    """When the mail address was corrected last: what was mailed before went to another one."""
    fields = func.concat(JournalRow.facts["corrected"].astext, JournalRow.facts["removed"].astext)
    return session.scalar(
        select(func.max(JournalRow.recorded_at)).where(
            JournalRow.reference == reference,
            JournalRow.event == Event.CONTACT_CORRECTED,
            fields.contains(CustomerField.EMAIL.value),
        )
    )


def turn_key_of_waiting(session: Session) -> None:
    """Bring what waits under the first key of the ring."""
    ring = personal_ring(session)
    for row in session.scalars(_waiting_ones().with_for_update()).all():
        if row.said.key != ring.current:
            place = _place(row.command)
            row.said = ring.seal(ring.open(row.said, place), place)


def keys_of_waiting(session: Session) -> Counter[str]:
    """Under which keys something waits, and how much."""
    return Counter(row.said.key for row in session.scalars(_waiting_ones()))


def _waiting_ones() -> Select[ContactCorrectionRow]:
    return select(ContactCorrectionRow).where(ContactCorrectionRow.said != Sealed())


def _corrected(session: Session, writing: Change) -> dict[str, Any]:
    """The complaint's row in the clear, as it will be."""
    row = session.get_one(ComplaintRow, writing.case.reference, populate_existing=True)
    columns = {each.key: getattr(row, each.key) for each in ComplaintRow.__table__.columns}
    said = opened_row(personal_ring(session), columns)
    return {
        **said,
        **{str(field): text for field, text in _waiting(session, writing.entry.key).items()},
    }


def _waiting(session: Session, command_id: str) -> Contact:
    row = session.get_one(ContactCorrectionRow, command_id, populate_existing=True)
    said = json.loads(personal_ring(session).open(row.said, _place(command_id)))
    return {CustomerField(name): text for name, text in said.items()}


def _written(contact: Contact) -> str:
    return json.dumps(dict(contact), sort_keys=True, ensure_ascii=False)


def _digest(session: Session, command_id: str, said: str) -> str:
    whole = f"contact/{command_id}/{said}".encode()
    return hmac.digest(journal_key(session), whole, "sha256").hex()


def _place(command_id: str) -> PersonalField:
    return PersonalField(TABLE, SAID, command_id)
