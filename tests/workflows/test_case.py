"""A case on the real server, from receipt to its end."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select
from temporalio.testing import TimeSkipper

from engine.delivery import start_case
from store.cases.receipts import receive
from store.database import Sessions
from store.tables import JournalRow, RegulatorReportRow
from tests.builders import a_complaint, actor
from tests.waiting import eventually

pytestmark = pytest.mark.usefixtures("working")


def journal_of(sessions: Sessions, reference: str) -> list[tuple[str, str]]:
    """What happened to a case, and who heard of it."""
    with sessions() as session:
        rows = session.scalars(
            select(JournalRow).where(JournalRow.reference == reference).order_by(JournalRow.version)
        )
        return [(row.event, row.facts.get("receiver", "")) for row in rows]


async def test_an_untouched_complaint_climbs_to_the_regulator_draft_each_rung_once(
    skipper: TimeSkipper, sessions: Sessions
) -> None:
    with sessions.begin() as session:
        complaint = a_complaint(policy="rehearsal", received_at=datetime.now(UTC))
        reference = receive(session, complaint, actor("ines")).reference

    await start_case(skipper.client, reference)

    def is_drafted() -> bool:
        with sessions() as session:
            wanted = RegulatorReportRow.reference == reference
            return session.scalar(select(RegulatorReportRow.status).where(wanted)) == "draft"

    await eventually("the report is drafted", is_drafted)
    escalations = [who for event, who in journal_of(sessions, reference) if event == "escalated"]
    assert escalations == ["sun", "sun", "hong", "lin"]
