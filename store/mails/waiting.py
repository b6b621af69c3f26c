"""Mails that could not be joined to a case, and what people do about them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, delete, func, or_, select
from sqlalchemy.orm import Session

from domain.case import Actor
from domain.customers import CustomerField, masked_value
from domain.errors import Refusal, Refused
from domain.mails import LeftOut, MailStatus
from domain.paging import PageOf, bounds_of
from domain.permission_names import Permission
from domain.permissions import holds, not_your_role
from domain.relations import Reader
from store.database import clock_time
from store.evidence.audit import Action, note
from store.mail_headers import opened_sender
from store.mails.joining import put_files_with_case, put_with_case, settle
from store.mails.kept_from import kept_from
from store.mails.rows import files_of_mail, is_of_customer, left_out_of
from store.mails.taking import references_in
from store.personal import Sealed
from store.scope import cases_for, reader_of
from store.tables import CaseRow, MailFileRow, MailRow


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingMail:
    """A mail that somebody has to look at."""

    number: int
    received_at: datetime
    sender: str
    """Masked."""
    subject: str
    files: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WholeMail:
    """A mail that waits, with everything that is known of it."""

    number: int
    key: str
    received_at: datetime
    sender_name: str
    sender_address: str
    subject: str
    text: str
    files: Mapping[str, int]
    """Their names and how large they are, in bytes."""
    left_out: tuple[LeftOut, ...]
    named: tuple[str, ...]
    """Cases that its subject names, which whoever looks at it may find."""

    @property
    def masked_sender(self) -> str:
        return masked_value(CustomerField.EMAIL, self.sender_address)


def count_waiting_mails(session: Session, reader: Reader) -> int:
    """How many wait for whoever asks."""
    return session.scalar(HOW_MANY_WAIT.where(_waits_for(session, reader))) or 0


def waiting_mails(session: Session, reader: Reader, page: int) -> PageOf[WaitingMail]:
    """Those that wait for whoever asks, a page at a time."""
    waits = _waits_for(session, reader)
    rows = session.scalars(
        select(MailRow)
        .where(waits)
        .order_by(MailRow.received_at, MailRow.id)
        .slice(*bounds_of(page))
    )
    lines = tuple(
        WaitingMail(
            number=row.id,
            received_at=row.received_at,
            sender=masked_value(CustomerField.EMAIL, opened_sender(session, row)[1]),
            subject=row.subject,
            files=len(files_of_mail(session, row.id)),
        )
        for row in rows
    )
    return PageOf(lines=lines, count=session.scalar(HOW_MANY_WAIT.where(waits)) or 0, page=page)


def find_waiting_mail(session: Session, number: int, reader: Reader) -> WholeMail | None:
    """That mail, if it is there and still waits for whoever asks."""
    row = session.scalar(select(MailRow).where(MailRow.id == number, _waits_for(session, reader)))
    if row is None:
        return None
    name, address = opened_sender(session, row)
    named = references_in(row.subject)
    theirs = select(CaseRow.reference).where(CaseRow.reference.in_(named), _may_join_to(reader))
    return WholeMail(
        number=row.id,
        key=row.key,
        received_at=row.received_at,
        sender_name=name,
        sender_address=address,
        subject=row.subject,
        text=row.text,
        files={each: file.size for each, file in files_of_mail(session, row.id)},
        left_out=left_out_of(row),
        named=tuple(sorted(session.scalars(theirs))),
    )


def join(session: Session, number: int, reference: str, by: Actor) -> None:
    """Put a mail with a case that this person may find. Raises `Refused` for one that is not there
    or not theirs, or erased, and when somebody has decided on the mail before. The same again
    changes nothing."""
    row = _locked(session, number, by)
    if row is not None and _was_decided(row, MailStatus.JOINED, by) and row.reference == reference:
        return
    row = _held(session, number, by)
    reader = reader_of(session, by)
    theirs = select(CaseRow.reference).where(CaseRow.reference == reference, _may_join_to(reader))
    if session.scalar(theirs) is None:
        raise Refused(Refusal.UNKNOWN_REFERENCE, reference=reference)
    _name, address = opened_sender(session, row)
    row.is_from_customer = is_of_customer(session, address, reference)
    put_with_case(session, row, reference, joined_by=by.person)
    settle(row, MailStatus.JOINED, by.person, clock_time(session))
    note(session, Action.MAIL_JOINED, by=by.person, subject=reference, mail=str(number))


def require_waiting(session: Session, number: int, by: Actor) -> None:
    """Raises `Refused` for a mail that waits no more, and has not become a complaint either: of the
    same one sent twice the second is answered like the first. Nobody else decides on it before this
    transaction is over."""
    row = _locked(session, number, by)
    if row is None or row.status not in (MailStatus.WAITING, MailStatus.REGISTERED):
        raise Refused(Refusal.DECIDED_ALREADY)


def note_registered(session: Session, number: int, reference: str, by: Actor) -> None:
    """A complaint was taken down from a mail: its files go with the case, and its words are the
    complaint's. Again, it changes nothing; raises as `join` does."""
    row = _locked(session, number, by)
    if row is not None and (row.status, row.reference) == (MailStatus.REGISTERED, reference):
        return
    row = _held(session, number, by)
    row.reference = reference
    put_files_with_case(session, row, reference)
    _empty(row)
    settle(row, MailStatus.REGISTERED, by.person, clock_time(session))
    note(session, Action.MAIL_REGISTERED, by=by.person, subject=reference, mail=str(number))


