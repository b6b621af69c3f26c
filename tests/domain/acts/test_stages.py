"""The stages on the way to an answer."""

from dataclasses import replace

from domain.acts import (
    BringInLegal,
    GiveOpinion,
    GoOnSite,
    JoinLine,
    ReferUp,
    ReportResult,
    Reverify,
    ReviewRecording,
    TellLeader,
    TellStatus,
    stages,
)
from domain.case import Milestone, Status
from domain.classification import Mark
from domain.errors import Refusal
from tests.domain.acts.doing import (
    ASSIGNED,
    DISPOSED,
    INES,
    LINE,
    RECEIVED,
    REPLIED,
    is_now,
    left_alone,
    line,
    reaches,
)
from tests.domain.acts.sentences import Sentences


class TestStages(Sentences):
    about = stages
    done = (
        line(
            "the recording is reviewed",
            ReviewRecording(),
            reaches(Milestone.RECORDING_REVIEWED),
            case=RECEIVED,
            by=INES,
        ),
        line("the handler is on site", GoOnSite(), reaches(Milestone.ON_SITE)),
        line("the customer hears how things stand", TellStatus(), reaches(Milestone.STATUS_TOLD)),
        line(
            "the customer hears the bank's opinion", GiveOpinion(), reaches(Milestone.OPINION_GIVEN)
        ),
        line(
            "the result is reported, after the answer too",
            ReportResult(),
            reaches(Milestone.RESULT_REPORTED),
            case=DISPOSED,
        ),
        line("a repeat is looked into anew", Reverify(), reaches(Milestone.REVERIFIED)),
        line(
            "a repeat that is still refused is referred up",
            ReferUp(),
            is_now(Status.REPLIED),
            case=replace(REPLIED, marks=(Mark.REPEAT,)),
        ),
        line(
            "the business department joins",
            JoinLine(),
            reaches(Milestone.LINE_JOINED),
            by=LINE,
        ),
        line(
            "the leader hears of a dispute heading for court",
            TellLeader(),
            lambda case: Mark.LEGAL in case.marks,
        ),
        line("the legal department is asked", BringInLegal(), reaches(Milestone.LEGAL_JOINED)),
    )
    refused = (
        *left_alone(
            (GoOnSite(), ASSIGNED),
            (TellStatus(), ASSIGNED),
            (GiveOpinion(), ASSIGNED),
            (ReportResult(), DISPOSED),
            (Reverify(), ASSIGNED),
            (ReferUp(), ASSIGNED),
            (TellLeader(), ASSIGNED),
            (BringInLegal(), ASSIGNED),
        ),
        line(
            "where the bank is at fault it makes good, and nothing is left to explain",
            ReferUp(),
            Refusal.BANK_AT_FAULT,
            case=replace(DISPOSED, marks=(Mark.REPEAT,)),
        ),
        line("only repeats are referred up", ReferUp(), Refusal.NOT_A_REPEAT),
    )
