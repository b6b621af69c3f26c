"""Receipt: the one transaction by which a complaint begins to exist (decision 1)."""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from domain.acts.handling import severity_of
from domain.case import Actor, Case, Milestone
from domain.complaint import Complaint
from domain.consequences import with_consequences
from domain.errors import NotFit, Refusal, Refused
from domain.events import Event
from domain.instants import ReceiptDates
from domain.journal import Change, Entry
from store.cases.reception import Ground, Reception
from store.cases.writing import begin_journals
from store.customers import CONTENTS, open_field, sealed_row
from store.database import journal_key, personal_ring
from store.erasure.texts import key_once_erased
from store.evidence.complaint_seal import FACT, seal_of_complaint
from store.outbox import messages
from store.policies.calendar_versions import publish_calendar
from store.tables import ComplaintRow, case_number


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What the complainant is given: the number to ask by, the same one however often asked."""

    reference: str
    is_new: bool


def receive(
    session: Session, complaint: Complaint, by: Actor, dates: ReceiptDates | None = None
) -> Receipt:
    """Write complaint, case, first journal entry and the message to start its workflow, or find
    the complaint that came with this key before. Raises `NotFit` with every flaw at once, and
    `Refused` with its number when that one said something else.
    """
    key = complaint.intake_key
    first = _known(session, [key]).get(key)
    if first is None:
        reception = Reception(session, dates)
        new = _write(session, [(complaint, reception.ground_of(complaint))], by, reception.now)
        if key in new:
            return Receipt(reference=new[key].reference, is_new=True)
        # Whoever received it at the same moment was waited for, and has given it its number.
        first = _known(session, [key])[key]
    answer = first.answer_to(complaint)
    if isinstance(answer, Refused):
        raise answer
    return answer


def receive_each(
    session: Session,
    complaints: Sequence[Complaint],
    by: Actor,
    dates: ReceiptDates | None = None,
) -> list[Receipt | NotFit | Refused]:
    """Receive complaints in one transaction, each on its own account: the answers, in their order,
    are receipts, or what stands against taking a complaint.
    """
    known = _known(session, (each.intake_key for each in complaints))
    reception = Reception(session, dates)
    refused: dict[int, NotFit] = {}
    fit: dict[str, tuple[Complaint, Ground]] = {}
    for position, complaint in enumerate(complaints):
        if complaint.intake_key not in known and complaint.intake_key not in fit:
            try:
                fit[complaint.intake_key] = complaint, reception.ground_of(complaint)
            except NotFit as unfit:
                refused[position] = unfit
    new = _write(session, fit.values(), by, reception.now)
    # Whoever received one of them at the same moment was waited for, and has given it its number.
    known |= new | _known(session, fit.keys() - new.keys())
    answers: list[Receipt | NotFit | Refused] = []
    for position, complaint in enumerate(complaints):
        if position in refused:
            answers.append(refused[position])
        elif new.pop(complaint.intake_key, None) is not None:
            answers.append(Receipt(reference=known[complaint.intake_key].reference, is_new=True))
        else:
            answers.append(known[complaint.intake_key].answer_to(complaint))
    return answers


def check_each(
    session: Session, complaints: Sequence[Complaint], dates: ReceiptDates | None = None
) -> list[Receipt | NotFit | Refused | None]:
    """What each of these complaints would be answered, None where it would get a number of its own;
    nothing is written."""
    known = _known(session, (each.intake_key for each in complaints))
    reception = Reception(session, dates)
    found: list[Receipt | NotFit | Refused | None] = []
    for complaint in complaints:
        if complaint.intake_key in known:
            found.append(known[complaint.intake_key].answer_to(complaint))
            continue
        try:
            reception.ground_of(complaint)
            found.append(None)
        except NotFit as unfit:
            found.append(unfit)
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class _First:
    """The complaint that came first with a key."""

    reference: str
    contents: str | None
    """Its fingerprint; None of one that came before fingerprints were kept."""

    def answer_to(self, again: Complaint) -> Receipt | Refused:
        """What a complaint with the same key is told: the number, unless it says something else,
        which must not be lost in silence."""
        # Those of before were not asked for their business, which their mapping may draw now.
        unasked = replace(again, business=None)
        if self.contents in (None, again.fingerprint(), unasked.fingerprint()):
            return Receipt(reference=self.reference, is_new=False)
        return Refused(Refusal.RECEIVED_OTHERWISE, reference=self.reference)


def _write(
    session: Session, fit: Collection[tuple[Complaint, Ground]], by: Actor, now: datetime
) -> dict[str, _First]:
    """Write everything these complaints begin with; returns each by its intake key, without those
    that somebody else was writing at this moment.
    """
    if not fit:
        return {}
    numbers = session.scalars(
        select(case_number.next_value()).select_from(func.generate_series(1, len(fit)).alias())
    )
    begun = {
        _reference(number, ground, now): (complaint, ground)
        for number, (complaint, ground) in zip(numbers, fit, strict=True)
    }
    rows = {
        reference: complaint_row(reference, complaint, by)
        for reference, (complaint, _) in begun.items()
    }
    ring = personal_ring(session)
    written = _write_complaints(session, [sealed_row(ring, row) for row in rows.values()])
    calendars = {ground.calendar.version: ground.calendar for _, ground in fit}
    published = {
        version: publish_calendar(session, calendar) for version, calendar in calendars.items()
    }
    begin_journals(
        session,
        [
            first_change(
                reference,
                complaint,
                ground,
                published[ground.calendar.version],
                by,
                seal=seal_of_complaint(journal_key(session), rows[reference]),
            )
            for reference, (complaint, ground) in begun.items()
            if reference in written
        ],
    )
    messages.put(session, messages.MessageKind.CASE, *sorted(written))
    firsts: dict[str, _First] = {}
    for reference in written:
        complaint, _ = begun[reference]
        first = _First(reference=reference, contents=complaint.fingerprint())
        firsts[complaint.intake_key] = first
    return firsts


REFERENCE = re.compile(r"C-\d{4}-\d{6,}")
"""What a reference looks like."""


def _reference(number: int, ground: Ground, now: datetime) -> str:
    """What people call the case: the year at the bank, and a number that only counts on."""
    return f"C-{now.astimezone(ground.calendar.zone).year}-{number:06d}"


def complaint_row(reference: str, complaint: Complaint, by: Actor) -> dict[str, Any]:
    """What the customer said, as it is sealed; it is encrypted before it is written."""
    return {
        "reference": reference,
        "intake_key": complaint.intake_key,
        "received_at": complaint.received_at,
        "recorded_by": by.person,
        "channel": complaint.channel,
        "language": complaint.language,
        "subject": complaint.subject,
        "narrative": complaint.narrative,
        "demand": complaint.demand,
        "name": complaint.name,
        "phone": complaint.phone,
        "email": complaint.email,
        "address": complaint.address,
        "account": complaint.account,
        "sender": complaint.sender,
        "source": dict(complaint.source),
        "contents": complaint.fingerprint(),
    }


def _write_complaints(session: Session, rows: Collection[dict[str, Any]]) -> frozenset[str]:
    """Write what the customers said; returns the references of those that were not there yet."""
    # Somebody else may be receiving the same complaint at this moment: one of us waits here for
    # the other's commit, and then answers with the other's reference.
    new = insert(ComplaintRow).on_conflict_do_nothing(index_elements=["intake_key"])
    new = new.execution_options(render_nulls=True)  # else rows with and without sender go apart
    return frozenset(session.scalars(new.returning(ComplaintRow.reference), list(rows)))


def first_change(
    reference: str, complaint: Complaint, ground: Ground, calendar: str, by: Actor, *, seal: str
) -> Change:
    """The case as it begins, and the entry that says so."""
    conduct = ground.pack.conduct
    case = Case(
        reference=reference,
        policy=ground.version,
        calendar=calendar,
        received_at=complaint.received_at,
        channel=complaint.channel,
        unit=ground.unit,
        level=ground.level,
        first_owner=by.first_owner,
        person_complained_about=complaint.person_complained_about,
        duplicate_of=complaint.duplicate_of,
        sender="sender" if complaint.sender else None,
        sender_due_at=complaint.sender_due_at,
        category=complaint.category,
        amount_fen=complaint.amount_fen,
        marks=complaint.marks,
        severity=severity_of(complaint.amount_fen, complaint.marks, conduct),
        situation=complaint.situation,
        business=complaint.business,
        steps_from=complaint.imported_at,
    ).reach(Milestone.RECEIVED, at=complaint.received_at)
    if by.unit == ground.unit:
        # Taken down by the unit that must act: it has been told the moment it hears.
        case = case.reach(Milestone.DELIVERED, at=complaint.received_at)
    event = Event.IMPORTED if complaint.imported_at else Event.RECEIVED
    case = with_consequences(case, conduct, event=event, at=complaint.received_at, by=by.person)
    entry = Entry(
        key="received",
        event=event,
        by=by.person,
        at=complaint.received_at,
        facts={
            "channel": complaint.channel,
            "unit": ground.unit,
            "level": ground.level,
            # The past is told by journals: what a complaint was when it came in, too.
            **{name: said for name, said in _as_said(complaint).items() if said},
            FACT: seal,
        },
    )
    return Change(case=case, entry=entry)


def _as_said(complaint: Complaint) -> dict[str, str]:
    """What a complaint was sorted as when it came in, which later acts may change."""
    return {
        "category": complaint.category or "",
        "amount_fen": str(complaint.amount_fen or ""),
        "marks": ", ".join(complaint.marks),
        "situation": complaint.situation or "",
        "business": complaint.business or "",
    }


def _known(session: Session, intake_keys: Iterable[str]) -> dict[str, _First]:
    """Those that came in before, by their keys."""
    wanted = {key_once_erased(session, each): each for each in intake_keys}
    if not wanted:
        return {}
    found = session.execute(
        select(ComplaintRow.intake_key, ComplaintRow.reference, ComplaintRow.contents).where(
            ComplaintRow.intake_key.in_([*wanted, *wanted.values()])
        )
    )
    return {
        wanted.get(row.intake_key, row.intake_key): _First(
            reference=row.reference,
            contents=open_field(session, row.reference, CONTENTS, row.contents) or None,
        )
        for row in found
    }
