"""Other systems at the door: neither guessed at nor used faster than they may be."""

from datetime import timedelta

from config import Settings
from desk.sign_in.tries import NotLetIn, Tries, network_of
from domain.throttling import Allowance, Circle
from rulebook.sign_in import read_sign_in_limits
from store.database import Sessions
from store.people.throttles import count_use
from store.people.tokens import Token, is_in_use, use_token

A_MINUTE = timedelta(minutes=1)


class TokenDesk:
    """Takes the tokens that are shown."""

    def __init__(self, sessions: Sessions, settings: Settings) -> None:
        self._sessions = sessions
        self._tries = Tries(sessions, settings)
        requests = settings.sign_in.token_requests_a_minute
        self._requests = Allowance(free=requests, leak=A_MINUTE / requests, longest=A_MINUTE)
        self._guesses = {Circle.PLACE: read_sign_in_limits().token_guesses}

    def use(self, secret: str, address: str) -> Token | None:
        """The token of this secret; None when it opens nothing (any more), which is noted.

        A token that is in force is kept waiting by nobody who guesses, also beside it.

        :raises NotLetIn: it is used too fast, or too much was guessed from this address; nothing
            was looked at
        """
        with self._sessions() as session:
            token = is_in_use(session, secret)
        if token is None:
            guesses = self._tries.of_a_place("token", network_of(address))
            self._tries.admit(guesses, self._guesses)
        else:
            with self._sessions.begin() as session:
                wait = count_use(session, self._tries.key("token", token), self._requests)
            if wait:
                raise NotLetIn(wait)
        with self._sessions.begin() as session:
            return use_token(session, secret)
