"""Reports on the delivery of a mail, as servers send them back (RFC 3464)."""

import re
from email.message import EmailMessage, Message

from domain.mails import Returned

_CODE = re.compile(r"\b[245]\.\d{1,3}\.\d{1,3}\b")
_ID = re.compile(r"<[^<>\s]+>")

_GOES_ON = frozenset({"delayed", "delivered", "relayed", "expanded"})
"""What may have become of a mail that has not failed (RFC 3464)."""

LONGEST_SAID = 500
"""Characters of another server's words that are kept (default)."""


def returned_in(message: EmailMessage) -> Returned | None:
    """What a mail reports on another one; None for a mail that is no such report."""
    if message.get_content_type() != "multipart/report":
        return None
    parts = [each for each in message.walk() if each is not message]
    status = next((e for e in parts if e.get_content_type() == "message/delivery-status"), None)
    if status is None:
        return None
    fields = _fields_of(status)
    failed = [each for each in fields if _said(each, "Action") == "failed"]
    told = (
        failed[0] if failed else next((e for e in fields if _said(e, "Action") in _GOES_ON), None)
    )
    if told is None:
        return None  # It says of nobody what became of the mail.
    code = _CODE.search(str(told.get("Status", "")))
    says = str(told.get("Diagnostic-Code", ""))
    return Returned(
        has_failed=bool(failed),
        code=f"DSN {code[0]}" if code else "DSN",
        says=" ".join(says.split())[:LONGEST_SAID],
        mail_ids=tuple(found for each in parts for found in _ids_in(each)),
    )


def _fields_of(status: Message) -> list[Message]:
    """The groups of fields: of the whole mail, then of each whom it was for."""
    payload = status.get_payload()
    return (
        [each for each in payload if isinstance(each, Message)] if isinstance(payload, list) else []
    )


def _said(fields: Message, name: str) -> str:
    return str(fields.get(name, "")).strip().lower()


def _ids_in(part: Message) -> list[str]:
    """The Message-ID of what came back: of the mail, or of its head, which some send as text."""
    kind = part.get_content_type()
    if kind == "text/rfc822-headers":
        payload = part.get_payload(decode=True)
        text = payload.decode("utf-8", "replace") if isinstance(payload, bytes) else ""
        line = re.search(r"^message-id:\s*(<[^<>\s]+>)", text, re.IGNORECASE | re.MULTILINE)
        return [line[1]] if line else []
    if kind == "message/rfc822":
        payload = part.get_payload()
        inner = payload[0] if isinstance(payload, list) and payload else None
        named = inner.get("Message-ID", "") if isinstance(inner, Message) else ""
        return _ID.findall(str(named))
    return []
