"""The three hotlines and what follows, as those meet them who sit at the telephones."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from domain.classification import Category, Channel
from domain.complaint import Language
from tests.tasks.pages import SAID, Pages
from tests.tasks.work import Work
from web.kit.forms import typed_instant

HOTLINES = "trial-three-hotlines"
WRITTEN_TO = {"email": "customer@example.com", "language": Language.EN}
CALLED = {"channel": Channel.PHONE}


def settled(pages: Pages, reference: str, validity: str = "valid", **more: Any) -> str:
    """Answered by the outlet, with how it ended."""
    pages.does("sun", reference, "assign", handler="han")
    pages.does("han", reference, "reply", letter="The machine is mended.")
    said = {"validity": validity, "responsibility": "bank", "measures": SAID, **more}
    pages.does("han", reference, "dispose", **said)
    return reference


def first_lines(mail: list[str]) -> str:
    return "\n".join(each.splitlines()[0] for each in mail)


@pytest.mark.parametrize(("unit", "who"), [("east-branch", "tess"), ("head-office", "hong")])
def test_a_hotline_passes_on_to_the_aid_or_the_supervision_phone_and_answers_nothing(
    unit: str, who: str, work: Work, pages: Pages
) -> None:
    """C-04, C-19, C-20, C-25."""
    reference = work.received(HOTLINES, unit="hotline", **CALLED)
    refused = pages.does_not_do("ines", reference, "forward", unit="harbour-outlet")
    assert "hotline_passes_on_to" in refused
    assert not pages.offers("ines", reference, "reply")
    pages.does("ines", reference, "forward", unit=unit, note="by telephone")
    assert reference in first_lines(work.post(reference)[who])
    assert reference in pages.reads(who, "/inbox")
    if who == "tess":
        pages.does("tess", reference, "forward", unit="harbour-outlet", note="the slip")


def test_the_supervision_phone_sees_how_every_complaint_stands(work: Work, pages: Pages) -> None:
    """C-03: dates of all; words where something waits for human resources."""
    reference = work.received(HOTLINES, narrative="The heron in the vault", **CALLED)
    page = pages.reads("hong", reference)
    assert "due" in page.partition('id="clocks"')[2]
    assert "The heron in the vault" not in page


def test_human_resources_and_the_branch_urge_who_is_slow(work: Work, pages: Pages) -> None:
    """C-05, C-08."""
    reference = work.received(HOTLINES, **CALLED)
    pages.does("sun", reference, "assign", handler="han")
    work.post(reference)
    pages.does("hong", reference, "urge")
    assert "han" in work.post(reference)
    pages.does("sun", reference, "urge")
    assert set(work.post(reference)) == {"han"}, "sun is the head, and has urged himself"


def test_what_concerns_discipline_is_the_inspection_offices_alone(work: Work, pages: Pages) -> None:
    """C-10, C-16."""
    reference = work.received(HOTLINES, **CALLED)
    pages.does("sun", reference, "flag", mark="discipline", note="he takes presents")
    assert "A task for you" in first_lines(work.post(reference)["dean"])
    for who in ("han", "sun", "mei"):
        assert not pages.is_there(who, reference)
    assert "he takes presents" not in pages.reads("hong", reference)
    assert "he takes presents" in pages.reads("dean", reference)


@pytest.mark.parametrize(
    ("validity", "said"),
    [("valid", "Valid: the facts bear it out"), ("special", "Special")],
)
def test_validity_is_said_by_whoever_settles_the_case_with_the_causes(
    validity: str, said: str, work: Work, pages: Pages
) -> None:
    """C-13, C-14, C-19."""
    reference = work.received(HOTLINES, **CALLED)
    settled(pages, reference, validity, causes="business_error")
    page = pages.reads("sun", reference)
    assert said in page
    assert "The bank" in page.partition('id="facts"')[2]
    if validity == "valid":
        assert "Take the opinion on the responsible persons" in pages.reads("gao", "/tasks")
    else:
        assert reference not in pages.reads("gao", "/tasks")


def test_an_outlets_answer_is_read_by_branch_and_head_office(work: Work, pages: Pages) -> None:
    """C-18."""
    reference = work.received(HOTLINES, **CALLED)
    pages.does("sun", reference, "assign", handler="han")
    work.post(reference)
    pages.does("han", reference, "reply", letter="The machine is mended.")
    post = work.post(reference)
    for who in ("tess", "hong"):
        assert any("Copy of the handling slip" in each for each in post[who])
        assert reference not in pages.reads(who, "/tasks"), "nothing is asked of them"
        assert (
            "Customer told the result" in pages.reads(who, reference).partition('id="journal"')[2]
        )
    assert "The machine is mended." in pages.reads("tess", reference), "the copy can be read"


def test_host_and_assisting_unit_are_named_before_the_work(work: Work, pages: Pages) -> None:
    """C-22."""
    reference = work.received(HOTLINES, unit="head-office", **CALLED)
    assert "Name the host and the assisting unit" in pages.reads("hong", "/tasks")
    named = {"host_unit": "east-branch", "assisting_unit": "bay-branch"}
    lacking = pages.does_not_do("hong", reference, "name_units", host_unit="east-branch")
    assert "assisting_unit" in lacking
    pages.does("hong", reference, "name_units", **named)
    page = pages.reads("hong", reference)
    assert "east-branch" in page.partition('id="journal"')[2]
    assert "bay-branch" in page.partition('id="journal"')[2]
    assert reference not in pages.reads("hong", "/tasks")


def test_a_date_promised_by_human_resources_is_told_to_the_customer(
    work: Work, pages: Pages
) -> None:
    """C-22."""
    reference = work.received(HOTLINES, unit="head-office", **CALLED, **WRITTEN_TO)
    work.post(reference)
    until = datetime.now(UTC) + timedelta(days=9)
    typed = {"until_at": typed_instant(until)}
    assert pages.does_not_do("hong", reference, "commit", **typed), "why?"
    pages.does("hong", reference, "commit", **typed, reason="The part is on its way.")
    (letter,) = work.post(reference)["customer"]
    day = typed_instant(until)[:10]
    assert day in letter
    assert day in pages.reads("hong", reference).partition('id="clocks"')[2]


def test_a_dispute_between_units_is_decided_above_and_binds_both(work: Work, pages: Pages) -> None:
    """C-29."""
    reference = work.received(HOTLINES, **CALLED)
    pages.does("sun", reference, "assign", handler="han")
    pages.does("han", reference, "raise_dispute", unit="station-outlet", reason="Their card.")
    assert "A task for you" in first_lines(work.post(reference)["tess"])
    assert "Their card." in pages.reads("tess", reference)
    party = {"unit": "station-outlet", "reason": SAID}
    pages.does_not_do("stan", reference, "decide_dispute", **party)
    pages.does("tess", reference, "decide_dispute", unit="station-outlet", reason="They sold it.")
    assert reference not in pages.reads("tess", "/tasks")
    assert "They sold it." in pages.reads("stan", reference)
    pages.does_not_do("stan", reference, "raise_dispute", unit="harbour-outlet", reason=SAID)


def test_an_appeal_is_decided_by_the_union_of_the_head_office_and_told(
    work: Work, pages: Pages
) -> None:
    """C-30."""
    reference = settled(pages, work.received(HOTLINES, **CALLED, **WRITTEN_TO))
    pages.does("ines", reference, "appeal", reason="He says it swallowed two.")
    assert "A task for you" in first_lines(work.post(reference)["una"])
    page = pages.reads("una", reference)
    for read in ("He says it swallowed two.", "The machine is mended."):
        assert read in page
    for who in ("han", "sun", "mei"):
        pages.does_not_do(who, reference, "decide_appeal", upheld="yes", reason=SAID)
    pages.does("una", reference, "decide_appeal", upheld="yes", reason="There were two.")
    post = work.post(reference)
    assert any("appeal" in each.lower() for each in post["customer"])
    assert reference in first_lines(post["han"])
    assert "There were two." in pages.reads("sun", reference)


SCHEDULES = [
    ("attitude", ("direct_person", "outlet_head"), 100, 1_000),
    ("illegal-operation", ("direct_person", "outlet_head"), 200, 2_000),
    ("exposure", ("related_person", "outlet_head", "superior_service_head"), 300, 3_000),
]


@pytest.mark.parametrize(("schedule", "posts", "least", "most"), SCHEDULES)
def test_penalties_lie_within_their_range_for_each_post(
    schedule: str, posts: tuple[str, ...], least: int, most: int, work: Work, pages: Pages
) -> None:
    """C-31, C-32, C-33: what lies beyond comes back; what is much takes two."""
    reference = settled(pages, work.received(HOTLINES, **CALLED))
    for post in posts:
        fine = {"schedule": schedule, "post": post, "reason": SAID}
        for yuan in (least - 1, most + 1):
            pages.does_not_do("hong", reference, "propose_penalty", **fine, amount_fen=str(yuan))
        pages.does("hong", reference, "propose_penalty", **fine, amount_fen=str(least))
        if most <= 1_000:
            pages.does("hong", reference, "propose_penalty", **fine, amount_fen=str(most))
            continue
        pages.asks_a_second("hong", reference, "propose_penalty", **fine, amount_fen=str(most))
        pages.agrees("sun", reference)
    shown = pages.reads("sun", reference)
    assert shown.count(f"{most:,}.00") >= len(posts)


def test_penalties_are_for_valid_complaints_alone(work: Work, pages: Pages) -> None:
    """C-31."""
    reference = settled(pages, work.received(HOTLINES, **CALLED), "special")
    fine = {"schedule": "attitude", "post": "direct_person", "amount_fen": "100", "reason": SAID}
    pages.does_not_do("hong", reference, "propose_penalty", **fine)
    unsorted = work.received(HOTLINES, **CALLED, category=Category.WORK_ERROR)
    pages.does_not_do("hong", unsorted, "propose_penalty", **fine)
