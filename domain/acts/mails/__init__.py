"""Mails of the customer: what was written, and the files that came with it."""

from dataclasses import dataclass
from typing import Literal

from domain.acts.base import Act, ActContext, Need
from domain.case import Case, Status
from domain.events import Event
from domain.notices import COMPLAINANT
from domain.permission_names import Permission


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiveMail(Act):
    """What the customer wrote by mail, put with the case; it decides nothing in it."""

    kind: Literal["receive_mail"] = "receive_mail"
    mail_number: int
    """Its number among the mails that came in."""
    joined_by: str | None = None
    """Who found that it belongs to this case; None where it answers a mail of ours."""

    event = Event.MAIL_RECEIVED
    permission = Permission.WRITE_IN
    statuses = frozenset(Status)
    words = {"subject": Need.OPTIONAL, "mail": Need.OPTIONAL}
    is_free_of_version = True
    done_by = COMPLAINANT

    def apply(self, case: Case, context: ActContext) -> Case:
        return case


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiveFile(Act):
    """A file that came with such a mail."""

    kind: Literal["receive_file"] = "receive_file"
    mail_number: int
    """The number of its mail."""
    digest: str
    """SHA-256 of the contents, in hexadecimal."""
    size: int
    """Bytes."""

    event = Event.FILE_RECEIVED
    permission = Permission.WRITE_IN
    statuses = frozenset(Status)
    words = {"file_name": Need.REQUIRED}
    is_free_of_version = True
    done_by = COMPLAINANT

    def apply(self, case: Case, context: ActContext) -> Case:
        return case
