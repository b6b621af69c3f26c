"""After it was settled: a call, a survey by a link, and a customer who comes back (H-04, C-04)."""

from dataclasses import dataclass, fields, replace
from typing import Annotated, Literal

from domain.acts.base import Act, ActContext, Need
from domain.acts.chosen import Chosen
from domain.acts.letters import ActWithLetter, require_dispatch
from domain.afterwards import SAID_IN, AskedBy, Commendation, Ratings, Verdict
from domain.case import Case, Milestone, Status
from domain.classification import Rating, Satisfaction
from domain.errors import Refusal, Refused
from domain.events import Event
from domain.notices import COMPLAINANT
from domain.permission_names import Permission
from domain.relations import kept_out
from domain.surveys import open_survey, with_survey

SETTLED = frozenset({Status.REPLIED, Status.DISPOSED, Status.CLOSED})


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUp(Act):
    """Ask the customer afterwards how it was settled (A-15, C-04, H-04); of the five sides of the
    service (S-06) whatever the customer has a word on.
    """

    kind: Literal["follow_up"] = "follow_up"
    satisfaction: Satisfaction
    reliability: Rating | None = None
    tangibles: Rating | None = None
    responsiveness: Rating | None = None
    empathy: Rating | None = None
    professionalism: Rating | None = None

    event = Event.FOLLOWED_UP
    permission = Permission.FOLLOW_UP
    statuses = SETTLED
    words = {"note": Need.OPTIONAL}
    is_free_of_version = True

    def apply(self, case: Case, context: ActContext) -> Case:
        reached = self.satisfaction is not Satisfaction.NOT_REACHED
        verdict = _verdict(self, AskedBy.CALL, self.satisfaction, context)
        verdicts = (*case.verdicts, verdict) if reached else case.verdicts
        return replace(case, verdicts=verdicts).reach(Milestone.FOLLOWED_UP, at=context.at)


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferSurvey(ActWithLetter):
    """Offer the customer a link to say how it was, by mail, or read out where there is no address;
    one offered before and not answered is over then.
    """

    kind: Literal["offer_survey"] = "offer_survey"

    event = Event.SURVEY_OFFERED
    permission = Permission.FOLLOW_UP
    statuses = SETTLED
    is_free_of_version = True

    def apply(self, case: Case, context: ActContext) -> Case:
        require_dispatch(self, case, context)
        return with_survey(case, context.conduct, context.at)


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerSurvey(Act):
    """What the customer says by the link, once."""

    kind: Literal["answer_survey"] = "answer_survey"
    number: int
    overall: Rating
    reliability: Rating | None = None
    tangibles: Rating | None = None
    responsiveness: Rating | None = None
    empathy: Rating | None = None
    professionalism: Rating | None = None

    event = Event.SURVEY_ANSWERED
    permission = Permission.ANSWER_SURVEY
    statuses = frozenset(Status)
    words = {"note": Need.OPTIONAL}
    is_free_of_version = True
    done_by = COMPLAINANT

    def apply(self, case: Case, context: ActContext) -> Case:
        survey = open_survey(case, context.at)
        if survey is None or survey.number != self.number:
            raise Refused(Refusal.SURVEY_OVER)
        answered = replace(survey, answered_at=context.at)
        verdict = _verdict(self, AskedBy.SURVEY, SAID_IN[self.overall], context)
        return replace(
            case,
            surveys=(*case.surveys[:-1], answered),
            verdicts=(*case.verdicts, verdict),
        ).reach(Milestone.FOLLOWED_UP, at=context.at)


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteLateContact(Act):
    """The customer of a closed case has come back: whoever handled it answers (S-11)."""

    kind: Literal["note_late_contact"] = "note_late_contact"

    event = Event.CONTACTED_LATE
    permission = Permission.FOLLOW_UP
    statuses = frozenset({Status.CLOSED})
    words = {"note": Need.REQUIRED}
    is_free_of_version = True

    def apply(self, case: Case, context: ActContext) -> Case:
        return case


@dataclass(frozen=True, slots=True, kw_only=True)
class Commend(Act):
    """Say that somebody did well in this case, and what: it counts in their appraisal as a penalty
    does (S-61, H-06).
    """

    kind: Literal["commend"] = "commend"
    person: Annotated[str, Chosen.DOER]

    event = Event.COMMENDED
    permission = Permission.COMMEND
    statuses = frozenset(Status)
    words = {"reason": Need.REQUIRED}
    is_free_of_version = True

    def apply(self, case: Case, context: ActContext) -> Case:
        if self.person == context.by.person:
            raise Refused(Refusal.NOT_ONESELF)
        if self.person in kept_out(case):
            raise Refused(Refusal.PERSON_COMPLAINED_ABOUT)
        said = Commendation(person=self.person, by=context.by.person, at=context.at)
        return replace(case, commendations=(*case.commendations, said))


def _verdict(
    said: FollowUp | AnswerSurvey, asked_by: AskedBy, overall: Satisfaction, context: ActContext
) -> Verdict:
    return Verdict(
        at=context.at,
        asked_by=asked_by,
        satisfaction=overall,
        ratings=Ratings(**{each.name: getattr(said, each.name) for each in fields(Ratings)}),
    )
