"""What is kept of a mail, and how: who wrote it is encrypted, bound to its mail."""

import hmac
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from domain.customers import CustomerField, normal_form
from domain.mails import LeftOut, Mail, MailFlaw, MailStatus
from store.customers import hash_column
from store.database import journal_key, personal_ring
from store.files.attachments import StoredFile
from store.mail_headers import mail_id_of, notices_named, sealed_sender
from store.tables import ComplaintRow, MailFileRow, MailRow, NoticeRow

KEPT = (MailStatus.WAITING, MailStatus.JOINED)
"""Of the others nothing is kept but that they came."""


def key_of_mail(session: Session, *parts: bytes) -> str:
    """The same for every copy of a mail, however often it is read; it says nothing of the mail."""
    said = b"\x1f".join((b"mail-in", *parts))
    return hmac.digest(journal_key(session), said, "sha256").hex()


def is_known(session: Session, key: str) -> bool:
    """Whether that mail was taken before."""
    return session.scalar(select(MailRow.id).where(MailRow.key == key)) is not None


def write_mail(
    session: Session, mail: Mail, *, key: str, received_at: datetime, status: MailStatus
) -> MailRow | None:
    """The row of a mail with nothing of what it says; None for one that was taken before."""
    names = (mail.sender_name, mail.sender_address) if status in KEPT else ("", "")
    number = session.scalar(
        insert(MailRow)
        .values(
            key=key,
            status=status,
            received_at=received_at,
            subject="",
            text="",
            left_out=[asdict(each) for each in mail.left_out if status in KEPT],
            **sealed_sender(personal_ring(session), key, *names),
        )
        .on_conflict_do_nothing(index_elements=["key"])
        .returning(MailRow.id)
    )
    return None if number is None else session.get_one(MailRow, number)


def write_files(session: Session, mail: int, files: Sequence[tuple[str, StoredFile]]) -> None:
    """The files of a mail that is with no case yet, by the names they came with."""
    session.add_all(
        MailFileRow(mail=mail, number=number, name=name, digest=file.digest, size=file.size)
        for number, (name, file) in enumerate(files, start=1)
    )
    session.flush()


def files_of_mail(session: Session, mail: int) -> tuple[tuple[str, StoredFile], ...]:
    """The same, read."""
    rows = session.scalars(
        select(MailFileRow).where(MailFileRow.mail == mail).order_by(MailFileRow.number)
    )
    return tuple((row.name, StoredFile(digest=row.digest, size=row.size)) for row in rows)


def left_out_of(row: MailRow) -> tuple[LeftOut, ...]:
    """What of a mail was not taken."""
    return tuple(LeftOut(flaw=MailFlaw(e["flaw"]), name=e["name"]) for e in row.left_out)


def notice_of(session: Session, message_ids: Sequence[str]) -> NoticeRow | None:
    """The notice that went out under the first of these that is one of ours."""
    for number, mail_id in notices_named(message_ids):
        row = session.get(NoticeRow, number)
        if row is not None and hmac.compare_digest(
            mail_id_of(session, row.id, row.dedupe_key), mail_id
        ):
            return row
    return None


def is_of_customer(session: Session, address: str, reference: str) -> bool:
    """Whether this is the address that the complaint has of its customer."""
    field = CustomerField.EMAIL
    hashes = personal_ring(session).found_by(field, normal_form(field, address))
    column = getattr(ComplaintRow, hash_column(field))
    same = select(ComplaintRow.reference).where(
        ComplaintRow.reference == reference, column.in_(hashes)
    )
    return bool(hashes) and session.scalar(same) is not None
