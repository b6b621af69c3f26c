"""Returns to authorities: cases as their journals told of them at an instant, and what was
submitted."""

import hashlib
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from domain.as_known import business_told
from domain.case import Actor, is_of_a_task
from domain.classification import Responsibility
from domain.events import Event
from domain.filings import Filing
from domain.reporting import Cadence, reporting_period_of
from domain.returns import CaseAsKnown, Count, Figures, ReturnPeriod, ReturnTemplate, figures_of
from rulebook.staffing import beginning_of
from store.evidence.audit import Action, note
from store.scope import is_nobodys_own
from store.tables import CaseRow, JournalRow, ReturnRow

TELLING = (
    Event.RECEIVED,
    Event.IMPORTED,
    Event.CLASSIFIED,
    Event.DISPOSED,
    Event.CLOSED,
    Event.REOPENED,
    Event.BREACHED,
    Event.MARKED_DUPLICATE,
)
"""The entries of a journal that say what a return counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseList:
    """The cases that count in a period, by reference, each with all that it counts as."""

    counts: Mapping[str, frozenset[Count]]

    @property
    def digest(self) -> str:
        """By which it can be proved later which cases the figures were of."""
        lines = (
            f"{reference} {','.join(sorted(counts))}"
            for reference, counts in sorted(self.counts.items())
        )
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()

    def count(self, of: Count) -> int:
        return sum(of in counts for counts in self.counts.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """A return as it was told to its authority; from the second on a correction."""

    number: int
    known_at: datetime
    figures: Figures
    cases: int
    submitted_by: str
    approved_by: str | None
    submitted_at: datetime
    reason: str
    receipt: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FilledReturn:
    """A template filled for a period, as known at an instant."""

    template: ReturnTemplate
    period: ReturnPeriod
    known_at: datetime
    figures: Figures
    cases: CaseList


def return_period(template: ReturnTemplate, day: date) -> ReturnPeriod:
    """The period of a return that a day lies in, in the days of the bank."""
    begins, ends = reporting_period_of(Cadence(template.cadence), day)
    return ReturnPeriod(
        begins=begins,
        ends=ends,
        begins_at=beginning_of(begins),
        ends_at=beginning_of(ends + timedelta(days=1)),
    )


def fill_return(
    session: Session, template: ReturnTemplate, period: ReturnPeriod, known_at: datetime
) -> FilledReturn:
    """What the return says of that period, by what had been written down by that instant.

    From the same journals it is the same whenever it is asked for.
    """
    cases = cases_as_known(session, known_at, period.ends_at)
    counts = {each.reference: each.counts(period.begins_at, period.ends_at) for each in cases}
    return FilledReturn(
        template=template,
        period=period,
        known_at=known_at,
        figures=figures_of(template, cases, period),
        cases=CaseList(counts={each: found for each, found in counts.items() if found}),
    )


def cases_as_known(
    session: Session, known_at: datetime, received_before: datetime
) -> tuple[CaseAsKnown, ...]:
    """Every case as its journal told of it by an instant, but what one office has to itself, and
    letters that came twice."""
    rows = session.execute(
        select(
            JournalRow.reference,
            JournalRow.event,
            JournalRow.at,
            JournalRow.facts,
            JournalRow.recorded_at <= known_at,
        )
        .join(CaseRow, CaseRow.reference == JournalRow.reference)
        .where(CaseRow.received_at < received_before, is_nobodys_own())
        .where(JournalRow.event.in_(TELLING))
        .order_by(JournalRow.reference, JournalRow.version)
    )
    told: dict[str, list[tuple[str, datetime, Mapping[str, str]]]] = defaultdict(list)
    reclassified: set[str] = set()
    marked_since: set[str] = set()
    for reference, event, at, facts, is_known in rows:
        if is_known:
            told[reference].append((event, at, facts))
        elif event == Event.CLASSIFIED:
            reclassified.add(reference)
        elif event == Event.MARKED_DUPLICATE:
            marked_since.add(reference)
    now = _as_they_stand(session, received_before)
    return tuple(
        _folded(reference, entries, now[reference][0] if reference not in reclassified else None)
        for reference, entries in told.items()
        if reference in now and (now[reference][1] is None or reference in marked_since)
    )


def submissions_of(session: Session, name: str, begins: date) -> tuple[Submission, ...]:
    """What was told to the authority about that period, the first before its corrections."""
    rows = session.scalars(
        select(ReturnRow)
        .where(ReturnRow.name == name, ReturnRow.begins == begins)
        .order_by(ReturnRow.number)
    )
    return tuple(
        Submission(
            number=row.number,
            known_at=row.known_at,
            figures=row.figures,
            cases=row.cases,
            submitted_by=row.submitted_by,
            approved_by=row.approved_by,
            submitted_at=row.submitted_at,
            reason=row.reason,
            receipt=row.receipt,
        )
        for row in rows
    )


def submitted_periods(session: Session, name: str) -> Mapping[date, Filing]:
    """The first day of every period that was told of, and how far that has come."""
    rows = session.execute(
        select(ReturnRow.begins, ReturnRow.number, ReturnRow.receipt != "")
        .where(ReturnRow.name == name)
        .order_by(ReturnRow.begins, ReturnRow.number)
    )
    found: dict[date, Filing] = defaultdict(Filing)
    for begins, number, is_acknowledged in rows:
        filing = found[begins].submitted()
        found[begins] = filing.acknowledged(number) if is_acknowledged else filing
    return found


def keep_submission(
    session: Session,
    filled: FilledReturn,
    number: int,
    *,
    by: Actor,
    approved_by: str | None,
    reason: str,
) -> None:
    """Write down that these figures went to the authority."""
    session.add(
        ReturnRow(
            name=filled.template.name,
            begins=filled.period.begins,
            number=number,
            ends=filled.period.ends,
            template=filled.template.digest,
            known_at=filled.known_at,
            figures=dict(filled.figures),
            cases=len(filled.cases.counts),
            cases_digest=filled.cases.digest,
            submitted_by=by.person,
            approved_by=approved_by,
            reason=reason,
        )
    )
    session.flush()
    note(
        session,
        Action.RETURN_SUBMITTED,
        by=by.person,
        subject=filled.template.name,
        begins=filled.period.begins.isoformat(),
        number=str(number),
        cases_digest=filled.cases.digest,
        **({"approved_by": approved_by} if approved_by else {}),
    )


def note_receipt(
    session: Session, name: str, begins: date, number: int, receipt: str, by: Actor
) -> str | None:
    """Keep the number by which the authority says that it has a return, and return it: the one that
    was kept before, where there was one; None where nothing was submitted under this number."""
    the_return = (ReturnRow.name == name, ReturnRow.begins == begins, ReturnRow.number == number)
    kept = session.scalar(
        update(ReturnRow)
        .where(*the_return, ReturnRow.receipt == "")
        .values(receipt=receipt)
        .returning(ReturnRow.receipt)
    )
    if kept is None:
        return session.scalar(select(ReturnRow.receipt).where(*the_return))
    note(
        session,
        Action.RETURN_RECEIPT_NOTED,
        by=by.person,
        subject=name,
        begins=begins.isoformat(),
        number=str(number),
        receipt=receipt,
    )
    return receipt


def _as_they_stand(
    session: Session, received_before: datetime
) -> Mapping[str, tuple[str | None, str | None]]:
    """Of each case its category, and which case it is the same letter as."""
    rows = session.execute(
        select(
            CaseRow.reference,
            CaseRow.state["category"].as_string(),
            CaseRow.state["duplicate_of"].as_string(),
        ).where(CaseRow.received_at < received_before, is_nobodys_own())
    )
    return {reference: (category, twin) for reference, category, twin in rows}


def _folded(
    reference: str,
    entries: list[tuple[str, datetime, Mapping[str, str]]],
    category_now: str | None,
) -> CaseAsKnown:
    first = entries[0]
    category = first[2].get("category") or category_now
    business = first[2].get("business")
    turns: list[tuple[datetime, bool]] = []
    causes: tuple[str, ...] = ()
    responsibility = ""
    is_late = False
    for event, at, facts in entries:
        match event:
            case Event.CLASSIFIED:
                category = facts.get("category") or category
                business = business_told(facts, business)
            case Event.DISPOSED:
                causes = tuple(each for each in facts.get("causes", "").split(", ") if each)
                responsibility = facts.get("responsibility", "")
            case Event.CLOSED | Event.REOPENED:
                turns.append((at, event == Event.CLOSED))
            case Event.BREACHED:
                is_late = is_late or not is_of_a_task(facts.get("clock", ""))
    return CaseAsKnown(
        reference=reference,
        received_at=first[1],
        turns=tuple(turns),
        codes={
            "category": (category,) if category else (),
            "business": (business,) if business else (),
            "channel": (first[2]["channel"],),
            "causes": causes,
        },
        is_late=is_late,
        is_own_fault=responsibility in (Responsibility.BANK, Responsibility.BOTH),
    )
