"""What a notice is made of, read afresh each time it is sent."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from sqlalchemy import ColumnElement, func, select, tuple_
from sqlalchemy import case as when
from sqlalchemy.orm import Session

from domain.acts import INTERNAL
from domain.case import Case
from domain.complaint import Language
from domain.customers import CustomerField
from domain.events import NEXT_LIMIT_MATTERS, Event
from domain.notices import (
    COMPLAINANT,
    OUTSIDERS,
    TOLD_OF_ONESELF,
    NoticeAudience,
    may_be_told_in_a_room,
)
from rulebook.calendars import load_calendar
from rulebook.staffing import read_staffing
from store.customers import open_field
from store.mail_headers import mail_id_of
from store.people.directory import units_above
from store.policies.calendar_versions import published_calendar
from store.policies.packs import published_pack
from store.survey_codes import code_of
from store.tables import (
    ApprovalRow,
    BoardPackRow,
    CaseRow,
    ClockRow,
    ComplaintRow,
    EarlyWarningRow,
    IncidentAssignmentRow,
    JournalRow,
    NoticeRow,
    PersonRow,
    RegulatorReportRow,
    ReportEventRow,
    TaskRow,
    UnitRow,
)
from store.values import CASE


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitTold:
    """The time limit that a notice is about, as it stands now."""

    clock: str
    """Empty when the notice says by itself what is due."""
    due_at: datetime | None
    """None while it stands still."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeContents:
    """Everything a notice is made of when it is sent. Personal: it never leaves the process."""

    notice_id: int
    key: str
    """The same for every try of the same notice: the receiver can drop a repeat by it."""
    mail_id: str
    """Under which an answer to it, or the mail itself when it comes back, is known."""
    audience: NoticeAudience
    about: Event
    language: str
    email: str
    reference: str
    """Of its case; empty when it speaks of none."""
    page: str
    """Where its reader finds what it speaks of, below the address of the pages."""
    unit: str
    """The unit it speaks of, in the language of the notice; empty when it speaks of a case, and of
    what is of the whole bank."""
    limit: LimitTold | None
    """The time limit it is about; None when it is about none, and when none is running."""
    task: str
    """The task it speaks of, in the language of the notice; empty when it speaks of none."""
    cause: str
    """Why the cases of the incident it speaks of do not go on; empty when it speaks of none."""
    survey: str
    """The code of the survey it offers; empty when it offers none."""
    date_at: datetime | None
    """The instant that matters: when the limit ends, or what was undertaken."""
    time_zone: str
    words: dict[str, str]
    carried_by: frozenset[str]
    """Gateways that have taken it."""
    enclosed: str
    """SHA-256 of the file that goes with it; empty when none does."""
    rooms: frozenset[str] | None
    """The units whose rooms hear it, beside the rooms of the whole bank: the case's own and those
    above it. None when no room may hear it."""


def key_of(dedupe_key: str) -> str:
    """What a receiver drops repeats of a notice by: it says nothing of whom and what."""
    return hashlib.sha256(dedupe_key.encode()).hexdigest()[:32]


Above = Callable[[str], frozenset[str]]
"""A unit and those above it."""


def read_contents(session: Session, rows: Sequence[NoticeRow]) -> list[NoticeContents]:
    """What notices say now, to whom, and who else may hear it. What they share is read once."""
    wanted = [(row.reference, row.version) for row in rows if row.reference is not None]
    references, readers = {each for each, _ in wanted}, {row.recipient for row in rows}
    entries = tuple_(JournalRow.reference, JournalRow.version).in_(wanted)
    # The session asks for none of these again as long as somebody holds them.
    kept = [
        *session.scalars(select(CaseRow).where(CaseRow.reference.in_(references))),
        *session.scalars(select(JournalRow).where(entries)),
        *session.scalars(select(PersonRow).where(PersonRow.id.in_(readers))),
    ]
    above = cache(lambda unit: frozenset(units_above(session, unit).line_of(unit)))
    limits = limits_told(session, rows)
    every = [_contents_of(session, row, limits.get(row.id), above) for row in rows]
    del kept
    return every


