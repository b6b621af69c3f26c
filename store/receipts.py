"""Receipt: the one transaction by which a complaint begins to exist (decision 1)."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from domain.acts.handling import severity_of
from domain.case import Actor, Case, Milestone
from domain.classification import Level
from domain.complaint import BadInput, Complaint, Flaw, flaws_of
from domain.errors import NotFit
from domain.events import Event
from domain.journal import Entry, Writing
from store import outbox
from store.calendar_versions import publish_calendar
from store.calendars import load_calendar
from store.journal import project, write_first_entry
from store.packs import current_version, published_pack
from store.tables import ComplaintRow, UnitRow, case_number


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What the complainant is given: the number to ask by, the same one however often asked."""

    reference: str
    is_new: bool


def receive(session: Session, complaint: Complaint, by: Actor) -> Receipt:
    """Write complaint, case, first journal entry and the errand to start its workflow, or find
    the complaint that came with this key before. Raises `NotFit` with every flaw at once.
    """
    known = _known(session, complaint.intake_key)
    if known is not None:
        return Receipt(reference=known, is_new=False)
    now = session.scalar(select(func.now()))
    assert now is not None
    flaws = flaws_of(complaint, now)
    unit = session.get(UnitRow, complaint.unit)
    if unit is None:
        raise NotFit([*flaws, Flaw.of("unit", BadInput.NO_SUCH_UNIT)])
    pack_name = complaint.policy or _pack_of(session, unit)
    version = current_version(session, pack_name) if pack_name else None
    if version is None:
        raise NotFit([*flaws, Flaw.of("policy", BadInput.NO_SUCH_POLICY)])
    pack = published_pack(session, version)
    if flaws:
        raise NotFit(flaws)

    number = session.scalar(select(case_number.next_value()))
    calendar = load_calendar(pack.calendar)
    zone = ZoneInfo(calendar.time_zone or "UTC")
    reference = f"C-{now.astimezone(zone).year}-{number:06d}"
    inserted = session.scalar(
        insert(ComplaintRow)
        .values(
            reference=reference,
            intake_key=complaint.intake_key,
            received_at=complaint.received_at,
            recorded_by=by.person,
            channel=complaint.channel,
            language=complaint.language,
            subject=complaint.subject,
            narrative=complaint.narrative,
            demand=complaint.demand,
            name=complaint.name,
            phone=complaint.phone,
            email=complaint.email,
            sender=complaint.sender,
            source=dict(complaint.source),
        )
        # Somebody else may be receiving the same complaint at this moment: one of us waits here
        # for the other's commit, and then answers with the other's reference.
        .on_conflict_do_nothing(index_elements=["intake_key"])
        .returning(ComplaintRow.reference)
    )
    if inserted is None:
        known = _known(session, complaint.intake_key)
        assert known is not None
        return Receipt(reference=known, is_new=False)

    case = Case(
        reference=reference,
        policy=version,
        calendar=publish_calendar(session, calendar),
        received_at=complaint.received_at,
        channel=complaint.channel,
        unit=unit.id,
        level=Level(unit.level),
        first_owner=by.person,
        person_complained_about=complaint.person_complained_about,
        sender="sender" if complaint.sender else None,
        sender_due_at=complaint.sender_due_at,
        category=complaint.category,
        amount_fen=complaint.amount_fen,
        marks=complaint.marks,
        severity=severity_of(complaint.amount_fen, complaint.marks, pack.conduct.major_over_fen),
        steps_from=complaint.imported_at,
    ).reach(Milestone.RECEIVED, at=complaint.received_at)
    if by.unit == unit.id:
        # Taken down by the unit that must act: it has been told the moment it hears.
        case = case.reach(Milestone.DELIVERED, at=complaint.received_at)
    entry = Entry(
        key="received",
        event=Event.IMPORTED if complaint.imported_at else Event.RECEIVED,
        by=by.person,
        at=complaint.received_at,
        facts={"channel": complaint.channel, "unit": unit.id},
    )
    project(session, case, pack, is_new=True)
    write_first_entry(session, Writing(case=case, entry=entry))
    outbox.put(session, outbox.Kind.CASE, reference)
    return Receipt(reference=reference, is_new=True)


def _known(session: Session, intake_key: str) -> str | None:
    return session.scalar(
        select(ComplaintRow.reference).where(ComplaintRow.intake_key == intake_key)
    )


def _pack_of(session: Session, unit: UnitRow) -> str | None:
    """The pack the unit follows: its own, else that of the nearest unit above it (A-26)."""
    here: UnitRow | None = unit
    while here is not None:
        if here.policy:
            return here.policy
        here = session.get(UnitRow, here.parent) if here.parent else None
    return None
