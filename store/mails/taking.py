"""Taking a mail: in one transaction it is put with its case, or left for somebody to look at."""

import re
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from domain.errors import Refused
from domain.journal import REDRESS
from domain.mails import Mail, MailStatus, Returned, Writer
from domain.notices import COMPLAINANT
from store.cases.receipts import REFERENCE
from store.files.attachments import StoredFile
from store.mails.joining import held_case, put_with_case
from store.mails.rows import is_of_customer, notice_of, write_files, write_mail
from store.notice_care import see_to_what_went_again
from store.notices import came_back

_REFERENCE = re.compile(rf"(?<![a-z0-9-]){REFERENCE.pattern}(?![0-9])", re.IGNORECASE)


def take(
    session: Session,
    mail: Mail,
    files: Sequence[tuple[str, StoredFile]],
    *,
    key: str,
    received_at: datetime,
) -> MailStatus | None:
    """Keep a mail and do what follows from it; None for one that was taken before.

    It is joined to a case when it answers a mail of ours to the customer, or names the case in its
    subject and comes from the customer's own address. Nothing else is safe: what a mail says of
    itself anybody can write.
    """
    if mail.returned is not None:
        return _take_report(session, mail, mail.returned, key=key, received_at=received_at)
    reference = _case_of(session, mail) if mail.writer is Writer.PERSON else None
    status = MailStatus.JOINED if reference else MailStatus.WAITING
    status = MailStatus.AUTOMATIC if says_nothing(session, mail) else status
    row = write_mail(session, mail, key=key, received_at=received_at, status=status)
    if row is None or status is MailStatus.AUTOMATIC:
        return status if row else None
    row.subject, row.text = mail.subject, mail.text
    write_files(session, row.id, files)
    if reference:
        row.is_from_customer = is_of_customer(session, mail.sender_address, reference)
        put_with_case(session, row, reference)
    return status


def says_nothing(session: Session, mail: Mail) -> bool:
    """Whether nothing of a mail need be kept: a machine answers by it, or it is one of our own that
    lies here too. What another machine sends by itself, as the form of a website does, somebody has
    to look at."""
    of_ours = (mail.message_id, *mail.answers)
    is_of_ours = mail.writer is Writer.MACHINE and notice_of(session, of_ours) is not None
    return is_of_ours or mail.writer is Writer.ANSWERING_MACHINE


def references_in(subject: str) -> tuple[str, ...]:
    """The cases that a subject names."""
    return tuple(dict.fromkeys(found[0].upper() for found in _REFERENCE.finditer(subject)))


def _take_report(
    session: Session, mail: Mail, report: Returned, *, key: str, received_at: datetime
) -> MailStatus | None:
    """Of a mail that came back its notice is told; of one that is nobody's, somebody."""
    notice = notice_of(session, report.mail_ids)
    status = MailStatus.CAME_BACK
    if not report.has_failed or (notice is not None and _is_erased(session, notice.reference)):
        status = MailStatus.AUTOMATIC
    elif notice is None:
        status = MailStatus.WAITING
    row = write_mail(session, mail, key=key, received_at=received_at, status=status)
    if row is None:
        return None
    if status is MailStatus.WAITING:
        row.subject, row.text = mail.subject, mail.text
    if status is MailStatus.CAME_BACK and notice is not None:
        row.reference = notice.reference
        came_back(session, notice.id, report.code, report.says)
        if notice.reference is not None:
            see_to_what_went_again(session, notice.reference, REDRESS)
    return status


def _case_of(session: Session, mail: Mail) -> str | None:
    """The case that a mail belongs to, as far as that is safe to say and it is not erased."""
    notice = notice_of(session, mail.answers)
    if notice is not None and notice.recipient == COMPLAINANT:
        named = [notice.reference] if notice.reference else []
    else:
        named = [
            each
            for each in references_in(mail.subject)
            if is_of_customer(session, mail.sender_address, each)
        ]
    return next((each for each in named if not _is_erased(session, each)), None)


def _is_erased(session: Session, reference: str | None) -> bool:
    if reference is None:
        return False
    try:
        held_case(session, reference)
    except Refused:
        return True
    return False