def _contents_of(
    session: Session, row: NoticeRow, limit: LimitTold | None, above: Above
) -> NoticeContents:
    if row.report_event is not None:
        return _contents_of_report(session, row, session.get_one(ReportEventRow, row.report_event))
    if row.early_warning is not None:
        return _contents_of_warning(
            session, row, session.get_one(EarlyWarningRow, row.early_warning)
        )
    if row.incident is not None:
        incident = session.get_one(IncidentAssignmentRow, row.incident)
        return _contents_of_incident(session, row, incident)
    if row.board_pack is not None:
        return _contents_of_board_pack(session, row, session.get_one(BoardPackRow, row.board_pack))
    assert row.reference is not None, "the table has it so"
    case_row = session.get_one(CaseRow, row.reference)
    state = CASE.validate_python(case_row.state)
    entry = session.get_one(JournalRow, (row.reference, row.version))
    audience = NoticeAudience.of(row.recipient)
    words = _words_for(audience, entry.words or {})
    language = _language_of(session, row)
    task = _task_of(session, row)
    date_at = limit.due_at if limit else None
    if entry.event in (Event.EXTENDED, Event.DATE_EXTENDED):
        date_at = state.extensions[-1].until_at
        words.setdefault("reason", _reason_asked_with(session, row))
    survey = ""
    if row.about == Event.SURVEY_OFFERED:
        newest = state.surveys[-1]
        survey, date_at = code_of(session, row.reference, newest.number), newest.closes_at
    if entry.event == Event.COMMITTED:
        date_at = state.commitments[-1].until_at
    return NoticeContents(
        notice_id=row.id,
        key=key_of(row.dedupe_key),
        mail_id=mail_id_of(session, row.id, row.dedupe_key),
        audience=audience,
        about=Event(row.about),
        language=language,
        email=email_of(session, row.reference, row.recipient),
        reference=row.reference,
        page=_page_of(row),
        unit="",
        limit=limit,
        task=task.facts["title"].get(language, "") if task else "",
        cause="",
        survey=survey,
        date_at=date_at,
        time_zone=published_calendar(session, state.calendar).time_zone or "UTC",
        words=words,
        carried_by=frozenset(row.carried_by),
        # What went out by one entry speaks of other things beside it: the file goes with one.
        enclosed=entry.facts.get("enclosed", "") if entry.event == row.about else "",
        rooms=above(state.unit) if _is_for_rooms(audience, state) else None,
    )


def limits_told(session: Session, rows: Sequence[NoticeRow]) -> dict[int, LimitTold]:
    """The time limits that words of cases are about, by notice: of its task, of a clock's step, of
    what a second person was asked for; where somebody may have to act, the one that ends next."""
    entry, of_requests = JournalRow.facts, (Event.SECOND_PERSON_ASKED, Event.SECOND_PERSON_ANSWERED)
    acted_upon = func.coalesce(entry["clock"].as_string(), entry["overrun"].as_string())
    asked_for = ApprovalRow.request["act"]["clock"].as_string()
    clock = when((NoticeRow.about.in_(of_requests), asked_for), else_=acted_upon)
    found = session.execute(
        select(
            NoticeRow.id,
            NoticeRow.about,
            NoticeRow.task,
            TaskRow.due_at.label("of_task"),
            ClockRow.key.label("clock"),
            ClockRow.due_at,
            CaseRow.next_clock,
            CaseRow.next_due_at,
            RegulatorReportRow.due_at.label("of_report"),
        )
        .join(CaseRow, CaseRow.reference == NoticeRow.reference)
        .join(JournalRow, _is_of(JournalRow) & (JournalRow.version == NoticeRow.version))
        .outerjoin(TaskRow, TaskRow.key == NoticeRow.reference + "/" + NoticeRow.task)
        .outerjoin(ApprovalRow, ApprovalRow.id == _written_for("^approval/(.*)/[^/]*$"))
        .outerjoin(RegulatorReportRow, RegulatorReportRow.key == _written_for("^(.*)/late/[^/]*$"))
        .outerjoin(ClockRow, _is_of(ClockRow) & (ClockRow.key == clock))
        .where(NoticeRow.id.in_([row.id for row in rows]), NoticeRow.about != Event.INFORMED)
    )
    limits: dict[int, LimitTold] = {}
    for row in found:
        if row.about == Event.CASE_REPORT_LATE:
            limits[row.id] = LimitTold(clock="", due_at=row.of_report)
        elif row.task is not None:
            limits[row.id] = LimitTold(clock=row.task, due_at=row.of_task)
        elif row.clock is not None:
            limits[row.id] = LimitTold(clock=row.clock, due_at=row.due_at)
        elif row.about in NEXT_LIMIT_MATTERS and row.next_clock is not None:
            limits[row.id] = LimitTold(clock=row.next_clock, due_at=row.next_due_at)
    return limits


def _is_of(table: type[JournalRow] | type[ClockRow]) -> ColumnElement[bool]:
    return table.reference == NoticeRow.reference


def _written_for(key: str) -> ColumnElement[str]:
    """What a notice was written for, as its own key has it; null when that has another form."""
    return func.substring(NoticeRow.dedupe_key, key)


def _words_for(audience: NoticeAudience, words: Mapping[str, str]) -> dict[str, str]:
    """What was written down with an act, as far as it may leave the bank."""
    may_leave = audience is NoticeAudience.STAFF
    return {name: text for name, text in words.items() if may_leave or name not in INTERNAL}


def _page_of(row: NoticeRow) -> str:
    """The case; for somebody on whom something is found, who does not see it, what is theirs."""
    is_own = Event(row.about) in TOLD_OF_ONESELF
    return OWN_FINDINGS if is_own else f"cases/{row.reference}"


OWN_FINDINGS = "findings"
"""Where somebody reads what was found about themselves."""


