"""A mail that waits, as its reader gets it: each look is noted."""

from uuid import UUID

from domain.classification import Channel
from store.evidence.audit import Action, note
from store.mails.waiting import WholeMail, find_waiting_mail
from web.base.context import reading, writing
from web.kit.access import reader, visitor
from web.kit.forms import typed_instant


def looked_at(number: int) -> WholeMail | None:
    """That mail, if it is there and waits; that somebody has looked is in the audit."""
    mail = find_waiting_mail(reading(), number, reader())
    if mail is not None:
        with writing() as session:
            note(session, Action.LOOKED_AT_MAIL, by=visitor().id, mail=str(number))
    return mail


def said_in(mail: WholeMail) -> dict[str, str]:
    """What a complaint taken down from it begins with."""
    return {
        "narrative": mail.text,
        "subject": mail.subject,
        "name": mail.sender_name,
        "email": mail.sender_address,
        "channel": Channel.INTERNET.value,
        "received_at": typed_instant(mail.received_at),
    }


def intake_key_of(mail: WholeMail) -> str:
    """The key of a complaint taken down from it: one mail is one complaint, whoever takes it."""
    return str(UUID(hex=mail.key[:32]))
