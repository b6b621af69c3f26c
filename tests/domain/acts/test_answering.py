"""Answering and ending: reply, disposition, closing, withdrawal, reopening."""

from dataclasses import replace

from domain.acts import (
    Close,
    Dispose,
    FileAnonymous,
    Reopen,
    Reply,
    ReplyToSender,
    TreatAsDemand,
    Withdraw,
    answering,
)
from domain.case import Milestone, Status
from domain.classification import (
    AnonymousKind,
    Category,
    Cause,
    DemandKind,
    Disposal,
    Responsibility,
    Role,
    Satisfaction,
    Validity,
    WithdrawalKind,
)
from domain.errors import Refusal
from tests.builders import MONDAY, some_conduct
from tests.domain.acts.doing import (
    ASKED_FOR_MORE_TIME,
    ASSIGNED,
    CLOSED,
    DISPOSED,
    HAN,
    INES,
    LATER,
    LENIENT,
    RECEIVED,
    REPLIED,
    STARTED,
    VALID,
    WAITING,
    is_now,
    left_alone,
    line,
    reaches,
)
from tests.domain.acts.sentences import Sentences

HANDED_DOWN = replace(ASSIGNED, sender="sender")
ANSWER = Reply(satisfaction=Satisfaction.SATISFIED, handled_at=MONDAY)
SETTLED = Dispose(validity=Validity.VALID, responsibility=Responsibility.BANK)
FILED = FileAnonymous(
    anonymous=AnonymousKind.WELL_MEANT,
    validity=Validity.VALID,
    responsibility=Responsibility.BANK,
)
QUESTION = TreatAsDemand(demand_kind=DemandKind.CONSULTATION)


