"""Putting a mail with a case: what it says goes into the case, as acts of the customer's."""

from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from domain.acts import ReceiveFile, ReceiveMail
from domain.case import Actor, Case
from domain.errors import Refusal, Refused
from domain.mails import LeftOut, MailFlaw, MailStatus
from domain.notices import COMPLAINANT
from store.cases.commands import ask_besides, texts_in
from store.files.attachments import StoredFile, room_for_files, write_attachment
from store.mails.rows import files_of_mail
from store.tables import CaseRow, MailFileRow, MailRow
from store.values import CASE


def command_of(mail: int) -> str:
    """The id of the command by which a mail is put with its case."""
    return f"mail-{mail}"


def put_with_case(
    session: Session, row: MailRow, reference: str, *, joined_by: str | None = None
) -> None:
    """Have the case's workflow write down what the customer wrote. The case has it from now on, and
    the mail itself nothing more of it. Raises `Refused` for a case that is erased."""
    case = held_case(session, reference)
    row.reference = reference
    said = texts_in({"subject": row.subject, "mail": row.text})
    by = _customer_of(case)
    act = ReceiveMail(mail_number=row.id, joined_by=joined_by)
    ask_besides(session, command_of(row.id), reference, act, by, said)
    put_files_with_case(session, row, reference)
    row.subject, row.text = "", ""


def put_files_with_case(session: Session, row: MailRow, reference: str) -> None:
    """The same for its files, as many as the case has room for."""
    by = _customer_of(held_case(session, reference))
    files = files_of_mail(session, row.id)
    room = room_for_files(session, reference)
    for number, (name, file) in enumerate(files[:room], start=1):
        _put_file(session, f"{command_of(row.id)}-{number}", reference, row.id, name, file, by)
    beyond = [LeftOut(flaw=MailFlaw.TOO_MANY_FILES, name=name) for name, _file in files[room:]]
    if beyond:
        more = [{"flaw": each.flaw.value, "name": each.name} for each in beyond]
        row.left_out = [*row.left_out, *more]
    session.execute(delete(MailFileRow).where(MailFileRow.mail == row.id))


def _put_file(
    session: Session,
    command_id: str,
    reference: str,
    mail: int,
    name: str,
    file: StoredFile,
    by: Actor,
) -> None:
    act = ReceiveFile(mail_number=mail, digest=file.digest, size=file.size)
    ask_besides(session, command_id, reference, act, by, {"file_name": name})
    write_attachment(session, command_id, reference, act)


def settle(row: MailRow, status: MailStatus, by: str, at: datetime) -> None:
    """Somebody has decided what becomes of a mail."""
    row.status, row.decided_by, row.decided_at = status, by, at


def held_case(session: Session, reference: str) -> Case:
    """The case, which nobody erases before this transaction is over; raises `Refused` when somebody
    has, or when there is none."""
    row = session.get(CaseRow, reference, with_for_update={"read": True}, populate_existing=True)
    if row is None:
        raise Refused(Refusal.UNKNOWN_REFERENCE, reference=reference)
    case = CASE.validate_python(row.state)
    if case.erased_at is not None:
        raise Refused(Refusal.ERASED)
    return case


def _customer_of(case: Case) -> Actor:
    return Actor(person=COMPLAINANT, roles=(), unit=case.unit, level=case.level)
