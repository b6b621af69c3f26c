"""Scenarios of pack B, the rules of one sub-branch."""

import pytest

from domain.acts import Assign, Dispose, Flag, GiveOpinion, Reply, ReportMedia
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
from tests.scenarios.story import HANDED_DOWN, Story, intake_flaws, november

TO_HAN = Assign(handler="han", handler_unit="harbour-outlet", handler_level=Level.OUTLET)


@pytest.fixture
def complex_case() -> Story:
    story = Story("sub-branch", category=Category.SERVICE_PRODUCT)
    story.does(TO_HAN, "sun")
    return story


def test_27_seven_working_days_without_opinion_or_result_breach(complex_case: Story) -> None:
    complex_case.until(november(18, 17))
    assert ("opinion", "breach") in complex_case.fired()


def test_28_an_opinion_on_day_seven_meets_the_deadline(complex_case: Story) -> None:
    complex_case.until(november(18, 16))
    complex_case.does(GiveOpinion(), "han", "letter")
    assert not complex_case.clock("opinion").is_running
    assert not complex_case.clock("opinion").breached


def test_29_what_is_major_or_beyond_the_unit_goes_to_the_president_at_once(
    complex_case: Story,
) -> None:
    complex_case.does(Flag(mark=Mark.GRAVE), "han")
    assert complex_case.office("president") == "mei"


def test_30_sending_the_customer_to_the_superior_bank_is_refused(complex_case: Story) -> None:
    complex_case.does(Reply(), "han", "letter")
    referred = Dispose(
        validity=Validity.VALID,
        responsibility=Responsibility.BANK,
        disposal=Disposal.REFERRED_TO_SUPERIOR,
    )
    complex_case.refuses(Refusal.DISPOSAL_FORBIDDEN, referred, "han", "measures")


def test_31_what_a_regulator_assigns_is_registered_with_its_date_or_not_at_all() -> None:
    assert intake_flaws("sub-branch", **HANDED_DOWN) == {"sender_due_at"}
    assert intake_flaws("sub-branch", **HANDED_DOWN, sender_due_at=november(20)) == set()
    story = Story("sub-branch", **HANDED_DOWN, sender_due_at=november(20))
    assert story.clock("sender").due_at == november(20)


def test_32_a_risk_of_media_goes_to_the_president(complex_case: Story) -> None:
    complex_case.does(ReportMedia(reach=MediaReach.LOCAL), "ines", "note")
    assert complex_case.office("president-media") == "mei"
