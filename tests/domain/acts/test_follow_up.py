"""After it was settled: a call, a survey by a link, a customer who comes back."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from domain.acts import AnswerSurvey, Commend, FollowUp, NoteLateContact, OfferSurvey, follow_up
from domain.afterwards import AskedBy, Survey
from domain.case import Actor, Case, Milestone
from domain.classification import Level, Rating, Satisfaction
from domain.errors import Refusal
from domain.notices import COMPLAINANT
from tests.builders import MONDAY
from tests.domain.acts.doing import CLOSED, INES, LATER, LENIENT, NEXT_WEEK, SUN, line, reaches
from tests.domain.acts.sentences import Sentences

CUSTOMER = Actor(person=COMPLAINANT, roles=(), unit="harbour-outlet", level=Level.OUTLET)
ASKED = replace(CLOSED, surveys=(Survey(number=1, offered_at=MONDAY, closes_at=NEXT_WEEK),))
ASKED_AGAIN = replace(
    ASKED, surveys=(*ASKED.surveys, Survey(number=2, offered_at=MONDAY, closes_at=NEXT_WEEK))
)
ANSWERED = replace(ASKED, surveys=(replace(ASKED.surveys[0], answered_at=MONDAY),))
POOR = AnswerSurvey(number=1, overall=Rating.VERY_DISSATISFIED, empathy=Rating.DISSATISFIED)


def says(satisfaction: Satisfaction, asked_by: AskedBy) -> Callable[[Case], bool]:
    return lambda case: (
        [(each.satisfaction, each.asked_by) for each in case.verdicts] == [(satisfaction, asked_by)]
    )


class TestAfterwards(Sentences):
    about = follow_up
    done = (
        line(
            "the customer is asked afterwards",
            FollowUp(satisfaction=Satisfaction.SATISFIED),
            reaches(Milestone.FOLLOWED_UP),
            case=CLOSED,
        ),
        line(
            "what was said on the telephone is kept by its sides",
            FollowUp(satisfaction=Satisfaction.DISSATISFIED, reliability=Rating.NEUTRAL),
            lambda case: case.verdicts[-1].ratings.reliability is Rating.NEUTRAL,
            case=CLOSED,
        ),
        line(
            "who was not reached has said nothing",
            FollowUp(satisfaction=Satisfaction.NOT_REACHED),
            lambda case: case.verdicts == (),
            case=CLOSED,
        ),
        line(
            "a survey is open for as long as the pack says",
            OfferSurvey(),
            lambda case: case.surveys[-1].closes_at == LATER + timedelta(days=14),
            case=CLOSED,
        ),
        line(
            "offered once more it is a new one",
            OfferSurvey(),
            lambda case: [each.number for each in case.surveys] == [1, 2],
            case=ASKED,
        ),
        line(
            "the customer answers",
            POOR,
            says(Satisfaction.DISSATISFIED, AskedBy.SURVEY),
            case=ASKED,
            by=CUSTOMER,
        ),
        line(
            "somebody did well",
            Commend(person="han"),
            lambda case: (
                [(each.person, each.by) for each in case.commendations] == [("han", "sun")]
            ),
            case=CLOSED,
            by=SUN,
        ),
        line("a customer comes back", NoteLateContact(), lambda case: True, case=CLOSED, by=INES),
    )
    refused = (
        line(
            "a pack may know no survey",
            OfferSurvey(),
            Refusal.NO_SURVEY_HERE,
            case=CLOSED,
            conduct=LENIENT,
        ),
        line("answered once", POOR, Refusal.SURVEY_OVER, case=ANSWERED, by=CUSTOMER),
        line("replaced by a newer one", POOR, Refusal.SURVEY_OVER, case=ASKED_AGAIN, by=CUSTOMER),
        line("run out", POOR, Refusal.SURVEY_OVER, case=ASKED, by=CUSTOMER, at=NEXT_WEEK),
        line(
            "about an outcome that stands no more",
            POOR,
            Refusal.SURVEY_OVER,
            case=ASKED.reach(Milestone.REOPENED, at=LATER),
            by=CUSTOMER,
        ),
        line("nobody commends themselves", Commend(person="sun"), Refusal.NOT_ONESELF, by=SUN),
        line(
            "nor whom the complaint is about",
            Commend(person="han"),
            Refusal.PERSON_COMPLAINED_ABOUT,
            case=replace(CLOSED, also_complained_about=("han",)),
            by=SUN,
        ),
        line("nobody of the bank answers it", POOR, Refusal.NOT_YOUR_ROLE, case=ASKED, by=INES),
    )
