"""What happened after a case was settled, as its page shows it."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.afterwards import Ratings, Verdict
from domain.events import Event
from domain.notices import COMPLAINANT
from domain.permission_names import Permission
from domain.surveys import open_survey
from store.notice_contents import email_of
from store.scope import OpenedCase
from store.survey_codes import code_of
from store.tables import JournalRow


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownSurvey:
    """A survey that the customer can answer now."""

    closes_at: datetime
    is_mailed: bool
    code: str
    """To be read out, for whoever asks customers and where there is no address; else empty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SaidAfterwards:
    """A verdict of the customer with its words."""

    verdict: Verdict
    ratings: Mapping[str, str]
    """Of the sides of the service that the customer had a word on."""
    words: str
    """Empty for whoever may not read the words of the case."""


def shown_survey(session: Session, opened: OpenedCase) -> ShownSurvey | None:
    """The open survey of a case. Its code is shown where it must be read out, and to nobody who
    asks no customers."""
    survey = open_survey(opened.case, datetime.now(UTC))
    if survey is None:
        return None
    is_mailed = bool(email_of(session, opened.reference, COMPLAINANT))
    reads_out = not is_mailed and opened.allows(Permission.FOLLOW_UP)
    return ShownSurvey(
        closes_at=survey.closes_at,
        is_mailed=is_mailed,
        code=code_of(session, opened.reference, survey.number) if reads_out else "",
    )


def said_afterwards(session: Session, opened: OpenedCase) -> tuple[SaidAfterwards, ...]:
    """What the customer said when asked afterwards, newest first."""
    if not opened.case.verdicts:
        return ()
    asked = JournalRow.event.in_([Event.FOLLOWED_UP, Event.SURVEY_ANSWERED])
    rows = session.execute(
        select(JournalRow.at, JournalRow.words).where(
            JournalRow.reference == opened.reference, asked
        )
    )
    reads = opened.allows(Permission.READ_WORDS)
    words = {row.at: (row.words or {}).get("note", "") if reads else "" for row in rows}
    return tuple(
        SaidAfterwards(
            verdict=each, ratings=_given(each.ratings), words=str(words.get(each.at, ""))
        )
        for each in reversed(opened.case.verdicts)
    )


def _given(ratings: Ratings) -> dict[str, str]:
    said = {each.name: getattr(ratings, each.name) for each in fields(ratings)}
    return {name: rating for name, rating in said.items() if rating is not None}
