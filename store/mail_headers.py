"""What stands in the head of a mail: the Message-ID under which a notice goes out, and who wrote
one that came in."""

import hmac
import re
from collections.abc import Iterable, Iterator

from sqlalchemy.orm import Session

from store.database import journal_key, personal_ring
from store.personal import PersonalField, PersonalRing, Sealed
from store.tables import MailRow

LENGTH = 32
"""Hexadecimal digits (default)."""

_OURS = re.compile(rf"<(\d{{1,18}})\.([0-9a-f]{{{LENGTH}}})@[^<>]*>")

SENDER = ("sender_name", "sender_address")
"""Its columns, encrypted, each name and address bound to its mail."""


def mail_id_of(session: Session, notice_id: int, dedupe_key: str) -> str:
    """What stands before the @, the same in every try. It holds a keyed digest: whoever was not
    sent the mail cannot make one up."""
    said = f"mail\x1f{notice_id}\x1f{dedupe_key}".encode()
    return f"{notice_id}.{hmac.digest(journal_key(session), said, 'sha256').hex()[:LENGTH]}"


def notices_named(message_ids: Iterable[str]) -> Iterator[tuple[int, str]]:
    """The notices that Message-IDs name, each with what must stand before the @; of others there is
    nothing."""
    for each in message_ids:
        for found in _OURS.finditer(each):
            yield int(found[1]), f"{found[1]}.{found[2]}"


def sealed_sender(ring: PersonalRing, key: str, name: str, address: str) -> dict[str, Sealed]:
    """Both as they are written; `key` is the mail's."""
    both = zip(SENDER, (name, address), strict=True)
    return {column: ring.seal(text, _field(column, key)) for column, text in both}


def opened_sender(session: Session, row: MailRow) -> tuple[str, str]:
    """Name and address of who wrote a mail, in the clear. Raises `KeyMissing` or `NotOurs`."""
    ring = personal_ring(session)
    name, address = (ring.open(getattr(row, each), _field(each, row.key)) for each in SENDER)
    return name, address


def seal_sender(session: Session, row: MailRow, name: str, address: str) -> None:
    """Write both anew, under the first key of the ring."""
    for column, sealed in sealed_sender(personal_ring(session), row.key, name, address).items():
        setattr(row, column, sealed)


def _field(column: str, key: str) -> PersonalField:
    return PersonalField(MailRow.__tablename__, column, key)
