"""Who is told what, when something happened. The words are made where the notice is sent."""

from dataclasses import dataclass

from domain.case import Case
from domain.classification import Role
from domain.directory import Directory
from domain.events import Event
from domain.journal import Entry

COMPLAINANT = "complainant"
SENDER = "sender"


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """An intent to tell somebody something, once."""

    recipient: str
    """A person's id, or `complainant`, or `sender` (the department that handed it over)."""
    about: Event
    dedupe_key: str
    """The receiver of a repeated message can tell by it that it is the same one."""


def notices_for(
    case: Case, entry: Entry, directory: Directory, receiver: str | None
) -> tuple[Notice, ...]:
    """The notices an entry calls for, each recipient once."""
    recipients = dict.fromkeys(_recipients(case, entry, directory, receiver))
    return tuple(
        Notice(
            recipient=recipient,
            about=entry.event,
            dedupe_key=f"{case.reference}/{entry.key}/{recipient}",
        )
        for recipient in recipients
        if recipient is not None and recipient != entry.by
    )


def _recipients(
    case: Case, entry: Entry, directory: Directory, receiver: str | None
) -> tuple[str | None, ...]:
    named = case.person_complained_about
    never = frozenset({named} if named else ())
    match entry.event:
        case Event.RECEIVED | Event.CUSTOMER_ASKED | Event.CLOSED:
            return (COMPLAINANT,)
        case Event.ASSIGNED | Event.CUSTOMER_ANSWERED | Event.EXTENSION_REFUSED:
            return (case.handler,)
        case Event.FORWARDED | Event.EXTENSION_REQUESTED:
            return (directory.receiver(Role.SUPERVISOR, case.unit, never=never),)
        case Event.EXTENDED:  # the customer and the forwarding department hear the reason.
            return (COMPLAINANT, SENDER if case.sender else None, case.handler)
        case Event.REPLIED:
            return (COMPLAINANT,)
        case Event.SENDER_REPLIED:
            return (SENDER,)
        case Event.WITHDRAWN | Event.REOPENED:
            return (case.handler,)
        case Event.WARNED | Event.BREACHED:
            return (receiver, case.first_owner)
        case Event.ESCALATED:
            return (receiver,)
        case _:
            return ()
