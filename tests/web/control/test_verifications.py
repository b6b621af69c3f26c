"""What administrators see of the comparisons that run by themselves."""

from datetime import UTC, datetime, timedelta

from domain.attachments import Wrong
from domain.case import Status
from domain.events import Event
from domain.sentences import Sentence, sentence
from domain.verification import (
    Disagreement,
    Invariant,
    JournalStep,
    Verification,
    illegal_moves,
)
from store.database import Sessions
from store.evidence.chain import Tampering
from store.operations import verification
from store.operations.verification import keep_verification
from tests.web.browser import Visit
from tests.web.english import english_in, in_chinese
from tests.web.seen import Page
from tools.phrases import said_beneath

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def a_result(finished_at: datetime, *disagreements: Disagreement) -> Verification:
    return Verification(
        began_at=finished_at,
        finished_at=finished_at,
        looked_at={"cases": 7, "workflows": 6, "entries": 40, "standings": 7},
        disagreements=disagreements,
    )


def test_administrators_see_what_disagrees(visit: Visit, sessions: Sessions) -> None:
    found = Disagreement(
        invariant=Invariant.CASE_HAS_WORKFLOW,
        subject="C-2026-000042",
        says=sentence("unfinished, and no workflow runs"),
    )
    stuck = Disagreement(
        invariant=Invariant.EVERYTHING_MOVES, subject="case/C-2026-000043", says="is stuck"
    )
    with sessions.begin() as session:
        keep_verification(session, a_result(NOW, found, stuck))
    page = visit("ada").get("/admin/verifications").text
    assert "C-2026-000042" in page
    assert "in nobody" in page
    assert '<a href="/cases/C-2026-000042/history">C-2026-000042</a>' in page
    assert '<a href="/admin/failed">case/C-2026-000043</a>' in page, "where it is mended"
    assert visit("han").get("/admin/verifications").status_code == 403


def test_results_that_stop_coming_are_no_good_news(visit: Visit, sessions: Sessions) -> None:
    ada = visit("ada")
    with sessions.begin() as session:
        keep_verification(session, a_result(datetime.now(UTC) - timedelta(hours=5)))
    page = ada.get("/admin/verifications").text
    assert "The last result is 5 h 0 min old." in page
    assert "Results have stopped coming: one is due every 15 min 0 s." in page
    assert "Everything agrees." not in page

    with sessions.begin() as session:
        keep_verification(session, a_result(datetime.now(UTC)))
    page = ada.get("/admin/verifications").text
    assert "Results have stopped coming" not in page
    assert "Everything agrees." in page


def said_of_a_journal() -> list[Sentence]:
    """Everything that can be wrong with the order of entries."""
    journal = [
        JournalStep(version=1, event=Event.CLOSED),
        JournalStep(version=3, event=Event.RECEIVED),
        JournalStep(version=4, event=Event.REPLIED),
    ]
    return [says for _version, says in illegal_moves(journal, Status.RECEIVED)]


def test_what_disagrees_is_told_in_the_language_of_the_page(
    visit: Visit, sessions: Sessions
) -> None:
    """It stood on Chinese pages in English, as the program had put it together."""
    says: list[Sentence | str] = [
        *(each for _invariant, each, _question in verification._QUESTIONS),
        *said_of_a_journal(),
        *Tampering,
        *Wrong,
        *map(Sentence, said_beneath("activities")),
        "unfinished, and no workflow runs",  # Kept before facts were told apart.
    ]
    found = [
        Disagreement(invariant=Invariant.ONLY_LEGAL_MOVES, subject=f"C-2026-{number:06}", says=each)
        for number, each in enumerate(says, start=1)
    ]
    with sessions.begin() as session:
        keep_verification(session, a_result(datetime.now(UTC), *found))
    with in_chinese(visit("ada")) as ada:
        page = ada.get("/admin/verifications")
    assert english_in(page) == []
    words = Page(page).words
    assert "案件处于“已受理”时出现“处理定论”" in words or "前一条却是第 1 条" in words
    assert "tail_cut" not in words
    assert "已停滞" in words


def test_a_result_from_before_facts_were_told_apart_is_shown_as_it_was_kept(
    visit: Visit, sessions: Sessions
) -> None:
    found = Disagreement(
        invariant=Invariant.ONLY_LEGAL_MOVES,
        subject="C-2026-000099 4",
        says="follows version 2, at 100%",
    )
    with sessions.begin() as session:
        keep_verification(session, a_result(datetime.now(UTC), found))
    assert "follows version 2, at 100%" in visit("ada").get("/admin/verifications").text