def _contents_of_report(
    session: Session, row: NoticeRow, happened: ReportEventRow
) -> NoticeContents:
    """Word of a report or a check that a unit owes."""
    pack = published_pack(session, happened.policy)
    return _word_of_no_case(
        session,
        row,
        page=f"{_room_of(row)}/{happened.unit}/{happened.periodical}/{happened.begins}",
        unit=happened.unit,
        task=pack.periodical(happened.periodical).title.get(_language_of(session, row), ""),
        date_at=happened.due_at,
        time_zone=load_calendar(pack.calendar).time_zone or "UTC",
    )


def _room_of(row: NoticeRow) -> str:
    """Where reports are owed, or read by whom they go to."""
    is_for_its_reader = row.about in (Event.REPORT_RECEIVED, Event.REPORT_CORRECTED)
    return "reports-received" if is_for_its_reader else "reports-owed"


def _contents_of_warning(
    session: Session, row: NoticeRow, found: EarlyWarningRow
) -> NoticeContents:
    """Word that something has left its usual range. Of which cause, and how many, its reader finds
    on the page, as far as those are theirs to know."""
    month = found.month.isoformat()[:7]
    return _word_of_no_case(session, row, page="analysis#warnings", unit=found.unit, task=month)


def _contents_of_incident(
    session: Session, row: NoticeRow, found: IncidentAssignmentRow
) -> NoticeContents:
    """Word of an incident to who has or had it in hand. Of which cases, its reader finds on the
    page, as far as those are theirs to know."""
    page = f"admin/failed#incident-{found.incident}"
    return _word_of_no_case(session, row, page=page, cause=found.cause)


def _contents_of_board_pack(session: Session, row: NoticeRow, pack: BoardPackRow) -> NoticeContents:
    """Word of a new pack for the board, to who leads where it is read."""
    return _word_of_no_case(
        session,
        row,
        page=f"analysis/board-packs?year={pack.ends.year}#pack-{pack.number}",
        unit=pack.unit,
        task=f"{pack.begins} – {pack.ends}",
    )


def _word_of_no_case(
    session: Session,
    row: NoticeRow,
    *,
    page: str,
    unit: str | None = None,
    task: str = "",
    cause: str = "",
    date_at: datetime | None = None,
    time_zone: str = "",
) -> NoticeContents:
    """Word to somebody of the bank that is about no case. No room hears it: it is about somebody's
    work, or for its reader alone."""
    language = _language_of(session, row)
    place = session.get_one(UnitRow, unit) if unit is not None else None
    names = {} if place is None else {Language.ZH: place.name_zh, Language.EN: place.name_en}
    return NoticeContents(
        notice_id=row.id,
        key=key_of(row.dedupe_key),
        mail_id=mail_id_of(session, row.id, row.dedupe_key),
        audience=NoticeAudience.STAFF,
        about=Event(row.about),
        language=language,
        email=_staff_email_of(session, row.recipient),
        reference="",
        page=page,
        unit=names.get(Language(language), ""),
        limit=None,
        task=task,
        cause=cause,
        survey="",
        date_at=date_at,
        time_zone=time_zone or read_staffing().time_zone,
        words={},
        carried_by=frozenset(row.carried_by),
        enclosed="",
        rooms=None,
    )


def _task_of(session: Session, row: NoticeRow) -> TaskRow | None:
    """The task a notice speaks of."""
    if row.task is None:
        return None
    return session.scalar(select(TaskRow).where(TaskRow.key == f"{row.reference}/{row.task}"))


def _is_for_rooms(audience: NoticeAudience, case: Case) -> bool:
    return audience is NoticeAudience.STAFF and may_be_told_in_a_room(case)


def _reason_asked_with(session: Session, row: NoticeRow) -> str:
    """Why the later date was asked for; the customer hears that reason (A-37)."""
    words: dict[str, str] | None = session.scalar(
        select(JournalRow.words)
        .where(JournalRow.reference == row.reference, JournalRow.version < row.version)
        .where(JournalRow.event == Event.EXTENSION_REQUESTED)
        .order_by(JournalRow.version.desc())
        .limit(1)
    )
    return (words or {}).get("reason", "")


def email_of(session: Session, reference: str | None, recipient: str) -> str:
    """Where to write to; empty when nobody knows. The handing department's address is not kept."""
    if recipient == COMPLAINANT and reference is not None:
        sealed = select(ComplaintRow.email).where(ComplaintRow.reference == reference)
        return open_field(session, reference, CustomerField.EMAIL, session.scalar(sealed))
    return _staff_email_of(session, recipient)


def _staff_email_of(session: Session, person: str) -> str:
    row = session.get(PersonRow, person)
    return row.email or "" if row is not None and row.active else ""


def _language_of(session: Session, row: NoticeRow) -> str:
    if row.recipient in OUTSIDERS:
        wanted = select(ComplaintRow.language).where(ComplaintRow.reference == row.reference)
        return session.scalar(wanted) or "zh"
    reader = session.get(PersonRow, row.recipient)
    return reader.language or "zh" if reader is not None else "zh"
