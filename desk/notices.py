"""What people do about notices that could not be sent."""

from domain.case import Actor
from store import notice_care
from store.database import Sessions


class NoticeDesk:
    """What a page asks about notices that could not be sent."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    def try_again(self, notice_id: int, by: Actor) -> None:
        """Send a dead notice anew; raises `Refused`."""
        with self._sessions.begin() as session:
            notice_care.try_again(session, notice_id, by)

    def let_rest(self, notice_id: int, by: Actor) -> None:
        """Leave a dead notice dead and close its task; raises `Refused`."""
        with self._sessions.begin() as session:
            notice_care.let_rest(session, notice_id, by)

    def told(self, task_id: int, by: Actor) -> None:
        """Somebody has told an outsider by telephone or letter what could not be sent."""
        with self._sessions.begin() as session:
            notice_care.told(session, task_id, by)
