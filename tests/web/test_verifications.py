"""What administrators see of the comparisons that run by themselves."""

from datetime import UTC, datetime

from domain.verification import Disagreement, Invariant, Verification
from store.database import Sessions
from store.verification import keep_verification
from tests.web.conftest import Visit

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def test_administrators_see_what_disagrees(visit: Visit, sessions: Sessions) -> None:
    found = Disagreement(
        invariant=Invariant.CASE_HAS_WORKFLOW,
        subject="C-2026-000042",
        says="open, and no workflow runs",
    )
    verification = Verification(
        began_at=NOW,
        finished_at=NOW,
        looked_at={"cases": 7, "workflows": 6, "entries": 40, "standings": 7},
        disagreements=(found,),
    )
    with sessions.begin() as session:
        keep_verification(session, verification)
    page = visit("ada").get("/admin/verifications").text
    assert "C-2026-000042" in page
    assert "in nobody" in page
    assert visit("han").get("/admin/verifications").status_code == 403
