"""Holding the past of cases against how they stand: whatever is done to one can be told again."""

from desk.history.past import Past
from store.database import Sessions
from store.reads.past import read_past


def require_retold(sessions: Sessions, reference: str) -> None:
    """The journal of a case, told from its beginning, ends at how the case stands."""
    with sessions() as session:
        past = Past(read_past(session, reference))
    assert past.untold == (), f"{reference}: {past.untold} does not follow from the journal"
