"""The case that a request is about, as far as whoever decides must know it to judge."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.approvals import Approval
from domain.relations import Reader
from store.listed import first_words_for
from store.scope import visible_cases
from store.tables import CaseRow, ClockRow, ComplaintRow


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedAbout:
    """What a case is about, and until when the time limit runs that a request names."""

    subject: str
    """Empty for whoever may not read the words of the case."""
    due_at: datetime | None


def cases_asked_about(
    session: Session, reader: Reader, requests: Iterable[Approval]
) -> dict[str, AskedAbout]:
    """By the id of each request about a case that its reader may open."""
    about = {each.id: each for each in requests if each.is_about_a_case}
    named = sorted({each.subject for each in about.values()})
    of_case = ComplaintRow.reference == CaseRow.reference
    asked = select(CaseRow.reference, first_words_for(reader)).join(ComplaintRow, of_case)
    visible = asked.where(CaseRow.reference.in_(named), visible_cases(reader))
    subjects: dict[str, str] = {row[0]: row[1] for row in session.execute(visible)}
    running = select(ClockRow.reference, ClockRow.key, ClockRow.due_at).where(
        ClockRow.reference.in_(subjects), ClockRow.stopped_at.is_(None)
    )
    due = {(row.reference, row.key): row.due_at for row in session.execute(running)}
    return {
        each.id: AskedAbout(
            subject=subjects[each.subject],
            due_at=due.get((each.subject, each.request.get("act", {}).get("clock", ""))),
        )
        for each in about.values()
        if each.subject in subjects
    }
