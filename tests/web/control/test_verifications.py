"""What administrators see of the comparisons that run by themselves."""

from datetime import UTC, datetime, timedelta

from domain.verification import Disagreement, Invariant, Verification
from store.database import Sessions
from store.operations.verification import keep_verification
from tests.web.browser import Visit

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
        says="open, and no workflow runs",
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
