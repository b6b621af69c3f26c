"""A mail as it lies in the mailbox, read: whatever it is made of, something comes of it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage, Message
from email.policy import EmailPolicy
from email.utils import getaddresses
from mimetypes import guess_extension

from justhtml import JustHTML

from domain.addresses import is_address
from domain.mails import LeftOut, Mail, MailedFile, MailFlaw, Writer
from domain.sensitive import masked_text
from relay.mailbox.reports import returned_in
from rulebook.texts import read_text_limits

LARGEST_TEXT = 1 << 20
"""Characters of all the texts of a mail that are read (default): more is made by machines."""

LONGEST_HEADER = 32_768
"""Characters of a header that are read (default). Taking one apart takes the square of its length,
and all other mail waits for it."""

MOST_PARTS = 500
"""Parts of a mail that are looked at (default)."""

MOST_BOUNDARIES = 20_000
"""Lines that look like the beginning of a part (default): of a mail with more the head is read."""

WHOLE_TEXT = "mail.txt"
"""The file that has all of a text too long to be shown."""

_ID = re.compile(r"<[^<>\s]+>")
_BESIDE = {"gb2312": "gb18030", "gbk": "gb18030", "x-gbk": "gb18030", "gb_2312-80": "gb18030"}
"""Written for the narrower, and meant for the wider."""

_GUESSES = ("utf-8", "gb18030")


class _Bounded(EmailPolicy):
    """Headers as they should be written, of which none is longer than is read."""

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        name, value = super().header_source_parse(sourcelines)
        return name, value[:LONGEST_HEADER]


_BOUNDED = _Bounded()


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of a mail that is not made of others."""

    message: EmailMessage
    forms: EmailMessage | None
    """What holds the same in several forms, of which this is one; None where it stands alone."""

    @property
    def kind(self) -> str:
        return self.message.get_content_type()


@dataclass(slots=True)
class _Found:
    """What the parts of a mail hold."""

    texts: list[_Part] = field(default_factory=list)
    files: list[MailedFile] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)


def read_mail(content: bytes, *, is_whole: bool = True) -> Mail:
    """What a mail says; of one that was not read whole, what its head does. Nothing of it is so
    broken that nothing comes of it: what cannot be read is left out, and said so."""
    found = _Found()
    if not is_whole:
        found.left_out.append(LeftOut(flaw=MailFlaw.MAIL_TOO_LARGE))
    elif content.count(b"\n--") > MOST_BOUNDARIES:
        found.left_out.append(LeftOut(flaw=MailFlaw.UNREADABLE))
        content, is_whole = content.replace(b"\r\n", b"\n").partition(b"\n\n")[0], False
    try:
        message = message_from_bytes(content, policy=_BOUNDED)
        assert isinstance(message, EmailMessage)
        return _read(message, found, is_whole=is_whole)
    except Exception:  # whatever a stranger has made of it, deep within the library that reads it
        return Mail(
            message_id="",
            answers=(),
            sender_name="",
            sender_address="",
            subject="",
            text="",
            left_out=(LeftOut(flaw=MailFlaw.UNREADABLE),),
        )


def _read(message: EmailMessage, found: _Found, *, is_whole: bool) -> Mail:
    limits = read_text_limits()
    if is_whole:
        _look_through(message, found)
    written = _written_in(found)
    text = masked_text(written)
    if text != written:
        found.left_out.append(LeftOut(flaw=MailFlaw.MASKED))
    if len(text) > limits.with_an_act:
        found.left_out.append(LeftOut(flaw=MailFlaw.TEXT_TOO_LONG))
        found.files.append(MailedFile(name=WHOLE_TEXT, content=text.encode()))
    name, address = _sender_of(message)
    return Mail(
        message_id=_header(message, "Message-ID").strip(),
        answers=_answered_by(message),
        sender_name=name[: limits.name],
        sender_address=address,
        subject=_one_line(masked_text(_header(message, "Subject")))[: limits.subject],
        text=text[: limits.with_an_act],
        files=tuple(found.files),
        writer=_writer_of(message, address),
        returned=returned_in(message) if is_whole else None,
        left_out=tuple(found.left_out),
    )


def _look_through(message: EmailMessage, found: _Found) -> None:
    for number, part in enumerate(_parts(message)):
        if number == MOST_PARTS:
            found.left_out.append(LeftOut(flaw=MailFlaw.UNREADABLE))
            return
        name = _name_of(part.message)
        is_apart = name or part.message.get_content_disposition() == "attachment"
        if part.kind in _FOR_PROGRAMS:
            continue
        if part.kind in ("text/plain", "text/html") and not is_apart:
            found.texts.append(part)
            continue
        content = _content_of(part)
        if is_apart or content:
            found.files.append(MailedFile(name=name or _unnamed(part), content=content))


_FOR_PROGRAMS = frozenset({"message/delivery-status", "message/disposition-notification"})
"""What a server tells a program; what it tells people stands beside it."""


