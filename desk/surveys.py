"""Surveys as customers meet them: a code, a few answers, and nothing about their case."""

from collections.abc import Mapping
from dataclasses import asdict

from config import Settings
from desk.cases import ActStatus, CaseDesk
from desk.sign_in.tries import Tries, network_of
from domain.acts import AnswerSurvey
from domain.afterwards import Ratings
from domain.classification import Rating
from domain.errors import Refused
from domain.throttling import Circle
from rulebook.sign_in import read_sign_in_limits
from store.cases.surveys import find_answered_survey, find_survey, store_answer
from store.database import Sessions


class SurveyOver(Exception):
    """There is nothing to answer by this code; why is told to nobody."""


class SurveyDesk:
    """Lets whoever shows the code of an open survey answer it once."""

    def __init__(self, sessions: Sessions, settings: Settings, cases: CaseDesk) -> None:
        self._sessions = sessions
        self._cases = cases
        self._tries = Tries(sessions, settings)
        self._allowances = {Circle.PLACE: read_sign_in_limits().token_guesses}

    def look(self, code: str, address: str) -> None:
        """Whether it can be answered; raises `SurveyOver`, and `NotLetIn` where codes were tried
        too often from one address."""
        whose = self._tries.of_a_place("survey", network_of(address))
        self._tries.admit(whose, self._allowances)
        with self._sessions() as session:
            found = find_survey(session, code)
        if found is None:
            raise SurveyOver
        self._tries.forgive(whose)

    def answer(
        self,
        code: str,
        address: str,
        *,
        overall: Rating,
        ratings: Ratings,
        words: Mapping[str, str],
    ) -> None:
        """Keep what the customer says and let the workflow of the case write it down; stored, it
        counts, also while the engine is away. The same sent twice is one answer.

        Raises as `look`, and `NotFit` for a text that will not do.
        """
        whose = self._tries.of_a_place("survey", network_of(address))
        self._tries.admit(whose, self._allowances)
        with self._sessions.begin() as session:
            survey = find_survey(session, code) or find_answered_survey(session, code)
            if survey is None:
                raise SurveyOver
            act = AnswerSurvey(number=survey.number, overall=overall, **asdict(ratings))
            try:
                command_id = store_answer(session, survey, act, words)
            except Refused as refused:
                raise SurveyOver from refused
        self._tries.forgive(whose)
        if self._cases.deliver(command_id).status is ActStatus.REFUSED:
            raise SurveyOver
