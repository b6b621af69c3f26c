"""For which of its clocks a calendar counts a case: one a day and nature, among those that run."""

from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, datetime

from sqlalchemy import select

from domain.acts import Commit
from domain.classification import Channel
from store.cases.receipts import receive
from store.database import Sessions, close_database, migrate, open_database
from store.tables import ClockRow
from tests.builders import a_bank, a_complaint, actor
from tests.older_schema import go_back_before
from tests.settings import PERSONAL_KEYS
from tests.store.cases.writings import ASSIGN, a_writing, written

Counted = dict[tuple[str, str, str], list[bool]]
"""Of each case, nature and day: for each clock whose date it is, whether it is counted."""

CHANNELS = (Channel.INTERNET, Channel.PHONE, Channel.LETTER)

PROMISED = Commit(until_at=datetime(2026, 11, 11, 8, 0, tzinfo=UTC))
"""On the day by which a complaint of the internet is to be passed on."""


def counted(sessions: Sessions) -> Counted:
    """As the rows say, of the clocks that are still to be kept."""
    found: Counted = defaultdict(list)
    with sessions() as session:
        for row in session.scalars(select(ClockRow)):
            runs = row.stopped_at is None and not row.clock["superseded"]
            if runs and row.clock["due_on"]:
                day = (row.reference, row.nature, row.clock["due_on"])
                found[day].append(row.counted_on is not None)
                assert row.counted_on is None or row.counted_on.isoformat() == row.clock["due_on"]
            else:
                assert row.counted_on is None, "nothing is due any more"
    return found


def shared(found: Counted) -> list[list[bool]]:
    """Days on which two clocks of a nature run out in a case."""
    return [clocks for clocks in found.values() if len(clocks) > 1]


def are_counted_once(found: Counted) -> bool:
    """Each case once a nature and day."""
    return bool(found) and all(sum(clocks) == 1 for clocks in found.values())


def test_a_case_is_counted_for_one_of_its_clocks_as_long_as_one_runs(
    database_with_packs: Callable[[], str],
) -> None:
    url = database_with_packs()
    sessions = open_database(url, personal_keys=PERSONAL_KEYS)
    with sessions.begin() as session:
        a_bank(session)
        taken = [
            receive(session, a_complaint(channel=channel), actor("ines")).reference
            for channel in CHANNELS
        ]
    begun = counted(sessions)
    assert are_counted_once(begun)
    assert not shared(begun)

    written(sessions, a_writing(sessions, taken[0], PROMISED, "sun", words=("reason",)))
    promised = counted(sessions)
    assert are_counted_once(promised)
    assert shared(promised), "what was promised falls on the day of a limit of the bank's own"

    written(sessions, a_writing(sessions, taken[0], ASSIGN, "sun"))
    last = counted(sessions)
    assert are_counted_once(last)
    assert not shared(last), "another clock stands for the case when one of them has ended"

    close_database(sessions)
    go_back_before(url, "0063")
    migrate(url, personal_keys=PERSONAL_KEYS)
    assert counted(sessions) == last, "cases of before are counted as if they came today"
    close_database(sessions)
