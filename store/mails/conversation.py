"""What a customer and the bank wrote to each other about a case, in the order of its time."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.customers import CustomerField, masked_value
from domain.events import Event
from domain.mails import LeftOut, MailStatus
from domain.notices import COMPLAINANT, Delivery, Obstacle
from domain.statuses import CommandStatus
from store.contacts import mail_address_corrected_at
from store.mail_headers import opened_sender
from store.mails.joining import command_of
from store.mails.rows import left_out_of
from store.notice_care import went_again
from store.notices import was_tried_before
from store.scope import OpenedCase
from store.tables import CommandRow, MailRow, NoticeRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """A mail of the customer's."""

    at: datetime
    number: int
    """Names it among all mails."""
    subject: str
    text: str
    files: Mapping[str, str]
    """Their names, by the ids under which they are saved."""
    left_out: tuple[LeftOut, ...]
    sender: str
    """Masked."""
    is_from_customer: bool
    """Whether it comes from the address that the complaint has."""
    joined_by: str | None
    """Who has put it with this case; None where it answers a mail of ours."""
    is_written: bool
    """Whether the case's workflow has written it down."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """Word of ours to the customer."""

    at: datetime
    """When it was written."""
    about: Event
    delivery: Delivery
    obstacle: Obstacle | None
    code: str | None
    sent_at: datetime | None
    is_to_earlier_address: bool
    """Whether it was tried before the mail address of the complaint was corrected."""
    went_again: bool
    """Whether its letter has gone out once more since."""

    @property
    def is_lost(self) -> bool:
        """Whether the customer does not have it, and will not by itself."""
        return self.delivery in (Delivery.DEAD, Delivery.INBOX) and not self.went_again


def conversation_of(
    session: Session, opened: OpenedCase, has_mails: bool
) -> tuple[Received | Sent, ...]:
    """Every mail of the customer that is with the case, where there is any, and every word to the
    customer, the first of them first."""
    received = _received(session, opened) if has_mails else []
    both: list[Received | Sent] = [*received, *_sent(session, opened)]
    return tuple(sorted(both, key=lambda each: each.at))


def _received(session: Session, opened: OpenedCase) -> list[Received]:
    mails = session.scalars(
        select(MailRow)
        .where(MailRow.reference == opened.reference, MailRow.status == MailStatus.JOINED)
        .order_by(MailRow.received_at, MailRow.id)
    ).all()
    commands = {each.id: each for each in _commands(session, opened)} if mails else {}
    return [_mail(session, row, commands) for row in mails if command_of(row.id) in commands]


def _commands(session: Session, opened: OpenedCase) -> list[CommandRow]:
    """What puts mails and their files with the case."""
    wanted = select(CommandRow).where(
        CommandRow.reference == opened.reference,
        CommandRow.act["kind"].astext.in_(["receive_mail", "receive_file"]),
        CommandRow.status != CommandStatus.REFUSED,
    )
    return list(session.scalars(wanted.order_by(CommandRow.id)))


def _mail(session: Session, row: MailRow, commands: Mapping[str, CommandRow]) -> Received:
    said = commands[command_of(row.id)]
    files = {
        each.id: each.words.get("file_name", "")
        for each in commands.values()
        if each.act["kind"] == "receive_file" and each.act["mail_number"] == row.id
    }
    _name, address = opened_sender(session, row)
    return Received(
        at=row.received_at,
        number=row.id,
        subject=said.words.get("subject", ""),
        text=said.words.get("mail", ""),
        files=files,
        left_out=left_out_of(row),
        sender=masked_value(CustomerField.EMAIL, address),
        is_from_customer=row.is_from_customer,
        joined_by=said.act.get("joined_by"),
        is_written=said.status == CommandStatus.ACCEPTED,
    )


def _sent(session: Session, opened: OpenedCase) -> list[Sent]:
    rows = session.execute(
        select(NoticeRow, went_again())
        .where(NoticeRow.reference == opened.reference, NoticeRow.recipient == COMPLAINANT)
        .order_by(NoticeRow.written_at, NoticeRow.id)
    ).all()
    corrected_at = mail_address_corrected_at(session, opened.reference) if rows else None
    return [
        Sent(
            at=row.written_at,
            about=Event(row.about),
            delivery=Delivery(row.delivery),
            obstacle=Obstacle(row.obstacle) if row.obstacle else None,
            code=row.failure_code,
            sent_at=row.sent_at,
            is_to_earlier_address=was_tried_before(row, corrected_at),
            went_again=has_gone_again,
        )
        for row, has_gone_again in rows
    ]
