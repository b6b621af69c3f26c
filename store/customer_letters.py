"""The letters of a case: every version that was kept, how each went out, and whether it arrived."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from domain.acts import ActWithLetter, SendLetter
from domain.case import UNANSWERED
from domain.errors import Refusal, Refused
from domain.letters import LetterWay
from domain.notices import COMPLAINANT, Delivery, Obstacle
from domain.statuses import CommandStatus
from rulebook.letters import read_letters
from store.contacts import mail_address_corrected_at
from store.notice_care import went_again
from store.notice_contents import email_of
from store.notices import was_tried_before
from store.policies.packs import published_pack
from store.scope import OpenedCase
from store.tables import CaseRow, CommandRow, JournalRow, NoticeRow
from store.values import ACT, CASE


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptLetter:
    """A letter as it was kept."""

    id: str
    """The command it came with."""
    name: str
    """The template it was written after."""
    version: int
    """Counts the letters of a case after one template."""
    language: str
    digest: str
    texts: Mapping[str, str]
    """What stands in each part."""
    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispatch:
    """One going out of a letter."""

    id: str
    """The command by which it was asked for."""
    digest: str
    act: str
    """The kind of act that it was."""
    way: LetterWay
    by: str
    at: datetime
    """When somebody asked for it."""
    sent_at: datetime | None
    """When it went: as stated, or as the mail server took it; none as long as it has not."""
    version: int | None
    """Of the entry of the journal; until it stands there, it waits for the engine."""
    delivery: Delivery | None
    """Of mail, once it is written."""
    obstacle: Obstacle | None
    """Why the last try to mail it failed."""
    read_by: str | None
    """Who read it before it went out, where somebody did."""
    is_to_earlier_address: bool
    """Of mail, whether it was tried before the mail address of the complaint was corrected."""
    went_again: bool
    """Of mail, whether the letter has gone out once more since."""

    @property
    def is_written(self) -> bool:
        """Whether it stands in the journal."""
        return self.version is not None

    @property
    def went_read(self) -> bool:
        """Whether it went out after a second person had read it."""
        return self.is_written and self.read_by is not None

    @property
    def is_on_its_way(self) -> bool:
        """Whether what becomes of it will be known in a moment."""
        return self.way is LetterWay.MAIL and self.sent_at is None and not self.is_lost

    @property
    def is_lost(self) -> bool:
        """Whether the customer does not have it, and will not by itself."""
        return self.way is LetterWay.MAIL and self.delivery in (Delivery.DEAD, Delivery.INBOX)


def letters_of(session: Session, opened: OpenedCase) -> tuple[KeptLetter, ...]:
    """Every version of every letter, in the order they were kept."""
    return _letters(session, opened.reference)


def dispatches_of(session: Session, opened: OpenedCase) -> tuple[Dispatch, ...]:
    """How letters of a case went out, the first of them first."""
    return _dispatches(session, opened.reference)


def may_be_mailed(session: Session, opened: OpenedCase) -> bool:
    """Whether an address of the customer is known."""
    return bool(email_of(session, opened.reference, COMPLAINANT))


def has_lost_letters(session: Session, opened: OpenedCase) -> bool:
    """Whether a letter of this case did not arrive and has not gone out another way since."""
    latest = {each.digest: each for each in dispatches_of(session, opened)}
    return any(each.is_lost for each in latest.values())


def require_fit_letter(
    session: Session,
    act: ActWithLetter,
    reference: str,
    *,
    command_id: str,
    seen_version: int | None,
) -> None:
    """Raises `Refused` for a letter that is none of this case, lacks what a rule wants it to say,
    or goes out as something that it is not; for mail to nobody; and for a letter that somebody has
    sent since its sender looked: no customer is written to twice unawares."""
    letter = None if act.enclosed is None else _letter(session, reference, act.enclosed)
    template = read_letters().get(letter.name) if letter is not None else None
    if letter is None or template is None:
        raise Refused(Refusal.NO_SUCH_LETTER)
    # Of two who send it in the same moment the second waits here, and hears of the first below.
    session.get(CommandRow, letter.id, with_for_update={"key_share": True})
    case = CASE.validate_python(session.get_one(CaseRow, reference).state)
    elements = published_pack(session, case.policy).conduct.reply_elements
    missing = template.missing_in(letter.texts, elements)
    if missing:
        raise Refused(Refusal.LETTER_INCOMPLETE, missing=", ".join(missing))
    # A reply that was given may go out once more, as after a failed mail by post.
    is_repeated = template.act == "reply" and case.status not in UNANSWERED
    if act.kind != template.act and not (isinstance(act, SendLetter) and is_repeated):
        raise Refused(Refusal.LETTER_OF_OTHER_ACT, act=template.act)
    if act.way is LetterWay.MAIL and not email_of(session, reference, COMPLAINANT):
        raise Refused(Refusal.NO_MAIL_ADDRESS)
    others = [e for e in _dispatches(session, reference) if e.id != command_id]
    if seen_version is not None and any(
        each.digest == act.enclosed and (each.version is None or each.version > seen_version)
        for each in others
    ):
        raise Refused(Refusal.CHANGED_MEANWHILE)


def takes_second_reader(
    session: Session, act: ActWithLetter, read_by_two: Collection[str], reference: str
) -> bool:
    """Whether a second person reads what goes out by this act: a letter of one of these templates,
    or the same words to the customer without one. What was read may go out once more.

    :param read_by_two: names of templates, as the pack of the case has them
    """
    if act.enclosed is None:
        sent_so = {each.act for name, each in read_letters().items() if name in read_by_two}
        return bool(act.for_customer) and act.kind in sent_so
    letter = _letter(session, reference, act.enclosed)
    is_wanted = letter is not None and letter.name in read_by_two
    return is_wanted and not _was_read(session, reference, act.enclosed)


def require_author(session: Session, act: ActWithLetter, reference: str, by: str) -> None:
    """Raises `Refused` unless this person wrote the letter: nobody reads their own, and whoever
    wrote it is told what the second reader says."""
    letter = None if act.enclosed is None else _letter(session, reference, act.enclosed)
    if letter is not None and letter.by != by:
        raise Refused(Refusal.LETTER_OF_ANOTHER)


def _letter(session: Session, reference: str, digest: str) -> KeptLetter | None:
    """The last that was kept of those with this file."""
    found = [each for each in _letters(session, reference) if each.digest == digest]
    return found[-1] if found else None


def _was_read(session: Session, reference: str, digest: str) -> bool:
    """Whether it has gone out after somebody had read it; what is being sent now has not yet."""
    return any(each.digest == digest and each.went_read for each in _dispatches(session, reference))


def _letters(session: Session, reference: str) -> tuple[KeptLetter, ...]:
    rows = session.scalars(
        select(CommandRow)
        .where(
            CommandRow.reference == reference,
            CommandRow.act["kind"].astext == "write_letter",
            CommandRow.status != CommandStatus.REFUSED,
        )
        .order_by(CommandRow.stored_at, CommandRow.id)
    ).all()
    names = [row.act["letter_template"] for row in rows]
    return tuple(
        KeptLetter(
            id=row.id,
            name=row.act["letter_template"],
            version=names[: place + 1].count(row.act["letter_template"]),
            language=row.act["language"],
            digest=row.act["digest"],
            texts=row.words,
            by=row.by["person"],
            at=row.stored_at,
        )
        for place, row in enumerate(rows)
    )


def _dispatches(session: Session, reference: str) -> tuple[Dispatch, ...]:
    entry = and_(JournalRow.reference == CommandRow.reference, JournalRow.key == CommandRow.id)
    word = and_(
        NoticeRow.reference == JournalRow.reference,
        NoticeRow.version == JournalRow.version,
        NoticeRow.recipient == COMPLAINANT,
        NoticeRow.about == JournalRow.event,
    )
    rows = session.execute(
        select(CommandRow, JournalRow.version, NoticeRow, went_again())
        .outerjoin(JournalRow, entry)
        .outerjoin(NoticeRow, word)
        .where(
            CommandRow.reference == reference,
            CommandRow.act["enclosed"].astext.is_not(None),
            CommandRow.status != CommandStatus.REFUSED,
        )
        .order_by(CommandRow.stored_at, CommandRow.id)
    ).all()
    corrected_at = mail_address_corrected_at(session, reference) if rows else None
    return tuple(
        _dispatch(command, version, notice, corrected_at, has_gone_again)
        for command, version, notice, has_gone_again in rows
    )


def _dispatch(
    command: CommandRow,
    version: int | None,
    notice: NoticeRow | None,
    corrected_at: datetime | None,
    has_gone_again: bool,
) -> Dispatch:
    act = ACT.validate_python(command.act)
    assert isinstance(act, ActWithLetter)
    assert act.enclosed is not None
    assert act.way is not None
    is_mail = act.way is LetterWay.MAIL
    return Dispatch(
        id=command.id,
        digest=act.enclosed,
        act=act.kind,
        way=act.way,
        by=command.by["person"],
        at=command.stored_at,
        sent_at=(notice.sent_at if notice else None) if is_mail else act.sent_at,
        version=version,
        delivery=Delivery(notice.delivery) if notice else None,
        obstacle=Obstacle(notice.obstacle) if notice and notice.obstacle else None,
        read_by=act.approved_by,
        is_to_earlier_address=notice is not None and was_tried_before(notice, corrected_at),
        went_again=has_gone_again,
    )
