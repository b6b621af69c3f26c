"""Mail that comes in: what it is, and what of it could not be taken."""

from dataclasses import dataclass
from enum import Enum, StrEnum

from domain.complaint import BadInput


class MailStatus(StrEnum):
    """What became of a mail."""

    WAITING = "waiting"
    """It could not be joined to a case safely; somebody has to look at it."""
    JOINED = "joined"
    REGISTERED = "registered"
    """A complaint was taken down from it."""
    SET_ASIDE = "set_aside"
    CAME_BACK = "came_back"
    """A letter or notice of ours that could not be delivered (RFC 3464)."""
    AUTOMATIC = "automatic"
    """A machine's answer: a note of absence, or word that something is still on its way."""


class Writer(Enum):
    """Who or what wrote a mail (RFC 3834), as far as the mail says so."""

    PERSON = "person"
    ANSWERING_MACHINE = "answering_machine"
    """A note of absence, or word that a mail was opened: it answers another mail."""
    MACHINE = "machine"
    """A form, say, or another system: what it says may be somebody's words."""
    MAIL_SERVER = "mail_server"
    """Mostly about a mail that it could not deliver."""


class MailFlaw(StrEnum):
    """Why something of a mail was left in the mailbox."""

    UNREADABLE = "unreadable"
    """It is not written as mails are."""
    MAIL_TOO_LARGE = "mail_too_large"
    """Of the whole mail only the head was read."""
    TEXT_TOO_LONG = "text_too_long"
    """The end of its text is missing."""
    MASKED = "masked"
    """Numbers that must not be in a text have stars."""
    FILE_TOO_LARGE = BadInput.FILE_TOO_LARGE.value
    FILE_KIND = BadInput.FILE_KIND.value
    FILE_NAME = BadInput.FILE_NAME.value
    FILE_EMPTY = "file_empty"
    TOO_MANY_FILES = BadInput.TOO_MANY_FILES.value


class MailboxTrouble(StrEnum):
    """Why a mailbox could not be read: a class of failure that names nobody."""

    AWAY = "mailbox_away"
    """Nobody answers there."""
    NOT_LET_IN = "mailbox_not_let_in"
    """The mail server refuses our name or password."""
    NOT_ENCRYPTED = "mailbox_not_encrypted"
    """The connection cannot be encrypted, and nothing was told to it."""
    NO_FOLDER = "mailbox_no_folder"
    """There is no such folder, or mails cannot be moved into the one of what was taken."""
    FAULT = "mailbox_fault"
    """Something went wrong here; the log says what kind of thing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """Something of a mail that was not taken."""

    flaw: MailFlaw
    name: str = ""
    """Of the file, when it is one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MailedFile:
    """A file that came with a mail."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Returned:
    """What a report on the delivery of a mail says (RFC 3464)."""

    has_failed: bool
    """For good; else it is still under way, or has arrived."""
    code: str
    """The status, such as `5.1.1`."""
    says: str
    """The other server's own words, which may name somebody."""
    mail_ids: tuple[str, ...]
    """Under which the mail went out that it speaks of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """A mail as it was read."""

    message_id: str
    answers: tuple[str, ...]
    """The mails it answers, the nearest first."""
    sender_name: str
    sender_address: str
    subject: str
    text: str
    files: tuple[MailedFile, ...] = ()
    writer: Writer = Writer.PERSON
    returned: Returned | None = None
    left_out: tuple[LeftOut, ...] = ()
