"""Scenarios of pack B, the rules of one sub-branch."""

import pytest

from domain.acts import Assign, Dispose, Flag, GiveOpinion, Reply, ReplyToSender, ReportMedia
from domain.classification import (
    Category,
    Disposal,
    Level,
    Mark,
    MediaReach,
    Responsibility,
    Validity,
)  # fmt: skip
from domain.errors import Refusal
from store.database import Sessions
from tests.scenarios.story import HANDED_DOWN, Story, Tell, intake_flaws, november

TO_HAN = Assign(handler="han", handler_unit="harbour-outlet", handler_level=Level.OUTLET)


@pytest.fixture
async def complex_case(tell: Tell) -> Story:
    story = await tell("sub-branch", category=Category.SERVICE_PRODUCT)
    await story.does(TO_HAN, "sun")
    return story


async def test_27_seven_working_days_without_opinion_or_result_breach(complex_case: Story) -> None:
    await complex_case.until(november(18, 16, 59))
    assert complex_case.breaches() == {}
    await complex_case.until(november(18, 17))
    assert complex_case.breaches() == {"opinion": november(18, 17)}


async def test_28_an_opinion_on_day_seven_meets_the_deadline(complex_case: Story) -> None:
    await complex_case.until(november(18, 16, 59))
    await complex_case.does(GiveOpinion(), "han", "letter")
    await complex_case.until(november(30))
    assert not complex_case.clock("opinion").is_running
    assert complex_case.breaches() == {}


async def test_29_what_is_major_or_beyond_the_unit_goes_to_the_president_at_once(
    complex_case: Story,
) -> None:
    await complex_case.does(Flag(mark=Mark.GRAVE), "han")
    assert complex_case.offices()["president"] == "mei"


async def test_30_sending_the_customer_to_the_superior_bank_is_refused(
    complex_case: Story,
) -> None:
    await complex_case.does(Reply(), "han", "letter")
    referred = Dispose(
        validity=Validity.VALID,
        responsibility=Responsibility.BANK,
        disposal=Disposal.REFERRED_TO_SUPERIOR,
    )
    await complex_case.refuses(Refusal.DISPOSAL_FORBIDDEN, referred, "han", "measures")


async def test_31_what_a_regulator_assigns_is_registered_with_its_date_or_not_at_all(
    sessions: Sessions, tell: Tell
) -> None:
    dated = HANDED_DOWN | {"sender_due_at": november(20)}
    assert intake_flaws(sessions, "sub-branch", **HANDED_DOWN) == {"sender_due_at"}
    assert intake_flaws(sessions, "sub-branch", **dated) == set()
    story = await tell("sub-branch", **dated)
    assert [(each.key, each.due_at) for each in story.clocks] == [("sender", november(20))]
    await story.until(november(19, 23))
    assert story.breaches() == {}
    await story.until(november(20))
    assert story.breaches() == {"sender": november(20)}


async def test_31_answered_by_the_senders_date_the_limit_is_kept(tell: Tell) -> None:
    story = await tell("sub-branch", **HANDED_DOWN, sender_due_at=november(11))
    await story.does(TO_HAN, "sun")
    await story.does(Reply(), "han", "letter")
    await story.does(ReplyToSender(), "han", "letter")
    await story.until(november(20))
    assert story.breaches() == {}


async def test_32_a_risk_of_media_goes_to_the_president(complex_case: Story) -> None:
    await complex_case.does(ReportMedia(reach=MediaReach.LOCAL), "ines", "note")
    assert complex_case.offices()["president-media"] == "mei"
