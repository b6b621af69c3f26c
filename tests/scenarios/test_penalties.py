"""A penalty on somebody, on the real engines: from the finding to the hand-over and its undoing."""

from pathlib import Path

from domain.acts import (
    AppealFinding,
    Assign,
    DecideFinding,
    DecideFindingAppeal,
    Dispose,
    HandOver,
    ImposePenalty,
    ProposeFinding,
    ReceiveHandOver,
    Reply,
    ReplyToFinding,
    ReverseFinding,
)
from domain.classification import Level, Responsibility, Validity
from domain.errors import Refusal
from domain.findings import FindingOutcome, Involvement
from domain.hand_over import waiting_items
from store.database import Sessions
from tests.fining import publish_fining
from tests.scenarios.story import Tell

TO_HAN = Assign(handler="han", handler_unit="harbour-outlet", handler_level=Level.OUTLET)
RESPONSIBLE = DecideFinding(person="han", outcome=FindingOutcome.RESPONSIBLE)
FINE = ImposePenalty(person="han", schedule="attitude", fine_fen=500_00)
TASK = "hand-over-to-hr"


async def test_a_fine_waits_for_a_final_finding_and_falls_with_it(
    tell: Tell, sessions: Sessions, tmp_path: Path
) -> None:
    with sessions.begin() as session:
        fining = publish_fining(session, tmp_path)
    story = await tell(fining)
    await story.does(TO_HAN, "sun")
    await story.does(Reply(), "han", "letter")
    ended = Dispose(validity=Validity.VALID, responsibility=Responsibility.BANK)
    await story.does(ended, "han", "measures")
    held = ProposeFinding(person="han", involvement=Involvement.DIRECT_PERSON)
    await story.does(held, "sun", "allegation")
    await story.refuses(Refusal.NOT_FOUND_RESPONSIBLE, FINE, "gao", "reason")
    await story.does(ReplyToFinding(), "han", "reply")
    await story.agree(RESPONSIBLE, "gao", "tess", "reason")
    await story.refuses(Refusal.FINDING_NOT_FINAL, FINE, "gao", "reason")
    await story.does(AppealFinding(), "han", "reason")
    await story.does(DecideFindingAppeal(person="han", upheld=False), "una", "reason")
    assert TASK not in story.offices()

    await story.does(FINE, "gao", "reason")
    assert story.offices()[TASK] == "hong"
    await story.does(HandOver(number=1, items=("penalty/1",)), "hong")
    assert story.offices()[TASK] == "hong", "a file is no receipt"
    await story.does(ReceiveHandOver(number=1, items=("penalty/1",)), "hong", "receipt")
    assert TASK not in story.offices()

    await story.agree(ReverseFinding(person="han"), "gao", "tess", "reason")
    (fine,) = story.case.imposed
    assert not fine.stands
    assert [each.key for each in waiting_items(story.case)] == ["undoing/1"]
    assert story.offices()[TASK] == "hong"
