"""Surveys: kept as digests, found by whoever shows the code, answered by a command of its own.

The link is the right to one answer about one case, and to nothing of what is in it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from domain.acts import AnswerSurvey
from domain.afterwards import Survey
from domain.case import Actor, Case
from domain.errors import NotFit, Refusal, Refused
from domain.notices import COMPLAINANT
from domain.surveys import open_survey
from store.cases.commands import HEAD_START, flaws_of_words, keep_command, texts_in
from store.database import clock_time
from store.outbox import messages
from store.survey_codes import code_of, digest_of
from store.tables import CaseRow, CommandRow, SurveyRow
from store.values import ACT, CASE


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenSurvey:
    """A survey that whoever shows its code may answer."""

    reference: str
    number: int
    command_id: str
    """Under which it is answered: a second click is the same answer."""


def write_surveys(session: Session, case: Case, offered: Iterable[Survey]) -> None:
    """Keep what finds these surveys of a case again. Again, it changes nothing."""
    for each in offered:
        code = code_of(session, case.reference, each.number)
        session.execute(
            insert(SurveyRow)
            .values(
                digest=digest_of(code),
                reference=case.reference,
                number=each.number,
                closes_at=each.closes_at,
            )
            .on_conflict_do_nothing(index_elements=["digest"])
        )


def find_survey(session: Session, code: str) -> OpenSurvey | None:
    """The survey of this code, if it can be answered now; one answer for a code that never was
    and for one that has run out, was used, or was replaced by a newer one."""
    row = session.get(SurveyRow, digest_of(code))
    if row is None or session.get(CommandRow, _key(row)) is not None:
        return None
    survey = open_survey(_case(session, row.reference), clock_time(session))
    return _opened(row) if survey is not None and survey.number == row.number else None


def find_answered_survey(session: Session, code: str) -> OpenSurvey | None:
    """The survey that was answered by this code: whoever sends the same once more is thanked once
    more, and nothing is done twice."""
    row = session.get(SurveyRow, digest_of(code))
    is_answered = row is not None and session.get(CommandRow, _key(row)) is not None
    return _opened(row) if row is not None and is_answered else None


def store_answer(
    session: Session, survey: OpenSurvey, act: AnswerSurvey, words: Mapping[str, str]
) -> str:
    """Keep what a customer said, to be carried out by the workflow of the case; the id of the
    command.

    Raises `NotFit` for a text that will not do, and `Refused` where something else was said by the
    same link before.
    """
    flaws = flaws_of_words(words)
    if flaws:
        raise NotFit(flaws)
    case = _case(session, survey.reference)
    by = Actor(person=COMPLAINANT, roles=(), unit=case.unit, level=case.level)
    said = texts_in(words)
    if keep_command(session, survey.command_id, survey.reference, act, said, by, None):
        command = messages.MessageKind.COMMAND
        messages.put(session, command, survey.command_id, not_before=HEAD_START)
        return survey.command_id
    first = session.get_one(CommandRow, survey.command_id)
    if (ACT.validate_python(first.act), first.words) != (act, said):
        raise Refused(Refusal.SURVEY_OVER)
    return survey.command_id


def _case(session: Session, reference: str) -> Case:
    return CASE.validate_python(session.get_one(CaseRow, reference).state)


def _key(row: SurveyRow) -> str:
    return f"survey/{row.digest}"


def _opened(row: SurveyRow) -> OpenSurvey:
    return OpenSurvey(reference=row.reference, number=row.number, command_id=_key(row))
