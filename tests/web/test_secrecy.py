"""Closed files stay closed to strangers, and every attempt is written down (A-08)."""

from dataclasses import replace

from sqlalchemy import func, select

from domain.acts import Close
from domain.case import Milestone, Status
from domain.journal import Change, Entry
from store.cases.journal import standing_of, write
from store.cases.receipts import receive
from store.database import Sessions
from store.evidence.audit import Action
from store.tables import AuditRow
from tests.builders import MONDAY, a_complaint, actor
from tests.web.browser import Visit


def test_a_stranger_who_opens_a_closed_file_is_refused_and_the_attempt_is_logged(
    visit: Visit,
    sessions: Sessions,
) -> None:
    """Scenario 78."""
    with sessions.begin() as session:
        reference = receive(session, a_complaint(unit="hotline"), actor("ines")).reference
        case = standing_of(session, reference).case
        closed = replace(case, version=case.version + 1, status=Status.CLOSED)
        entry = Entry(key="closing", event=Close.event, by="ines", at=MONDAY, facts={})
        write(session, Change(case=closed.reach(Milestone.CLOSED, at=MONDAY), entry=entry))

    assert visit("han").get(f"/cases/{reference}").status_code == 404

    attempts = select(func.count()).where(
        AuditRow.action == Action.LOOK_REFUSED,
        AuditRow.by == "han",
        AuditRow.subject == reference,
    )
    with sessions() as session:
        assert session.scalar(attempts) == 1