def set_aside(session: Session, number: int, why: str, by: Actor) -> tuple[str, ...]:
    """Leave a mail alone, for a reason. What it said goes, and stays in the mailbox alone; returns
    the digests of its files, of which no row of it speaks any more. Raises as `join` does; again,
    it changes nothing."""
    row = _locked(session, number, by)
    if row is not None and _was_decided(row, MailStatus.SET_ASIDE, by):
        return ()
    row = _held(session, number, by)
    row.why = why
    files = tuple(file.digest for _name, file in files_of_mail(session, number))
    session.execute(delete(MailFileRow).where(MailFileRow.mail == number))
    _empty(row)
    settle(row, MailStatus.SET_ASIDE, by.person, clock_time(session))
    note(session, Action.MAIL_SET_ASIDE, by=by.person, mail=str(number))
    return files


def _waits_for(session: Session, reader: Reader) -> ColumnElement[bool]:
    return and_(MailRow.status == MailStatus.WAITING, MailRow.id.not_in(kept_from(session, reader)))


HOW_MANY_WAIT = (
    select(func.count()).select_from(MailRow).where(MailRow.status == MailStatus.WAITING)
)
"""For anybody at all: mostly none does, and nobody need be asked whom any is kept from."""


def _held(session: Session, number: int, by: Actor) -> MailRow:
    """The mail as it waits, on which nobody else decides at the same moment."""
    row = _locked(session, number, by)
    if row is None or row.status != MailStatus.WAITING:
        raise Refused(Refusal.DECIDED_ALREADY)
    return row


def _locked(session: Session, number: int, by: Actor) -> MailRow | None:
    if not holds(by.roles, Permission.SORT_MAIL):
        raise not_your_role(Permission.SORT_MAIL)
    if number in kept_from(session, reader_of(session, by)):
        return None
    return session.get(MailRow, number, with_for_update=True, populate_existing=True)


def _was_decided(row: MailRow, status: MailStatus, by: Actor) -> bool:
    """Whether this person has decided just so on it before."""
    return (row.status, row.decided_by) == (status, by.person)


def _empty(row: MailRow) -> None:
    row.subject = row.text = ""
    row.sender_name = row.sender_address = Sealed()
    row.left_out = []


def _may_join_to(reader: Reader) -> ColumnElement[bool]:
    return or_(cases_for(Permission.READ_CASE, reader), cases_for(Permission.FIND_CASE, reader))