def _parts(message: EmailMessage) -> Iterator[_Part]:
    """The parts that are not made of others. What was forwarded is one part, and so is what came
    back: its own parts are not this mail's."""
    waiting = [_Part(message, None)]
    while waiting:
        part = waiting.pop()
        if part.kind.startswith("message/") or not part.message.is_multipart():
            yield part
            continue
        forms = part.message if part.kind == "multipart/alternative" else part.forms
        payload = part.message.get_payload()
        inner = payload if isinstance(payload, list) else []
        of_ours = [_Part(each, forms) for each in inner if isinstance(each, EmailMessage)]
        waiting += reversed(of_ours)


def _content_of(part: _Part) -> bytes:
    """The file that a part is."""
    payload = part.message.get_payload()
    if part.kind.startswith("message/"):
        first = payload[0] if isinstance(payload, list) and payload else None
        return first.as_bytes() if isinstance(first, Message) else b""
    content = part.message.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _unnamed(part: _Part) -> str:
    """What a file is called that came without a name."""
    if part.kind == "message/rfc822":
        return "mail.eml"
    return f"attachment{guess_extension(part.kind) or ''}"


def _written_in(found: _Found) -> str:
    """All that the texts say, in their order. Of several forms of the same the plain one is read,
    unless it says nothing."""
    plain = {
        id(each.forms)
        for each in found.texts
        if each.forms is not None and each.kind == "text/plain" and _text(each.message).strip()
    }
    room, said = LARGEST_TEXT, list[str]()
    for each in found.texts:
        if each.kind == "text/html" and id(each.forms) in plain:
            continue
        text = _text(each.message)
        if each.kind == "text/html":
            text = _PICTURE.sub("", text)
        if len(text) > room:
            found.left_out.append(LeftOut(flaw=MailFlaw.UNREADABLE))
        text, room = text[:room], max(0, room - len(text))
        said.append(_clean(_text_of_html(text) if each.kind == "text/html" else text).strip())
    return "\n\n".join(filter(None, said))


_PICTURE = re.compile(r"data:[^\s\"'<>]{200,}")
"""A picture within a text, which is longer than all its words."""


def _text(part: EmailMessage) -> str:
    payload = part.get_payload(decode=True)
    content = payload if isinstance(payload, bytes) else b""
    stated = str(part.get_content_charset() or "").lower()
    for charset in (_BESIDE.get(stated, stated), *_GUESSES):
        try:
            return content.decode(charset)
        except (LookupError, ValueError):  # no such charset, or none of a text in it
            continue
    return content.decode("utf-8", "replace")


def _text_of_html(html: str) -> str:
    root = JustHTML(html).root
    [*bodies] = root.query("body")
    read = bodies[0] if bodies else root
    return str(read.to_text(separator="\n", separator_blocks_only=True))


def _sender_of(message: EmailMessage) -> tuple[str, str]:
    found = getaddresses([_header(message, "From")])
    name, address = found[0] if found else ("", "")
    return _one_line(name), address if is_address(address, host_may_be_short=True) else ""


def _answered_by(message: EmailMessage) -> tuple[str, ...]:
    """What it says to answer, then what that answered, the nearest first."""
    nearest = _ID.findall(_header(message, "In-Reply-To"))
    before = _ID.findall(_header(message, "References"))
    return tuple(dict.fromkeys([*nearest, *reversed(before)]))


def _writer_of(message: EmailMessage, address: str) -> Writer:
    """Whether a machine wrote it, and why (RFC 3834); older ones say it in other ways."""
    said = re.split(r"[;(\s]", _header(message, "Auto-Submitted").strip().lower())[0]
    precedence = _header(message, "Precedence").strip().lower()
    is_of_a_server = address.partition("@")[0].lower() in _SERVERS
    if is_of_a_server or message.get("X-Failed-Recipients") is not None:
        return Writer.MAIL_SERVER
    is_a_receipt = message.get_content_type() == "multipart/report" and (
        str(message.get_param("report-type", "")).lower() == "disposition-notification"
    )
    answers = said == "auto-replied" or precedence == "auto_reply" or is_a_receipt
    if answers or message.get("X-Autoreply") is not None:
        return Writer.ANSWERING_MACHINE
    return Writer.MACHINE if said.startswith("auto-") else Writer.PERSON


_SERVERS = frozenset({"mailer-daemon", "postmaster"})
"""In whose names mail servers write."""


def _header(message: EmailMessage, name: str) -> str:
    """A header, however it is written; empty when there is none that can be read."""
    try:
        return _clean(str(message.get(name, "")))
    except Exception:  # a header that the library cannot take apart says nothing
        return ""


def _name_of(part: EmailMessage) -> str:
    try:
        return (part.get_filename() or "").strip()
    except Exception:  # as above
        return ""


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _clean(text: str) -> str:
    """Without what no text has: control characters, halves of characters; line ends are one."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(each for each in plain if each in "\t\n" or _is_text(ord(each)))


def _is_text(code: int) -> bool:
    return code >= 32 and code != 127 and not 0xD800 <= code <= 0xDFFF