class TestAnswering(Sentences):
    about = answering
    done = (
        line(
            "the customer is answered",
            ANSWER,
            is_now(Status.REPLIED),
            case=STARTED,
            words=("findings",),
        ),
        line(
            "who answers without having begun has begun",
            ANSWER,
            reaches(Milestone.STARTED, Milestone.REPLIED),
            words=("findings",),
        ),
        line(
            "an answer ends the wait for the customer",
            ANSWER,
            lambda case: not case.is_waiting,
            case=WAITING,
            words=("findings",),
        ),
        line(
            "an answer settles the wish for more time",
            ANSWER,
            lambda case: case.extension_request is None,
            case=ASKED_FOR_MORE_TIME,
            words=("findings",),
        ),
        line(
            "the sender is answered",
            ReplyToSender(),
            reaches(Milestone.SENDER_REPLIED),
            case=HANDED_DOWN,
        ),
        line(
            "how it ended is settled", SETTLED, lambda case: case.disposition == VALID, case=REPLIED
        ),
        line(
            "what was not valid needs no cause",
            replace(SETTLED, validity=Validity.SPECIAL),
            is_now(Status.DISPOSED),
            case=REPLIED,
            conduct=some_conduct(causes_required=True),
        ),
        line(
            "what should become better is proposed with it",
            SETTLED,
            lambda case: [each.is_open for each in case.improvements] == [True],
            case=REPLIED,
            words=("problem",),
        ),
        line("the file is put away", Close(), is_now(Status.CLOSED), case=DISPOSED),
        line(
            "a free withdrawal is nobody's fault",
            Withdraw(withdrawal=WithdrawalKind.VOLUNTARY),
            lambda case: case.disposition.responsibility is Responsibility.NOT_BANK,
            by=INES,
        ),
        line(
            "a coerced one is the bank's, and ends nothing",
            Withdraw(withdrawal=WithdrawalKind.COERCED),
            lambda case: (
                (case.disposition.responsibility, case.status)
                == (Responsibility.BANK, Status.ASSIGNED)
            ),
            by=INES,
        ),
        line(
            "a withdrawal ends the wait for the customer",
            Withdraw(withdrawal=WithdrawalKind.VOLUNTARY),
            lambda case: not case.is_waiting,
            case=WAITING,
            by=INES,
        ),
        line(
            "an anonymous complaint is filed",
            FILED,
            lambda case: case.disposition.anonymous is AnonymousKind.WELL_MEANT,
            case=replace(ASSIGNED, category=Category.ANONYMOUS),
        ),
        line(
            "a question is set apart from the complaints",
            QUESTION,
            lambda case: case.disposition.validity is Validity.DEMAND,
            case=RECEIVED,
            by=INES,
        ),
        line(
            "reopened, it goes back to its handler",
            Reopen(),
            is_now(Status.ASSIGNED),
            case=CLOSED,
            by=INES,
        ),
        line(
            "reopened, it waits for one where it had none",
            Reopen(),
            is_now(Status.RECEIVED),
            case=replace(CLOSED, handler=None),
            by=INES,
        ),
    )
    refused = (
        line(
            "a pack may want the cause of what was valid",
            SETTLED,
            Refusal.CAUSE_MISSING,
            case=REPLIED,
            conduct=some_conduct(causes_required=True),
        ),
        line(
            "and one that it knows",
            replace(SETTLED, causes=(Cause.ATTITUDE,)),
            Refusal.CAUSE_NOT_LISTED,
            case=REPLIED,
            conduct=some_conduct(causes={Cause.BUSINESS_ERROR: "S-12"}),
        ),
        *left_alone(
            (ANSWER, STARTED),
            (ReplyToSender(), HANDED_DOWN),
            (SETTLED, REPLIED),
            (Close(), DISPOSED),
            (FILED, replace(ASSIGNED, category=Category.ANONYMOUS)),
        ),
        line(
            "nobody answers what was not sorted",
            ANSWER,
            Refusal.NOT_CLASSIFIED,
            case=replace(STARTED, category=None),
        ),
        line("an answer holds its elements", ANSWER, Refusal.REPLY_INCOMPLETE, case=STARTED),
        line(
            "the customer's word on the result is one of them",
            replace(ANSWER, satisfaction=None),
            Refusal.REPLY_INCOMPLETE,
            case=STARTED,
            words=("findings",),
        ),
        line(
            "who takes calls settles nothing",
            ANSWER,
            Refusal.HOTLINE_MAY_NOT_RESOLVE,
            case=STARTED,
            by=replace(HAN, roles=(Role.HANDLER, Role.INTAKE)),
            words=("findings",),
        ),
        line("where nobody sent it down nobody is answered", ReplyToSender(), Refusal.NO_SENDER),
        line(
            "nothing is settled before the sender is answered",
            SETTLED,
            Refusal.SENDER_REPLY_REQUIRED,
            case=replace(REPLIED, sender="sender"),
        ),
        line(
            "reopened, the sender is answered again",
            SETTLED,
            Refusal.SENDER_REPLY_REQUIRED,
            case=replace(REPLIED, sender="sender")
            .reach(Milestone.SENDER_REPLIED, at=MONDAY)
            .reach(Milestone.REOPENED, at=LATER),
        ),
        line(
            "validity and responsibility are both settled",
            Dispose(validity=Validity.VALID),
            Refusal.DISPOSITION_INCOMPLETE,
            case=REPLIED,
        ),
        line(
            "nobody is sent to the superior bank",
            replace(SETTLED, disposal=Disposal.REFERRED_TO_SUPERIOR),
            Refusal.DISPOSAL_FORBIDDEN,
            case=REPLIED,
        ),
        line(
            "nothing is made good beyond one's authority",
            replace(SETTLED, redress_fen=100_01),
            Refusal.BEYOND_AUTHORITY,
            case=REPLIED,
        ),
        line("who gave a name is not filed as anonymous", FILED, Refusal.NOT_ANONYMOUS),
        line(
            "where wishes are complaints none is set apart",
            QUESTION,
            Refusal.NOT_A_DEMAND,
            case=RECEIVED,
            by=INES,
            conduct=LENIENT,
        ),
    )
