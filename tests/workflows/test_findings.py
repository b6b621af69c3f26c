"""Word that a finding about somebody is final, in the time that a case lives in."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from domain.acts import (
    AppealFinding,
    DecideFinding,
    ProposeFinding,
    ReplyToFinding,
)
from domain.clocks.ledger import FINAL
from domain.events import Event
from domain.findings import FINDING, FindingOutcome, Involvement
from store.database import Sessions
from store.tables import NoticeRow
from tests.workflows.casework import Begin, Casework
from tests.workflows.endings import closed, ended

pytestmark = pytest.mark.usefixtures("working")

RESPONSIBLE = DecideFinding(person="han", outcome=FindingOutcome.RESPONSIBLE)


async def found_responsible(work: Casework) -> None:
    """Held responsible, heard, and decided by two."""
    await closed(work)
    held = ProposeFinding(person="han", involvement=Involvement.DIRECT_PERSON)
    await work.done(held, "sun", allegation="the queue was left alone")
    await work.done(ReplyToFinding(), "han", reply="I was ill")
    await work.agreed(RESPONSIBLE, "hong", "sun", reason="two saw it")


def told(sessions: Sessions, work: Casework) -> list[str]:
    """Who was told that it is final."""
    with sessions() as session:
        notices = select(NoticeRow.recipient).where(
            NoticeRow.reference == work.reference, NoticeRow.about == Event.FINDING_FINAL
        )
        return list(session.scalars(notices.order_by(NoticeRow.recipient)))


async def test_its_person_hears_once_when_nobody_can_appeal_any_more(
    begin: Begin, sessions: Sessions
) -> None:
    work = await begin()
    await found_responsible(work)
    (finding,) = work.case.findings
    assert finding.appeal_until_at is not None
    await work.until(finding.appeal_until_at - timedelta(minutes=1))
    assert told(sessions, work) == []
    await work.until(finding.appeal_until_at)
    assert told(sessions, work) == ["han"]
    assert work.journal().count(Event.FINDING_FINAL) == 1
    assert work.fired(FINAL, f"{FINDING}1").at >= finding.appeal_until_at
    assert not work.clock(f"{FINDING}1").breached
    await ended(work)


async def test_who_has_appealed_in_time_is_not_told_that_it_is_final(
    begin: Begin, sessions: Sessions
) -> None:
    work = await begin()
    await found_responsible(work)
    await work.done(AppealFinding(), "han", reason="unfair")
    (finding,) = work.case.findings
    assert finding.appeal_until_at is not None
    await work.until(finding.appeal_until_at)
    assert told(sessions, work) == []
    assert Event.FINDING_FINAL not in work.journal()
