"""Who is responsible: said, answered by whom it is about, decided by two, appealed, taken back."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from domain.acts import AppealFinding, ReplyToFinding
from domain.classification import Responsibility, Validity
from domain.errors import Refusal
from domain.events import Event
from domain.findings import FINDING, FindingStage
from domain.reporting import Weighs, appraisal_items
from tests.tasks.held_responsible import ALLEGATION, about, closed, says
from tests.tasks.pages import Pages
from tests.tasks.work import Work
from tests.web.browser import Visit

FOR_DECIDERS = "the camera of the hall shows it"


@pytest.fixture
def proposed(work: Work, pages: Pages) -> str:
    """A closed case in which its handler is held responsible."""
    reference = closed(work)
    work.post(reference)
    pages.does(
        "sun",
        reference,
        "propose_finding",
        person="han",
        involvement="direct_person",
        allegation=ALLEGATION,
        note=FOR_DECIDERS,
    )
    return reference


def decided(pages: Pages, reference: str, outcome: str = "responsible") -> None:
    said = {"person": "han", "outcome": outcome, "reason": "two colleagues saw it"}
    pages.asks_a_second("hong", reference, "decide_finding", **said)
    pages.agrees("tess", reference)


def test_who_is_held_responsible_hears_what_for_and_nothing_of_the_case(
    proposed: str, work: Work, pages: Pages
) -> None:
    mail = work.post(proposed)["han"]
    assert any("You may reply" in each and "/findings" in each for each in mail)
    assert not any(proposed in each and f"/cases/{proposed}" in each for each in mail)
    assert "Somebody held responsible" in pages.reads("han", "/inbox")
    own = about(pages, proposed)
    assert ALLEGATION in own
    assert "You may reply until" in own
    assert FOR_DECIDERS not in own
    assert "The heron in the vault" not in own
    assert not pages.is_there("han", proposed)
    assert proposed not in pages.reads("hugo", "/findings"), "it is nobody else's"
    assert ALLEGATION in pages.reads("sun", proposed)


def test_nobody_decides_before_the_reply_or_the_end_of_its_time(
    proposed: str, work: Work, pages: Pages, visit: Visit
) -> None:
    assert "Decide who is responsible" in "".join(work.post(proposed)["hong"])
    said = {"person": "han", "outcome": "responsible", "reason": "seen"}
    refused = pages.does_not_do("hong", proposed, "decide_finding", **said)
    assert "The person may still reply, until" in refused
    assert says(visit, work, "han", proposed, "reply_to_finding", reply="I was ill") == 302
    assert any("There is a reply" in each for each in work.post(proposed)["sun"])
    assert "I was ill" in pages.reads("hong", proposed)
    decided(pages, proposed)
    (finding,) = work.case(proposed).findings
    assert (finding.stage, finding.decided_by, finding.approved_by) == (
        FindingStage.RESPONSIBLE,
        "hong",
        "tess",
    )
    assert any("It is decided" in each for each in work.post(proposed)["han"])
    own = about(pages, proposed)
    assert "two colleagues saw it" in own
    assert "I was ill" in own
    assert "You may appeal to the union until" in own


def test_an_empty_reply_comes_back_and_a_second_one_is_refused_with_what_was_typed(
    proposed: str, work: Work, visit: Visit
) -> None:
    han = visit("han")
    han.get("/findings")
    url = f"/findings/{proposed}/reply_to_finding"
    empty = han.send(url, command_id=str(uuid4()), reply=" ")
    assert empty.status_code == 422
    assert "error-summary" in empty.text
    card = han.send(url, command_id=str(uuid4()), reply="his card 6225 8801 2345 6783")
    assert card.status_code == 422
    assert "his card" in card.text, "what was typed is kept"
    assert says(visit, work, "han", proposed, "reply_to_finding", reply="I was ill") == 302
    late = work.refused(proposed, ReplyToFinding(), "han")
    assert late.code is Refusal.REPLIED_ALREADY


def test_what_is_found_about_others_is_not_there_for_anybody_else(
    proposed: str, work: Work, visit: Visit
) -> None:
    for who in ("hugo", "mei", "sun"):
        browser = visit(who)
        browser.get("/findings")
        url = f"/findings/{proposed}/reply_to_finding"
        assert browser.send(url, command_id=str(uuid4()), reply="me").status_code == 404
        assert work.refused(proposed, AppealFinding(), who).code is Refusal.UNKNOWN_REFERENCE


def test_an_appeal_goes_to_the_union_and_takes_back_what_had_followed(
    proposed: str, work: Work, pages: Pages, visit: Visit
) -> None:
    assert not appraisal_items([work.case(proposed)]), "what is not decided counts for nothing"
    says(visit, work, "han", proposed, "reply_to_finding", reply="I was ill")
    decided(pages, proposed)
    (item,) = appraisal_items([work.case(proposed)])
    assert (item.person, item.weighs) == ("han", Weighs.AGAINST)
    assert says(visit, work, "han", proposed, "appeal_finding", reason="here is the note") == 302
    assert "Decide the appeal of somebody found responsible" in pages.reads("una", "/tasks")
    assert "here is the note" in pages.reads("una", proposed)
    pages.does(
        "una",
        proposed,
        "decide_finding_appeal",
        person="han",
        upheld="yes",
        responsibility="not_bank",
        reason="the note is genuine",
    )
    case = work.case(proposed)
    assert case.findings[0].stage is FindingStage.REVERSED
    assert case.disposition is not None
    assert case.disposition.responsibility is Responsibility.NOT_BANK, "the case is set right"
    assert case.disposition.validity is Validity.VALID
    assert any("taken back" in each for each in work.post(proposed)["han"])
    assert not appraisal_items([case]), "and it counts against nobody any more"
    own = about(pages, proposed)
    assert "the note is genuine" in own
    assert "nothing follows from it any more" in own


def test_an_appeal_that_comes_too_late_is_refused_and_one_not_upheld_confirms(
    proposed: str, work: Work, pages: Pages, visit: Visit
) -> None:
    says(visit, work, "han", proposed, "reply_to_finding", reply="I was ill")
    decided(pages, proposed)
    says(visit, work, "han", proposed, "appeal_finding", reason="unfair")
    pages.does("una", proposed, "decide_finding_appeal", person="han", reason="it was so")
    (finding,) = work.case(proposed).findings
    assert finding.stage is FindingStage.CONFIRMED
    assert finding.is_final(datetime.now(UTC))
    assert "it was so" in about(pages, proposed)
    assert "You may appeal" not in about(pages, proposed)


def test_when_nobody_can_appeal_any_more_its_person_and_human_resources_hear(
    proposed: str, work: Work, pages: Pages, visit: Visit
) -> None:
    says(visit, work, "han", proposed, "reply_to_finding", reply="I was ill")
    decided(pages, proposed)
    work.post(proposed)
    limits = pages.reads("hong", proposed)
    assert "Time to appeal against a finding" not in limits, "nobody has a limit to keep"
    work.let_happen(proposed, Event.FINDING_FINAL, f"{FINDING}1")
    mail = work.post(proposed)
    (own,) = mail["han"]
    assert "is final" in own
    assert "/findings" in own
    assert f"/cases/{proposed}" not in own, "the case itself is not theirs to read"
    assert any("Nobody can appeal any more" in each for each in mail["hong"])
    assert "the time to appeal is over" in pages.reads("han", "/inbox")
    history = pages.reads("hong", f"/cases/{proposed}/history")
    assert "Finding about somebody final" in history


def test_why_an_appeal_failed_is_still_read_when_the_decision_is_taken_back_later(
    proposed: str, work: Work, pages: Pages, visit: Visit
) -> None:
    says(visit, work, "han", proposed, "reply_to_finding", reply="I was ill")
    decided(pages, proposed)
    says(visit, work, "han", proposed, "appeal_finding", reason="unfair")
    pages.does("una", proposed, "decide_finding_appeal", person="han", reason="it was so")
    taken_back = {"person": "han", "reason": "the camera was wrong"}
    pages.asks_a_second("hong", proposed, "reverse_finding", **taken_back)
    pages.agrees("tess", proposed)
    own = about(pages, proposed)
    assert own.index("Your appeal was not upheld") < own.index("it was so")
    assert own.index("it was so") < own.index("the camera was wrong")


def test_a_case_taken_up_again_takes_what_was_found_about_people_back(
    proposed: str, work: Work, pages: Pages, visit: Visit
) -> None:
    says(visit, work, "han", proposed, "reply_to_finding", reply="I was ill")
    decided(pages, proposed)
    work.post(proposed)
    pages.does("ines", proposed, "reopen", reason="the customer tells it otherwise")
    assert work.case(proposed).findings[0].stage is FindingStage.REVERSED
    assert any("taken back" in each for each in work.post(proposed)["han"])
    own = about(pages, proposed)
    assert "the customer tells it otherwise" not in own, "why is the customer's affair"


def test_under_three_hotlines_the_leading_group_decides_and_human_resources_do_not(
    work: Work, pages: Pages, visit: Visit
) -> None:
    """C-19."""
    reference = closed(work, "trial-three-hotlines")
    said = {"person": "han", "involvement": "direct_person", "allegation": ALLEGATION}
    pages.does("sun", reference, "propose_finding", **said)
    assert "the opinion on a responsible person" in "".join(work.post(reference)["gao"])
    says(visit, work, "han", reference, "reply_to_finding", reply="I was ill")
    assert not pages.offers("hong", reference, "decide_finding")
    at_first = pages.reads("gao", reference).partition('id="next"')[2].partition("</section>")[0]
    assert 'href="#act-decide_finding"' in at_first, "the task leads to its form"
    verdict = {"person": "han", "outcome": "not_responsible", "reason": "he was ill"}
    pages.asks_a_second("gao", reference, "decide_finding", **verdict)
    pages.agrees("tess", reference)
    assert work.case(reference).findings[0].stage is FindingStage.NOT_RESPONSIBLE


def test_the_time_to_reply_is_the_packs(proposed: str, work: Work) -> None:
    (finding,) = work.case(proposed).findings
    assert finding.reply_until_at - finding.proposed_at == timedelta(days=7)
